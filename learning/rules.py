"""How learning time is credited, told from plain values: no queries, no clock, no Django.

A segment is a stretch of learning without a gap. The device sends a sign every few seconds; the server credits the time
on its own clock between two signs and nothing else. What the device says (position of the film, hidden, idle) can only
lessen that.
"""

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from hashlib import sha256
from typing import Any

Range = tuple[int, int]  # seconds of the film, from and to

# How a segment ends (the values of Segment.Ending) and why a second of it was not credited.
LEFT, FINISHED, HIDDEN, IDLE, NETWORK = "left", "finished", "hidden", "idle", "network"
SECOND_PLAYER, DAILY_CAP = "second_player", "daily_cap"
SEEN, FULL = "seen", "full"  # film that was paused or seen before; the lesson has earned all it can
PAUSES = (HIDDEN, IDLE, NETWORK, SECOND_PLAYER)
A_PAUSE_LASTS_AT_MOST = timedelta(minutes=30)  # who comes back later has not paused: he has left
FILM_END = 5  # percent of a film, or three seconds, that need not be seen: players stop a moment early


@dataclass(frozen=True)
class Terms:
    """What the bureau has settled. `speed` is in percent of real time."""

    due: int = 20  # seconds credited at most for one sign
    gap: int = 45  # seconds of silence after which the segment has ended
    speed: int = 100
    daily_cap: int = 8 * 45 * 60
    idle: int = 180  # seconds without a touch in a text
    needed: int = 50  # percent of the minutes of a text before its check question opens

    def __post_init__(self) -> None:
        if not 100 <= self.speed <= 150:
            raise ValueError("The permitted speed lies between 100 and 150 percent.")


@dataclass(frozen=True)
class Sign:
    """What the device says with a sign."""

    position: float | None = None  # seconds of the film
    hidden: bool = False
    idle: int = 0


@dataclass(frozen=True)
class Ground:
    """What the segment builds on: the lesson, what it has earned before, what the person has earned on its day."""

    most: int
    film: int = 0  # length in seconds; 0 for a text or a document
    credited: int = 0
    seen: tuple[Range, ...] = ()
    today: int = 0


@dataclass(frozen=True)
class Stretch:
    """An open segment. The end of its last range is where the film stands."""

    last_sign: datetime
    credited: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    ranges: tuple[Range, ...] = ()
    ending: str = ""

    @property
    def refused(self) -> int:
        return sum(self.reasons.values())


# ── A sign ───────────────────────────────────────────────────────────────────
def after_sign(stretch: Stretch, ground: Ground, sign: Sign, now: datetime, terms: Terms) -> Stretch:
    """The segment after a sign at `now`; it has an ending where the sign ended it. `ground` is what stands in the books
    before this sign, the segment's own credit included."""
    elapsed = max(0, int((now - stretch.last_sign).total_seconds()))
    if elapsed > terms.gap:
        return replace(stretch, ending=NETWORK)
    # Moved by whole seconds: what is left over belongs to the next sign, so that nothing is lost by rounding.
    stretch = replace(stretch, last_sign=stretch.last_sign + timedelta(seconds=elapsed))
    if sign.hidden:
        return replace(refused(stretch, HIDDEN, elapsed), ending=HIDDEN)
    if not ground.film and sign.idle > terms.idle:
        return replace(refused(stretch, IDLE, elapsed), ending=IDLE)
    timely = min(elapsed, terms.due)
    stretch = refused(stretch, NETWORK, elapsed - timely)
    return watched(stretch, ground, sign, timely, terms) if ground.film else read(stretch, ground, timely, terms)


def read(stretch: Stretch, ground: Ground, timely: int, terms: Terms) -> Stretch:
    """A text earns the time spent, up to the author's minutes."""
    cap_left, room = max(0, terms.daily_cap - ground.today), max(0, ground.most - ground.credited)
    capped = min(timely, cap_left)
    earned = min(capped, room)
    stretch = refused(refused(stretch, DAILY_CAP, timely - capped), FULL, capped - earned)
    stretch = replace(stretch, credited=stretch.credited + earned)
    if earned == room:
        return replace(stretch, ending=FINISHED)
    return replace(stretch, ending=DAILY_CAP) if earned == cap_left else stretch


def watched(stretch: Stretch, ground: Ground, sign: Sign, timely: int, terms: Terms) -> Stretch:
    """A film earns what of it was not seen before, never faster than the clock at the permitted speed."""
    start = stretch.ranges[-1][1] if stretch.ranges else 0
    span = film_span(start, sign.position, timely * terms.speed // 100, ground.film)
    new = length(merged([*ground.seen, span])) - length(ground.seen)
    cap_left, room = max(0, terms.daily_cap - ground.today), max(0, ground.most - ground.credited)
    capped = min(new, cap_left)
    span = (span[0], span[1] - (new - capped))  # what the cap refuses may be seen, and earned, another day
    earned = min(capped, room)
    reason = DAILY_CAP if capped < new else FULL if earned < capped else SEEN
    stretch = refused(stretch, reason, max(0, timely - earned))
    stretch = replace(stretch, credited=stretch.credited + earned, ranges=joined(stretch.ranges, span))
    if length(merged([*ground.seen, span])) == ground.film:
        return replace(stretch, ending=FINISHED)
    return replace(stretch, ending=DAILY_CAP) if earned == cap_left else stretch


def film_span(start: int, position: float | None, allowed: int, film: int) -> Range:
    """The piece of film believed: from where it stood, as far as the position says and the clock allows."""
    said = start if position is None else max(0, min(film, int(position)))
    if said < start:  # gone back: a piece that ends where the film stands now
        return (max(0, said - allowed), said)
    return (start, min(said, start + allowed))


def refused(stretch: Stretch, reason: str, seconds: int) -> Stretch:
    if not seconds:
        return stretch
    return replace(stretch, reasons={**stretch.reasons, reason: stretch.reasons.get(reason, 0) + seconds})


def ousted(stretch: Stretch, now: datetime, terms: Terms) -> Stretch:
    """The person has opened another player: what has passed since the last sign earns nothing."""
    elapsed = max(0, int((now - stretch.last_sign).total_seconds()))
    if elapsed > terms.gap:
        return replace(stretch, ending=NETWORK)
    stretch = replace(stretch, last_sign=stretch.last_sign + timedelta(seconds=elapsed), ending=SECOND_PLAYER)
    return refused(stretch, SECOND_PLAYER, elapsed)


# ── Film ─────────────────────────────────────────────────────────────────────
def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The union, in order; empty ranges are gone."""
    out: list[Range] = []
    for start, end in sorted((int(start), int(end)) for start, end in ranges):
        if end <= start:
            continue
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return tuple(out)


def joined(ranges: Sequence[Range], span: Range) -> tuple[Range, ...]:
    """The ranges of an open segment with one more: it goes on from the last, or stands for itself after a jump."""
    if ranges and ranges[-1][1] == span[0]:
        return (*ranges[:-1], (ranges[-1][0], span[1]))
    return (*ranges, span)


def length(ranges: Iterable[Range]) -> int:
    return sum(end - start for start, end in ranges)


def front(seen: Iterable[Range]) -> int:
    """How far the film has been seen without a hole: nobody skips ahead of it on the first viewing."""
    ranges = merged(seen)
    return ranges[0][1] if ranges and ranges[0][0] == 0 else 0


def start_of(position: float | None, seen: Iterable[Range]) -> int:
    return max(0, min(int(position or 0), front(seen)))


# ── A lesson ─────────────────────────────────────────────────────────────────
def most_of(minutes: int, film: int) -> int:
    """The seconds that a lesson can earn: the author's minutes, and no more than a film is long."""
    return min(minutes * 60, film) if film else minutes * 60


def still_to_learn(ground: Ground, terms: Terms) -> int:
    """Seconds before the check question opens; 0 when it is open."""
    if ground.film:
        needed = ground.film - max(3, ground.film * FILM_END // 100)
        return max(0, needed - length(ground.seen))
    return max(0, ground.most * terms.needed // 100 - ground.credited)


def hours(seconds: int, minutes_per_hour: int) -> Decimal:
    """Learning hours (学时), rounded down to a tenth: never more than was earned."""
    return (Decimal(seconds) / (minutes_per_hour * 60)).quantize(Decimal("0.1"), rounding=ROUND_DOWN)


def nothing_to_earn(ground: Ground, terms: Terms) -> str:
    """Why a segment would earn nothing from its first second; empty where it may earn."""
    through = length(ground.seen) >= ground.film if ground.film else ground.credited >= ground.most
    if through:
        return FINISHED
    return DAILY_CAP if ground.today >= terms.daily_cap else ""


# ── The books ────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Closed:
    started_at: datetime
    ended_at: datetime
    ending: str
    reasons: Mapping[str, int]


def unearned(segments: Iterable[Closed]) -> dict[str, int]:
    """Seconds that were not credited, by reason: those within the segments, and the pauses between them."""
    found: dict[str, int] = {}
    before: Closed | None = None
    for one in sorted(segments, key=lambda segment: segment.started_at):
        for reason, seconds in one.reasons.items():
            found[reason] = found.get(reason, 0) + seconds
        if (
            before
            and before.ending in PAUSES
            and timedelta() < one.started_at - before.ended_at <= A_PAUSE_LASTS_AT_MOST
        ):
            pause = int((one.started_at - before.ended_at).total_seconds())
            found[before.ending] = found.get(before.ending, 0) + pause
        before = one
    return {reason: seconds for reason, seconds in found.items() if seconds}


def seal(key: bytes, facts: Mapping[str, Any]) -> str:
    """HMAC over the facts of a closed segment; times are told in UTC."""
    told = {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in facts.items()
    }
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.digest(key, text.encode(), sha256).hex()
