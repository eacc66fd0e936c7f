"""The run of a drill, one function a use case. What is told from the log is never written elsewhere first: each use
case adds its event, and the projections follow it in the same transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from drills.models import Drill, MselItem, Participation, RunEvent
from drills.permissions import can_direct, part_of
from drills.queries.run_log import entries_of, entry_of
from drills.run_rules import CLOCK, STANDS, TAKEN_BACK, Kind, counted, in_order, present, stop
from drills.services.projection import hold, project
from drills.services.states import CannotMove, move
from ui.clock import local_day

MARK = "【演练】"
TICK = timedelta(microseconds=1)
WHY_ABORTED = ("real_incident", "unsafe", "weather", "other")
FIXED = (Kind.STARTEX, Kind.ENDEX, Kind.ABORT, Kind.CORRECTION)  # nobody takes them back
AFTERWARDS = (Kind.STOP, Kind.PAUSE, Kind.RESUME)  # only when the drill is over: before, the clock would jump


class RunError(Exception):
    """Of this module."""


class NotNow(RunError):
    """The drill is not where this can be done: it has not begun, stands still or is over."""


class AlreadyDone(RunError):
    """Somebody was faster; `event` is what he did."""

    def __init__(self, event: RunEvent) -> None:
        super().__init__(str(event.uid))
        self.event = event


class DirectorDecides(RunError):
    """After an emergency stop only the director lets the drill go on, and only he decides after the merge."""


class NotOfThisDrill(RunError):
    """The uid or the part belongs to another drill, or to nothing that can be decided."""


# ── The log ──────────────────────────────────────────────────────────────────
@transaction.atomic
def record(
    drill: Drill,
    kind: str,
    *,
    by: Any,
    now: datetime,
    participation: Participation | None = None,
    item: MselItem | None = None,
    payload: Mapping[str, Any] | None = None,
    uid: UUID | None = None,
) -> RunEvent:
    """Add an event of the server's own and bring the projections up to date. The same `uid` again is the same event."""
    held = hold(drill)
    if uid is not None and (known := RunEvent.objects.filter(uid=uid).first()):
        if known.drill_id != held.pk:
            raise NotOfThisDrill
        return known
    event = RunEvent.objects.create(
        uid=uid or uuid4(),
        drill=held,
        kind=kind,
        participation=participation or (part_of(by, held) if by is not None else None),
        actor=by if by is not None and by.is_authenticated else None,
        item=item,
        payload=dict(payload or {}),
        happened_at=after_the_last(held, now) if kind in CLOCK else now,
        recorded_at=now,
    )
    project(held, [event], now=now)
    copy_state(held, drill)
    return event


def after_the_last(drill: Drill, now: datetime) -> datetime:
    """Commands to the clock keep the order in which they were given, though the server's own clock be set back."""
    last = drill.log.filter(kind__in=CLOCK).order_by("-happened_at").values_list("happened_at", flat=True).first()
    return max(now, last + TICK) if last else now


def copy_state(held: Drill, drill: Drill) -> None:
    """The caller's object tells what the row tells."""
    for name in ("state", "startex_at", "endex_at", "held_on", "counted_at"):
        setattr(drill, name, getattr(held, name))


# ── The clock ────────────────────────────────────────────────────────────────
@transaction.atomic
def start_drill(drill: Drill, *, by: Any, now: datetime) -> RunEvent:
    """STARTEX. Raises CannotMove unless the drill is ready."""
    if drill.state != Drill.State.READY:
        raise CannotMove(drill, Drill.State.RUNNING)
    move(drill, Drill.State.RUNNING, by=by, now=now, action="drills.run_started", startex_at=now)
    return record(drill, Kind.STARTEX, by=by, now=now)


@transaction.atomic
def pause_drill(drill: Drill, *, reason: str = "", by: Any, now: datetime) -> RunEvent:
    move(drill, Drill.State.PAUSED, by=by, now=now, action="drills.run_paused", payload={"reason": reason})
    return record(drill, Kind.PAUSE, by=by, now=now, payload={"reason": reason})


@transaction.atomic
def resume_drill(drill: Drill, *, by: Any, now: datetime) -> RunEvent:
    """Names the emergency stops it lifts, so that one still on its way is not lifted unseen."""
    hold(drill)
    called = stop(entries_of(drill))
    if called is not None and not can_direct(by, drill):
        raise DirectorDecides
    if drill.state != Drill.State.PAUSED:
        raise CannotMove(drill, Drill.State.RUNNING)
    move(drill, Drill.State.RUNNING, by=by, now=now, action="drills.run_resumed")
    return record(drill, Kind.RESUME, by=by, now=now, payload={"stops": list(called.uids) if called else []})


@transaction.atomic
def end_drill(drill: Drill, *, by: Any, now: datetime) -> RunEvent:
    """ENDEX: only ever by a person. From now on the drill counts."""
    move(drill, Drill.State.ENDED, by=by, now=now, action="drills.run_ended", **over(drill, now))
    return record(drill, Kind.ENDEX, by=by, now=now)


@transaction.atomic
def abort_drill(drill: Drill, *, why: str, reason: str, by: Any, now: datetime) -> RunEvent:
    """`why` is one of WHY_ABORTED, `reason` a person's words. What was held until then counts as held."""
    told = {"why": why, "reason": reason}
    move(drill, Drill.State.ABORTED, by=by, now=now, action="drills.run_aborted", payload=told, **over(drill, now))
    return record(drill, Kind.ABORT, by=by, now=now, payload=told)


def over(drill: Drill, now: datetime) -> dict[str, Any]:
    """The columns of a drill that is over: held on the local day it began."""
    return {"endex_at": now, "held_on": local_day(drill.startex_at or now), "counted_at": now}


@transaction.atomic
def emergency_stop(
    drill: Drill, *, text: str = "", by: Any, now: datetime, participation: Participation | None = None
) -> RunEvent:
    """紧急停演: the drill's clock stands from this moment. Once more while it stands is one more call."""
    if hold(drill).state not in Drill.LIVE:
        raise NotNow
    return record(drill, Kind.STOP, by=by, now=now, participation=participation, payload={"text": text})


@transaction.atomic
def acknowledge_stop(participation: Participation, *, by: Any, now: datetime) -> RunEvent:
    """Somebody without a phone has said by radio that he stands still: a controller writes it down."""
    drill = participation.drill
    hold(drill)
    called = stop(entries_of(drill))
    if called is None:
        raise NotNow
    told = {"part": participation.pk, "stop": called.uid}
    return record(drill, Kind.STOP_ACK, by=by, now=now, payload=told)


# ── The events of the table ──────────────────────────────────────────────────
@transaction.atomic
def release_item(item: MselItem, *, by: Any, now: datetime) -> RunEvent:
    """下达: what goes out is kept as it went out. Once: whoever comes second gets AlreadyDone."""
    drill = hold(item.drill)
    early = drill.state == Drill.State.READY and (item.offset_seconds or 0) < 0
    if item.kind == MselItem.Kind.EXPECTED_ACTION or not (drill.state == Drill.State.RUNNING or early):
        raise NotNow
    refuse_twice(item, Kind.RELEASED)
    return record(drill, Kind.RELEASED, by=by, now=now, item=item, payload=message_of(item))


def message_of(item: MselItem) -> dict[str, str]:
    """As it goes out, with the words that were put in place of the planned ones."""
    amended = [event for event in standing_events(item) if event.kind == Kind.AMENDED]
    told = amended[-1].payload if amended else {}
    return {
        "title": marked(told.get("title") or item.title),
        "text": marked(told.get("text") or item.text or item.title),
    }


def marked(text: str) -> str:
    """A message of a drill never looks real."""
    return text if text.startswith(MARK) else f"{MARK}{text}"


def standing_events(item: MselItem) -> list[RunEvent]:
    """Of this event of the table, in order, without what was taken back."""
    events = {str(event.uid): event for event in RunEvent.objects.filter(item=item)}
    log = [*(entry_of(event) for event in events.values()), *entries_of(item.drill, kind=Kind.CORRECTION)]
    return [events[entry.uid] for entry in counted(log) if entry.uid in events]


def refuse_twice(item: MselItem, *kinds: str) -> None:
    for event in standing_events(item):
        if event.kind in kinds:
            raise AlreadyDone(event)


@transaction.atomic
def delay_item(item: MselItem, *, seconds: int, by: Any, now: datetime, uid: UUID | None = None) -> RunEvent:
    """Adds to the delays before it. `uid` of the form's own: pressed twice, it is delayed once."""
    drill = hold(item.drill)
    if drill.state not in {Drill.State.READY, *Drill.LIVE} or item.offset_seconds is None:
        raise NotNow
    refuse_twice(item, Kind.RELEASED, Kind.SKIPPED)
    return record(drill, Kind.DELAYED, by=by, now=now, item=item, payload={"seconds": seconds}, uid=uid)


@transaction.atomic
def skip_item(item: MselItem, *, reason: str, by: Any, now: datetime) -> RunEvent:
    drill = hold(item.drill)
    if drill.state not in {Drill.State.READY, *Drill.LIVE}:
        raise NotNow
    refuse_twice(item, Kind.RELEASED, Kind.SKIPPED)
    return record(drill, Kind.SKIPPED, by=by, now=now, item=item, payload={"reason": reason})


@transaction.atomic
def amend_item(item: MselItem, *, text: str, title: str = "", reason: str = "", by: Any, now: datetime) -> RunEvent:
    """New words for an event of an approved drill: the table itself stays as it was approved."""
    drill = hold(item.drill)
    if drill.state not in {Drill.State.APPROVED, Drill.State.READY, *Drill.LIVE}:
        raise NotNow
    told = {"text": text, "title": title, "reason": reason}
    return record(drill, Kind.AMENDED, by=by, now=now, item=item, payload=told)


@transaction.atomic
def acknowledge_for(item: MselItem, participation: Participation, *, by: Any, now: datetime) -> RunEvent | None:
    """Said by radio or telephone and written down by a controller; None where it was there already."""
    drill = hold(item.drill)
    if drill.state not in Drill.LIVE or participation.drill_id != drill.pk:
        raise NotNow
    acks = [event for event in standing_events(item) if event.kind == Kind.ACK]
    if participation.pk in {entry_of(event).whom for event in acks}:
        return None
    return record(drill, Kind.ACK, by=by, now=now, item=item, payload={"part": participation.pk})


@transaction.atomic
def note(drill: Drill, *, text: str, by: Any, now: datetime, uid: UUID | None = None) -> RunEvent:
    """What somebody at the console has seen or heard."""
    if hold(drill).state not in COUNTING:
        raise NotNow
    return record(drill, RunEvent.Kind.OBSERVATION, by=by, now=now, payload={"text": text, "photo": False}, uid=uid)


# ── Who is there ─────────────────────────────────────────────────────────────
SIGNING = (Drill.State.READY, *Drill.LIVE)
COUNTING = (*SIGNING, Drill.State.ENDED)  # the last count is often made at the assembly point, after the end


@transaction.atomic
def sign_in(drill: Drill, participations: Iterable[Participation], *, by: Any, now: datetime) -> int:
    """Ticked on the list; how many are new. Who has signed in already stays as he is."""
    held = hold(drill)
    if held.state not in SIGNING:
        raise NotNow
    there = present(entries_of(held, kind__in=(Kind.CHECKIN, Kind.CORRECTION)))
    new = [part for part in participations if part.pk not in there and not part.is_group and part.drill_id == held.pk]
    told_by = part_of(by, held)
    events = [
        RunEvent(
            drill=held,
            kind=Kind.CHECKIN,
            participation=told_by,
            actor=by,
            payload={"part": part.pk, "how": "list"},
            happened_at=now,
            recorded_at=now,
        )
        for part in new
    ]
    RunEvent.objects.bulk_create(events)
    project(held, events, now=now)
    return len(events)


def count_heads(participation: Participation, *, count: int, basis: str, by: Any, now: datetime) -> RunEvent:
    """Of a group; the last count stands."""
    drill = participation.drill
    if drill.state not in COUNTING or not participation.is_group:
        raise NotNow
    told = {"part": participation.pk, "count": count, "basis": basis}
    return record(drill, Kind.HEADCOUNT, by=by, now=now, payload=told)


# ── After the merge ──────────────────────────────────────────────────────────
@transaction.atomic
def decide(drill: Drill, uid: str, *, stands: bool, reason: str, by: Any, now: datetime) -> RunEvent:
    """合并核对: the director says what an odd event is worth. It stays in the log either way."""
    held = hold(drill)
    if not can_direct(by, held):
        raise DirectorDecides
    event = next((each for each in in_order(entries_of(held)) if each.uid == uid), None)
    if event is None or event.kind in FIXED:
        raise NotOfThisDrill
    if held.state == Drill.State.ARCHIVED or (event.kind in AFTERWARDS and held.state in Drill.LIVE):
        raise NotNow
    told = {"of": uid, "reason": reason, "decision": STANDS if stands else TAKEN_BACK}
    return record(held, Kind.CORRECTION, by=by, now=now, payload=told)
