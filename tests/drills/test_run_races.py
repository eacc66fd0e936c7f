"""Two of the same at the same moment: threads with connections of their own, on PostgreSQL."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection  # noqa: F401  the mark below asks it

from drills.models import Attendance, Drill, MselItem, Participation, RunDevice, RunEvent, RunSeal
from drills.services import run
from drills.services.intake import Answer
from drills.services.seals import seal_logs, verify_log
from drills.services.states import CannotMove
from tests.drills.factories import NOW, make_part
from tests.drills.phones import Phone, make_events, make_ready, make_running
from tests.exams.test_races import AT_ONCE, together
from tests.people.factories import OrganisationFactory, UserFactory

__all__ = ["together"]  # a fixture
pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]
MINUTE = timedelta(minutes=1)
Together = Callable[..., list[Any]]


@pytest.fixture
def drill() -> Drill:
    return make_running(OrganisationFactory(), by=UserFactory())


def test_two_controllers_who_release_the_same_event_give_one_release(drill: Drill, together: Together) -> None:
    items, by = make_events(drill, 1, 2, 3), UserFactory()
    for item in items:
        steps = [lambda pk=item.pk: run.release_item(MselItem.objects.get(pk=pk), by=by, now=NOW + MINUTE).kind]
        told = together(*steps * AT_ONCE)
        assert Counter(told) == {"inject_released": 1, run.AlreadyDone: AT_ONCE - 1}
    assert RunEvent.objects.filter(kind="inject_released").count() == 3


def test_a_release_and_a_skip_at_once_are_told_one_after_the_other(drill: Drill, together: Together) -> None:
    (item,), by = make_events(drill, 1), UserFactory()

    def release() -> str:
        return run.release_item(MselItem.objects.get(pk=item.pk), by=by, now=NOW + MINUTE).kind

    def skip() -> str:
        return run.skip_item(MselItem.objects.get(pk=item.pk), reason="雨", by=by, now=NOW + MINUTE).kind

    told = together(release, skip)
    # Who skips first may still be overruled by a release, never the other way round.
    assert told in (["inject_released", "inject_skipped"], ["inject_released", run.AlreadyDone])


def test_a_drill_begins_once(together: Together) -> None:
    drill, by = make_ready(OrganisationFactory()), UserFactory()
    told = together(*[lambda: run.start_drill(Drill.objects.get(pk=drill.pk), by=by, now=NOW).kind] * AT_ONCE)
    assert Counter(told) == {"startex": 1, CannotMove: AT_ONCE - 1}


def test_end_and_abort_at_once_are_one_of_them(drill: Drill, together: Together) -> None:
    by = UserFactory()

    def end() -> str:
        return run.end_drill(Drill.objects.get(pk=drill.pk), by=by, now=NOW + MINUTE).kind

    def abort() -> str:
        now = NOW + MINUTE
        return run.abort_drill(Drill.objects.get(pk=drill.pk), why="other", reason="雷雨", by=by, now=now).kind

    told = Counter(together(*[end, abort] * (AT_ONCE // 2)))
    assert told[CannotMove] == AT_ONCE - 1
    assert RunEvent.objects.filter(kind__in=("endex", "abort")).count() == 1


def test_one_batch_sent_eight_times_at_once_is_in_the_log_once(drill: Drill, together: Together) -> None:
    phone = Phone(make_part(drill))
    said = [phone.says("stop_ack", NOW + MINUTE) for _turn in range(5)]
    told = together(*[lambda: [each.verdict for each in phone.sends(*said, now=NOW + 2 * MINUTE)]] * AT_ONCE)
    assert sorted(told, reverse=True) == [[Answer.TAKEN] * 5] + [[Answer.KNOWN] * 5] * (AT_ONCE - 1)
    assert RunEvent.objects.filter(kind="stop_ack").count() == 5
    assert RunDevice.objects.count() == 1


def test_eight_phones_sign_the_same_man_in_at_once_and_he_is_there_once(drill: Drill, together: Together) -> None:
    villager = make_part(drill)
    phones = [Phone(make_part(drill, Participation.Role.CONTROLLER)) for _one in range(AT_ONCE)]
    said = [phone.says("checkin", NOW + MINUTE, part=villager.pk, how="qr") for phone in phones]
    sends = [
        lambda phone=phone, event=event: phone.sends(event, now=NOW + MINUTE)[0].verdict
        for phone, event in zip(phones, said, strict=True)
    ]
    assert together(*sends) == [Answer.TAKEN] * AT_ONCE
    row = Attendance.objects.counted().get()
    assert str(row.event.uid) == min(event.uid for event in said)


def test_a_stop_from_a_phone_and_a_release_at_once_leave_the_drill_standing(drill: Drill, together: Together) -> None:
    (item,), by, phone = make_events(drill, 1), UserFactory(), Phone(make_part(drill))
    call = phone.says("stop", NOW + MINUTE)
    together(
        lambda: phone.sends(call, now=NOW + MINUTE),
        lambda: run.release_item(MselItem.objects.get(pk=item.pk), by=by, now=NOW + MINUTE),
    )
    assert Drill.objects.get().state == Drill.State.PAUSED


def test_eight_sealers_seal_each_event_once(drill: Drill, together: Together) -> None:
    phone = Phone(make_part(drill))
    phone.sends(*[phone.says("stop_ack", NOW + MINUTE) for _turn in range(30)], now=NOW + MINUTE)
    told = together(*[lambda: seal_logs(NOW + 2 * MINUTE)] * AT_ONCE)
    assert sum(told) == 31
    assert (RunSeal.objects.count(), verify_log(drill)) == (1, [])
