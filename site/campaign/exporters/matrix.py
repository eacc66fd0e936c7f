"""The matrix as a workbook: one line a township, for each entry the figures side by side."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaign.exporters.ledger import period_note, signature_note
from campaign.queries.cells import Cell, Line, Matrix
from campaign.queries.lens import Lens
from records.spreadsheets import OutSheet, write_workbook

FIGURES = (
    lambda: pgettext("matrix", "activities"),
    lambda: pgettext("matrix", "person-times"),
    lambda: pgettext("matrix", "reached"),
    lambda: pgettext("matrix", "registered"),
    lambda: pgettext("matrix", "coverage (%)"),
    lambda: pgettext("matrix", "target"),
    lambda: pgettext("matrix", "last year"),
)


def matrix_workbook(matrix: Matrix, lens: Lens) -> bytes:
    names = [_("All entries"), *(entry.label for entry in matrix.entries)]
    head = [_("Township"), *(f"{name} {figure()}" for name in names for figure in FIGURES)]
    sheet = OutSheet(
        name=_("Townships and entries"),
        head=head,
        rows=lines(matrix),
        widths=[18, *[10] * (len(head) - 1)],
        title=f"{matrix.scheme.name} V{matrix.scheme.version}",
        notes=[period_note(lens), signature_note(lens.known_at), counting_note()],
    )
    return write_workbook([sheet])


def lines(matrix: Matrix) -> Iterator[list[Any]]:
    for line in [*matrix.lines, matrix.total]:
        name = line.division.label if line.division else pgettext("ledger", "Total")
        yield [name, *(figure for cell in cells_of(matrix, line) for figure in figures(cell))]


def cells_of(matrix: Matrix, line: Line) -> list[Cell]:
    return [line.total, *(line.cells[entry.code] for entry in matrix.entries)]


def figures(cell: Cell) -> list[Any]:
    covered = cell.held.households if cell.by_households else cell.covered
    percent = "" if cell.coverage is None else int(cell.coverage * 100)
    held = (cell.held.activities, cell.held.persons)
    return [*held, covered, cell.registered, percent, cell.target, cell.last_year.activities]


def counting_note() -> str:
    return _(
        "Venues are distinct, registered on the last day of the period; families: households reached of those "
        "registered. An activity may stand in two entries; the total counts it once."
    )
