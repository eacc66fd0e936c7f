"""Brings the shipped courses into the database; what an editor changed or deleted stays as he left it."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from exams.models import Question
from exams.starter import NEW_WORKER_BANK, articles_by_row
from learning.models import Course, Lesson
from learning.starter.files import load_files
from learning.starter.shipped import ShippedCourse, ShippedLesson, read_courses
from media.models import Document, MediaFile
from records.starter import Outcome, sync

FIELDS = ("title", "kind", "body", "minutes")


@transaction.atomic
def load_courses() -> list[Outcome]:
    now = timezone.now()
    outcomes: list[Outcome] = []
    for shipped in read_courses():
        outcomes += [*load_files(shipped), *load_course(shipped, now)]
    return outcomes


def load_course(shipped: ShippedCourse, now: datetime) -> list[Outcome]:
    find = Course.objects.filter(key=shipped.key).first
    front = {name: shipped.front[name] for name in ("title", "summary", "cites", "reviewed_by")}
    told = sync(
        f"learning.course:{shipped.key}", front, find=find, read=read_course, write=partial(write_course, shipped, now)
    )
    course = find()
    if course is None:
        return [Outcome.KEPT]  # an editor deleted it: its lessons stay away with it
    questions = checks_of(shipped)
    lessons = [
        load_lesson(course, place, lesson, questions[lesson.front["check"]])
        for place, lesson in enumerate(shipped.lessons, start=1)
        if lesson.front["check"] in questions
    ]
    return [told, *lessons]


def write_course(shipped: ShippedCourse, now: datetime, held: Course | None, front: dict[str, Any]) -> Course:
    course = held or Course(key=shipped.key, created_at=now, published_at=now)
    course.title, course.summary, course.reviewed_by = front["title"], front["summary"], front["reviewed_by"]
    course.save()
    course.articles.set(articles_by_row(front["cites"]).values())
    return course


def read_course(course: Course) -> dict[str, Any]:
    rows = sorted(article.row_key for article in course.articles.select_related("regulation"))
    return {"title": course.title, "summary": course.summary, "reviewed_by": course.reviewed_by, "cites": rows}


def checks_of(shipped: ShippedCourse) -> dict[str, Question]:
    keys = [lesson.front["check"] for lesson in shipped.lessons]
    questions = Question.objects.filter(bank__name=NEW_WORKER_BANK, bank__organisation=None, key__in=keys)
    return {question.key: question for question in questions}


def load_lesson(course: Course, place: int, lesson: ShippedLesson, check: Question) -> Outcome:
    fields = {name: lesson.front[name] for name in ("title", "kind", "minutes", "check")}
    fields |= {
        "body": lesson.body,
        "video": lesson.front.get("video", ""),
        "document": lesson.front.get("document", ""),
    }
    return sync(
        f"learning.lesson:{course.key}/{lesson.key}",
        fields,
        find=Lesson.objects.filter(course=course, key=lesson.key).first,
        read=read_lesson,
        write=partial(write_lesson, course, lesson.key, place, check),
    )


def write_lesson(
    course: Course, key: str, place: int, check: Question, held: Lesson | None, fields: dict[str, Any]
) -> Lesson:
    lesson = held or Lesson(course=course, key=key, position=free_place(course, place))
    for name in FIELDS:
        setattr(lesson, name, fields[name])
    lesson.check_question = check
    lesson.video = MediaFile.objects.filter(title=fields["title"]).first() if fields["video"] else None
    lesson.document = Document.objects.filter(title=fields["title"]).first() if fields["document"] else None
    lesson.save()
    return lesson


def free_place(course: Course, place: int) -> int:
    """The author's place, or the end where an editor has put something else there."""
    taken = set(course.lessons.values_list("position", flat=True))
    return place if place not in taken else max(taken) + 1


def read_lesson(lesson: Lesson) -> dict[str, Any]:
    lesson = Lesson.objects.select_related("check_question").get(pk=lesson.pk)
    told = {name: getattr(lesson, name) for name in FIELDS}
    return told | {
        "check": lesson.check_question.key,
        "video": lesson.video_id,
        "document": lesson.document_id,
    }
