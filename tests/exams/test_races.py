"""Two of the same at the same moment: threads with connections of their own, on PostgreSQL."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from exams import services
from exams.models import Answer, AnswerEvent, Candidate, Exam, Mark, Sitting
from exams.sitting_rules import Save
from records.models import Job
from tests.exams.factories import DEVICE, make_candidate, make_exam, make_published, make_sitting, right_answers
from tests.people.factories import MembershipFactory

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]
AT_ONCE = 8


@pytest.fixture
def together() -> Iterator[Callable[..., list[Any]]]:
    """Runs the steps at the same moment, each in a thread of its own; an exception is a result too."""
    pool = ThreadPoolExecutor(AT_ONCE)

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


def test_eight_starts_of_one_device_are_one_sitting(together: Callable[..., list[Any]]) -> None:
    candidate = make_candidate(make_published())
    now = timezone.now()
    begun = together(*[lambda: services.start_sitting(candidate, device=DEVICE, now=now)] * AT_ONCE)
    assert set(begun) == {Sitting.objects.get()}


def test_starts_of_eight_devices_are_one_sitting_and_seven_refusals(together: Callable[..., list[Any]]) -> None:
    candidate = make_candidate(make_published())
    now = timezone.now()
    steps = [
        lambda number=number: services.start_sitting(candidate, device=f"device-{number}", now=now)
        for number in range(AT_ONCE)
    ]
    assert Counter(together(*steps)) == {Sitting.objects.get(): 1, services.OtherDevice: AT_ONCE - 1}


def test_a_sitting_is_handed_in_once_and_queued_once(together: Callable[..., list[Any]]) -> None:
    sitting, now = make_sitting(), timezone.now()
    steps = [lambda: services.submit_sitting(Sitting.objects.get(), now=now) and "done"] * AT_ONCE
    assert Counter(together(*steps)) == {"done": 1, services.AlreadySubmitted: AT_ONCE - 1}
    assert [job.args for job in Job.objects.filter(task="exams.mark_sitting")] == [[sitting.pk]]


def test_the_collector_and_the_candidate_never_both_take_it(together: Callable[..., list[Any]]) -> None:
    exam = make_published()
    sittings = [make_sitting(make_candidate(exam)) for _person in range(4)]
    after = timezone.now() + timedelta(hours=3)
    hand_ins = [
        lambda pk=sitting.pk: services.submit_sitting(Sitting.objects.get(pk=pk), now=after) for sitting in sittings
    ]
    results = together(*hand_ins, *[lambda: services.collect_overdue(after)] * 4)
    by_hand = sum(isinstance(result, Sitting) for result in results)
    assert by_hand + sum(result for result in results if isinstance(result, int)) == 4
    queued = [pk for job in Job.objects.filter(task="exams.mark_sitting") for pk in job.args]
    assert sorted(queued) == sorted(sitting.pk for sitting in sittings)


def test_a_save_that_was_accepted_is_in_the_mark_though_the_hand_in_came_at_once(
    together: Callable[..., list[Any]],
) -> None:
    exam = make_published()
    for _turn in range(10):
        sitting = make_sitting(make_candidate(exam))
        told, points = save_and_hand_in(sitting, together)
        assert (told, points) in [({"accepted"}, 100), ({"late"}, 0)]


def save_and_hand_in(sitting: Sitting, together: Callable[..., list[Any]]) -> tuple[set[str], int]:
    """What the save was told, and what the machine gave."""
    now, right = timezone.now(), right_answers(sitting)
    saves = [Save(slot, tuple(given), 1, now) for slot, given in right.items()]

    def save() -> set[str]:
        saved = services.save_answers(sitting.pk, saves, device=DEVICE, epoch=1, now=now)
        return {receipt.verdict.value for receipt in saved.receipts}

    def finish() -> None:
        services.submit_sitting(Sitting.objects.get(pk=sitting.pk), now=now)
        services.mark_sitting(sitting.pk, now=now)

    told, _none = together(save, finish)
    return told, Mark.objects.get(sitting=sitting).points


def test_batches_of_one_sitting_at_once_keep_the_highest_revision(together: Callable[..., list[Any]]) -> None:
    sitting, now = make_sitting(), timezone.now()

    def send(revision: int) -> Any:
        return services.save_answers(
            sitting.pk, [Save(0, (revision % 4,), revision, now)], device=DEVICE, epoch=1, now=now
        )

    together(*[lambda revision=revision: send(revision) for revision in range(1, AT_ONCE + 1)])
    assert list(Answer.objects.values_list("given", "revision")) == [([0], AT_ONCE)]
    assert AnswerEvent.objects.count() == AT_ONCE


def test_one_batch_sent_eight_times_at_once_is_in_the_journal_once(together: Callable[..., list[Any]]) -> None:
    sitting, now = make_sitting(), timezone.now()
    batch = [Save(slot, (0,), 1, now) for slot in range(3)]
    steps = [lambda: services.save_answers(sitting.pk, batch, device=DEVICE, epoch=1, now=now).receipts] * AT_ONCE
    told = together(*steps)
    assert all(receipts == told[0] for receipts in told)
    assert AnswerEvent.objects.count() == 3


def test_a_sitting_is_marked_once(together: Callable[..., list[Any]]) -> None:
    sitting, now = make_sitting(), timezone.now()
    services.submit_sitting(sitting, now=now)
    marks = together(*[lambda: services.mark_sitting(sitting.pk, now=now)] * AT_ONCE)
    assert set(marks) == {Mark.objects.get()}


def test_an_exam_is_published_once(together: Callable[..., list[Any]]) -> None:
    exam, now = make_exam(), timezone.now()
    steps = [lambda: services.publish_exam(Exam.objects.get(), by=None, now=now).state] * AT_ONCE
    assert Counter(together(*steps)) == {"published": 1, services.WrongState: AT_ONCE - 1}
    assert exam.papers.count() == 5


def test_everybody_is_admitted_once(together: Callable[..., list[Any]]) -> None:
    exam, people, now = make_exam(), [MembershipFactory() for _person in range(20)], timezone.now()
    together(*[lambda: services.admit(exam, people, by=None, now=now)] * AT_ONCE)
    assert Candidate.objects.count() == 20
