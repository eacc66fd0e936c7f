"""Months, quarters and years of the calendar as a page names them: pure values, both ends included."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

NAMED = re.compile(r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?", re.ASCII)
MONTH, QUARTER, YEAR = "month", "quarter", "year"
KINDS = (MONTH, QUARTER, YEAR)


@dataclass(frozen=True)
class Period:
    kind: str
    first: date
    last: date

    @property
    def code(self) -> str:
        """As it stands in an address: 2026, 2026-Q3, 2026-09."""
        tail = {YEAR: "", QUARTER: f"-Q{self.quarter}", MONTH: f"-{self.first:%m}"}[self.kind]
        return f"{self.first.year}{tail}"

    @property
    def quarter(self) -> int:
        return (self.first.month + 2) // 3

    def before(self) -> "Period":
        return period_around(self.first - timedelta(days=1), self.kind)

    def after(self) -> "Period":
        return period_around(self.last + timedelta(days=1), self.kind)


def period_around(day: date, kind: str) -> Period:
    """The month, quarter or year that the day lies in."""
    months = {MONTH: 1, QUARTER: 3, YEAR: 12}[kind]
    begin = (day.month - 1) // months * months + 1
    end = begin + months - 1
    return Period(kind, date(day.year, begin, 1), date(day.year, end, monthrange(day.year, end)[1]))


def named_period(code: str) -> Period | None:
    """None for what names no period."""
    found = NAMED.fullmatch(code)
    if found is None or not 1 < int(found["year"]) < 9999:  # both neighbours exist
        return None
    year = int(found["year"])
    if found["quarter"]:
        return period_around(date(year, int(found["quarter"]) * 3, 1), QUARTER)
    return period_around(date(year, int(found["month"] or 1), 1), MONTH if found["month"] else YEAR)
