"""What decides in practice: which question comes next, what an answer changes, when a wrong one has come back often
enough. Plain values in and out; practice is neither learning time nor an exam result."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from exams.paper_rules import FIXED_ORDER
from exams.rules import BY_HAND, CHOICES, credit

TIMES_RIGHT: Final = 2  # in a row, and a wrong one stays away
WRONG_EVERY: Final = 4  # of four questions one comes out of the own wrong ones
GRACE: Final = timedelta(seconds=60)  # of a mock exam, for a slow network
MOST_QUESTIONS: Final = 100  # of a mock exam, on one page
USUAL_MOCK: Final = {"single": 20, "multiple": 10, "true_false": 10}


@dataclass(frozen=True)
class Record:
    """How one person stands with one question."""

    asked: int = 0
    right: int = 0
    in_a_row: int = 0
    wrong_at: datetime | None = None

    @property
    def to_repeat(self) -> bool:
        return self.wrong_at is not None and self.in_a_row < TIMES_RIGHT


def answered(record: Record, right: bool | None, at: datetime) -> Record:
    """After one more answer; None is an answer that only the person himself can judge, later or never."""
    asked = replace(record, asked=record.asked + 1)
    return asked if right is None else judged(asked, right, at)


def judged(record: Record, right: bool, at: datetime) -> Record:
    if right:
        return replace(record, right=record.right + 1, in_a_row=record.in_a_row + 1)
    return replace(record, in_a_row=0, wrong_at=at)


def judge(kind: str, answer: Sequence[Any], given: Sequence[Any]) -> bool | None:
    """Right is all of it: practice knows no half points. None where no machine can tell."""
    return None if kind in BY_HAND else credit(kind, answer, given) == 1


# ── What comes next ──────────────────────────────────────────────────────────
def wrong_one_is_due(asked: int, waiting: int) -> bool:
    """`asked`: how many answers this person has given here; `waiting`: how many wrong ones wait to come back."""
    return waiting > 0 and asked % WRONG_EVERY == WRONG_EVERY - 1


def starting_point(first: int, last: int, dice: random.Random) -> int:
    """Where in a bank the search for an unseen question begins: chance at the price of one step along an index."""
    return dice.randint(first, max(first, last))


def shown_order(kind: str, count: int, seed: str) -> list[int]:
    """The author's positions as shown. Options of a choice keep their letters, since explanations speak of them; what
    is to be put in order or matched is shuffled, the same way for the same seed, and never stands solved already."""
    order = list(range(count))
    if kind in CHOICES or kind in FIXED_ORDER or count < 2:
        return order
    random.Random(seed).shuffle(order)  # noqa: S311  no secret
    return order[1:] + order[:1] if order == list(range(count)) else order


# ── A mock exam ──────────────────────────────────────────────────────────────
def ends_at(started_at: datetime, minutes: int) -> datetime:
    return started_at + timedelta(minutes=minutes)


def counts_still(deadline: datetime, now: datetime) -> bool:
    return now <= deadline + GRACE


def usual_count(kind: str, there: int) -> int:
    """How many questions of a kind a mock exam has unless somebody wants it otherwise."""
    return min(USUAL_MOCK.get(kind, 0), there)
