"""What a page of figures looks through: whose scope, which period and place, known at which moment. Every figure, its
rows and its export are read through the same lens, so they cannot disagree."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from drills.models import Attendance, Drill, EmergencyPlan
from exams.models import Certificate
from learning.models import Enrolment
from people.models import Division, Organisation, Sector
from people.scopes import scope_of
from reports.periods import Period

#: Ways to narrow drills that stand in the address as they are.
OF_DRILLS = ("hazard", "level", "form", "entry")


@dataclass(frozen=True)
class Lens:
    user: Any
    period: Period
    known_at: datetime
    division: Division | None = None
    sector: Sector | None = None
    organisation: Organisation | None = None
    hazard: str = ""
    level: str = ""
    form: str = ""
    entry: str = ""

    # ── Rows ─────────────────────────────────────────────────────────────────
    def drills(self) -> QuerySet[Drill]:
        """Held in the period by an organiser in scope, as known then. The place of a drill is where it was held."""
        rows = Drill.objects.in_scope_of(self.user, self.known_at).counted(self.known_at)
        rows = rows.held(self.period.first, self.period.last).filter(self.of_organiser("organisation__"))
        if self.division:
            rows = rows.filter(division__path__startswith=self.division.path)
        return rows.filter(**{name: getattr(self, name) for name in OF_DRILLS if getattr(self, name)})

    def attendances(self) -> QuerySet[Attendance]:
        """Players and simulators of those drills, named or counted by heads."""
        return Attendance.objects.counted(self.known_at).filter(drill__in=self.drills().order_by())

    def completions(self) -> QuerySet[Enrolment]:
        """Programmes completed in the period by people in scope: online 人次, never a log-in."""
        rows = Enrolment.objects.in_scope_of(self.user, self.known_at).current()
        return rows.filter(self.within("completed_at"), self.of_place("organisation__"))

    def certificates(self) -> QuerySet[Certificate]:
        scope = scope_of(self.user, self.known_at)
        rows = Certificate.objects.filter(scope.organisations_q("organisation__"), self.of_place("organisation__"))
        still = Q(revoked_at__isnull=True) | Q(revoked_at__gt=self.known_at)
        return rows.filter(still, self.within("issued_at"))

    def plans(self) -> QuerySet[EmergencyPlan]:
        """In use at the end of the period: a version issued until then, not withdrawn."""
        rows = EmergencyPlan.objects.visible_to(self.user, self.known_at).filter(self.of_place("organisation__"))
        issued = Q(versions__issued_on__lte=self.period.last, versions__issued_at__lte=self.known_at)
        in_use = Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=self.period.last)
        return rows.filter(issued, in_use).distinct()

    # ── What it narrows by ───────────────────────────────────────────────────
    def of_organiser(self, prefix: str) -> Q:
        narrowed = Q()
        if self.sector:
            narrowed &= Q(**{f"{prefix}sector": self.sector})
        if self.organisation:
            narrowed &= Q(**{f"{prefix}pk": self.organisation.pk})
        return narrowed

    def of_place(self, prefix: str) -> Q:
        """The seat of an organisation."""
        seat = Q(**{f"{prefix}division__path__startswith": self.division.path}) if self.division else Q()
        return self.of_organiser(prefix) & seat

    def within(self, field: str) -> Q:
        """The period's days on the county's calendar, as far as they were known."""
        zone = timezone.get_default_timezone()
        first = datetime.combine(self.period.first, time(), zone)
        after = datetime.combine(self.period.last + timedelta(days=1), time(), zone)
        return Q(**{f"{field}__gte": first, f"{field}__lt": after, f"{field}__lte": self.known_at})

    # ── In the address ───────────────────────────────────────────────────────
    def narrowed(self, **changes: Any) -> "Lens":
        return replace(self, **changes)

    @property
    def query(self) -> str:
        """For the address of a page that looks through this lens; it always means "as known now"."""
        named = {"first": self.period.first, "last": self.period.last}
        objects = {name: getattr(self, name) for name in ("division", "sector", "organisation")}
        named |= {name: one.pk for name, one in objects.items() if one}
        named |= {name: getattr(self, name) for name in OF_DRILLS if getattr(self, name)}
        return "?" + urlencode(named)


def late(rows: QuerySet[Drill], known_at: datetime) -> QuerySet[Drill]:
    """定稿后补录: what the ledgers have learnt of since."""
    return rows.filter(counted_at__gt=known_at).order_by(F("counted_at").asc())
