"""One row of a list: what it says, what became of it, and the workbook in which bad rows go back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from campaign.importers import reasons
from campaign.importers.cells import Read
from campaign.importers.tables import Table
from records.spreadsheets import OutSheet, write_workbook

Problem = tuple[str, Mapping[str, Any]]


class Verdict(StrEnum):
    OK = "ok"
    REPAIRED = "repaired"
    ERROR = "error"
    DUPLICATE = "duplicate"


@dataclass
class Row:
    """`number` is the row's on paper."""

    sheet: str
    number: int
    cells: tuple[Any, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    repaired: bool = False
    problems: list[Problem] = field(default_factory=list)
    duplicate: Problem | None = None

    def take(self, name: str, read: Read) -> Any:
        """Keep what a cell says, or why it can't be taken."""
        if read.problem:
            self.refuse(read.problem, **read.about)
        self.values[name] = read.value
        self.repaired |= read.repaired
        return read.value

    def refuse(self, code: str, **about: Any) -> None:
        self.problems.append((code, about))

    @property
    def verdict(self) -> Verdict:
        if self.problems:
            return Verdict.ERROR
        if self.duplicate:
            return Verdict.DUPLICATE
        return Verdict.REPAIRED if self.repaired else Verdict.OK

    @property
    def good(self) -> bool:
        return self.verdict in (Verdict.OK, Verdict.REPAIRED)

    @property
    def reason(self) -> str:
        return reasons.told(self.problems or ([self.duplicate] if self.duplicate else []))


@dataclass(frozen=True)
class Reading:
    """Every row of a file; `left_out` names the sheets with something in them but no head that is known."""

    tables: list[Table]
    rows: list[Row]
    left_out: list[str]

    @property
    def good(self) -> list[Row]:
        return [row for row in self.rows if row.good]

    def report(self) -> dict[str, Any]:
        return {
            "rows": len(self.rows),
            "ok": len(self.good),
            "repaired": sum(row.verdict == Verdict.REPAIRED for row in self.rows),
            "errors": self.told(Verdict.ERROR),
            "duplicates": self.told(Verdict.DUPLICATE),
            "left_out": self.left_out,
        }

    def told(self, verdict: Verdict) -> list[dict[str, Any]]:
        chosen = [row for row in self.rows if row.verdict == verdict]
        return [{"sheet": row.sheet, "row": row.number, "reason": row.reason} for row in chosen]


def problem_workbook(reading: Reading) -> bytes:
    """Sheet by sheet the rows that were not taken, as they came, behind their number and the reason; empty when all
    are good."""
    sheets = [sheet for table in reading.tables if (sheet := bad_rows(table, reading.rows))]
    return write_workbook(sheets) if sheets else b""


def bad_rows(table: Table, rows: Iterable[Row]) -> OutSheet | None:
    bad = [row for row in rows if row.sheet == table.sheet.name and not row.good]
    if not bad:
        return None
    head = [_("Row"), _("Reason"), *("" if cell is None else str(cell) for cell in table.sheet.rows[table.head])]
    return OutSheet(
        name=table.sheet.name,
        head=head,
        rows=[[row.number, row.reason, *row.cells] for row in bad],
        widths=[6, 50, *[14] * (len(head) - 2)],
    )
