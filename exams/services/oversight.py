"""What an invigilator does while an exam is sat, and what is decided about it afterwards."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from exams.models import Candidate, Exam, Incident, PatternReview, Sitting
from people.models import User
from records.services import log


# ── Pausing ──────────────────────────────────────────────────────────────────
@transaction.atomic
def pause(sittings: Any, *, reason: str, by: User, now: datetime) -> int:
    """Stop the clock of these sittings; how many. Who is paused, over or handed in already stays as he is. What a page
    saves in the meantime is accepted: it was answered before the page heard of the pause."""
    running = sittings.filter(state=Sitting.State.OPEN, paused_at=None, deadline__gt=now)
    rows = locked(running)
    Sitting.objects.filter(pk__in=list(rows)).update(paused_at=now)
    write_log("exams.sittings_paused", rows, {"reason": reason}, by, now)
    return len(rows)


@transaction.atomic
def resume(sittings: Any, *, by: User, now: datetime) -> int:
    """The clock goes on, and the deadline moves by exactly the time of the pause; how many."""
    rows = locked(sittings.filter(state=Sitting.State.OPEN, paused_at__isnull=False))
    for since in {paused_at for paused_at, _exam in rows.values()}:
        some = [pk for pk, (paused_at, _exam) in rows.items() if paused_at == since]
        Sitting.objects.filter(pk__in=some).update(deadline=F("deadline") + (now - since), paused_at=None)
    write_log("exams.sittings_resumed", rows, {}, by, now)
    return len(rows)


def locked(sittings: Any) -> dict[int, tuple[Any, int]]:
    """Pause and exam by the number of the sitting; saves wait until the transaction is over."""
    pks = list(sittings.order_by("pk").values_list("pk", flat=True))
    held = Sitting.objects.select_for_update(of=("self",)).filter(pk__in=pks, state=Sitting.State.OPEN).order_by("pk")
    return {pk: (paused_at, exam) for pk, paused_at, exam in held.values_list("pk", "paused_at", "candidate__exam")}


def write_log(action: str, rows: dict[int, tuple[Any, int]], payload: dict[str, Any], by: User, now: datetime) -> None:
    for exam in Exam.objects.filter(pk__in={exam for _paused_at, exam in rows.values()}):
        theirs = [pk for pk, (_paused_at, of) in rows.items() if of == exam.pk]
        log(action, by=by, obj=exam, payload={**payload, "sittings": theirs}, now=now)


# ── Annulling ────────────────────────────────────────────────────────────────
@transaction.atomic
def annul(sitting: Sitting, *, reason: str, uses_attempt: bool, by: User, now: datetime) -> bool:
    """It counts for nothing any more; its answers, journal and marks stay on record. False when it was annulled
    before."""
    there = Sitting.objects.select_for_update().exclude(state=Sitting.State.ANNULLED).filter(pk=sitting.pk).first()
    if there is None:
        return False
    there.state, there.submitted_at = Sitting.State.ANNULLED, there.submitted_at or now
    there.annulled_at, there.annulled_by, there.annul_reason = now, by, reason
    there.uses_attempt = uses_attempt
    there.save(update_fields=["state", "submitted_at", "annulled_at", "annulled_by", "annul_reason", "uses_attempt"])
    payload = {"sitting": sitting.pk, "reason": reason, "uses_attempt": uses_attempt}
    log("exams.sitting_annulled", by=by, obj=sitting, payload=payload, now=now)
    return True


# ── Notes ────────────────────────────────────────────────────────────────────
@transaction.atomic
def record_incident(exam: Exam, text: str, *, candidate: Candidate | None, by: User, now: datetime) -> Incident:
    incident = Incident.objects.create(exam=exam, candidate=candidate, text=text, by=by, at=now)
    log("exams.incident_recorded", by=by, obj=exam, payload={"incident": incident.pk}, now=now)
    return incident


@transaction.atomic
def review_pattern(exam: Exam, pattern: str, *, decision: str, note: str, by: User, now: datetime) -> PatternReview:
    review = PatternReview.objects.create(exam=exam, pattern=pattern, decision=decision, note=note, by=by, at=now)
    payload = {"pattern": pattern, "decision": decision, "note": note}
    log("exams.pattern_reviewed", by=by, obj=exam, payload=payload, now=now)
    return review
