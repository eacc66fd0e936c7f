"""The table of events while a drill is designed. Whom a message reaches follows from the names in its receiver."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from drills import msel_rules
from drills.importers.cells import LENGTHS, LONG
from drills.models import Drill, MselItem
from drills.msel_rules import Party, one_line, tidy
from drills.queries.msel import FIELDS, contents, parties_of, seen
from records.services import log

#: Until it runs, new people join the teams that messages are for.
NOT_YET_RUN = (*Drill.DESIGN, Drill.State.APPROVED, Drill.State.READY)
MOST = 2000  # events of one drill


class Frozen(Exception):
    """The drill is approved: from now on its table changes only by events of the run log."""


class Stale(Exception):
    """Somebody changed the row since the page was made; `fields` differ between what was seen and what stands now."""

    def __init__(self, item: MselItem | None) -> None:
        super().__init__("changed meanwhile" if item else "gone")
        self.item = item


class NumberTaken(Exception):
    """Another event of the drill has this number."""


class TooMany(Exception):
    """More events than a drill may have."""


def hold_design(drill: Drill) -> Drill:
    """The drill as it stands, kept in its design until the caller's transaction ends. Raises Frozen."""
    held = Drill.objects.select_for_update().filter(pk=drill.pk, state=Drill.State.DRAFT).first()
    if held is None:
        raise Frozen
    return held


# ── One row ──────────────────────────────────────────────────────────────────
@transaction.atomic
def add_event(
    drill: Drill, values: Mapping[str, Any], *, after: MselItem | None = None, by: Any, now: datetime
) -> MselItem:
    """A new row behind `after`, or at the end. The same row sent twice is one row. Raises Frozen, NumberTaken,
    TooMany."""
    held = hold_design(drill)
    item = MselItem(drill=held, **cleaned(values))
    if not item.number:
        item.number = msel_rules.next_number(drill.events.values_list("number", flat=True))
    there = drill.events.filter(number=item.number).first()
    if there is not None:
        if contents(there) == contents(item):
            return there
        raise NumberTaken
    if drill.events.count() >= MOST:
        raise TooMany
    item.position = place_behind(held, after)
    item.save()
    link_receivers(item, parties_of(held))
    log("drills.event_added", by=by, obj=item, payload={"drill": drill.pk}, now=now)
    return item


@transaction.atomic
def save_event(item: MselItem, values: Mapping[str, Any], *, seen_as: str = "", by: Any, now: datetime) -> MselItem:
    """Change a row that stands as it was seen (`seen_as`); empty: whatever stands. What is not among `values` stays;
    what stands already is no change. Raises Frozen, Stale, NumberTaken."""
    drill = hold_design(item.drill)
    current = drill.events.filter(pk=item.pk).first()
    if current is None:
        raise Stale(None)
    wanted = cleaned(values)
    changed = {name: value for name, value in wanted.items() if getattr(current, name) != value}
    if not changed:
        return current
    if seen_as and seen_as != seen(current):
        raise Stale(current)
    number = changed.get("number")
    if number is not None and drill.events.filter(number=number).exclude(pk=current.pk).exists():
        raise NumberTaken
    before = contents(current)
    for name, value in changed.items():
        setattr(current, name, value)
    current.save()
    if "receiver" in changed:
        link_receivers(current, parties_of(drill))
    told = {name: [before[name], after] for name, after in contents(current).items() if before[name] != after}
    log("drills.event_changed", by=by, obj=current, payload={"drill": drill.pk, "changed": told}, now=now)
    return current


@transaction.atomic
def move_event(item: MselItem, after: MselItem | None, *, by: Any, now: datetime) -> None:
    """To the place behind `after`, or to the top. Raises Frozen."""
    drill = hold_design(item.drill)
    order = [pk for pk in drill.events.values_list("pk", flat=True) if pk != item.pk]
    place = order.index(after.pk) + 1 if after is not None and after.pk in order else 0
    order.insert(place, item.pk)
    if set_order(drill, order):
        log("drills.event_moved", by=by, obj=item, payload={"drill": drill.pk, "place": place + 1}, now=now)


@transaction.atomic
def delete_event(item: MselItem, *, seen_as: str = "", by: Any, now: datetime) -> None:
    """The log keeps what it said. A row that is gone is gone. Raises Frozen, Stale."""
    drill = hold_design(item.drill)
    current = drill.events.filter(pk=item.pk).first()
    if current is None:
        return
    if seen_as and seen_as != seen(current):
        raise Stale(current)
    payload = {"drill": drill.pk, "event": current.pk, "said": contents(current)}
    current.delete()
    log("drills.event_deleted", by=by, obj=drill, payload=payload, now=now)


@transaction.atomic
def renumber(drill: Drill, *, by: Any, now: datetime) -> int:
    """Put all rows in the order of their phases and times and number them 01, 02 …; how many have another number now.
    Raises Frozen."""
    held = hold_design(drill)
    items = {item.pk: item for item in held.events.all()}
    rows = [row for _phase, rows in msel_rules.in_phases(map(row_as_it_stands, items.values())) for row in rows]
    set_order(held, [row.key for row in rows])
    width = max(2, len(str(len(rows))))
    wanted = {row.key: f"{number:0{width}}" for number, row in enumerate(rows, start=1)}
    changed = {pk: (items[pk].number, number) for pk, number in wanted.items() if items[pk].number != number}
    for mark in ("\x7f", ""):  # out of each other's way first: a number stands once
        for pk, (_old, number) in changed.items():
            items[pk].number = mark + number
        MselItem.objects.bulk_update([items[pk] for pk in changed], ["number"])
    if changed:
        log("drills.events_renumbered", by=by, obj=held, payload={"numbers": list(changed.values())}, now=now)
    return len(changed)


def row_as_it_stands(item: MselItem) -> msel_rules.Row:
    return msel_rules.Row(item.pk, item.number, phase=item.phase, offset=item.offset_seconds)


# ── Many rows ────────────────────────────────────────────────────────────────
@transaction.atomic
def write_rows(
    drill: Drill, rows: Sequence[Mapping[str, Any]], *, replace: bool = False, source: str = "", by: Any, now: datetime
) -> list[MselItem]:
    """Add the rows behind the others, or put them in their place (where there are none, nothing is taken away). All or
    none. Numbers are the caller's to keep apart. Raises Frozen, TooMany."""
    held = hold_design(drill)
    if not rows:
        return []
    removed = list(map(contents, held.events.all())) if replace else []
    if replace:
        held.events.all().delete()
    if held.events.count() + len(rows) > MOST:
        raise TooMany
    first = place_behind(held, None)
    items = MselItem.objects.bulk_create(
        MselItem(drill=held, position=place, **cleaned(row)) for place, row in enumerate(rows, start=first)
    )
    parties = parties_of(held)
    for item in items:
        link_receivers(item, parties)
    payload = {"rows": len(items), "source": source, "removed": removed}
    log("drills.events_imported", by=by, obj=held, payload=payload, now=now)
    return items


# ── What a row is made of ────────────────────────────────────────────────────
def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """As rows are kept: texts tidied, single lines on one line; names that are no fields of a row are refused."""
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise ValueError(f"not of an event: {sorted(unknown)}")
    told = dict(values)
    for name in told.keys() & LENGTHS.keys():
        told[name] = one_line(told[name])
    for name in told.keys() & LONG:
        told[name] = tidy(told[name])
    if "extra" in told:
        pairs = ((one_line(name), tidy(value)) for name, value in told["extra"].items())
        told["extra"] = {name: value for name, value in pairs if name and value}
    return told


def place_behind(drill: Drill, after: MselItem | None) -> int:
    """The position of a new row; those behind it make room."""
    events = drill.events
    place = events.filter(pk=after.pk).values_list("position", flat=True).first() if after else None
    if place is None:
        return (events.aggregate(last=Max("position"))["last"] or 0) + 1
    events.filter(position__gt=place).update(position=F("position") + 1)
    return place + 1


def set_order(drill: Drill, order: Iterable[int]) -> bool:
    items = {item.pk: item for item in drill.events.only("position")}
    moved = [(items[pk], place) for place, pk in enumerate(order, start=1) if items[pk].position != place]
    for item, place in moved:
        item.position = place
    MselItem.objects.bulk_update([item for item, _place in moved], ["position"])
    return bool(moved)


# ── Whom it reaches ──────────────────────────────────────────────────────────
def link_receivers(item: MselItem, parties: Iterable[Party]) -> None:
    item.receivers.set(msel_rules.resolve(item.receiver, parties).parts)


@transaction.atomic
def refresh_receivers(drill: Drill) -> int:
    """Follow a change of the drill's parts, until it runs; how many rows reach others now. A row that names nobody
    known keeps whom it reached."""
    held = Drill.objects.select_for_update().filter(pk=drill.pk, state__in=NOT_YET_RUN).first()
    if held is None:
        return 0
    parties, changed = parties_of(held), 0
    for item in held.events.exclude(receiver="").prefetch_related("receivers"):
        told = msel_rules.resolve(item.receiver, parties)
        stands = {part.pk for part in item.receivers.all()}
        if (told.parts or told.everybody) and told.parts != stands:
            item.receivers.set(told.parts)
            changed += 1
    return changed


def follow_part(sender: Any, instance: Any, **more: Any) -> None:
    """Receiver of the signals of Participation."""
    with suppress(Drill.DoesNotExist):  # the drill itself is being deleted
        refresh_receivers(instance.drill)
