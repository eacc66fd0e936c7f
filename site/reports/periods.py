"""Stretches of days that figures are counted over: pure values, both ends included."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Period:
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends on the day it begins or later")

    @property
    def whole_year(self) -> int | None:
        """2026 where it is the calendar year 2026."""
        year = self.first.year
        return year if self == year_of(year) else None

    def months(self) -> Iterator["Period"]:
        """The calendar months it touches, cut at its ends."""
        day = self.first
        while day <= self.last:
            end = min(day.replace(day=monthrange(day.year, day.month)[1]), self.last)
            yield Period(day, end)
            day = date.fromordinal(end.toordinal() + 1)


def year_of(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31))
