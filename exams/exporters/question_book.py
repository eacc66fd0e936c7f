"""A bank as a workbook in the columns of our own template."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from exams.exporters.question_template import DIFFICULTIES, HEAD, KINDS, LETTERS, question_sheet
from exams.exporters.round_trip import LeftOut, is_same
from exams.importers import rows
from exams.importers.headers import read_header
from exams.importers.notes import Refused
from exams.line_rules import lines_of
from exams.models import Question, QuestionVersion
from exams.rules import BY_HAND, CHOICES
from records.spreadsheets import OutSheet, write_workbook

COLUMNS = read_header(HEAD)


def question_book(questions: Iterable[Question], *, title: str, made: str) -> bytes:
    left_out: list[LeftOut] = []
    notes = [made, _("A picture does not come along: where the last column says 有, put it into the row again.")]
    sheet = question_sheet(rows_of(questions, left_out), title=title, notes=notes)
    return write_workbook(with_left_out(sheet, left_out))


def with_left_out(sheet: OutSheet, left_out: list[LeftOut]) -> Iterator[OutSheet]:
    """The second sheet is looked at when the first one is written: what could not stand there is known by then."""
    yield sheet
    if left_out:
        lines = [[each.key, each.stem, each.reason] for each in left_out]
        yield OutSheet(_("Not exported"), [_("Question"), _("Stem"), _("Reason")], lines, widths=[14, 60, 60])


def rows_of(questions: Iterable[Question], left_out: list[LeftOut]) -> Iterator[tuple[Any, ...]]:
    for question in questions:
        found = row_of(question)
        if found is None:
            reason = _("These columns would say something else than the question does.")
            left_out.append(LeftOut(question.key, str(question), reason))
        else:
            yield found


def row_of(question: Question) -> tuple[Any, ...] | None:
    """None where the columns can't hold the question so that it comes back the same."""
    version = question.current
    assert version
    for separator in ("；", "\n"):
        options, key = options_and_key(version, separator)
        if len(options) > len(LETTERS):
            return None
        cells = (
            KINDS[version.kind],
            version.stem,
            *options,
            *[None] * (len(LETTERS) - len(options)),
            key,
            version.explanation,
            DIFFICULTIES[version.difficulty],
            question.chapter,
            question.point,
            "有" if version.picture_id else "",
        )
        if reads_back(cells, question):
            return cells
    return None


def options_and_key(version: QuestionVersion, separator: str) -> tuple[list[str], str]:
    lines = lines_of(version.kind, version.options, version.answer).split("\n")
    if version.kind in CHOICES:
        return list(version.options), "".join(LETTERS[place] for place in version.answer if place < len(LETTERS))
    if version.kind == "ordering":
        return list(version.options), LETTERS[: len(version.options)]
    if version.kind == "matching":
        return lines, ""
    return [], "\n".join(lines) if version.kind in BY_HAND else separator.join(lines)


def reads_back(cells: tuple[Any, ...], question: Question) -> bool:
    assert COLUMNS
    try:
        draft, _notes = rows.read_row(cells, COLUMNS)
    except Refused:
        return False
    return is_same(draft, question)
