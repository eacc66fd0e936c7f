"""From draft to approved and back: submit, decide, take back, call off. Each decision leaves a row."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from drills import readiness_rules as rules
from drills.models import Approval, Drill, Participation
from drills.numbering import next_drill_number
from drills.permissions import can_approve_drill
from drills.queries.readiness import facts_of
from drills.readiness_rules import verdicts
from drills.services import readiness
from drills.services.states import CannotMove, move

State, Decision = Drill.State, Approval.Decision


class NotSubmittable(Exception):
    """Nobody could decide on it as it stands; `problems` say what is missing, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@transaction.atomic
def submit_drill(drill: Drill, *, by: Any, now: datetime) -> None:
    """From now on it is not changed. Raises NotSubmittable, or CannotMove when it is no draft any more."""
    problems = what_is_missing(drill, now=now)
    if problems:
        raise NotSubmittable(problems)
    move(drill, State.IN_REVIEW, by=by, now=now, action="drills.drill_submitted")
    decide(drill, Decision.SUBMITTED, by=by, now=now)


@transaction.atomic
def approve_drill(drill: Drill, *, by: Any, now: datetime) -> None:
    """It gets its number, unless it was approved before, and its readiness list."""
    if not can_approve_drill(by, drill):
        raise PermissionDenied
    number = drill.number or next_drill_number(now)
    move(drill, State.APPROVED, by=by, now=now, action="drills.drill_approved", number=number)
    decide(drill, Decision.APPROVED, by=by, now=now)
    readiness.add_lines(drill)


@transaction.atomic
def return_drill(drill: Drill, *, reason: str, by: Any, now: datetime) -> None:
    """Back to its planner, who reads the reason. Raises CannotMove when it is not in review any more."""
    if not can_approve_drill(by, drill):
        raise PermissionDenied
    if drill.state != State.IN_REVIEW:
        raise CannotMove(drill, State.DRAFT)
    move(drill, State.DRAFT, by=by, now=now, action="drills.drill_returned", payload={"reason": reason})
    decide(drill, Decision.RETURNED, reason=reason, by=by, now=now)


@transaction.atomic
def withdraw_drill(drill: Drill, *, reason: str, by: Any, now: datetime) -> None:
    """The planner wants to change it: what was submitted, approved or ready is a draft again, and nothing that was
    checked counts any more. It keeps its number."""
    move(drill, State.DRAFT, by=by, now=now, action="drills.drill_withdrawn", payload={"reason": reason})
    decide(drill, Decision.WITHDRAWN, reason=reason, by=by, now=now)
    readiness.forget_lines(drill)


@transaction.atomic
def cancel_drill(drill: Drill, *, reason: str, by: Any, now: datetime) -> None:
    """Called off before it ran. Raises CannotMove when it has begun."""
    move(drill, State.CANCELLED, by=by, now=now, action="drills.drill_cancelled", payload={"reason": reason})
    decide(drill, Decision.CANCELLED, reason=reason, by=by, now=now)


def decide(drill: Drill, decision: str, *, by: Any, now: datetime, reason: str = "") -> Approval:
    return Approval.objects.create(drill=drill, decision=decision, reason=reason, by=by, at=now)


# ── What is missing ──────────────────────────────────────────────────────────
def what_is_missing(drill: Drill, *, now: datetime) -> list[str]:
    """Empty when somebody can decide on it. What the approval freezes must be whole by then, or the readiness list
    would ask for it in vain; who is still to be named may be named later, except the director."""
    facts, events = facts_of(drill), drill.events.exists()
    answers = verdicts(facts)
    alone, unanswered = facts.without_action if events else (), facts.without_responsible
    told: dict[str, Any] = {
        _("The beginning lies in the past: choose a later one."): drill.starts_at <= now,
        _("Choose the version of the emergency plan."): not answers[rules.PLAN].passed,
        _("Write at least one objective: who does what, to which standard."): not facts.objectives,
        _("Write the table of events: at least one message or expected action."): not events,
        _("Give each of these objectives an expected action: %(names)s") % joined(alone): alone,
        _("Say who answers for the expected actions of the events %(names)s") % joined(unanswered): unanswered,
        _("Name the exercise director: exactly one person."): Participation.Role.DIRECTOR in facts.roles_missing,
        _("Write the safety plan: dangers, who watches, when to stop."): not answers[rules.SAFETY_PLAN].passed,
    }
    return [problem for problem, missing in told.items() if missing]


def joined(names: tuple[str, ...]) -> dict[str, str]:
    return {"names": "；".join(names)}
