"""The questions that ship: each can be asked, is explained, and cites an article that the rulebook holds."""

from collections import Counter
from typing import Any

import pytest

from duties.shipped import read_rulebook
from duties.starter import load_rulebook
from duties.vocabulary import Hazard
from exams import rules, starter
from exams.models import Question, QuestionVersion
from exams.services import Wording, write_question
from records.starter import Outcome

QUESTIONS = starter.read_questions()
ARTICLES = read_rulebook().articles
KEYS = [question["key"] for question in QUESTIONS]
EVERYTHING = ("以上都", "以上皆", "都不对", "都是对的", "全部正确")


@pytest.mark.parametrize("question", QUESTIONS, ids=KEYS)
def test_a_question_can_be_asked_and_is_explained(question: dict[str, Any]) -> None:
    rules.check_choices(question["kind"], question["options"], question["answer"])
    assert len(question["explanation"]) >= 30
    assert question["difficulty"] in {1, 2, 3}
    assert question.get("hazard", "") in {"", *Hazard.values}
    assert question["rows"]
    assert set(question["rows"]) <= ARTICLES.keys()


@pytest.mark.parametrize("question", QUESTIONS, ids=KEYS)
def test_no_option_speaks_of_the_others_and_no_answer_is_given_away(question: dict[str, Any]) -> None:
    assert [option for option in question["options"] if any(word in option for word in EVERYTHING)] == []
    assert len(question["options"]) == (2 if question["kind"] == "true_false" else 4)
    assert question["answer"] == sorted(question["answer"])
    assert ("（可多选）" in question["stem"]) == (question["kind"] == "multiple")


def test_the_bank_has_a_hundred_and_twenty_questions_of_three_kinds() -> None:
    assert Counter(question["kind"] for question in QUESTIONS) == {"single": 60, "multiple": 30, "true_false": 30}


def test_no_question_stands_there_twice() -> None:
    assert len(set(KEYS)) == len(KEYS)
    assert len({question["stem"] for question in QUESTIONS}) == len(QUESTIONS)


def test_the_right_answer_cannot_be_guessed_from_its_place_or_its_length() -> None:
    single = [question for question in QUESTIONS if question["kind"] == "single"]
    places = Counter(question["answer"][0] for question in single)
    assert max(places.values()) <= 20
    assert sum(stands_out(question) for question in single) <= 20
    judged = Counter(question["answer"][0] for question in QUESTIONS if question["kind"] == "true_false")
    assert judged == {0: 15, 1: 15}


def stands_out(question: dict[str, Any]) -> bool:
    right = question["options"][question["answer"][0]]
    return all(len(right) > len(option) for option in question["options"] if option != right)


@pytest.mark.django_db
def test_loading_twice_changes_nothing() -> None:
    load_rulebook()
    assert set(starter.load_questions()) == {Outcome.CREATED}
    assert set(starter.load_questions()) == {Outcome.UNCHANGED}
    assert Question.objects.count() == QuestionVersion.objects.count() == 120


@pytest.mark.django_db
def test_a_question_brings_its_articles_with_it() -> None:
    load_rulebook()
    starter.load_questions()
    for shipped in QUESTIONS[:20]:
        version = Question.objects.get(key=shipped["key"]).current
        assert version
        assert {article.row_key for article in version.articles.all()} == set(shipped["rows"])


@pytest.mark.django_db
def test_an_editors_version_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    starter.load_questions()
    question = Question.objects.get(key="basics-01")
    mended = Wording(
        kind="true_false",
        stem="改过的题。",
        options=["正确", "错误"],
        answer=[0],
        explanation="",
        difficulty=1,
        hazard="",
    )
    write_question(question.bank, question.key, mended)
    newer = [QUESTIONS[0] | {"stem": "新版本的题。"}, *QUESTIONS[1:]]
    monkeypatch.setattr(starter, "read_questions", lambda: newer)
    assert Counter(starter.load_questions()) == {Outcome.KEPT: 1, Outcome.UNCHANGED: 119}
    question.refresh_from_db()
    assert question.current
    assert question.current.stem == "改过的题。"
