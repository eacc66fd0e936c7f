"""The calendar of themed days that ships with the product; what somebody changed in a row stays as he left it."""

import tomllib
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from campaign.models import ThemedDay, ThemedYear
from records.starter import Outcome, sync

FILE = Path(__file__).parent.parent / "themed_days.toml"
FIELDS = ("key", "name", "name_en", "falls", "source", "verified", "note", "hazards", "forms", "order")

#: What the fictional county has announced for itself.
DEMO: Final = {"wildfire-season": ((3, 1), (5, 10)), "flood-season": ((5, 15), (9, 30))}


def rows() -> list[dict[str, Any]]:
    """In the order of the file, each with every field."""
    shipped = tomllib.loads(FILE.read_text(encoding="utf-8"))["days"]
    empty: dict[str, Any] = {"falls": "", "note": "", "hazards": [], "forms": []}
    return [{**empty, **row, "order": order} for order, row in enumerate(shipped, start=1)]


def load() -> list[Outcome]:
    return [load_day(row) for row in rows()]


def load_day(row: dict[str, Any]) -> Outcome:
    find = partial(ThemedDay.objects.filter(key=row["key"]).first)
    return sync(f"campaign.day:{row['key']}", row, find=find, read=read_day, write=write_day)


def read_day(day: ThemedDay) -> dict[str, Any]:
    return {name: getattr(day, name) for name in FIELDS}


def write_day(held: ThemedDay | None, row: dict[str, Any]) -> ThemedDay:
    day = held or ThemedDay()
    for name, value in row.items():
        setattr(day, name, value)
    day.full_clean()
    day.save()
    return day


def load_demo() -> list[Outcome]:
    """Of this year and the next, once; what somebody said of them since is his."""
    now = timezone.now()
    year = timezone.localdate(now).year
    days = {day.key: day for day in ThemedDay.objects.filter(key__in=DEMO)}
    wanted = [(days[key], one, *dates) for key, dates in DEMO.items() if key in days for one in (year, year + 1)]
    known = set(ThemedYear.objects.values_list("day", "year"))
    made = [
        ThemedYear(day=day, year=one, first=date(one, *first), last=date(one, *last), said_at=now)
        for day, one, first, last in wanted
        if (day.pk, one) not in known
    ]
    ThemedYear.objects.bulk_create(made)
    return [Outcome.CREATED] * len(made)
