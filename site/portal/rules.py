"""What is true of a review, told from plain values."""

from collections.abc import Collection
from enum import Enum


class Bar(Enum):
    """Why somebody who holds the role of a stage does not decide it."""

    OWN_TEXT = "own"
    DECIDED_BEFORE = "before"


def bar_to(person: int, *, authors: Collection[int | None], deciders: Collection[int | None]) -> Bar | None:
    """`authors` sent the text or changed it last, `deciders` approved an earlier stage of this round. However few
    people an office has: four pairs of eyes, or it is not published."""
    if person in authors:
        return Bar.OWN_TEXT
    return Bar.DECIDED_BEFORE if person in deciders else None
