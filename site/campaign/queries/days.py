"""The themed days of a year: what the rows say, with what the county has said of that year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, FilteredRelation, Q

from campaign.day_rules import Span, holding, nearest, span_in
from campaign.models import ThemedDay

SAID = {f"said_{name}": F(f"said__{name}") for name in ("year", "theme", "first", "last")}
LOOK_BACK = timedelta(days=366)  # a record is rarely of an older day; its theme can still be typed
LOOK_AHEAD = timedelta(days=14)  # the page of the record may be kept on a phone for some days


@dataclass(frozen=True)
class Happening:
    """A themed day in one year. `set_here`: the county has entered its dates."""

    day: ThemedDay
    year: int
    span: Span
    theme: str
    set_here: bool

    @property
    def is_one_day(self) -> bool:
        return self.span.days == 1


def read(years: Iterable[int]) -> tuple[list[ThemedDay], dict[tuple[int, int], Any]]:
    """The rows, and by key and year what the county said: one query, because the front page asks."""
    said = FilteredRelation("years", condition=Q(years__year__in=list(years)))
    rows: list[Any] = list(ThemedDay.objects.annotate(said=said).annotate(**SAID))
    return list({row.pk: row for row in rows}.values()), {(row.pk, row.said_year): row for row in rows if row.said_year}


def happening(day: ThemedDay, year: int, said: Any) -> Happening | None:
    """None where it has no dates in that year."""
    own = Span(said.said_first, said.said_last) if said and said.said_first else None
    span = own or span_in(day.falls, year)
    return Happening(day, year, span, said.said_theme if said else "", own is not None) if span else None


def happenings(*years: int) -> list[Happening]:
    """Whatever begins in those years and has dates, in order."""
    days, said = read(years)
    found = [happening(day, year, said.get((day.pk, year))) for day in days for year in years]
    return sorted((one for one in found if one), key=lambda one: (one.span, one.day.order))


def year_lines(year: int) -> list[tuple[ThemedDay, Happening | None]]:
    """Every row, with its dates or without: for whoever enters them. Those without stand last."""
    days, said = read([year])
    lines = [(day, happening(day, year, said.get((day.pk, year)))) for day in days]
    return sorted(lines, key=lambda line: (line[1] is None, line[1].span.first if line[1] else date.max, line[0].order))


def around(today: date) -> list[Happening]:
    """Enough to know what runs and what comes next: a span may have begun last year."""
    return happenings(today.year - 1, today.year, today.year + 1)


def next_day(today: date) -> Happening | None:
    return nearest(around(today), today)


def within(today: date, days: int) -> list[Happening]:
    """What runs today or begins in so many days."""
    end = today + timedelta(days=days)
    return [one for one in around(today) if one.span.last >= today and one.span.first <= end]


def lately(today: date) -> list[Happening]:
    """What a record may be of: begun by now or about to, over for a year at most."""
    first, last = today - LOOK_BACK, today + LOOK_AHEAD
    return [one for one in around(today) if one.span.first <= last and one.span.last >= first]


def on_day(day: date) -> list[Happening]:
    return holding(around(day), day)
