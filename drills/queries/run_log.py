"""The run log as the rules read it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from drills.models import Drill, MselItem, Participation, RunEvent
from drills.run_rules import Entry, Planned

COLUMNS = (
    *("uid", "kind", "happened_at", "recorded_at", "participation_id", "item_id", "payload"),
    *("device", "device_seq", "skew_ms", "device_time", "prev_hash", "hash"),
)


def entries_of(drill: Drill, **narrowed: Any) -> list[Entry]:
    """One query, without making objects of rows."""
    rows = RunEvent.objects.filter(drill=drill, **narrowed).order_by("happened_at", "uid").values_list(*COLUMNS)
    return [Entry(str(uid), *rest) for uid, *rest in rows]


def entry_of(event: RunEvent) -> Entry:
    return Entry(str(event.uid), *(getattr(event, name) for name in COLUMNS[1:]))


def planned_of(items: Iterable[MselItem]) -> dict[int, Planned]:
    """`items` with their receivers fetched."""
    return {item.pk: planned(item) for item in items}


def planned(item: MselItem) -> Planned:
    return Planned(
        item.pk,
        None if item.offset_seconds is None else timedelta(seconds=item.offset_seconds),
        None if item.within_seconds is None else timedelta(seconds=item.within_seconds),
        watched=item.kind == MselItem.Kind.EXPECTED_ACTION,
        receivers=frozenset(part.pk for part in item.receivers.all()),
    )


def players_of(parts: Iterable[Participation]) -> list[Participation]:
    """Who acknowledges what names no receiver; a group that is known by its number has no hand to press with."""
    return [part for part in parts if part.role == Participation.Role.PLAYER and not part.is_group]
