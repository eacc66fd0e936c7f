"""Questions found by the words in them and by what they are, however many there are."""

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from duties.models import Article
from exams import fulltext
from exams.models import Question, QuestionBank, QuestionVersion
from exams.queries.banks import QUARANTINED, question_rows
from exams.services import write_question
from people.models import Sector
from tests.duties.factories import ArticleFactory
from tests.exams.factories import make_question

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> QuestionBank:
    return QuestionBank.objects.create(name="题库")


def found(bank: QuestionBank, q: str = "", **filters: Any) -> list[Any]:
    return list(question_rows(bank, q=q, **filters))


def test_words_are_found_inside_sentences(bank: QuestionBank) -> None:
    gas = make_question(bank, number=1, stem="闻到燃气味，先关阀门再开窗，GB50016-2014怎么说？")
    fire = make_question(bank, number=2, stem="灭火器多久检查一次？")
    make_question(bank, number=3, stem="气体与燃烧")
    assert found(bank, "燃气") == found(bank, "阀门再开") == found(bank, "gb500") == found(bank, "ＧＢ50016") == [gas]
    assert found(bank, "燃气 开窗") == [gas]
    assert found(bank, "灭") == found(bank, "灭火器") == [fire]
    assert found(bank, "火灭") == found(bank, "燃气 灭火器") == found(bank, "？！") == []


def test_material_of_a_case_and_names_of_chapters_are_searched_too(bank: QuestionBank) -> None:
    case = make_question(bank, number=1, material="某厂锅炉爆炸，三人死亡。")
    filed = make_question(bank, number=2)
    Question.objects.filter(pk=filed.pk).update(chapter="高处作业")
    assert found(bank, "锅炉") == [case]
    assert found(bank, "高处") == [filed]


def test_only_todays_wording_is_found(bank: QuestionBank) -> None:
    make_question(bank, number=1, stem="旧的说法")
    question = make_question(bank, number=1, stem="新的写法")
    assert found(bank, "旧的说法") == []
    assert found(bank, "新的写法") == [question]


def test_what_a_question_is_narrows_the_list(bank: QuestionBank) -> None:
    trade, article = Sector.objects.create(code="trade", name="商贸"), ArticleFactory()
    plain = make_question(bank, number=1)
    version = make_question(bank, number=2).current
    wording = {name: getattr(version, name) for name in ("kind", "stem", "options", "answer", "explanation", "hazard")}
    filed = write_question(
        bank,
        "filed",
        {**wording, "difficulty": 3},  # type: ignore[typeddict-item]
        articles=[article],
        filed={"point": "动火", "case": "boiler", "sectors": [trade]},
    )
    Question.objects.filter(pk=version.question_id).update(quarantined_at=timezone.now())
    for narrowed in ({"difficulty": 3}, {"point": "动火"}, {"case": "boiler"}, {"sector": trade}, {"article": article}):
        assert found(bank, **narrowed) == [filed], narrowed
    assert found(bank, state=QUARANTINED) == [version.question]
    assert found(bank) == [filed, plain]


def test_the_page_takes_every_filter_and_costs_the_same_for_many(
    bank: QuestionBank, client_of: Any, exam_officer: Any
) -> None:
    client: Client = client_of(exam_officer)
    sector = Sector.objects.create(code="mine", name="矿山")
    address = reverse("exams:bank_detail", args=[bank.pk])
    assert not client.get(address, {"sector": sector.pk, "q": "题"}).context["page"]

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            page = client.get(address, {"q": "题", "kind": "single", "difficulty": 1}).context["page"]
        assert page
        return len(seen)

    for number in range(60):
        make_question(bank, number=number)
        if number == 1:
            cost()
            few = cost()
    assert cost() == few <= 20
    wrong = client.get(address, {"sector": "x", "article": "10000000", "difficulty": "9", "review": "no", "page": "ⅷ"})
    assert len(wrong.context["page"]) == 25


def test_pages_follow_one_another_without_a_count(bank: QuestionBank, client_of: Any, exam_officer: Any) -> None:
    client: Client = client_of(exam_officer)
    for number in range(30):
        make_question(bank, number=number)
    address = reverse("exams:bank_detail", args=[bank.pk])
    first, second = (client.get(address, {"page": page}).context["page"] for page in (1, 2))
    assert (first.start_index, first.end_index, first.has_next) == (1, 25, True)
    assert (second.start_index, second.end_index, second.has_next) == (26, 30, False)
    assert {one.pk for one in first} | {one.pk for one in second} == set(bank.questions.values_list("pk", flat=True))
    assert list(client.get(address, {"page": 9}).context["page"]) == list(first)


def test_an_index_made_late_knows_what_was_there(bank: QuestionBank) -> None:
    question = make_question(bank, stem="先有的题")
    QuestionVersion.objects.update(grams="")
    assert found(bank, "先有") == []
    importlib.import_module("exams.migrations.0007_search_and_halls").write_grams(apps, None)
    assert found(bank, "先有") == [question]
    fulltext.ensure_index()
    assert found(bank, "先有") == [question]


def test_articles_that_nobody_cites_are_not_offered(bank: QuestionBank, client_of: Any, exam_officer: Any) -> None:
    cited, _other = ArticleFactory(), ArticleFactory()
    make_question(bank).current.articles.add(cited)
    page = client_of(exam_officer).get(reverse("exams:bank_detail", args=[bank.pk]))
    assert list(page.context["form"].fields["article"].queryset) == [Article.objects.get(pk=cited.pk)]
