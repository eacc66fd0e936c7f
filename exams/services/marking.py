"""Marks: a ledger of which the latest row is in force. The machine writes one for each sitting, people the others."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from exams.models import AnswerEvent, HandAnswer, KeyCorrection, Mark, Sitting
from exams.queries.worth import admitted_before, counting, text_of, worth_of
from exams.signals import sitting_marked
from people.models import User
from records.services import log


class NotMarkable(Exception):
    """The sitting is still open, or is not marked yet, or the answers are not its late ones."""


class Annulled(NotMarkable):
    """The sitting was annulled before it was marked."""


@transaction.atomic
def mark_sitting(pk: int, *, now: datetime) -> Mark | None:
    """Once: whoever comes second is given the mark there is. None while people have to mark some of the answers.
    Raises NotMarkable while the sitting is open."""
    if not Sitting.objects.filter(pk=pk, state=Sitting.State.SUBMITTED).update(state=Sitting.State.MARKED):
        return marked_before(pk)
    sitting = with_paper(pk)
    answers = counting(sitting)
    worth = worth_of(sitting, answers)
    if worth.by_hand:
        hand_out(sitting, worth.by_hand, answers)
        return None
    return write_mark(sitting, worth, by=None, reason="", now=now)


def marked_before(pk: int) -> Mark | None:
    found = Mark.objects.filter(sitting=pk, by=None).first()
    if found is None:
        state = Sitting.objects.values_list("state", flat=True).get(pk=pk)
        if state == Sitting.State.ANNULLED:
            raise Annulled
        if state != Sitting.State.BY_HAND:
            raise NotMarkable
    return found


def with_paper(pk: int) -> Sitting:
    return Sitting.objects.select_related("paper", "candidate__exam").get(pk=pk)


def locked(pk: int) -> Sitting:
    """Whoever changes the marks of one sitting waits here for the others."""
    sittings = Sitting.objects.select_for_update(of=("self",)).select_related("paper", "candidate__exam")
    return sittings.get(pk=pk)


# ── People mark ──────────────────────────────────────────────────────────────
def hand_out(sitting: Sitting, slots: Iterable[int], answers: Mapping[int, Sequence[Any]]) -> None:
    """These answers wait for markers, and the sitting with them."""
    waiting = [
        HandAnswer(
            sitting=sitting,
            slot=slot,
            version_id=sitting.paper.slots[slot]["version"],
            text=text_of(answers, slot),
            code=HandAnswer.code_of(sitting.pk, slot, text_of(answers, slot)),
        )
        for slot in slots
    ]
    HandAnswer.objects.bulk_create(waiting, ignore_conflicts=True)
    set_state(sitting, Sitting.State.BY_HAND)


def set_state(sitting: Sitting, state: str) -> None:
    sitting.state = state
    sitting.save(update_fields=["state"])


# ── The ledger ───────────────────────────────────────────────────────────────
def write_mark(
    sitting: Sitting,
    worth: Any,
    *,
    by: User | None,
    reason: str,
    now: datetime,
    admitted: Iterable[int] = (),
    correction: KeyCorrection | None = None,
) -> Mark:
    """`worth` tells points, passed and the points of each slot; the late answers that counted go on counting."""
    mark = Mark.objects.create(
        sitting=sitting,
        points=worth.points,
        total_points=sitting.paper.total_points,
        passed=worth.passed,
        slots=worth.slots,
        by=by,
        reason=reason,
        admitted=[*admitted_before(sitting), *admitted],
        correction=correction,
        recorded_at=now,
    )
    sitting_marked.send(sender=Sitting, sitting=sitting, mark=mark)
    return mark


@transaction.atomic
def admit_late(events: Collection[AnswerEvent], *, reason: str, by: User, now: datetime) -> Mark:
    """An examiner lets late answers of one marked sitting count: a new mark with his name and reason. The journal and
    what was saved in time stay as they were. A written answer goes to the markers, and until they are done its
    question keeps the points it had."""
    sittings = {event.sitting_id for event in events}
    if len(sittings) != 1 or any(event.verdict != AnswerEvent.Verdict.LATE for event in events):
        raise NotMarkable
    sitting = locked(sittings.pop())
    before = sitting.result
    if sitting.state != Sitting.State.MARKED or before is None:
        raise NotMarkable
    late = sorted(events, key=lambda event: event.pk)
    answers = counting(sitting, late)
    worth = worth_of(sitting, answers)
    if worth.by_hand:
        hand_out(sitting, worth.by_hand, answers)
        worth = worth_of(sitting, answers, {slot: Decimal(str(before.slots[slot])) for slot in worth.by_hand})
    pks = [event.pk for event in late]
    mark = write_mark(sitting, worth, by=by, reason=reason, now=now, admitted=pks)
    payload = {"sitting": sitting.pk, "events": pks, "reason": reason}
    log("exams.late_answers_admitted", by=by, obj=mark, payload=payload, now=now)
    return mark
