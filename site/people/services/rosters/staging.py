"""What a check found, kept for a day in encrypted private files: the file as it came, its rows, its bad rows."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from people.importers.columns import Table
from people.importers.roster import Problem, Roster, Row
from people.models import User
from people.services.rosters.judging import GOOD, Difference, Judged
from records import crypto
from records.models import PrivateFile
from records.services import open_private, store_private
from records.spreadsheets import Sheet

KIND = "people.roster"
KEPT = timedelta(hours=24)
SAMPLES = 3  # rows that show what a column holds
PREVIEW = 15  # rows of a sheet whose head was not found


@dataclass(slots=True)
class StagedRow:
    sheet: str
    number: int
    verdict: str
    values: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)  # of a bad row, as they came

    def as_row(self) -> Row:
        return Row(self.sheet, self.number, self.values)


@dataclass(frozen=True)
class StagedSheet:
    """`columns` is empty where no head was found: then `samples` are the sheet's first rows."""

    place: int
    name: str
    head: int
    headers: list[str]
    columns: dict[str, int]
    samples: list[list[str]]

    def headers_at(self, head: int) -> list[str]:
        """The head as a person set it, as far as it was kept."""
        if self.columns:
            return self.headers if head == self.head else []
        return self.samples[head] if head < len(self.samples) else []


@dataclass(frozen=True)
class Staged:
    sheets: list[StagedSheet]
    rows: list[StagedRow]


def staged_of(sheets: Sequence[Sheet], roster: Roster, judged: Iterable[Judged]) -> Staged:
    tables = {table.sheet: table for table in roster.tables}
    shown = [
        sheet_with_head(tables[place], sheet) if place in tables else sheet_without_head(place, sheet)
        for place, sheet in enumerate(sheets)
        if place in tables or sheet.name in roster.left_out
    ]
    return Staged(shown, [staged_row(one) for one in judged])


def sheet_with_head(table: Table, sheet: Sheet) -> StagedSheet:
    following = [row for row in sheet.rows[table.head + 1 :][:10] if row][:SAMPLES]
    width = max(map(len, (table.headers, *following)))
    headers = [*table.headers, *[""] * (width - len(table.headers))]
    return StagedSheet(table.sheet, table.name, table.head, headers, dict(table.columns), list(map(texts, following)))


def sheet_without_head(place: int, sheet: Sheet) -> StagedSheet:
    return StagedSheet(place, sheet.name, 0, [], {}, [texts(row) for row in sheet.rows[:PREVIEW]])


def staged_row(one: Judged) -> StagedRow:
    row = one.row
    bad = one.verdict not in GOOD
    return StagedRow(
        row.sheet,
        row.number,
        one.verdict,
        row.values,
        one.problems,
        one.differences,
        row.repaired,
        texts(row.cells) if bad else [],
    )


def texts(cells: Iterable[Any]) -> list[str]:
    return ["" if cell is None else text(cell) for cell in cells]


def text(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
    return f"{cell:.0f}" if isinstance(cell, float) and cell >= 1e15 else str(cell)


# ── Files of a day ───────────────────────────────────────────────────────────
def keep(name: str, content: bytes, *, by: User | None, now: datetime) -> PrivateFile:
    return store_private(KIND, name, crypto.encrypt_bytes(content, KIND), by=by, expires_at=now + KEPT)


def kept(file: PrivateFile) -> bytes:
    with open_private(file) as content:
        return crypto.decrypt_bytes(content.read(), KIND)


def dump(staged: Staged) -> bytes:
    """Lists instead of objects: ten thousand rows are written and read in milliseconds."""
    sheets = [[getattr(sheet, name) for name in SHEET] for sheet in staged.sheets]
    rows = [[getattr(row, name) for name in ROW] for row in staged.rows]
    return json.dumps([sheets, rows], ensure_ascii=False, separators=(",", ":")).encode()


def load(content: bytes) -> Staged:
    sheets, rows = json.loads(content)
    return Staged([StagedSheet(*sheet) for sheet in sheets], [StagedRow(*row) for row in rows])


SHEET = tuple(StagedSheet.__dataclass_fields__)
ROW = tuple(StagedRow.__dataclass_fields__)
