"""What decides about a sitting: who may begin, until when, which answer counts, what it is worth. Plain values in and
out; `now` is the server's clock, and no other is asked."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from exams.paper_rules import Slot
from exams.rules import is_right

DEVICE = re.compile(r"[A-Za-z0-9_-]{8,40}")
MOST_SAVES = 300  # in one batch
MOST_REVISIONS = 10_000  # of one slot: more is a client gone wild


# ── Beginning ────────────────────────────────────────────────────────────────
class Refusal(StrEnum):
    """Why somebody may not begin now."""

    NOT_PUBLISHED = "not_published"
    WITHDRAWN = "withdrawn"
    NOT_YET = "not_yet"
    OVER = "over"
    SITTING = "sitting"
    WAITS_FOR_RESULT = "waits_for_result"
    PASSED = "passed"
    NO_ATTEMPT_LEFT = "no_attempt_left"


@dataclass(frozen=True)
class Standing:
    """What is known of a candidate when he asks to begin."""

    exam_state: str
    opens_at: datetime
    closes_at: datetime
    withdrawn: bool
    attempts: int  # allowed, with those granted later
    used: int
    open: int = 0
    unmarked: int = 0
    passed: bool = False

    @property
    def attempts_left(self) -> int:
        return max(0, self.attempts - self.used)


def refusal(standing: Standing, now: datetime) -> Refusal | None:
    """None when a sitting may begin."""
    reasons = (
        (standing.exam_state != "published", Refusal.NOT_PUBLISHED),
        (standing.withdrawn, Refusal.WITHDRAWN),
        (now < standing.opens_at, Refusal.NOT_YET),
        (standing.open > 0, Refusal.SITTING),
        (standing.passed, Refusal.PASSED),
        (now >= standing.closes_at, Refusal.OVER),
        (standing.attempts_left == 0, Refusal.NO_ATTEMPT_LEFT),
        (standing.unmarked > 0, Refusal.WAITS_FOR_RESULT),
    )
    return next((reason for holds, reason in reasons if holds), None)


def deadline(started_at: datetime, *, minutes: int, extra_minutes: int, closes_at: datetime) -> datetime:
    """The minutes granted to one person lengthen both his time and his window."""
    return min(started_at + timedelta(minutes=minutes), closes_at) + timedelta(minutes=extra_minutes)


def is_over(deadline: datetime, grace_seconds: int, now: datetime) -> bool:
    """From now on nothing counts any more."""
    return now > deadline + timedelta(seconds=grace_seconds)


# ── Answering ────────────────────────────────────────────────────────────────
class Verdict(StrEnum):
    ACCEPTED = "accepted"
    LATE = "late"
    SUPERSEDED = "superseded"
    OTHER_DEVICE = "other_device"


class Forged(ValueError):
    """No page of ours sends this; nothing of the batch is stored. The message names the fault, never the content."""


@dataclass(frozen=True)
class Save:
    """What a device says somebody answered."""

    slot: int
    given: tuple[int, ...]  # the author's positions, sorted; empty takes the answer back
    revision: int
    happened_at: datetime


@dataclass(frozen=True)
class Held:
    """What counts for a slot now."""

    given: tuple[int, ...]
    revision: int
    epoch: int


def check_device(name: str) -> None:
    if not DEVICE.fullmatch(name):
        raise Forged("no such device")


def check_saves(saves: Collection[Save], slots: Sequence[Slot]) -> None:
    """Raise Forged where a save could not have come from this paper."""
    if len(saves) > MOST_SAVES:
        raise Forged("too many saves")
    for save in saves:
        if not 0 <= save.slot < len(slots):
            raise Forged("no such question")
        if not 1 <= save.revision <= MOST_REVISIONS:
            raise Forged("no such revision")
        check_given(save.given, slots[save.slot])


def check_given(given: Sequence[int], slot: Slot) -> None:
    if list(given) != sorted(set(given)) or not set(given) <= set(slot["order"]):
        raise Forged("no such option")
    if slot["kind"] != "multiple" and len(given) > 1:
        raise Forged("more than one option")


def verdict(save: Save, held: Held | None, *, epoch: int, in_time: bool) -> Verdict:
    """Whether a save that nobody has seen before counts. `epoch` is that of the device which sends it: a device that
    was replaced fills only slots untouched since; on one device the higher revision wins, in whatever order they come.
    """
    if not in_time:
        return Verdict.LATE
    if held is None or held.epoch < epoch:
        return Verdict.ACCEPTED
    if held.epoch > epoch:
        return Verdict.OTHER_DEVICE
    return Verdict.ACCEPTED if save.revision > held.revision else Verdict.SUPERSEDED


# ── Marking ──────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Worth:
    points: int
    total_points: int
    passed: bool
    slots: list[int]


def mark(
    slots: Sequence[Slot], answers: Mapping[int, Iterable[int]], keys: Mapping[int, Collection[int]], pass_percent: int
) -> Worth:
    """All or nothing for each question, in whole points. `answers` by slot, `keys` by version."""
    each = [
        slot["points"] if is_right(list(answers.get(place, ())), keys[slot["version"]]) else 0
        for place, slot in enumerate(slots)
    ]
    points, total = sum(each), sum(slot["points"] for slot in slots)
    return Worth(points, total, points * 100 >= pass_percent * total, each)
