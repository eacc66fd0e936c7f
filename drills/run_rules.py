"""What is true of a run, told from its log. Values in, values out: no queries, no clock, no Django.

The order of a log is (happened_at, uid), and every function sorts for itself: neither the order in which phones found
their network nor an event that came twice changes what is told. What a CORRECTION took back stays in the log and counts
no more. Durations are timedeltas, exact to the microsecond.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

NOTHING = timedelta()
LARGEST_SKEW = timedelta(seconds=30)  # a phone further off than this is looked at after the merge


class Kind(StrEnum):
    """As in the log."""

    STARTEX = "startex"
    PAUSE = "pause"
    RESUME = "resume"
    ENDEX = "endex"
    ABORT = "abort"
    STOP = "stop"
    STOP_ACK = "stop_ack"
    RELEASED = "inject_released"
    DELAYED = "inject_delayed"
    SKIPPED = "inject_skipped"
    AMENDED = "inject_amended"
    DELIVERED = "delivered"
    ACK = "ack"
    RESPONSE = "response"
    VERDICT = "verdict"
    CHECKIN = "checkin"
    HEADCOUNT = "headcount"
    OBSERVATION = "observation"
    REPORT = "report"
    CORRECTION = "correction"


ENDS = (Kind.ENDEX, Kind.ABORT)
CLOCK = (Kind.STARTEX, Kind.PAUSE, Kind.RESUME, Kind.STOP, *ENDS)
OWN = (  # what somebody may take back himself
    *(Kind.ACK, Kind.RESPONSE, Kind.VERDICT, Kind.CHECKIN, Kind.HEADCOUNT, Kind.OBSERVATION, Kind.REPORT),
)
STANDS, TAKEN_BACK = "stands", "taken_back"  # the decisions of a correction


@dataclass(frozen=True)
class Entry:
    """A row of the log. `part` is who told it; of whom it tells (a sign-in by list) stands in the payload."""

    uid: str
    kind: str
    happened_at: datetime
    recorded_at: datetime
    part: int | None = None
    item: int | None = None
    payload: Mapping[str, Any] = field(default_factory=dict, hash=False)
    device: str = ""
    device_seq: int = 0
    skew_ms: int = 0
    device_time: datetime | None = None
    prev_hash: str = ""
    hash: str = ""

    @property
    def place(self) -> tuple[datetime, str]:
        return self.happened_at, self.uid

    @property
    def whom(self) -> int | None:
        """Of whom it tells."""
        named = self.payload.get("part")
        return named if isinstance(named, int) else self.part


@dataclass(frozen=True)
class Planned:
    """What the run needs to know of a row of the table of events."""

    pk: int
    offset: timedelta | None = None  # from STARTEX; None: when its condition comes true
    within: timedelta | None = None  # the expected action, from the release
    watched: bool = False  # an expected action: looked at, never released
    receivers: frozenset[int] = frozenset()  # parts; none: every player


# ── The log ──────────────────────────────────────────────────────────────────
def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Each uid once, as it came first."""
    first: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda each: each.recorded_at):
        first.setdefault(entry.uid, entry)
    return sorted(first.values(), key=lambda each: each.place)


def decisions(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The correction that stands, by the uid it speaks of: the latest of those that count. What came in at the console
    was decided by somebody who may; a phone takes back what its holder told himself."""
    log = in_order(entries)
    told = {each.uid: each for each in log}
    found = ((told.get(str(each.payload.get("of"))), each) for each in log if each.kind == Kind.CORRECTION)
    return {of.uid: each for of, each in found if of is not None and may_correct(each, of)}


def may_correct(correction: Entry, of: Entry) -> bool:
    if of.kind == Kind.CORRECTION or not correction.device:
        return of.kind != Kind.CORRECTION
    if of.kind == Kind.STOP:  # pressed by mistake, and taken back before anybody could hear of it
        return of.part == correction.part and correction.recorded_at <= of.recorded_at
    return of.part == correction.part and of.kind in OWN


def is_taken_back(correction: Entry | None) -> bool:
    return correction is not None and correction.payload.get("decision", TAKEN_BACK) == TAKEN_BACK


def counted(entries: Iterable[Entry]) -> list[Entry]:
    """In order, without what a correction took back."""
    ordered = in_order(entries)
    decided = decisions(ordered)
    return [each for each in ordered if not is_taken_back(decided.get(each.uid))]


# ── The clock ────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Clock:
    """`state` is waiting, running, paused, ended or aborted."""

    state: str
    started_at: datetime | None
    elapsed: timedelta
    running: bool
    ended_at: datetime | None

    @property
    def elapsed_seconds(self) -> float:
        return self.elapsed.total_seconds()


class Stretch(NamedTuple):
    """While the clock ran; without an end it runs on."""

    begin: datetime
    end: datetime | None


class Course:
    """When the clock ran and when it stood. A pause lasts until the next resume; an emergency stop until the resume
    that knew of it: a stop which a dead phone sends late is never overrun by a resume that came before the news."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.started_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.aborted = False
        self.stretches: list[Stretch] = []
        self._begin: datetime | None = None
        self._paused = False
        self._stops: set[str] = set()
        for entry in counted(entries):
            self._take(entry)
        if self._begin is not None:
            self.stretches.append(Stretch(self._begin, None))

    def _take(self, entry: Entry) -> None:
        if self.ended_at is not None:
            return
        if entry.kind == Kind.STARTEX and self.started_at is None:
            self.started_at = entry.happened_at
        elif self.started_at is None:
            return  # there is nothing yet to hold up
        elif entry.kind == Kind.PAUSE:
            self._paused = True
        elif entry.kind == Kind.STOP:
            self._stops.add(entry.uid)
        elif entry.kind == Kind.RESUME:
            self._paused = False
            self._stops = {uid for uid in self._stops if not lifts(entry, uid)}
        elif entry.kind in ENDS:
            self.ended_at, self.aborted = entry.happened_at, entry.kind == Kind.ABORT
        self._turn(entry.happened_at)

    def _turn(self, moment: datetime) -> None:
        runs = not self._paused and not self._stops and self.ended_at is None
        if runs and self._begin is None:
            self._begin = moment
        elif not runs and self._begin is not None:
            self.stretches.append(Stretch(self._begin, moment))
            self._begin = None

    def elapsed(self, at: datetime) -> timedelta:
        """On the drill's clock."""
        spans = (min(each.end or at, at) - each.begin for each in self.stretches if each.begin < at)
        return sum(spans, NOTHING)

    def between(self, first: datetime, last: datetime) -> timedelta:
        """On the drill's clock: pauses are nobody's delay. Negative when `last` comes first."""
        return self.elapsed(last) - self.elapsed(first)

    def moment(self, after: timedelta) -> datetime | None:
        """When the drill's clock shows `after`; None while it stands before that, or has ended."""
        left = max(after, NOTHING)
        for begin, end in self.stretches:
            if end is None or left <= end - begin:
                return begin + left
            left -= end - begin
        return None

    def runs(self, at: datetime) -> bool:
        return any(each.begin <= at and (each.end is None or at < each.end) for each in self.stretches)

    def clock(self, at: datetime) -> Clock:
        """As it stood at that moment, by what the whole log tells."""
        started = self.started_at if self.started_at is not None and self.started_at <= at else None
        ended = self.ended_at if self.ended_at is not None and self.ended_at <= at else None
        running = self.runs(at)
        if ended:
            state = "aborted" if self.aborted else "ended"
        elif started:
            state = "running" if running else "paused"
        else:
            state = "waiting"
        return Clock(state, started, self.elapsed(at), running, ended)


def lifts(resume: Entry, stop: str) -> bool:
    """A resume names the stops it lifts; one that names none lifts what came before it."""
    return "stops" not in resume.payload or stop in resume.payload["stops"]


def clock(entries: Iterable[Entry], at: datetime) -> Clock:
    return Course(entries).clock(at)


# ── The events of the table ──────────────────────────────────────────────────
class Latency(NamedTuple):
    """From the release on the drill's clock; of an expected action, from when it was due. None: not yet."""

    ack: timedelta | None = None
    response: timedelta | None = None
    done: timedelta | None = None


NOT_YET = Latency()


class Verdict(NamedTuple):
    verdict: str  # done, partly, wrong, not_done, not_observed
    at: datetime
    uid: str


@dataclass(frozen=True)
class Standing:
    """How an event of the table stands. `state` is waiting, due, delayed, released or skipped."""

    item: int
    state: str
    due_after: timedelta | None = None  # on the drill's clock, delays included
    due_at: datetime | None = None  # None while the clock stands before it, and of what waits for a condition
    delay: timedelta = NOTHING
    released_at: datetime | None = None
    released_by: int | None = None
    shown: Mapping[int, datetime] = field(default_factory=dict)  # on whose phone it has come up
    acks: Mapping[int, datetime] = field(default_factory=dict)
    responses: Mapping[int, datetime] = field(default_factory=dict)
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)  # the latest of each evaluator
    amended: Mapping[str, Any] = field(default_factory=dict)  # the words that took the place of the planned ones
    latency: Latency = NOT_YET
    late: bool = False  # 超时: what was expected was not there in time

    @property
    def is_open(self) -> bool:
        return self.state in {"waiting", "due", "delayed"}


def standing(
    entries: Iterable[Entry], items: Iterable[Planned], at: datetime, *, begins: datetime | None = None
) -> dict[int, Standing]:
    """By item. `begins` is when the drill is planned to begin: what is to happen before that has its moment by it."""
    log = [each for each in counted(entries) if each.happened_at <= at]
    course = Course(log)
    told: dict[int, list[Entry]] = defaultdict(list)
    for entry in log:
        if entry.item is not None:
            told[entry.item].append(entry)
    return {each.pk: stand(each, told[each.pk], course, at, begins) for each in items}


def stand(item: Planned, log: Sequence[Entry], course: Course, at: datetime, begins: datetime | None) -> Standing:
    by_kind: dict[str, list[Entry]] = defaultdict(list)
    for entry in log:
        by_kind[entry.kind].append(entry)
    delay = sum((seconds_of(each) for each in by_kind[Kind.DELAYED]), NOTHING)
    due_after = None if item.offset is None else item.offset + delay
    due_at = moment_due(due_after, course, begins)
    released = next(iter(by_kind[Kind.RELEASED]), None)
    verdicts = {each.part: Verdict(told_verdict(each), *each.place) for each in by_kind[Kind.VERDICT] if each.part}
    released_at = released.happened_at if released else None
    base = due_at if item.watched else released_at
    latency, late = timed(item, base, by_kind, verdicts, course, at)
    return Standing(
        item=item.pk,
        state=state_of(released is not None, bool(by_kind[Kind.SKIPPED]), delay, due_at, at),
        due_after=due_after,
        due_at=due_at,
        delay=delay,
        released_at=released_at,
        released_by=released.part if released else None,
        shown=first_of_each(by_kind[Kind.DELIVERED]),
        acks=first_of_each(by_kind[Kind.ACK]),
        responses=first_of_each(by_kind[Kind.RESPONSE]),
        verdicts=verdicts,
        amended=by_kind[Kind.AMENDED][-1].payload if by_kind[Kind.AMENDED] else {},
        latency=latency,
        late=late,
    )


def state_of(released: bool, skipped: bool, delay: timedelta, due_at: datetime | None, at: datetime) -> str:
    """Whoever releases after all what was skipped has released it."""
    if released:
        return "released"
    if skipped:
        return "skipped"
    if due_at is not None and due_at <= at:
        return "due"
    return "delayed" if delay else "waiting"


def seconds_of(entry: Entry) -> timedelta:
    seconds = entry.payload.get("seconds")
    return timedelta(seconds=seconds) if isinstance(seconds, int) else NOTHING


def told_verdict(entry: Entry) -> str:
    return str(entry.payload.get("verdict", ""))


def moment_due(after: timedelta | None, course: Course, begins: datetime | None) -> datetime | None:
    if after is None:
        return None
    if after < NOTHING:  # before STARTEX there is no drill clock to ask
        start = course.started_at or begins
        return start + after if start else None
    return course.moment(after)


def first_of_each(entries: Iterable[Entry]) -> dict[int, datetime]:
    """Of each part the first moment."""
    first: dict[int, datetime] = {}
    for entry in entries:
        if entry.whom is not None:
            first.setdefault(entry.whom, entry.happened_at)
    return first


def timed(
    item: Planned,
    base: datetime | None,
    by_kind: Mapping[str, Sequence[Entry]],
    verdicts: Mapping[int, Verdict],
    course: Course,
    at: datetime,
) -> tuple[Latency, bool]:
    """How long it took, and whether that is 超时. What was done counts; where nobody judged it, what was answered."""
    if base is None:
        return Latency(), False

    def after(moments: Iterable[datetime]) -> timedelta | None:
        first = min(moments, default=None)
        return None if first is None else max(NOTHING, course.between(base, first))

    latency = Latency(
        after(each.happened_at for each in by_kind.get(Kind.ACK, ())),
        after(each.happened_at for each in by_kind.get(Kind.RESPONSE, ())),
        after(each.at for each in verdicts.values() if each.verdict == "done"),
    )
    if item.within is None:
        return latency, False
    answered = latency.done if latency.done is not None else latency.response
    return latency, (course.between(base, at) if answered is None else answered) > item.within


class Unacknowledged(NamedTuple):
    item: int
    part: int
    since: datetime


def unacknowledged(
    standings: Iterable[Standing], items: Mapping[int, Planned], players: Iterable[int]
) -> list[Unacknowledged]:
    """Who has been sent something and has not acknowledged it, longest first."""
    everybody = frozenset(players)
    missing = [
        Unacknowledged(each.item, part, each.released_at)
        for each in standings
        if each.released_at is not None
        for part in (items[each.item].receivers or everybody) - each.acks.keys()
    ]
    return sorted(missing, key=lambda each: (each.since, each.item, each.part))


# ── Who is there ─────────────────────────────────────────────────────────────
class Present(NamedTuple):
    part: int
    at: datetime
    how: str  # qr, list
    uid: str


@dataclass(frozen=True)
class Heads:
    part: int
    count: int
    basis: str  # counted, estimated
    at: datetime
    uid: str


def present(entries: Iterable[Entry]) -> dict[int, Present]:
    """By part, the first sign-in."""
    first: dict[int, Present] = {}
    for each in counted(entries):
        if each.kind == Kind.CHECKIN and each.whom is not None:
            how = str(each.payload.get("how", "list"))
            first.setdefault(each.whom, Present(each.whom, each.happened_at, how, each.uid))
    return first


def heads(entries: Iterable[Entry]) -> dict[int, Heads]:
    """By group, the last count."""
    counts = (each for each in counted(entries) if each.kind == Kind.HEADCOUNT and each.whom is not None)
    return {each.whom: heads_of(each, each.whom) for each in counts if each.whom is not None}


def heads_of(entry: Entry, part: int) -> Heads:
    basis = str(entry.payload.get("basis", "counted"))
    return Heads(part, int(entry.payload.get("count", 0)), basis, *entry.place)


# ── Emergency stop ───────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Stop:
    """Called and not lifted. `uids` are all the calls that are open, the first of them told here."""

    uid: str
    at: datetime
    by: int | None
    device: str
    text: str
    uids: tuple[str, ...]
    parts: Mapping[int, datetime]  # who has acknowledged, when
    devices: Mapping[str, datetime]


def stop(entries: Iterable[Entry]) -> Stop | None:
    """The stop that is open, and who has acknowledged it. Whoever called it knows of it."""
    log = counted(entries)
    if any(each.kind in ENDS for each in log):
        return None
    resumes = [each for each in log if each.kind == Kind.RESUME]
    calls = [
        each
        for each in log
        if each.kind == Kind.STOP
        and not any(each.place < resume.place and lifts(resume, each.uid) for resume in resumes)
    ]
    if not calls:
        return None
    first, uids = calls[0], tuple(each.uid for each in calls)
    acks = [
        each
        for each in log
        if each.kind == Kind.STOP_ACK and (each.payload.get("stop") in uids or each.place > first.place)
    ]
    knowing = [*calls, *acks]
    return Stop(
        uid=first.uid,
        at=first.happened_at,
        by=first.part,
        device=first.device,
        text=str(first.payload.get("text", "")),
        uids=uids,
        parts=first_of_each(knowing),
        devices=earliest({each.device: each.happened_at} for each in knowing if each.device),
    )


def earliest(moments: Iterable[Mapping[str, datetime]]) -> dict[str, datetime]:
    first: dict[str, datetime] = {}
    for each in moments:
        for key, moment in each.items():
            first[key] = min(moment, first.get(key, moment))
    return first


# ── What the director looks at after the merge ───────────────────────────────
@dataclass(frozen=True)
class Conflict:
    """`uid` is what a decision speaks of, `uids` all that belongs to it."""

    kind: str
    uid: str
    uids: tuple[str, ...]
    part: int | None = None
    item: int | None = None
    device: str = ""
    value: int = 0  # of a skew: milliseconds; of a gap: how many are missing
    decision: Entry | None = None


def conflicts(entries: Iterable[Entry]) -> list[Conflict]:
    """Everything odd in the log, decided or not, in the log's order. Nothing odd is ever left out of the log."""
    log = in_order(entries)
    decided = decisions(log)
    places = {each.uid: each.place for each in log}
    found = [*odd_releases(log), *early_answers(log), *double_sign_ins(log), *odd_devices(log)]
    told = [
        Conflict(**{**vars(each), "decision": next((decided[uid] for uid in each.uids if uid in decided), None)})
        for each in found
    ]
    return sorted(told, key=lambda each: (places[each.uid], each.kind))


def odd_releases(log: Sequence[Entry]) -> Iterator[Conflict]:
    """While the clock stood, after the end, or a second time."""
    course = Course(log)
    first: dict[int | None, Entry] = {}
    for each in log:
        if each.kind != Kind.RELEASED:
            continue
        if each.item in first:
            yield Conflict("released_twice", each.uid, (first[each.item].uid, each.uid), each.part, each.item)
        first.setdefault(each.item, each)
        state = course.clock(each.happened_at).state
        if state in {"ended", "aborted"}:
            yield Conflict("released_after_end", each.uid, (each.uid,), each.part, each.item)
        elif state == "paused":
            yield Conflict("released_while_paused", each.uid, (each.uid,), each.part, each.item)


def early_answers(log: Sequence[Entry]) -> Iterator[Conflict]:
    """Acknowledged or answered before the release, or without one: a clock is wrong or a message went round us."""
    released: dict[int | None, datetime] = {}
    for each in counted(log):
        if each.kind == Kind.RELEASED:
            released.setdefault(each.item, each.happened_at)
    for each in log:
        if each.kind in {Kind.ACK, Kind.RESPONSE}:
            release = released.get(each.item)
            if release is None or each.happened_at < release:
                yield Conflict("answered_before_release", each.uid, (each.uid,), each.whom, each.item)


def double_sign_ins(log: Sequence[Entry]) -> Iterator[Conflict]:
    first: dict[int | None, Entry] = {}
    for each in log:
        if each.kind == Kind.CHECKIN:
            if each.whom in first:
                yield Conflict("signed_in_twice", each.uid, (first[each.whom].uid, each.uid), each.whom)
            first.setdefault(each.whom, each)


def odd_devices(log: Sequence[Entry]) -> Iterator[Conflict]:
    devices: dict[str, list[Entry]] = defaultdict(list)
    for each in log:
        if each.device:
            devices[each.device].append(each)
    for device, told in devices.items():
        chain = sorted(told, key=lambda each: (each.device_seq, each.place))
        yield from clock_off(device, told)
        yield from chain_faults(device, chain)


def clock_off(device: str, told: Sequence[Entry]) -> Iterator[Conflict]:
    """Once a device, by its worst."""
    off = [each for each in told if timedelta(milliseconds=abs(each.skew_ms)) > LARGEST_SKEW]
    if off:
        worst = max(off, key=lambda each: (abs(each.skew_ms), each.uid))
        uids = tuple(each.uid for each in off)
        yield Conflict("clock_off", off[0].uid, uids, off[0].part, device=device, value=worst.skew_ms)


def chain_faults(device: str, chain: Sequence[Entry]) -> Iterator[Conflict]:
    """`chain` by the numbers of the device. What is missing may still be on the phone."""
    before: Entry | None = None
    for each in chain:
        last = before.device_seq if before else 0
        if before and each.device_seq == last:
            yield Conflict("number_twice", each.uid, (before.uid, each.uid), each.part, device=device)
        elif each.device_seq > last + 1:
            missing = each.device_seq - last - 1
            yield Conflict("number_missing", each.uid, (each.uid,), each.part, device=device, value=missing)
        elif before and each.hash and before.hash and each.prev_hash != before.hash:
            yield Conflict("chain_broken", each.uid, (before.uid, each.uid), each.part, device=device)
        if each.hash and each.hash != fingerprint(each):
            yield Conflict("hash_wrong", each.uid, (each.uid,), each.part, device=device)
        before = each


# ── The chain of a device ────────────────────────────────────────────────────
def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: the same text as in chain.js."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def device_moment(moment: datetime) -> str:
    """As JavaScript's Date.toISOString() writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fingerprint(entry: Entry) -> str:
    """The hash that the device must have computed over the event and the hash of the one before it."""
    moment = device_moment(entry.device_time) if entry.device_time else ""
    item = "" if entry.item is None else str(entry.item)
    lines = [entry.prev_hash, entry.uid, entry.kind, str(entry.device_seq), moment, item, canonical(entry.payload)]
    return sha256("\n".join(lines).encode()).hexdigest()
