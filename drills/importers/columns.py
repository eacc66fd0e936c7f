"""Which column holds what: the head of a table is found by its words."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from drills.msel_times import HOUR, MINUTE

SEARCHED = 60  # rows from the top in which the head must stand
LONGEST = 60  # characters of a header that become the name of a kept column
#: The order in which columns without a head are taken: that of the sheet on the page, and of our own export.
ORDER = (
    "number", "time", "kind", "phase", "sender", "receiver", "mode", "title", "text", "expected", "within",
    "responsible", "objective", "condition", "scenario_time", "notes",
)  # fmt: skip
SAYING = frozenset({"title", "text", "expected"})  # a table of events has at least one of them
DERIVED = "derived"
FRENCH = frozenset(
    {"heure", "horaire", "destinataire", "destinataires", "contenu", "équipe", "équipes", "titre", "objet"}
)


class Meaning(NamedTuple):
    """`name` is a field or the name of a kept column; a smaller `rank` is the better word for it."""

    name: str
    rank: int


@dataclass(frozen=True)
class Words:
    headers: Mapping[str, Meaning]
    units: Mapping[str, int]
    kinds: Mapping[str, str]
    modes: Mapping[str, str]
    nothing: frozenset[str]
    zero: frozenset[str]
    after: tuple[str, ...]
    before: tuple[str, ...]
    waits: frozenset[str]
    waits_begin: tuple[str, ...]
    waits_between: tuple[str, ...]
    waits_end: tuple[str, ...]
    startex: frozenset[str]
    remarks: tuple[str, ...]


@cache
def words() -> Words:
    told = tomllib.loads(Path(__file__).with_name("headers.toml").read_text(encoding="utf-8"))
    listed = {**told["fields"], **told["kept"], DERIVED: told["derived"]["words"]}
    times = told["times"]
    return Words(
        headers={normal(word): Meaning(name, rank) for name, each in listed.items() for rank, word in enumerate(each)},
        units=dict(unit_words(told["units"])),
        kinds={normal(word): kind for kind, each in told["kinds"].items() for word in each},
        modes={normal(word): mode for mode, each in told["modes"].items() for word in each},
        nothing=frozenset(times["nothing"]) | {""},
        zero=frozenset(times["zero"]),
        after=tuple(times["after"]),
        before=tuple(times["before"]),
        waits=frozenset(times["waits"]),
        waits_begin=tuple(times["waits_begin"]),
        waits_between=tuple(times["waits_between"]),
        waits_end=tuple(times["waits_end"]),
        startex=frozenset(map(normal, times["startex"])),
        remarks=tuple(told["rows"]["remarks"]),
    )


def unit_words(told: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, int]]:
    for unit, seconds in (("seconds", 1), ("minutes", MINUTE), ("hours", HOUR)):
        yield from ((word, seconds) for word in told[unit])


@cache
def kept_columns() -> tuple[str, ...]:
    told = tomllib.loads(Path(__file__).with_name("headers.toml").read_text(encoding="utf-8"))
    return tuple(told["kept"])


def normal(text: Any) -> str:
    """*Event　Number： → eventnumber"""
    plain = unicodedata.normalize("NFKC", str(text or "")[:200]).replace("’", "'").lower()
    return re.sub(r"[\s*:.\"“”_]", "", plain)


def bare(text: str) -> str:
    """Without what stands in brackets."""
    return re.sub(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】", "", text)


def meaning_of(header: Any) -> Meaning | None:
    """What a header means; None for a word that is not known. Of a header in two languages either may be known."""
    known = words().headers
    whole = normal(header)
    chinese, other = re.sub(r"[^\u4e00-\u9fff]", "", whole), re.sub(r"[\u4e00-\u9fff/()]", "", whole)
    tried = (whole, bare(whole), *bare(whole).split("/"), chinese, other)
    return next((known[text] for text in tried if text in known), None)


def unit_of(header: Any) -> int:
    """Seconds that a bare number counts below 时限（分钟） or "T (min)"; 0 where the header says nothing."""
    text = unicodedata.normalize("NFKC", str(header or "")).lower()
    for told in re.findall(r"[(\[/,]\s*([^)\]]*)", text):
        for word in re.split(r"[\s,;:、]+", told):
            if word in words().units:
                return words().units[word]
    return 0


@dataclass(frozen=True)
class Table:
    """Where events stand in one sheet. Rows and columns count from 0; `head` -1: the table has none. `kept` leads from
    a column that is no field to the name under which its cells are kept."""

    sheet: int
    name: str
    head: int
    headers: tuple[str, ...]
    columns: Mapping[str, int]
    kept: Mapping[int, str] = field(default_factory=dict)

    @property
    def french(self) -> bool:
        """Written by somebody who puts the day before the month."""
        return not FRENCH.isdisjoint(map(normal, self.headers))


def columns_of(headers: Sequence[Any]) -> dict[str, int]:
    """One column a field: the best word, of equals the first."""
    best: dict[str, tuple[int, int]] = {}
    for column, header in enumerate(headers):
        meant = meaning_of(header) if isinstance(header, str) else None
        if meant and meant.name not in kept_columns() and (meant.rank, column) < best.get(meant.name, (999, 0)):
            best[meant.name] = (meant.rank, column)
    return {name: column for name, (_rank, column) in best.items()}


def kept_of(headers: Sequence[str], used: Iterable[int], width: int) -> dict[int, str]:
    """The names of all other columns, each once."""
    names: dict[int, str] = {}
    for column in range(width):
        if column in used:
            continue
        header = headers[column] if column < len(headers) else ""
        meant = meaning_of(header)
        name = meant.name if meant and meant.name in kept_columns() else header[:LONGEST] or f"第{letter(column)}列"
        names[column] = free(name, set(names.values()))
    return names


def free(name: str, taken: set[str]) -> str:
    number, tried = 1, name
    while tried in taken:
        number += 1
        tried = f"{name} ({number})"
    return tried


def letter(column: int) -> str:
    text, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def is_head(columns: Mapping[str, int]) -> bool:
    return len(columns) > 1 and not SAYING.isdisjoint(columns)


def find_table(sheet: int, name: str, rows: Sequence[Sequence[Any]]) -> Table | None:
    """The row that names most columns; of two equal ones the first."""
    best: tuple[int, dict[str, int]] | None = None
    for head, row in enumerate(rows[:SEARCHED]):
        columns = columns_of(row)
        if is_head(columns) and (best is None or len(columns) > len(best[1])):
            best = head, columns
    return table_with(sheet, name, rows, *best) if best else None


def table_with(sheet: int, name: str, rows: Sequence[Sequence[Any]], head: int, columns: Mapping[str, int]) -> Table:
    headers = texts(rows[head]) if head >= 0 else ()
    width = max((len(row) for row in rows[head + 1 :]), default=0)
    return Table(sheet, name, head, headers, columns, kept_of(headers, columns.values(), max(width, len(headers))))


def headless_table(sheet: int, name: str, rows: Sequence[Sequence[Any]], first: str = "number") -> Table:
    """Cells copied without their head: they are taken in the order of the page, from the column they were put in."""
    begins = ORDER.index(first) if first in ORDER else 0
    width = max((len(row) for row in rows), default=0)
    columns = {name: column for column, name in enumerate(ORDER[begins : begins + width])}
    return table_with(sheet, name, rows, -1, columns)


def given_table(sheet: int, name: str, rows: Sequence[Sequence[Any]], given: Mapping[str, Any]) -> Table | None:
    """As a person said where the head is and what each column means; None when the sheet is to be left out."""
    columns = {field: column for field, column in given["columns"].items() if field in (*ORDER, "date")}
    if not columns or not -1 <= given["head"] < len(rows):
        return None
    return table_with(sheet, name, rows, given["head"], columns)


def texts(row: Iterable[Any]) -> tuple[str, ...]:
    return tuple("" if cell is None else " ".join(str(cell).split()) for cell in row)
