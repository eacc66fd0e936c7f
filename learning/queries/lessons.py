"""What the pages of a learner show."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from learning import rules, wording
from learning.models import Course, Enrolment, Lesson, LessonProgress
from learning.queries.time import lessons_of
from learning.services.time import ground_of, terms_of


@dataclass(frozen=True)
class LessonRow:
    """A lesson as its learner sees it in the list."""

    lesson: Lesson
    number: int
    progress: LessonProgress
    most: int  # seconds

    @property
    def is_done(self) -> bool:
        return self.progress.finished_at is not None

    @property
    def is_begun(self) -> bool:
        return self.progress.credited_seconds > 0


@dataclass(frozen=True)
class CourseRows:
    course: Course
    rows: list[LessonRow] = field(default_factory=list)


def own_enrolments(user: Any) -> Any:
    """In which somebody learns, or has learnt, himself."""
    return (
        Enrolment.objects.filter(user=user, withdrawn_at__isnull=True)
        .exclude(programme__state="draft")
        .select_related("programme", "organisation", "user")
    )


def lesson_rows(enrolment: Enrolment) -> list[LessonRow]:
    """Every lesson of the programme in order, in two queries."""
    lessons = lessons_of([enrolment.programme_id]).get(enrolment.programme_id, [])
    known = {row.lesson_id: row for row in LessonProgress.objects.filter(enrolment=enrolment)}
    return [row_of(enrolment, lesson, number, known) for number, lesson in enumerate(lessons, 1)]


def row_of(enrolment: Enrolment, lesson: Lesson, number: int, known: dict[int, LessonProgress]) -> LessonRow:
    progress = known.get(lesson.pk) or LessonProgress(enrolment=enrolment, lesson=lesson)
    return LessonRow(lesson, number, progress, ground_of(lesson, progress).most)


def by_course(rows: Iterable[LessonRow]) -> list[CourseRows]:
    grouped = groupby(rows, key=lambda row: row.lesson.course)
    return [CourseRows(course, list(some)) for course, some in grouped]


def told_of(enrolment: Enrolment, progress: LessonProgress, ground: rules.Ground) -> dict[str, Any]:
    """How a lesson stands, for the page and for the answers to its player."""
    passed = progress.check_passed_at is not None
    missing = 0 if passed else rules.still_to_learn(ground, terms_of(enrolment.programme))
    return {
        "earned": ground.credited,
        "most": ground.most,
        "line": wording.credit_line(ground.credited, ground.most, counted=passed),
        "passed": passed,
        "check_in": missing,
        "check_line": wording.check_line(missing),
        "position": rules.front(ground.seen),
        "film": ground.film,
    }
