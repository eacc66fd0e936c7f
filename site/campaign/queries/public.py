"""What the county shows everybody: sums of what was approved, by entry and month. Nobody is named, and no place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F

from campaign.models import ActivityVersion, Entry, Scheme
from campaign.periods import YEAR, period_around
from campaign.queries.figures import Figures, figures
from campaign.queries.lens import Lens
from campaign.queries.schemes import rules_of, scheme_of
from campaign.rules import EntryRule, entry_codes
from ui.clock import local_day


@dataclass
class Sums:
    activities: int = 0
    persons: int = 0
    estimated: int = 0
    households: int = 0
    venues: set[int] = field(default_factory=set)

    @property
    def reached(self) -> int:
        return len(self.venues)


@dataclass(frozen=True)
class Shown:
    """`cells` by entry code and month; "" is every entry, 0 the whole year. An entry's sums say nothing of a total."""

    year: int
    months: list[int]
    entries: list[Entry]
    total: Figures
    cells: Mapping[tuple[str, int], Sums]
    known_at: datetime

    def lines(self) -> list[tuple[Entry, Sums]]:
        return [(entry, self.cells.get((entry.code, 0), Sums())) for entry in self.entries]

    def by_month(self) -> list[tuple[int, Sums, list[tuple[Entry, Sums]]]]:
        return [
            (month, self.cell("", month), [(entry, self.cell(entry.code, month)) for entry in self.entries])
            for month in self.months
        ]

    def cell(self, code: str, month: int) -> Sums:
        return self.cells.get((code, month), Sums())


def shown(year: int, now: datetime) -> Shown:
    today = local_day(now)
    period = period_around(date(year, 1, 1), YEAR)
    last = today if year == today.year else period.last
    lens = Lens(first=period.first, last=last, known_at=now)
    scheme = scheme_of(last)
    entries = list(scheme.entries.order_by("order"))
    return Shown(
        year=year,
        months=list(range(1, last.month + 1)),
        entries=entries,
        total=figures(lens),
        cells=cells(lens, scheme),
        known_at=now,
    )


def cells(lens: Lens, scheme: Scheme) -> dict[tuple[str, int], Sums]:
    rules = rules_by_version(scheme)
    told = lens.versions().order_by().annotate(kind=F("venue__kind"))
    found: dict[tuple[str, int], Sums] = {}
    for one in told.values("scheme", "venue", "kind", "held_on", "persons", "basis", "households").iterator():
        codes = entry_codes(rules.get(one["scheme"], rules[scheme.pk]), one["kind"], one["households"])
        for code in [*codes, ""]:
            for month in (one["held_on"].month, 0):
                add(found.setdefault((code, month), Sums()), one)
    return found


def rules_by_version(scheme: Scheme) -> Mapping[int, list[EntryRule]]:
    versions: dict[int, list[Entry]] = {scheme.pk: []}
    for entry in Entry.objects.filter(scheme__key=scheme.key).order_by("order"):
        versions.setdefault(entry.scheme_id, []).append(entry)
    return {pk: rules_of(entries) for pk, entries in versions.items()}


def add(sums: Sums, one: Mapping[str, Any]) -> None:
    sums.activities += 1
    sums.persons += one["persons"]
    sums.estimated += one["persons"] if one["basis"] == ActivityVersion.Basis.ESTIMATED else 0
    sums.households += one["households"]
    sums.venues.add(one["venue"])


def first_year(now: datetime) -> int | None:
    """Of what counts; None: nothing does yet."""
    day = ActivityVersion.objects.counted(now).order_by("held_on").values_list("held_on", flat=True).first()
    return day.year if day else None
