"""A learner in the middle of a lesson, a course of the bureau and one of each organisation."""

from datetime import datetime
from typing import Any

from learning.models import LessonProgress, Segment
from tests.learning.factories import CourseFactory, LessonFactory, enrol, programme_of


def courses_scenery(learner: Any, organisation_a: Any, organisation_b: Any, now: datetime) -> dict[str, Any]:
    lesson = LessonFactory(course=CourseFactory(title="公共课"))
    enrolment = enrol(learner, programme_of(lesson))
    LessonProgress.objects.create(enrolment=enrolment, lesson=lesson, credited_seconds=300)
    segment = Segment.objects.create(
        enrolment=enrolment, lesson=lesson, device="phone", started_at=now, last_beat_at=now, credited_seconds=300
    )
    own = {
        name: CourseFactory(organisation=one, title="本单位课", published_at=None)
        for name, one in (("course_a", organisation_a), ("course_b", organisation_b))
    }
    for course in own.values():
        LessonFactory(course=course)  # comes first, so that the next one can be moved
    lessons = {f"lesson_of_{name}": LessonFactory(course=course) for name, course in own.items()}
    return {
        "begun": lesson,
        "begun_in": enrolment,
        "segment": segment,
        "common_course": lesson.course,
        **own,
        **lessons,
    }
