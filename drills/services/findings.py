"""What a drill has shown: written down until its report is final, and carried into the plan where it is serious."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from drills.models import Drill, DrillReport, Finding, PlanRevisionProposal, RunEvent
from drills.services import plans
from records.services import log

#: When something can have been shown and may still be added.
OPEN_IN = (
    Drill.State.ENDED,
    Drill.State.EVALUATING,
    Drill.State.REPORTED,
    Drill.State.IMPROVING,
    Drill.State.ABORTED,
)


class FindingsFixed(Exception):
    """The report is final, or the drill is not (or no longer) at the point: a new version of the report opens them."""


class FindingInUse(Exception):
    """It has corrective actions or has opened the revision of a plan: it is put right, not taken away."""


def findings_open(drill: Drill) -> bool:
    """No report whose newest version is final: what it prints must stay what stands here."""
    if drill.state not in OPEN_IN or drill.withdrawn_at is not None:
        return False
    newest = dict(drill.reports.order_by("kind", "version").values_list("kind", "state"))
    return DrillReport.State.FROZEN not in newest.values()


@transaction.atomic
def save_finding(finding: Finding, *, evidence: Iterable[RunEvent] = (), by: Any, now: datetime) -> Finding:
    """Write it down or change it. A serious problem of the plan opens the plan's revision, once."""
    hold(finding.drill)
    new = finding.pk is None
    if new:
        finding.created_by, finding.created_at = by, now
    finding.save()
    finding.evidence.set(evidence)
    log("drills.finding_recorded" if new else "drills.finding_changed", by=by, obj=finding, now=now)
    if asks_for_revision(finding):
        plans.open_proposal(finding, by=by, now=now)
    return finding


@transaction.atomic
def remove_finding(finding: Finding, *, by: Any, now: datetime) -> None:
    hold(finding.drill)
    if finding.actions.exists() or opened_revision(finding):
        raise FindingInUse
    log("drills.finding_removed", by=by, obj=finding, payload={"text": finding.text}, now=now)
    finding.delete()


def hold(drill: Drill) -> None:
    """Until commit nobody finishes a report of this drill; raises FindingsFixed where somebody has."""
    if not findings_open(Drill.objects.select_for_update().get(pk=drill.pk)):
        raise FindingsFixed


def asks_for_revision(finding: Finding) -> bool:
    return (
        finding.kind == Finding.Kind.GAP
        and finding.element == Finding.Element.PLAN
        and finding.severity == Finding.Severity.SERIOUS
    )


def opened_revision(finding: Finding) -> bool:
    return PlanRevisionProposal.objects.filter(finding=finding).exists()
