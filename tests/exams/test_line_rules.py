"""Options and key as lines: what is typed is read, and what is stored is written the same way again."""

from typing import Any

import pytest

from exams.line_rules import lines_of, read_lines
from exams.rules import QuestionFault, check_question

STORED: list[tuple[str, Any, Any, str]] = [
    ("single", ["甲", "乙"], [1], "甲\n*乙"),
    ("multiple", ["甲", "乙", "丙"], [0, 2], "*甲\n乙\n*丙"),
    ("true_false", ["正确", "错误"], [0], "*正确\n错误"),
    ("fill", [], [{"accept": ["119", "一一九"]}, {"accept": ["甲"]}], "119|一一九\n甲"),
    ("fill", [], [{"number": "4", "tolerance": "0.5", "unit": "Ω"}], "4±0.5Ω"),
    ("fill", [], [{"number": "-1.20", "tolerance": "0", "unit": ""}], "-1.20±0"),
    ("ordering", ["一", "二", "三"], [0, 1, 2], "一\n二\n三"),
    (
        "matching",
        {"left": ["红", "黄", "橙"], "right": ["禁", "警", "令"]},
        [0, 1, 1],
        "红 → 禁\n黄 → 警\n橙 → 警\n→ 令",
    ),
    ("short", [], [{"text": "先断电\n再报告", "share": 1}], "先断电\n再报告"),
    ("essay", [], [{"text": "断电", "share": 2}, {"text": "报告", "share": 1}], "断电（2分）\n报告（1分）"),
    ("essay", [], [{"text": "断电（2分）", "share": 1}], "断电（2分）（1分）"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "options", "answer", "lines"), STORED)
def test_what_is_stored_is_written_and_read_the_same(kind: str, options: Any, answer: Any, lines: str) -> None:
    assert lines_of(kind, options, answer) == lines
    assert read_lines(kind, lines) == (options, answer)
    check_question(kind, "____" * len(answer) if kind == "fill" else "问", options, answer)


@pytest.mark.parametrize("arrow", ["→", "->", "=>", "——", "=", "＝"])
def test_pairs_in_any_dress(arrow: str) -> None:
    assert read_lines("matching", f"红{arrow}禁\n黄 {arrow} 警") == (
        {"left": ["红", "黄"], "right": ["禁", "警"]},
        [0, 1],
    )


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("single", "甲\n乙"), ("matching", "红 禁"), ("matching", "红 →"), ("essay", "断电（2分）\n报告")],
)
def test_lines_that_say_too_little_are_refused(kind: str, typed: str) -> None:
    with pytest.raises(QuestionFault):
        read_lines(kind, typed)


def test_a_number_alone_is_the_text_on_paper() -> None:
    assert read_lines("fill", "119") == ([], [{"accept": ["119"]}])
    assert read_lines("fill", "3~5") == ([], [{"accept": ["3~5"]}])
