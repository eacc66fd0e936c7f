"""Courses are drafted, given lessons in an order, and published."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, ProtectedError
from django.utils.translation import gettext, gettext_noop, override

from exams.models import Question, QuestionBank
from exams.services import write_question
from learning.errors import LessonInUse, NothingToTeach
from learning.models import Course, Lesson
from records.services import log

BANK = gettext_noop("Check questions of courses")
UP, DOWN = "up", "down"


@transaction.atomic
def save_course(course: Course, *, by: Any, now: datetime) -> Course:
    """Draft a course, or change what its pages say; its lessons have doors of their own."""
    new = course.pk is None
    if new:
        course.created_by, course.created_at = by, now
    course.save()
    action = "learning.course_created" if new else "learning.course_edited"
    log(action, by=by, obj=course, payload={"title": course.title}, now=now)
    return course


@transaction.atomic
def save_lesson(lesson: Lesson, *, by: Any, now: datetime) -> Lesson:
    """Write a lesson; a new one comes last."""
    course = Course.objects.select_for_update(no_key=True).get(pk=lesson.course_id)
    if lesson.pk is None:
        lesson.position = last_place(course) + 1
    else:  # somebody may have moved it while it was being written
        lesson.position = course.lessons.get(pk=lesson.pk).position
    lesson.save()
    payload = {
        "lesson": lesson.pk,
        "title": lesson.title,
        "minutes": lesson.minutes,
        "question": lesson.check_question_id,
    }
    log("learning.lesson_written", by=by, obj=course, payload=payload, now=now)
    return lesson


def last_place(course: Course) -> int:
    return course.lessons.aggregate(last=Max("position"))["last"] or 0


@transaction.atomic
def move_lesson(lesson: Lesson, direction: str, *, by: Any, now: datetime) -> bool:
    """Change places with the neighbour; False at the end of the list."""
    course = Course.objects.select_for_update(no_key=True).get(pk=lesson.course_id)
    here = course.lessons.get(pk=lesson.pk).position
    others = course.lessons.order_by("-position") if direction == UP else course.lessons.order_by("position")
    beyond = others.filter(position__lt=here) if direction == UP else others.filter(position__gt=here)
    neighbour = beyond.first()
    if neighbour is None:
        return False
    free = last_place(course) + 1
    for pk, place in ((lesson.pk, free), (neighbour.pk, here), (lesson.pk, neighbour.position)):
        Lesson.objects.filter(pk=pk).update(position=place)
    log("learning.course_edited", by=by, obj=course, payload={"moved": lesson.pk, "direction": direction}, now=now)
    return True


@transaction.atomic
def remove_lesson(lesson: Lesson, *, by: Any, now: datetime) -> None:
    course, pk, position = lesson.course, lesson.pk, lesson.position
    try:
        with transaction.atomic():
            lesson.delete()
    except ProtectedError:
        raise LessonInUse from None
    for later in course.lessons.filter(position__gt=position).order_by("position"):
        Lesson.objects.filter(pk=later.pk).update(position=F("position") - 1)
    log("learning.lesson_removed", by=by, obj=course, payload={"lesson": pk, "title": lesson.title}, now=now)


@transaction.atomic
def publish_course(course: Course, *, by: Any, now: datetime) -> bool:
    """False where it was published before."""
    if not course.lessons.exists():
        raise NothingToTeach
    if not Course.objects.filter(pk=course.pk, published_at__isnull=True).update(published_at=now):
        return False
    course.published_at = now
    log("learning.course_published", by=by, obj=course, payload={"lessons": course.lessons.count()}, now=now)
    return True


# ── Check questions written in place ─────────────────────────────────────────
def is_written_here(question: Question, course: Course) -> bool:
    """Its wording may be changed with the lesson; a question chosen from another bank may not."""
    bank = question.bank
    return bank.organisation_id == course.organisation_id and bank.name == bank_name()


def bank_name() -> str:
    with override(settings.LANGUAGE_CODE):
        return gettext(BANK)


@transaction.atomic
def write_check_question(course: Course, wording: Any, *, question: Question | None = None, by: Any) -> Question:
    """A new question in the bank of the owner's check questions, or a new version of one that was written there."""
    if question is not None and is_written_here(question, course):
        return write_question(question.bank, question.key, wording, by=by)
    bank, _created = QuestionBank.objects.get_or_create(name=bank_name(), organisation=course.organisation)
    return write_question(bank, free_key(bank), wording, by=by)


def free_key(bank: QuestionBank) -> str:
    number = bank.questions.count() + 1
    while bank.questions.filter(key=f"check-{number}").exists():
        number += 1
    return f"check-{number}"
