"""The seals of a run log: who changes, removes or adds something afterwards is found out; photos and time are not."""

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from drills.models import Drill, Participation, RunEvent, RunSeal
from drills.seal_rules import Break
from drills.services import run
from drills.services.seals import BATCH, seal_log, seal_logs, verify_log, waits_too_long
from drills.tasks import seal_run_logs
from records import registry
from tests.drills.factories import NOW, make_part
from tests.drills.phones import Phone, changed, make_events, make_running
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def drill(organisation_a: Any) -> Drill:
    drill = make_running(organisation_a, by=UserFactory())
    for minute, item in enumerate(make_events(drill, 1, 2, 3), 1):
        run.release_item(item, by=UserFactory(), now=after(minute))
    return drill


def test_what_waits_is_sealed_and_the_seals_are_whole(drill: Drill, organisation_b: Any) -> None:
    other = make_running(organisation_b)
    assert seal_logs(after(4)) == 5
    assert seal_logs(after(5)) == 0
    Phone(make_part(drill)).told("stop_ack", after(6))
    assert seal_logs(after(7)) == 1
    assert list(drill.seals.values_list("number", "count", "sealed_at")) == [(1, 4, after(4)), (2, 1, after(7))]
    assert (verify_log(drill), verify_log(other)) == ([], [])
    assert not drill.log.filter(seal__isnull=True).exists()


def test_a_large_log_is_sealed_in_blocks(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drills.services.seals.BATCH", 3)
    assert seal_log(drill, after(4)) == 4
    assert list(drill.seals.values_list("count", flat=True)) == [3, 1]
    assert verify_log(drill) == []
    assert BATCH >= 1000


@pytest.mark.parametrize(
    "change",
    [
        {"happened_at": NOW},
        {"recorded_at": NOW},
        {"payload": {"title": "【演练】别的", "text": "【演练】别的"}},
        {"kind": RunEvent.Kind.SKIPPED},
        {"item": None},
        {"actor": None},
        {"device": "phone-9999"},
        {"skew_ms": 1},
        {"hash": "0" * 64},
    ],
)
def test_a_changed_event_breaks_its_seal(drill: Drill, change: dict[str, Any]) -> None:
    seal_logs(after(4))
    Phone(make_part(drill)).told("stop_ack", after(6))
    seal_logs(after(7))
    RunEvent.objects.filter(pk=drill.log.filter(kind="inject_released").last().pk).update(**change)
    assert verify_log(drill) == [Break("changed_seal", 1)]


def test_an_event_taken_out_or_put_in_breaks_its_seal(drill: Drill) -> None:
    seal_logs(after(4))
    drill.log.filter(kind="inject_released").last().delete()
    assert verify_log(drill) == [Break("changed_count", 1)]


def test_a_seal_taken_out_or_written_anew_breaks_the_row(drill: Drill) -> None:
    phone = Phone(make_part(drill))
    for minute in (4, 5, 6):
        phone.told("stop_ack", after(minute))
        seal_logs(after(minute))
    middle = RunSeal.objects.get(drill=drill, number=2)
    middle.events.update(seal=None)
    middle.delete()
    assert verify_log(drill) == [Break("missing_seal", 2)]
    assert waits_too_long(drill, after(20)) == 1
    RunSeal.objects.filter(drill=drill, number=1).update(digest="0" * 64)
    assert Break("changed_seal", 1) in verify_log(drill)


def test_a_photo_that_comes_later_breaks_nothing(drill: Drill) -> None:
    """The observation is sealed at once; its picture may be an hour away."""
    from drills.services.photos import take_photo
    from tests.drills.test_intake import jpeg

    phone = Phone(make_part(drill, Participation.Role.EVALUATOR))
    noted = phone.says("observation", after(4), text="水尺", photo=True)
    phone.sends(noted, now=after(4))
    seal_logs(after(5))
    event = RunEvent.objects.get(uid=noted.uid)
    take_photo(phone.part, event.uid, jpeg(), now=after(60))
    assert verify_log(drill) == []


# ── The command and the schedule ─────────────────────────────────────────────
def command(*arguments: Any) -> tuple[int, str, str]:
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command("verify_run_log", *arguments, stdout=out, stderr=err)
    except SystemExit as left:
        status = int(left.code or 0)
    return status, out.getvalue(), err.getvalue()


def test_the_command_tells_of_a_whole_log(drill: Drill) -> None:
    seal_logs(after(4))
    assert command() == (0, f"drill {drill.pk}: 4 events, 1 seals, 0 breaks\n", "")


def test_the_command_tells_of_a_break_and_of_what_a_phone_counted_wrong(drill: Drill, organisation_b: Any) -> None:
    make_running(organisation_b)
    phone = Phone(make_part(drill))
    phone.sends(changed(phone.says("stop_ack", after(1)), device_seq=3), now=after(2))
    seal_logs(after(4))
    drill.log.filter(kind="inject_released").update(skew_ms=5)
    status, out, err = command(drill.pk)
    assert (status, err) == (1, f"drill {drill.pk}: seal 1 or an event under it was changed\n")
    assert f"device {phone.device}: 2 event(s) before" in out
    assert "does not fit its hash" in out
    assert out.endswith("5 events, 1 seals, 1 breaks\n")


def test_the_command_says_when_nobody_seals(drill: Drill) -> None:
    status, _out, err = command(drill.pk)  # the log is of 2026-11-24, long ago
    assert (status, "have waited for a seal" in err) == (1, True)


def test_the_command_knows_no_drill_without_a_log(organisation_a: Any) -> None:
    with pytest.raises(CommandError):
        call_command("verify_run_log", 4711)


def test_the_sealer_runs_each_minute(drill: Drill) -> None:
    (entry,) = [each for each in registry.schedule if each.name == "drills.seal_run_logs"]
    assert (entry.every, entry.task) == (timedelta(minutes=1), seal_run_logs)
    seal_run_logs()
    assert verify_log(drill) == []
    assert drill.seals.count() == 1
