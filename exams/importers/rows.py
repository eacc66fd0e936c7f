"""One row of a sheet: a draft of a question with what was mended, or the reason why not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exams import rules
from exams.importers import keys, options
from exams.importers.headers import Columns, at
from exams.importers.notes import Note, Refused, gettext_noop, note
from exams.importers.texts import alike, clean, plain, without_number

LONGEST_STEM, LONGEST_OPTION, LONGEST_EXPLANATION, LONGEST_CHAPTER = 4000, 1000, 4000, 120
EASY, MEDIUM, HARD = 1, 2, 3
DIFFICULTIES = {
    EASY: ("易", "容易", "简单", "较易", "较简单", "低", "初级", "easy", "1"),
    MEDIUM: ("中", "中等", "一般", "适中", "普通", "中级", "medium", "2"),
    HARD: ("难", "困难", "较难", "高", "很难", "高级", "hard", "3"),
}
SPEAKS_OF_FIGURE = re.compile(
    r"如\s*[上下左右]?\s*图(?![书纸])|[上下左右]图(?![书纸])|(?:^|[，。,（(])\s*图\s*[中示所]|如\s+所示"
)
LETTERS_ONLY = re.compile(r"[A-H](?:[\s、,，.．和及与]*[A-H])*[.．]?")
NAMED_OTHERS = re.compile(
    r"(?:选项)?[A-H](?:[\s、,，.．和及与]+[A-H])+[.．]?(?:项|选项)?(?:都|均|全)?(?:是|对|正确|不是|不对|错误)?"
)
CELL_PICTURE = re.compile(r"=?(?:_xlfn\.)?DISPIMG\(\"([^\"]{1,80})\"[^)]{0,20}\)", re.IGNORECASE)
NOT_CLAIMED = {"", "0", "否", "无", "没有", "n", "no", "false", "×", "-", "/", "\\"}

NO_STEM = gettext_noop("The stem is missing.")
NO_OPTIONS = gettext_noop("The row has no options; questions answered by a number or a text can't be asked yet.")
TOO_LONG = gettext_noop("The text of the question is too long.")
SINGLE_WITH_SEVERAL = gettext_noop("It is called single choice, but the key %(key)s names several options.")
MULTIPLE_WITH_ONE = gettext_noop("It is called multiple choice, but the key %(key)s names only one option.")
SAME_OPTIONS = gettext_noop("Options %(one)s and %(other)s are the same.")
NAMES_OTHERS = gettext_noop(
    "Option %(letter)s names other options by their letters, but everybody sees the options in another order. "
    "Write out what is meant."
)
KIND_TOLD = gettext_noop("The row did not name the kind; options and key tell that it is %(kind)s.")
DIFFICULTY_UNKNOWN = gettext_noop("The difficulty “%(difficulty)s” was not understood and left at the lowest.")
PICTURE_MISSING = gettext_noop("The row says that it has a picture, but none is anchored to it in the workbook.")
FIGURE_MISSING = gettext_noop("The stem speaks of a figure, but no picture is anchored to this row in the workbook.")
TWO_PICTURES = gettext_noop("%(count)s pictures are anchored to this row; a question has one.")
PICTURE_UNASKED = gettext_noop("A picture lies on this row though the row does not ask for one; it came in with it.")
KINDS = {
    keys.SINGLE: gettext_noop("Single choice"),
    keys.MULTIPLE: gettext_noop("Multiple choice"),
    keys.TRUE_FALSE: gettext_noop("True or false"),
}


@dataclass(frozen=True)
class Draft:
    """A question as it would be written; `answer` holds positions from 0."""

    kind: str
    stem: str
    options: tuple[str, ...]
    answer: tuple[int, ...]
    explanation: str = ""
    difficulty: int = EASY
    chapter: str = ""


def holds_question(cells: Sequence[Any], columns: Columns) -> bool:
    """A row of which stem, options and key are all empty is no question."""
    asked = [columns.get(cells, name) for name in ("stem", "options", "answer")]
    asked += [at(cells, column) for column in columns.letters.values()]
    return any(clean(plain(cell)) for cell in asked)


def read_row(cells: Sequence[Any], columns: Columns, heading: str = "") -> tuple[Draft, list[Note]]:
    """`heading` is the kind that a heading above the row or the sheet's name gives; the row's own word goes first."""
    stem = read_stem(columns.get(cells, "stem"))
    kind_word = clean(plain(columns.get(cells, "kind")))
    kind = keys.kind_of(kind_word) if kind_word else heading
    if kind_word and not kind:
        raise Refused(keys.UNSUPPORTED, kind=kind_word[:30])
    texts, notes = read_options(cells, columns)
    kind, texts, answer, more = settle(kind, texts, columns.get(cells, "answer"))
    check_options(kind, texts, answer)
    difficulty, unclear = read_difficulty(columns.get(cells, "difficulty"))
    draft = Draft(
        kind=kind,
        stem=stem,
        options=tuple(texts),
        answer=tuple(answer),
        explanation=clean(without_cell_pictures(plain(columns.get(cells, "explanation")))),
        difficulty=difficulty,
        chapter=clean(plain(columns.get(cells, "chapter")))[:LONGEST_CHAPTER],
    )
    if len(draft.explanation) > LONGEST_EXPLANATION:
        raise Refused(TOO_LONG)
    return draft, [*notes, *more, *unclear]


def read_stem(cell: Any) -> str:
    stem = clean(without_number(without_cell_pictures(plain(cell))))
    if not stem:
        raise Refused(NO_STEM)
    if len(stem) > LONGEST_STEM:
        raise Refused(TOO_LONG)
    return stem


def read_options(cells: Sequence[Any], columns: Columns) -> tuple[list[str], list[Note]]:
    separate = [at(cells, column) for _letter, column in sorted(columns.letters.items())]
    whole = columns.get(cells, "options")
    if any(clean(plain(cell)) for cell in separate) and not crowded(whole):
        return options.from_columns(separate)
    return options.from_cell(whole)


def crowded(cell: Any) -> bool:
    return any(separator in plain(cell).strip() for separator in options.SEPARATORS)


def settle(kind: str, texts: list[str], key: Any) -> tuple[str, list[str], list[int], list[Note]]:
    """Kind, options, positions of the right ones, and what was mended."""
    unnamed = not kind
    if unnamed and (keys.judges(texts) or (not texts and is_judgement(key))):
        kind = keys.TRUE_FALSE
    if kind == keys.TRUE_FALSE:
        texts, answer = keys.read_judgement(key, texts)
        notes = list[Note]()
    elif not texts:
        raise Refused(NO_OPTIONS)
    else:
        answer, notes = keys.read_choice(key, texts)
        kind = settle_choice(kind, answer)
    if unnamed:
        notes.append(note(KIND_TOLD, kind=note(KINDS[kind])))
    return kind, texts, answer, notes


def is_judgement(key: Any) -> bool:
    text = clean(plain(key))
    return keys.truth(text) is not None and not keys.letters_in(text)


def settle_choice(kind: str, answer: list[int]) -> str:
    letters = "".join(options.LETTERS[place] for place in answer)
    if kind == keys.SINGLE and len(answer) > 1:
        raise Refused(SINGLE_WITH_SEVERAL, key=letters)
    if kind == keys.MULTIPLE and len(answer) == 1:
        raise Refused(MULTIPLE_WITH_ONE, key=letters)
    return keys.SINGLE if len(answer) == 1 else keys.MULTIPLE


def check_options(kind: str, texts: Sequence[str], answer: Sequence[int]) -> None:
    seen: dict[str, int] = {}
    for place, text in enumerate(texts):
        if len(text) > LONGEST_OPTION:
            raise Refused(TOO_LONG)
        if (first := seen.setdefault(alike(text), place)) != place:
            raise Refused(SAME_OPTIONS, one=options.LETTERS[first], other=options.LETTERS[place])
    if not all(LETTERS_ONLY.fullmatch(text) for text in texts):  # otherwise letters are what is asked: classes of fire
        for letter, text in zip(options.LETTERS, texts, strict=False):
            if NAMED_OTHERS.fullmatch(text):
                raise Refused(NAMES_OTHERS, letter=letter)
    try:
        rules.check_choices(kind, texts, answer)
    except rules.QuestionFault as fault:
        raise Refused(str(fault)) from fault


def read_difficulty(cell: Any) -> tuple[int, list[Note]]:
    text = clean(plain(cell))
    if not text:
        return EASY, []
    for level, words in DIFFICULTIES.items():
        if text.casefold() in words:
            return level, []
    return EASY, [note(DIFFICULTY_UNKNOWN, difficulty=text[:20])]


# ── Pictures ─────────────────────────────────────────────────────────────────
def without_cell_pictures(text: str) -> str:
    return CELL_PICTURE.sub("", text)


def cell_pictures(cells: Sequence[Any]) -> list[str]:
    """The names of WPS's pictures inside cells."""
    return [name for cell in cells if isinstance(cell, str) for name in CELL_PICTURE.findall(cell)]


def claims_picture(cells: Sequence[Any], columns: Columns) -> bool:
    claim = clean(plain(columns.get(cells, "claim"))).casefold()
    written = clean(plain(columns.get(cells, "picture"))).casefold()
    return claim not in NOT_CLAIMED or written not in NOT_CLAIMED


def check_picture(cells: Sequence[Any], columns: Columns, stem: str, found: int) -> list[Note]:
    """Refused where a picture is missing; a note where one lies there that nothing speaks of."""
    claimed, spoken_of = claims_picture(cells, columns), bool(SPEAKS_OF_FIGURE.search(stem))
    if found > 1:
        raise Refused(TWO_PICTURES, count=found)
    if not found and claimed:
        raise Refused(PICTURE_MISSING)
    if not found and spoken_of:
        raise Refused(FIGURE_MISSING)
    return [note(PICTURE_UNASKED)] if found and not claimed and not spoken_of else []
