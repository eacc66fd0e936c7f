"""Questions whose answer is no choice: blanks, order, pairs, rubrics. What a sheet, a paper or a box says of them."""

import re
from collections.abc import Sequence
from typing import Any

from exams import line_rules, rules
from exams.importers import keys
from exams.importers.headers import LETTERS
from exams.importers.notes import Note, Refused, gettext_noop, note
from exams.importers.texts import clean, plain

WRITTEN = frozenset({keys.FILL, keys.ORDERING, keys.MATCHING, keys.SHORT, keys.ESSAY})
LONGEST_KEY = 4000
GAP = re.compile(r"[_＿]{2,}|[(（][\s　]*[)）]|【[\s　]*】")
EMPTY_BRACKETS = re.compile(r"[(（][\s　]*[)）]|【[\s　]*】")
STRONG = (r"\n", r"[；;]", r"\*\*", r"##", r"\|\|")  # between the answers to several blanks
WEAK = (r"、", r"[，,]", r"\s+")
NUMBERED = re.compile(r"(?:^|\s*)[(（](\d{1,2})[)）]\s*")

BLANKS_AND_ANSWERS = gettext_noop("The stem has %(blanks)s blanks, the key has %(answers)s answers.")
TOLD_APART = gettext_noop("The answers to the blanks were told apart by “%(mark)s”.")
WITH_SLASH = gettext_noop("“/” was taken for a part of the answer; between two accepted answers stands “|”.")
TWO_KEYS = gettext_noop(
    "Answers stand in the columns of the options and in that of the key; which count can't be seen."
)
NOT_EACH_ONCE = gettext_noop("The key %(key)s does not name each item once.")
KEY_BESIDE_PAIRS = gettext_noop("The options are pairs and the key says “%(key)s”; which counts can't be seen.")
MARKS: dict[str, str] = {"、": "、", "[，,]": "，", r"\s+": " "}


def read_written(kind: str, stem: str, texts: Sequence[str], cell: Any) -> tuple[str, Any, Any, list[Note]]:
    """Stem, options and answer as `exams.rules` tells, and what was mended."""
    try:
        if kind == keys.FILL:
            return read_blanks(stem, texts, cell)
        if kind == keys.ORDERING:
            return stem, *read_order(texts, keys.key_text(cell)), []
        if kind == keys.MATCHING:
            return stem, *read_matching(texts, cell), []
        answer = line_rules.read_rubric(written_key(texts, cell))
    except rules.QuestionFault as fault:
        raise Refused(str(fault)) from fault
    return stem, [], answer, []


def written_key(texts: Sequence[str], cell: Any) -> str:
    if texts and clean(plain(cell)):
        raise Refused(TWO_KEYS)
    key = "\n".join(texts) if texts else keys.key_text(cell)
    if len(key) > LONGEST_KEY:
        raise Refused(gettext_noop("The text of the question is too long."))
    return key


# ── Blanks ───────────────────────────────────────────────────────────────────
def with_blanks(stem: str) -> str:
    """Every blank, underlined or in brackets, as `exams.rules` writes it."""
    return GAP.sub(rules.BLANK, stem)


def read_blanks(stem: str, texts: Sequence[str], cell: Any) -> tuple[str, list[str], list[dict[str, Any]], list[Note]]:
    """The answers in one cell, or one in each column of the options."""
    stem, notes = with_blanks(stem), list[Note]()
    key = written_key(texts, cell)
    answers = list(texts) or apart(key, max(1, stem.count(rules.BLANK)), notes)
    if any("/" in answer for answer in answers):
        notes.append(note(WITH_SLASH))
    return stem, [], [line_rules.read_blank(answer) for answer in answers], notes


def apart(key: str, blanks: int, notes: list[Note]) -> list[str]:
    """One answer for each blank; Refused where the marks between them leave a doubt."""
    if blanks == 1 and not any(re.search(mark, key.strip()) for mark in STRONG):
        return [key]
    if numbered := by_numbers(key):
        return counted(numbered, blanks)
    for mark in STRONG:
        if re.search(mark, key.strip()):
            return counted(pieces(mark, key), blanks)
    fitting = [mark for mark in WEAK if len(pieces(mark, key)) == blanks]
    if len(fitting) != 1:
        raise Refused(BLANKS_AND_ANSWERS, blanks=blanks, answers=1)
    notes.append(note(TOLD_APART, mark=MARKS[fitting[0]]))
    return pieces(fitting[0], key)


def pieces(mark: str, key: str) -> list[str]:
    return [piece.strip() for piece in re.split(mark, key.strip()) if piece.strip()]


def by_numbers(key: str) -> list[str]:
    """The pieces of “(1)先断电 (2)再报警”, if they count from 1 without a gap."""
    _before, *found = NUMBERED.split(key.strip())
    numbers, texts = found[::2], [text.strip(" ；;，,、\n") for text in found[1::2]]
    return texts if numbers == [str(number) for number in range(1, len(numbers) + 1)] and not _before else []


def counted(answers: list[str], blanks: int) -> list[str]:
    if len(answers) != blanks:
        raise Refused(BLANKS_AND_ANSWERS, blanks=blanks, answers=len(answers))
    return answers


# ── Order and pairs ──────────────────────────────────────────────────────────
def read_order(texts: Sequence[str], key: str) -> tuple[list[str], list[int]]:
    """The items as they must stand; the key names them by their letters, in that order."""
    letters = keys.letters_in(re.sub(r"[→>＞=\-—]", "", key))
    if sorted(letters) != list(LETTERS[: len(texts)]):
        raise Refused(NOT_EACH_ONCE, key=key[:30])
    return [texts[LETTERS.index(letter)] for letter in letters], list(range(len(texts)))


def read_matching(texts: Sequence[str], cell: Any) -> tuple[Any, list[int]]:
    """Pairs, one in each option or, without options, one in each line of the key."""
    key = clean(plain(cell))
    if texts and key:
        raise Refused(KEY_BESIDE_PAIRS, key=key[:30])
    return line_rules.read_pairs(list(texts) or pieces(r"[\n；;]", keys.key_text(cell)))
