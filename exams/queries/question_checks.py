"""The verdicts on a workbook of questions in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.importers.notes import Note
from exams.importers.verdicts import CONFLICT, DUPLICATE, ERROR, IMPORTED, Check, Verdict
from exams.importers.workbooks import Remark, Row

REPAIRED = "repaired"
NAMES: dict[str, Any] = {
    ERROR: gettext_lazy("Refused"),
    CONFLICT: gettext_lazy("Contradictory"),
    DUPLICATE: gettext_lazy("Repeated"),
    REPAIRED: gettext_lazy("Mended"),
    IMPORTED: gettext_lazy("Fits"),
}
TAGS = {ERROR: "danger", CONFLICT: "danger", DUPLICATE: "off", REPAIRED: "late", IMPORTED: "ok"}


@dataclass(frozen=True)
class Line:
    """A verdict as a page shows it."""

    place: str
    word: str
    stem: str
    notes: list[str]

    @property
    def name(self) -> Any:
        return NAMES[self.word]

    @property
    def tag(self) -> str:
        return TAGS[self.word]


def told(note: Note) -> str:
    values = {name: told(value) if isinstance(value, Note) else value for name, value in note.values.items()}
    return _(note.text) % values if values else _(note.text)


def place(row: Row | Remark) -> str:
    number = row.number if isinstance(row, Row) else row.row
    sheet = row.sheet or row.file
    return _("%(sheet)s, row %(row)s") % {"sheet": sheet, "row": number} if number else sheet


def place_in_full(row: Row) -> str:
    return f"{row.file} · {place(row)}"


def reasons(verdict: Verdict) -> list[str]:
    """Why it does not go in, or what was mended so that it does."""
    row, other = verdict.row, verdict.of
    if row.fault:
        return [told(row.fault)]
    if other is None:
        return [told(note) for note in row.repairs]
    if isinstance(other, Row):
        where = place(other) if other.file == row.file else place_in_full(other)
    else:
        where = _("question %(key)s of the bank") % {"key": other.key}
    if verdict.word == CONFLICT:
        said = _("The same question stands with another key: %(where)s. Which is right can't be told, so it stays out.")
        return [said % {"where": where}]
    return [_("The same question stands already: %(where)s.") % {"where": where}]


def word_of(verdict: Verdict) -> str:
    return REPAIRED if verdict.word == IMPORTED and verdict.row.repairs else verdict.word


def lines(verdicts: Iterable[Verdict]) -> list[Line]:
    return [line(verdict) for verdict in verdicts]


def line(verdict: Verdict) -> Line:
    row = verdict.row
    stem = row.draft.stem if row.draft else row.stem
    return Line(place(row), word_of(verdict), stem, reasons(verdict))


def filtered(check: Check, word: str) -> list[Verdict]:
    """Those of one verdict, or all, what needs a person first."""
    found = [verdict for verdict in check.verdicts if not word or word_of(verdict) == word]
    return sorted(found, key=lambda verdict: list(NAMES).index(word_of(verdict)))


def remark_lines(check: Check) -> list[tuple[str, str]]:
    return [(place(remark), told(remark.note)) for remark in check.remarks]


def figures(check: Check) -> list[tuple[str, Any, int]]:
    """How many rows of each verdict, those that need a person first."""
    words = [word_of(verdict) for verdict in check.verdicts]
    return [(word, name, words.count(word)) for word, name in NAMES.items()]
