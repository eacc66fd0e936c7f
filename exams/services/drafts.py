"""An exam before it is published: nobody has seen it yet, so its parts are simply written anew."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from exams.models import Exam, PaperPart
from records.services import log


class NotADraft(Exception):
    """The exam was published or withdrawn meanwhile."""


@transaction.atomic
def save_draft(exam: Exam, parts: Sequence[PaperPart], *, by: Any, now: datetime) -> Exam:
    """Keep the exam with exactly these parts, in this order."""
    if exam.pk is None:
        exam.created_by, exam.created_at, exam.state = by, now, Exam.State.DRAFT
    elif not Exam.objects.select_for_update().filter(pk=exam.pk, state=Exam.State.DRAFT).exists():
        raise NotADraft
    exam.save()
    exam.parts.all().delete()
    for position, part in enumerate(parts, start=1):
        part.exam, part.position = exam, position
    PaperPart.objects.bulk_create(parts)
    log("exams.draft_saved", by=by, obj=exam, payload={"parts": len(parts)}, now=now)
    return exam
