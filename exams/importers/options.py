"""Options out of cells: one column each, or all in one cell, told apart by a separator and their letters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from exams.importers.headers import LETTERS
from exams.importers.notes import Note, Refused, gettext_noop, note
from exams.importers.texts import clean, plain

SEPARATORS = ("**", "##", "||", "|", "\n")
MARKED = re.compile(r"\s*(?:[(（]\s*([A-HＡ-Ｈ])\s*[)）]|([A-HＡ-Ｈ])\s*[.．、:：)）])\s*")
BARE = re.compile(r"\s*([A-HＡ-Ｈ])(?![A-Za-z0-9])\s*(?=\S)")
WIDER = ord("Ａ") - ord("A")  # full-width letters stand so far behind the plain ones

CANNOT_SPLIT = gettext_noop("The options can't be told apart: between them stands neither a separator nor A. B. C.")
NO_LETTER = gettext_noop("Piece %(number)s of the options, “%(text)s”, has no letter, while others have one.")
NOTHING_BETWEEN = gettext_noop("Between two separators of the options stands nothing.")
WRONG_ORDER = gettext_noop("The options' letters read %(letters)s; they must run from A without a gap.")
EMPTY = gettext_noop("Option %(letter)s is empty.")
DATE = gettext_noop("Option %(letter)s is a date cell: what was meant can't be seen. Type it as text.")
UNCLEAR_LETTER = gettext_noop("It can't be told whether the first letters of the options belong to their text.")
COUNTED = gettext_noop("The options had no letters and were counted in their order.")
LETTER_WITHOUT_MARK = gettext_noop("Option %(letter)s: a letter without a mark, unlike the others.")
TAKEN_APART = gettext_noop("Option %(letter)s stood in one piece with %(before)s and was taken apart at its letter.")
EMPTY_END = gettext_noop("A separator after the last option was left out.")


@dataclass
class Piece:
    letter: str
    text: str
    marked: bool = True


def from_columns(cells: Sequence[Any]) -> tuple[list[str], list[Note]]:
    """`cells` in the order of their letters; empty ones at the end are no options."""
    cells = list(cells)
    while cells and not clean(plain(cells[-1])):
        cells.pop()
    texts = []
    for letter, cell in zip(LETTERS, cells, strict=False):
        if isinstance(cell, date):
            raise Refused(DATE, letter=letter)
        texts.append(clean(plain(cell)))
        if not texts[-1]:
            raise Refused(EMPTY, letter=letter)
    labels = [MARKED.match(text) for text in texts]
    if texts and all(label and letter_of(label) == letter for label, letter in zip(labels, LETTERS, strict=False)):
        texts = [text[label.end() :] for text, label in zip(texts, labels, strict=True) if label]
    return texts, []


def from_cell(cell: Any) -> tuple[list[str], list[Note]]:
    """All options of one cell and what had to be mended; Refused where they can't be told apart without doubt."""
    text = plain(cell).replace("_x000D_", "\n").replace("\r", "\n").strip()
    if not clean(text):
        return [], []
    separator = next((mark for mark in SEPARATORS if mark in text), "")
    pieces, notes = cut(text, separator)
    found = labelled(pieces, notes)
    found = taken_apart(found, notes if separator else [])
    letters = [piece.letter for piece in found]
    if letters != list(LETTERS[: len(letters)]):
        raise Refused(WRONG_ORDER, letters=", ".join(letters))
    if len(found) < 2 and not separator:
        raise Refused(CANNOT_SPLIT)
    for piece in found:
        if not clean(piece.text):
            raise Refused(EMPTY, letter=piece.letter)
    return [clean(piece.text) for piece in found], notes


def cut(text: str, separator: str) -> tuple[list[str], list[Note]]:
    pieces, notes = text.split(separator) if separator else [text], list[Note]()
    if not clean(pieces[0]):
        pieces.pop(0)
    if pieces and not clean(pieces[-1]):
        pieces.pop()
        notes.append(note(EMPTY_END))
    return pieces, notes


def labelled(pieces: Sequence[str], notes: list[Note]) -> list[Piece]:
    found = [read_label(text) for text in pieces]
    missing = [place for place, piece in enumerate(found) if not piece.letter]
    if len(missing) == len(found):
        return counted(found, notes)
    if missing:
        text = clean(found[missing[0]].text)[:20]
        raise Refused(NO_LETTER if text else NOTHING_BETWEEN, number=missing[0] + 1, text=text)
    if any(piece.marked for piece in found):
        notes += [note(LETTER_WITHOUT_MARK, letter=piece.letter) for piece in found if not piece.marked]
    return found


def read_label(text: str) -> Piece:
    if match := MARKED.match(text):
        return Piece(letter_of(match), text[match.end() :])
    if match := BARE.match(text):
        return Piece(letter_of(match), text[match.end() :], marked=False)
    return Piece("", text, marked=False)


def letter_of(match: re.Match[str]) -> str:
    letter = next(group for group in match.groups() if group)
    return letter if letter in LETTERS else chr(ord(letter) - WIDER)


def counted(found: list[Piece], notes: list[Note]) -> list[Piece]:
    """Options without letters; “A4纸” in the first place and “B5纸” in the second could be either."""
    if len(found) < 2:
        raise Refused(CANNOT_SPLIT)
    if len(found) > len(LETTERS):
        raise Refused(WRONG_ORDER, letters=str(len(found)))
    pieces = [Piece(letter, piece.text) for letter, piece in zip(LETTERS, found, strict=False)]
    if all(piece.text.strip().startswith(piece.letter) for piece in pieces):
        raise Refused(UNCLEAR_LETTER)
    notes.append(note(COUNTED))
    return pieces


def taken_apart(found: list[Piece], notes: list[Note]) -> list[Piece]:
    """Where a separator was forgotten, the next letter in the row with its mark tells, if it stands there once."""
    result: list[Piece] = []
    for place, piece in enumerate(found):
        result.append(piece)
        following = found[place + 1].letter if place + 1 < len(found) else ""
        while (wanted := after(result[-1].letter)) and wanted != following:
            marks = list(
                re.finditer(
                    rf"(?<![A-Z.．、])[{wanted}{chr(ord(wanted) + WIDER)}]\s*[.．、:：]\s*(?=\S)", result[-1].text
                )
            )
            if len(marks) != 1:
                break
            text, before = result[-1].text, result[-1].letter
            result[-1] = Piece(before, text[: marks[0].start()], result[-1].marked)
            result.append(Piece(wanted, text[marks[0].end() :]))
            notes.append(note(TAKEN_APART, letter=wanted, before=before))
    return result


def after(letter: str) -> str:
    place = LETTERS.index(letter) + 1
    return LETTERS[place] if place < len(LETTERS) else ""
