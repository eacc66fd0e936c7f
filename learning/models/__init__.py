"""Courses, the programmes that ask for them, who is enrolled, and the learning time that is evidence."""

from learning.models.courses import Course, Lesson
from learning.models.programmes import Enrolment, Programme, ProgrammeCourse, ProgrammeRule
from learning.models.time import CheckAnswer, LessonProgress, Segment

__all__ = [
    "CheckAnswer",
    "Course",
    "Enrolment",
    "Lesson",
    "LessonProgress",
    "Programme",
    "ProgrammeCourse",
    "ProgrammeRule",
    "Segment",
]
