"""What a cell says about time. Pure: a value in; what it means, or why nobody can tell, out.

A time is told from STARTEX ("J+1 H+2 M-5", "+00:15"), by the clock ("09:05", "D+1 09:00"), by date and clock
("26/06/2024 09h00"), or by an event to wait for. What it is in seconds from STARTEX is settled in `reckoning`, which
sees the whole table.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from typing import Any

from drills.importers.columns import words
from drills.msel_times import DAY, FURTHEST, HOUR, MINUTE, UNITS, plain, read_amount

LONGEST = 160  # characters; a condition in words may be as long
COUNTY_ZONE = timezone(timedelta(hours=8))  # in which a moment with a zone of its own is told


class Kind(StrEnum):
    NOTHING = "nothing"  # an empty cell
    OFFSET = "offset"  # seconds from STARTEX
    COUNT = "count"  # T+2: so many of something
    CLOCK = "clock"  # a time of day, `day` days after the drill's first where that is said
    MOMENT = "moment"  # a day and a time of day
    WAITS = "waits"  # when a condition comes true
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Told:
    """`seconds` counts from STARTEX (OFFSET) or from midnight (CLOCK); `until` is where a range ends, told the same
    way. `problem` is a code of `reasons`."""

    kind: Kind
    seconds: int = 0
    day: int | None = None
    moment: datetime | None = None
    count: float = 0
    until: int | None = None
    text: str = ""
    problem: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)


NOTHING = Told(Kind.NOTHING)


def unclear(code: str, text: str) -> Told:
    return Told(Kind.UNCLEAR, text=text, problem=code, about={"text": text[:40]})


def offset(seconds: float, text: str) -> Told:
    if abs(seconds) > FURTHEST:
        return unclear("time_far", text)
    return Told(Kind.OFFSET, round(seconds), text=text)


def read_time(cell: Any, *, day_first: bool | None = None, year: int | None = None) -> Told:
    """`day_first`: how 05/06/2024 is meant, where that is known; `year`: of a date that names none."""
    if cell is None or isinstance(cell, bool):
        return NOTHING if cell is None else unclear("time_unclear", str(cell))
    if isinstance(cell, datetime):
        return Told(Kind.MOMENT, moment=cell.replace(tzinfo=None, microsecond=0), text=cell.isoformat(" "))
    if isinstance(cell, date):
        return unclear("day_only", cell.isoformat())
    if isinstance(cell, int | float):
        return Told(Kind.COUNT, count=cell, text=str(cell))
    text, shown = plain(str(cell)[:LONGEST]), " ".join(str(cell).split())
    if text in words().nothing:
        return NOTHING
    if len(str(cell)) > LONGEST:
        return unclear("time_unclear", shown)
    read = (dated(text, day_first, year) if reader is dated else reader(text) for reader in READERS)
    told = next(filter(None, read), unclear("time_unclear", shown))
    return replace(told, text=shown, about={"text": shown[:40]} if told.problem else {})


# ── From STARTEX ─────────────────────────────────────────────────────────────
def from_start(text: str) -> Told | None:
    return Told(Kind.OFFSET, 0, text=text) if text in words().zero else None


LETTERS = {"d": DAY, "j": DAY, "h": HOUR, "m": MINUTE}
UNNAMED = frozenset({"t", "startex", "debex"})
TERM = re.compile(r"([djhmt]|startex|debex)\s*([+-])\s*(\d{1,6}(?:[.:]\d{1,2}){0,2})\s*([^\W\d_]*)(?!\s*[+-])\s*")


def counted(text: str) -> Told | None:
    """J+1 H+2 M-5, T+2, T-15min, H+02:30, T+00:15: each letter counts its own unit; T names none, nor does 15."""
    if re.fullmatch(r"\d{1,6}(\.\d+)?", text):
        return Told(Kind.COUNT, count=float(text), text=text)
    terms = TERM.findall(text)
    if not terms or TERM.sub("", text).strip():
        return None
    seconds, bare = 0.0, 0.0
    for letter, sign, number, unit in terms:
        amount = term_seconds(letter, number, unit)
        if amount is None and (unit or len(terms) > 1):
            return None
        if amount is None:
            bare = float(number) * (-1 if sign == "-" else 1)
        else:
            seconds += -amount if sign == "-" else amount
    return Told(Kind.COUNT, count=bare, text=text) if bare else offset(seconds, text)


def term_seconds(letter: str, number: str, unit: str) -> float | None:
    """None: nothing says what is counted."""
    if ":" in number:
        try:
            return read_amount(number) if not unit and letter in UNNAMED | {"h"} else None
        except ValueError:
            return None
    if unit or letter in LETTERS:
        scale = UNITS.get(unit) if unit else LETTERS[letter]
        return None if scale is None else float(number) * scale
    return None if float(number) else 0


def signed(text: str) -> Told | None:
    """+00:15, -5 min, -60d 00:00; a signed number alone counts something that nobody named."""
    if not (found := re.fullmatch(r"([+-])\s*(.+)", text)):
        return None
    sign = -1 if found[1] == "-" else 1
    if re.fullmatch(r"\d{1,6}(\.\d+)?", found[2]):
        return Told(Kind.COUNT, count=sign * float(found[2]), text=text)
    try:
        return offset(sign * read_amount(found[2]), text)
    except ValueError:
        return None


def before_or_after(text: str) -> Told | None:
    """开始后15分钟, 演练前30分钟, 15分钟后, 30 min before."""
    for pattern, sign in sides():
        if found := pattern.fullmatch(text):
            try:
                return offset(sign * read_amount(next(filter(None, found.groups()))), text)
            except ValueError:
                return None
    return None


@cache
def sides() -> list[tuple[re.Pattern[str], int]]:
    told = ((words().after, 1), (words().before, -1))
    return [(re.compile(rf"(?:{listed(side)})\s*(\d.*)|(\d.*?)\s*(?:{listed(side)})"), sign) for side, sign in told]


def listed(side: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, side), key=len, reverse=True))


def amount(text: str) -> Told | None:
    """15分钟, 1h30: an amount of time with its units, in a column of times, counts from the start."""
    try:
        return offset(read_amount(text.removeprefix("第")), text)
    except ValueError:
        return None


# ── By the clock ─────────────────────────────────────────────────────────────
NOON = 12 * HOUR
HALVES = {"上午": 0, "早上": 0, "凌晨": 0, "am": 0, "a.m.": 0, "下午": 1, "晚上": 1, "pm": 1, "p.m.": 1, "中午": 2}
CLOCK = re.compile(
    r"(上午|早上|凌晨|下午|晚上|中午)?\s*(\d{1,2})\s*(?::|h|时|点)\s*(?:([0-5]?\d)\s*(?::\s*([0-5]\d)(?:\.0+)?|分|min)?|(半))?\s*"
    r"(?:整)?\s*(am|pm|a\.m\.|p\.m\.)?"
)
DURATION_CELL = re.compile(r"(\d+) days?, (\d{1,2}:\d\d:\d\d)")  # as a duration of more than a day is handed over


def clock_seconds(text: str) -> int | None:
    """Seconds after midnight; None for what is no time of day. 24:00 and later count on into the next day."""
    if not (found := CLOCK.fullmatch(text)):
        return None
    first, hours, minutes, seconds, half, last = found.groups()
    hour, side = int(hours), HALVES.get(first or last or "")
    if hour > 47 or (side is not None and not 1 <= hour <= 12 and (first or hour > 23)):
        return None
    if side is not None and hour <= 12:
        hour = hour if side == 2 else hour % 12 + 12 * side
    return hour * HOUR + (30 if half else int(minutes or 0)) * MINUTE + int(seconds or 0)


def by_the_clock(text: str) -> Told | None:
    if found := DURATION_CELL.fullmatch(text):
        return offset(int(found[1]) * DAY + (clock_seconds(found[2]) or 0), text)
    seconds = clock_seconds(text)
    return None if seconds is None else Told(Kind.CLOCK, seconds, text=text)


def ranged(text: str) -> Told | None:
    """09:00-09:10 begins at nine; how long it takes is kept."""
    ends = re.split(r"\s*(?:-|~|至|到)\s*", text)
    if len(ends) != 2:
        return None
    first, last = clock_seconds(ends[0]), clock_seconds(ends[1])
    if first is None or last is None:
        return None
    return Told(Kind.CLOCK, first, until=last if last >= first else last + DAY, text=text)


ON_A_DAY = re.compile(
    r"(?:(?:[dj]|day|jour)\s*(?:([+-])\s*(\d{1,3}))?日?|(当日|当天)|(次日|第二天)|第(\d{1,2})天)\s*(.+)"
)


def on_a_day(text: str) -> Told | None:
    """D+1 09:00, 次日 00:10, 第2天 9时: the clock of another day than the first."""
    if not (found := ON_A_DAY.fullmatch(text)):
        return None
    sign, count, same, next_day, nth, clock = found.groups()
    seconds = clock_seconds(clock)
    if seconds is None:
        return None
    day = int(count or 0) * (-1 if sign == "-" else 1) if not (same or next_day or nth) else 0
    day = 1 if next_day else int(nth) - 1 if nth else day
    return Told(Kind.CLOCK, seconds, day=day, text=text)


# ── By date and clock ────────────────────────────────────────────────────────
ZONED = re.compile(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(z|[+-]\d\d:?\d\d)")
YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?\s*[t,]?\s*(.*)")
YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\s*[t,]?\s*(.*)")
NO_YEAR = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]\s*(.*)")


def zoned(text: str) -> Told | None:
    """An ISO moment with its zone, told on the county's clock."""
    if not ZONED.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text.upper().replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return unclear("no_such_day", text)
    return Told(Kind.MOMENT, moment=moment.astimezone(COUNTY_ZONE).replace(tzinfo=None, microsecond=0), text=text)


def dated(text: str, day_first: bool | None, year: int | None) -> Told | None:
    if found := YEAR_FIRST.fullmatch(text):
        parts = (int(found[1]), int(found[2]), int(found[3]))
    elif found := YEAR_LAST.fullmatch(text):
        first, second = int(found[1]), int(found[2])
        if day_first is None and max(first, second) <= 12 and first != second:
            return unclear("day_or_month", text)
        by_day = first > 12 or (second <= 12 and day_first is not False)
        parts = (int(found[3]), *((second, first) if by_day else (first, second)))
    elif found := NO_YEAR.fullmatch(text):
        if year is None:
            return unclear("year_missing", text)
        parts = (year, int(found[1]), int(found[2]))
    else:
        return None
    return on_date(parts, found.groups()[-1], text)


def on_date(parts: tuple[int, int, int], clock: str, text: str) -> Told:
    if not clock:
        return unclear("day_only", text)
    seconds = clock_seconds(clock)
    try:
        day = datetime(*parts)  # noqa: DTZ001  on the clock of the table
    except ValueError:
        return unclear("no_such_day", text)
    if seconds is None:
        return unclear("time_unclear", text)
    return Told(Kind.MOMENT, moment=day + timedelta(seconds=seconds), text=text)


def read_day(cell: Any, *, day_first: bool | None = None, year: int | None = None) -> date | None:
    """The day of a cell in a column of dates; None for what is no day, such as "Monday 9:30 AM"."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    told = dated(f"{plain(str(cell or ''))} 0:00", day_first, year)
    return told.moment.date() if told and told.moment else None


def day_comes_first(cells: Iterable[Any]) -> bool | None:
    """Whether the dates of a table are written 26/06/2024: told by those that can be read in one way only."""
    found = [YEAR_LAST.fullmatch(plain(cell)) for cell in cells if isinstance(cell, str)]
    pairs = [(int(each[1]), int(each[2])) for each in found if each]
    first, second = any(pair[0] > 12 for pair in pairs), any(pair[1] > 12 for pair in pairs)
    return None if first == second else first


# ── When a condition comes true ──────────────────────────────────────────────
def awaited(text: str) -> Told | None:
    """视情, 机动, as needed; 水位超过警戒线时."""
    told = words()
    between = text.startswith(told.waits_between) and text.endswith(told.waits_end)
    if text in told.waits or between or text.startswith(told.waits_begin):
        return Told(Kind.WAITS, text=text)
    return None


#: In this order: what is surest first.
READERS: tuple[Any, ...] = (
    from_start, zoned, counted, dated, on_a_day, signed, before_or_after, ranged, by_the_clock, amount, awaited,
)  # fmt: skip
