"""What a rubric gives, and when several marks settle an answer."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.hand_rules import line_points, settled


def decimals(*points: str) -> list[Decimal]:
    return [Decimal(one) for one in points]


@pytest.mark.parametrize(
    ("points", "shares", "most"),
    [
        (10, [1], ["10"]),
        (10, [2, 3], ["4", "6"]),
        (10, [1, 1, 1], ["3.33", "3.34", "3.33"]),
        (1, [1, 7], ["0.13", "0.87"]),
    ],
)
def test_each_line_gives_its_share(points: int, shares: list[int], most: list[str]) -> None:
    assert line_points(points, shares) == decimals(*most)


@given(st.integers(1, 100), st.lists(st.integers(1, 50), min_size=1, max_size=8))
def test_the_lines_come_to_the_whole(points: int, shares: list[int]) -> None:
    assert sum(line_points(points, shares)) == points


@pytest.mark.parametrize(
    ("markers", "marks", "comes_to"),
    [
        (1, [], None),
        (1, ["7"], "7"),
        (2, ["7"], None),
        (2, ["7", "8"], "7.5"),
        (2, ["7", "7.25"], "7.13"),
        (2, ["4", "6"], "5"),
        (2, ["4", "6.01"], None),
        (2, ["4", "9", "8"], "8"),
        (2, ["8", "8", "3"], "3"),
    ],
)
def test_two_marks_are_a_mean_unless_they_differ_by_more_than_a_fifth(
    markers: int, marks: list[str], comes_to: str | None
) -> None:
    told = settled(decimals(*marks), points=10, markers=markers, moderation_percent=20)
    assert told == (Decimal(comes_to) if comes_to else None)
