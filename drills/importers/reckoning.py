"""From what the cells of a table say about time to seconds from STARTEX. Pure.

Times by the clock need a moment from which they are counted. It is, in this order: what a person chose; the row that
says STARTEX; the drill's planned beginning, where most of the times lie between its beginning and its end; STARTEX
itself, where all of them are shorter than the drill (00:05, 00:15 of a drill at nine); else the first time of the
table. Whichever it was is told (`Reckoned.by`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from drills.importers.times import Kind, Told
from drills.msel_times import DAY, FURTHEST, HOUR, MINUTE

AUTO, START, FIRST, RELATIVE = "auto", "start", "first", "relative"
STARTEX = "startex"
COUNTING = {"minutes": MINUTE, "hours": HOUR, "days": DAY}
NO_DAY = date(2000, 1, 1)  # of times that have none; any would do


@dataclass(frozen=True)
class Frame:
    """When the drill is planned, on the county's clock; nothing where it is yet to be made."""

    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True)
class Choice:
    """What a person says where the table does not: from where clock times count, and what T+2 counts."""

    plain: str = AUTO
    counts: str = ""

    @property
    def unit(self) -> int:
        return COUNTING.get(self.counts, 0)


class Cell(NamedTuple):
    """`unit`: what the column's head says that bare numbers count, in seconds; `says_start`: the row says STARTEX."""

    told: Told
    unit: int = 0
    says_start: bool = False


class Settled(NamedTuple):
    """Seconds from STARTEX, or None with the reason where nobody can tell."""

    seconds: int | None = None
    problem: str = ""
    about: Mapping[str, object] = {}


@dataclass(frozen=True)
class Reckoned:
    """`by` is STARTEX, START, FIRST or RELATIVE, or empty where no time needed it; `place` is the cell it hangs on and
    `moment` the day and time of the STARTEX so found (on 2000-01-01 where no day is known)."""

    settled: list[Settled]
    by: str = ""
    place: int | None = None
    moment: datetime | None = None
    dated: bool = False


def reckon(cells: Sequence[Cell], frame: Frame, choice: Choice) -> Reckoned:
    days = days_of(cells, frame)
    points = {place: point_of(cell.told, days[place], frame) for place, cell in enumerate(cells)}
    if choice.plain == AUTO and count_from_startex(cells, points, frame):
        choice = replace(choice, plain=RELATIVE)
    if choice.plain == RELATIVE:
        points = {place: point for place, point in points.items() if cells[place].told.kind == Kind.MOMENT}
    clocks = {place: point for place, point in points.items() if point is not None}
    by, place, anchor = anchor_of(cells, clocks, frame, choice)
    settled = [settle(cell, clocks.get(number), anchor, choice) for number, cell in enumerate(cells)]
    dated = any(cell.told.kind == Kind.MOMENT for cell in cells)
    return Reckoned(settled, by, place, anchor, dated)


# ── Clock times on one line of time ──────────────────────────────────────────
def days_of(cells: Sequence[Cell], frame: Frame) -> list[date]:
    """The day of each cell's clock: that of the last dated cell above it, else the drill's first day."""
    moments = [cell.told.moment.date() for cell in cells if cell.told.moment]
    planned = frame.begins.date() if frame.begins else None
    first = planned if planned and (not moments or planned in moments) else (moments or [NO_DAY])[0]
    days, day = [], first
    for cell in cells:
        if cell.told.moment:
            day = cell.told.moment.date()
        days.append(day if cell.told.day is None else first + timedelta(days=cell.told.day))
    return days


def point_of(told: Told, day: date, frame: Frame) -> datetime | None:
    if told.kind == Kind.MOMENT:
        return told.moment
    if told.kind != Kind.CLOCK:
        return None
    point = datetime.combine(day, datetime.min.time()) + timedelta(seconds=told.seconds)
    return after_midnight(point, frame) if told.day is None else point


def after_midnight(point: datetime, frame: Frame) -> datetime:
    """00:10 in a drill from 22:00 to 02:00 is of the next day: nothing else lies between its beginning and its end."""
    later = point + timedelta(days=1)
    if frame.begins and frame.ends and point < frame.begins <= later <= frame.ends:
        return later
    return point


# ── From where they count ────────────────────────────────────────────────────
def count_from_startex(cells: Sequence[Cell], points: Mapping[int, datetime | None], frame: Frame) -> bool:
    """Hours and minutes that are none of the drill's own hours, and no longer than it takes."""
    clocks = {place: point for place, point in points.items() if point is not None}
    if not clocks or not frame.begins or not frame.ends or fits(clocks.values(), frame):
        return False
    told = [cells[place].told for place in clocks]
    longest = (frame.ends - frame.begins).total_seconds()
    plain = all(each.kind == Kind.CLOCK and each.day is None and each.seconds <= longest for each in told)
    return plain and not any(cells[place].says_start and cells[place].told.seconds for place in clocks)


def anchor_of(
    cells: Sequence[Cell], clocks: Mapping[int, datetime], frame: Frame, choice: Choice
) -> tuple[str, int | None, datetime | None]:
    if not clocks:
        return (RELATIVE if choice.plain == RELATIVE else ""), None, None
    said = next((place for place in clocks if cells[place].says_start), None)
    first = min(clocks, key=lambda place: clocks[place])
    if choice.plain in (AUTO, RELATIVE) and said is not None:
        return STARTEX, said, clocks[said]
    if frame.begins and (choice.plain == START or (choice.plain != FIRST and fits(clocks.values(), frame))):
        return START, None, frame.begins
    return FIRST, first, clocks[first]


def fits(points: Iterable[datetime], frame: Frame) -> bool:
    """More than half of them lie between the planned beginning and end."""
    told = list(points)
    begins, ends = frame.begins, frame.ends or max(told)
    return begins is not None and sum(begins <= point <= ends for point in told) * 2 > len(told)


def settle(cell: Cell, point: datetime | None, anchor: datetime | None, choice: Choice) -> Settled:
    told = cell.told
    match told.kind:
        case Kind.NOTHING | Kind.WAITS:
            return Settled()
        case Kind.OFFSET:
            return Settled(told.seconds)
        case Kind.UNCLEAR:
            return Settled(problem=told.problem, about=told.about)
        case Kind.COUNT:
            return settle_count(cell, choice)
    if point is None or anchor is None:  # a clock time that a person said to count from STARTEX
        return Settled(told.seconds + (told.day or 0) * DAY)
    seconds = round((point - anchor).total_seconds())
    return Settled(seconds) if abs(seconds) <= FURTHEST else Settled(problem="time_far", about={"text": told.text})


def settle_count(cell: Cell, choice: Choice) -> Settled:
    unit = cell.unit or choice.unit
    if not unit and cell.told.count:
        return Settled(problem="unit_missing", about={"text": cell.told.text})
    seconds = round(cell.told.count * unit)
    return Settled(seconds) if abs(seconds) <= FURTHEST else Settled(problem="time_far", about={"text": cell.told.text})
