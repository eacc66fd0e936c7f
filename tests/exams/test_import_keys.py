"""Keys and kinds: which letters, words and marks mean what."""

from datetime import date
from typing import Any

import pytest

from exams.importers.keys import JUDGING, kind_of, read_choice, read_judgement
from exams.importers.notes import Refused

FOUR = ["甲", "乙", "丙", "丁"]


@pytest.mark.parametrize(
    "key", ["ABD", "A,B,D", "A，B，D", "a、b、d", "A B D", "ＡＢＤ", "DBA", "答案：ABD", "A；B；D。"]
)
def test_letters_in_any_dress(key: str) -> None:
    assert read_choice(key, FOUR) == ([0, 1, 3], [])


def test_the_text_of_an_option_is_a_key_and_told() -> None:
    places, [note] = read_choice("丙", FOUR)
    assert (places, str(note)) == ([2], "The key was given as the text of option C.")


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (None, "The key is missing."),
        ("  ", "The key is missing."),
        ("AE", "The key AE names E, and there is no such option."),
        ("AAB", "The key AAB names an option twice."),
        (3, "The key is the number 3"),
        ("0.5", "The key is the number 0.5"),
        ("15%-20%", "The key “15%-20%” can't be understood."),
        ("A或B", "The key “A或B” can't be understood."),
        (date(2009, 5, 1), "The key is a date cell"),
    ],
)
def test_a_key_that_says_too_little_is_refused(key: Any, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_choice(key, FOUR)
    assert str(refusal.value).startswith(reason)


@pytest.mark.parametrize("key", ["正确", "对", "√", "T", "true", True, "是", "✔", "正确。"])
def test_words_for_right(key: Any) -> None:
    assert read_judgement(key, []) == (JUDGING, [0])


@pytest.mark.parametrize("key", ["错误", "错", "×", "F", "FALSE", False, "否", "x", "不正确"])
def test_words_for_wrong(key: Any) -> None:
    assert read_judgement(key, []) == (JUDGING, [1])


@pytest.mark.parametrize(
    ("key", "options", "answer"),
    [
        ("B", ["正确", "不正确"], 1),
        ("错", ["正确", "不正确"], 1),
        ("对", ["错", "对"], 1),
        ("A", ["×", "√"], 0),
        ("F", ["T", "F"], 1),
    ],
)
def test_a_true_or_false_question_keeps_its_own_options(key: str, options: list[str], answer: int) -> None:
    assert read_judgement(key, options) == (options, [answer])


@pytest.mark.parametrize(
    ("key", "options", "reason"),
    [
        ("A", [], "The key is A, but the row has no options that say what is right"),
        ("C", ["对", "错"], "The key C names C, and there is no such option."),
        ("AB", ["对", "错"], "The key “AB” can't be understood."),
        ("1", [], "The key “1” can't be understood."),
        ("对", ["有", "没有"], "A true-or-false question has two options"),
        ("对", ["对", "错", "不知道"], "A true-or-false question has two options"),
        ("", ["对", "错"], "The key is missing."),
    ],
)
def test_a_judgement_is_never_guessed(key: str, options: list[str], reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_judgement(key, options)
    assert str(refusal.value).startswith(reason)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("单选题", "single"),
        ("单项选择题", "single"),
        ("多选", "multiple"),
        ("二、多项选择题（每题 2 分）", "multiple"),
        ("判断题", "true_false"),
        ("是非题", "true_false"),
        ("选择题", "choice"),
        ("填空题", ""),
        ("不定项选择题", ""),
        ("案例", ""),
    ],
)
def test_names_of_kinds(word: str, kind: str) -> None:
    assert kind_of(word) == kind
