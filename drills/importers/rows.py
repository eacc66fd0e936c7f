"""The rows of one sheet: which of them are events, and what they say."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from drills.importers import times
from drills.importers.cells import (
    LENGTHS,
    LONG,
    LONGEST_TEXT,
    Note,
    Read,
    read_kind,
    read_line,
    read_mode,
    read_within,
    text_of,
    title_from,
)
from drills.importers.columns import DERIVED, Table, normal, unit_of, words
from drills.importers.reckoning import Cell, Frame
from drills.msel_rules import one_line
from drills.msel_times import plain
from records.spreadsheets import Sheet

SPREAD = ("phase",)  # where a merged cell speaks for all its rows


class Outcome(StrEnum):
    EVENT = "event"
    SECTION = "section"
    EXPLAINED = "explained"
    ERROR = "error"


@dataclass
class Row:
    """A row that says something. `number` is the row's on paper; `values` are fields of MselItem, `extra` what has no
    field. `notes` tell what was put right in an event, or why the row is none."""

    sheet: str
    number: int
    cells: tuple[Any, ...] = ()
    outcome: Outcome = Outcome.EVENT
    values: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    phase: str = ""  # of the heading above it

    def fail(self, code: str, **about: Any) -> None:
        self.outcome = Outcome.ERROR
        self.notes = [(code, about)]


def said_rows(sheet: Sheet) -> Iterator[int]:
    return (place for place, row in enumerate(sheet.rows) if any(text_of(cell) for cell in row))


def explained(sheet: Sheet, place: int, code: str, outcome: Outcome = Outcome.EXPLAINED, **about: Any) -> Row:
    return Row(sheet.name, place + 1, sheet.rows[place], outcome, notes=[(code, about)])


# ── One sheet ────────────────────────────────────────────────────────────────
class SheetReader:
    """Reads what stands below the head of `table`; `say` takes what is to be said about the sheet as a whole."""

    def __init__(self, sheet: Sheet, table: Table, frame: Frame, say: Callable[[str, Note], None]) -> None:
        self.sheet, self.table, self.tell = sheet, table, say
        self.columns = dict(table.columns)
        self.kept = dict(table.kept)
        self.units = {name: unit_of(self.header(column)) for name, column in self.columns.items()}
        self.spread = spread_cells(sheet, [self.columns[name] for name in SPREAD if name in self.columns])
        self.phase, self.year = "", frame.begins.year if frame.begins else None
        told = [cell for row in sheet.rows[table.head + 1 :] for cell in row]
        first = times.day_comes_first(told)
        self.day_first = True if first is None and table.french else first

    def header(self, column: int) -> str:
        return self.table.headers[column] if column < len(self.table.headers) else ""

    def read(self) -> Iterator[tuple[Row, Cell | None]]:
        """Every row that says something; an event with what it says about its time."""
        self.settle_dates()
        self.remark_on_columns()
        for place in said_rows(self.sheet):
            row = self.plain_row(place)
            yield row, self.fill(row) if row.outcome is Outcome.EVENT else None

    def settle_dates(self) -> None:
        """A column of dates is read with the clock beside it; one that holds no days is the scenario's time."""
        if "date" not in self.columns:
            return
        column = self.columns["date"]
        told = [self.cell(row, column) for row in self.sheet.rows[self.table.head + 1 :]]
        days = [self.day_of(cell) for cell in told if text_of(cell)]
        if any(days):
            if "time" not in self.columns:
                self.columns["time"] = self.columns.pop("date")
            return
        del self.columns["date"]
        if "scenario_time" in self.columns:
            self.kept[column] = self.header(column)
            return
        self.columns["scenario_time"] = column
        self.say("date_is_scenario", header=self.header(column))

    def day_of(self, cell: Any) -> Any:
        return times.read_day(cell, day_first=self.day_first, year=self.year)

    def remark_on_columns(self) -> None:
        if self.table.head < 0:
            self.say("no_head")
        self.units.setdefault("time", 0)
        for name, code in (("kind", "no_kind"), ("mode", "no_mode"), ("number", "no_number")):
            if name not in self.columns:
                self.say(code)
        derived = self.columns.pop(DERIVED, None)
        if derived is not None:
            self.say("derived", columns=self.header(derived))
        if kept := [name for column, name in sorted(self.kept.items()) if self.has_cells(column)]:
            self.say("kept", columns="、".join(kept))

    def has_cells(self, column: int) -> bool:
        return any(text_of(self.cell(row, column)) for row in self.sheet.rows[self.table.head + 1 :])

    def say(self, code: str, **about: Any) -> None:
        self.tell(self.sheet.name, (code, about))

    @staticmethod
    def cell(row: Sequence[Any], column: int) -> Any:
        return row[column] if column < len(row) else None

    # ── What a row is ────────────────────────────────────────────────────────
    def plain_row(self, place: int) -> Row:
        sheet, cells = self.sheet, self.sheet.rows[place]
        if place <= self.table.head:
            return explained(sheet, place, "head" if place == self.table.head else "above_head")
        if self.is_head_again(cells):
            return explained(sheet, place, "head_again")
        told = {one_line(text_of(cell)) for cell in cells if text_of(cell)}
        if self.is_remark(cells, told):
            return explained(sheet, place, "remark")
        if len(told) == 1 and self.may_head_a_section(cells):
            self.phase = read_line("phase", told.pop()).value
            return explained(sheet, place, "section", Outcome.SECTION, phase=self.phase)
        return Row(sheet.name, place + 1, self.merged_in(place, cells), phase=self.phase)

    def is_head_again(self, cells: Sequence[Any]) -> bool:
        """The head printed on every page."""
        told = [normal(cell) for cell in cells if text_of(cell)]
        heads = {normal(header) for header in self.table.headers}
        return len(told) > 1 and heads.issuperset(told)

    def is_remark(self, cells: Sequence[Any], told: set[str]) -> bool:
        first = next((plain(text_of(cell)).replace(" ", "") for cell in cells if text_of(cell)), "")
        return len(told) <= 2 and first.startswith(tuple(mark.replace(" ", "") for mark in words().remarks))

    def may_head_a_section(self, cells: Sequence[Any]) -> bool:
        """A row that says one thing, which is neither a time nor somebody: no event in a table of several columns."""
        saying = {column for column, cell in enumerate(cells) if text_of(cell)}
        never = {self.columns.get(name, -1) for name in ("time", "receiver", "sender", "kind", "expected")}
        return len(self.columns) > 2 and (len(saying) > 1 or saying.isdisjoint(never))

    def merged_in(self, place: int, cells: tuple[Any, ...]) -> tuple[Any, ...]:
        beside = self.spread.get(place)
        if not beside:
            return cells
        longer = [*cells, *[None] * (max(beside) + 1 - len(cells))]
        for column, value in beside.items():
            longer[column] = value if longer[column] is None else longer[column]
        return tuple(longer)

    # ── What an event says ───────────────────────────────────────────────────
    def fill(self, row: Row) -> Cell:
        """Set the row's values; what it says about its time is handed back, to be settled with all the others."""
        for name in LENGTHS:
            self.take(row, name, read_line(name, self.told(row, name)))
        for name in LONG:
            row.values[name] = text_of(self.told(row, name))
        self.take(row, "kind", read_kind(self.told(row, "kind")))
        self.take(row, "mode", read_mode(self.told(row, "mode")))
        within = read_within(self.told(row, "within"), self.units.get("within", 0))
        self.take(row, "within_seconds", within, column="within")
        row.values["objective"] = one_line(text_of(self.told(row, "objective")))
        row.values["phase"] = row.values["phase"] or row.phase
        for column, name in self.kept.items():
            if text := text_of(self.cell(row.cells, column)):
                row.extra[name] = text
        self.mend(row)
        return self.time_of(row)

    def told(self, row: Row, name: str) -> Any:
        return self.cell(row.cells, self.columns[name]) if name in self.columns else None

    def take(self, row: Row, name: str, told: Read, column: str = "") -> None:
        row.values[name] = told.value
        if told.note:
            row.notes.append(told.note)
            row.extra[self.header(self.columns[column or name]) or name] = told.rest

    def mend(self, row: Row) -> None:
        cut = {about["field"] for code, about in row.notes if code == "cut"}
        if "receiver" in cut:
            row.fail("receiver_long", longest=LENGTHS["receiver"])
        elif any(len(text) > LONGEST_TEXT for text in (*(row.values[name] for name in LONG), *row.extra.values())):
            row.fail("text_long", longest=LONGEST_TEXT)
        elif "title" in cut:
            self.begin_message_with_title(row)
        elif not row.values["title"]:
            self.make_title(row)

    def begin_message_with_title(self, row: Row) -> None:
        whole = row.extra.pop(self.header(self.columns["title"]) or "title")
        row.values["text"] = f"{whole}\n\n{row.values['text']}".strip()
        row.notes = [
            ("title_cut", about) if about.get("field") == "title" else (code, about) for code, about in row.notes
        ]

    def make_title(self, row: Row) -> None:
        row.values["title"] = title_from(row.values)
        if row.values["title"]:
            row.notes.append(("title_made", {}))
        else:
            row.fail("empty")

    def time_of(self, row: Row) -> Cell:
        told = times.read_time(self.told(row, "time"), day_first=self.day_first, year=self.year)
        day = self.day_of(self.told(row, "date"))
        if day and told.kind is times.Kind.CLOCK:
            midnight = datetime.combine(day, datetime.min.time())
            told = replace(told, kind=times.Kind.MOMENT, moment=midnight + timedelta(seconds=told.seconds))
        elif text := text_of(self.told(row, "date")):
            row.extra[self.header(self.columns["date"])] = text
        says_start = normal(row.values["title"]) in words().startex or normal(row.values["text"]) in words().startex
        return Cell(told, self.units["time"], says_start)


def spread_cells(sheet: Sheet, columns: Sequence[int]) -> dict[int, dict[int, Any]]:
    """Row → column → value, for merged cells that speak for several rows."""
    found: dict[int, dict[int, Any]] = {}
    for top, left, bottom, _right in sheet.merged:
        row = sheet.rows[top] if top < len(sheet.rows) else ()
        if left in columns and left < len(row) and text_of(row[left]):
            for place in range(top + 1, min(bottom + 1, len(sheet.rows))):
                found.setdefault(place, {})[left] = row[left]
    return found
