"""Kinds and keys: which words and letters mean what."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from exams.importers.headers import LETTERS
from exams.importers.notes import Note, Refused, gettext_noop, note
from exams.importers.texts import alike, clean, plain

SINGLE, MULTIPLE, TRUE_FALSE, CHOICE = "single", "multiple", "true_false", "choice"
RIGHT_WORDS = frozenset({"正确", "对", "√", "✓", "✔", "是", "t", "true", "y", "yes", "right", "正确的", "对的"})
WRONG_WORDS = frozenset(
    {"错误", "错", "不正确", "不对", "×", "✗", "✘", "╳", "否", "x", "f", "false", "n", "no", "wrong", "错误的", "错的"}
)
JUDGING = ["正确", "错误"]

NO_KEY = gettext_noop("The key is missing.")
DATE_KEY = gettext_noop("The key is a date cell: what was meant can't be seen.")
NUMBER_KEY = gettext_noop("The key is the number %(key)s; it must name the options by their letters.")
UNKNOWN_KEY = gettext_noop("The key “%(key)s” can't be understood.")
KEY_TWICE = gettext_noop("The key %(key)s names an option twice.")
KEY_BEYOND = gettext_noop("The key %(key)s names %(letter)s, and there is no such option.")
LETTER_WITHOUT_OPTIONS = gettext_noop(
    "The key is %(key)s, but the row has no options that say what is right and what is wrong."
)
NOT_RIGHT_AND_WRONG = gettext_noop("A true-or-false question has two options, one for right and one for wrong.")
KEY_AS_TEXT = gettext_noop("The key was given as the text of option %(letter)s.")
UNSUPPORTED = gettext_noop("Questions of the kind “%(kind)s” can't be asked yet.")


def kind_of(word: str) -> str:
    """The kind a word names: one of the four above, "" where it names none of ours."""
    word = unicodedata.normalize("NFKC", word).casefold()
    if re.search(r"判断|是非|对错|true|judg", word):
        return TRUE_FALSE
    if re.search(r"不定项|填空|问答|简答|论述|匹配|连线|排序", word):
        return ""
    if re.search(r"多选|多项|复选|multi", word):
        return MULTIPLE
    if re.search(r"单选|单项|single", word):
        return SINGLE
    return CHOICE if "选择" in word else ""


def truth(word: str) -> bool | None:
    """What a word of a true-or-false question says; None for any other word."""
    word = alike(word)
    if word in RIGHT_WORDS:
        return True
    return False if word in WRONG_WORDS else None


def truths(options: Sequence[str]) -> list[bool | None]:
    return [truth(option) for option in options]


def judges(options: Sequence[str]) -> bool:
    return len(options) == 2 and set(truths(options)) == {True, False}


def letters_in(key: str) -> str:
    """The letters of `A`, `ABD`, `A,B,D`, `A、B`, `（A）`; "" if there is anything else."""
    text = unicodedata.normalize("NFKC", key).upper()
    text = re.sub(r"[\s,、;/.。|+&()\[\]【】:]|答案|和", "", text)
    return text if re.fullmatch(r"[A-Z]+", text) else ""


def key_text(cell: Any) -> str:
    if isinstance(cell, date):
        raise Refused(DATE_KEY)
    text = clean(plain(cell))
    if not text:
        raise Refused(NO_KEY)
    return text


def read_judgement(cell: Any, options: Sequence[str]) -> tuple[list[str], list[int]]:
    """Options and key of a true-or-false question."""
    key = key_text(cell)
    options = list(options)
    if options and not judges(options):
        raise Refused(NOT_RIGHT_AND_WRONG)
    letters = letters_in(key)
    if options and len(letters) == 1 and letters in "AB":
        return options, [LETTERS.index(letters)]
    said = truth(key)
    if said is None and letters in tuple(LETTERS):
        raise Refused(KEY_BEYOND if options else LETTER_WITHOUT_OPTIONS, key=key, letter=letters)
    if said is None:
        raise Refused(UNKNOWN_KEY, key=key[:30])
    options = options or JUDGING
    return options, [truths(options).index(said)]


def read_choice(cell: Any, options: Sequence[str]) -> tuple[list[int], list[Note]]:
    """Positions of the right options, from 0."""
    key = key_text(cell)
    letters = letters_in(key)
    if not letters or not set(letters) <= set(LETTERS):
        return key_as_text(cell, key, options)
    if len(set(letters)) < len(letters):
        raise Refused(KEY_TWICE, key=letters)
    places = sorted(LETTERS.index(letter) for letter in letters)
    beyond = [letter for letter in letters if LETTERS.index(letter) >= len(options)]
    if beyond:
        raise Refused(KEY_BEYOND, key=letters, letter=beyond[0])
    return places, []


def key_as_text(cell: Any, key: str, options: Sequence[str]) -> tuple[list[int], list[Note]]:
    same = [place for place, option in enumerate(options) if alike(option) == alike(key)]
    if re.fullmatch(r"[-+]?\d+(\.\d+)?", key):
        raise Refused(NUMBER_KEY, key=key)  # 3 could be the third option or the option “3”
    if len(same) != 1:
        raise Refused(UNKNOWN_KEY, key=key[:30])
    return same, [note(KEY_AS_TEXT, letter=LETTERS[same[0]])]
