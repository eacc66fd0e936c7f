"""Lists of records and of venues, through a lens: what a page shows, its totals and its export are the same rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from campaign.models import Activity, ActivityVersion, Entry, PlannedVisit, Venue
from campaign.queries.lens import Lens
from campaign.queries.schemes import rules_of
from campaign.rules import entry_codes

COUNTED = "counted"
RELATED = ("activity__created_by", "venue", "division", "recorded_by")


# ── Records ──────────────────────────────────────────────────────────────────
def records(lens: Lens, state: str = "") -> QuerySet[ActivityVersion]:
    """One version a record: of those that count the one that counts, of others what was said last."""
    if state == COUNTED:
        return lens.versions()
    stand = Activity.objects.exclude(state=Activity.State.WITHDRAWN)
    found = Activity.objects.filter(state=state) if state else stand
    said = ActivityVersion.objects.filter(pk__in=found.order_by().values("current"))
    return lens.narrow(lens.in_scope(said).held(lens.first, lens.last))


def listed(rows: QuerySet[ActivityVersion]) -> QuerySet[ActivityVersion]:
    """The newest day first, with what a line of the list tells."""
    entries = Prefetch("scheme__entries", Entry.objects.order_by("order"))
    ordered = rows.order_by("-held_on", "-starts_at", "-pk")
    return ordered.select_related(*RELATED, "scheme").prefetch_related(entries)


@dataclass(frozen=True)
class Totals:
    """Of all rows, on however many pages."""

    activities: int
    persons: int
    estimated: int
    households: int
    venues: int


def totals(rows: QuerySet[ActivityVersion]) -> Totals:
    estimated = Q(basis=ActivityVersion.Basis.ESTIMATED)
    told = rows.order_by().aggregate(
        activities=Count("pk"),
        estimated=Coalesce(Sum("persons", filter=estimated), 0),  # before its like-named neighbour hides the column
        persons=Coalesce(Sum("persons"), 0),
        households=Coalesce(Sum("households"), 0),
        venues=Count("venue", distinct=True),
    )
    return Totals(**told)


def by_state(lens: Lens) -> dict[str, int]:
    """How many records stand where, of what the lens shows."""
    rows = records(lens).order_by().values_list("activity__state")
    return dict(rows.annotate(n=Count("pk")))


def entry_names(version: ActivityVersion) -> list[str]:
    """In the scheme it was recorded under."""
    entries = list(version.scheme.entries.all())
    codes = entry_codes(rules_of(entries), version.venue.kind, version.households)
    return [entry.label for entry in entries if entry.code in codes]


# ── Venues ───────────────────────────────────────────────────────────────────
def venues(lens: Lens, *, state: str = "", q: str = "", reached: str = "", homes: bool = False) -> QuerySet[Venue]:
    """Registered on the last day of the lens, closed by then, or both."""
    rows = lens.venues() if not state else of_any_day(lens)
    if state == "closed":
        rows = rows.filter(closed_on__lt=lens.last)
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(address__icontains=q))
    if homes:
        rows = rows.filter(households__gt=0)
    if reached:
        rows = rows.filter(lens.reached() if reached == "yes" else ~lens.reached())
    return rows


def of_any_day(lens: Lens) -> QuerySet[Venue]:
    """As lens.venues(), also those that have closed or not opened yet."""
    rows = lens.in_scope(Venue.objects.filter(created_at__lte=lens.known_at)).filter(lens.of_place())
    return lens.of_kind(rows)


def with_visits(rows: QuerySet[Venue], lens: Lens) -> QuerySet[Venue]:
    """`held`: activities of the lens's days; `last_held`: the day of the last one ever; `planned`: visits that stand,
    from the lens's moment on."""
    counted = ActivityVersion.objects.counted(lens.known_at).filter(venue=OuterRef("pk")).order_by()
    within = counted.held(lens.first, lens.last).values("venue").annotate(n=Count("pk")).values("n")
    ever = counted.values("venue").annotate(day=Max("held_on")).values("day")
    annotated: QuerySet[Venue] = rows.annotate(held=Coalesce(Subquery(within), 0), last_held=Subquery(ever))
    return annotated.select_related("division", "organisation").order_by("division__path", "kind", "name", "pk")


def to_come(day: date) -> Prefetch[str, QuerySet[PlannedVisit], str]:
    visits = PlannedVisit.objects.standing().filter(planned_on__gte=day).select_related("made_by")
    return Prefetch("planned", visits.order_by("planned_on", "pk"), to_attr="to_come")


def proposed_day(today: date) -> date:
    """Of a visit that nobody has thought about yet: a working day in a fortnight."""
    day = today + timedelta(days=14)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def households_of(rows: QuerySet[Venue]) -> int:
    return int(rows.order_by().aggregate(sum=Coalesce(Sum("households"), 0))["sum"])


def kept_among(venues: Iterable[Venue], kept: QuerySet[Venue]) -> set[int]:
    """Those of a page that the user keeps."""
    return set(kept.filter(pk__in=[venue.pk for venue in venues]).order_by().values_list("pk", flat=True))
