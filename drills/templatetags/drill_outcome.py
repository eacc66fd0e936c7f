"""`{% load drill_outcome %}`: the looks of findings, actions, reports and submissions."""

from datetime import date, datetime
from typing import Any

from django import template

from drills.models import CorrectiveAction, DrillReport, Finding, Submission
from drills.queries.submissions import waiting_days
from ui.clock import local

register = template.Library()

Action = CorrectiveAction.State
ACTION_TAGS = {
    Action.IN_PROGRESS: "tag-wait",
    Action.SUBMITTED: "tag-wait",
    Action.RETURNED: "tag-late",
    Action.VERIFIED: "tag-ok",
    Action.CLOSED: "tag-ok",
    Action.CANCELLED: "tag-off",
}


@register.filter
def action_tag(state: str) -> str:
    return ACTION_TAGS.get(Action(state), "")


@register.filter
def late(action: CorrectiveAction, day: date) -> bool:
    return action.is_overdue(day)


@register.filter
def days_late(action: CorrectiveAction, day: date) -> int:
    return (day - action.due_on).days


@register.filter
def severity_tag(severity: str) -> str:
    return {Finding.Severity.SERIOUS: "tag-danger", Finding.Severity.MAJOR: "tag-late"}.get(
        Finding.Severity(severity), ""
    )


@register.filter
def proposal_of(finding: Finding) -> Any:
    """The revision it has opened, or None."""
    return getattr(finding, "proposal", None)


@register.filter(expects_localtime=False)
def second(value: datetime) -> str:
    """09:40:07, on the county's clock."""
    return f"{local(value):%H:%M:%S}"


@register.filter
def report_tag(state: str) -> str:
    return "tag-ok" if state == DrillReport.State.FROZEN else "tag-wait"


@register.filter
def submission_tag(state: str) -> str:
    tags = {Submission.State.RECEIVED: "tag-ok", Submission.State.RETURNED: "tag-late"}
    return tags.get(Submission.State(state), "tag-wait")


@register.filter
def waiting(submission: Submission, day: date) -> int:
    return waiting_days(submission, day)
