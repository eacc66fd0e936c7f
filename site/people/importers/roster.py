"""A workbook into rows of people. What a file says of itself only; the database is asked in `services.rosters`."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from people.importers import cells
from people.importers.cells import Read, text_of
from people.importers.columns import Table, columns_of, find_table, given_table, normal, words
from records.spreadsheets import Sheet

Problem = tuple[str, dict[str, Any]]  # a code of `reasons` and what its sentence needs
PERSONAL = ("name", "identity", "phone", "employee_number", "post", "hired")  # without any of them a row is nobody
SPREAD = ("organisation", "credit_code", "department")  # where a merged cell speaks for all its rows
NAMES = frozenset({"姓名", "员工姓名", "职工姓名"})
REPEATED = frozenset({"organisation", "credit_code", "department", "post", "category"})  # few values, read once each
NUMBERED = re.compile(r"[\dxX+() -]{7,}")
LENGTHS = {"organisation": 100, "department": 60, "post": 60}


@dataclass(slots=True)
class Row:
    """One person's row. `number` is the row's on paper; an empty text is a cell that says nothing."""

    sheet: str
    number: int
    values: dict[str, str]
    cells: tuple[Any, ...] = ()
    repaired: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    duplicate: Problem | None = None

    def __getattr__(self, name: str) -> str:
        """row.identity for row.values["identity"]; a column that the file does not have is empty."""
        return self.values.get(name, "")


@dataclass(frozen=True)
class Roster:
    tables: list[Table]
    rows: list[Row]
    left_out: list[str]  # sheets with something in them, but no head that names people


def read_roster(
    sheets: Sequence[Sheet],
    *,
    today: date,
    known: Mapping[str, str] | None = None,
    given: Mapping[str, Any] | None = None,
) -> Roster:
    """`known`: headers and their fields as corrected before. `given`: for this file, sheet → head and columns."""
    tables, left_out = list[Table](), list[str]()
    rows: list[Row] = []
    for place, sheet in enumerate(sheets):
        table = table_of(place, sheet, known or {}, given or {})
        if table is None:
            left_out += [sheet.name] if sum(map(bool, sheet.rows)) > 1 else []
            continue
        tables.append(table)
        rows += read_rows(table, people(table, sheet), today)
    mark_duplicates(rows)
    return Roster(tables, rows, left_out)


def table_of(place: int, sheet: Sheet, known: Mapping[str, str], given: Mapping[str, Any]) -> Table | None:
    if str(place) in given:
        return given_table(place, sheet.name, sheet.rows, given[str(place)])
    return find_table(place, sheet.name, sheet.rows, known)


# ── Which rows are people ────────────────────────────────────────────────────
def people(table: Table, sheet: Sheet) -> Iterator[tuple[int, tuple[Any, ...]]]:
    spread = spread_cells(table, sheet)
    personal = [table.columns[name] for name in PERSONAL if name in table.columns]
    certain = [table.columns[name] for name in ("identity", "phone") if name in table.columns]
    for place in range(table.head + 1, len(sheet.rows)):
        row = sheet.rows[place]
        if not any(filled(row, column) for column in personal):
            continue
        if is_head_again(row, table) or (not any(numbered(row, column) for column in certain) and is_remark(row)):
            continue
        yield place + 1, merged_in(row, spread.get(place))


def filled(row: Sequence[Any], column: int) -> bool:
    return column < len(row) and row[column] is not None and str(row[column]).strip() != ""


def numbered(row: Sequence[Any], column: int) -> bool:
    """Something like a phone or identity number stands there."""
    return column < len(row) and NUMBERED.fullmatch(text_of(row[column])) is not None


def is_remark(row: Iterable[Any]) -> bool:
    """合计, 小计, 填表人：… in the first cells that say something."""
    told = [normal_start(cell) for cell in row if isinstance(cell, str) and cell.strip()][:3]
    marks = words()
    return any(text.startswith(marks.totals) for text in told) or bool(told and told[0].startswith(marks.remarks))


def normal_start(cell: str) -> str:
    return "".join(text_of(cell).split()).lower()


def is_head_again(row: Sequence[Any], table: Table) -> bool:
    """The head printed on every page."""
    column = table.columns.get("name", 0)
    cell = row[column] if column < len(row) else None
    header = table.headers[column] if column < len(table.headers) else ""
    return isinstance(cell, str) and normal(cell) in {normal(header), *NAMES} and has_head(row)


def has_head(row: Sequence[Any]) -> bool:
    return len(columns_of(row, {})) > 1


def spread_cells(table: Table, sheet: Sheet) -> dict[int, dict[int, Any]]:
    """Row → column → value, for columns whose merged cells stand beside several people."""
    columns = {table.columns[name] for name in SPREAD if name in table.columns}
    found: dict[int, dict[int, Any]] = {}
    for top, left, bottom, _right in sheet.merged:
        row = sheet.rows[top] if top < len(sheet.rows) else ()
        if left in columns and bottom > top > table.head and filled(row, left):
            for place in range(top + 1, min(bottom + 1, len(sheet.rows))):
                found.setdefault(place, {})[left] = row[left]
    return found


def merged_in(row: tuple[Any, ...], values: Mapping[int, Any] | None) -> tuple[Any, ...]:
    if not values:
        return row
    longer = [*row, *[None] * (max(values) + 1 - len(row))]
    for column, value in values.items():
        if longer[column] is None:
            longer[column] = value
    return tuple(longer)


# ── What a row says ──────────────────────────────────────────────────────────
def readers(today: date) -> dict[str, Callable[[Any], Read]]:
    return {
        "name": cells.read_name,
        "identity": lambda cell: cells.read_identity(cell, today),
        "phone": cells.read_phone,
        "employee_number": cells.read_number,
        "credit_code": cells.read_code,
        "category": cells.read_category,
        "hired": cells.read_hired,
        **{name: partial(cells.read_text, longest=longest) for name, longest in LENGTHS.items()},
    }


def read_rows(table: Table, rows: Iterable[tuple[int, tuple[Any, ...]]], today: date) -> Iterator[Row]:
    reading = readers(today)
    columns = [
        (name, column, remembered(reading[name]) if name in REPEATED else reading[name])
        for name, column in table.columns.items()
    ]
    return (read_row(Row(table.name, number, {}, row), columns) for number, row in rows)


def remembered(read: Callable[[Any], Read]) -> Callable[[Any], Read]:
    known: dict[tuple[type, Any], Read] = {}

    def reader(cell: Any) -> Read:
        key = type(cell), cell
        if key not in known:
            known[key] = read(cell)
        return known[key]

    return reader


def read_row(found: Row, columns: Iterable[tuple[str, int, Callable[[Any], Read]]]) -> Row:
    row = found.cells
    for name, column, read in columns:
        told = read(row[column] if column < len(row) else None)
        found.values[name] = told.value
        if told.problem:
            found.problems.append((told.problem, problem_words(told)))
        elif told.repaired:
            found.repaired.append(name)
    if not found.problems and not found.identity and not found.employee_number:
        found.problems.append(("identity_missing", {}))
    return found


def problem_words(told: Read) -> dict[str, Any]:
    """What the sentence shows of the cell: never a whole identity number."""
    return dict(told.about) | ({"name": told.value, "code": told.value} if told.value else {})


# ── Who stands there twice ───────────────────────────────────────────────────
def mark_duplicates(rows: Iterable[Row]) -> None:
    """The first good row of a number stays; a row with faults of its own takes nobody's place."""
    people: dict[str, Row] = {}
    numbers: dict[tuple[str, str], Row] = {}
    for row in rows:
        if row.problems:
            continue
        first = people.setdefault(row.identity, row) if row.identity else row
        if first is not row:
            row.duplicate = duplicate_of(first, row)
        elif row.employee_number:
            mark_number(row, numbers.setdefault((row.credit_code or row.organisation, row.employee_number), row))


def duplicate_of(first: Row, row: Row) -> Problem:
    if first.name != row.name:
        return "duplicate_name", {"row": first.number}
    if first.sheet != row.sheet:
        return "duplicate_elsewhere", {"row": first.number, "sheet": first.sheet}
    return "duplicate", {"row": first.number}


def mark_number(row: Row, first: Row) -> None:
    """Two people can't have one employee number in one organisation; the same person again is a duplicate."""
    if first is row:
        return
    if first.name == row.name and not (first.identity and row.identity):
        row.duplicate = ("duplicate_number", {"row": first.number})
    else:
        row.problems.append(("employee_number_twice", {"row": first.number}))
