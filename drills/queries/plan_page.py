"""Everything that the page of one plan tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from drills.models import (
    Drill,
    EmergencyPlan,
    PlanEvaluation,
    PlanFiling,
    PlanRevisionProposal,
    PlanVersion,
)
from drills.permissions import versions_viewed_by
from drills.queries.plan_terms import Obligation, obligations
from drills.queries.plans import PlanRow, ledger


@dataclass(frozen=True)
class PlanPage:
    row: PlanRow  # as the ledger tells it
    versions: list[Any]  # the newest first, each with `clause_count` and `drill_count`
    draft: PlanVersion | None
    clauses: list[Any]  # of the version in use
    filings: list[PlanFiling]
    evaluations: list[PlanEvaluation]
    proposals: list[PlanRevisionProposal]
    obligations: list[Obligation]
    drills: Any

    @property
    def open_proposals(self) -> bool:
        return self.row.plan.open_proposals > 0


def page_of(plan: EmergencyPlan, user: Any, *, now: datetime) -> PlanPage:
    book = ledger(user, now=now)
    row = book.rows(book.plans.filter(pk=plan.pk))[0]
    counted = {"clause_count": Count("clauses", distinct=True), "drill_count": Count("drills", distinct=True)}
    seen = versions_viewed_by(user).filter(plan=plan).annotate(**counted)
    versions = list(seen.select_related("file").order_by("-number"))
    related = ("version", "file", "recorded_by", "withdrawn_by")
    return PlanPage(
        row=row,
        versions=versions,
        draft=next((version for version in versions if version.issued_at is None), None),
        clauses=list(row.version.clauses.all()) if row.version else [],
        filings=list(PlanFiling.objects.filter(version__plan=plan).select_related(*related)),
        evaluations=list(PlanEvaluation.objects.filter(version__plan=plan).select_related(*related)),
        proposals=list(plan.proposals.select_related("clause__version", "finding__drill", "accepted_in")),
        obligations=obligations(plan, row.plan.since, book.book, bureau=book.bureau),
        drills=Drill.objects.visible_to(user, now)
        .filter(plan_version__plan=plan, withdrawn_at__isnull=True)
        .select_related("plan_version", "organisation")
        .order_by("-starts_at", "-pk"),
    )
