import hmac
import json
import logging
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from records import registry, rules, trail
from records.crypto import seal_key
from records.models import AuditEntry, AuditSeal
from records.models.audit import AuditEntryQuerySet
from records.services.series import next_number

logger = logging.getLogger(__name__)

SEALS = "audit seal"
BATCH = 2000  # entries a seal


def log(
    action: str, *, by: Any = None, obj: models.Model | None = None, payload: Any = None, now: datetime | None = None
) -> AuditEntry:
    """Add a line to the audit log, in the caller's transaction. `action` must be registered."""
    registry.audit_actions.check(action)
    asked = trail.current.get()
    entry = AuditEntry(
        at=now or timezone.now(),
        actor=by if by is not None and by.is_authenticated else None,
        action=action,
        payload=storable(payload),
        request_id=asked.request_id,
        ip=rules.mask_address(asked.address) or None,
    )
    if obj is not None:
        entry.object_type, entry.object_id, entry.object_label = obj._meta.label_lower, str(obj.pk), str(obj)[:200]
    entry.payload_hash = payload_hash(entry)
    entry.save()
    return entry


def storable(payload: Any) -> Any:
    """As both databases give it back: a float is kept as text, since each writes it in its own way."""
    return None if payload is None else json.loads(json.dumps(payload, cls=DjangoJSONEncoder), parse_float=str)


def payload_hash(entry: AuditEntry) -> str:
    return hmac.digest(seal_key("audit payload"), rules.canonical(entry.erasable), sha256).hex()


def erase_entries(entries: AuditEntryQuerySet, *, now: datetime) -> int:
    """Forget names, addresses and details; that something happened, when and by which number, stays sealed."""
    return entries.erase(now)


def seal_audit(now: datetime) -> int:
    """Put every entry that waits under a seal; how many were sealed."""
    sealed = 0
    while count := seal_batch(now):
        sealed += count
    return sealed


@transaction.atomic
def seal_batch(now: datetime) -> int:
    if not AuditEntry.objects.unsealed().exists():
        return 0
    number = next_number(SEALS)  # holds the row until commit: one sealer at a time
    entries = list(AuditEntry.objects.unsealed().order_by("id")[:BATCH])
    if not entries:
        transaction.set_rollback(True)  # the sealer before us took them: give the number back
        return 0
    seal = write_seal(number, entries, now)
    if AuditEntry.objects.filter(pk__in=[entry.pk for entry in entries]).put_under(seal) != len(entries):
        raise RuntimeError("two sealers at once")
    logger.info("audit seal %s covers %s entries", seal, seal.count)
    return len(entries)


def write_seal(number: int, entries: list[AuditEntry], now: datetime) -> AuditSeal:
    key, lines = seal_key("audit seal"), [entry.line for entry in entries]
    previous = AuditSeal.objects.filter(number=number - 1).values_list("digest", flat=True).first() or ""
    return AuditSeal.objects.create(
        number=number,
        sealed_at=now,
        count=len(lines),
        first_id=lines[0].id,
        last_id=lines[-1].id,
        digest=rules.seal_digest(key, number, previous, lines),
        fingerprints=rules.pack(rules.fingerprint(key, line) for line in lines),
    )
