"""Answers and keys as lines to read."""

from typing import Any

import pytest

from exams.answer_lines import given_lines, key_lines

FOUR = ["甲", "乙", "丙", "丁"]
PAIRS = {"left": ["甲", "乙"], "right": ["红", "绿"]}


@pytest.mark.parametrize(
    ("kind", "options", "order", "given", "lines"),
    [
        ("single", FOUR, [3, 2, 1, 0], [2], ["B. 丙"]),
        ("multiple", FOUR, [3, 2, 1, 0], [0, 3], ["A. 丁", "D. 甲"]),
        ("single", FOUR, [0, 1, 2, 3], [], []),
        ("ordering", FOUR, [0, 1, 2, 3], [1, 0], ["1. 乙", "2. 甲"]),
        ("matching", PAIRS, [0, 1], [1, -1], ["甲 → 绿", "乙 → –"]),
        ("fill", [], [], ["", "30米"], ["–", "30米"]),
        ("essay", [], [], ["先断电。"], ["先断电。"]),
    ],
)
def test_what_was_given(kind: str, options: Any, order: list[int], given: list[Any], lines: list[str]) -> None:
    assert given_lines(kind, options, order, given) == lines


@pytest.mark.parametrize(
    ("kind", "key", "lines"),
    [
        ("single", [0], ["A. 甲"]),
        (
            "fill",
            [{"accept": ["三", "3"]}, {"number": "30", "tolerance": "0.5", "unit": "米"}],
            ["三 / 3", "30 ± 0.5 米"],
        ),
        ("fill", [{"number": "30"}], ["30"]),
        ("short", [{"text": "断电", "share": 2}, {"text": "报警", "share": 1}], ["断电", "报警"]),
    ],
)
def test_what_was_right(kind: str, key: list[Any], lines: list[str]) -> None:
    assert key_lines(kind, FOUR, [0, 1, 2, 3], key) == lines
