"""Corrective actions over a scope: the list with its figures, and what still keeps a drill open."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from drills.models import ActionStep, CorrectiveAction, Drill, Finding
from drills.permissions import actions_to_check_by

State = CorrectiveAction.State
SETTLED = (State.CLOSED, State.CANCELLED)
SOON = timedelta(days=30)

#: What the list can show; "open" is what one sees first.
VIEWS = ("open", "mine", "overdue", "to_check", "settled", "all")


@dataclass(frozen=True)
class Filter:
    view: str = "open"
    organisation: int | None = None
    q: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.organisation or self.q) or self.view != "open"


@dataclass(frozen=True)
class Figures:
    open: int
    mine: int
    overdue: int
    to_check: int
    settled: int


def actions_shown(user: Any, wanted: Filter, *, day: date) -> QuerySet[CorrectiveAction]:
    """Of the user's scope, the most urgent first."""
    rows = within(user, wanted)
    rows = rows.filter(narrowing(wanted.view, user, day))
    return with_facts(rows).order_by("due_on", "pk")


def within(user: Any, wanted: Filter) -> QuerySet[CorrectiveAction]:
    rows = CorrectiveAction.objects.visible_to(user)
    if wanted.organisation:
        rows = rows.filter(organisation=wanted.organisation)
    for word in wanted.q.split():
        told = Q(text__icontains=word) | Q(finding__text__icontains=word) | Q(finding__drill__title__icontains=word)
        rows = rows.filter(told)
    return rows


def narrowing(view: str, user: Any, day: date) -> Q:
    unsettled = ~Q(state__in=SETTLED)
    return {
        "open": unsettled,
        "mine": unsettled & Q(owner=user),
        "overdue": unsettled & Q(due_on__lt=day),
        "to_check": Q(pk__in=actions_to_check_by(user).values("pk")),
        "settled": Q(state__in=SETTLED),
        "all": Q(),
    }[view]


def figures(user: Any, wanted: Filter, *, day: date) -> Figures:
    """Each view's number, within the organisation and the words asked for."""
    names = ("open", "mine", "overdue", "to_check", "settled")
    counts = {name: Count("pk", filter=narrowing(name, user, day)) for name in names}
    return Figures(**within(user, wanted).aggregate(**counts))


def with_facts(rows: QuerySet[CorrectiveAction]) -> QuerySet[CorrectiveAction]:
    return rows.select_related("owner", "organisation", "finding__drill__organisation")


def organisations_answering(user: Any) -> list[tuple[int, str]]:
    rows = CorrectiveAction.objects.visible_to(user).order_by("organisation__name", "organisation")
    return list(rows.values_list("organisation", "organisation__name").distinct())


def timeline(action: CorrectiveAction) -> list[ActionStep]:
    return list(action.steps.select_related("by", "file").order_by("at", "pk"))


# ── One drill ────────────────────────────────────────────────────────────────
def findings_of(drill: Drill) -> list[Finding]:
    """Problems before what went well, the weightiest first."""
    weight = {Finding.Severity.SERIOUS: 0, Finding.Severity.MAJOR: 1, Finding.Severity.MINOR: 2}
    order = {Finding.Kind.GAP: 0, Finding.Kind.STRENGTH: 1, Finding.Kind.PRACTICE: 2}
    found = drill.findings.select_related("clause", "item__section", "proposal").prefetch_related(
        Prefetch("actions", CorrectiveAction.objects.select_related("owner", "organisation").order_by("due_on", "pk")),
        "evidence__participation__user",
    )
    return sorted(found, key=lambda one: (order[Finding.Kind(one.kind)], weight.get(one.severity, 3), one.pk))  # type: ignore[call-overload]


@dataclass(frozen=True)
class OpenThings:
    """What keeps a drill from being closed: actions under way, and problems that are more than minor and that nobody
    has taken up."""

    actions: list[CorrectiveAction]
    findings: list[Finding]

    def __len__(self) -> int:
        return len(self.actions) + len(self.findings)


def open_things(drill: Drill) -> OpenThings:
    mandatory = with_facts(CorrectiveAction.objects.filter(finding__drill=drill, mandatory=True).unsettled())
    weighty = drill.findings.filter(kind=Finding.Kind.GAP).exclude(severity=Finding.Severity.MINOR)
    return OpenThings(list(mandatory), list(weighty.filter(actions__isnull=True)))
