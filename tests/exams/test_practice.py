"""Practice as it is written down: what may be asked, what an answer changes, mock exams."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exams import services
from exams.models import MockExam, Practice, PracticeAnswer, Question, QuestionBank
from exams.permissions import banks_practised_by
from exams.queries import practice as queries
from exams.queries.practice import Choice, Ground
from exams.services.mocks import (
    NothingToAsk,
    hand_in_mock,
    parts_of_bank,
    parts_of_exam,
    save_mock,
    start_mock,
)
from exams.services.practice import Given, answer_practice, judge_own, mark_reviewed, open_for_practice
from tests.exams.factories import make_bank, make_candidate, make_published, make_question, make_sitting

pytestmark = pytest.mark.django_db
DICE = random.Random(7)


def opened(name: str = "练习题库", organisation: Any = None, **kinds: int) -> QuestionBank:
    bank = make_bank(name, organisation, **(kinds or {"single": 6}))
    bank.open_for_practice = True
    bank.save()
    return bank


def ground(user: Any, now: datetime | None = None) -> Ground:
    return queries.ground_of(user, now or timezone.now())


def answer(user: Any, question: Question, *, right: bool, key: str, now: datetime | None = None) -> PracticeAnswer:
    version: Any = question.current
    wrong = [(version.answer[0] + 1) % 4]
    given = [Given(version, version.answer if right else wrong, key)]
    return answer_practice(user, given, now=now or timezone.now())[0]


def first_of(bank: QuestionBank) -> Question:
    return bank.questions.select_related("current").order_by("pk")[0]


# ── What may be practised ────────────────────────────────────────────────────
def test_a_closed_bank_and_that_of_another_organisation_are_not_practised(
    learner: Any, organisation_a: Any, organisation_b: Any
) -> None:
    make_bank("未开放")
    bureau, own = opened("本局"), opened("甲厂", organisation_a)
    opened("乙厂", organisation_b)
    assert set(banks_practised_by(learner)) == {bureau, own}


def test_retired_quarantined_and_unreviewed_questions_stay_out(learner: Any, manager_a: Any) -> None:
    bank = opened(single=4)
    now = timezone.now()
    retired, quarantined, unread, fine = bank.questions.order_by("pk")
    Question.objects.filter(pk=retired.pk).update(retired_at=now)
    Question.objects.filter(pk=quarantined.pk).update(quarantined_at=now)
    unread.versions.update(author=manager_a)
    assert list(ground(learner).questions()) == [fine]
    assert list(queries.unreviewed(bank)) == [unread]
    assert mark_reviewed(bank, [unread.current_id or 0], by=manager_a, now=now) == 1
    assert set(ground(learner).questions()) == {unread, fine}


def test_what_an_open_exam_asks_is_not_practised_until_its_window_closes(learner: Any) -> None:
    bank, now = opened(single=8), timezone.now()
    exam = make_published(bank, now=now, parts=[("single", 1, 100)])
    asked = queries.questions_of(exam.papers.all())
    assert asked
    for moment, hidden in ((now, asked), (exam.closes_at + timedelta(seconds=1), set())):
        there = set(ground(learner, moment).questions().values_list("pk", flat=True))
        assert set(bank.questions.values_list("pk", flat=True)) - there == hidden


def test_nor_while_somebody_with_extra_time_still_writes(learner: Any) -> None:
    bank, now = opened(single=8), timezone.now()
    sitting = make_sitting(make_candidate(make_published(bank, now=now, parts=[("single", 1, 100)]), now=now), now=now)
    exam = sitting.candidate.exam
    assert ground(learner, exam.closes_at + timedelta(minutes=5)).secret == queries.questions_of(exam.papers.all())


def test_who_manages_a_bank_opens_and_closes_it_once(manager_a: Any, organisation_a: Any) -> None:
    bank, now = make_bank("甲厂", organisation_a), timezone.now()
    assert [open_for_practice(bank, on, by=manager_a, now=now) for on in (True, True, False)] == [True, False, True]


# ── Answers ──────────────────────────────────────────────────────────────────
def test_a_wrong_one_comes_back_until_right_twice(learner: Any) -> None:
    question = first_of(opened())
    answer(learner, question, right=False, key="1")
    answer(learner, question, right=True, key="2")
    assert [row.question for row in queries.wrong_rows(ground(learner))] == [question]
    answer(learner, question, right=True, key="3")
    assert not queries.wrong_rows(ground(learner)).exists()
    assert PracticeAnswer.objects.filter(version=question.current).count() == 3


def test_a_double_click_answers_once(learner: Any) -> None:
    question = first_of(opened())
    first, second = (answer(learner, question, right=right, key="same") for right in (True, False))
    assert first == second
    assert Practice.objects.get().record.asked == PracticeAnswer.objects.count() == 1


def test_only_the_person_judges_an_essay_and_only_once(learner: Any) -> None:
    rubric = [{"text": "要点", "share": 1}]
    question = make_question(opened(), "essay", options=[], answer=rubric)
    kept = answer_practice(learner, [Given(question.current, ["答"], "1")], now=timezone.now())[0]
    assert kept.right is None
    assert not queries.wrong_rows(ground(learner)).exists()
    assert [judge_own(kept, right, now=timezone.now()) for right in (False, True)] == [True, False]
    assert Practice.objects.get().record.to_repeat


def test_the_latest_wrong_one_stands_first(learner: Any) -> None:
    bank, now = opened(), timezone.now()
    one, two = bank.questions.select_related("current").order_by("pk")[:2]
    answer(learner, one, right=False, key="1", now=now)
    answer(learner, two, right=False, key="2", now=now + timedelta(minutes=1))
    assert [row.question for row in queries.wrong_rows(ground(learner))] == [two, one]
    assert queries.next_wrong(ground(learner), Choice()) == one
    assert not queries.wrong_rows(ground(bank_stranger())).exists()


def bank_stranger() -> Any:
    from tests.people.factories import UserFactory

    return UserFactory()


# ── What comes next ──────────────────────────────────────────────────────────
def next_one(user: Any, choice: Choice | None = None) -> Question | None:
    here, choice = ground(user), choice or Choice()
    return queries.next_question(here, choice, queries.progress(here, choice), DICE)


def test_every_question_is_seen_once_before_one_is_seen_twice(learner: Any) -> None:
    bank = opened(single=5)
    met = []
    for number in range(5):
        question = next_one(learner)
        assert question is not None
        answer(learner, question, right=True, key=str(number))
        met.append(question.pk)
    assert sorted(met) == sorted(bank.questions.values_list("pk", flat=True))
    again = next_one(learner)
    assert again is not None
    assert again.pk == met[0]


def test_wrong_ones_are_mixed_in(learner: Any) -> None:
    bank, now = opened(single=20), timezone.now()
    questions = list(bank.questions.select_related("current").order_by("pk"))
    answer(learner, questions[0], right=False, key="1", now=now - timedelta(hours=1))
    for number in (1, 2):
        answer(learner, questions[number], right=True, key=str(number), now=now)
    assert next_one(learner) == questions[0]


def test_a_choice_narrows(learner: Any) -> None:
    bank = opened(single=3, multiple=2)
    bank.questions.filter(key="multiple-1").update(chapter="第一章")
    found = next_one(learner, Choice(kind="multiple", chapter="第一章"))
    assert found is not None
    assert found.key == "multiple-1"
    assert next_one(learner, Choice(kind="single", chapter="第一章")) is None


def test_each_count_is_what_the_value_gives_beside_the_other_choices(learner: Any) -> None:
    bank = opened(single=3, multiple=2)
    bank.questions.filter(key__in=["single-1", "multiple-1"]).update(chapter="第一章")
    facets, total = queries.facets(ground(learner), Choice(chapter="第一章"))
    assert total == 2
    assert {one.name: {value: count for value, _label, count in one.values} for one in facets} == {
        "chapter": {"第一章": 2},
        "kind": {"single": 1, "multiple": 1},
        "difficulty": {"1": 2},
    }


def test_drawing_asks_as_many_statements_of_a_large_bank_as_of_a_small_one(learner: Any) -> None:
    counts = []
    for size in (3, 30):
        opened("练习题库", single=size)
        with CaptureQueriesContext(connection) as statements:
            next_one(learner)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 7


# ── Mock exams ───────────────────────────────────────────────────────────────
def mock_of(user: Any, bank: QuestionBank, now: datetime, **counts: int) -> MockExam:
    parts = parts_of_bank(Ground(user, [bank], now=now), counts or {"single": 3})
    return start_mock(user, bank.name, parts, minutes=30, now=now)


def test_a_mock_exam_becomes_practice_answers_once(learner: Any) -> None:
    bank, now = opened(single=6), timezone.now()
    mock = mock_of(learner, bank, now)
    keys = [Question.objects.get(versions=slot["version"]).current.answer for slot in mock.slots]  # type: ignore[union-attr]
    assert save_mock(mock, {0: keys[0], 1: [(keys[1][0] + 1) % 4]}, now=now)
    assert [hand_in_mock(mock, now=now) for _ in range(2)] == [True, False]
    assert list(mock.answers.order_by("place").values_list("place", "right")) == [(0, True), (1, False)]
    assert queries.progress(ground(learner)).wrong == 1  # the one left open is not among them


def test_only_one_mock_exam_is_open(learner: Any) -> None:
    bank, now = opened(), timezone.now()
    assert mock_of(learner, bank, now) == mock_of(learner, bank, now)


def test_after_its_time_nothing_is_saved_any_more(learner: Any) -> None:
    now = timezone.now()
    mock = mock_of(learner, opened(), now)
    assert save_mock(mock, {0: [0]}, now=mock.deadline)
    assert not save_mock(mock, {0: [1]}, now=mock.deadline + timedelta(minutes=2))
    hand_in_mock(mock, now=mock.deadline + timedelta(minutes=2))
    mock.refresh_from_db()
    assert (mock.given, mock.handed_in_at) == ({"0": [0]}, mock.deadline)


def test_a_mock_exam_begins_with_what_was_seen_least(learner: Any) -> None:
    bank = opened(single=4)
    for number, question in enumerate(bank.questions.select_related("current").order_by("pk")[:2]):
        answer(learner, question, right=True, key=str(number))
    unseen = set(bank.questions.order_by("pk").values_list("current", flat=True)[2:])
    mock = mock_of(learner, bank, timezone.now(), single=2)
    assert {slot["version"] for slot in mock.slots} == unseen


def test_a_mock_like_an_exam_asks_none_of_its_questions(learner: Any) -> None:
    bank, now = opened(single=30), timezone.now()
    exam = make_published(bank, now=now, opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=2),
                          parts=[("single", 2, 50)])  # fmt: skip
    assert queries.blueprints_of(learner, now) == []
    services.admit(exam, list(learner.memberships.all()), by=None, now=now)
    assert queries.blueprints_of(learner, now) == [exam]
    asked = queries.questions_of(exam.papers.all())
    mock = start_mock(learner, exam.title, parts_of_exam(learner, exam, asked, now=now), minutes=60, now=now)
    drawn = set(Question.objects.filter(versions__in=[slot["version"] for slot in mock.slots]))
    assert len(mock.slots) == 2
    assert not {question.pk for question in drawn} & asked


def test_where_the_papers_ask_everything_nothing_is_left(learner: Any) -> None:
    bank, now = opened(single=2), timezone.now()
    exam = make_published(bank, now=now, parts=[("single", 2, 50)])
    asked = queries.questions_of(exam.papers.all())
    with pytest.raises(NothingToAsk):
        start_mock(learner, exam.title, parts_of_exam(learner, exam, asked, now=now), minutes=60, now=now)


def test_a_question_that_an_exam_asks_by_now_is_not_judged(learner: Any) -> None:
    bank, now = opened(single=3), timezone.now()
    mock = mock_of(learner, bank, now)
    save_mock(mock, {0: [0], 1: [0], 2: [0]}, now=now)
    make_published(bank, now=now, parts=[("single", 3, 10)])
    hand_in_mock(mock, now=now)
    assert not mock.answers.exists()
