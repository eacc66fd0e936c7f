"""The check question of a lesson: nothing counts before it is answered rightly, and the server asks for it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from exams.models import QuestionVersion
from exams.rules import is_right
from learning import rules
from learning.errors import NotLearning, QuestionChanged, TooEarly, TooSoon
from learning.models import CheckAnswer, Enrolment, Lesson, LessonProgress
from learning.services.time import ground_of, may_learn, terms_of
from learning.signals import lesson_finished


@dataclass(frozen=True)
class Checked:
    right: bool
    progress: LessonProgress
    explanation: str = ""  # told after a right answer only
    retry_at: datetime | None = None  # after a wrong one


@transaction.atomic
def answer_check(
    enrolment: Enrolment, lesson: Lesson, version: QuestionVersion, given: Collection[int], *, by: Any, now: datetime
) -> Checked:
    """Mark an answer; the first right one finishes the lesson. Every answer is kept."""
    if enrolment.user_id != by.pk or not may_learn(enrolment, now):
        raise NotLearning
    rows = LessonProgress.objects.select_for_update().filter(enrolment=enrolment, lesson=lesson)
    progress = rows.first() or LessonProgress(enrolment=enrolment, lesson=lesson)  # who never began learns first
    if progress.check_passed_at:
        return Checked(True, progress, version.explanation)
    check_is_open(enrolment, lesson, progress, now)
    if version.pk != lesson.check_question.current_id:
        raise QuestionChanged
    right = is_right(given, version.answer)
    CheckAnswer.objects.create(
        enrolment=enrolment, lesson=lesson, version=version, given=sorted(given), right=right, recorded_at=now
    )
    if not right:
        return Checked(False, progress, retry_at=now + pause())
    finish(progress, now)
    return Checked(True, progress, version.explanation)


def check_is_open(enrolment: Enrolment, lesson: Lesson, progress: LessonProgress, now: datetime) -> None:
    missing = rules.still_to_learn(ground_of(lesson, progress), terms_of(enrolment.programme))
    if missing:
        raise TooEarly(missing)
    last = CheckAnswer.objects.filter(enrolment=enrolment, lesson=lesson).order_by("pk").last()
    if last is not None and not last.right and now < last.recorded_at + pause():
        raise TooSoon(last.recorded_at + pause())


def pause() -> timedelta:
    """Long enough to look again, so that trying one option after the other is the slow way."""
    return timedelta(seconds=settings.LEARNING_CHECK_PAUSE)


def finish(progress: LessonProgress, now: datetime) -> None:
    first = LessonProgress.objects.filter(pk=progress.pk, finished_at__isnull=True)
    if first.update(check_passed_at=now, finished_at=now):
        progress.check_passed_at = progress.finished_at = now
        lesson_finished.send(LessonProgress, enrolment=progress.enrolment, lesson=progress.lesson, now=now)
