from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from learning.standing import (
    Exam,
    Facts,
    State,
    Step,
    is_complete,
    is_late,
    last_valid_day,
    reaches_hours,
    standing,
)

TODAY = date(2026, 11, 24)
FRESH = Facts(
    opens_on=date(2026, 11, 1),
    due_on=date(2026, 12, 1),
    required_hours=Decimal(24),
    hours=Decimal(0),
    hours_reached=False,
    lessons_left=6,
    begun=False,
    exam=Exam.NONE,
    completed=False,
    has_certificate=False,
)
HALF = replace(FRESH, hours=Decimal("8.5"), begun=True, lessons_left=3)
LEARNT = replace(FRESH, hours=Decimal(24), begun=True, lessons_left=0, hours_reached=True)
DONE = replace(LEARNT, completed=True)


@pytest.mark.parametrize(
    ("facts", "state", "step"),
    [
        (FRESH, State.NOT_BEGUN, Step.LEARN),
        (replace(FRESH, opens_on=date(2026, 12, 1)), State.NOT_BEGUN, Step.WAIT),
        (HALF, State.LEARNING, Step.LEARN),
        (replace(HALF, hours=Decimal(24), hours_reached=True), State.LEARNING, Step.LEARN),  # lessons are left
        (replace(HALF, exam=Exam.OPEN), State.LEARNING, Step.LEARN),
        (replace(LEARNT, exam=Exam.OPEN), State.EXAM_DUE, Step.EXAM),
        (replace(LEARNT, exam=Exam.LATER), State.EXAM_DUE, Step.EXAM_LATER),
        (replace(LEARNT, exam=Exam.MARKING), State.EXAM_DUE, Step.MARKING),
        (replace(LEARNT, exam=Exam.CLOSED), State.EXAM_DUE, Step.ASK),
        (replace(HALF, closed=True), State.LEARNING, Step.ENDED),
        (DONE, State.DONE, Step.NOTHING),
        (replace(DONE, has_certificate=True), State.DONE, Step.CERTIFICATE),
    ],
)
def test_where_somebody_stands_and_what_comes_next(facts: Facts, state: State, step: Step) -> None:
    told = standing(facts, TODAY)
    assert (told.state, told.step) == (state, step)


def test_the_due_day_itself_is_in_time() -> None:
    assert not is_late(completed=False, due_on=TODAY, today=TODAY)
    assert is_late(completed=False, due_on=date(2026, 11, 23), today=TODAY)
    assert not is_late(completed=True, due_on=date(2026, 11, 23), today=TODAY)


def test_what_is_left_is_never_less_than_nothing() -> None:
    assert standing(HALF, TODAY).hours_left == Decimal("15.5")
    assert standing(replace(LEARNT, hours=Decimal(30)), TODAY).hours_left == 0
    assert standing(HALF, TODAY).days_left == 7


def test_hours_are_compared_in_seconds() -> None:
    assert reaches_hours(8 * 45 * 60, Decimal(8), 45)
    assert not reaches_hours(8 * 45 * 60 - 1, Decimal(8), 45)
    assert reaches_hours(0, Decimal(0), 45)


def test_complete_is_hours_and_lessons_and_the_exam() -> None:
    assert is_complete(hours_reached=True, lessons_left=0, exam=False, exam_passed=False)
    assert is_complete(hours_reached=True, lessons_left=0, exam=True, exam_passed=True)
    assert not is_complete(hours_reached=True, lessons_left=0, exam=True, exam_passed=False)
    assert not is_complete(hours_reached=True, lessons_left=1, exam=False, exam_passed=False)
    assert not is_complete(hours_reached=False, lessons_left=0, exam=True, exam_passed=True)


@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        (date(2026, 11, 24), None, None),
        (date(2026, 11, 24), 12, date(2027, 11, 24)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 31), 36, date(2029, 12, 31)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
    ],
)
def test_months_are_counted_by_the_calendar(issued: date, months: int | None, last: date | None) -> None:
    assert last_valid_day(issued, months) == last
