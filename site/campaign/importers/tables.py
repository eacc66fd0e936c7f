"""Which column holds what: the head of a table is found by its words, and what lies below it is read row by row."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from records.spreadsheets import Sheet

SEARCHED = 40  # rows from the top in which the head must stand


@cache
def told() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("headers.toml").read_text(encoding="utf-8"))


@cache
def meanings(section: str) -> Mapping[str, str]:
    """Word → what it means in this section of headers.toml."""
    return {normal(word): name for name, listed in told()[section].items() for word in listed}


def normal(text: Any) -> str:
    """*受教育 人次： → 受教育人次"""
    plain = "".join(unicodedata.normalize("NFKC", str(text or "")).split()).lower()
    return re.sub(r"[*:_.\"“”'‘’]", "", plain)


def without_brackets(text: str) -> str:
    return re.sub(r"[(\[【][^)\]】]*[)\]】]", "", text)


@dataclass(frozen=True)
class Table:
    """Rows and columns count from 0; `columns` leads from a field to its column."""

    sheet: Sheet
    head: int
    columns: Mapping[str, int]

    def rows(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """The row's number on paper and its cells; empty rows, sums, signatures and the head printed again left out."""
        head = [normal(cell) for cell in self.sheet.rows[self.head]]
        for place in range(self.head + 1, len(self.sheet.rows)):
            row = self.sheet.rows[place]
            if says_something(row, self.columns) and not is_remark(row) and [normal(cell) for cell in row] != head:
                yield place + 1, row

    def cell(self, row: Sequence[Any], field: str) -> Any:
        column = self.columns.get(field)
        return row[column] if column is not None and column < len(row) else None


def find_table(sheet: Sheet, section: str, needed: frozenset[str]) -> Table | None:
    """The row that names most fields, all of `needed` among them; of two equal ones the first."""
    best: Table | None = None
    for head, row in enumerate(sheet.rows[:SEARCHED]):
        columns = columns_of(row, section)
        if needed <= set(columns) and (best is None or len(columns) > len(best.columns)):
            best = Table(sheet, head, columns)
    return best


def columns_of(headers: Sequence[Any], section: str) -> dict[str, int]:
    """One column a field: a header that is known as a whole before one known without its brackets, then the first."""
    known, found = meanings(section), dict[str, int]()
    for shorten in (lambda text: text, without_brackets):
        for column, header in enumerate(headers):
            field = known.get(shorten(normal(header))) if isinstance(header, str) else None
            if field and field not in found and column not in found.values():
                found[field] = column
    return found


def says_something(row: Sequence[Any], columns: Mapping[str, int]) -> bool:
    return any(column < len(row) and str(row[column] or "").strip() for column in columns.values())


def is_remark(row: Sequence[Any]) -> bool:
    first = next((normal(cell) for cell in row if isinstance(cell, str) and cell.strip()), "")
    words = told()["rows"]
    return first in words["totals"] or first.startswith(tuple(map(normal, words["remarks"])))
