"""Which column holds what: the head of a table is found by its words, and what a person corrected comes first."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FIELDS = (
    "name", "identity", "phone", "employee_number", "organisation", "credit_code", "department", "post", "category",
    "hired",
)  # fmt: skip
IGNORED = "-"  # a person said: this column means nothing here
SEARCHED = 60  # rows from the top in which the head must stand
LONGEST = 60  # characters of a header that are remembered


@dataclass(frozen=True)
class Words:
    fields: Mapping[str, str]  # header → field
    ignored: frozenset[str]
    containing: tuple[str, ...]
    categories: Mapping[str, str]
    totals: tuple[str, ...]
    remarks: tuple[str, ...]


@cache
def words() -> Words:
    told = tomllib.loads(Path(__file__).with_name("headers.toml").read_text())
    return Words(
        {normal(word): field for field, listed in told["fields"].items() for word in listed},
        frozenset(map(normal, told["ignored"]["words"])),
        tuple(told["ignored"]["containing"]),
        {normal(word): category for category, listed in told["categories"].items() for word in listed},
        tuple(told["rows"]["totals"]),
        tuple(told["rows"]["remarks"]),
    )


def normal(text: Any) -> str:
    """*姓　名（必填）： → 姓名"""
    plain = "".join(unicodedata.normalize("NFKC", str(text or "")).split()).lower()
    plain = re.sub(r"\([^)]*(填|格式|如|例|位|文本|可空|选填)[^)]*\)|\[[^\]]*\]|【[^】]*】", "", plain)
    return re.sub(r"[*:_.#'\"“”]", "", plain)[:LONGEST]


@dataclass(frozen=True)
class Table:
    """Where people stand in one sheet. Rows and columns count from 0; `columns` leads from a field to its column."""

    sheet: int
    name: str
    head: int
    headers: tuple[str, ...]
    columns: Mapping[str, int]


def field_of(header: Any, known: Mapping[str, str]) -> tuple[str, int]:
    """The field a header means and how surely: 3 corrected by a person, 2 a known word, 1 by its end, 0 unknown."""
    text, told = normal(header), words()
    if not text:
        return "", 0
    if text in known:
        return known[text].replace(IGNORED, ""), 3
    if text in told.ignored or any(part in text for part in told.containing):
        return "", 2
    bare = re.sub(r"\([^)]*\)", "", text)
    if text in told.fields or bare in told.fields:
        return told.fields.get(text) or told.fields[bare], 2
    return next(((field, 1) for word, field in endings() if bare.endswith(word)), ("", 0))


@cache
def endings() -> tuple[tuple[str, str], ...]:
    """The longest first; English words must be whole."""
    listed = [(word, field) for word, field in words().fields.items() if not word.isascii() and len(word) > 1]
    return tuple(sorted(listed, key=lambda pair: -len(pair[0])))


def columns_of(headers: Sequence[Any], known: Mapping[str, str]) -> dict[str, int]:
    """One column a field: the surest, of equals the first."""
    found: dict[str, tuple[int, int]] = {}
    for column, header in enumerate(headers):
        field, sure = field_of(header, known)
        if field in FIELDS and sure > found.get(field, (0, 0))[0]:
            found[field] = (sure, column)
    return {field: column for field, (_sure, column) in found.items()}


def is_head(columns: Mapping[str, int]) -> bool:
    return "name" in columns and len(columns) > 1


def find_table(sheet: int, name: str, rows: Sequence[Sequence[Any]], known: Mapping[str, str]) -> Table | None:
    """The row that names most fields; of two equal ones the first. A head of two rows counts as one."""
    best: Table | None = None
    for head, row in enumerate(rows[:SEARCHED]):
        columns = columns_of(row, known)
        if is_head(columns) and (best is None or len(columns) > len(best.columns)):
            best = Table(sheet, name, head, texts(row), columns)
    return best and with_second_row(best, rows, known)


def with_second_row(table: Table, rows: Sequence[Sequence[Any]], known: Mapping[str, str]) -> Table:
    """部门 and 岗位 below a merged 任职情况: the row below names what the head leaves open, and no person."""
    below = rows[table.head + 1] if table.head + 1 < len(rows) else ()
    name = table.columns["name"]
    if name < len(below) and below[name] not in (None, "") and normal(below[name]) not in words().fields:
        return table
    more = {field: column for field, column in columns_of(below, known).items() if field not in table.columns}
    if not more:
        return table
    headers = [*table.headers, *[""] * (len(below) - len(table.headers))]
    for column in more.values():
        headers[column] = str(below[column])
    return Table(table.sheet, table.name, table.head + 1, tuple(headers), {**table.columns, **more})


def given_table(sheet: int, name: str, rows: Sequence[Sequence[Any]], given: Mapping[str, Any]) -> Table | None:
    """As a person said where the head is and what each column means; None when the sheet is to be left out."""
    columns = {field: column for field, column in given["columns"].items() if field in FIELDS}
    head = given["head"]
    if not columns or head >= len(rows):
        return None
    return Table(sheet, name, head, texts(rows[head]), columns)


def texts(row: Iterable[Any]) -> tuple[str, ...]:
    return tuple("" if cell is None else " ".join(str(cell).split()) for cell in row)
