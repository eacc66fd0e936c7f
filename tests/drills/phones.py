"""Phones and running drills for tests: a phone counts, chains and has a clock of its own, as the page's scripts do."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from drills.models import Drill, MselItem, Participation
from drills.run_rules import Entry, device_moment, fingerprint
from drills.services.intake import Receipt, SentEvent, take_events
from drills.services.run import start_drill
from drills.tokens import part_token
from people.models import Organisation
from tests.drills.factories import NOW, make_drill, make_item, make_part

Role = Participation.Role


@dataclass
class Phone:
    """`behind` is what the server's clock has more than its own."""

    part: Participation
    device: str = ""
    behind: timedelta = timedelta()
    last: str = ""
    said: list[SentEvent] = field(default_factory=list)
    uids: Callable[[], str] = lambda: str(uuid.uuid4())

    def __post_init__(self) -> None:
        self.device = self.device or f"phone-{self.part.pk:04d}"

    def says(self, kind: str, at: datetime, *, about: MselItem | None = None, **payload: Any) -> SentEvent:
        """Something done at this moment of the server's clock; it stays on the phone until it is sent."""
        number = len(self.said) + 1
        mine = (at - self.behind).replace(microsecond=(at - self.behind).microsecond // 1000 * 1000)
        uid, pk = self.uids(), about.pk if about else None
        entry = Entry(
            uid, kind, at, at, item=pk, payload=payload, device_seq=number, device_time=mine, prev_hash=self.last
        )
        skew = round(self.behind / timedelta(milliseconds=1))
        event = SentEvent(uid, kind, pk, payload, number, mine, self.last, fingerprint(entry), skew)
        self.said.append(event)
        self.last = event.hash
        return event

    def sends(self, *events: SentEvent, now: datetime) -> list[Receipt]:
        return take_events(self.part, self.device, events, now=now)

    def told(self, kind: str, at: datetime, *, about: MselItem | None = None, **payload: Any) -> Receipt:
        """Said and sent in the same moment."""
        (receipt,) = self.sends(self.says(kind, at, about=about, **payload), now=at)
        return receipt

    # ── As the wire carries it ───────────────────────────────────────────────
    @property
    def token(self) -> str:
        return part_token(self.part)

    def body(self, *events: SentEvent, now: datetime, **more: Any) -> dict[str, Any]:
        return {
            "device": self.device,
            "device_time": device_moment(now - self.behind),
            "events": [wired(event) for event in events],
            **more,
        }


def wired(event: SentEvent) -> dict[str, Any]:
    told = {**vars(event), "device_time": device_moment(event.device_time)}
    del told["skew_ms"]
    return told


def changed(event: SentEvent, **fields: Any) -> SentEvent:
    return replace(event, **fields)


def make_ready(organisation: Organisation, **fields: Any) -> Drill:
    return make_drill(organisation, **{"state": Drill.State.READY, "number": "", **fields})


def make_running(organisation: Organisation, *, by: Any = None, now: datetime = NOW, **fields: Any) -> Drill:
    """Begun at `now` by a director, who is made its director where he has no part."""
    drill = make_ready(organisation, **fields)
    if by is not None:
        make_part(drill, Role.DIRECTOR, by)
    start_drill(drill, by=by, now=now)
    return drill


def make_events(drill: Drill, *minutes: int | None, **fields: Any) -> list[MselItem]:
    return [make_item(drill, minute, **fields) for minute in minutes]
