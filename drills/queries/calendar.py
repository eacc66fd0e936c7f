"""Drills by day: the month's page and what a calendar program fetches."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from drills.models import Drill, Participation
from drills.queries.drills import begun_between, midnight, told_when
from ui.clock import local_day

EARLIEST, LATEST = 2000, 2199
BACK = timedelta(days=90)  # of a feed: what is older nobody looks up in his calendar


@dataclass(frozen=True)
class Day:
    day: date
    inside: bool  # of the month itself, not of the week around it
    drills: Sequence[Drill]


@dataclass(frozen=True)
class Month:
    first: date
    weeks: Sequence[Sequence[Day]]  # Monday first

    @property
    def before(self) -> str:
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        return f"{self.first + timedelta(days=31):%Y-%m}"

    @property
    def drills(self) -> int:
        """How many take place in the month; one that lasts into the next day is one."""
        return len({one.pk for week in self.weeks for day in week if day.inside for one in day.drills})


def month_asked(text: str, now: datetime) -> date:
    """The first day of the month in the address ("2026-11"); of this month where there is none or nonsense."""
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        asked = local_day(now)
    return (asked if EARLIEST <= asked.year <= LATEST else local_day(now)).replace(day=1)


def month_of(user: Any, first: date) -> Month:
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    shown = drills_between(user, weeks[0][0], weeks[-1][-1])
    by_day: dict[date, list[Drill]] = {}
    for drill in shown:
        for day in days_of(drill):
            by_day.setdefault(day, []).append(drill)
    return Month(first, [[Day(day, day.month == first.month, by_day.get(day, [])) for day in week] for week in weeks])


def drills_between(user: Any, first: date, last: date) -> QuerySet[Drill]:
    """Whose day he may know; what was called off or entered by mistake takes nobody's time."""
    rows = told_when(user).filter(withdrawn_at__isnull=True).exclude(state=Drill.State.CANCELLED)
    rows = rows.filter(starts_at__lt=midnight(last + timedelta(days=1)), ends_at__gte=midnight(first))
    return rows.select_related("organisation").order_by("starts_at", "pk")


def days_of(drill: Drill) -> list[date]:
    """One that ends at midnight takes nothing of the day after."""
    first = local_day(drill.starts_at)
    last = max(first, local_day(drill.ends_at - timedelta(microseconds=1)))
    return [first + timedelta(days=day) for day in range((last - first).days + 1)]


@dataclass(frozen=True)
class Entry:
    """A drill in somebody's own calendar, with the parts he has in it."""

    drill: Drill
    parts: Sequence[Participation]


def entries_of(user: Any, now: datetime) -> list[Entry]:
    """What is planned, and what was called off, so that it goes away there too. A design is no appointment yet, a
    record of what was held none any more."""
    rows = told_when(user).filter(entry=Drill.Entry.RUN).exclude(state__in=Drill.DESIGN)
    rows = begun_between(rows, local_day(now - BACK), None).select_related("organisation").order_by("starts_at", "pk")
    parts: dict[int, list[Participation]] = {}
    for part in Participation.objects.filter(user=user, drill__in=rows.order_by().values("pk")):
        parts.setdefault(part.drill_id, []).append(part)
    return [Entry(drill, parts.get(drill.pk, [])) for drill in rows]
