"""A key turns out to be wrong: from now on the exam marks by the corrected one, and what was marked before is marked
again. The correction is committed first and looked for by every marking that begins later, so that between the two no
sitting is forgotten, whoever hands in at that moment."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from exams.models import Exam, KeyCorrection, QuestionVersion
from exams.queries import corrections as queries
from exams.queries.worth import counting, keys_of
from exams.services import marking
from people.models import User
from records.services import enqueue, log


class SameKey(Exception):
    """The exam marks by this key already."""


@transaction.atomic
def correct_key(
    exam: Exam, asked: QuestionVersion, corrected: QuestionVersion, *, reason: str, by: User, now: datetime
) -> KeyCorrection:
    """Written down, with the job that marks again. Raises SameKey, and QuestionFault where the two do not ask the
    same."""
    Exam.objects.select_for_update().get(pk=exam.pk)  # of two corrections the later one is the one in force
    key = queries.key_from(asked, corrected)
    if keys_of(exam.pk, [asked.pk])[asked.pk] == key:
        raise SameKey
    made = KeyCorrection.objects.create(
        exam=exam, version=asked, corrected=corrected, answer=key, reason=reason, by=by, at=now
    )
    payload = {"version": asked.pk, "corrected": corrected.pk, "reason": reason}
    log("exams.key_corrected", by=by, obj=exam, payload=payload, now=now)
    enqueue(remark_task(), made.pk, key=job_key(made.pk), by=by)
    return made


def job_key(pk: int) -> str:
    return f"exams.remark:{pk}"


def remark_task() -> object:
    from exams.tasks import remark  # noqa: PLC0415  the task calls a service, and this service queues the task

    return remark


def apply_correction(pk: int, *, now: datetime, told: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Mark again what was marked by another key; how many results got a new row. Harmless twice and at any time: each
    sitting is held while it is looked at."""
    correction = KeyCorrection.objects.select_related("exam", "version").get(pk=pk)
    pks = list(queries.sittings_asked(correction.exam, correction.version).values_list("pk", flat=True))
    changed = 0
    for done, sitting in enumerate(pks, 1):
        changed += remark_sitting(sitting, correction, now=now)
        told(done, len(pks))
    return changed


@transaction.atomic
def remark_sitting(pk: int, correction: KeyCorrection, *, now: datetime) -> bool:
    sitting = marking.locked(pk)
    before = sitting.result
    if before is None:
        return False
    latest = KeyCorrection.objects.filter(exam=correction.exam_id, version=correction.version_id).latest("pk")
    change = queries.change_of(sitting, before, counting(sitting), latest.version_id, latest.answer)
    if change is None:
        return False
    marking.write_mark(sitting, change, by=latest.by, reason=latest.reason, now=now, correction=latest)
    return True
