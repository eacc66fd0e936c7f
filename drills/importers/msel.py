"""A worksheet into events. What a file says of itself only; the drill is asked in `services.msel_imports`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from drills.importers import times
from drills.importers.cells import LENGTHS, Note, kind_of, read_line, span_text
from drills.importers.columns import Table, find_table, given_table, headless_table, words
from drills.importers.reasons import sentence
from drills.importers.reckoning import START, Cell, Choice, Frame, Reckoned, reckon
from drills.importers.rows import Outcome, Row, SheetReader, explained, said_rows
from drills.msel_times import plain
from records.spreadsheets import Sheet

DURATION = "计划时长"
MOST_ROWS = 5_000  # of all sheets


@dataclass(frozen=True)
class Options:
    """What a person may say about a file: where the tables are and what their columns mean (`given`, by the place of
    the sheet), which times are meant, whether the same message to several receivers is one event. `first`: the column
    on the page into which cells without a head were pasted."""

    given: Mapping[str, Any] = field(default_factory=dict)
    choice: Choice = field(default_factory=Choice)
    join: bool = False
    headless: bool = False
    first: str = "number"


@dataclass
class Reading:
    rows: list[Row] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    remarks: list[tuple[str, Note]] = field(default_factory=list)  # sheet and what is to say about it
    reckoned: Reckoned | None = None
    counts: bool = False  # some times count something that nobody named (T+2)
    clocks: bool = False  # some times are told by the clock

    def say(self, sheet: str, note: Note) -> None:
        self.remarks.append((sheet, note))

    def of(self, *outcomes: Outcome) -> list[Row]:
        return [row for row in self.rows if row.outcome in outcomes]

    @property
    def events(self) -> list[Row]:
        return self.of(Outcome.EVENT)


class TooManyRows(ValueError):
    """No table of events is as long as this."""

    def __str__(self) -> str:
        return sentence("rows", {"most": MOST_ROWS})


def require_table_size(sheets: Sequence[Sheet]) -> None:
    if sum(len(sheet.rows) for sheet in sheets) > MOST_ROWS:
        raise TooManyRows


def read_msel(sheets: Sequence[Sheet], *, frame: Frame, options: Options | None = None) -> Reading:
    """Raises TooManyRows."""
    require_table_size(sheets)
    reading, options = Reading(), options or Options()
    timed: list[tuple[Row, Cell]] = []
    for place, sheet in enumerate(sheets):
        table = table_of(place, sheet, options)
        if table is None:
            code = "left_out" if str(place) in options.given else "hidden" if sheet.hidden else "no_table"
            reading.rows += [explained(sheet, number, code) for number in said_rows(sheet)]
            continue
        reading.tables.append(table)
        for row, cell in SheetReader(
            sheet, table, frame, lambda name, note: reading.remarks.append((name, note))
        ).read():
            reading.rows.append(row)
            timed += [(row, cell)] if cell else []
    settle_times(reading, timed, frame, options)
    if options.join:
        join_receivers(reading.events)
    return reading


def table_of(place: int, sheet: Sheet, options: Options) -> Table | None:
    if str(place) in options.given:
        return given_table(place, sheet.name, sheet.rows, options.given[str(place)])
    if sheet.hidden:
        return None
    found = find_table(place, sheet.name, sheet.rows)
    if found is None and options.headless and sheet.rows:
        return headless_table(place, sheet.name, sheet.rows, options.first)
    return found


# ── Times ────────────────────────────────────────────────────────────────────
def settle_times(reading: Reading, timed: Sequence[tuple[Row, Cell]], frame: Frame, options: Options) -> None:
    told = [(row, cell) for row, cell in timed if row.outcome is Outcome.EVENT]
    reckoned = reckon([cell for _row, cell in told], frame, options.choice)
    reading.reckoned = reckoned
    reading.counts = any(
        cell.told.kind is times.Kind.COUNT and not cell.unit and bool(cell.told.count) for _row, cell in told
    )
    reading.clocks = any(cell.told.kind in (times.Kind.CLOCK, times.Kind.MOMENT) for _row, cell in told)
    for (row, cell), settled in zip(told, reckoned.settled, strict=True):
        row.values["offset_seconds"] = settled.seconds
        if settled.problem:
            row.fail(settled.problem, **settled.about)
        else:
            finish(row, cell)
    if reckoned.by:
        reading.remarks.append(remark_on_times(reckoned, [row for row, _cell in told]))


def finish(row: Row, cell: Cell) -> None:
    told, values = cell.told, row.values
    waits = told.kind is times.Kind.WAITS
    if waits and not values["condition"] and plain(told.text) not in words().waits:
        values["condition"] = read_line("condition", told.text).value
    if waits and not values["kind"]:
        row.notes.append(("waits", {}))
    values["kind"] = kind_of(values["kind"], waits)
    values["mode"] = values["mode"] or "phone"
    if told.until is not None and DURATION not in row.extra:
        row.extra[DURATION] = span_text(told.until - told.seconds)
        row.notes.append(("ranged", {"text": told.text}))


def remark_on_times(reckoned: Reckoned, rows: Sequence[Row]) -> tuple[str, Note]:
    row = rows[reckoned.place] if reckoned.place is not None else None
    shown = "%Y-%m-%d %H:%M" if reckoned.dated or reckoned.by == START else "%H:%M"
    about: dict[str, Any] = {"time": f"{reckoned.moment:{shown}}"} if reckoned.moment else {}
    if row:
        about["row"] = row.number
    return (row.sheet if row else ""), (f"by_{reckoned.by}", about)


# ── One message to many receivers ────────────────────────────────────────────


def apart_from_receiver(row: Row) -> tuple[Any, ...]:
    told = {name: value for name, value in row.values.items() if name not in {"receiver", "number"}}
    return told, row.extra


def same_message(rows: Sequence[Row]) -> list[list[Row]]:
    """Runs of rows below each other that differ in their receivers only."""
    runs: list[list[Row]] = []
    for row in rows:
        if runs and row.values["receiver"] and apart_from_receiver(runs[-1][0]) == apart_from_receiver(row):
            runs[-1].append(row)
        else:
            runs.append([row])
    return [run for run in runs if len(run) > 1]


def join_receivers(rows: Sequence[Row]) -> None:
    for first, *others in same_message(rows):
        for other in others:
            names = [*first.values["receiver"].split("、"), other.values["receiver"]]
            joined = "、".join(dict.fromkeys(name for name in names if name))
            if len(joined) > LENGTHS["receiver"]:
                break
            first.values["receiver"] = joined
            other.outcome, other.notes = Outcome.EXPLAINED, [("joined", {"row": first.number})]
