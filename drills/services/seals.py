"""The run log under seals: each minute, so that writing never waits for a chain."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from django.db import models, transaction

from drills.models import Drill, RunEvent, RunSeal
from drills.seal_rules import Break, Line, Sealed, breaks, digest
from drills.services.projection import hold
from records.crypto import seal_key

logger = logging.getLogger(__name__)

BATCH = 2000  # events a seal
UNSEALED_FOR = timedelta(minutes=5)
COLUMNS = (
    *("pk", "uid", "kind", "participation_id", "actor_id", "item_id", "happened_at", "recorded_at"),
    *("device", "device_seq", "device_time", "skew_ms", "prev_hash", "hash", "payload"),
)


def key() -> bytes:
    return seal_key("run log")


def seal_logs(now: datetime) -> int:
    """Put every event that waits under a seal of its drill; how many were sealed."""
    waiting = RunEvent.objects.filter(seal__isnull=True).order_by().values("drill").distinct()
    drills = list(Drill.objects.filter(pk__in=waiting).order_by("pk"))
    return sum(seal_log(drill, now) for drill in drills)


def seal_log(drill: Drill, now: datetime) -> int:
    sealed = 0
    while count := seal_batch(drill, now):
        sealed += count
    return sealed


@transaction.atomic
def seal_batch(drill: Drill, now: datetime) -> int:
    """With the log held: no event of a lower number can still come into sight, and no second sealer is at work."""
    hold(drill)
    lines = lines_of(RunEvent.objects.filter(drill=drill, seal__isnull=True).order_by("pk")[:BATCH])
    if not lines:
        return 0
    last = drill.seals.order_by("-number").first()
    number, previous = (last.number + 1, last.digest) if last else (1, "")
    seal = RunSeal.objects.create(
        drill=drill, number=number, sealed_at=now, count=len(lines), digest=digest(key(), number, previous, lines)
    )
    RunEvent.objects.filter(pk__in=[line.id for line in lines], seal__isnull=True).update(seal=seal)
    logger.info("run seal %s covers %s events", seal, seal.count)
    return len(lines)


def lines_of(events: models.QuerySet[RunEvent]) -> list[Line]:
    return [Line(pk, str(uid), *rest) for pk, uid, *rest in events.values_list(*COLUMNS)]


# ── Is the log as it was written? ────────────────────────────────────────────
def verify_log(drill: Drill) -> list[Break]:
    return breaks(key(), sealed_of(drill))


def sealed_of(drill: Drill) -> Iterator[Sealed]:
    events = RunEvent.objects.filter(drill=drill, seal__isnull=False).order_by("seal", "pk")
    rows = events.values_list("seal_id", *COLUMNS)
    by_seal = {
        seal: [Line(pk, str(uid), *rest) for _seal, pk, uid, *rest in group]
        for seal, group in groupby(rows, key=lambda row: row[0])
    }
    for seal in drill.seals.order_by("number"):
        yield Sealed(seal.number, seal.count, seal.digest, by_seal.get(seal.pk, []))


def waits_too_long(drill: Drill, now: datetime) -> int:
    """How many events have no seal though the sealer should have passed."""
    return drill.log.filter(seal__isnull=True, recorded_at__lt=now - UNSEALED_FOR).count()
