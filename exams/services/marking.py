"""Marks: a ledger of which the latest row is in force. The machine writes one for each sitting, people the others."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from exams import sitting_rules as rules
from exams.models import AnswerEvent, Mark, QuestionVersion, Sitting
from exams.signals import sitting_marked
from people.models import User
from records.services import log


class NotMarkable(Exception):
    """The sitting is still open, or is not marked yet, or the answers are not its late ones."""


@transaction.atomic
def mark_sitting(pk: int, *, now: datetime) -> Mark:
    """Once: whoever comes second is given the mark there is. Raises NotMarkable while the sitting is open."""
    if not Sitting.objects.filter(pk=pk, state=Sitting.State.SUBMITTED).update(state=Sitting.State.MARKED):
        found = Mark.objects.filter(sitting=pk, by=None).first()
        if found is None:
            raise NotMarkable
        return found
    sitting = with_paper(pk)
    return write_mark(sitting, worth_of(sitting), by=None, reason="", now=now)


def with_paper(pk: int) -> Sitting:
    return Sitting.objects.select_related("paper", "candidate__exam").get(pk=pk)


def worth_of(sitting: Sitting, admitted: Iterable[AnswerEvent] = ()) -> rules.Worth:
    """What the answers that count are worth, with the late ones that an examiner admits."""
    slots = sitting.paper.slots
    answers = dict(sitting.answers.values_list("slot", "given")) | {event.slot: event.given for event in admitted}
    versions = QuestionVersion.objects.filter(pk__in=[slot["version"] for slot in slots])
    keys = dict(versions.values_list("pk", "answer"))
    return rules.mark(slots, answers, keys, sitting.candidate.exam.pass_percent)


def write_mark(sitting: Sitting, worth: rules.Worth, *, by: User | None, reason: str, now: datetime) -> Mark:
    mark = Mark.objects.create(
        sitting=sitting,
        points=worth.points,
        total_points=worth.total_points,
        passed=worth.passed,
        slots=worth.slots,
        by=by,
        reason=reason,
        recorded_at=now,
    )
    sitting_marked.send(sender=Sitting, sitting=sitting, mark=mark)
    return mark


@transaction.atomic
def admit_late(events: Collection[AnswerEvent], *, reason: str, by: User, now: datetime) -> Mark:
    """An examiner lets late answers of one marked sitting count: a new mark with his name and reason. The journal and
    what was saved in time stay as they were."""
    sittings = {event.sitting_id for event in events}
    if len(sittings) != 1 or any(event.verdict != AnswerEvent.Verdict.LATE for event in events):
        raise NotMarkable
    sitting = (
        Sitting.objects.select_for_update(of=("self",))
        .select_related("paper", "candidate__exam")
        .get(pk=sittings.pop())
    )
    if sitting.state != Sitting.State.MARKED:
        raise NotMarkable
    admitted = sorted(events, key=lambda event: event.pk)
    mark = write_mark(sitting, worth_of(sitting, admitted), by=by, reason=reason, now=now)
    payload = {"sitting": sitting.pk, "events": [event.pk for event in admitted], "reason": reason}
    log("exams.late_answers_admitted", by=by, obj=mark, payload=payload, now=now)
    return mark
