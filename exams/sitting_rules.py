"""What decides about a sitting: who may begin, until when, which answer counts, what it is worth. Plain values in and
out; `now` is the server's clock, and no other is asked."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from exams.paper_rules import Slot
from exams.rules import BY_HAND, CHOICES, LONGEST_TEXT, credit

DEVICE = re.compile(r"[A-Za-z0-9_-]{8,40}")
MOST_SAVES = 300  # in one batch
MOST_REVISIONS = 10_000  # of one slot: more is a client gone wild
MOST_BLANKS = 100  # or pairs: no question has so many, and one refused save refuses its whole batch
NO_TEXT = re.compile("[\\x00\\ud800-\\udfff]")  # halves of a character and the zero, which no database keeps
HUNDREDTH = Decimal("0.01")


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
    given: tuple[int | str, ...]  # as exams.rules tells for each kind; empty takes the answer back
    revision: int
    happened_at: datetime


@dataclass(frozen=True)
class Held:
    """What counts for a slot now."""

    given: tuple[int | str, ...]
    revision: int
    epoch: int


def check_device(name: str) -> None:
    if not DEVICE.fullmatch(name):
        raise Forged("no such device")


def arranged(saves: Iterable[Save], slots: Sequence[Slot]) -> list[Save]:
    """The options chosen in the author's order, however a page sent them."""
    return [
        replace(save, given=tuple(sorted(set(save.given))))  # type: ignore[type-var]  # whole numbers, as seen here
        if 0 <= save.slot < len(slots)
        and slots[save.slot]["kind"] in CHOICES
        and all(isinstance(position, int) for position in save.given)
        else save
        for save in saves
    ]


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


def check_given(given: Sequence[int | str], slot: Slot) -> None:
    kind, there = slot["kind"], set(slot["order"])
    if kind in LONGEST_TEXT:
        check_texts(kind, given)
    elif not all(isinstance(position, int) for position in given):
        raise Forged("no such option")
    elif kind == "matching":
        if not set(given) <= {-1, *there} or len(given) > MOST_BLANKS:
            raise Forged("no such pair")
    elif not set(given) <= there or len(set(given)) != len(given) or (kind in CHOICES and out_of_order(given)):
        raise Forged("no such option")
    elif kind in {"single", "true_false"} and len(given) > 1:
        raise Forged("more than one option")


def out_of_order(given: Sequence[Any]) -> bool:
    return list(given) != sorted(given)


def check_texts(kind: str, given: Sequence[int | str]) -> None:
    if len(given) > (MOST_BLANKS if kind == "fill" else 1):
        raise Forged("too many texts")
    if not all(isinstance(text, str) and is_text(text, LONGEST_TEXT[kind]) for text in given):
        raise Forged("no such text")


def is_text(text: str, longest: int) -> bool:
    return len(text) <= longest and not NO_TEXT.search(text)


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
    """`by_hand` are the slots that wait for a person: they count 0 until then."""

    points: Decimal
    total_points: int
    passed: bool
    slots: list[int | str]  # as JSON keeps them: whole, or a decimal fraction in a text
    by_hand: tuple[int, ...] = ()


def mark(
    slots: Sequence[Slot],
    answers: Mapping[int, Sequence[Any]],
    keys: Mapping[int, Sequence[Any]],
    pass_percent: int,
    hand_marks: Mapping[int, Decimal] | None = None,
) -> Worth:
    """Points to the hundredth for each slot. `answers` and `hand_marks` by slot, `keys` by version."""
    known = hand_marks or {}
    each: list[Decimal] = []
    waiting: list[int] = []
    for place, slot in enumerate(slots):
        given = list(answers.get(place, ()))
        share = credit(slot["kind"], keys[slot["version"]], given, slot.get("partial", ""))
        if share is None and place not in known:
            waiting.append(place)
        each.append(known[place] if share is None and place in known else points_for(share or 0, slot["points"]))
    points, total = sum(each, Decimal(0)), sum(slot["points"] for slot in slots)
    return Worth(points, total, points * 100 >= pass_percent * total, [in_json(one) for one in each], tuple(waiting))


def points_for(share: Any, points: int) -> Decimal:
    exact = share * points
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(HUNDREDTH, ROUND_HALF_UP)


def in_json(points: Decimal) -> int | str:
    return int(points) if points == points.to_integral_value() else str(points.normalize())


def is_marked_by_hand(slots: Iterable[Slot]) -> bool:
    return any(slot["kind"] in BY_HAND for slot in slots)
