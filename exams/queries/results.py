"""How candidates stand: told by the database for lists of ten thousand, and in the same words for one of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from exams.models import Candidate, Exam, Mark, Sitting
from exams.sitting_rules import Refusal, Standing, refusal


class State(TextChoices):
    """What a candidate has made of the exam so far."""

    NOT_BEGUN = "not_begun", _("Not begun")
    SITTING = "sitting", _("Sitting now")
    HANDED_IN = "handed_in", _("Handed in, not yet marked")
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Not passed")
    MISSED = "missed", _("Missed")


@dataclass(frozen=True)
class Outcome:
    """`points` and `total_points` are those of the best sitting that has been marked, None before."""

    state: State
    points: int | None
    total_points: int | None
    used: int
    attempts_left: int
    refusal: Refusal | None

    @property
    def may_start(self) -> bool:
        return self.refusal is None


def in_force() -> QuerySet[Mark]:
    """The latest mark of each sitting."""
    return Mark.objects.filter(~Exists(Mark.objects.filter(sitting=OuterRef("sitting"), pk__gt=OuterRef("pk"))))


def with_outcomes(candidates: QuerySet[Candidate], at: datetime) -> QuerySet[Candidate]:
    """Annotated with `outcome` (a State), `best_points`, `best_total`, `used`, `sitting_now` and `unmarked`."""
    sittings = Sitting.objects.filter(candidate=OuterRef("pk")).order_by()
    marks = in_force().filter(sitting__candidate=OuterRef("pk")).order_by("-passed", "-points")
    count = sittings.values("candidate").annotate(count=Count("pk")).values("count")
    return candidates.annotate(
        used=Coalesce(Subquery(count), 0),
        sitting_now=Exists(sittings.filter(state=Sitting.State.OPEN)),
        unmarked=Exists(sittings.filter(state=Sitting.State.SUBMITTED)),
        has_passed=Exists(marks.filter(passed=True)),
        best_points=Subquery(marks.values("points")[:1]),
        best_total=Subquery(marks.values("total_points")[:1]),
    ).annotate(outcome=told(at))


def told(at: datetime) -> Case:
    return Case(
        When(has_passed=True, then=Value(State.PASSED)),
        When(sitting_now=True, then=Value(State.SITTING)),
        When(unmarked=True, then=Value(State.HANDED_IN)),
        When(used__gt=0, then=Value(State.FAILED)),
        When(exam__closes_at__lte=at, then=Value(State.MISSED)),
        default=Value(State.NOT_BEGUN),
        output_field=CharField(),
    )


def standing_of(candidate: Any) -> Standing:
    """Of a row annotated by `with_outcomes`, with its exam."""
    exam = candidate.exam
    return Standing(
        exam_state=exam.state,
        opens_at=exam.opens_at,
        closes_at=exam.closes_at,
        withdrawn=candidate.withdrawn_at is not None,
        attempts=exam.attempts + candidate.extra_attempts,
        used=candidate.used,
        open=int(candidate.sitting_now),
        unmarked=int(candidate.unmarked),
        passed=candidate.has_passed,
    )


def outcome_of(candidate: Any, at: datetime) -> Outcome:
    """Of a row annotated by `with_outcomes`, with its exam: asks the database nothing."""
    standing = standing_of(candidate)
    return Outcome(
        state=State(candidate.outcome),
        points=candidate.best_points,
        total_points=candidate.best_total,
        used=standing.used,
        attempts_left=standing.attempts_left,
        refusal=refusal(standing, at),
    )


def outcome(candidate: Candidate, at: datetime) -> Outcome:
    row = with_outcomes(Candidate.objects.filter(pk=candidate.pk), at).select_related("exam").get()
    return outcome_of(row, at)


def outcomes(exam: Exam, at: datetime, *, users: Iterable[int] | None = None) -> dict[int, Outcome]:
    """How everybody (or these users) stands in the exam, by the number of the user; one statement."""
    candidates = Candidate.objects.filter(exam=exam)
    if users is not None:
        candidates = candidates.filter(user__in=users)
    rows = with_outcomes(candidates, at).select_related("exam")
    return {row.user_id: outcome_of(row, at) for row in rows}


def results(exam: Exam, user: Any, at: datetime) -> QuerySet[Candidate]:
    """The exam's candidates whom `user` may see, with `outcome` and points: filter, sort and page it as a list needs.
    Who was withdrawn stays in it only if he had sat before."""
    sat = Exists(Sitting.objects.filter(candidate=OuterRef("pk")))
    candidates = Candidate.objects.visible_to(user, at).filter(Q(exam=exam) & (Q(withdrawn_at=None) | sat))
    return with_outcomes(candidates, at).select_related("exam", "user", "organisation")


def tallies(exam: Exam, user: Any, at: datetime) -> dict[str, int]:
    """How many stand where, every state named."""
    rows: Any = results(exam, user, at).order_by()  # the annotations are unknown to its type
    return dict.fromkeys(State.values, 0) | dict(rows.values_list("outcome").annotate(people=Count("pk")))


def candidacies(user: Any, at: datetime) -> QuerySet[Candidate]:
    """The exams a person may sit or has sat, the next to open first; drafts are not his business yet."""
    mine = Candidate.objects.filter(user=user, withdrawn_at=None).exclude(exam__state=Exam.State.DRAFT)
    return with_outcomes(mine, at).select_related("exam", "organisation").order_by(F("exam__opens_at").asc(), "pk")
