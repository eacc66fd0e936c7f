"""When a themed day falls, told from the notation of its row: values in, dates out.

05-12             that day of each year
06-01..06-30      both ends included; what ends before it begins runs into the next year
03-last-mon       the last Monday of March; 1 to 4 count from the beginning of the month
05-12-week-sat    the week around a day, from the weekday named on
                  (nothing) no rule: the county enters the dates of each year
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = r"(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
ONE = re.compile(f"({DAY})")
SPAN = re.compile(rf"({DAY})\.\.({DAY})")
NTH = re.compile(rf"(0[1-9]|1[0-2])-([1-4]|last)-({'|'.join(WEEKDAYS)})")
WEEK = re.compile(rf"({DAY})-week-({'|'.join(WEEKDAYS)})")
A_WEEK = timedelta(days=7)
A_MONTH = 31  # days: what runs longer is a season, and says little about today


class NoRule(ValueError):
    """The notation says no dates."""


@dataclass(frozen=True, order=True)
class Span:
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def span_in(notation: str, year: int) -> Span | None:
    """The dates of the row in the year in which it begins; None where the county enters them. Raises NoRule."""
    if not notation:
        return None
    if found := ONE.fullmatch(notation):
        return Span(day_of(found[1], year), day_of(found[1], year))
    if found := SPAN.fullmatch(notation):
        first, last = day_of(found[1], year), day_of(found[2], year)
        return Span(first, last if first <= last else day_of(found[2], year + 1))
    if found := NTH.fullmatch(notation):
        day = nth_weekday(year, int(found[1]), found[2], WEEKDAYS.index(found[3]))
        return Span(day, day)
    if found := WEEK.fullmatch(notation):
        return week_around(day_of(found[1], year), WEEKDAYS.index(found[2]))
    raise NoRule(notation)


def day_of(text: str, year: int) -> date:
    month, day = (int(part) for part in text.split("-"))
    try:
        return date(year, month, day)
    except ValueError as error:  # 02-30; 02-29, which most years have not
        raise NoRule(text) from error


def nth_weekday(year: int, month: int, nth: str, weekday: int) -> date:
    """The fourth Monday is there in every month, a fifth is not: therefore "last"."""
    if nth == "last":
        end = date(year, month, monthrange(year, month)[1])
        return end - timedelta(days=(end.weekday() - weekday) % 7)
    begin = date(year, month, 1)
    return begin + timedelta(days=(weekday - begin.weekday()) % 7) + (int(nth) - 1) * A_WEEK


def week_around(day: date, weekday: int) -> Span:
    first = day - timedelta(days=(day.weekday() - weekday) % 7)
    return Span(first, first + timedelta(days=6))


# ── Which of them says something about a day ─────────────────────────────────
class Dated(Protocol):
    @property
    def span(self) -> Span: ...


One = TypeVar("One", bound=Dated)


def holding(dated: Iterable[One], day: date) -> list[One]:
    """Those within whose span the day lies, the shortest first."""
    return sorted((one for one in dated if one.span.holds(day)), key=lambda one: (one.span.days, one.span))


def nearest(dated: Iterable[One], today: date) -> One | None:
    """What runs today, unless it is a season of months; else what begins next; else the season."""
    known = list(dated)
    running = holding(known, today)
    to_come = sorted((one for one in known if one.span.first > today), key=lambda one: one.span)
    if running and running[0].span.days <= A_MONTH:
        return running[0]
    return next(iter([*to_come, *running]), None)
