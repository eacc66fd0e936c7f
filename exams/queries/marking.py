"""What waits for a marker, and in which order: by codes that tell nothing about the people, each marker beginning at
another place of the ring, so that two rarely hold the same answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from exams.models import Exam, HandAnswer, HandMark, QuestionVersion, Sitting
from exams.models.marking import CODE
from exams.permissions import exams_marked_by
from records.crypto import keyed_hash


@dataclass(frozen=True)
class Work:
    """One question of an exam: how many answers there are, how many are settled, wait for this marker, wait for a
    third, and were marked by him."""

    version: QuestionVersion
    answers: int
    settled: int
    waiting: int
    disputed: int
    mine: int


def works(exam: Exam, user: Any) -> list[Work]:
    """Two statements."""
    answers = HandAnswer.objects.of_exam(exam).order_by()
    marked = HandMark.objects.filter(answer=OuterRef("pk"))
    open_to_me = Q(points=None, mine=False) & ~Q(sitting__candidate__user=user)
    counted = (
        answers.annotate(mine=Exists(marked.filter(by=user)), by_so_many=markers_of())
        .values("version")
        .annotate(
            all=Count("pk"),
            settled=Count("pk", filter=Q(points__isnull=False)),
            waiting=Count("pk", filter=open_to_me),
            disputed=Count("pk", filter=Q(points=None, by_so_many__gte=2)),
            my=Count("pk", filter=Q(mine=True)),
        )
        .values_list("version", "all", "settled", "waiting", "disputed", "my")
    )
    rows = list(counted)
    versions = QuestionVersion.objects.in_bulk([row[0] for row in rows])
    return [Work(versions[row[0]], *row[1:]) for row in sorted(rows)]


def markers_of() -> Any:
    """How many people have marked an answer."""
    marks = HandMark.objects.filter(answer=OuterRef("pk")).order_by().values("answer")
    return Coalesce(Subquery(marks.annotate(people=Count("by", distinct=True)).values("people")), 0)


def work_of(exam: Exam, version: QuestionVersion, user: Any) -> Work:
    return next(work for work in works(exam, user) if work.version == version)


def questions_of(exam: Exam) -> QuerySet[QuestionVersion]:
    """What of this exam waits or waited for markers."""
    return QuestionVersion.objects.filter(pk__in=HandAnswer.objects.of_exam(exam).values("version"))


def of_question(exam: Exam, version: QuestionVersion) -> QuerySet[HandAnswer]:
    whole = HandAnswer.objects.of_exam(exam).filter(version=version)
    return whole.select_related("version", "sitting__paper", "sitting__candidate__exam")


def next_answer(exam: Exam, version: QuestionVersion, user: Any) -> HandAnswer | None:
    start = keyed_hash(f"{user.pk}:{version.pk}", "exams.marking_order")[:CODE]
    waiting = of_question(exam, version).filter(pk__in=HandAnswer.objects.open_to(user)).order_by("code")
    return waiting.filter(code__gte=start).first() or waiting.first()


def my_last(exam: Exam, version: QuestionVersion, user: Any) -> HandMark | None:
    mine = HandMark.objects.filter(answer__in=of_question(exam, version), by=user)
    return mine.select_related("answer").order_by("-pk").first()


def exams_to_mark(user: Any) -> QuerySet[Exam]:
    """Those with written answers, annotated with how many of them wait for this marker."""
    theirs = HandAnswer.objects.filter(sitting__candidate__exam=OuterRef("pk")).order_by()
    waiting = theirs.filter(pk__in=HandAnswer.objects.open_to(user)).values("sitting__candidate__exam")
    count = waiting.annotate(count=Count("pk")).values("count")
    exams = exams_marked_by(user).filter(Exists(theirs)).select_related("organisation")
    return exams.annotate(waiting=Coalesce(Subquery(count), 0)).order_by("-opens_at", "-pk")


def hand_ledger(sittings: Iterable[Sitting]) -> dict[int, list[HandMark]]:
    """By sitting: what markers gave, for whoever manages the exam; told only once the result is known."""
    marked = [sitting.pk for sitting in sittings if sitting.state == Sitting.State.MARKED]
    found: dict[int, list[HandMark]] = {}
    for mark in HandMark.objects.filter(answer__sitting__in=marked).select_related("by", "answer").order_by("pk"):
        found.setdefault(mark.answer.sitting_id, []).append(mark)
    return found


def shows_answers_now(exam: Exam, at: datetime) -> bool:
    """Not while anybody still sits it, also by a granted time after the window."""
    if exam.shows_answers != Exam.ShowsAnswers.AFTER_CLOSING or at < exam.closes_at:
        return False
    return not exam.candidates.filter(sittings__state=Sitting.State.OPEN).exists()
