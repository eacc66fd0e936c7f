"""The corrected key in the positions of the version that was asked, and a mark with other points for one question."""

from decimal import Decimal
from typing import Any

import pytest

from exams.correction_rules import Remarked, Wording, corrected_key, remarked
from exams.rules import QuestionFault

FOUR = ["甲", "乙", "丙", "丁"]
PAIRS = {"left": ["甲", "乙"], "right": ["红", "绿", "蓝"]}
TURNED = {"left": ["乙", "甲"], "right": ["蓝", "红", "绿"]}


@pytest.mark.parametrize(
    ("asked", "corrected", "key"),
    [
        (Wording("single", FOUR, [0]), Wording("single", FOUR, [2]), [2]),
        (Wording("single", FOUR, [0]), Wording("single", ["丁", "丙", "乙", "甲"], [1]), [2]),
        (Wording("multiple", FOUR, [0, 1]), Wording("multiple", ["丁", "丙", "乙", "甲"], [0, 3]), [0, 3]),
        (Wording("ordering", FOUR[:3], [0, 1, 2]), Wording("ordering", ["丙", "甲", "乙"], [0, 1, 2]), [2, 0, 1]),
        (Wording("matching", PAIRS, [0, 1]), Wording("matching", TURNED, [0, 2]), [1, 2]),
        (
            Wording("fill", [], [{"accept": ["三"]}]),
            Wording("fill", [], [{"accept": ["3", "三"]}]),
            [{"accept": ["3", "三"]}],
        ),
    ],
)
def test_a_key_is_carried_over(asked: Wording, corrected: Wording, key: list[Any]) -> None:
    assert corrected_key(asked, corrected) == key


@pytest.mark.parametrize(
    ("asked", "corrected"),
    [
        (Wording("single", FOUR, [0]), Wording("multiple", FOUR, [0, 1])),
        (Wording("single", FOUR, [0]), Wording("single", ["甲", "乙", "丙", "戊"], [0])),
        (Wording("single", FOUR, [0]), Wording("single", FOUR[:3], [0])),
        (Wording("fill", [], [{"accept": ["三"]}]), Wording("fill", [], [{"accept": ["三"]}] * 2)),
        (Wording("short", [], [{"text": "一", "share": 1}]), Wording("short", [], [{"text": "二", "share": 1}])),
    ],
)
def test_what_asks_something_else_has_no_key_for_it(asked: Wording, corrected: Wording) -> None:
    with pytest.raises(QuestionFault):
        corrected_key(asked, corrected)


def test_one_question_gets_other_points_and_the_rest_stays() -> None:
    assert remarked([20, "2.5", 0], 2, Decimal(10), total=40, pass_percent=80) == Remarked(
        Decimal("32.5"), True, [20, "2.5", 10]
    )
    assert remarked([20, "2.5", 0], 0, Decimal("0.00"), total=40, pass_percent=80) == Remarked(
        Decimal("2.5"), False, [0, "2.5", 0]
    )
