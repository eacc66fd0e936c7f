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
from people.starter import load_sectors
from records.starter import Outcome

NEW_WORKER, COUNTY = starter.read_questions("new-worker"), starter.read_questions("county")
QUESTIONS = NEW_WORKER + COUNTY
ARTICLES = read_rulebook().articles
KEYS = [question["key"] for question in QUESTIONS]
EVERYTHING = ("以上都", "以上皆", "都不对", "都是对的", "全部正确")


@pytest.mark.parametrize("question", QUESTIONS, ids=KEYS)
def test_a_question_can_be_asked_and_is_explained(question: dict[str, Any]) -> None:
    rules.check_question(question["kind"], question["stem"], question["options"], question["answer"])
    assert len(question["explanation"]) >= 30
    assert question["difficulty"] in {1, 2, 3}
    assert question.get("hazard", "") in {"", *Hazard.values}
    assert set(question["rows"]) <= ARTICLES.keys()


@pytest.mark.parametrize(
    "question", [one for one in QUESTIONS if one["kind"] in rules.CHOICES], ids=lambda one: one["key"]
)
def test_no_option_speaks_of_the_others_and_no_answer_is_given_away(question: dict[str, Any]) -> None:
    assert [option for option in question["options"] if any(word in option for word in EVERYTHING)] == []
    assert len(question["options"]) == (2 if question["kind"] == "true_false" else 4)
    assert question["answer"] == sorted(question["answer"])
    assert ("（可多选）" in question["stem"]) == (question["kind"] == "multiple")


def test_the_course_has_a_hundred_and_twenty_questions_of_three_kinds_each_with_its_article() -> None:
    assert Counter(question["kind"] for question in NEW_WORKER) == {"single": 60, "multiple": 30, "true_false": 30}
    assert [question["key"] for question in NEW_WORKER if not question["rows"]] == []


def test_the_bank_of_the_county_is_balanced_over_kinds_difficulty_and_subjects() -> None:
    kinds = Counter(question["kind"] for question in COUNTY)
    assert len(COUNTY) >= 600
    assert set(kinds) == set(QuestionVersion.Kind.values)
    assert min(kinds[kind] for kind in ("fill", "ordering", "matching")) >= 40
    difficulty = Counter(question["difficulty"] for question in COUNTY)
    assert all(difficulty[level] >= share * len(COUNTY) for level, share in ((1, 0.3), (2, 0.3), (3, 0.15)))
    assert len({question.get("hazard", "") for question in COUNTY}) >= 18
    assert len({sector for question in COUNTY for sector in question.get("sectors", [])}) >= 10
    assert [question["key"] for question in COUNTY if not question["point"]] == []


def test_no_question_stands_there_twice() -> None:
    assert len(set(KEYS)) == len(KEYS)
    assert len({question["stem"] for question in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize("questions", [NEW_WORKER, COUNTY], ids=["new worker", "county"])
def test_the_right_answer_cannot_be_guessed_from_its_place_or_its_length(questions: list[dict[str, Any]]) -> None:
    single = [question for question in questions if question["kind"] == "single"]
    places = Counter(question["answer"][0] for question in single)
    assert max(places.values()) * 3 <= len(single)
    assert sum(stands_out(question) for question in single) * 3 <= len(single)
    judged = Counter(question["answer"][0] for question in questions if question["kind"] == "true_false")
    assert abs(judged[0] - judged[1]) * 10 <= sum(judged.values())


def stands_out(question: dict[str, Any]) -> bool:
    right = question["options"][question["answer"][0]]
    return all(len(right) > len(option) for option in question["options"] if option != right)


def new_workers() -> Counter[Outcome]:
    return Counter(starter.load_bank("new-worker"))


@pytest.mark.django_db
def test_loading_twice_changes_nothing() -> None:
    load_rulebook()
    load_sectors()
    assert set(starter.load_questions()) == {Outcome.CREATED}
    assert set(starter.load_questions()) == {Outcome.UNCHANGED}
    assert Question.objects.count() == QuestionVersion.objects.count() == len(QUESTIONS)
    of_a_case = Question.objects.exclude(case="").select_related("current").first()
    assert of_a_case
    assert of_a_case.current
    assert len(of_a_case.current.material) >= 60
    assert set(Question.objects.get(key="mines-01").sectors.values_list("code", flat=True)) == {
        "coal_mine",
        "other_mine",
    }


@pytest.mark.django_db
def test_a_question_brings_its_articles_with_it() -> None:
    load_rulebook()
    new_workers()
    for shipped in NEW_WORKER[:20]:
        version = Question.objects.get(key=shipped["key"]).current
        assert version
        assert {article.row_key for article in version.articles.all()} == set(shipped["rows"])


@pytest.mark.django_db
def test_an_editors_version_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    new_workers()
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
    newer = [NEW_WORKER[0] | {"stem": "新版本的题。"}, *NEW_WORKER[1:]]
    monkeypatch.setattr(starter, "read_questions", lambda _folder: newer)
    assert new_workers() == {Outcome.KEPT: 1, Outcome.UNCHANGED: 119}
    question.refresh_from_db()
    assert question.current
    assert question.current.stem == "改过的题。"
