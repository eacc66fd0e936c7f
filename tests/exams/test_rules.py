import pytest

from exams.rules import QuestionFault, check_choices, is_right


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
