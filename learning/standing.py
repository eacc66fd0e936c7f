"""Where somebody stands in a programme, told from plain values: nothing of it is a column (rule 2)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class State(StrEnum):
    NOT_BEGUN = "not_begun"
    LEARNING = "learning"
    EXAM_DUE = "exam_due"
    DONE = "done"


class Step(StrEnum):
    """What to do next."""

    WAIT = "wait"  # the programme has not opened
    LEARN = "learn"
    EXAM = "exam"  # the room is open
    EXAM_LATER = "exam_later"
    MARKING = "marking"  # handed in, the result is not there yet
    ASK = "ask"  # no attempt is left, or the exam is over: somebody has to decide
    CERTIFICATE = "certificate"
    ENDED = "ended"  # the programme was closed before this was done
    NOTHING = "nothing"


class Exam(StrEnum):
    """What the exam says of this person."""

    NONE = "none"  # the programme asks for none
    OPEN = "open"  # may be sat now, or is being sat
    LATER = "later"  # has not opened
    MARKING = "marking"
    PASSED = "passed"
    CLOSED = "closed"  # over, or no attempt is left


@dataclass(frozen=True)
class Facts:
    opens_on: date
    due_on: date
    required_hours: Decimal
    hours: Decimal
    hours_reached: bool
    lessons_left: int
    begun: bool
    exam: Exam
    completed: bool
    has_certificate: bool
    closed: bool = False


@dataclass(frozen=True)
class Standing:
    state: State
    late: bool
    days_left: int  # below nought when the day has passed
    hours_left: Decimal
    step: Step


def standing(facts: Facts, today: date) -> Standing:
    state = state_of(facts)
    return Standing(
        state=state,
        late=is_late(completed=facts.completed, due_on=facts.due_on, today=today),
        days_left=(facts.due_on - today).days,
        hours_left=max(facts.required_hours - facts.hours, Decimal(0)),
        step=step_of(facts, state, today),
    )


def is_late(*, completed: bool, due_on: date, today: date) -> bool:
    """The due day itself is in time."""
    return not completed and due_on < today


def state_of(facts: Facts) -> State:
    if facts.completed:
        return State.DONE
    if learnt(facts):
        return State.EXAM_DUE if facts.exam not in {Exam.NONE, Exam.PASSED} else State.LEARNING
    return State.LEARNING if facts.begun else State.NOT_BEGUN


def learnt(facts: Facts) -> bool:
    return facts.hours_reached and not facts.lessons_left


EXAM_STEPS = {
    Exam.OPEN: Step.EXAM,
    Exam.LATER: Step.EXAM_LATER,
    Exam.MARKING: Step.MARKING,
    Exam.CLOSED: Step.ASK,
}


def step_of(facts: Facts, state: State, today: date) -> Step:
    if state is State.DONE:
        return Step.CERTIFICATE if facts.has_certificate else Step.NOTHING
    if facts.closed:
        return Step.ENDED
    if today < facts.opens_on:
        return Step.WAIT
    return EXAM_STEPS[facts.exam] if state is State.EXAM_DUE else Step.LEARN


def is_complete(*, hours_reached: bool, lessons_left: int, exam: bool, exam_passed: bool) -> bool:
    """Hours, every lesson with its check question, and the exam where there is one."""
    return hours_reached and lessons_left == 0 and (exam_passed or not exam)


def reaches_hours(credited_seconds: int, required_hours: Decimal, minutes_per_hour: int) -> bool:
    """Compared in seconds, so that no rounding of what is shown decides."""
    return credited_seconds >= required_hours * minutes_per_hour * 60


def last_valid_day(issued: date, months: int | None) -> date | None:
    """So many months, counted by the calendar: a certificate of 31 January for a month ends on the last of February."""
    if not months:
        return None
    year, month = divmod(issued.year * 12 + issued.month - 1 + months, 12)
    for day in range(issued.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, min(issued.day, 28))
