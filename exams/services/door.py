"""What is decided at the door of an exam on site: who came in, and whether his identity was checked."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from exams.models import Arrival, Candidate, Exam
from exams.services.exams import ExamFault, WrongState, admit
from exams.services.halls import held, seat_one
from people.models import Membership, User
from records.services import log


class NotAdmitted(ExamFault):
    def __init__(self) -> None:
        super().__init__(_("This person is no candidate any more: admit the person as a walk-in first."))


class KnownAlready(ExamFault):
    def __init__(self) -> None:
        super().__init__(_("This person is a candidate already: look the person up on the list."))


@transaction.atomic
def let_in(candidate: Candidate, *, verified: bool, by: User, now: datetime) -> bool:
    """Somebody comes in, his identity checked or not; a check may follow later and is never taken back by a second
    tap. False: it stood like that already."""
    if candidate.exam.state != Exam.State.PUBLISHED:
        raise WrongState(candidate.exam)
    if Candidate.objects.filter(pk=candidate.pk).exclude(withdrawn_at=None).exists():
        raise NotAdmitted
    _arrival, new = Arrival.objects.get_or_create(candidate=candidate, defaults={"arrived_at": now, "let_in_by": by})
    checked = verified and bool(
        Arrival.objects.filter(candidate=candidate, verified_at=None).update(verified_at=now, verified_by=by)
    )
    if checked:
        log("exams.identity_checked", by=by, obj=candidate, now=now)
    elif new:
        log("exams.let_in_unchecked", by=by, obj=candidate, payload={"walk_in": False}, now=now)
    return new or checked


@transaction.atomic
def walk_in(membership: Membership, exam: Exam, *, by: User, now: datetime) -> Candidate:
    """Somebody who was no candidate becomes one at the door, his identity not checked, with the first free seat.
    Raises KnownAlready."""
    held(exam)
    if exam.state != Exam.State.PUBLISHED:
        raise WrongState(exam)
    if not admit(exam, [membership], by=by, now=now):
        raise KnownAlready
    candidate = Candidate.objects.select_related("exam").get(exam=exam, user=membership.user_id)
    _arrival, new = Arrival.objects.get_or_create(
        candidate=candidate, defaults={"arrived_at": now, "let_in_by": by, "walk_in": True}
    )
    seat_one(candidate)
    if new:
        log("exams.let_in_unchecked", by=by, obj=candidate, payload={"walk_in": True}, now=now)
    return candidate
