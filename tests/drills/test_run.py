"""The use cases of a run: what each leaves in the log, in the drill and among those who were there."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser

from drills.models import Attendance, Drill, MselItem, Participation, RunEvent
from drills.queries.run_log import entries_of, planned_of
from drills.run_rules import clock, standing, stop
from drills.services import run
from drills.services.projection import rebuild
from drills.services.states import CannotMove
from records.models import AuditEntry
from tests.drills.factories import NOW, make_part
from tests.drills.phones import Phone, make_events, make_ready, make_running
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
Kind, Role, State = RunEvent.Kind, Participation.Role, Drill.State


def after(minutes: float, seconds: float = 0) -> datetime:
    return NOW + timedelta(minutes=minutes, seconds=seconds)


@pytest.fixture
def director() -> Any:
    return UserFactory(full_name="总指挥")


@pytest.fixture
def drill(organisation_a: Any, director: Any) -> Drill:
    return make_running(organisation_a, by=director)


def kinds(drill: Drill) -> list[str]:
    return list(drill.log.values_list("kind", flat=True))


def clock_at(drill: Drill, moment: datetime) -> Any:
    return clock(entries_of(drill), moment)


# ── The clock ────────────────────────────────────────────────────────────────
def test_a_ready_drill_begins_once(organisation_a: Any, director: Any) -> None:
    drill, other_tab = make_ready(organisation_a), None
    other_tab = Drill.objects.get(pk=drill.pk)
    make_part(drill, Role.DIRECTOR, director)
    event = run.start_drill(drill, by=director, now=NOW)
    assert (event.kind, event.happened_at, event.actor, event.participation.role) == (
        "startex",
        NOW,
        director,
        "director",
    )
    with pytest.raises(CannotMove):
        run.start_drill(other_tab, by=director, now=after(1))
    drill.refresh_from_db()
    assert (drill.state, drill.startex_at, drill.held_on, drill.counted_at) == (State.RUNNING, NOW, None, None)
    assert AuditEntry.objects.filter(action="drills.run_started").count() == 1


@pytest.mark.parametrize("state", [State.DRAFT, State.APPROVED, State.PAUSED, State.ENDED, State.CANCELLED])
def test_only_a_ready_drill_begins(organisation_a: Any, director: Any, state: str) -> None:
    drill = make_ready(organisation_a, state=state)
    with pytest.raises(CannotMove):
        run.start_drill(drill, by=director, now=NOW)
    assert kinds(drill) == []


def test_pause_and_resume_are_the_clock(drill: Drill, director: Any) -> None:
    run.pause_drill(drill, reason="吃饭", by=director, now=after(10))
    assert Drill.objects.get(pk=drill.pk).state == State.PAUSED
    run.resume_drill(drill, by=director, now=after(25))
    assert Drill.objects.get(pk=drill.pk).state == State.RUNNING
    assert clock_at(drill, after(30)).elapsed == timedelta(minutes=15)


def test_a_second_pause_from_another_tab_is_refused_and_leaves_nothing(drill: Drill, director: Any) -> None:
    other_tab = Drill.objects.get(pk=drill.pk)
    run.pause_drill(drill, by=director, now=after(10))
    with pytest.raises(CannotMove):
        run.pause_drill(other_tab, by=director, now=after(10))
    assert kinds(drill) == ["startex", "pause"]


def test_an_ended_drill_counts_from_its_end_on_the_day_it_began(organisation_a: Any, director: Any) -> None:
    late = datetime.fromisoformat("2026-11-24T23:50:00+08:00")
    drill = make_running(organisation_a, by=director, now=late)
    run.end_drill(drill, by=director, now=late + timedelta(minutes=30))
    drill.refresh_from_db()
    assert (drill.state, drill.endex_at) == (State.ENDED, late + timedelta(minutes=30))
    assert (drill.held_on, drill.counted_at) == (date(2026, 11, 24), late + timedelta(minutes=30))
    assert list(Drill.objects.counted()) == [drill]


def test_nothing_ends_by_itself(drill: Drill, director: Any) -> None:
    """All is released and the planned end is long past: the work goes on until somebody says it is over."""
    (item,) = make_events(drill, 1)
    run.release_item(item, by=director, now=after(1))
    rebuild(drill, now=after(600))
    assert Drill.objects.get(pk=drill.pk).state == State.RUNNING


def test_an_aborted_drill_says_why_and_counts(drill: Drill, director: Any) -> None:
    run.pause_drill(drill, by=director, now=after(5))
    run.abort_drill(drill, why="real_incident", reason="河道真的涨水", by=director, now=after(8))
    drill.refresh_from_db()
    assert (drill.state, drill.endex_at, drill.counted_at) == (State.ABORTED, after(8), after(8))
    event = drill.log.get(kind=Kind.ABORT)
    assert event.payload == {"why": "real_incident", "reason": "河道真的涨水"}
    assert clock_at(drill, after(60)).elapsed == timedelta(minutes=5)


def test_what_is_over_does_not_go_on(drill: Drill, director: Any) -> None:
    run.end_drill(drill, by=director, now=after(5))
    (item,) = make_events(drill, 1)
    for act in (
        lambda: run.end_drill(drill, by=director, now=after(6)),
        lambda: run.pause_drill(drill, by=director, now=after(6)),
        lambda: run.resume_drill(drill, by=director, now=after(6)),
        lambda: run.abort_drill(drill, why="other", reason="again", by=director, now=after(6)),
    ):
        with pytest.raises(CannotMove):
            act()
    for act in (
        lambda: run.release_item(item, by=director, now=after(6)),
        lambda: run.skip_item(item, reason="late", by=director, now=after(6)),
        lambda: run.delay_item(item, seconds=60, by=director, now=after(6)),
        lambda: run.emergency_stop(drill, by=director, now=after(6)),
    ):
        with pytest.raises(run.NotNow):
            act()
    assert kinds(drill) == ["startex", "endex"]


def test_commands_keep_their_order_though_the_servers_clock_is_set_back(drill: Drill, director: Any) -> None:
    run.pause_drill(drill, by=director, now=after(10))
    run.resume_drill(drill, by=director, now=after(9, 58))
    drill.refresh_from_db()
    assert drill.state == State.RUNNING
    assert clock_at(drill, after(20)).running


# ── Emergency stop ───────────────────────────────────────────────────────────
def test_a_stop_by_anybody_holds_the_clock_and_only_the_director_lifts_it(drill: Drill, director: Any) -> None:
    controller = UserFactory()
    make_part(drill, Role.CONTROLLER, controller)
    player = make_part(drill, Role.PLAYER, UserFactory())
    run.emergency_stop(drill, text="有人落水", by=player.user, now=after(7))
    assert Drill.objects.get(pk=drill.pk).state == State.PAUSED
    with pytest.raises(run.DirectorDecides):
        run.resume_drill(drill, by=controller, now=after(9))
    run.resume_drill(drill, by=director, now=after(12))
    assert stop(entries_of(drill)) is None
    assert clock_at(drill, after(20)).elapsed == timedelta(minutes=15)


def test_without_a_stop_a_controller_may_let_it_go_on(drill: Drill, director: Any) -> None:
    controller = UserFactory()
    make_part(drill, Role.CONTROLLER, controller)
    run.pause_drill(drill, by=director, now=after(3))
    run.resume_drill(drill, by=controller, now=after(4))
    assert drill.state == State.RUNNING


def test_a_resume_names_the_stops_it_lifts(drill: Drill, director: Any) -> None:
    called = [run.emergency_stop(drill, by=director, now=after(minute)) for minute in (3, 4)]
    event = run.resume_drill(drill, by=director, now=after(5))
    assert event.payload == {"stops": [str(each.uid) for each in called]}


def test_a_stop_that_a_dead_phone_brings_later_stands_though_the_drill_went_on(drill: Drill, director: Any) -> None:
    phone = Phone(make_part(drill))
    call = phone.says("stop", after(5), text="滑坡")
    run.pause_drill(drill, by=director, now=after(6))
    run.resume_drill(drill, by=director, now=after(7))
    phone.sends(call, now=after(9))
    drill.refresh_from_db()
    assert drill.state == State.PAUSED
    run.resume_drill(drill, by=director, now=after(10))
    assert drill.state == State.RUNNING


def test_who_has_no_phone_acknowledges_by_radio(drill: Drill, director: Any) -> None:
    part = make_part(drill)
    with pytest.raises(run.NotNow):
        run.acknowledge_stop(part, by=director, now=after(1))
    run.emergency_stop(drill, by=director, now=after(2))
    run.acknowledge_stop(part, by=director, now=after(3))
    told = stop(entries_of(drill))
    assert told is not None
    assert told.parts[part.pk] == after(3)


# ── The events of the table ──────────────────────────────────────────────────
def test_what_is_released_is_kept_as_it_went_out_and_marked(drill: Drill, director: Any) -> None:
    (item,) = make_events(drill, 1, title="雨量站报告", text="一小时62毫米")
    event = run.release_item(item, by=director, now=after(1, 5))
    assert (event.kind, event.item, event.happened_at) == ("inject_released", item, after(1, 5))
    assert event.payload == {"title": "【演练】雨量站报告", "text": "【演练】一小时62毫米"}


def test_a_mark_is_set_once(drill: Drill, director: Any) -> None:
    (item,) = make_events(drill, 1, title="【演练】报告", text="")
    assert run.release_item(item, by=director, now=after(1)).payload == {
        "title": "【演练】报告",
        "text": "【演练】报告",
    }


def test_the_second_release_is_refused_and_told_of_the_first(drill: Drill, director: Any) -> None:
    (item,) = make_events(drill, 1)
    first = run.release_item(item, by=director, now=after(1))
    with pytest.raises(run.AlreadyDone) as refused:
        run.release_item(item, by=director, now=after(1, 1))
    assert refused.value.event == first
    with pytest.raises(run.AlreadyDone):
        run.skip_item(item, reason="too late", by=director, now=after(2))
    with pytest.raises(run.AlreadyDone):
        run.delay_item(item, seconds=60, by=director, now=after(2))


def test_after_a_release_was_taken_back_it_can_be_released_again(drill: Drill, director: Any) -> None:
    (item,) = make_events(drill, 1)
    first = run.release_item(item, by=director, now=after(1))
    run.decide(drill, str(first.uid), stands=False, reason="按错了", by=director, now=after(2))
    run.release_item(item, by=director, now=after(3))
    told = standing(entries_of(drill), planned_of([item]).values(), after(4))[item.pk]
    assert told.released_at == after(3)


def test_nothing_is_released_while_the_clock_stands(drill: Drill, director: Any) -> None:
    (item,) = make_events(drill, 1)
    run.pause_drill(drill, by=director, now=after(1))
    with pytest.raises(run.NotNow):
        run.release_item(item, by=director, now=after(2))


def test_an_expected_action_is_looked_at_and_never_released(drill: Drill, director: Any) -> None:
    (item,) = make_events(drill, 1, kind=MselItem.Kind.EXPECTED_ACTION)
    with pytest.raises(run.NotNow):
        run.release_item(item, by=director, now=after(2))


def test_before_the_start_only_what_is_planned_before_it_goes_out(organisation_a: Any, director: Any) -> None:
    drill = make_ready(organisation_a)
    make_part(drill, Role.DIRECTOR, director)
    early, first = make_events(drill, -60, 0, kind=MselItem.Kind.CONTROL)
    run.release_item(early, by=director, now=after(-60))
    with pytest.raises(run.NotNow):
        run.release_item(first, by=director, now=after(-1))
    assert drill.log.get().item == early


def test_a_delay_pressed_twice_is_one_delay(drill: Drill, director: Any) -> None:
    (item,) = make_events(drill, 10)
    uid = uuid4()  # of the form
    for _press in range(2):
        run.delay_item(item, seconds=300, by=director, now=after(1), uid=uid)
    run.delay_item(item, seconds=60, by=director, now=after(2))
    told = standing(entries_of(drill), planned_of([item]).values(), after(3))[item.pk]
    assert (told.delay, told.due_at) == (timedelta(minutes=6), after(16))


def test_what_waits_for_a_condition_cannot_be_delayed(drill: Drill, director: Any) -> None:
    (item,) = make_events(drill, None, kind=MselItem.Kind.CONTINGENCY)
    with pytest.raises(run.NotNow):
        run.delay_item(item, seconds=60, by=director, now=after(1))


def test_new_words_leave_the_approved_table_as_it_was(drill: Drill, director: Any) -> None:
    (item,) = make_events(drill, 1, text="一小时62毫米")
    run.amend_item(item, text="一小时80毫米", reason="实况", by=director, now=after(1))
    event = run.release_item(item, by=director, now=after(2))
    item.refresh_from_db()
    assert (item.text, event.payload["text"]) == ("一小时62毫米", "【演练】一小时80毫米")


def test_a_controller_writes_down_who_acknowledged_by_radio_once(drill: Drill, director: Any) -> None:
    (item,), part = make_events(drill, 1), make_part(drill)
    run.release_item(item, by=director, now=after(1))
    run.acknowledge_for(item, part, by=director, now=after(2))
    assert run.acknowledge_for(item, part, by=director, now=after(3)) is None
    told = standing(entries_of(drill), planned_of([item]).values(), after(4))[item.pk]
    assert told.acks == {part.pk: after(2)}


def test_a_part_of_another_drill_acknowledges_nothing(drill: Drill, director: Any, organisation_b: Any) -> None:
    (item,), stranger = make_events(drill, 1), make_part(make_running(organisation_b))
    with pytest.raises(run.NotNow):
        run.acknowledge_for(item, stranger, by=director, now=after(2))


# ── Who is there ─────────────────────────────────────────────────────────────
def test_ticking_the_list_signs_in_by_name_and_twice_is_once(drill: Drill, director: Any) -> None:
    person, villager = make_part(drill, user=UserFactory()), make_part(drill)
    assert run.sign_in(drill, [person, villager], by=director, now=after(1)) == 2
    assert run.sign_in(drill, [person], by=director, now=after(2)) == 0
    rows = Attendance.objects.order_by("pk").values_list(
        "participation", "user", "named", "count", "how", "happened_at"
    )
    assert list(rows) == [
        (person.pk, person.user_id, True, 1, "list", after(1)),
        (villager.pk, None, True, 1, "list", after(1)),
    ]
    assert Attendance.objects.filter(recorded_by=director).count() == 2


def test_a_group_and_a_stranger_are_not_signed_in_by_name(drill: Drill, director: Any, organisation_b: Any) -> None:
    group, stranger = make_part(drill, is_group=True), make_part(make_running(organisation_b))
    assert run.sign_in(drill, [group, stranger], by=director, now=after(1)) == 0
    assert Attendance.objects.count() == 0


def test_the_last_count_of_a_group_stands_and_the_first_is_kept(drill: Drill, director: Any) -> None:
    group = make_part(drill, is_group=True, name="一组村民", expected=40)
    run.count_heads(group, count=38, basis="estimated", by=director, now=after(1))
    run.count_heads(group, count=41, basis="counted", by=director, now=after(9))
    (row,) = Attendance.objects.counted()
    assert (row.named, row.count, row.basis, row.how) == (False, 41, "counted", "headcount")
    (old,) = Attendance.objects.filter(withdrawn_at__isnull=False)
    assert (old.count, old.withdrawn_at) == (38, after(9))


def test_a_person_is_not_counted_by_heads(drill: Drill, director: Any) -> None:
    with pytest.raises(run.NotNow):
        run.count_heads(make_part(drill), count=4, basis="counted", by=director, now=after(1))


def test_a_wrong_tick_is_taken_back_and_stays_in_the_log(drill: Drill, director: Any) -> None:
    part = make_part(drill)
    run.sign_in(drill, [part], by=director, now=after(1))
    event = drill.log.get(kind=Kind.CHECKIN)
    run.decide(drill, str(event.uid), stands=False, reason="勾错了人", by=director, now=after(2))
    assert (Attendance.objects.counted().count(), Attendance.objects.count()) == (0, 1)
    run.sign_in(drill, [part], by=director, now=after(3))
    assert Attendance.objects.counted().get().happened_at == after(3)


def test_a_decision_that_is_turned_round_leaves_two_rows_and_counts_one(drill: Drill, director: Any) -> None:
    part = make_part(drill)
    run.sign_in(drill, [part], by=director, now=after(1))
    uid = str(drill.log.get(kind=Kind.CHECKIN).uid)
    run.decide(drill, uid, stands=False, reason="勾错了人", by=director, now=after(2))
    run.decide(drill, uid, stands=True, reason="是他本人", by=director, now=after(3))
    row = Attendance.objects.counted().get()
    assert (row.happened_at, row.recorded_at) == (after(1), after(3))
    assert [Attendance.objects.counted(known_at=after(minute)).count() for minute in (1.5, 2.5, 3.5)] == [1, 0, 1]


# ── After the merge ──────────────────────────────────────────────────────────
def test_only_the_director_decides(drill: Drill, director: Any) -> None:
    controller = UserFactory()
    make_part(drill, Role.CONTROLLER, controller)
    run.sign_in(drill, [make_part(drill)], by=director, now=after(1))
    uid = str(drill.log.get(kind=Kind.CHECKIN).uid)
    for nobody in (controller, UserFactory(), AnonymousUser()):
        with pytest.raises(run.DirectorDecides):
            run.decide(drill, uid, stands=False, reason="不对", by=nobody, now=after(2))


def test_begin_and_end_are_never_taken_back_and_a_stop_only_afterwards(drill: Drill, director: Any) -> None:
    call = run.emergency_stop(drill, by=director, now=after(5))
    with pytest.raises(run.NotNow):
        run.decide(drill, str(call.uid), stands=False, reason="误按", by=director, now=after(6))
    run.end_drill(drill, by=director, now=after(20))
    run.decide(drill, str(call.uid), stands=False, reason="误按", by=director, now=after(30))
    assert clock_at(drill, after(60)).elapsed == timedelta(minutes=20)
    for kind in (Kind.STARTEX, Kind.ENDEX):
        with pytest.raises(run.NotOfThisDrill):
            run.decide(drill, str(drill.log.get(kind=kind).uid), stands=False, reason="no", by=director, now=after(31))


def test_an_event_of_another_drill_is_not_decided_here(drill: Drill, director: Any, organisation_b: Any) -> None:
    other = make_running(organisation_b)
    with pytest.raises(run.NotOfThisDrill):
        run.decide(drill, str(other.log.get().uid), stands=False, reason="no", by=director, now=after(1))


# ── A restart in the middle ──────────────────────────────────────────────────
def test_everything_is_told_again_from_the_log_alone(drill: Drill, director: Any) -> None:
    (item,), group, part = make_events(drill, 1), make_part(drill, is_group=True), make_part(drill)
    run.sign_in(drill, [part], by=director, now=after(1))
    run.count_heads(group, count=30, basis="counted", by=director, now=after(2))
    run.release_item(item, by=director, now=after(3))
    run.emergency_stop(drill, by=director, now=after(4))
    before = told_of(drill)
    Attendance.objects.all().delete()
    Drill.objects.filter(pk=drill.pk).update(state=State.READY, startex_at=None)
    rebuild(Drill.objects.get(pk=drill.pk), now=after(50))
    assert told_of(drill) == before
    run.resume_drill(Drill.objects.get(pk=drill.pk), by=director, now=after(60))
    run.end_drill(Drill.objects.get(pk=drill.pk), by=director, now=after(70))
    before = told_of(drill)
    Drill.objects.filter(pk=drill.pk).update(
        state=State.READY, startex_at=None, endex_at=None, held_on=None, counted_at=None
    )
    rebuild(Drill.objects.get(pk=drill.pk), now=after(99))
    assert told_of(drill) == before
    assert clock_at(drill, after(99)).elapsed == timedelta(minutes=14)


def told_of(drill: Drill) -> Any:
    drill.refresh_from_db()
    rows = Attendance.objects.counted().order_by("participation")
    return (
        (drill.state, drill.startex_at, drill.endex_at, drill.held_on, drill.counted_at),
        list(rows.values_list("participation", "event", "count", "basis", "how", "happened_at", "recorded_at")),
    )


def test_a_rebuild_leaves_a_reported_drill_where_it_is(drill: Drill, director: Any) -> None:
    run.end_drill(drill, by=director, now=after(5))
    Drill.objects.filter(pk=drill.pk).update(state=State.REPORTED)
    rebuild(Drill.objects.get(pk=drill.pk), now=after(6))
    assert Drill.objects.get(pk=drill.pk).state == State.REPORTED


def test_record_gives_the_same_event_for_the_same_uid(drill: Drill, director: Any, organisation_b: Any) -> None:
    uid = uuid4()
    one = run.record(drill, Kind.OBSERVATION, by=director, now=after(1), payload={"text": "到位"}, uid=uid)
    assert run.record(drill, Kind.OBSERVATION, by=director, now=after(2), payload={"text": "到位"}, uid=uid) == one
    assert kinds(drill) == ["startex", "observation"]
    with pytest.raises(run.NotOfThisDrill):
        run.record(make_running(organisation_b), Kind.OBSERVATION, by=director, now=after(3), uid=uid)
