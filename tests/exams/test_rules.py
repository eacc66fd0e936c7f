from fractions import Fraction
from typing import Any

import pytest

from exams.rules import QuestionFault, blank_fits, check_choices, check_question, credit, is_right


@pytest.mark.parametrize(
    ("kind", "options", "answer"),
    [("single", ["甲", "乙"], [1]), ("multiple", ["甲", "乙", "丙"], [0, 2]), ("true_false", ["正确", "错误"], [0])],
)
def test_a_sound_question_passes(kind: str, options: list[str], answer: list[int]) -> None:
    check_choices(kind, options, answer)


@pytest.mark.parametrize(
    ("kind", "options", "answer"),
    [
        ("single", ["甲"], [0]),
        ("single", ["甲", "甲"], [0]),
        ("single", ["甲", "乙"], []),
        ("single", ["甲", "乙"], [2]),
        ("single", ["甲", "乙"], [0, 1]),
        ("multiple", ["甲", "乙"], [0]),
    ],
)
def test_an_unsound_question_says_why(kind: str, options: list[str], answer: list[int]) -> None:
    with pytest.raises(QuestionFault, match=r"\w"):
        check_choices(kind, options, answer)


def test_right_is_all_right_options_and_no_other() -> None:
    assert [is_right(given, [0, 2]) for given in ([0, 2], [2, 0], [0], [0, 1, 2], [])] == [
        True,
        True,
        False,
        False,
        False,
    ]


RUBRIC = [{"text": "先断电", "share": 2}, {"text": "打 120", "share": 1}]
PAIRS = {"left": ["触电", "着火"], "right": ["打 119", "断电", "倒水"]}


@pytest.mark.parametrize(
    ("kind", "stem", "options", "answer"),
    [
        ("ordering", "灭火器怎样用？", ["拔销", "握管", "压把"], [0, 1, 2]),
        ("matching", "先做什么？", PAIRS, [1, 0]),
        ("fill", "先____，再____。", [], [{"accept": ["断电"]}, {"number": "120", "tolerance": "0", "unit": ""}]),
        ("short", "触电怎么办？", [], RUBRIC),
    ],
)
def test_a_sound_question_of_every_other_kind_passes(kind: str, stem: str, options: Any, answer: Any) -> None:
    check_question(kind, stem, options, answer)


@pytest.mark.parametrize(
    ("kind", "stem", "options", "answer"),
    [
        ("ordering", "顺序？", ["一", "二"], [0, 1]),
        ("ordering", "顺序？", ["一", "二", "二"], [0, 1, 2]),
        ("ordering", "顺序？", ["一", "二", "三"], [0, 2, 1]),
        ("matching", "配对？", ["甲", "乙"], [0, 1]),
        ("matching", "配对？", {"left": ["甲"], "right": ["乙", "丙"]}, [0]),
        ("matching", "配对？", {"left": ["甲", "甲"], "right": ["乙", "丙"]}, [0, 1]),
        ("matching", "配对？", {"left": ["甲", "乙"], "right": ["丙", "丁"]}, [0, 2]),
        ("fill", "先____。", [], []),
        ("fill", "先____，再____。", [], [{"accept": ["断电"]}]),
        ("fill", "先____。", [], [{"accept": [" "]}]),
        ("fill", "等____分钟。", [], [{"number": "十", "tolerance": "0"}]),
        ("fill", "等____分钟。", [], [{"number": "10", "tolerance": "-1"}]),
        ("essay", "谈谈。", [], []),
        ("essay", "谈谈。", [], [{"text": "要点", "share": 0}]),
        ("riddle", "猜。", [], []),
    ],
)
def test_an_unsound_question_of_every_other_kind_says_why(kind: str, stem: str, options: Any, answer: Any) -> None:
    with pytest.raises(QuestionFault, match=r"\w"):
        check_question(kind, stem, options, answer)


@pytest.mark.parametrize(
    ("partial", "worth"),
    [("", [1, 0, 0, 0]), ("half", [1, Fraction(1, 2), 0, 0]), ("share", [1, Fraction(2, 3), 0, 0])],
)
def test_multiple_choice_counts_by_the_rule_of_its_part(partial: str, worth: list[Any]) -> None:
    given: list[list[int]] = [[0, 1, 2], [0, 2], [0, 3], []]
    assert [credit("multiple", [0, 1, 2], one, partial) for one in given] == worth


def test_order_counts_as_a_whole_pairs_and_blanks_one_by_one() -> None:
    assert [credit("ordering", [0, 1, 2], given) for given in ([0, 1, 2], [1, 0, 2], [])] == [1, 0, 0]
    assert [credit("matching", [1, 0], given) for given in ([1, 0], [1, 2], [1], [-1, -1])] == [
        1,
        Fraction(1, 2),
        Fraction(1, 2),
        0,
    ]
    blanks = [{"accept": ["断电", "拉闸"]}, {"number": "120"}]
    assert [credit("fill", blanks, given) for given in (["拉闸", "120"], ["泼水", "１２０"], [""])] == [
        1,
        Fraction(1, 2),
        0,
    ]


@pytest.mark.parametrize("given", ["1.5米", "１.５ 米", "1.5", "1.45", " 1.55米。"])
def test_a_number_may_carry_its_unit_and_lie_within_its_tolerance(given: str) -> None:
    assert blank_fits({"number": "1.5", "tolerance": "0.05", "unit": "米"}, given)


@pytest.mark.parametrize("given", ["", "1.6", "一米五", "1e0", "inf", "1.5公里", "1.5.5"])
def test_what_is_no_such_number_does_not_fit(given: str) -> None:
    assert not blank_fits({"number": "1.5", "tolerance": "0.05", "unit": "米"}, given)


@pytest.mark.parametrize(
    ("given", "number"),
    [("三", "3"), ("十", "10"), ("三十六", "36"), ("一百零五", "105"), ("两千", "2000"), ("三天", "3")],
)
def test_a_number_may_be_written_in_characters(given: str, number: str) -> None:
    assert blank_fits({"number": number, "unit": "天"}, given)


def test_a_person_marks_texts_but_an_empty_one_is_worth_nothing() -> None:
    assert [credit("short", RUBRIC, given) for given in (["先断电"], [" "], [])] == [None, 0, 0]
