"""报送: the result of a drill in the bureau's box; received with a number, or given back with a reason."""

from datetime import datetime
from typing import Any

from django.db import transaction

from drills.models import Drill, Submission
from drills.numbering import next_receipt_number
from records.services import log

State = Submission.State
SENT_IN = (Drill.State.REPORTED, Drill.State.IMPROVING, Drill.State.CLOSED, Drill.State.ARCHIVED)


class CannotSubmit(Exception):
    """There is no result yet, or the record was withdrawn."""


class AlreadySubmitted(Exception):
    """It lies in the box, or has been received."""


class AlreadyDecided(Exception):
    """Somebody received it or gave it back before."""


class OwnSubmission(Exception):
    """Nobody receives what he sent himself."""


def can_be_submitted(drill: Drill) -> bool:
    """A simple record is reported as soon as it is written."""
    return drill.state in SENT_IN and drill.withdrawn_at is None


@transaction.atomic
def submit_drill(drill: Drill, *, note: str = "", by: Any, now: datetime) -> Submission:
    drill = Drill.objects.select_for_update().get(pk=drill.pk)
    if not can_be_submitted(drill):
        raise CannotSubmit
    if drill.submissions.filter(state__in=(State.SENT, State.RECEIVED)).exists():
        raise AlreadySubmitted
    submission = Submission.objects.create(drill=drill, note=note, sent_by=by, sent_at=now)
    log("drills.result_submitted", by=by, obj=drill, payload={"note": note}, now=now)
    return submission


@transaction.atomic
def receive_submission(submission: Submission, *, by: Any, now: datetime) -> Submission:
    """With the next number of the year: a gapless series, given only to who is first."""
    claim(submission, State.RECEIVED, by=by, now=now)
    submission.receipt = next_receipt_number(now)
    Submission.objects.filter(pk=submission.pk).update(receipt=submission.receipt)
    payload = {"receipt": submission.receipt}
    log("drills.result_received", by=by, obj=submission.drill, payload=payload, now=now)
    return submission


@transaction.atomic
def return_submission(submission: Submission, *, reason: str, by: Any, now: datetime) -> Submission:
    """退回补正: it can be sent again."""
    claim(submission, State.RETURNED, reason=reason, by=by, now=now)
    log("drills.result_returned", by=by, obj=submission.drill, payload={"reason": reason}, now=now)
    return submission


def claim(submission: Submission, state: str, *, by: Any, now: datetime, reason: str = "") -> None:
    if submission.sent_by_id == by.pk:
        raise OwnSubmission
    values = {"state": state, "decided_by": by, "decided_at": now, "reason": reason}
    if not Submission.objects.filter(pk=submission.pk, state=State.SENT).update(**values):
        raise AlreadyDecided
    for name, value in values.items():
        setattr(submission, name, value)
