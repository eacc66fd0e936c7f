"""The readiness list: what the data answers, what people pass, and the gate."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from drills.models import Drill, MselItem, Participation, ReadinessCheck
from drills.queries.readiness import Line, lines_of
from drills.readiness_rules import COMPUTED_CODES, Facts, verdicts
from drills.services import readiness as services
from drills.services.readiness import ListClosed, NotReady
from drills.services.states import CannotMove
from drills.starter.readiness import default_lines
from records.models import AuditEntry
from tests.drills.factories import NOW, make_drill, make_item, make_part
from tests.drills.planning import make_planned

State, Role = Drill.State, Participation.Role


# ── Rules ────────────────────────────────────────────────────────────────────
GOOD = Facts(True, 2, (), (), (), True, True, actions=3)


def passed(facts: Facts) -> set[str]:
    return {code for code, verdict in verdicts(facts).items() if verdict.passed}


def test_every_computed_line_has_its_answer_and_every_answer_its_line() -> None:
    shipped = {line.code for line in default_lines().values() if line.how == "computed"}
    assert set(verdicts(GOOD)) == COMPUTED_CODES == shipped
    assert passed(GOOD) == COMPUTED_CODES


def test_a_list_of_nothing_is_no_proof() -> None:
    empty = Facts(False, 0, (), (), ("director",), False, False)
    assert passed(empty) == set()


def test_what_is_missing_is_named() -> None:
    facts = Facts(True, 2, ("转移一组：集合",), ("03", "05"), ("safety",), True, True, actions=2)
    told = {code: verdict.missing for code, verdict in verdicts(facts).items() if not verdict.passed}
    assert told == {"actions": ("转移一组：集合",), "responsibles": ("03", "05"), "roles": ("safety",)}


def test_the_shipped_list_has_one_signature_and_one_line_that_may_stay_open() -> None:
    lines = default_lines().values()
    assert [line.code for line in lines if line.how == "signed"] == ["safety"]
    assert [line.code for line in lines if not line.mandatory] == ["phones"]
    assert all(line.text and line.text_en for line in lines)


# ── The list of a drill ──────────────────────────────────────────────────────
@pytest.fixture
def drill(organisation_a: Any, manager_a: Any) -> Drill:
    """Approved, with its list; the data is complete, nobody has passed a line."""
    drill = make_planned(organisation_a, manager_a, state=State.APPROVED, number="YL2026-0001")
    services.add_lines(drill)
    return drill


def line(drill: Drill, code: str) -> Line:
    return next(line for line in lines_of(drill) if line.check.code == code)


def check(drill: Drill, code: str) -> ReadinessCheck:
    return drill.checks.select_related("drill__organisation__division").get(code=code)


def safety_officer(drill: Drill) -> Any:
    return drill.participations.get(role=Role.SAFETY).user


def pass_everything(drill: Drill, by: Any) -> None:
    for one in lines_of(drill):
        if one.how == "ticked":
            services.pass_line(check(drill, one.check.code), by=by, now=NOW)
    services.pass_line(check(drill, "safety"), by=safety_officer(drill), now=NOW)


def test_lines_are_there_once_and_only_those_that_apply(organisation_a: Any, drill: Drill) -> None:
    services.add_lines(drill)
    assert drill.checks.count() == len(default_lines()) - 1  # no aircraft
    tabletop = make_drill(organisation_a, form=Drill.Form.TABLETOP, air_ground=True)
    services.add_lines(tabletop)
    codes = set(tabletop.checks.values_list("code", flat=True))
    assert {"weather", "medical", "notice"}.isdisjoint(codes)
    assert "airspace" in codes


def test_the_list_speaks_the_language_of_the_page(drill: Drill) -> None:
    with translation.override("en"):
        assert line(drill, "plan").text == default_lines()["plan"].text_en
    assert line(drill, "plan").text == default_lines()["plan"].text


def test_what_the_data_answers_follows_the_data(drill: Drill) -> None:
    assert [one.check.code for one in lines_of(drill) if one.how == "computed" and not one.passed] == []
    make_item(drill, kind=MselItem.Kind.EXPECTED_ACTION, number="09", responsible=" ")
    drill.objectives.create(position=2, who="安置组", task="清点人数")
    drill.participations.filter(role=Role.CONTROLLER).delete()
    told = {one.check.code: one.missing for one in lines_of(drill) if one.how == "computed" and not one.passed}
    label = str(Role.CONTROLLER.label)
    assert told == {"actions": ("安置组：清点人数",), "responsibles": ("09",), "roles": (label,)}


def test_a_safety_officer_without_an_account_cannot_sign(drill: Drill) -> None:
    drill.participations.filter(role=Role.SAFETY).delete()
    make_part(drill, Role.SAFETY, name="老周")
    assert not line(drill, "roles").passed
    assert len(line(drill, "roles").missing) == 1


def test_two_directors_are_none(drill: Drill, learner: Any) -> None:
    make_part(drill, Role.DIRECTOR, learner)
    assert line(drill, "roles").missing == (str(Role.DIRECTOR.label),)


def test_aircraft_need_an_approved_airspace(organisation_a: Any, manager_a: Any) -> None:
    drill = make_drill(organisation_a, state=State.APPROVED, air_ground=True)
    services.add_lines(drill)
    assert not line(drill, "airspace").passed
    assert services.record_airspace(drill, "民航〔2026〕12号", by=manager_a, now=NOW) is True
    assert line(drill, "airspace").passed
    assert services.record_airspace(drill, "another", by=manager_a, now=NOW) is False
    assert Drill.objects.get(pk=drill.pk).airspace_approval == "民航〔2026〕12号"


# ── Passing ──────────────────────────────────────────────────────────────────
def test_a_line_is_passed_once_by_somebody_with_a_note(drill: Drill, manager_a: Any) -> None:
    assert services.pass_line(check(drill, "desks"), note="119 王警官", by=manager_a, now=NOW) is True
    assert services.pass_line(check(drill, "desks"), note="again", by=manager_a, now=NOW) is False
    kept = check(drill, "desks")
    assert (kept.passed_at, kept.passed_by, kept.note) == (NOW, manager_a, "119 王警官")
    assert AuditEntry.objects.filter(action="drills.check_passed").count() == 1
    assert services.undo_line(kept, by=manager_a, now=NOW) is True
    assert services.undo_line(kept, by=manager_a, now=NOW) is False
    assert not line(drill, "desks").passed


def test_only_the_safety_officer_signs(drill: Drill, manager_a: Any, drill_officer: Any) -> None:
    for nobody in (manager_a, drill_officer, drill.participations.get(role=Role.CONTROLLER).user):
        with pytest.raises(PermissionDenied):
            services.pass_line(check(drill, "safety"), by=nobody, now=NOW)
    assert services.pass_line(check(drill, "safety"), by=safety_officer(drill), now=NOW) is True
    with pytest.raises(PermissionDenied):
        services.undo_line(check(drill, "safety"), by=manager_a, now=NOW)


def test_what_the_data_answers_nobody_passes_by_hand(drill: Drill, manager_a: Any) -> None:
    for code in sorted(COMPUTED_CODES - {"airspace"}):
        with pytest.raises(PermissionDenied):
            services.pass_line(check(drill, code), by=manager_a, now=NOW)


def test_a_player_passes_nothing(drill: Drill, learner: Any) -> None:
    make_part(drill, user=learner)
    with pytest.raises(PermissionDenied):
        services.pass_line(check(drill, "desks"), by=learner, now=NOW)


@pytest.mark.parametrize("state", [State.DRAFT, State.READY, State.RUNNING])
def test_before_the_approval_and_behind_the_gate_the_list_is_closed(drill: Drill, manager_a: Any, state: str) -> None:
    services.add_own_line(drill, "音响试过", mandatory=True, by=manager_a, now=NOW)
    Drill.objects.filter(pk=drill.pk).update(state=state)
    for change in (
        lambda: services.pass_line(check(drill, "desks"), by=manager_a, now=NOW),
        lambda: services.undo_line(check(drill, "desks"), by=manager_a, now=NOW),
        lambda: services.add_own_line(drill, "音响试过", mandatory=True, by=manager_a, now=NOW),
        lambda: services.drop_own_line(check(drill, "own-1"), by=manager_a, now=NOW),
    ):
        with pytest.raises(ListClosed):
            change()


def test_a_drill_has_lines_of_its_own(drill: Drill, manager_a: Any) -> None:
    first, second = (
        services.add_own_line(drill, text, mandatory=True, by=manager_a, now=NOW) for text in ("音响试过", "背板挂好")
    )
    assert [first.code, second.code] == ["own-1", "own-2"]
    assert [one.check.code for one in lines_of(drill)][-3:] == ["own-1", "own-2", "safety"]
    services.drop_own_line(first, by=manager_a, now=NOW)
    third = services.add_own_line(drill, "车辆停好", mandatory=False, by=manager_a, now=NOW)
    assert third.code == "own-3"
    with pytest.raises(PermissionDenied):
        services.drop_own_line(check(drill, "desks"), by=manager_a, now=NOW)


# ── The gate ─────────────────────────────────────────────────────────────────
def test_the_gate_says_what_is_open(drill: Drill, manager_a: Any) -> None:
    with pytest.raises(NotReady) as refused:
        services.make_ready(drill, by=manager_a, now=NOW)
    open_lines = [one.text for one in lines_of(drill) if one.how != "computed" and one.check.code != "phones"]
    assert refused.value.lines == open_lines
    assert Drill.objects.get(pk=drill.pk).state == State.APPROVED


def test_when_every_mandatory_line_is_passed_the_drill_is_ready(drill: Drill, manager_a: Any) -> None:
    pass_everything(drill, manager_a)
    services.undo_line(check(drill, "phones"), by=manager_a, now=NOW)  # not mandatory
    services.make_ready(drill, by=manager_a, now=NOW)
    assert Drill.objects.get(pk=drill.pk).state == State.READY
    assert AuditEntry.objects.filter(action="drills.drill_ready").count() == 1
    with pytest.raises(CannotMove):
        services.make_ready(drill, by=manager_a, now=NOW)


def test_at_the_gate_the_data_is_asked_once_more(drill: Drill, manager_a: Any) -> None:
    pass_everything(drill, manager_a)
    drill.participations.filter(role=Role.LEAD_EVALUATOR).delete()
    with pytest.raises(NotReady) as refused:
        services.make_ready(drill, by=manager_a, now=NOW)
    assert refused.value.lines == [default_lines()["roles"].text]


def test_no_list_is_no_way_round_the_gate(drill: Drill, manager_a: Any) -> None:
    drill.checks.all().delete()
    with pytest.raises(NotReady):
        services.make_ready(drill, by=manager_a, now=NOW)


def test_behind_the_gate_stands_what_was_true_at_it(drill: Drill, manager_a: Any) -> None:
    pass_everything(drill, manager_a)
    services.make_ready(drill, by=manager_a, now=NOW)
    drill.events.update(responsible="")  # as a run-time amendment might
    kept = line(drill, "responsibles")
    assert (kept.passed, kept.check.passed_at, kept.check.passed_by) == (True, NOW, None)


def test_opened_again_the_safety_officer_signs_anew(drill: Drill, manager_a: Any) -> None:
    pass_everything(drill, manager_a)
    services.make_ready(drill, by=manager_a, now=NOW)
    services.reopen_list(drill, reason="雷雨预警", by=manager_a, now=NOW)
    assert Drill.objects.get(pk=drill.pk).state == State.APPROVED
    assert (line(drill, "desks").passed, line(drill, "safety").passed) == (True, False)
    with pytest.raises(CannotMove):
        services.reopen_list(drill, reason="again", by=manager_a, now=NOW)


def test_the_list_asks_little_however_long_it_is(drill: Drill, django_assert_max_num_queries: Any) -> None:
    for _more in range(5):
        make_item(drill, expected="到位")
        drill.objectives.create(position=9, who="组", task="任务")
    with django_assert_max_num_queries(4):
        lines_of(drill)
