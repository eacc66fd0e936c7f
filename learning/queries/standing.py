"""The facts of a standing, read for one page or for ten thousand people alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from exams.models import Candidate, Sitting
from exams.queries.results import Outcome, outcome_of, with_outcomes
from exams.queries.results import State as ExamState
from exams.sitting_rules import Refusal
from learning import rules
from learning.models import Enrolment, Lesson, LessonProgress, Programme, Segment
from learning.standing import Exam, Facts, Standing, standing
from ui.clock import local_day


def with_facts(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Annotated with what a standing needs: `credited` seconds, `lessons_done`, and whether anything was `begun`."""
    progress = LessonProgress.objects.filter(enrolment=OuterRef("pk")).order_by().values("enrolment")
    credited = progress.filter(check_passed_at__isnull=False).annotate(sum=Sum("credited_seconds")).values("sum")
    done = progress.filter(finished_at__isnull=False).annotate(count=Count("pk")).values("count")
    sat = Sitting.objects.filter(candidate__user=OuterRef("user"), candidate__exam=OuterRef("programme__exam"))
    learnt = Segment.objects.filter(enrolment=OuterRef("pk"))
    return enrolments.annotate(
        credited=Coalesce(Subquery(credited, output_field=IntegerField()), 0),
        lessons_done=Coalesce(Subquery(done, output_field=IntegerField()), 0),
        begun=Exists(learnt) | Exists(sat),
    )


def lessons_in(programmes: Iterable[int]) -> dict[int, int]:
    """How many lessons each programme asks for."""
    counted = Lesson.objects.filter(course__parts__programme__in=set(programmes)).order_by()
    return dict(counted.values_list("course__parts__programme").annotate(Count("pk")))


def outcomes_of(exams: Iterable[int | None], users: Any, now: datetime) -> dict[tuple[int, int], Outcome]:
    """By exam and person, in one statement; `users` None is everybody."""
    asked = {exam for exam in exams if exam}
    if not asked:
        return {}
    candidates = Candidate.objects.filter(exam__in=asked, withdrawn_at=None)
    if users is not None:
        candidates = candidates.filter(user__in=users)
    rows = with_outcomes(candidates, now).select_related("exam")
    return {(row.exam_id, row.user_id): outcome_of(row, now) for row in rows}


@dataclass(frozen=True)
class Row:
    """A person in a programme as a list shows him."""

    enrolment: Any  # annotated by with_facts
    standing: Standing
    hours: Any
    outcome: Outcome | None


def rows_of(
    enrolments: Iterable[Any], lessons: Mapping[int, int], outcomes: Mapping[tuple[int, int], Outcome], now: datetime
) -> list[Row]:
    today = local_day(now)
    return [row_of(one, lessons, outcomes, today) for one in enrolments]


def row_of(enrolment: Any, lessons: Mapping[int, int], outcomes: Mapping[tuple[int, int], Outcome], today: date) -> Row:
    programme = enrolment.programme
    outcome = outcomes.get((programme.exam_id, enrolment.user_id))
    hours = rules.hours(enrolment.credited, programme.minutes_per_hour)
    facts = Facts(
        opens_on=programme.opens_on,
        due_on=enrolment.due_on,
        required_hours=programme.required_hours,
        hours=hours,
        hours_reached=enrolment.hours_reached_at is not None or not programme.required_hours,
        lessons_left=max(lessons.get(programme.pk, 0) - enrolment.lessons_done, 0),
        begun=enrolment.begun,
        exam=exam_of(programme, outcome),
        completed=enrolment.completed_at is not None,
        has_certificate=enrolment.certificate_id is not None,
        closed=programme.state == Programme.State.CLOSED,
    )
    return Row(enrolment, standing(facts, today), hours, outcome)


def exam_of(programme: Any, outcome: Outcome | None) -> Exam:
    if programme.exam_id is None:
        return Exam.NONE
    if outcome is None:
        return Exam.CLOSED  # not admitted, or no longer
    if outcome.state in {ExamState.PASSED, ExamState.HANDED_IN}:
        return Exam.PASSED if outcome.state == ExamState.PASSED else Exam.MARKING
    if outcome.may_start or outcome.state == ExamState.SITTING:
        return Exam.OPEN
    return Exam.LATER if outcome.refusal == Refusal.NOT_YET else Exam.CLOSED


# ── The same in the words of the database, for figures and filters ───────────
def in_state(state: str, *, lessons: int, exam: bool) -> Q:
    """The twin of `standing.state_of` over rows of `with_facts`."""
    open_ = Q(completed_at__isnull=True)
    learnt = Q(hours_reached_at__isnull=False, lessons_done__gte=lessons) if exam else Q(pk__in=[])
    return {
        "done": Q(completed_at__isnull=False),
        "exam_due": open_ & learnt,
        "learning": open_ & Q(begun=True),
        "not_begun": open_ & Q(begun=False),
    }[state]


def is_late(today: date) -> Q:
    return Q(completed_at__isnull=True, due_on__lt=today)
