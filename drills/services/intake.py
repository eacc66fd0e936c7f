"""What the phones bring: taken once, whatever the network does with it. A phone that was away for an hour brings its
hour; what it cannot have said is refused for ever, so that it need not ask again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db import transaction

from drills import intake_rules as rules
from drills.models import Drill, Participation, RunDevice, RunEvent
from drills.services.photos import DEAF, attach_waiting
from drills.services.projection import hold, project
from drills.services.run import NotNow
from drills.services.scores import score_refusal
from drills.tokens import number_and_epoch

LARGEST_SKEW = 2**31 - 1  # milliseconds that the column holds


@dataclass(frozen=True)
class SentEvent:
    """As the phone sent it, its skew measured or told from the arrival."""

    uid: str
    kind: str
    item: int | None
    payload: dict[str, Any]
    device_seq: int
    device_time: datetime
    prev_hash: str = ""
    hash: str = ""
    skew_ms: int = 0


class Answer(StrEnum):
    TAKEN = "taken"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True)
class Receipt:
    uid: str
    verdict: Answer
    reason: str = ""


@dataclass(frozen=True)
class DeviceState:
    """What a phone tells of itself beside the events."""

    skew_ms: int = 0
    waiting: int = 0
    pack: str | None = None


@dataclass
class Batch:
    """One delivery while it is looked through."""

    teller: rules.Teller
    ground: rules.Ground
    part: Participation
    known: dict[str, tuple[int, int | None]]  # uid → drill, part
    taken: list[RunEvent] = field(default_factory=list)


@transaction.atomic
def take_events(
    participation: Participation,
    device: str,
    events: Sequence[SentEvent],
    *,
    now: datetime,
    told: DeviceState | None = None,
) -> list[Receipt]:
    """One receipt an event, in their order. Raises NotNow where the drill listens to nobody yet or no more."""
    drill = hold(participation.drill)
    if drill.state in DEAF:
        raise NotNow
    batch = Batch(teller_of(participation), Ground(drill), participation, known_among(events))
    receipts = [receive(batch, device, drill, event, now) for event in events]
    RunEvent.objects.bulk_create(batch.taken)
    attach_waiting(participation, batch.taken, now=now)
    saw_device(participation, device, told or DeviceState(), now=now)
    project(drill, batch.taken, now=now)
    return receipts


def teller_of(part: Participation) -> rules.Teller:
    return rules.Teller(part.pk, part.role, part.is_group)


class Ground:
    """What the rules ask of a drill."""

    def __init__(self, drill: Drill) -> None:
        self.drill = drill

    @cached_property
    def groups(self) -> dict[int, bool]:
        return dict(self.drill.participations.order_by().values_list("pk", "is_group"))

    @cached_property
    def receivers(self) -> dict[int, frozenset[int]]:
        """An item without receivers comes once, with none."""
        found: dict[int, frozenset[int]] = {}
        for item, part in self.drill.events.order_by().values_list("pk", "receivers"):
            found[item] = found.get(item, frozenset()) | ({part} if part else frozenset())
        return found


def known_among(events: Iterable[SentEvent]) -> dict[str, tuple[int, int | None]]:
    """Only what can be a uid: the database takes nothing else."""
    uids = {event.uid for event in events if rules.is_uid(event.uid)}
    rows = RunEvent.objects.filter(uid__in=uids).values_list("uid", "drill_id", "participation_id")
    return {str(uid): (drill, part) for uid, drill, part in rows}


def receive(batch: Batch, device: str, drill: Drill, event: SentEvent, now: datetime) -> Receipt:
    if event.uid in batch.known:
        ours = batch.known[event.uid] == (drill.pk, batch.part.pk)
        return Receipt(event.uid, Answer.KNOWN) if ours else Receipt(event.uid, Answer.REFUSED, rules.UID)
    if reason := refusal(batch, event):
        return Receipt(event.uid, Answer.REFUSED, reason)
    batch.known[event.uid] = (drill.pk, batch.part.pk)
    batch.taken.append(row_of(batch.part, device, drill, event, now))
    return Receipt(event.uid, Answer.TAKEN)


def refusal(batch: Batch, event: SentEvent) -> str:
    if not rules.is_uid(event.uid):
        return rules.UID
    if reason := rules.refusal(event.kind, event.item, event.payload, batch.teller, batch.ground):
        return reason
    if event.kind == RunEvent.Kind.CHECKIN and not card_fits(event.payload):
        return rules.PAYLOAD
    if event.kind == RunEvent.Kind.SCORE:
        return score_refusal(batch.part, event.payload)
    return ""


def card_fits(payload: Mapping[str, Any]) -> bool:
    """A card that was scanned without network is looked at now: a home-made one signs nobody in."""
    card = payload.get("card", "")
    if not card:
        return True
    told = number_and_epoch(card)
    return told is not None and told[0] == payload["part"]


def row_of(part: Participation, device: str, drill: Drill, event: SentEvent, now: datetime) -> RunEvent:
    return RunEvent(
        uid=event.uid,
        drill=drill,
        kind=event.kind,
        participation=part,
        actor_id=part.user_id,
        item_id=event.item,
        payload=event.payload,
        happened_at=rules.happened(event.device_time, event.skew_ms, now),
        recorded_at=now,
        device=device,
        device_seq=event.device_seq,
        device_time=event.device_time,
        skew_ms=max(-LARGEST_SKEW, min(event.skew_ms, LARGEST_SKEW)),
        prev_hash=event.prev_hash,
        hash=event.hash,
    )


def saw_device(part: Participation, device: str, told: DeviceState, *, now: datetime) -> None:
    """Working state for the console. A phone that changes hands is its new holder's."""
    skew = max(-LARGEST_SKEW, min(told.skew_ms, LARGEST_SKEW))
    state: dict[str, Any] = {"participation": part, "seen_at": now, "skew_ms": skew, "waiting": told.waiting}
    if told.pack is not None:
        state["pack"] = told.pack
    note(part, device, state)


def heard_of_device(part: Participation, device: str, *, waiting: int | None, now: datetime) -> None:
    """A phone that only asks."""
    state: dict[str, Any] = {"participation": part, "seen_at": now}
    if waiting is not None:
        state["waiting"] = waiting
    note(part, device, state)


def note(part: Participation, device: str, state: dict[str, Any]) -> None:
    if not RunDevice.objects.filter(drill=part.drill_id, device=device).update(**state):
        RunDevice.objects.update_or_create(drill_id=part.drill_id, device=device, defaults=state)
