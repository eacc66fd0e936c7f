"""What a page of activities looks through: whose scope, which days and place, known at which moment. Figures, their
rows and every export are read through the same lens, so they cannot disagree."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from campaign.models import ActivityVersion, Entry, Scheme, Venue
from people.models import Division

#: Ways to narrow that stand in the address as they are.
WORDS = ("kind", "form", "hazard", "how", "basis", "entry")
ANY = "any"  # as an entry: whichever of the scheme; what belongs to none of them is left out


@dataclass(frozen=True)
class Lens:
    """Both days included. Without a `user` it sees the whole county. `entry` is a code of `scheme`; `own` leaves out
    what lies below the division."""

    first: date
    last: date
    known_at: datetime
    user: Any = None
    division: Division | None = None
    own: bool = False
    venue: Venue | None = None
    scheme: Scheme | None = None
    entry: str = ""
    kind: str = ""
    form: str = ""
    hazard: str = ""
    how: str = ""
    basis: str = ""

    # ── Rows ─────────────────────────────────────────────────────────────────
    def versions(self) -> QuerySet[ActivityVersion]:
        """What counts: one row an activity."""
        return self.narrow(self.in_scope(ActivityVersion.objects.counted(self.known_at)).held(self.first, self.last))

    def in_scope(self, rows: Any) -> Any:
        return rows if self.user is None else rows.visible_to(self.user, self.known_at)

    def narrow(self, rows: QuerySet[ActivityVersion]) -> QuerySet[ActivityVersion]:
        rows = rows.filter(self.of_place())
        if self.venue:
            rows = rows.filter(venue=self.venue)
        if self.entry and self.scheme:
            rows = rows.filter(in_entry(self.scheme, self.entry))
        if self.hazard:
            rows = rows.alias(codes=Cast("hazards", TextField())).filter(codes__contains=f'"{self.hazard}"')
        paths = {"kind": "venue__kind", "form": "form", "how": "activity__how", "basis": "basis"}
        return rows.filter(**{path: getattr(self, name) for name, path in paths.items() if getattr(self, name)})

    def venues(self) -> QuerySet[Venue]:
        """The denominator: registered on the last day, as far as they were known."""
        rows = self.in_scope(Venue.objects.registered(self.last)).filter(created_at__lte=self.known_at)
        return self.of_kind(rows.filter(self.of_place()))

    def of_kind(self, rows: QuerySet[Venue]) -> QuerySet[Venue]:
        if self.entry and self.scheme:
            entries = self.scheme.entries.filter(**({} if self.entry == ANY else {"code": self.entry}))
            rows = rows.filter(kind__in=[kind for one in entries for kind in one.kinds])
        return rows.filter(kind=self.kind) if self.kind else rows

    def reached(self) -> Exists:
        """Of a venue: something that counts was held there within the days, in whosever scope that lay."""
        there = ActivityVersion.objects.counted(self.known_at).held(self.first, self.last)
        return Exists(there.filter(venue=OuterRef("pk")))

    def venues_not_reached(self) -> QuerySet[Venue]:
        return self.venues().filter(~self.reached())

    def of_place(self) -> Q:
        """The division with all below it; with `own`, what lies in it and in nothing below: the county's own line."""
        if self.division is None:
            return Q()
        return Q(division=self.division) if self.own else Q(division__path__startswith=self.division.path)

    # ── Other lenses ─────────────────────────────────────────────────────────
    def narrowed(self, **changes: Any) -> "Lens":
        return replace(self, **changes)

    def year_before(self) -> "Lens":
        """The same days of the last year, as known now."""
        return self.narrowed(first=year_earlier(self.first), last=year_earlier(self.last))

    @property
    def query(self) -> str:
        """For the address of a page that looks through this lens; it always means "as known now"."""
        named: dict[str, Any] = {"first": self.first, "last": self.last}
        objects = {name: getattr(self, name) for name in ("division", "venue", "scheme")}
        named |= {name: one.pk for name, one in objects.items() if one}
        named |= {name: getattr(self, name) for name in WORDS if getattr(self, name)}
        named |= {"own": "on"} if self.own else {}
        return "?" + urlencode(named)


def has_own_line(division: Division | None) -> bool:
    """What lies in no township stands in the county's own line; a township is always meant with its villages."""
    return division is not None and division.level == Division.Level.COUNTY


def year_earlier(day: date) -> date:
    """29 February has 28 February before it."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def in_entry(scheme: Scheme, code: str) -> Q:
    """The versions that belong to an entry: one recorded under another version of the same scheme by that version's
    list, one recorded under another scheme by this one's."""
    inside = Q(pk__in=[])
    entries = Entry.objects.filter(scheme__key=scheme.key, **({} if code == ANY else {"code": code}))
    for entry in entries.select_related("scheme"):
        takes = Q(venue__kind__in=entry.kinds)
        if entry.by_households:
            takes |= Q(households__gt=0)
        under = Q(scheme=entry.scheme_id)
        if entry.scheme_id == scheme.pk:
            under |= ~Q(scheme__key=scheme.key)
        inside |= takes & under
    return inside
