"""Markers and corrections at the same moment: threads with connections of their own, on PostgreSQL."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from exams import services
from exams.models import Exam, HandAnswer, HandMark, KeyCorrection, Mark, QuestionBank, QuestionVersion, Sitting
from exams.services.corrections import SameKey, apply_correction, correct_key
from exams.services.hand_marking import MayNotMark, mark_answer
from exams.sitting_rules import Save
from tests.exams.factories import (
    DEVICE,
    hand_in_texts,
    make_bank,
    make_candidate,
    make_exam,
    make_question,
    make_sitting,
    make_written_exam,
)
from tests.people.factories import UserFactory

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]
AT_ONCE = 6


@pytest.fixture
def together() -> Iterator[Callable[..., list[Any]]]:
    """Runs the steps at the same moment, each in a thread of its own; an exception is a result too."""
    pool = ThreadPoolExecutor(2 * AT_ONCE)

    def run(*steps: Callable[[], Any]) -> list[Any]:
        start = threading.Barrier(len(steps))

        def one(step: Callable[[], Any]) -> Any:
            try:
                start.wait(timeout=10)
                return step()
            except Exception as raised:
                return type(raised)
            finally:
                connection.close()

        return list(pool.map(one, steps))

    yield run
    pool.shutdown()


def give(answer: HandAnswer, by: Any) -> str:
    mark_answer(answer, [Decimal(6), Decimal(4)], comment="", by=by, now=timezone.now())
    return "marked"


def test_of_six_markers_of_one_answer_one_marks_it(together: Callable[..., list[Any]]) -> None:
    hand_in_texts(make_written_exam(now=timezone.now()), "先断电。", now=timezone.now())
    answer, markers = HandAnswer.objects.get(), [UserFactory() for _marker in range(AT_ONCE)]
    told = together(*[lambda by=by: give(answer, by) for by in markers])
    assert Counter(told) == {"marked": 1, MayNotMark: AT_ONCE - 1}
    assert (HandMark.objects.count(), Mark.objects.count()) == (1, 1)


def test_the_last_answers_of_a_sitting_marked_at_once_are_one_result(together: Callable[..., list[Any]]) -> None:
    now = timezone.now()
    hand_in_texts(make_written_exam(now=now, questions=3), "一", "二", "三", now=now)
    answers = list(HandAnswer.objects.all())
    assert together(*[lambda one=one: give(one, UserFactory()) for one in answers]) == ["marked"] * 3
    assert [(mark.points, mark.by) for mark in Mark.objects.all()] == [(40, None)]
    assert Sitting.objects.get().state == "marked"


@pytest.fixture
def exam() -> Exam:
    now = timezone.now()
    bank = make_bank("题库", single=1)
    return services.publish_exam(make_exam(bank, now=now, parts=[("single", 1, 10)]), by=None, now=now)


def handed_in(exam: Exam) -> Sitting:
    now = timezone.now()
    sitting = make_sitting(make_candidate(exam, now=now), now=now)
    services.save_answers(sitting.pk, [Save(0, (3,), 1, now)], device=DEVICE, epoch=1, now=now)
    return services.submit_sitting(sitting, now=now)


def test_nobody_is_forgotten_who_is_marked_while_a_key_is_corrected(
    together: Callable[..., list[Any]], exam: Exam
) -> None:
    sittings, by, asked = [handed_in(exam) for _person in range(AT_ONCE)], UserFactory(), QuestionVersion.objects.get()
    corrected = make_question(QuestionBank.objects.get(), "single", 1, answer=[3]).current

    def correct() -> None:
        made = correct_key(exam, asked, corrected, reason="教材第5页", by=by, now=timezone.now())
        apply_correction(made.pk, now=timezone.now())

    marking = [lambda pk=one.pk: bool(services.mark_sitting(pk, now=timezone.now())) for one in sittings]
    assert Counter(together(correct, *marking)) == {None: 1, True: AT_ONCE}
    assert [one.result.points for one in sittings] == [10] * AT_ONCE


def test_a_key_is_corrected_once_and_each_result_changes_once(together: Callable[..., list[Any]], exam: Exam) -> None:
    sitting, by, asked = handed_in(exam), UserFactory(), QuestionVersion.objects.get()
    services.mark_sitting(sitting.pk, now=timezone.now())
    corrected = make_question(QuestionBank.objects.get(), "single", 1, answer=[3]).current
    steps = [lambda: bool(correct_key(exam, asked, corrected, reason="教材第5页", by=by, now=timezone.now()))] * AT_ONCE
    assert Counter(together(*steps)) == {True: 1, SameKey: AT_ONCE - 1}
    made = KeyCorrection.objects.get()
    changed = together(*[lambda: apply_correction(made.pk, now=timezone.now())] * AT_ONCE)
    assert Counter(changed) == {1: 1, 0: AT_ONCE - 1}
    assert [(mark.points, mark.by) for mark in sitting.marks.order_by("pk")] == [(0, None), (10, by)]
