"""News for whoever decides what a credited lesson leads to."""

from django.dispatch import Signal

lesson_finished = Signal()
"""Sent in the transaction that finishes a lesson: sender LessonProgress, enrolment, lesson, now."""

time_credited = Signal()
"""Sent in the transaction that closes a segment which earned time in a lesson finished before, so that the hours of the
enrolment have grown: sender Segment, enrolment, lesson, now."""
