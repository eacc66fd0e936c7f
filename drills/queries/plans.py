"""The ledger of emergency plans (预案台账) and the page of one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, ExtractDay, Greatest

from drills.models import (
    Drill,
    EmergencyPlan,
    PlanEvaluation,
    PlanFiling,
    PlanRevisionProposal,
    PlanVersion,
)
from drills.permissions import sees_doubtful_rules
from drills.plan_rules import counted_from
from drills.queries.plan_terms import MONTHS, Rulebook, Term, month_key, overdue, rulebook, term, with_terms
from people.models import Division

STATES = ("in_use", "draft", "overdue", "not_filed", "proposals", "withdrawn")
SORTS: dict[str, tuple[Any, ...]] = {
    "title": ("title",),
    "organisation": ("organisation__name", "title"),
    "issued": ("issued_on", "title"),
    "filed": ("filed_on", "title"),
    "evaluated": ("evaluated_on", "title"),
    "due": ("next_month", "next_day"),
    "drilled": ("drilled_on", "title"),
    "proposals": ("open_proposals", "title"),
}
DEFAULT_SORT = "organisation"


@dataclass(frozen=True)
class Filter:
    """What of the ledger is shown; without a state, everything that is not withdrawn."""

    state: str = ""
    kind: str = ""
    hazard: str = ""
    division: Division | None = None
    q: str = ""
    sort: str = DEFAULT_SORT  # a leading minus turns it round

    @property
    def narrowed(self) -> bool:
        return bool(self.state or self.kind or self.hazard or self.division or self.q)


@dataclass(frozen=True)
class Figures:
    """Of the plans that are not withdrawn."""

    all: int
    overdue: int
    not_filed: int
    proposals: int


@dataclass(frozen=True)
class Totals:
    plans: int
    organisations: int
    proposals: int


@dataclass(frozen=True)
class PlanRow:
    """A line of the ledger. Filing and evaluation are the last of the plan, maybe of an earlier version."""

    plan: Any  # annotated by `with_facts`
    version: PlanVersion | None  # the one in use
    filing: PlanFiling | None
    evaluation: PlanEvaluation | None
    term: Term | None

    @property
    def earlier_filing(self) -> bool:
        return self.filing is not None and self.version is not None and self.filing.version_id != self.version.pk

    @property
    def asks_revision(self) -> bool:
        """The last evaluation found that this very version has to be revised."""
        if self.evaluation is None or self.version is None or self.evaluation.version_id != self.version.pk:
            return False
        return self.evaluation.conclusion == PlanEvaluation.Conclusion.REVISE


@dataclass(frozen=True)
class Ledger:
    """The plans that somebody's office covers."""

    plans: Any  # annotated by `with_facts` and `with_terms`
    book: Rulebook
    bureau: bool

    @property
    def today(self) -> date:
        return self.book.day

    def figures(self, wanted: Filter) -> Figures:
        """Of whatever else is filtered: the figures are filters themselves."""
        counted = {state: Count("pk", filter=self.state_q(state)) for state in ("overdue", "not_filed", "proposals")}
        plans = self.narrowed(replace(wanted, state=""))
        return Figures(**plans.order_by().aggregate(all=Count("pk"), **counted))

    def totals(self, wanted: Filter) -> Totals:
        told = self.narrowed(wanted).order_by()
        counted = told.aggregate(
            plans=Count("pk"),
            organisations=Count("organisation", distinct=True),
            proposals=Count("pk", filter=Q(open_proposals__gt=0)),
        )
        return Totals(**counted)

    def state_q(self, state: str) -> Q:
        used = Q(withdrawn_on__isnull=True)
        issued = used & Q(current__isnull=False)
        return {
            "in_use": issued,
            "draft": used & Q(current__isnull=True),
            "overdue": overdue(self.today),
            "not_filed": issued & Q(filed=False),
            "proposals": used & Q(open_proposals__gt=0),
            "withdrawn": ~used,
        }.get(state, used)

    def narrowed(self, wanted: Filter) -> Any:
        plans = self.plans.filter(self.state_q(wanted.state))
        for name in ("kind", "hazard"):
            if value := getattr(wanted, name):
                plans = plans.filter(**{name: value})
        if wanted.division:
            plans = plans.filter(organisation__division__path__startswith=wanted.division.path)
        if wanted.q:
            plans = plans.filter(Q(title__icontains=wanted.q) | Q(organisation__name__icontains=wanted.q))
        return plans

    def sorted(self, wanted: Filter) -> Any:
        """What has no date stands last either way."""
        name = wanted.sort.removeprefix("-")
        keys = SORTS.get(name, SORTS[DEFAULT_SORT])
        turned = wanted.sort.startswith("-")
        first = [F(key).desc(nulls_last=True) if turned else F(key).asc(nulls_last=True) for key in keys]
        plans = self.narrowed(wanted).select_related("organisation")
        if name == "due":
            plans = plans.annotate(next_month=month_key("next_months"), next_day=ExtractDay("since"))
        return plans.order_by(*first, "pk")

    def rows(self, plans: Iterable[Any]) -> list[PlanRow]:
        plans = list(plans)
        versions = PlanVersion.objects.in_bulk([plan.current for plan in plans if plan.current])
        filings = last_by_plan(PlanFiling, plans, "version__number", "filed_on", "pk")
        evaluations = last_by_plan(PlanEvaluation, plans, "held_on", "pk")
        return [
            self.row(plan, versions.get(plan.current), filings.get(plan.pk), evaluations.get(plan.pk)) for plan in plans
        ]

    def row(self, plan: Any, version: Any, filing: Any, evaluation: Any) -> PlanRow:
        due = None
        if version is not None and plan.withdrawn_on is None:
            since = counted_from(version.issued_on, evaluation and evaluation.held_on)
            months = {force: getattr(plan, name) for force, name in MONTHS.items()}
            due = term(since, months, self.today, bureau=self.bureau)
        return PlanRow(plan, version, filing, evaluation, due)


def last_by_plan(model: Any, plans: Iterable[Any], *order: str) -> dict[int, Any]:
    rows = model.objects.standing().filter(version__plan__in=plans).select_related("version", "file")
    return {row.version.plan_id: row for row in rows.order_by(*order)}


def ledger(user: Any, *, now: datetime) -> Ledger:
    book, bureau = rulebook(now), sees_doubtful_rules(user)
    plans = with_terms(with_facts(EmergencyPlan.objects.visible_to(user, now)), book)
    forces = [name for force, name in MONTHS.items() if bureau or force != "doubtful"]
    return Ledger(plans.annotate(next_months=Coalesce(*forces)), book, bureau)


def with_facts(plans: QuerySet[EmergencyPlan]) -> Any:
    """Annotated with the version in use (`current`) and its day, whether it is `filed`, the last filing, evaluation and
    drill of the plan, how many proposals wait, and since when the next evaluation is counted."""
    issued = PlanVersion.objects.issued().filter(plan=OuterRef("pk")).order_by("-number")
    filings = PlanFiling.objects.standing().order_by("-filed_on")
    evaluations = PlanEvaluation.objects.standing().filter(version__plan=OuterRef("pk")).order_by("-held_on")
    drills = Drill.objects.counted().filter(plan_version__plan=OuterRef("pk")).order_by("-held_on")
    waiting = PlanRevisionProposal.objects.filter(plan=OuterRef("pk"), state=PlanRevisionProposal.State.OPEN)
    counted = waiting.order_by().values("plan").annotate(count=Count("pk")).values("count")
    facts = plans.annotate(
        current=Subquery(issued.values("pk")[:1]),
        issued_on=Subquery(issued.values("issued_on")[:1]),
        filed_on=Subquery(filings.filter(version__plan=OuterRef("pk")).values("filed_on")[:1]),
        evaluated_on=Subquery(evaluations.values("held_on")[:1]),
        drilled_on=Subquery(drills.values("held_on")[:1]),
        open_proposals=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
    )
    return facts.annotate(
        filed=Exists(PlanFiling.objects.standing().filter(version=OuterRef("current"))),
        since=Greatest("issued_on", Coalesce("evaluated_on", "issued_on")),
    )
