"""场次, 实名人次, 实名人数, 点数人次 by hazard, township, sector and month: the lines of a table. Each has a lens of
its own, so that a cell leads to exactly its rows."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Substr, TruncMonth
from django.utils.translation import gettext as _

from drills.models import Attendance, Drill
from duties.vocabulary import Hazard
from people.models import Division, Sector
from reports.figures import PERSON
from reports.lens import Lens


@dataclass(frozen=True)
class Line:
    label: str
    lens: Lens | None  # None: no address names its rows (drills without a sector)
    drills: int
    named: int
    persons: int
    heads: int


@dataclass(frozen=True)
class Cut:
    """How rows are told apart: an expression over a drill (`prefix` leads to it) and the lens of each value."""

    key: Callable[[str], Any]
    label: Callable[[Lens, Any], str]
    narrow: Callable[[Lens, Any], Lens | None]


def breakdown(lens: Lens, by: str) -> list[Line]:
    """The lines with at least one drill, most drills first (months in their order): two queries and one for names."""
    cut = CUTS[by]
    drills = dict(counted(lens.drills(), cut.key("")).values_list("key", "rows"))
    people = {row["key"]: row for row in attended(lens.attendances(), cut.key("drill__"))}
    lines = [line(lens, cut, key, count, people.get(key, {})) for key, count in drills.items()]
    return lines if by == "month" else sorted(lines, key=lambda one: (-one.drills, one.label))


def counted(drills: QuerySet[Drill], key: Any) -> QuerySet[Any]:
    return drills.order_by().annotate(key=key).values("key").annotate(rows=Count("pk")).order_by("key")


def attended(rows: QuerySet[Attendance], key: Any) -> Iterable[Any]:
    is_named = Q(named=True)
    return (
        rows.order_by()
        .annotate(key=key, person=PERSON)
        .values("key")
        .annotate(
            named_rows=Count("pk", filter=is_named),
            persons=Count("person", filter=is_named, distinct=True),
            heads=Coalesce(Sum("count", filter=~is_named), 0),
        )
    )


def line(lens: Lens, cut: Cut, key: Any, drills: int, people: dict[str, Any]) -> Line:
    numbers = (people.get(name, 0) for name in ("named_rows", "persons", "heads"))
    return Line(cut.label(lens, key), cut.narrow(lens, key), drills, *numbers)


# ── The four ways ────────────────────────────────────────────────────────────
def township_depth() -> int:
    """Characters of a division's path down to its township; below one county all townships lie at one depth."""
    town = Division.objects.filter(level=Division.Level.TOWNSHIP).first()
    return Division.steplen * (town.depth if town else 1)


def township(key: Any) -> Division | None:
    return Division.objects.filter(path=key).first()


def sector_of(key: Any) -> Sector | None:
    return Sector.objects.filter(pk=key).first() if key else None


def in_township(lens: Lens, key: Any) -> Lens | None:
    """Narrower than what is looked at already, or as narrow as that. What was held in the county's own name has a line
    and no address: the county's address means all that lies in it."""
    found = township(key)
    if not found or found.level != Division.Level.TOWNSHIP:
        return None
    return lens if lens.division and lens.division.path.startswith(found.path) else lens.narrowed(division=found)


def sector_name(_lens: Lens, key: Any) -> str:
    found = sector_of(key)
    return found.label if found else _("Without a sector")


def in_month(lens: Lens, key: Any) -> Lens:
    found: Iterator[Any] = (one for one in lens.period.months() if one.first.month == key.month)
    same = next(one for one in found if one.first.year == key.year)
    return lens.narrowed(period=same)


CUTS = {
    "hazard": Cut(
        lambda prefix: F(f"{prefix}hazard"),
        lambda lens, key: str(Hazard(key).label),
        lambda lens, key: lens.narrowed(hazard=key),
    ),
    "township": Cut(
        lambda prefix: Substr(f"{prefix}division__path", 1, township_depth()),
        lambda lens, key: getattr(township(key), "label", "–"),
        in_township,
    ),
    "sector": Cut(
        lambda prefix: F(f"{prefix}organisation__sector"),
        sector_name,
        lambda lens, key: lens.narrowed(sector=found) if (found := sector_of(key)) else None,
    ),
    "month": Cut(
        lambda prefix: TruncMonth(f"{prefix}held_on"),
        lambda lens, key: f"{key:%Y-%m}",
        in_month,
    ),
}
