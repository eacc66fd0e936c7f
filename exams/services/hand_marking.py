"""Who marks by hand, and what the markers give: each mark a row of the ledger, the answer settled by as many as the
exam asks for, and the sitting marked with its last answer. The ledger is the record of it; a line of the audit log is
written where somebody changes what a result rests on."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from exams import hand_rules as rules
from exams.models import Exam, HandAnswer, HandMark, Mark, MarkerAppointment, Sitting
from exams.queries.worth import counting, worth_of
from exams.services import marking
from people.models import User
from records.services import log


class MayNotMark(Exception):
    """The answer is his own, or others have settled it meanwhile."""


class NeedsReason(Exception):
    """The result is known: whoever changes his mark now says why."""


class AlreadyCandidate(Exception):
    """Whoever sits an exam does not mark it."""


# ── Markers ──────────────────────────────────────────────────────────────────
def appoint_marker(exam: Exam, person: User, *, by: User | None, now: datetime) -> MarkerAppointment:
    """Harmless again. Raises AlreadyCandidate."""
    if exam.candidates.filter(user=person, withdrawn_at=None).exists():
        raise AlreadyCandidate
    try:
        with transaction.atomic():
            made = MarkerAppointment.objects.create(exam=exam, user=person, appointed_by=by, appointed_at=now)
            log("exams.marker_appointed", by=by, obj=exam, payload={"marker": person.pk}, now=now)
            return made
    except IntegrityError:
        return MarkerAppointment.objects.get(exam=exam, user=person, ended_at=None)


@transaction.atomic
def end_appointment(appointment: MarkerAppointment, *, by: User | None, now: datetime) -> bool:
    """What was marked stays; False when it had ended already."""
    ended = MarkerAppointment.objects.filter(pk=appointment.pk, ended_at=None).update(ended_at=now)
    if ended:
        log("exams.marker_ended", by=by, obj=appointment.exam, payload={"marker": appointment.user_id}, now=now)
    return bool(ended)


# ── Marks ────────────────────────────────────────────────────────────────────
@transaction.atomic
def mark_answer(
    answer: HandAnswer, lines: Sequence[Decimal], *, comment: str, by: User, now: datetime, reason: str = ""
) -> HandMark:
    """The points of each line of the rubric. Sent again it is the mark there is; another one replaces it. Raises
    MayNotMark, NeedsReason, and ValueError for points that the rubric does not have."""
    sitting = marking.locked(answer.sitting_id)
    row = HandAnswer.objects.select_related("version").get(pk=answer.pk)
    check_lines(sitting, row, lines)
    before = latest_marks(row).get(by.pk)
    rubric = [str(points) for points in lines]
    if before and [Decimal(points) for points in before.rubric] == list(lines) and before.comment == comment:
        return before
    if sitting.candidate.user_id == by.pk or (before is None and row.points is not None):
        raise MayNotMark
    if sitting.state == Sitting.State.MARKED and not reason:
        raise NeedsReason
    mark = HandMark.objects.create(
        answer=row,
        points=sum(lines, Decimal(0)),
        rubric=rubric,
        comment=comment,
        reason=reason,
        by=by,
        recorded_at=now,
    )
    if reason:
        payload = {"sitting": sitting.pk, "slot": row.slot, "reason": reason}
        log("exams.hand_mark_changed", by=by, obj=mark, payload=payload, now=now)
    settle(sitting, row, mark, now)
    return mark


def check_lines(sitting: Sitting, answer: HandAnswer, lines: Sequence[Decimal]) -> None:
    most = most_of(sitting, answer)
    if len(lines) != len(most) or not all(0 <= given <= top for given, top in zip(lines, most, strict=True)):
        raise ValueError("the rubric has no such points")


def most_of(sitting: Sitting, answer: HandAnswer) -> list[Decimal]:
    """What each line of the rubric gives at most."""
    points = sitting.paper.slots[answer.slot]["points"]
    return rules.line_points(points, [int(line["share"]) for line in answer.version.answer])


def latest_marks(answer: HandAnswer) -> dict[int, HandMark]:
    """By marker, in the order in which they came to it."""
    latest: dict[int, HandMark] = {}
    for mark in answer.marks.order_by("pk"):
        latest[mark.by_id] = mark
    return latest


def settle(sitting: Sitting, answer: HandAnswer, mark: HandMark, now: datetime) -> None:
    exam = sitting.candidate.exam
    points = rules.settled(
        [Decimal(one.points) for one in latest_marks(answer).values()],
        points=sitting.paper.slots[answer.slot]["points"],
        markers=exam.markers,
        moderation_percent=exam.moderation_percent,
    )
    HandAnswer.objects.filter(pk=answer.pk).update(points=points)
    if points is None:
        marking.set_state(sitting, Sitting.State.BY_HAND)
        return
    finish(sitting, mark, now)


def finish(sitting: Sitting, mark: HandMark, now: datetime) -> Mark | None:
    """The mark of the whole sitting, once nothing of it waits any more."""
    worth = worth_of(sitting, counting(sitting))
    if worth.by_hand:
        return None
    marking.set_state(sitting, Sitting.State.MARKED)
    before = sitting.result
    if before is None:
        return marking.write_mark(sitting, worth, by=None, reason="", now=now)
    if (before.points, before.slots) == (worth.points, worth.slots):
        return before
    return marking.write_mark(sitting, worth, by=mark.by, reason=reason_of(sitting, mark, before), now=now)


def reason_of(sitting: Sitting, mark: HandMark, before: Mark) -> str:
    """The marker's own, or why the answer was marked again at all."""
    changed = HandMark.objects.filter(answer__sitting=sitting).exclude(reason="").order_by("-pk").first()
    return mark.reason or (changed.reason if changed else before.reason)
