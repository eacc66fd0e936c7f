"""The figures of a report: what each counts, in which unit, and the rows behind it.

场次, 人次 are events; 人, 家 are distinct. People known by name and counted heads are never added up, nor are players
and observers: the rule stands beside the figure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from drills.models import Attendance, Drill
from people.models import Division, Organisation, Sector
from reports.lens import Lens

Rows = QuerySet[Any]

#: What the table of each kind of row reads besides the row itself.
RELATED = {
    "drill": ("organisation", "division"),
    "attendance": ("drill", "user", "participation", "organisation"),
    "organisation": ("division", "sector"),
    "enrolment": ("programme", "user", "organisation"),
    "certificate": ("organisation",),
    "plan": ("organisation",),
}


@dataclass(frozen=True)
class Figure:
    """`rows` are the evidence; the figure is how many they are, or the sum of their `weight`."""

    name: str
    label: Any
    unit: Any
    rule: Any  # how it is counted, in a sentence
    kind: str  # which table shows the rows
    rows: Callable[[Lens], Rows]
    weight: str = ""

    def shown(self, rows: Rows) -> Rows:
        """With what its table tells of each row."""
        return rows.select_related(*RELATED.get(self.kind, ()))

    def value(self, rows: Rows) -> int:
        if self.weight:
            return rows.order_by().aggregate(sum=Sum(self.weight))["sum"] or 0
        return rows.count()


#: One person, whatever he takes part in: by account, else by unit and name.
PERSON = Coalesce(
    Cast("user_id", CharField()),
    Concat(
        Value("#"),
        Coalesce(Cast("participation__organisation_id", CharField()), Value("")),
        Value("/"),
        "participation__name",
    ),
)


def held(lens: Lens) -> QuerySet[Drill]:
    return lens.drills().order_by("held_on", "pk")


def named(lens: Lens) -> QuerySet[Attendance]:
    return lens.attendances().filter(named=True)


def heads(lens: Lens) -> QuerySet[Attendance]:
    return lens.attendances().filter(named=False)


def persons(lens: Lens) -> QuerySet[Any]:
    """Each person once, with the first of his attendances in the period (the lowest row)."""
    seen = lens.attendances().filter(named=True).annotate(person=PERSON)
    firsts: dict[str, int] = {}
    for person, pk in seen.order_by("pk").values_list("person", "pk"):
        firsts.setdefault(person, pk)
    return Attendance.objects.filter(pk__in=list(firsts.values()))


def units_in_drills(lens: Lens) -> QuerySet[Organisation]:
    """Organisers and those that took part with people or by name."""
    drills = lens.drills().order_by()
    organisers, joined = drills.values("organisation"), drills.values("taking_part__organisation")
    present = lens.attendances().filter(organisation__isnull=False).values("organisation")
    inside = Q(pk__in=organisers) | Q(pk__in=joined) | Q(pk__in=present)
    return Organisation.objects.filter(inside)


def completions(lens: Lens) -> Rows:
    return lens.completions().order_by("completed_at", "pk")


def trained_people(lens: Lens) -> Rows:
    """Each person once, with the first programme completed in the period."""
    firsts: dict[int, int] = {}
    for user, pk in lens.completions().order_by("completed_at", "pk").values_list("user", "pk"):
        firsts.setdefault(user, pk)
    return completions(lens).filter(pk__in=list(firsts.values()))


def trained_units(lens: Lens) -> Rows:
    units = lens.completions().order_by().values("organisation")
    return Organisation.objects.filter(pk__in=units)


def certificates(lens: Lens) -> Rows:
    return lens.certificates().order_by("issued_at", "pk")


def plans(lens: Lens) -> Rows:
    return lens.plans().order_by("title", "pk")


def plan_townships(lens: Lens) -> Rows:
    """Townships in which an organisation with a plan has its seat; a plan of the county itself is in none of them."""
    paths = lens.plans().order_by().values_list("organisation__division__path", flat=True)
    towns = list(Division.objects.filter(level=Division.Level.TOWNSHIP).values_list("pk", "path"))
    covered = {pk for pk, path in towns for seat in paths if seat.startswith(path)}
    return Division.objects.filter(pk__in=covered)


def plan_sectors(lens: Lens) -> Rows:
    return Sector.objects.filter(pk__in=lens.plans().order_by().values("organisation__sector"))


def plan_units(lens: Lens) -> Rows:
    inside = lens.plans().order_by().values("organisation")
    return Organisation.objects.filter(pk__in=inside)


TIMES, PEOPLE, UNITS = pgettext_lazy("unit", "times"), pgettext_lazy("unit", "people"), pgettext_lazy("unit", "units")
DRILLS, PLANS = pgettext_lazy("unit", "drills"), pgettext_lazy("unit", "plans")
PERSON_TIMES, PLACES = pgettext_lazy("unit", "person-times"), pgettext_lazy("unit", "townships")
SECTORS = pgettext_lazy("unit", "sectors")

FIGURES = {
    figure.name: figure
    for figure in (
        Figure(
            "drills", _("Drills held"), DRILLS, _("One row is one drill; a joint drill counts once."), "drill", held
        ),
        Figure(
            "history",
            _("of them imported from earlier ledgers"),
            DRILLS,
            _("Drills whose row came in by history import."),
            "drill",
            lambda lens: held(lens).filter(entry=Drill.Entry.HISTORY),
        ),
        Figure(
            "named",
            _("Attendances by name"),
            PERSON_TIMES,
            _("Players and simulators who signed in by name; each drill counts anew."),
            "attendance",
            named,
        ),
        Figure(
            "persons",
            _("People by name"),
            PEOPLE,
            _("The same, each person once: by account, else by unit and name."),
            "attendance",
            persons,
        ),
        Figure(
            "heads",
            _("Counted by heads"),
            PERSON_TIMES,
            _("Heads counted or estimated where nobody signed in; never added to those known by name."),
            "attendance",
            heads,
            "count",
        ),
        Figure(
            "units",
            _("Units in drills"),
            UNITS,
            _("Organisers and units that took part, each once."),
            "organisation",
            units_in_drills,
        ),
        Figure(
            "completions",
            _("Trainings completed"),
            PERSON_TIMES,
            _("Each programme that a person has completed; signing in counts nothing."),
            "enrolment",
            completions,
        ),
        Figure(
            "trained",
            _("People trained"),
            PEOPLE,
            _("The same, each person once."),
            "enrolment",
            trained_people,
        ),
        Figure(
            "trained_units",
            _("Units with people trained"),
            UNITS,
            _("Units whose people have completed a programme, each once."),
            "organisation",
            trained_units,
        ),
        Figure(
            "certificates",
            pgettext_lazy("figure", "Certificates issued"),
            PERSON_TIMES,
            _("Certificates of this platform, revoked ones left out; they are no qualification certificates."),
            "certificate",
            certificates,
        ),
        Figure(
            "plans",
            _("Emergency plans"),
            PLANS,
            _("In use on the last day of the period, with an issued version."),
            "plan",
            plans,
        ),
        Figure(
            "plan_townships",
            _("Townships covered by plans"),
            PLACES,
            _("Townships in which at least one plan is in use."),
            "division",
            plan_townships,
        ),
        Figure(
            "plan_sectors",
            _("Sectors covered by plans"),
            SECTORS,
            _("Sectors in which at least one unit has a plan."),
            "sector",
            plan_sectors,
        ),
        Figure(
            "plan_units",
            _("Units covered by plans"),
            UNITS,
            _("Units with at least one plan in use."),
            "organisation",
            plan_units,
        ),
    )
}
