"""From draft to approved and back: who decides, what is missing, which number."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from drills.models import Approval, Drill, Participation
from drills.numbering import next_drill_number
from drills.permissions import can_approve_drill, drills_approved_by
from drills.services import approval as services
from drills.services import readiness
from drills.services.approval import NotSubmittable
from drills.services.states import CannotMove
from records.models import AuditEntry
from tests.drills.factories import NOW, make_drill
from tests.drills.planning import make_planned

State, Decision = Drill.State, Approval.Decision


@pytest.fixture
def draft(organisation_a: Any, manager_a: Any) -> Drill:
    return make_planned(organisation_a, manager_a)


def submitted(organisation: Any, by: Any, **fields: Any) -> Drill:
    drill = make_planned(organisation, by, **fields)
    services.submit_drill(drill, by=by, now=NOW)
    return drill


def told(drill: Drill) -> list[tuple[str, str]]:
    return list(drill.approvals.values_list("decision", "reason"))


# ── Submitting ───────────────────────────────────────────────────────────────
def test_a_complete_design_is_submitted_once(draft: Drill, manager_a: Any) -> None:
    late = Drill.objects.get(pk=draft.pk)
    services.submit_drill(draft, by=manager_a, now=NOW)
    assert (Drill.objects.get(pk=draft.pk).state, told(draft)) == (State.IN_REVIEW, [("submitted", "")])
    with pytest.raises(CannotMove):
        services.submit_drill(late, by=manager_a, now=NOW)
    assert draft.approvals.count() == 1


def test_what_is_missing_is_said_in_words(organisation_a: Any, manager_a: Any) -> None:
    empty = make_drill(organisation_a, starts_at=NOW)
    with pytest.raises(NotSubmittable) as refused:
        services.submit_drill(empty, by=manager_a, now=NOW)
    assert len(refused.value.problems) == 6  # past, plan, objectives, events, director, safety plan
    assert Drill.objects.get(pk=empty.pk).state == State.DRAFT
    assert not empty.approvals.exists()


@pytest.mark.parametrize("missing", ["objectives", "events", "participations"])
def test_each_part_of_the_design_is_asked_for(draft: Drill, missing: str) -> None:
    getattr(draft, missing).all().delete()
    assert len(services.what_is_missing(draft, now=NOW)) == 1


def test_what_the_approval_freezes_is_whole_by_then(draft: Drill) -> None:
    """Later the readiness list could only ask for it in vain."""
    draft.plan_version = None
    draft.objectives.create(position=2, who="安置组", task="清点人数")
    draft.events.update(responsible="")
    problems = services.what_is_missing(draft, now=NOW)
    assert len(problems) == 3
    assert ("安置组：清点人数" in problems[1], "01" in problems[2]) == (True, True)


# ── Deciding ─────────────────────────────────────────────────────────────────
def test_approved_it_has_a_number_and_its_list(organisation_a: Any, manager_a: Any, leader: Any) -> None:
    first, second = submitted(organisation_a, manager_a), submitted(organisation_a, manager_a)
    services.approve_drill(first, by=leader, now=NOW)
    services.approve_drill(second, by=leader, now=NOW + timedelta(hours=1))
    assert [first.number, second.number] == ["YL2026-0001", "YL2026-0002"]
    assert (first.state, told(first)[-1]) == (State.APPROVED, ("approved", ""))
    assert first.checks.filter(mandatory=True).exists()


def test_who_is_second_draws_no_number(organisation_a: Any, manager_a: Any, leader: Any) -> None:
    drill = submitted(organisation_a, manager_a)
    late = Drill.objects.get(pk=drill.pk)
    services.approve_drill(drill, by=leader, now=NOW)
    with pytest.raises(CannotMove):
        services.approve_drill(late, by=leader, now=NOW)
    other = submitted(organisation_a, manager_a)
    services.approve_drill(other, by=leader, now=NOW)
    assert other.number == "YL2026-0002"
    assert drill.approvals.filter(decision="approved").count() == 1


def test_numbers_begin_anew_each_year_of_the_county(db: Any) -> None:
    new_year = NOW.replace(month=12, day=31, hour=23) + timedelta(hours=1)
    assert [next_drill_number(NOW), next_drill_number(new_year), next_drill_number(NOW)] == [
        "YL2026-0001", "YL2027-0001", "YL2026-0002",
    ]  # fmt: skip


def test_given_back_it_is_a_draft_with_a_reason(organisation_a: Any, manager_a: Any, leader: Any) -> None:
    drill = submitted(organisation_a, manager_a)
    services.return_drill(drill, reason="安全方案太简单", by=leader, now=NOW)
    assert (drill.state, told(drill)[-1]) == (State.DRAFT, ("returned", "安全方案太简单"))
    services.submit_drill(drill, by=manager_a, now=NOW)
    services.approve_drill(drill, by=leader, now=NOW)
    with pytest.raises(CannotMove):  # an approved one is taken back by its planner, not given back
        services.return_drill(drill, reason="too late", by=leader, now=NOW)
    assert Drill.objects.get(pk=drill.pk).state == State.APPROVED


@pytest.mark.parametrize("level", ["county", "joint", "township"])
def test_at_these_levels_somebody_else_decides(bureau: Any, drill_officer: Any, leader: Any, level: str) -> None:
    drill = submitted(bureau, drill_officer, level=level)
    assert not can_approve_drill(drill_officer, drill)
    with pytest.raises(PermissionDenied):
        services.approve_drill(drill, by=drill_officer, now=NOW)
    with pytest.raises(PermissionDenied):
        services.return_drill(drill, reason="mine", by=drill_officer, now=NOW)
    services.approve_drill(drill, by=leader, now=NOW)
    assert drill.state == State.APPROVED


def test_a_manager_decides_on_his_units_own_drill(organisation_a: Any, manager_a: Any, manager_b: Any) -> None:
    drill = submitted(organisation_a, manager_a, level="enterprise")
    with pytest.raises(PermissionDenied):
        services.approve_drill(drill, by=manager_b, now=NOW)
    services.approve_drill(drill, by=manager_a, now=NOW)
    assert drill.state == State.APPROVED


def test_what_waits_for_somebody_is_what_he_may_decide(organisation_a: Any, bureau: Any, cast: dict[str, Any]) -> None:
    """The list and the single drill never disagree, whoever asks."""
    drills = [
        submitted(organisation_a, cast["manager_a"], level="enterprise", title="enterprise"),
        submitted(organisation_a, cast["officer_north"], level="township", title="township"),
        submitted(bureau, cast["drill_officer"], level="county", title="county"),
        submitted(bureau, cast["leader"], level="joint", title="joint"),
    ]
    for name, user in cast.items():
        if user is not None:
            listed = set(drills_approved_by(user))
            assert listed == {drill for drill in drills if can_approve_drill(user, drill)}, name
    assert {drill.title for drill in drills_approved_by(cast["leader"])} == {"enterprise", "township", "county"}


# ── Taking back and calling off ──────────────────────────────────────────────
def test_taken_back_it_keeps_its_number_and_loses_its_ticks(organisation_a: Any, manager_a: Any, leader: Any) -> None:
    drill = submitted(organisation_a, manager_a)
    services.approve_drill(drill, by=leader, now=NOW)
    readiness.pass_line(drill.checks.get(code="desks"), by=manager_a, now=NOW)
    own = readiness.add_own_line(drill, "音响试过", mandatory=True, by=manager_a, now=NOW)
    readiness.pass_line(own, by=manager_a, now=NOW)
    services.withdraw_drill(drill, reason="换地点", by=manager_a, now=NOW)
    assert (drill.state, told(drill)[-1]) == (State.DRAFT, ("withdrawn", "换地点"))
    assert [(check.code, check.passed_at) for check in drill.checks.all()] == [("own-1", None)]
    services.submit_drill(drill, by=manager_a, now=NOW)
    services.approve_drill(drill, by=leader, now=NOW)
    assert drill.number == "YL2026-0001"
    assert not drill.checks.filter(passed_at__isnull=False).exists()


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.APPROVED, State.READY])
def test_before_it_begins_a_drill_is_called_off_with_a_reason(organisation_a: Any, manager_a: Any, state: str) -> None:
    drill = make_drill(organisation_a, state=state)
    services.cancel_drill(drill, reason="暴雨红色预警", by=manager_a, now=NOW)
    assert (Drill.objects.get(pk=drill.pk).state, told(drill)) == (State.CANCELLED, [("cancelled", "暴雨红色预警")])
    assert AuditEntry.objects.get(action="drills.drill_cancelled").payload["reason"] == "暴雨红色预警"


@pytest.mark.parametrize("state", [State.RUNNING, State.PAUSED, State.ENDED, State.CANCELLED, State.ARCHIVED])
def test_once_it_has_begun_nothing_of_this_goes(organisation_a: Any, manager_a: Any, state: str) -> None:
    drill = make_drill(organisation_a, state=state)
    for act in (services.cancel_drill, services.withdraw_drill):
        with pytest.raises(CannotMove):
            act(drill, reason="too late", by=manager_a, now=NOW)
    assert (Drill.objects.get(pk=drill.pk).state, drill.approvals.count()) == (state, 0)


def test_a_director_is_asked_for_exactly_once(draft: Drill, learner: Any) -> None:
    Participation.objects.create(drill=draft, user=learner, role=Participation.Role.DIRECTOR)
    assert len(services.what_is_missing(draft, now=NOW)) == 1
