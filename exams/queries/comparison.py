"""How organisations, townships and sectors did in an exam, counted over the people whom the user may see."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.models import Exam
from exams.queries.results import State, results
from people.models import Division, Organisation


class By(TextChoices):
    ORGANISATION = "organisation", gettext_lazy("By organisation")
    TOWNSHIP = "township", gettext_lazy("By township")
    SECTOR = "sector", gettext_lazy("By sector")


@dataclass(frozen=True)
class Group:
    """`points` and `best` are summed over the best marked sitting of each person who has one."""

    name: str
    candidates: int = 0
    sat: int = 0
    passed: int = 0
    points: Decimal = Decimal(0)
    best: int = 0

    @property
    def pass_rate(self) -> Decimal | None:
        """Of those who sat, in per cent."""
        return per_cent(Decimal(self.passed), self.sat)

    @property
    def mean(self) -> Decimal | None:
        """In per cent of the points, so that papers of different length compare."""
        return per_cent(self.points, self.best)

    def plus(self, other: "Group") -> "Group":
        return Group(
            self.name,
            self.candidates + other.candidates,
            self.sat + other.sat,
            self.passed + other.passed,
            self.points + other.points,
            self.best + other.best,
        )


def per_cent(part: Decimal, whole: int) -> Decimal | None:
    return (part * 100 / whole).quantize(Decimal("0.1")) if whole else None


def comparison(exam: Exam, user: Any, at: datetime, by: str) -> list[Group]:
    """By name: an order by result would be a ranking."""
    organisations = dict(by_organisation(exam, user, at))
    found = Organisation.objects.select_related("division", "sector").in_bulk(list(organisations))
    name_of = names(by, found.values())
    groups: dict[str, Group] = {}
    for pk, group in organisations.items():
        name = name_of(found[pk])
        groups[name] = groups.get(name, Group(name)).plus(group)
    return [groups[name] for name in sorted(groups)]


def by_organisation(exam: Exam, user: Any, at: datetime) -> list[tuple[int, Group]]:
    """One statement; the organisations are few, the candidates many."""
    sat = Q(outcome__in=[State.PASSED, State.FAILED, State.HANDED_IN, State.SITTING])
    rows: Any = results(exam, user, at).order_by()
    counted = rows.values("organisation").annotate(
        candidates=Count("pk"),
        sat=Count("pk", filter=sat),
        passed=Count("pk", filter=Q(outcome=State.PASSED)),
        points=Sum(F("best_points")),
        best=Sum(F("best_total")),
    )
    return [
        (
            row["organisation"],
            Group("", row["candidates"], row["sat"], row["passed"], Decimal(row["points"] or 0), row["best"] or 0),
        )
        for row in counted
    ]


def names(by: str, organisations: Iterable[Organisation]) -> Callable[[Organisation], str]:
    if by == By.ORGANISATION:
        return str
    if by == By.SECTOR:
        return lambda one: one.sector.label if one.sector else _("No sector")
    townships = {one.path: one.label for one in Division.objects.filter(level=Division.Level.TOWNSHIP)}
    return lambda one: next(
        (name for path, name in townships.items() if one.division.path.startswith(path)), one.division.label
    )


def total(groups: Iterable[Group]) -> Group:
    whole = Group(_("Together"))
    for group in groups:
        whole = whole.plus(group)
    return whole
