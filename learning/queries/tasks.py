"""What somebody is to do: his programmes, the next step of each, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from exams.models import Candidate
from learning.models import Enrolment, Lesson
from learning.queries.articles import articles_of
from learning.queries.standing import Row, lessons_in, outcomes_of, rows_of, with_facts
from learning.queries.time import progress_of
from learning.standing import State, Step


@dataclass(frozen=True)
class Task:
    """An enrolment of one's own."""

    enrolment: Any
    row: Row
    next_lesson: Lesson | None
    lessons_done: int
    lessons_total: int
    candidate: Candidate | None
    articles: list[Any]

    @property
    def standing(self) -> Any:
        return self.row.standing

    @property
    def done(self) -> bool:
        return self.row.standing.state is State.DONE

    @property
    def actionable(self) -> bool:
        return self.row.standing.step in {Step.LEARN, Step.EXAM}

    @property
    def minutes_left(self) -> int:
        """What the hours still ask for, in whole minutes."""
        return int(self.row.standing.hours_left * self.enrolment.programme.minutes_per_hour)


@dataclass(frozen=True)
class Tasks:
    """The next thing to do, what else is open, and what is done; a dozen queries for any number of programmes."""

    next: Task | None
    open: list[Task]
    done: list[Task]


def tasks_of(user: Any, *, now: datetime) -> Tasks:
    mine = Enrolment.objects.current().filter(user=user).exclude(programme__state="draft")
    enrolments = list(
        with_facts(mine).select_related("programme__exam", "programme__duty", "organisation", "certificate")
    )
    tasks = told(enrolments, user, now)
    open_ = sorted((task for task in tasks if not task.done), key=urgency)
    done = sorted((task for task in tasks if task.done), key=lambda task: task.enrolment.completed_at, reverse=True)
    next_ = next((task for task in open_ if task.actionable), None)
    return Tasks(next_, [task for task in open_ if task is not next_], done)


def urgency(task: Task) -> tuple[bool, Any, int]:
    """What can be done now stands before what has to wait, and the earliest due day first."""
    return (not task.actionable, task.enrolment.due_on, task.enrolment.pk)


def told(enrolments: list[Any], user: Any, now: datetime) -> list[Task]:
    programmes = [one.programme for one in enrolments]
    exams = {programme.exam_id for programme in programmes if programme.exam_id}
    candidates = Candidate.objects.filter(user=user, exam__in=exams, withdrawn_at=None)
    by_exam = {candidate.exam_id: candidate for candidate in candidates}
    progress, articles = progress_of(enrolments), articles_of(programmes)
    outcomes = outcomes_of(exams, [user.pk], now)
    rows = rows_of(enrolments, lessons_in(programme.pk for programme in programmes), outcomes, now)
    return [
        Task(
            enrolment=row.enrolment,
            row=row,
            next_lesson=progress[row.enrolment.pk].next_lesson,
            lessons_done=progress[row.enrolment.pk].lessons_done,
            lessons_total=progress[row.enrolment.pk].lessons_total,
            candidate=by_exam.get(row.enrolment.programme.exam_id),
            articles=articles[row.enrolment.programme_id],
        )
        for row in rows
    ]
