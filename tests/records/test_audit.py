from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from records import services, trail, verification
from records.errors import AppendOnly, UnknownAction
from records.models import AuditEntry, AuditSeal
from records.rules import Break
from records.verification import verify

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registered")]


def happen(times: int = 1, **fields: Any) -> list[AuditEntry]:
    return [services.log("tests.happened", **fields) for _turn in range(times)]


def sealed(times: int = 3) -> list[AuditEntry]:
    entries = happen(times, payload={"n": 1})
    services.seal_audit(timezone.now())
    return entries


def tamper(table: str, change: str, pk: int) -> None:
    """As somebody with the database's password would."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change} WHERE id = %s", [pk])


def breaks() -> list[Break]:
    return list(verify(timezone.now()))


def test_an_entry_says_who_did_what_to_what_from_where(alice: Any, bob: Any):
    token = trail.current.set(trail.Trail("request-1", "203.0.113.77"))
    entry = services.log("tests.happened", by=alice, obj=bob, payload={"points": Decimal("1.5"), "share": 0.25})
    trail.current.reset(token)
    entry.refresh_from_db()
    assert (entry.actor, entry.object_type, entry.object_id, entry.object_label) == (
        alice,
        bob._meta.label_lower,
        str(bob.pk),
        str(bob),
    )
    assert (entry.request_id, entry.ip) == ("request-1", "203.0.113.0")
    assert entry.payload == {"points": "1.5", "share": "0.25"}


def test_an_action_that_nobody_registered_is_refused():
    with pytest.raises(UnknownAction):
        services.log("tests.unheard_of")


def test_a_stranger_is_nobody():
    assert services.log("tests.happened", by=AnonymousUser()).actor is None


def test_entries_and_seals_are_neither_changed_nor_deleted():
    (entry,) = sealed(1)
    entry.action = "tests.other"
    for attempt in (
        entry.save,
        entry.delete,
        AuditSeal.objects.get().save,
        AuditSeal.objects.get().delete,
        AuditEntry.objects.all().delete,
        AuditSeal.objects.all().delete,
        lambda: AuditEntry.objects.update(action="tests.other"),
    ):
        with pytest.raises(AppendOnly):
            attempt()
    assert breaks() == []


def test_what_waits_is_sealed_and_the_next_seal_takes_what_came_later():
    first = sealed(3)
    second = sealed(2)
    seals = list(AuditSeal.objects.all())
    assert [(seal.number, seal.count, seal.first_id, seal.last_id) for seal in seals] == [
        (1, 3, first[0].pk, first[2].pk),
        (2, 2, second[0].pk, second[1].pk),
    ]
    assert AuditEntry.objects.unsealed().count() == 0


def test_nothing_to_seal_makes_no_seal():
    assert services.seal_audit(timezone.now()) == 0
    assert AuditSeal.objects.count() == 0


def test_many_entries_are_sealed_in_blocks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("records.services.audit.BATCH", 2)
    assert len(sealed(5)) == 5
    assert list(AuditSeal.objects.values_list("count", flat=True)) == [2, 2, 1]
    assert breaks() == []


def test_an_untouched_log_has_no_breaks():
    sealed()
    sealed()
    assert breaks() == []


@pytest.mark.parametrize("change", ["action = 'tests.other'", "actor_id = NULL, object_id = '9'", "request_id = 'x'"])
def test_a_changed_entry_is_found(change: str):
    _first, second, _third = sealed()
    tamper("records_auditentry", change, second.pk)
    assert breaks() == [Break("changed_entry", 1, second.pk)]


def test_a_changed_time_is_found():
    entry = sealed()[0]
    later = connection.ops.adapt_datetimefield_value(entry.at + timedelta(seconds=1))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_auditentry SET at = %s WHERE id = %s", [later, entry.pk])
    assert breaks() == [Break("changed_entry", 1, entry.pk)]


def test_changed_details_are_found():
    entry = sealed()[1]
    tamper("records_auditentry", "payload = '{\"n\": 2}'", entry.pk)
    assert breaks() == [Break("changed_payload", entry=entry.pk)]


def test_a_missing_entry_is_found():
    entry = sealed()[1]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_auditentry WHERE id = %s", [entry.pk])
    assert breaks() == [Break("missing_entry", 1, entry.pk)]


def test_an_entry_put_in_afterwards_is_found():
    sealed(1)
    late = happen()[0]
    tamper("records_auditentry", f"seal_id = {AuditSeal.objects.get().pk}", late.pk)
    assert breaks() == [Break("added_entry", 1, late.pk)]


def test_a_missing_seal_is_found_even_with_its_entries():
    for _turn in range(3):
        sealed(1)
    middle = AuditSeal.objects.get(number=2)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_auditentry WHERE seal_id = %s", [middle.pk])
        cursor.execute("DELETE FROM records_auditseal WHERE id = %s", [middle.pk])
    assert breaks() == [Break("missing_seal", 2)]


def test_seals_cut_off_the_end_are_found_by_a_head_that_was_noted():
    sealed(1)
    sealed(1)
    noted = str(verification.head())
    last = AuditSeal.objects.get(number=2)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_auditentry WHERE seal_id = %s", [last.pk])
        cursor.execute("DELETE FROM records_auditseal WHERE id = %s", [last.pk])
    assert breaks() == []
    assert list(verify(timezone.now(), noted)) == [Break("other_head")]


def test_a_seal_moved_between_numbers_is_found():
    sealed(1)
    sealed(1)
    tamper("records_auditseal", "digest = 'aa'", AuditSeal.objects.get(number=1).pk)
    assert breaks() == [Break("changed_seal", 1), Break("changed_seal", 2)]


def test_an_entry_that_waits_for_more_than_five_minutes_is_found():
    now = timezone.now()
    late = happen(now=now - timedelta(minutes=6))[0]
    happen(now=now - timedelta(minutes=4))
    assert list(verify(now)) == [Break("waits_too_long", entry=late.pk)]


def test_what_the_law_has_erased_is_no_break(alice: Any):
    services.log("tests.happened", by=alice, obj=alice, payload={"phone": "13800138000"})
    services.seal_audit(timezone.now())
    now = timezone.now()
    assert services.erase_entries(AuditEntry.objects.filter(actor=alice), now=now) == 1
    entry = AuditEntry.objects.get()
    assert (entry.object_label, entry.payload, entry.ip, entry.erased_at) == ("", None, None, now)
    assert breaks() == []


def test_erasing_is_no_way_to_put_something_else_in_its_place():
    entry = sealed()[0]
    services.erase_entries(AuditEntry.objects.filter(pk=entry.pk), now=timezone.now())
    tamper("records_auditentry", "payload = '{\"n\": 7}'", entry.pk)
    assert breaks() == [Break("changed_payload", entry=entry.pk)]


def test_another_key_breaks_every_seal(settings: Any):
    sealed(2)
    settings.SEAL_KEY = bytes(range(32))
    assert {each.what for each in breaks()} == {"changed_entry", "changed_payload"}


def test_the_command_tells_each_break_and_ends_with_status_one(capsys: pytest.CaptureFixture[str]):
    entry = sealed()[1]
    call_command("verify_audit")
    assert "3 entries, 1 seals, 0 breaks" in capsys.readouterr().out
    tamper("records_auditentry", "action = 'tests.other'", entry.pk)
    with pytest.raises(SystemExit) as end:
        call_command("verify_audit")
    assert end.value.code == 1
    assert f"Entry {entry.pk} of seal 1 was changed." in capsys.readouterr().err


def test_every_kind_of_break_can_be_told():
    for what in verification.TOLD:
        assert verification.told(Break(what, 1, 2))


def test_sealing_a_block_takes_few_queries(django_assert_max_num_queries: Any):
    happen(50)
    with django_assert_max_num_queries(8):
        services.audit.seal_batch(timezone.now())
