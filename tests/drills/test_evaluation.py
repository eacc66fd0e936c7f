"""From the choice of forms to the released score: what may be done when, and by whom."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from drills import evaluation_rules as rules
from drills.evaluation_rules import Scored
from drills.models import (
    Drill,
    EvaluationItem,
    EvaluationSheet,
    ItemScore,
    Participation,
    Reconciliation,
    RunEvent,
    ScoreResult,
    SheetItem,
)
from drills.permissions import evaluations_led_by, evaluations_seen_by, scores_seen_by
from drills.queries import evaluation as queries
from drills.queries.evaluation import field_items
from drills.queries.results import shows_values
from drills.services import evaluation as services
from drills.services import results, sheets
from drills.services.evaluation import Refused
from drills.services.parts import remove_part
from drills.services.scores import project_scores
from drills.starter.evaluation_forms import load_forms
from records.models import AuditEntry
from tests.drills.evaluated import LATER, Scene, evaluated, event, give, items_of, make_form, observe, say, use
from tests.drills.factories import NOW, make_drill, make_part

pytestmark = pytest.mark.django_db
Role = Participation.Role


@pytest.fixture
def scene(organisation_a: Any, manager_a: Any, learner: Any, learner_b: Any) -> Scene:
    return evaluated(organisation_a, manager_a, learner, learner_b)


def refused(act: Any, *args: Any, **words: Any) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **words)
    return str(caught.value.words)


def pks(*items: EvaluationItem) -> set[int]:
    return {item.pk for item in items}


def locked(scene: Scene, by: Any) -> Drill:
    for sheet in scene.sheets.values():
        sheets.hand_in(sheet, by=by, now=LATER + timedelta(hours=1))
    sheets.lock_sheets(scene.drill, by=by, now=LATER + timedelta(hours=1))
    return Drill.objects.get(pk=scene.drill.pk)


# ── Forms ────────────────────────────────────────────────────────────────────
def test_shares_come_to_a_hundred(organisation_a, manager_a) -> None:
    drill, one, other = make_drill(organisation_a), make_form((1, 1)), make_form((1, 1))
    for shares in ({one.pk: 20, other.pk: 70}, {one.pk: 100, other.pk: 0}, {one.pk: 150, other.pk: -50}, {}):
        refused(services.choose_forms, drill, shares, by=manager_a, now=NOW)
    services.choose_forms(drill, {one.pk: 20, other.pk: 80}, by=manager_a, now=NOW)
    services.choose_forms(drill, {one.pk: 30, other.pk: 70}, by=manager_a, now=NOW)
    assert dict(drill.forms.values_list("version", "percent")) == {one.pk: 30, other.pk: 70}
    services.choose_forms(drill, {other.pk: 100}, by=manager_a, now=NOW)
    assert dict(drill.forms.values_list("version", "percent")) == {other.pk: 100}
    assert AuditEntry.objects.filter(action="drills.forms_chosen").count() == 3


@pytest.mark.parametrize(
    ("fields", "kind", "wanted"),
    [
        ({"form": "live"}, "enterprise", {"preparation": 20, "live": 80}),
        ({"form": "tabletop"}, "enterprise", {"tabletop": 100}),
        ({"form": "live"}, "school", {"evacuation": 100}),
    ],
)
def test_what_is_proposed_follows_the_drill(organisation_a, fields, kind, wanted) -> None:
    load_forms()
    organisation_a.kind = kind
    drill = make_drill(organisation_a, **fields)
    versions = queries.newest_versions()
    kinds = {version.pk: version.template.kind for version in versions}
    assert {kinds[pk]: share for pk, share in queries.usual_shares(drill, versions).items()} == wanted


def test_a_form_on_which_values_were_given_is_not_dropped(scene, manager_a) -> None:
    say(scene.first, scene.items["1.1"], "5")
    refused(services.choose_forms, scene.drill, {make_form((1, 1)).pk: 100}, by=manager_a, now=NOW)
    assert scene.drill.forms.get().version == scene.version


def test_shares_stand_once_somebody_has_handed_in(scene, manager_a) -> None:
    other = make_form((1, 1))
    services.choose_forms(scene.drill, {scene.version.pk: 60, other.pk: 40}, by=manager_a, now=NOW)
    sheets.hand_in(scene.sheets["first"], by=manager_a, now=LATER)
    refused(services.choose_forms, scene.drill, {scene.version.pk: 50, other.pk: 50}, by=manager_a, now=LATER)


# ── Who looks at what ────────────────────────────────────────────────────────
@pytest.fixture
def planned(organisation_a: Any, manager_a: Any, learner: Any) -> Scene:
    """A drill still to come, its forms chosen: twenty items in two sections."""
    drill, version = make_drill(organisation_a, state="approved"), make_form((10, 16), (5, 4))
    use(drill, version)
    lead = make_part(drill, Role.LEAD_EVALUATOR, manager_a)
    first, second = make_part(drill, Role.EVALUATOR, learner), make_part(drill, Role.EVALUATOR)
    return Scene(drill, version, items_of(version), lead, first, second, {})


def held(part: Participation, **narrowed: Any) -> set[str]:
    rows = SheetItem.objects.filter(sheet__evaluator=part, **narrowed)
    return set(rows.values_list("item__code", flat=True))


def test_the_rest_goes_to_the_lead_evaluator_afterwards(planned, manager_a) -> None:
    chosen = pks(*(planned.items[f"1.{number}"] for number in range(1, 16)))
    services.assign_items(planned.first, chosen, by=manager_a, now=NOW)
    assert held(planned.first, in_field=True) == {f"1.{number}" for number in range(1, 16)}
    assert held(planned.lead, in_field=False) == {"1.16", "2.1", "2.2", "2.3", "2.4"}
    services.assign_items(planned.lead, pks(planned.items["2.1"]), by=manager_a, now=NOW)
    assert held(planned.lead, in_field=True) == {"2.1"}
    assert held(planned.lead, in_field=False) == {"1.16", "2.2", "2.3", "2.4"}
    services.assign_items(planned.first, set(), by=manager_a, now=NOW)
    assert not EvaluationSheet.objects.filter(evaluator=planned.first).exists()
    assert len(held(planned.lead)) == 20


def test_more_than_fifteen_in_the_field_are_refused(planned, manager_a) -> None:
    chosen = pks(*planned.items.values())
    for sixteen in (sorted(chosen)[:16], sorted(chosen)):
        assert "15" in refused(services.assign_items, planned.first, sixteen, by=manager_a, now=NOW)
    assert not EvaluationSheet.objects.exists()
    services.assign_items(planned.first, sorted(chosen)[:15], by=manager_a, now=NOW)
    assert len(field_items(planned.first)) == 15


def test_items_of_other_forms_and_people_who_do_not_evaluate_are_refused(planned, manager_a) -> None:
    foreign = items_of(make_form((1, 1)))["1.1"]
    refused(services.assign_items, planned.first, pks(foreign), by=manager_a, now=NOW)
    player = make_part(planned.drill, Role.PLAYER)
    refused(services.assign_items, player, pks(planned.items["1.1"]), by=manager_a, now=NOW)
    group = make_part(planned.drill, Role.EVALUATOR, is_group=True)
    refused(services.assign_items, group, pks(planned.items["1.1"]), by=manager_a, now=NOW)


def test_nobody_evaluates_a_team_he_plays_in(planned, manager_a, learner) -> None:
    chosen = pks(planned.items["1.1"])
    Participation.objects.filter(pk=planned.first.pk).update(team="抢险队")
    planned.first.refresh_from_db()
    playing = make_part(planned.drill, Role.PLAYER, learner, team="抢险队")
    refused(services.assign_items, planned.first, chosen, by=manager_a, now=NOW)
    assert planned.first not in queries.proposal(planned.drill)
    playing.team = "医疗队"
    playing.save()
    services.assign_items(planned.first, chosen, by=manager_a, now=NOW)
    playing.team = ""
    playing.save()
    refused(services.assign_items, planned.first, chosen, by=manager_a, now=NOW)


def test_the_same_holds_of_somebody_known_only_by_name(planned, manager_a, organisation_a) -> None:
    known = {"name": "李大壮", "organisation": organisation_a}
    looks = make_part(planned.drill, Role.EVALUATOR, team="抢险队", **known)
    make_part(planned.drill, Role.PLAYER, team="抢险队", **known)
    refused(services.assign_items, looks, pks(planned.items["1.1"]), by=manager_a, now=NOW)


def test_who_leads_has_one_sheet(planned, manager_a) -> None:
    again = make_part(planned.drill, Role.EVALUATOR, manager_a)
    refused(services.assign_items, again, pks(planned.items["1.1"]), by=manager_a, now=NOW)
    assert again not in queries.proposal(planned.drill)


def test_items_are_divided_evenly(planned, manager_a) -> None:
    services.divide_items(planned.drill, by=manager_a, now=NOW)
    assert {len(held(planned.first)), len(held(planned.second))} == {10}
    assert held(planned.first) | held(planned.second) == set(planned.items)
    assert held(planned.first) & held(planned.second) == set()
    assert not EvaluationSheet.objects.filter(evaluator=planned.lead).exists()


def test_a_part_taken_away_takes_a_sheet_without_values_along_and_no_other(planned, manager_a) -> None:
    services.divide_items(planned.drill, by=manager_a, now=NOW)
    assert remove_part(planned.second, by=manager_a, now=NOW)
    assert queries.overview(planned.drill).uncovered == 10
    item = EvaluationItem.objects.get(pk=field_items(planned.first)[0]["pk"])
    say(planned.first, item, "5", now=NOW)
    assert not remove_part(planned.first, by=manager_a, now=NOW)
    assert ItemScore.objects.exists()


def test_what_nobody_looks_at_by_the_end_is_the_leaders(planned, manager_a) -> None:
    services.divide_items(planned.drill, by=manager_a, now=NOW)
    remove_part(planned.second, by=manager_a, now=NOW)
    Participation.objects.filter(pk=planned.first.pk).update(role=Role.OBSERVER)
    Drill.objects.filter(pk=planned.drill.pk).update(state="ended")
    services.begin_evaluation(planned.drill, by=manager_a, now=LATER)
    assert held(planned.lead, in_field=False) == set(planned.items)
    assert queries.overview(planned.drill).uncovered == 0
    assert [row.part for row in queries.overview(planned.drill).rows] == [planned.lead]


def test_what_is_prepared_is_not_divided_but_read_by_the_leader(planned, manager_a) -> None:
    papers = make_form((1, 3), kind="preparation")
    services.choose_forms(planned.drill, {planned.version.pk: 80, papers.pk: 20}, by=manager_a, now=NOW)
    services.divide_items(planned.drill, by=manager_a, now=NOW)
    assert SheetItem.objects.filter(sheet__evaluator=planned.lead, item__section__version=papers).count() == 3


def test_after_the_first_value_nothing_is_divided_and_scored_items_stay(planned, manager_a) -> None:
    services.divide_items(planned.drill, by=manager_a, now=NOW)
    item = EvaluationItem.objects.get(pk=field_items(planned.first)[0]["pk"])
    say(planned.first, item, "5", now=NOW)
    refused(services.divide_items, planned.drill, by=manager_a, now=NOW)
    refused(services.assign_items, planned.first, set(), by=manager_a, now=NOW)
    services.assign_items(planned.first, pks(item), by=manager_a, now=NOW)
    assert held(planned.first) == {item.code}


def test_without_evaluators_or_after_the_report_nothing_is_given_out(organisation_a, manager_a, planned) -> None:
    empty = make_drill(organisation_a)
    refused(services.divide_items, empty, by=manager_a, now=NOW)
    Drill.objects.filter(pk=planned.drill.pk).update(state="reported")
    refused(services.divide_items, planned.drill, by=manager_a, now=NOW)
    refused(services.choose_forms, planned.drill, {planned.version.pk: 100}, by=manager_a, now=NOW)


def test_the_phone_is_told_the_items_of_the_field_in_the_order_of_the_form(scene, manager_a) -> None:
    assert [item["code"] for item in field_items(scene.second)] == ["1.1", "1.2", "2.1"]
    assert field_items(scene.second)[2] == {
        "pk": scene.items["2.1"].pk, "code": "2.1", "text": "第2部分第1条做到。", "veto": True,
    }  # fmt: skip
    assert field_items(scene.lead) == []  # afterwards, at a desk
    sheets.hand_in(scene.sheets["second"], by=manager_a, now=LATER)
    assert field_items(scene.second) == []


# ── Values and handing in ────────────────────────────────────────────────────
def test_a_value_given_on_the_page_is_an_event_of_the_log(scene, learner) -> None:
    seen = observe(scene.first, "没有戴手套")
    scored = Scored(scene.items["1.1"].pk, "1", "没有戴手套", (str(seen.uid),))
    event = sheets.score_item(scene.sheets["first"], scored, by=learner, now=LATER)
    row = ItemScore.objects.get()
    assert (row.event, row.value, row.reason, list(row.evidence.all())) == (event, "1", "没有戴手套", [seen])
    assert (event.kind, event.participation, event.actor) == ("score", scene.first, learner)
    assert sheets.score_item(scene.sheets["first"], scored, by=learner, now=LATER) is None  # a double click
    assert RunEvent.objects.filter(kind="score").count() == 1


def test_the_first_value_after_the_end_begins_the_evaluation(scene, learner) -> None:
    sheets.score_item(scene.sheets["first"], Scored(scene.items["1.1"].pk, "5"), by=learner, now=LATER)
    assert Drill.objects.get(pk=scene.drill.pk).state == "evaluating"
    assert AuditEntry.objects.filter(action="drills.evaluation_begun").count() == 1
    sheets.score_item(scene.sheets["first"], Scored(scene.items["1.2"].pk, "5"), by=learner, now=LATER)
    services.begin_evaluation(scene.drill, by=learner, now=LATER)
    assert AuditEntry.objects.filter(action="drills.evaluation_begun").count() == 1


def test_what_was_done_until_a_drill_was_aborted_is_evaluated_when_somebody_says_so(scene, learner, manager_a) -> None:
    Drill.objects.filter(pk=scene.drill.pk).update(state="aborted")
    sheets.score_item(scene.sheets["first"], Scored(scene.items["1.1"].pk, "5"), by=learner, now=LATER)
    assert Drill.objects.get(pk=scene.drill.pk).state == "aborted"
    refused(sheets.hand_in, scene.sheets["first"], by=learner, now=LATER)
    services.begin_evaluation(scene.drill, by=manager_a, now=LATER)
    sheets.hand_in(scene.sheets["first"], by=learner, now=LATER)


def test_a_low_value_without_reason_is_refused(scene, learner) -> None:
    for value in ("0", "1"):
        refused(sheets.score_item, scene.sheets["first"], Scored(scene.items["1.1"].pk, value), by=learner, now=LATER)
    assert not RunEvent.objects.exists()


def test_a_sheet_is_handed_in_once_and_after_the_end(scene, learner) -> None:
    Drill.objects.filter(pk=scene.drill.pk).update(state="running")
    refused(sheets.hand_in, scene.sheets["first"], by=learner, now=LATER)
    Drill.objects.filter(pk=scene.drill.pk).update(state="ended")
    sheets.hand_in(scene.sheets["first"], by=learner, now=LATER)
    refused(sheets.hand_in, scene.sheets["first"], by=learner, now=LATER)
    refused(sheets.score_item, scene.sheets["first"], Scored(scene.items["1.1"].pk, "5"), by=learner, now=LATER)
    assert AuditEntry.objects.filter(action="drills.sheet_handed_in").count() == 1


def test_a_sheet_is_given_back_until_it_is_locked(scene, learner, manager_a) -> None:
    sheet = scene.sheets["first"]
    refused(sheets.give_back, sheet, reason="还缺一条", by=manager_a, now=LATER)
    sheets.hand_in(sheet, by=learner, now=LATER)
    sheets.give_back(sheet, reason="还缺一条", by=manager_a, now=LATER)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.submitted_at) == ("draft", None)
    locked(scene, manager_a)
    refused(sheets.give_back, sheet, reason="还缺一条", by=manager_a, now=LATER)


def test_sheets_are_locked_together(scene, manager_a) -> None:
    refused(sheets.lock_sheets, scene.drill, by=manager_a, now=LATER)
    sheets.hand_in(scene.sheets["first"], by=manager_a, now=LATER)
    sheets.hand_in(scene.sheets["second"], by=manager_a, now=LATER)
    refused(sheets.lock_sheets, scene.drill, by=manager_a, now=LATER)
    sheets.hand_in(scene.sheets["lead"], reason="手机丢失", by=manager_a, now=LATER)
    sheets.lock_sheets(scene.drill, by=manager_a, now=LATER)
    sheets.lock_sheets(scene.drill, by=manager_a, now=LATER)  # a second tab
    assert set(scene.drill.sheets.values_list("state", flat=True)) == {"locked"}
    assert AuditEntry.objects.filter(action="drills.sheets_locked").count() == 1
    refused(services.assign_items, scene.first, pks(scene.items["1.1"]), by=manager_a, now=LATER)


# ── Blind to each other ──────────────────────────────────────────────────────
def test_values_show_only_when_all_sheets_are_locked(scene, learner, learner_b, manager_a, officer_north) -> None:
    say(scene.first, scene.items["1.1"], "5")
    for sheet in scene.sheets.values():
        for user in (learner, learner_b, manager_a):
            assert not shows_values(user, scene.drill)
        sheets.hand_in(sheet, by=manager_a, now=LATER)
    sheets.lock_sheets(scene.drill, by=manager_a, now=LATER)
    for user in (learner, learner_b, manager_a, officer_north):
        assert shows_values(user, scene.drill)  # the township officer leads it too: the village is his


def test_who_has_to_do_with_an_evaluation(scene, cast, learner_b) -> None:
    seen = {name for name, user in cast.items() if user and scene.drill in evaluations_seen_by(user)}
    led = {name for name, user in cast.items() if user and scene.drill in evaluations_led_by(user)}
    county = {"editor", "training_officer", "exam_officer", "drill_officer", "leader", "system_admin", "auditor"}
    assert seen == county | {"learner", "manager_a", "officer_north", "supervisor", "inspector"}
    assert led == {"manager_a", "officer_north", "drill_officer"}
    assert scene.drill in evaluations_seen_by(learner_b)
    make_part(scene.drill, Role.PLAYER, cast["inspector"])
    assert scene.drill not in evaluations_seen_by(cast["inspector"])
    assert scene.drill not in scores_seen_by(cast["manager_b"])


# ── Talking over ─────────────────────────────────────────────────────────────
def test_what_differs_too_much_blocks_the_release_until_it_is_settled(scene, manager_a) -> None:
    say(scene.first, scene.items["1.1"], "5")
    say(scene.second, scene.items["1.1"], "1", "太慢")
    drill = locked(scene, manager_a)
    refused(results.release_score, drill, by=manager_a, now=LATER)
    assert not ScoreResult.objects.exists()
    results.reconcile(drill, scene.items["1.1"], "3", rationale="对照录像后一致认为一般", by=manager_a, now=LATER)
    assert results.release_score(drill, by=manager_a, now=LATER).total == Decimal("60.00")


def test_only_what_differs_is_settled_after_the_lock_and_with_a_reason(scene, manager_a) -> None:
    item, words = scene.items["1.1"], {"by": manager_a, "now": LATER}
    say(scene.first, item, "5")
    say(scene.second, item, "3")
    say(scene.first, scene.items["1.2"], "5")
    refused(results.reconcile, scene.drill, item, "3", rationale="一致认为一般", **words)
    drill = locked(scene, manager_a)
    refused(results.reconcile, drill, scene.items["1.2"], "3", rationale="一致认为一般", **words)
    refused(results.reconcile, drill, items_of(make_form((1, 1)))["1.1"], "3", rationale="一致认为一般", **words)
    refused(results.reconcile, drill, item, "3", rationale=" 好 ", **words)
    refused(results.reconcile, drill, item, "4", rationale="一致认为一般", **words)
    results.reconcile(drill, item, "3", rationale="一致认为一般", **words)
    results.reconcile(drill, item, "5", rationale="再看录像后改判", by=manager_a, now=LATER + timedelta(minutes=1))
    assert list(Reconciliation.objects.values_list("value", flat=True)) == ["3", "5"]
    assert {one.item: one.value for one in queries.inputs_of(drill).reconciled} == {item.pk: "5"}


# ── The score ────────────────────────────────────────────────────────────────
def values(scene: Scene) -> None:
    """1.1: 5 and 3 → 80; 1.2: 3 and not observed → 60; section 1 (weight 10): 70. 2.1: 5 → 100; 2.2: 1 → 20; section
    2 (weight 30): 60. Score (10 × 70 + 30 × 60) / 40 = 62.50: 中."""
    say(scene.first, scene.items["1.1"], "5")
    say(scene.second, scene.items["1.1"], "3")
    say(scene.first, scene.items["1.2"], "3")
    say(scene.second, scene.items["1.2"], "not_observed")
    say(scene.second, scene.items["2.1"], "5")
    say(scene.lead, scene.items["2.2"], "1", "没有记录")


def test_the_released_score_is_the_one_worked_out_by_hand(scene, manager_a) -> None:
    values(scene)
    result = results.release_score(locked(scene, manager_a), by=manager_a, now=LATER)
    assert (result.total, result.grade, result.vetoes, result.formula) == (Decimal("62.50"), "中", [], rules.FORMULA)
    assert [(one["code"], one["weight"], one["points"]) for one in result.sections] == [
        ("1", 10, "70.00"), ("2", 30, "60.00"),
    ]  # fmt: skip


def test_a_veto_caps_the_grade(scene, manager_a) -> None:
    for item in ("1.1", "1.2"):
        say(scene.first, scene.items[item], "5")
    say(scene.second, scene.items["2.1"], "0", "无人戴防护")
    say(scene.lead, scene.items["2.2"], "5")
    result = results.release_score(locked(scene, manager_a), by=manager_a, now=LATER)
    assert (result.total, result.grade, result.vetoes) == (Decimal("62.50"), "差", ["2.1"])


def test_nothing_observed_is_no_score(scene, manager_a) -> None:
    say(scene.first, scene.items["1.1"], "not_observed")
    result = results.release_score(locked(scene, manager_a), by=manager_a, now=LATER)
    result.refresh_from_db()
    assert (result.total, result.grade) == (None, "")


def test_released_twice_it_is_one_row_and_computed_again_the_same_bytes(scene, manager_a) -> None:
    values(scene)
    drill = locked(scene, manager_a)
    first = results.release_score(drill, by=manager_a, now=LATER)
    again = results.release_score(drill, by=manager_a, now=LATER + timedelta(days=1))
    assert first == again
    kept = ScoreResult.objects.get()
    assert results.is_reproducible(kept)
    assert rules.canonical(queries.inputs_of(drill).told()) == rules.canonical(kept.inputs)
    assert rules.digest(kept.inputs) == kept.inputs_hash
    outcome = rules.score(rules.inputs_from(kept.inputs))
    assert rules.canonical(outcome.told()["forms"][0]["sections"]) == rules.canonical(kept.sections)
    ScoreResult.objects.update(total=Decimal("99.00"))
    assert not results.is_reproducible(ScoreResult.objects.get())


def test_settled_otherwise_it_is_released_anew(scene, manager_a) -> None:
    values(scene)
    drill = locked(scene, manager_a)
    first = results.release_score(drill, by=manager_a, now=LATER)
    results.reconcile(drill, scene.items["1.1"], "5", rationale="对照录像后改判", by=manager_a, now=LATER)
    assert queries.overview(drill).is_stale
    second = results.release_score(drill, by=manager_a, now=LATER + timedelta(hours=1))
    assert second != first
    assert second.total > first.total
    assert not queries.overview(drill).is_stale


def test_after_the_report_nothing_is_decided_any_more(scene, manager_a) -> None:
    values(scene)
    drill = locked(scene, manager_a)
    Drill.objects.filter(pk=drill.pk).update(state="reported")
    refused(results.release_score, drill, by=manager_a, now=LATER)
    refused(results.reconcile, drill, scene.items["1.1"], "5", rationale="对照录像后改判", by=manager_a, now=LATER)


def test_a_value_that_arrives_after_the_release_changes_no_byte(scene, manager_a) -> None:
    values(scene)
    drill = locked(scene, manager_a)
    kept = results.release_score(drill, by=manager_a, now=LATER)
    late = event(
        scene.first, "score", {"item": scene.items["1.1"].pk, "value": "0", "reason": "迟到的记录"},
        LATER + timedelta(hours=2),
    )  # fmt: skip
    project_scores(drill, [late])
    assert results.release_score(drill, by=manager_a, now=LATER + timedelta(days=1)) == kept


# ── The overview ─────────────────────────────────────────────────────────────
def test_the_next_step_is_told(scene, manager_a, organisation_a) -> None:
    assert queries.overview(make_drill(organisation_a)).step == "forms"
    bare = make_drill(organisation_a)
    use(bare, make_form((1, 1)))
    assert queries.overview(bare).step == "assign"
    assert queries.overview(scene.drill).step == "fill"
    say(scene.first, scene.items["1.1"], "5")
    say(scene.second, scene.items["1.1"], "1", "太慢")
    for sheet in scene.sheets.values():
        sheets.hand_in(sheet, by=manager_a, now=LATER)
    assert queries.overview(scene.drill).step == "lock"
    sheets.lock_sheets(scene.drill, by=manager_a, now=LATER)
    assert queries.overview(scene.drill).step == "reconcile"
    drill = Drill.objects.get(pk=scene.drill.pk)
    results.reconcile(drill, scene.items["1.1"], "3", rationale="一致认为一般", by=manager_a, now=LATER)
    assert queries.overview(scene.drill).step == "release"
    results.release_score(drill, by=manager_a, now=LATER)
    assert queries.overview(scene.drill).step == "released"


def test_the_overview_counts_and_never_tells_a_value(scene) -> None:
    say(scene.first, scene.items["1.1"], "5")
    rows = {row.part.pk: (row.field, row.later, row.given) for row in queries.overview(scene.drill).rows}
    assert rows == {scene.lead.pk: (0, 1, 0), scene.first.pk: (2, 0, 1), scene.second.pk: (3, 0, 0)}
    give(make_part(scene.drill, Role.EVALUATOR), scene.items["1.1"])
    assert queries.overview(scene.drill).uncovered == 0


def test_moments_are_those_given(scene, learner) -> None:
    moment = datetime.fromisoformat("2026-11-24T12:34:56+08:00")
    sheets.hand_in(scene.sheets["first"], by=learner, now=moment)
    scene.sheets["first"].refresh_from_db()
    assert scene.sheets["first"].submitted_at == moment
