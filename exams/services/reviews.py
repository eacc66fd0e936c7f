"""Somebody other than its author has read a question and found it right."""

from datetime import datetime

from django.db import transaction

from exams.models import Question, QuestionVersion
from people.models import User
from records.services import log


@transaction.atomic
def review_version(version: QuestionVersion, *, by: User, now: datetime) -> bool:
    """False where it was reviewed before, or is not what is asked today. A corrected wording is a version of its own
    and is reviewed again."""
    current = Question.objects.filter(current=version.pk).values("current")
    waiting = QuestionVersion.objects.filter(pk=version.pk, reviewed_at=None, pk__in=current).exclude(author=by)
    done = waiting.update(reviewed_by=by, reviewed_at=now)
    if done:
        log("exams.question_reviewed", by=by, obj=version.question, payload={"version": version.number}, now=now)
    return bool(done)
