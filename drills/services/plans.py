"""An emergency plan from its first draft until it is used no more: its head, what authorities and evaluators said of
it, and what drills propose to revise. What a version says is written in `plan_versions`."""

from datetime import datetime
from typing import Any

from django.db import transaction

from drills.models import EmergencyPlan, Finding, PlanEvaluation, PlanFiling, PlanRevisionProposal, PlanVersion
from drills.plan_papers import Paper
from records.models import PrivateFile
from records.services import log, store_private
from ui.clock import local_day

PAPER = "drills.plan"  # the kind of private file


class NotInUse(Exception):
    """The plan is used no more."""


class NotIssued(Exception):
    """A draft is neither filed nor evaluated."""


class AlreadyDecided(Exception):
    """Somebody accepted or refused the proposal before."""


class WrongVersion(Exception):
    """The version is of another plan, or older than what the proposal is about."""


# ── The head ─────────────────────────────────────────────────────────────────
@transaction.atomic
def create_plan(
    plan: EmergencyPlan, version: PlanVersion, *, paper: Paper | None = None, by: Any, now: datetime
) -> EmergencyPlan:
    """With its first version, a draft."""
    plan.created_by, plan.created_at = by, now
    plan.save()
    version.plan, version.number, version.file = plan, 1, keep(paper, by=by)
    version.save()
    log("drills.plan_created", by=by, obj=plan, now=now)
    return plan


@transaction.atomic
def edit_plan(plan: EmergencyPlan, *, by: Any, now: datetime) -> EmergencyPlan:
    """The instance carries what stands at its head. Raises NotInUse."""
    if not EmergencyPlan.objects.in_use().select_for_update().filter(pk=plan.pk).exists():
        raise NotInUse
    plan.save(update_fields=["organisation", "kind", "title", "hazard"])
    log("drills.plan_edited", by=by, obj=plan, now=now)
    return plan


@transaction.atomic
def withdraw_plan(plan: EmergencyPlan, *, reason: str, by: Any, now: datetime) -> bool:
    """不再使用: it stays on record with everything held under it. False: it was withdrawn before."""
    day = local_day(now)
    withdrawn = EmergencyPlan.objects.in_use().filter(pk=plan.pk).update(withdrawn_on=day, withdrawn_reason=reason)
    if withdrawn:
        plan.withdrawn_on, plan.withdrawn_reason = day, reason
        log("drills.plan_withdrawn", by=by, obj=plan, payload={"reason": reason}, now=now)
    return bool(withdrawn)


def keep(paper: Paper | None, *, by: Any) -> PrivateFile | None:
    if paper is None:
        return None
    return store_private(PAPER, paper.name, paper.content, by=by, content_type=paper.content_type)


# ── Filings and evaluations ──────────────────────────────────────────────────
def record_filing(filing: PlanFiling, *, paper: Paper | None = None, by: Any, now: datetime) -> PlanFiling:
    return record(filing, "drills.plan_filed", paper=paper, by=by, now=now)


def record_evaluation(
    evaluation: PlanEvaluation, *, paper: Paper | None = None, by: Any, now: datetime
) -> PlanEvaluation:
    return record(evaluation, "drills.plan_evaluated", paper=paper, by=by, now=now)


@transaction.atomic
def record(row: Any, action: str, *, paper: Paper | None, by: Any, now: datetime) -> Any:
    version = PlanVersion.objects.issued().select_related("plan").filter(pk=row.version_id).first()
    if version is None:
        raise NotIssued
    row.file, row.recorded_by, row.recorded_at = keep(paper, by=by), by, now
    row.save(force_insert=True)
    log(action, by=by, obj=version.plan, payload={"version": version.number, "row": row.pk}, now=now)
    return row


def withdraw_filing(filing: PlanFiling, *, reason: str, by: Any, now: datetime) -> bool:
    return withdraw_record(filing, "drills.plan_filing_withdrawn", reason=reason, by=by, now=now)


def withdraw_evaluation(evaluation: PlanEvaluation, *, reason: str, by: Any, now: datetime) -> bool:
    return withdraw_record(evaluation, "drills.plan_evaluation_withdrawn", reason=reason, by=by, now=now)


@transaction.atomic
def withdraw_record(row: Any, action: str, *, reason: str, by: Any, now: datetime) -> bool:
    """Entered by mistake: it stays and counts no longer. False: it was withdrawn before."""
    standing = type(row).objects.standing().filter(pk=row.pk)
    withdrawn = standing.update(withdrawn_at=now, withdrawn_by=by, withdrawn_reason=reason)
    if withdrawn:
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = now, by, reason
        log(action, by=by, obj=row.version.plan, payload={"row": row.pk, "reason": reason}, now=now)
    return bool(withdrawn)


# ── Proposals to revise ──────────────────────────────────────────────────────
@transaction.atomic
def open_proposal(finding: Finding, *, by: Any, now: datetime) -> PlanRevisionProposal | None:
    """For a serious problem that a drill has shown in the plan it was held under; once, however often it is asked. None
    where the drill was held under no plan."""
    clause = finding.clause
    version = clause.version if clause else finding.drill.plan_version
    if version is None:
        return None
    told = {"plan": version.plan, "clause": clause, "text": finding.text, "created_by": by, "created_at": now}
    proposal, new = PlanRevisionProposal.objects.get_or_create(finding=finding, defaults=told)
    if new:
        log_proposal(proposal, "drills.plan_proposal_opened", by=by, now=now)
    return proposal


@transaction.atomic
def propose(proposal: PlanRevisionProposal, *, by: Any, now: datetime) -> PlanRevisionProposal:
    """By hand: the instance carries plan, text and maybe a clause of that plan."""
    if proposal.clause is not None and proposal.clause.version.plan_id != proposal.plan_id:
        raise WrongVersion
    proposal.created_by, proposal.created_at = by, now
    proposal.save(force_insert=True)
    log_proposal(proposal, "drills.plan_proposal_opened", by=by, now=now)
    return proposal


def versions_for(proposal: PlanRevisionProposal) -> Any:
    """Into which it may have been taken: the draft, and whatever was issued after the text it is about."""
    versions = proposal.plan.versions.all()
    held = proposal.finding.drill.plan_version if proposal.finding else None
    origin = proposal.clause.version if proposal.clause else held
    if origin is not None and origin.plan_id == proposal.plan_id:
        return versions.filter(number__gt=origin.number)
    return versions.exclude(issued_at__lt=proposal.created_at)


@transaction.atomic
def accept_proposal(proposal: PlanRevisionProposal, version: PlanVersion, *, by: Any, now: datetime) -> None:
    """Taken into this version, a draft or an issued one. Raises WrongVersion or AlreadyDecided."""
    if not versions_for(proposal).filter(pk=version.pk).exists():
        raise WrongVersion
    decide(proposal, PlanRevisionProposal.State.ACCEPTED, accepted_in=version, by=by, now=now)
    log_proposal(proposal, "drills.plan_proposal_accepted", by=by, now=now, version=version.number)


@transaction.atomic
def refuse_proposal(proposal: PlanRevisionProposal, *, reason: str, by: Any, now: datetime) -> None:
    decide(proposal, PlanRevisionProposal.State.REFUSED, reason=reason, by=by, now=now)
    log_proposal(proposal, "drills.plan_proposal_refused", by=by, now=now, reason=reason)


def decide(proposal: PlanRevisionProposal, state: str, *, by: Any, now: datetime, **columns: Any) -> None:
    decision = {"state": state, "decided_by": by, "decided_at": now, **columns}
    open_ = PlanRevisionProposal.objects.filter(pk=proposal.pk, state=PlanRevisionProposal.State.OPEN)
    if open_.update(**decision) != 1:
        raise AlreadyDecided
    for name, value in decision.items():
        setattr(proposal, name, value)


def log_proposal(proposal: PlanRevisionProposal, action: str, *, by: Any, now: datetime, **payload: Any) -> None:
    log(action, by=by, obj=proposal.plan, payload={"proposal": proposal.pk, **payload}, now=now)
