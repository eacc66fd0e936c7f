from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from drills import plan_rules
from drills.models import Drill, EmergencyPlan, PlanEvaluation, PlanFiling, PlanRevisionProposal, PlanVersion
from drills.plan_rules import BINDING, FORCES, add_months, matching
from drills.queries.plan_page import page_of
from drills.queries.plan_terms import MONTHS, carried_by, obligations, rulebook
from drills.queries.plans import SORTS, STATES, Filter, Ledger, PlanRow, ledger
from people.models import Organisation
from tests.drills.factories import NOW, make_drill, make_plan, make_version
from tests.duties.factories import ArticleFactory, DutyRuleFactory
from tests.people.factories import DivisionFactory, OrganisationFactory, SectorFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def rule(key: str = "P01", months: int = 36, tags: Any = ("dangerous_goods", "mine"), **fields: Any) -> Any:
    values = {"interval_months": months} if months else {"file_with": "county_department"}
    return DutyRuleFactory(key=key, kind="plan", industry_tags=list(tags), values=values, **fields)


def doubtful(key: str = "P02", **fields: Any) -> Any:
    return rule(key, verified=False, note="to be checked", **fields)


def evaluate(version: PlanVersion, day: date, conclusion: str = "keep", **fields: Any) -> PlanEvaluation:
    return PlanEvaluation.objects.create(version=version, held_on=day, conclusion=conclusion, recorded_at=NOW, **fields)


def file(version: PlanVersion, number: str = "2026-1", day: date = date(2026, 3, 2), **fields: Any) -> PlanFiling:
    return PlanFiling.objects.create(
        version=version, number=number, filed_on=day, authority="县局", recorded_at=NOW, **fields
    )


def withdrawn() -> dict[str, Any]:
    return {"withdrawn_at": NOW, "withdrawn_reason": "entered twice"}


def titles(book: Ledger, **wanted: Any) -> list[str]:
    return [plan.title for plan in book.sorted(replace(Filter(), **wanted))]


def row_of(plan: EmergencyPlan, user: Any) -> PlanRow:
    book = ledger(user, now=NOW)
    return book.rows(book.plans.filter(pk=plan.pk))[0]


# ── When the next evaluation is due ──────────────────────────────────────────
def test_it_is_due_so_many_months_after_the_issue_or_the_last_evaluation(organisation_a, drill_officer) -> None:
    rule()
    version = make_version(make_plan(organisation_a), issued_on=date(2024, 2, 29))
    assert row_of(version.plan, drill_officer).term.due == date(2027, 2, 28)
    evaluate(version, date(2025, 6, 30))
    evaluate(version, date(2024, 12, 1))
    assert row_of(version.plan, drill_officer).term.due == date(2028, 6, 30)
    evaluate(version, date(2026, 9, 9), **withdrawn())
    assert row_of(version.plan, drill_officer).term.due == date(2028, 6, 30)
    make_version(version.plan, issued_on=date(2026, 1, 5))
    assert row_of(version.plan, drill_officer).term.due == date(2029, 1, 5)


def test_a_draft_changes_nothing(organisation_a, drill_officer) -> None:
    rule()
    plan = make_plan(organisation_a)
    make_version(plan, issued=False)
    assert (row_of(plan, drill_officer).version, row_of(plan, drill_officer).term) == (None, None)


@pytest.mark.parametrize(("issued_on", "late"), [(date(2023, 11, 23), True), (date(2023, 11, 24), False)])
def test_the_last_day_still_counts(organisation_a, manager_a, issued_on, late) -> None:
    rule()
    version = make_version(make_plan(organisation_a), issued_on=issued_on)
    assert row_of(version.plan, manager_a).term.is_overdue is late
    assert titles(ledger(manager_a, now=NOW), state="overdue") == ([version.plan.title] if late else [])


def test_without_a_rule_nothing_is_due(organisation_a, organisation_b, drill_officer) -> None:
    rule()
    plan = make_plan(organisation_b)  # its sector is unknown
    make_version(plan, issued_on=date(2000, 1, 1))
    assert row_of(plan, drill_officer).term is None
    assert titles(ledger(drill_officer, now=NOW), state="overdue") == []


def test_a_feature_entered_for_the_organisation_counts_while_it_holds(organisation_b, drill_officer) -> None:
    rule(tags=["crowded"])
    plan = make_plan(organisation_b)
    make_version(plan, issued_on=date(2020, 1, 1))
    tag = organisation_b.tags.create(tag="crowded", starts_on=date(2024, 1, 1))
    assert row_of(plan, drill_officer).term.is_overdue
    tag.ends_on = TODAY - timedelta(days=1)
    tag.save()
    assert row_of(plan, drill_officer).term is None


def test_what_is_not_verified_is_the_bureaus_to_see_and_never_overdue(organisation_a, drill_officer, manager_a) -> None:
    doubtful()
    plan = make_plan(organisation_a)
    make_version(plan, issued_on=date(2000, 1, 1))
    term = row_of(plan, drill_officer).term
    assert (term.due, term.is_doubtful, term.is_overdue) == (date(2003, 1, 1), True, False)
    assert row_of(plan, manager_a).term is None
    assert page_of(plan, manager_a, now=NOW).obligations == []
    assert len(page_of(plan, drill_officer, now=NOW).obligations) == 1
    for user in (drill_officer, manager_a):
        assert titles(ledger(user, now=NOW), state="overdue") == []


def test_a_recommendation_sets_a_day_and_is_never_overdue(organisation_a, manager_a) -> None:
    rule(status="recommended")
    plan = make_plan(organisation_a)
    make_version(plan, issued_on=date(2000, 1, 1))
    term = row_of(plan, manager_a).term
    assert (term.due, term.force, term.is_overdue) == (date(2003, 1, 1), "advised", False)
    assert ledger(manager_a, now=NOW).figures(Filter()).overdue == 0


def test_a_doubtful_rule_for_nobody_in_particular_stands_on_the_plans_page_only(organisation_a, drill_officer) -> None:
    doubtful(tags=[])
    plan = make_plan(organisation_a)
    make_version(plan)
    assert row_of(plan, drill_officer).term is None
    assert [one.row.key for one in page_of(plan, drill_officer, now=NOW).obligations] == ["P02"]


def test_who_has_stopped_owes_nothing(organisation_a, manager_a) -> None:
    rule()
    plan = make_plan(organisation_a)
    make_version(plan, issued_on=date(2000, 1, 1))
    for stopped in ({"is_active": False}, {"is_active": True, "ends_on": TODAY - timedelta(days=1)}):
        Organisation.objects.filter(pk=organisation_a.pk).update(**stopped)
        fresh = EmergencyPlan.objects.get(pk=plan.pk)
        assert row_of(fresh, manager_a).term is None
        assert page_of(fresh, manager_a, now=NOW).obligations == []


def test_rules_of_other_places_and_times_do_not_matter(organisation_a, county, manager_a) -> None:
    rule("L1", level="province", region="山东")
    rule("L2", effective_to=TODAY - timedelta(days=1))
    plan = make_plan(organisation_a)
    make_version(plan)
    assert row_of(plan, manager_a).term is None
    rule("L3", months=12, level="county", region=county.name)
    assert row_of(plan, manager_a).term.months == 12


def test_the_article_is_told_with_its_full_title(organisation_a, manager_a) -> None:
    article = ArticleFactory(regulation__title="生产安全事故应急预案管理办法", number=35)
    rule(article=article, regulation=article.regulation)
    plan = make_plan(organisation_a)
    make_version(plan)
    (told,) = page_of(plan, manager_a, now=NOW).obligations
    assert told.row.citation() == "《生产安全事故应急预案管理办法》第三十五条"
    assert told.due == date(2029, 3, 1)


# ── The list and the page agree ──────────────────────────────────────────────
@pytest.fixture
def every_kind(county: Any, township_north: Any, village_north: Any) -> list[EmergencyPlan]:
    """Plans of organisations of every sector, kind and place, with features that hold and some that do not."""
    sectors = [None, *(SectorFactory(code=code, name=code) for code in (*plan_rules.SECTOR_TAGS, "town_gas"))]
    made = []
    places = (county, township_north, village_north)
    for number, (sector, kind) in enumerate(product(sectors, Organisation.Kind.values)):
        organisation = OrganisationFactory(sector=sector, kind=kind, division=places[number % 3])
        if number % 4 == 0:
            organisation.tags.create(tag="crowded", starts_on=date(2020, 1, 1))
        if number % 5 == 0:
            organisation.tags.create(tag="dust", starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
        kinds = EmergencyPlan.Kind.values
        plan = make_plan(organisation, kind=kinds[number % len(kinds)], title=f"预案{number}")
        day = add_months(TODAY, -(6 + number % 40)) + timedelta(days=number % 3 - 1)
        version = make_version(plan, issued_on=day, clauses=0)
        if number % 7 == 0:
            evaluate(version, day + timedelta(days=30))
        made.append(plan)
    return made


def test_the_databases_words_and_ours_agree_on_every_plan(every_kind, drill_officer) -> None:
    general = rule("R1", 24, tags=["mine", "crowded", "government"])
    rule("R2", 12, tags=["coal_mine"], replaces=general)
    doubtful("R3", months=6, tags=["school", "village", "dust"], replaces=general)
    rule("R4", 18, tags=["office", "township", "department"], status="recommended")
    rule("R5", 36, tags=[])
    book = ledger(drill_officer, now=NOW)
    rules = rulebook(NOW)
    found = {plan.pk: plan for plan in book.plans}
    late = set(book.narrowed(Filter(state="overdue")).values_list("pk", flat=True))
    rows = {row.plan.pk: row for row in book.rows(book.plans)}
    assert len(found) == len(every_kind)
    for plan in every_kind:
        met = matching(rules.evaluation, carried_by(plan, TODAY))
        for force in FORCES:
            shortest = min((one.months for one in met if one.force == force), default=None)
            assert getattr(found[plan.pk], MONTHS[force]) == shortest, (plan.title, force)
        binding = [
            one for one in obligations(plan, found[plan.pk].since, rules, bureau=True) if one.rule.force == BINDING
        ]
        assert (plan.pk in late) is any(one.due < TODAY for one in binding)
        assert rows[plan.pk].term.is_overdue is (plan.pk in late)
    assert 0 < len(late) < len(every_kind)


def test_sorted_by_the_day_they_are_due(every_kind, drill_officer) -> None:
    rule("R1", 24, tags=["mine", "crowded"])
    rule("R2", 12, tags=["school"])
    book = ledger(drill_officer, now=NOW)
    due = [row.term.due if row.term else None for row in book.rows(book.sorted(Filter(sort="due")))]
    dated = [day for day in due if day]
    assert dated == sorted(dated)
    assert due[len(dated) :] == [None] * (len(due) - len(dated))
    turned = [row.term.due for row in book.rows(book.sorted(Filter(sort="-due"))) if row.term]
    assert turned == sorted(dated, reverse=True)


# ── What a line tells ────────────────────────────────────────────────────────
def test_a_line_tells_the_version_in_use_and_the_last_of_everything(organisation_a, manager_a) -> None:
    plan = make_plan(organisation_a)
    first = make_version(plan, issued_on=date(2024, 1, 1))
    file(first, "2024-9", date(2024, 1, 9))
    evaluate(first, date(2025, 1, 1), "revise")
    row = row_of(plan, manager_a)
    assert (row.version, row.filing.number, row.asks_revision) == (first, "2024-9", True)
    second = make_version(plan, issued_on=date(2026, 1, 1))
    row = row_of(plan, manager_a)
    assert (row.version, row.earlier_filing, row.asks_revision) == (second, True, False)
    assert titles(ledger(manager_a, now=NOW), state="not_filed") == [plan.title]
    file(second, "2026-8", date(2026, 1, 8), **withdrawn())
    assert row_of(plan, manager_a).earlier_filing
    file(second, "2026-7", date(2026, 1, 7))
    assert (row_of(plan, manager_a).filing.number, row_of(plan, manager_a).earlier_filing) == ("2026-7", False)
    assert titles(ledger(manager_a, now=NOW), state="not_filed") == []


def test_only_drills_that_were_held_count_as_drilled(organisation_a, manager_a) -> None:
    version = make_version(make_plan(organisation_a))
    make_drill(organisation_a, plan_version=version)
    assert row_of(version.plan, manager_a).plan.drilled_on is None
    held = {"plan_version": version, "state": Drill.State.REPORTED, "counted_at": NOW}
    make_drill(organisation_a, held_on=date(2026, 5, 6), **held)
    make_drill(organisation_a, held_on=date(2026, 7, 8), withdrawn_at=NOW, withdrawn_reason="by mistake", **held)
    assert row_of(version.plan, manager_a).plan.drilled_on == date(2026, 5, 6)


# ── Filters, figures and scope ───────────────────────────────────────────────
@pytest.fixture
def some(organisation_a: Any, organisation_b: Any) -> dict[str, EmergencyPlan]:
    rule()
    made = {
        "late": make_plan(organisation_a, title="逾期预案", kind="unit_special", hazard="chemicals"),
        "draft": make_plan(organisation_a, title="草稿预案", kind="unit_onsite", hazard="chemicals"),
        "filed": make_plan(organisation_b, title="备案预案", kind="unit_special", hazard="mining"),
        "gone": make_plan(organisation_b, title="停用预案", withdrawn_on=date(2026, 1, 1), withdrawn_reason="merged"),
    }
    make_version(made["late"], issued_on=date(2020, 1, 1))
    make_version(made["draft"], issued=False)
    file(make_version(made["filed"]))
    make_version(made["gone"], issued_on=date(2020, 1, 1))
    for plan, state in (("late", "open"), ("late", "open"), ("filed", "refused"), ("gone", "open")):
        PlanRevisionProposal.objects.create(
            plan=made[plan], text="改", state=state, reason="no" if state == "refused" else "", created_at=NOW
        )
    return made


def test_every_state_is_a_filter(some, drill_officer) -> None:
    book = ledger(drill_officer, now=NOW)
    shown = {state: set(titles(book, state=state)) for state in ("", *STATES, "nonsense")}
    assert shown == {
        "": {"逾期预案", "草稿预案", "备案预案"},
        "in_use": {"逾期预案", "备案预案"},
        "draft": {"草稿预案"},
        "overdue": {"逾期预案"},
        "not_filed": {"逾期预案"},
        "proposals": {"逾期预案"},
        "withdrawn": {"停用预案"},
        "nonsense": {"逾期预案", "草稿预案", "备案预案"},
    }


def test_the_figures_are_the_filters(some, drill_officer) -> None:
    book = ledger(drill_officer, now=NOW)
    figures = book.figures(Filter(state="withdrawn"))
    assert (figures.all, figures.overdue, figures.not_filed, figures.proposals) == (3, 1, 1, 1)
    for state in ("overdue", "not_filed", "proposals"):
        assert getattr(figures, state) == len(titles(book, state=state)) == book.totals(Filter(state=state)).plans
    totals = book.totals(Filter())
    assert (totals.plans, totals.organisations, totals.proposals) == (3, 2, 1)


def test_it_is_narrowed_by_kind_hazard_place_and_words(some, township_north, drill_officer) -> None:
    book = ledger(drill_officer, now=NOW)
    assert set(titles(book, kind="unit_special")) == {"逾期预案", "备案预案"}
    assert titles(book, hazard="mining") == ["备案预案"]
    assert set(titles(book, division=township_north)) == {"逾期预案", "草稿预案"}
    assert titles(book, q="乙煤") == ["备案预案"]
    assert titles(book, q="草稿", kind="unit_special") == []


def test_it_is_sorted_by_every_column_either_way(some, drill_officer) -> None:
    book = ledger(drill_officer, now=NOW)
    assert titles(book, sort="issued") == ["逾期预案", "备案预案", "草稿预案"]
    assert titles(book, sort="-issued") == ["备案预案", "逾期预案", "草稿预案"]  # what has no day stands last
    assert titles(book, sort="-proposals")[0] == "逾期预案"
    for name in (*SORTS, "nonsense"):
        assert set(titles(book, sort=name)) == set(titles(book, sort=f"-{name}"))


def test_everybody_sees_the_plans_of_his_scope(
    some, learner, manager_a, manager_b, officer_north, officer_south, supervisor, inspector, leader
) -> None:
    everything = {"逾期预案", "草稿预案", "备案预案"}
    wanted = {
        learner: set(),
        manager_a: {"逾期预案", "草稿预案"},
        manager_b: {"备案预案"},
        officer_north: {"逾期预案", "草稿预案"},
        officer_south: {"备案预案"},
        supervisor: {"逾期预案", "草稿预案"},
        inspector: {"逾期预案", "草稿预案"},
        leader: everything,
    }
    assert {user: set(titles(ledger(user, now=NOW))) for user in wanted} == wanted


def test_a_plan_in_another_division_of_the_same_name_prefix_stays_out(county, township_north, officer_north) -> None:
    beside = DivisionFactory(parent=county, code="999901299", name="北岭乡二", level="township")
    make_version(make_plan(OrganisationFactory(division=beside)))
    assert titles(ledger(officer_north, now=NOW)) == []
