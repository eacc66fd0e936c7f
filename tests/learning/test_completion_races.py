"""The last lesson and the mark arrive at the same moment: on PostgreSQL, where they really do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from exams import services as exams
from exams.models import Certificate, Mark, Sitting
from learning.models import Enrolment, LessonProgress
from learning.services.completion import review_enrolment
from learning.services.enrolment import assign_members
from people.models import Membership
from records.models import AuditEntry
from tests.exams.factories import make_bank, make_candidate, make_published, make_sitting
from tests.learning.factories import LessonFactory, enrol, programme_of
from tests.people.factories import MembershipFactory

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one writer in at a time"),
]
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def at_once(*acts: Callable[[Barrier], Any]) -> list[Any]:
    together = Barrier(len(acts))

    def turn(act: Callable[[Barrier], Any]) -> Any:
        try:
            return act(together)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(turn, acts))


def test_of_the_last_lesson_and_the_mark_the_second_completes() -> None:
    lesson, member = LessonFactory(), MembershipFactory()
    exam = make_published(make_bank("考试题库"), organisation=member.organisation, now=NOW)
    programme = programme_of(
        lesson, organisation=member.organisation, exam=exam, required_hours="0.2", certificate_kind="training"
    )
    one = enrol(member.user, programme)
    sitting = make_sitting(make_candidate(exam, member, now=NOW), now=NOW)
    exams.submit_sitting(sitting, now=NOW)
    Sitting.objects.filter(pk=sitting.pk).update(state=Sitting.State.MARKED)

    def look(together: Barrier) -> bool:
        together.wait()  # both have written, neither has committed
        return review_enrolment(Enrolment.objects.select_related("programme").get(pk=one.pk), now=NOW)

    def learn(together: Barrier) -> bool:
        with transaction.atomic():
            LessonProgress.objects.create(
                enrolment=one, lesson=lesson, credited_seconds=600, check_passed_at=NOW, finished_at=NOW
            )
            return look(together)

    def mark(together: Barrier) -> bool:
        with transaction.atomic():
            Mark.objects.create(sitting=sitting, points=100, total_points=100, passed=True, slots=[], recorded_at=NOW)
            return look(together)

    assert sorted(at_once(learn, mark)) == [False, True]
    assert Certificate.objects.count() == 1
    assert AuditEntry.objects.filter(action="learning.enrolment_completed").count() == 1


def test_eight_who_assign_the_same_people_enrol_them_once() -> None:
    member = MembershipFactory()
    more = [MembershipFactory(organisation=member.organisation) for _ in range(20)]
    programme = programme_of(LessonFactory(), organisation=member.organisation, closes_on=date(2099, 12, 31))

    def assign(together: Barrier) -> int:
        together.wait()
        everybody = Membership.objects.filter(pk__in=[one.pk for one in [member, *more]])
        return assign_members(programme, everybody, by=None, now=NOW).new

    at_once(*[assign] * 8)
    assert Enrolment.objects.count() == 21
