"""How far somebody has come, told from the projection of the evidence."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F

from learning import rules
from learning.models import Enrolment, Lesson, LessonProgress


@dataclass(frozen=True)
class Progress:
    """What an enrolment has earned. Time counts once the check question of its lesson is answered rightly."""

    credited_seconds: int
    hours: Decimal  # learning hours (学时) of the programme, rounded down to a tenth
    lessons_done: int
    lessons_total: int
    next_lesson: Lesson | None  # the first that is not finished


def progress_of(enrolments: Iterable[Enrolment]) -> dict[int, Progress]:
    """By the enrolments' keys, in three queries however many there are (give them with their programme selected)."""
    enrolments = list(enrolments)
    lessons = lessons_of({enrolment.programme_id for enrolment in enrolments})
    rows: dict[int, list[LessonProgress]] = defaultdict(list)
    for row in LessonProgress.objects.filter(enrolment__in=enrolments).only(
        "enrolment_id", "lesson_id", "credited_seconds", "check_passed_at", "finished_at"
    ):
        rows[row.enrolment_id].append(row)
    return {one.pk: summed(one, lessons[one.programme_id], rows[one.pk]) for one in enrolments}


def lessons_of(programmes: Iterable[int]) -> dict[int, list[Lesson]]:
    """The lessons of each programme in the order of its courses."""
    found: dict[int, list[Lesson]] = defaultdict(list)
    lessons = Lesson.objects.filter(course__parts__programme__in=set(programmes)).select_related("course")
    asked: Any = lessons.annotate(programme=F("course__parts__programme"))
    for lesson in asked.order_by("course__parts__position", "course_id", "position"):
        found[lesson.programme].append(lesson)
    return found


def summed(enrolment: Enrolment, lessons: list[Lesson], rows: list[LessonProgress]) -> Progress:
    asked = {lesson.pk for lesson in lessons}
    finished = {row.lesson_id for row in rows if row.finished_at} & asked
    # A course taken out of the programme later keeps what was earned in it.
    seconds = sum(row.credited_seconds for row in rows if row.check_passed_at)
    return Progress(
        credited_seconds=seconds,
        hours=rules.hours(seconds, enrolment.programme.minutes_per_hour),
        lessons_done=len(finished),
        lessons_total=len(lessons),
        next_lesson=next((lesson for lesson in lessons if lesson.pk not in finished), None),
    )


def unearned_in(enrolment: Enrolment, lesson: Lesson) -> dict[str, int]:
    """Seconds that were not credited in a lesson, by reason, from its closed segments and the pauses between them."""
    segments = enrolment.segments.filter(lesson=lesson).order_by("started_at", "pk")
    return rules.unearned(
        rules.Closed(one.started_at, one.ended_at or one.last_beat_at, one.ending, one.reasons) for one in segments
    )
