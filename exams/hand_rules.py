"""Marking by people: what a line of the rubric is worth at most, and when several marks settle an answer."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")
MOST_MARKERS = 3  # two and, where they differ, a third


def line_points(points: int, shares: Sequence[int]) -> list[Decimal]:
    """The most that each line of the rubric gives, by its share; rounding never loses a hundredth of the whole."""
    whole, most, before = sum(shares), list[Decimal](), Decimal(0)
    for place in range(1, len(shares) + 1):
        upto = (Decimal(points) * sum(shares[:place]) / whole).quantize(HUNDREDTH, ROUND_HALF_UP)
        most.append(upto - before)
        before = upto
    return most


def settled(marks: Sequence[Decimal], *, points: int, markers: int, moderation_percent: int) -> Decimal | None:
    """What an answer of so many `points` gets, from the marks of different people in the order in which they came to
    it; None while somebody has still to mark it. The third one decides alone."""
    if len(marks) >= MOST_MARKERS:
        return marks[MOST_MARKERS - 1]
    if len(marks) < markers:
        return None
    if markers == 1:
        return marks[0]
    first, second = marks
    if abs(first - second) * 100 > points * moderation_percent:
        return None
    return ((first + second) / 2).quantize(HUNDREDTH, ROUND_HALF_UP)
