"""Is the audit log as it was written? Recomputes every seal, in batches."""

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from records.crypto import seal_key
from records.models import AuditEntry, AuditSeal
from records.rules import Break, breaks_of_seal
from records.services.audit import payload_hash

UNSEALED_FOR = timedelta(minutes=5)
SEALS_AT_ONCE = 200

TOLD = {
    "missing_seal": "Seal %(seal)s is missing.",
    "changed_seal": "Seal %(seal)s was changed, or the seal before it.",
    "missing_entry": "Entry %(entry)s of seal %(seal)s is missing.",
    "added_entry": "Entry %(entry)s was put under seal %(seal)s afterwards.",
    "changed_entry": "Entry %(entry)s of seal %(seal)s was changed.",
    "changed_payload": "The details of entry %(entry)s no longer fit their hash.",
    "lost_seal": "Entry %(entry)s belongs to a seal that no longer exists.",
    "waits_too_long": "Entry %(entry)s has waited for a seal for more than five minutes.",
    "other_head": "The newest seal is not the one that was noted: seals were taken away.",
}


class Head(NamedTuple):
    """The newest seal: noted elsewhere, it shows later that none was cut off the end."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


def told(found: Break) -> str:
    return TOLD[found.what] % {"seal": found.seal, "entry": found.entry}


def head() -> Head:
    newest = AuditSeal.objects.order_by("-number").values_list("number", "digest").first()
    return Head(*newest) if newest else Head(0, "")


def verify(now: datetime, noted: str = "") -> Iterator[Break]:
    """Every break; `noted` is a head ("number:digest") that was written down before."""
    yield from breaks_of_seals()
    yield from breaks_of_payloads()
    yield from breaks_without_seal(now)
    if noted and not was_head(noted):
        yield Break("other_head")


def breaks_of_seals() -> Iterator[Break]:
    key, expected, previous = seal_key("audit seal"), 1, ""
    for seal, entries in seals_with_entries():
        yield from (Break("missing_seal", number) for number in range(expected, seal.number))
        lines = [entry.line for entry in entries]
        whole = seal.number == expected
        expected = seal.number + 1
        found = breaks_of_seal(key, seal.number, previous, seal.digest, bytes(seal.fingerprints), lines)
        previous = seal.digest
        # After a gap the digest before is unknown: only what happened to single entries can be told.
        yield from found if whole else [each for each in found if each.what != "changed_seal"]


def seals_with_entries() -> Iterator[tuple[AuditSeal, list[AuditEntry]]]:
    done = 0
    while seals := list(AuditSeal.objects.filter(number__gt=done).order_by("number")[:SEALS_AT_ONCE]):
        entries = AuditEntry.objects.filter(seal__in=seals).order_by("seal_id", "id")
        by_seal = {pk: list(group) for pk, group in groupby(entries, key=lambda entry: entry.seal_id)}
        yield from ((seal, by_seal.get(seal.pk, [])) for seal in seals)
        done = seals[-1].number


def breaks_of_payloads() -> Iterator[Break]:
    for entry in AuditEntry.objects.order_by("id").iterator(chunk_size=2000):
        if not payload_fits(entry):
            yield Break("changed_payload", entry=entry.pk)


def payload_fits(entry: AuditEntry) -> bool:
    if entry.erased_at:
        return entry.erasable == {"label": "", "payload": None, "ip": None}
    return hmac.compare_digest(payload_hash(entry), entry.payload_hash)


def breaks_without_seal(now: datetime) -> Iterator[Break]:
    seal = AuditSeal.objects.filter(pk=OuterRef("seal_id"))
    lost = AuditEntry.objects.filter(~Exists(seal), seal_id__isnull=False)
    yield from (Break("lost_seal", entry=pk) for pk in lost.order_by("id").values_list("pk", flat=True))
    late = AuditEntry.objects.unsealed().filter(at__lt=now - UNSEALED_FOR)
    yield from (Break("waits_too_long", entry=pk) for pk in late.order_by("id").values_list("pk", flat=True))


def was_head(noted: str) -> bool:
    number, _colon, digest = noted.partition(":")
    return number.isdigit() and (
        AuditSeal.objects.filter(number=int(number), digest=digest).exists() or (number == "0" and not digest)
    )
