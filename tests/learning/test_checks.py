"""Nothing is finished before the check question is answered rightly."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from exams.services import write_question
from learning.errors import NotLearning, QuestionChanged, TooEarly, TooSoon
from learning.models import CheckAnswer, LessonProgress
from learning.queries.time import progress_of
from learning.services.checks import answer_check
from learning.signals import lesson_finished
from tests.learning.factories import WORDING, LessonFactory, enrol, make_video, programme_of

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
RIGHT, WRONG = [1], [0]


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


@pytest.fixture
def lesson(db: Any) -> Any:
    return LessonFactory(minutes=10)


@pytest.fixture
def enrolment(learner: Any, lesson: Any) -> Any:
    return enrol(learner, programme_of(lesson))


@pytest.fixture
def answer(enrolment: Any, lesson: Any) -> Any:
    def answer(given: list[int], seconds: float = 0, **changes: Any) -> Any:
        told = {"version": lesson.check_question.current, "by": enrolment.user} | changes
        return answer_check(enrolment, lesson, given=given, now=at(seconds), **told)

    return answer


@pytest.fixture
def learnt(enrolment: Any, lesson: Any) -> Any:
    """Half of the author's minutes are read."""
    return LessonProgress.objects.create(enrolment=enrolment, lesson=lesson, credited_seconds=300)


def test_the_right_answer_finishes_the_lesson_and_is_explained(answer, learnt, enrolment):
    told = answer(RIGHT)
    assert (told.right, told.explanation) == (True, WORDING["explanation"])
    learnt.refresh_from_db()
    assert (learnt.check_passed_at, learnt.finished_at) == (NINE, NINE)
    assert progress_of([enrolment])[enrolment.pk].credited_seconds == 300


def test_a_wrong_answer_is_not_explained_and_asks_for_a_pause(answer, learnt):
    told = answer(WRONG)
    assert (told.right, told.explanation, told.retry_at) == (False, "", at(30))
    with pytest.raises(TooSoon):
        answer(RIGHT, 29)
    assert answer(RIGHT, 30).right
    assert [(one.given, one.right) for one in CheckAnswer.objects.all()] == [([0], False), ([1], True)]


def test_who_has_read_less_than_half_is_asked_to_read_on(answer, learnt, lesson):
    LessonProgress.objects.update(credited_seconds=240)
    with pytest.raises(TooEarly) as told:
        answer(RIGHT)
    assert told.value.seconds == 60
    assert not CheckAnswer.objects.exists()


def test_who_never_began_cannot_answer(answer):
    with pytest.raises(TooEarly):
        answer(RIGHT)


def test_a_film_is_seen_to_its_end_first(learner):
    film = LessonFactory(kind="video", body="", video=make_video(), minutes=2)
    enrolment = enrol(learner, programme_of(film))
    row = LessonProgress.objects.create(enrolment=enrolment, lesson=film, credited_seconds=100, ranges=[[0, 100]])
    arguments = (enrolment, film, film.check_question.current, RIGHT)
    with pytest.raises(TooEarly) as told:
        answer_check(*arguments, by=learner, now=NINE)
    assert told.value.seconds == 14
    LessonProgress.objects.filter(pk=row.pk).update(ranges=[[0, 114]])
    assert answer_check(*arguments, by=learner, now=NINE).right


def test_a_lesson_is_finished_once_however_often_it_is_answered(answer, learnt, enrolment, lesson):
    told = []

    def hear(**news):
        told.append((news["enrolment"], news["lesson"], news["now"]))

    lesson_finished.connect(hear, weak=False)
    try:
        for second in (0, 1, 2):
            assert answer(RIGHT, second).right
    finally:
        lesson_finished.disconnect(hear)
    assert told == [(enrolment, lesson, NINE)]
    assert CheckAnswer.objects.count() == 1


def test_a_question_that_was_mended_since_is_asked_again(answer, learnt, lesson):
    old = lesson.check_question.current
    question = lesson.check_question
    write_question(question.bank, question.key, WORDING | {"answer": [0]})
    lesson.refresh_from_db()
    with pytest.raises(QuestionChanged):
        answer(RIGHT, version=old)


def test_nobody_answers_for_another_and_nothing_counts_for_the_withdrawn(answer, learnt, enrolment, manager_a):
    with pytest.raises(NotLearning):
        answer(RIGHT, by=manager_a)
    enrolment.withdrawn_at = NINE
    with pytest.raises(NotLearning):
        answer(RIGHT)
