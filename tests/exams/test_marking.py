"""Marks are a ledger: the machine writes one a sitting, and what people add stands beside it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from exams import services, tasks
from exams.models import Answer, AnswerEvent, Mark, Question, Sitting
from exams.signals import sitting_marked
from exams.sitting_rules import Save
from people.models import User
from records.models import AuditEntry
from tests.exams.factories import (
    DEVICE,
    NOW,
    make_candidate,
    make_published,
    make_question,
    make_sitting,
    right_answers,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def news() -> Iterator[list[Any]]:
    heard: list[Any] = []

    def hear(**told: Any) -> None:
        heard.append((told["sitting"].pk, told["mark"].points, told["mark"].passed))

    sitting_marked.connect(hear, weak=False)
    yield heard
    sitting_marked.disconnect(hear)


def answer(sitting: Sitting, given: dict[int, list[int]], *, now: Any = NOW, revision: int = 1) -> None:
    saves = [Save(slot, tuple(positions), revision, now) for slot, positions in given.items()]
    services.save_answers(sitting.pk, saves, device=DEVICE, epoch=1, now=now)


def marked(sitting: Sitting) -> Mark:
    services.submit_sitting(sitting, now=NOW)
    return services.mark_sitting(sitting.pk, now=NOW)


def test_all_right_is_all_the_points_and_the_news_goes_out(news: list[Any]) -> None:
    sitting = make_sitting(now=NOW)
    answer(sitting, right_answers(sitting))
    mark = marked(sitting)
    assert (mark.points, mark.total_points, mark.passed, mark.slots) == (100, 100, True, [20] * 5)
    assert (mark.by, mark.recorded_at, Sitting.objects.get().state) == (None, NOW, "marked")
    assert news == [(sitting.pk, 100, True)]


def test_what_is_wrong_half_right_or_empty_gives_nothing() -> None:
    sitting = make_sitting(now=NOW)
    right = right_answers(sitting)
    answer(sitting, {0: right[0], 1: [3], 3: right[3][:1], 4: right[4]})
    mark = marked(sitting)
    assert (mark.slots, mark.points, mark.passed) == ([20, 0, 0, 0, 20], 40, False)


def test_it_is_marked_by_the_version_that_was_asked() -> None:
    sitting = make_sitting(now=NOW)
    answer(sitting, right_answers(sitting))
    for question in Question.objects.select_related("current", "bank"):
        changed = [0, 1] if question.current.kind == "multiple" else [1 - question.current.answer[0] % 2]
        make_question(question.bank, question.current.kind, int(question.key.split("-")[1]), answer=changed)
    assert marked(sitting).points == 100


def test_a_sitting_is_marked_once_however_often_it_is_asked(news: list[Any]) -> None:
    sitting = make_sitting(now=NOW)
    first = marked(sitting)
    assert services.mark_sitting(sitting.pk, now=NOW + timedelta(days=1)) == first
    tasks.mark_sitting(sitting.pk, sitting.pk)
    assert (Mark.objects.count(), len(news)) == (1, 1)


def test_an_open_sitting_is_not_marked() -> None:
    sitting = make_sitting(now=NOW)
    with pytest.raises(services.NotMarkable):
        services.mark_sitting(sitting.pk, now=NOW)
    assert Mark.objects.count() == 0


def test_late_answers_are_never_marked_by_the_machine() -> None:
    sitting = make_sitting(now=NOW)
    answer(sitting, right_answers(sitting), now=sitting.deadline + timedelta(hours=1))
    assert AnswerEvent.objects.count() == 5
    assert marked(sitting).points == 0


def test_a_receiver_that_fails_undoes_the_mark_and_does_not_keep_the_others_waiting() -> None:
    exam = make_published(now=NOW)
    sittings = [make_sitting(make_candidate(exam, now=NOW), now=NOW) for _person in range(2)]
    for sitting in sittings:
        services.submit_sitting(sitting, now=NOW)

    def refuse(sitting: Sitting, **_told: Any) -> None:
        if sitting.pk == sittings[0].pk:
            raise RuntimeError("no")

    sitting_marked.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            tasks.mark_sitting(*[sitting.pk for sitting in sittings])
    finally:
        sitting_marked.disconnect(refuse)
    assert list(Mark.objects.values_list("sitting", flat=True)) == [sittings[1].pk]
    assert Sitting.objects.get(pk=sittings[0].pk).state == "submitted"
    tasks.mark_sitting(*[sitting.pk for sitting in sittings])
    assert Mark.objects.count() == 2


def test_an_examiner_lets_late_answers_count_as_a_new_mark(exam_officer: User, news: list[Any]) -> None:
    sitting = make_sitting(now=NOW)
    right = right_answers(sitting)
    answer(sitting, {slot: right[slot] for slot in (0, 1)})
    answer(sitting, {slot: right[slot] for slot in (2, 3, 4)}, now=sitting.deadline + timedelta(hours=1))
    first = marked(sitting)
    late = list(AnswerEvent.objects.filter(verdict="late"))
    second = services.admit_late(late, reason="考场断网", by=exam_officer, now=NOW)
    assert [(mark.points, mark.by, mark.reason) for mark in (first, second)] == [
        (40, None, ""),
        (100, exam_officer, "考场断网"),
    ]
    assert sitting.result == second
    assert news[-1] == (sitting.pk, 100, True)
    assert (Answer.objects.count(), AnswerEvent.objects.filter(verdict="late").count()) == (2, 3)
    logged = AuditEntry.objects.get(action="exams.late_answers_admitted")
    assert (logged.actor, logged.payload["reason"]) == (exam_officer, "考场断网")


def test_only_late_answers_of_one_marked_sitting_are_admitted(exam_officer: User) -> None:
    sitting = make_sitting(now=NOW)
    answer(sitting, {0: [1]})
    answer(sitting, {1: [1]}, now=sitting.deadline + timedelta(hours=1))
    accepted, late = AnswerEvent.objects.order_by("pk")
    for events in ([], [accepted], [late]):  # the last one: not marked yet
        with pytest.raises(services.NotMarkable):
            services.admit_late(events, reason="x", by=exam_officer, now=NOW)
