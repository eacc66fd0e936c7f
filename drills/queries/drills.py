"""The drills somebody may see, as lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Min, Prefetch, Q, QuerySet
from django.utils import timezone

from drills.models import Drill, Participation
from people.models import Division
from people.scopes import scope_of
from ui.clock import local_day

State = Drill.State


def drill_rows(
    user: Any,
    *,
    q: str = "",
    state: str = "",
    hazard: str = "",
    form: str = "",
    level: str = "",
    township: Division | None = None,
    days: tuple[date | None, date | None] = (None, None),
) -> QuerySet[Drill]:
    """Planned ones and simple records alike, the latest first."""
    chosen = {"state": state, "hazard": hazard, "form": form, "level": level}
    rows = Drill.objects.visible_to(user).filter(**{name: value for name, value in chosen.items() if value})
    if q:
        rows = rows.filter(Q(title__icontains=q) | Q(number__icontains=q) | Q(place__icontains=q))
    if township:
        rows = rows.filter(division__path__startswith=township.path)
    return begun_between(rows, *days).select_related("organisation", "division").order_by("-starts_at", "-pk")


def begun_between(rows: QuerySet[Drill], first: date | None, last: date | None) -> QuerySet[Drill]:
    """Both days included, on the county's calendar."""
    if first:
        rows = rows.filter(starts_at__gte=midnight(first))
    return rows.filter(starts_at__lt=midnight(last + timedelta(days=1))) if last else rows


def midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), timezone.get_default_timezone())


def years_of(user: Any) -> list[int]:
    """The years there are drills in, the latest first."""
    ends = Drill.objects.visible_to(user).order_by().aggregate(first=Min("starts_at"), last=Max("starts_at"))
    if ends["first"] is None:
        return []
    return list(range(local_day(ends["last"]).year, local_day(ends["first"]).year - 1, -1))


def townships_of(user: Any) -> QuerySet[Division]:
    return Division.objects.visible_to(user).filter(level=Division.Level.TOWNSHIP)


# ── Whoever has a part ───────────────────────────────────────────────────────
@dataclass(frozen=True)
class Mine:
    """A drill with one's own parts in it."""

    drill: Drill
    parts: Sequence[Participation]
    knows_when: bool


def drills_of(user: Any) -> list[Mine]:
    """Those one has a part in and may know of: what is to come first, the next one on top."""
    own = Prefetch("participations", Participation.objects.filter(user=user), to_attr="own_parts")
    drills: Any = (
        Drill.objects.visible_to(user)
        .filter(pk__in=Participation.objects.filter(user=user).values("drill"))
        .select_related("organisation")
        .prefetch_related(own)
        .order_by("starts_at", "pk")
    )
    told = set(told_when(user).values_list("pk", flat=True))
    return [Mine(drill, drill.own_parts, drill.pk in told) for drill in drills]


def told_when(user: Any) -> QuerySet[Drill]:
    """Of the drills somebody may see, those whose day he may know: one that is held without notice keeps it from its
    players until it has begun."""
    scope = scope_of(user)
    seen = Drill.objects.visible_to(user)
    if scope.everything:
        return seen
    parts = Participation.objects.filter(user=user)
    playing = Q(pk__in=parts.filter(role__in=Participation.PLAYING).values("drill"))
    staff = Q(pk__in=parts.exclude(role__in=Participation.PLAYING).values("drill")) & ~playing
    knows = scope.organisations_q("organisation__") | staff
    return seen.filter(~Q(notice=Drill.Notice.NO_NOTICE) | Q(startex_at__isnull=False) | knows)
