"""The design of a drill while it is a draft, and a copy of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from drills.models import Drill, DrillForm, Objective, Participation
from drills.permissions import can_read_script
from drills.queries.drills import drill_rows, drills_of, told_when, years_of
from drills.services import design as services
from records.models import AuditEntry
from tests.drills.factories import NOW, join, make_drill, make_item, make_part
from tests.drills.planning import make_planned

pytestmark = pytest.mark.django_db
State = Drill.State


@pytest.fixture
def draft(organisation_a: Any, manager_a: Any) -> Drill:
    return make_planned(organisation_a, manager_a)


def objective(who: str, **fields: Any) -> Objective:
    return Objective(who=who, task="集合", **fields)


# ── The draft ────────────────────────────────────────────────────────────────
def test_a_new_design_says_who_began_it_and_when(organisation_a: Any, manager_a: Any) -> None:
    drill = Drill(
        title="消防疏散演练", hazard="household_fire", level="enterprise", organisation=organisation_a,
        division=organisation_a.division, place="一号楼", starts_at=NOW, ends_at=NOW + timedelta(hours=1),
    )  # fmt: skip
    services.save_design(drill, by=manager_a, now=NOW)
    assert (drill.created_by, drill.created_at, drill.state, drill.number) == (manager_a, NOW, "draft", "")
    assert AuditEntry.objects.get(object_id=str(drill.pk), object_type="drills.drill").action == "drills.drill_created"


@pytest.mark.parametrize("state", [state for state in State.values if state != "draft"])
def test_only_a_draft_is_changed(draft: Drill, manager_a: Any, organisation_b: Any, state: str) -> None:
    unit = join(draft, organisation_b)
    Drill.objects.filter(pk=draft.pk).update(state=state)
    draft.title = "another"
    for change in (
        lambda: services.save_design(draft, by=manager_a, now=NOW),
        lambda: services.set_objectives(draft, [], by=manager_a, now=NOW),
        lambda: services.add_units(draft, [organisation_b], by=manager_a, now=NOW),
        lambda: services.remove_unit(unit, by=manager_a, now=NOW),
    ):
        with pytest.raises(services.NotADraft):
            change()
    kept = Drill.objects.get(pk=draft.pk)
    assert (kept.title != "another", kept.objectives.count(), kept.taking_part.count()) == (True, 1, 1)


def test_objectives_keep_their_events_and_their_order(draft: Drill, manager_a: Any) -> None:
    first = draft.objectives.get()
    services.set_objectives(draft, [objective("安置组"), first], by=manager_a, now=NOW)
    assert [str(one) for one in draft.objectives.all()] == ["安置组：集合", "转移一组：逐户通知并带离"]
    assert [one.position for one in draft.objectives.all()] == [1, 2]
    assert draft.events.get().objective == first


def test_an_objective_left_out_is_gone_and_its_event_serves_none(draft: Drill, manager_a: Any) -> None:
    services.set_objectives(draft, [objective("安置组")], by=manager_a, now=NOW)
    assert [one.who for one in draft.objectives.all()] == ["安置组"]
    assert draft.events.get().objective is None


def test_each_unit_takes_part_once_and_the_organiser_anyway(
    draft: Drill, manager_a: Any, organisation_a: Any, organisation_b: Any, bureau: Any
) -> None:
    assert services.add_units(draft, [organisation_b, organisation_a, organisation_b], by=manager_a, now=NOW) == 1
    assert services.add_units(draft, [organisation_b, bureau], by=manager_a, now=NOW) == 1
    assert {unit.organisation for unit in draft.taking_part.all()} == {organisation_b, bureau}
    services.remove_unit(draft.taking_part.get(organisation=bureau), by=manager_a, now=NOW)
    assert draft.taking_part.get().organisation == organisation_b


# ── A copy ───────────────────────────────────────────────────────────────────
def test_a_copy_is_a_draft_with_the_same_design_for_another_day(
    draft: Drill, manager_a: Any, drill_officer: Any, organisation_b: Any
) -> None:
    join(draft, organisation_b)
    player = make_part(draft, name="村民一组", is_group=True, expected=30, team="一组", epoch=4)
    make_item(draft, minute=None, kind="contingency", condition="降雨停止").receivers.set([player])
    Drill.objects.filter(pk=draft.pk).update(
        state=State.CLOSED, number="YL2026-0007", startex_at=NOW, endex_at=NOW, held_on=NOW.date(), counted_at=NOW
    )
    draft.refresh_from_db()
    begins = NOW + timedelta(days=365)
    clone = services.clone_drill(draft, title="第二次", starts_at=begins, by=drill_officer, now=NOW)
    clone.refresh_from_db()
    assert (clone.state, clone.number, clone.title, clone.cloned_from) == ("draft", "", "第二次", draft)
    assert (clone.starts_at, clone.ends_at - clone.starts_at) == (begins, draft.ends_at - draft.starts_at)
    assert (clone.startex_at, clone.endex_at, clone.held_on, clone.counted_at) == (None, None, None, None)
    assert (clone.created_by, clone.safety_plan) == (drill_officer, draft.safety_plan)
    assert clone.plan_version == draft.plan_version
    assert clone.uid != draft.uid
    assert [unit.organisation for unit in clone.taking_part.all()] == [organisation_b]
    assert told_parts(clone) == told_parts(draft)
    assert clone.participations.get(name="村民一组").epoch == 1


def told_parts(drill: Drill) -> list[tuple[Any, ...]]:
    return sorted((part.role, part.label, part.team, part.expected) for part in drill.participations.all())


def test_the_copys_events_serve_and_reach_the_copys_own(draft: Drill, manager_a: Any) -> None:
    player = make_part(draft, team="一组")
    event = draft.events.get()
    event.receivers.set([player])
    clone = services.clone_drill(draft, title="第二次", starts_at=NOW, by=manager_a, now=NOW)
    copy = clone.events.get()
    assert (copy.number, copy.expected, copy.offset_seconds) == (event.number, event.expected, event.offset_seconds)
    assert copy.objective in clone.objectives.all()
    assert [part.drill_id for part in copy.receivers.all()] == [clone.pk]
    assert draft.events.get().receivers.get() == player


def test_the_copy_takes_the_evaluation_forms_and_leaves_log_list_and_decisions(draft: Drill, manager_a: Any) -> None:
    from drills.models import Approval, EvaluationTemplate, ReadinessCheck, RunEvent, TemplateVersion

    template = EvaluationTemplate.objects.create(key="own-form", kind="live", title="评估表")
    version = TemplateVersion.objects.create(template=template, number=1, source="自拟", issued_at=NOW)
    DrillForm.objects.create(drill=draft, version=version, percent=100)
    Approval.objects.create(drill=draft, decision="submitted", by=manager_a, at=NOW)
    ReadinessCheck.objects.create(drill=draft, position=1, code="weather", text="天气")
    RunEvent.objects.create(drill=draft, kind="startex", happened_at=NOW, recorded_at=NOW)
    clone = services.clone_drill(draft, title="第二次", starts_at=NOW, by=manager_a, now=NOW)
    assert [(form.version, form.percent) for form in clone.forms.all()] == [(version, 100)]
    assert (clone.log.count(), clone.checks.count(), clone.approvals.count()) == (0, 0, 0)


# ── Whose list ───────────────────────────────────────────────────────────────
@pytest.fixture
def blind(organisation_a: Any, learner_b: Any) -> Drill:
    drill = make_drill(organisation_a, state=State.APPROVED, notice=Drill.Notice.DOUBLE_BLIND, number="YL2026-0001")
    make_part(drill, user=learner_b)
    return drill


def test_a_double_blind_drill_shows_itself_to_its_players_when_it_begins(blind: Drill, learner_b: Any) -> None:
    assert list(Drill.objects.visible_to(learner_b)) == []
    Drill.objects.filter(pk=blind.pk).update(startex_at=NOW, state=State.RUNNING)
    assert list(Drill.objects.visible_to(learner_b)) == [blind]


def test_a_drill_called_off_before_anybody_approved_it_was_never_announced(organisation_a: Any, learner_b: Any) -> None:
    drill = make_drill(organisation_a, state=State.CANCELLED)
    make_part(drill, user=learner_b)
    assert list(Drill.objects.visible_to(learner_b)) == []
    Drill.objects.filter(pk=drill.pk).update(number="YL2026-0002")
    assert list(Drill.objects.visible_to(learner_b)) == [drill]


def test_a_drill_without_notice_keeps_its_day_from_its_players_only(
    organisation_a: Any, learner_b: Any, manager_b: Any, manager_a: Any
) -> None:
    drill = make_drill(organisation_a, state=State.APPROVED, notice=Drill.Notice.NO_NOTICE, number="YL2026-0003")
    make_part(drill, user=learner_b)
    make_part(drill, Participation.Role.EVALUATOR, manager_b)
    assert [(one.drill, one.knows_when) for one in drills_of(learner_b)] == [(drill, False)]
    assert [list(told_when(user)) for user in (learner_b, manager_b, manager_a)] == [[], [drill], [drill]]
    Drill.objects.filter(pk=drill.pk).update(startex_at=NOW)
    assert list(told_when(learner_b)) == [drill]


def test_who_plays_and_keeps_the_minutes_reads_no_script(organisation_a: Any, learner_b: Any) -> None:
    drill = make_drill(organisation_a, state=State.APPROVED)
    make_part(drill, Participation.Role.SCRIBE, learner_b)
    assert can_read_script(learner_b, drill)
    make_part(drill, Participation.Role.PLAYER, learner_b)
    assert not can_read_script(learner_b, drill)


def test_the_list_is_narrowed_by_what_it_shows(
    organisation_a: Any, organisation_b: Any, drill_officer: Any, township_north: Any
) -> None:
    ours = make_drill(organisation_a, title="山洪转移", number="YL2026-0009", place="北岭村")
    theirs = make_drill(
        organisation_b, title="消防疏散", hazard="household_fire", form="tabletop", level="enterprise", state="closed",
        starts_at=NOW - timedelta(days=400),
    )  # fmt: skip

    def found(**filters: Any) -> list[Drill]:
        return list(drill_rows(drill_officer, **filters))

    assert found() == [ours, theirs]
    assert [found(q=q) for q in ("转移", "0009", "北岭", "nothing")] == [[ours], [ours], [ours], []]
    assert [found(hazard="household_fire"), found(form="tabletop"), found(level="village")] == [
        [theirs], [theirs], [ours],
    ]  # fmt: skip
    assert [found(state="closed"), found(township=township_north)] == [[theirs], [ours]]
    assert found(days=(NOW.date(), None)) == [ours]
    assert found(days=(None, NOW.date() - timedelta(days=1))) == [theirs]
    assert years_of(drill_officer) == [2026, 2025]


def test_days_of_the_list_are_the_countys(organisation_a: Any, manager_a: Any) -> None:
    """Half past midnight in the county is still the day before in UTC."""
    night = datetime.fromisoformat("2026-11-25T00:30:00+08:00")
    drill = make_drill(organisation_a, starts_at=night)
    day = timezone.localdate(night)
    assert list(drill_rows(manager_a, days=(day, day))) == [drill]
    assert list(drill_rows(manager_a, days=(None, day - timedelta(days=1)))) == []
