"""When everything a programme asks is done, its enrolment is completed once and its certificate issued once."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import override, pgettext

from exams.models import Candidate
from exams.queries.results import Outcome, State
from exams.services.certificates import PRINTED_IN, CertificateContent, issue_certificate
from learning.models import Enrolment
from learning.queries.standing import outcomes_of
from learning.queries.time import Progress, progress_of
from learning.standing import is_complete, last_valid_day, reaches_hours
from records.services import log
from ui.clock import local_day


@transaction.atomic
def review_enrolment(enrolment: Enrolment, *, now: datetime) -> bool:
    """Look whether something has been reached; True when this call completed it. Harmless at any time and twice."""
    # The row is held while we look: of two who write the last lesson and the mark at once, the second sees both.
    there = Enrolment.objects.select_for_update().filter(pk=enrolment.pk, completed_at=None, withdrawn_at=None)
    if not list(there.values_list("pk")):
        return False
    programme = enrolment.programme
    progress = progress_of([enrolment])[enrolment.pk]
    reached = reaches_hours(progress.credited_seconds, programme.required_hours, programme.minutes_per_hour)
    outcome = outcome_in_exam(enrolment, now)
    if reached:
        note_hours(enrolment, now)
    complete = is_complete(
        hours_reached=reached or enrolment.hours_reached_at is not None,
        lessons_left=progress.lessons_total - progress.lessons_done,
        exam=programme.exam_id is not None,
        exam_passed=outcome is not None and outcome.state == State.PASSED,
    )
    return complete and complete_enrolment(enrolment, progress, outcome, now=now)


def outcome_in_exam(enrolment: Enrolment, now: datetime) -> Outcome | None:
    exam = enrolment.programme.exam_id
    return outcomes_of([exam], [enrolment.user_id], now).get((exam, enrolment.user_id)) if exam else None


def note_hours(enrolment: Enrolment, now: datetime) -> None:
    if Enrolment.objects.filter(pk=enrolment.pk, hours_reached_at__isnull=True).update(hours_reached_at=now):
        enrolment.hours_reached_at = now


def complete_enrolment(enrolment: Enrolment, progress: Progress, outcome: Outcome | None, *, now: datetime) -> bool:
    """The conditional update lets one of several callers through; the certificate stands in the same transaction."""
    claimed = Enrolment.objects.filter(pk=enrolment.pk, completed_at__isnull=True, withdrawn_at__isnull=True).update(
        completed_at=now
    )
    if not claimed:
        return False
    enrolment.completed_at = now
    log("learning.enrolment_completed", obj=enrolment, now=now)
    if enrolment.programme.certificate_kind:
        content = certificate_content(enrolment, progress, outcome, now=now)
        enrolment.certificate = issue_certificate(content, by=None, now=now)
        enrolment.save(update_fields=["certificate"])
    return True


def certificate_content(
    enrolment: Enrolment, progress: Progress, outcome: Outcome | None, *, now: datetime
) -> CertificateContent:
    programme, duty = enrolment.programme, enrolment.programme.duty
    with override(PRINTED_IN):
        online = pgettext("how it was taught", "Online")
    return CertificateContent(
        source=f"learning.enrolment:{enrolment.pk}",
        kind=programme.certificate_kind,
        user=enrolment.user,
        organisation=enrolment.organisation,
        programme=programme.title,
        issuer=programme.organisation,
        category=duty.subject if duty else "",
        required_hours=programme.required_hours or None,
        earned_hours=progress.hours,
        score=outcome.points if outcome else None,
        pass_mark=pass_mark(programme.exam, outcome) if outcome else None,
        total_points=outcome.total_points if outcome else None,
        mode=online,
        rule_note=duty.citation(PRINTED_IN) if duty and duty.verified else "",
        valid_until=last_valid_day(local_day(now), programme.certificate_months),
    )


def pass_mark(exam: Any, outcome: Outcome) -> int | None:
    """In points, rounded up: 80 % of 99 asks for 80."""
    return None if outcome.total_points is None else -(-outcome.total_points * exam.pass_percent // 100)


def waiting_for(candidate: Candidate) -> QuerySet[Enrolment]:
    """What this person does that asks for this exam and is not done."""
    waiting = Enrolment.objects.current().filter(
        programme__exam=candidate.exam_id, user=candidate.user_id, completed_at__isnull=True
    )
    return waiting.select_related("programme__exam", "programme__duty", "programme__organisation", "user")
