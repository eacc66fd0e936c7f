"""The rulebook in Wagtail's admin, as the bureau's editor meets it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from duties.models import Article, DutyRule, Regulation
from duties.vocabulary import Tag
from tests.duties.factories import ArticleFactory, DutyRuleFactory, RegulationFactory

pytestmark = pytest.mark.django_db
MODELS = ("regulation", "article", "dutyrule")


def url(model: str, name: str = "list", *args: Any) -> str:
    return reverse(f"wagtailsnippets_duties_{model}:{name}", args=args)


@pytest.fixture
def at_desk(editor: Any, client_of: Callable[[Any], Client], wagtail_locales: None) -> Client:
    return client_of(editor)


@pytest.fixture
def wagtail_locales(db: Any) -> None:
    from wagtail.models import Locale

    Locale.objects.get_or_create(language_code="zh-hans")


@pytest.fixture
def rule() -> DutyRule:
    article = ArticleFactory(regulation__key="order-3", regulation__title="生产经营单位安全培训规定", number=13)
    return DutyRuleFactory(key="T05", subject="新上岗从业人员", article=article, regulation=article.regulation)


@pytest.mark.parametrize("model", MODELS)
def test_the_editor_reads_every_list(model: str, at_desk: Client, rule: DutyRule) -> None:
    answer = at_desk.get(url(model))
    assert answer.status_code == 200
    assert str({"regulation": "示例规定", "article": "第十三条", "dutyrule": "T05"}[model]) in answer.content.decode()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("part", ["leader", "manager_a", "learner"])
def test_nobody_else_gets_in(model: str, part: str, request: Any, client_of: Callable[[Any], Client]) -> None:
    answer = client_of(request.getfixturevalue(part)).get(url(model))
    assert answer.status_code in {302, 403, 404}


@pytest.mark.parametrize("model", MODELS)
def test_a_list_takes_the_same_queries_for_one_row_and_for_many(
    model: str, at_desk: Client, rule: DutyRule, django_assert_max_num_queries: Any
) -> None:
    at_desk.get(url(model))
    with django_assert_max_num_queries(200) as one:
        at_desk.get(url(model))
    for number in range(20, 30):
        article = ArticleFactory(number=number)
        DutyRuleFactory(article=article, regulation=article.regulation)
    with django_assert_max_num_queries(len(one)):
        at_desk.get(url(model))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=新上岗", {"T05"}),
        ("?verified=false", {"X-doubt"}),
        ("?level=province", {"X-local"}),
        ("?in_force=no", {"X-old"}),
        ("?in_force=yes&level=national&verified=true", {"T05"}),
    ],
)
def test_rules_are_searched_and_filtered(query: str, found: set[str], at_desk: Client, rule: DutyRule) -> None:
    DutyRuleFactory(key="X-doubt", verified=False, note="待核实", effective_from="2020-01-01")
    DutyRuleFactory(key="X-local", level="province", region="山东省")
    DutyRuleFactory(key="X-old", effective_to="2020-12-31")
    listed = at_desk.get(url("dutyrule") + query).context["object_list"]
    assert {row.key for row in listed} == found


def test_an_editor_writes_a_rule_with_its_tags_and_values(at_desk: Client, rule: DutyRule) -> None:
    form = {
        "key": "X90",
        "kind": "drill",
        "subject": "本县各村",
        "subject_en": "Villages of the county",
        "matter": "避险转移演练",
        "matter_en": "Evacuation drill",
        "subject_kind": "organisation",
        "trigger": "period",
        "industry_tags": [Tag.VILLAGE.value, Tag.FLOOD_ZONE.value],
        "values": '{"interval_months": 6}',
        "status": "custom",
        "level": "county",
        "region": "示例县",
        "verified": "on",
        "source": "本县文件",
        "note": "",
    }
    answer = at_desk.post(url("dutyrule", "add"), form)
    assert answer.status_code == 302, answer.context["form"].errors
    written = DutyRule.objects.get(key="X90")
    assert (written.industry_tags, written.values) == (["village", "flood_zone"], {"interval_months": 6})


def test_a_wrong_value_is_told_beside_its_field(at_desk: Client, rule: DutyRule) -> None:
    answer = at_desk.get(url("dutyrule", "edit", rule.pk))
    form = answer.context["form"]
    data = {name: form.initial.get(name) or "" for name in form.fields if name != "industry_tags"}
    data |= {"values": '{"hour": 24}', "verified": "on"}
    answer = at_desk.post(url("dutyrule", "edit", rule.pk), data)
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"values"}


def test_a_key_is_not_changed_afterwards(at_desk: Client) -> None:
    regulation = RegulationFactory(key="order-3")
    form = at_desk.get(url("regulation", "edit", regulation.pk)).context["form"]
    data = {name: form.initial.get(name) or "" for name in form.fields}
    data |= {"key": "order-4", "title": "《新的规定》", "verified": "on"}
    assert at_desk.post(url("regulation", "edit", regulation.pk), data).status_code == 302
    regulation.refresh_from_db()
    assert (regulation.key, regulation.title) == ("order-3", "新的规定")


def test_an_article_is_written_by_its_number(at_desk: Client) -> None:
    regulation = RegulationFactory()
    data = {"regulation": regulation.pk, "number": 20, "label": "", "heading": "演练", "summary": "每年一次。"}
    answer = at_desk.post(url("article", "add"), data | {"source": "", "note": "待核实"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert Article.objects.get().label == "第二十条"


def test_an_article_that_is_there_already_is_refused_in_words(at_desk: Client) -> None:
    article = ArticleFactory(number=20)
    data = {"regulation": article.regulation.pk, "number": 20, "label": "", "heading": "演练", "summary": "每年一次。"}
    answer = at_desk.post(url("article", "add"), data | {"source": "", "note": "待核实"})
    assert answer.status_code == 200
    assert not answer.context["form"].is_valid()


@pytest.mark.parametrize("model", MODELS)
def test_law_is_not_deleted(model: str, at_desk: Client, rule: DutyRule) -> None:
    row = {"regulation": rule.regulation, "article": rule.article, "dutyrule": rule}[model]
    assert row is not None
    assert at_desk.post(url(model, "delete", row.pk)).status_code in {302, 403, 404}
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("model", "word", "found"),
    [("regulation", "安全培训", 1), ("article", "第十三", 1), ("article", "没有", 0), ("dutyrule", "T05", 1)],
)
def test_a_chooser_finds_by_words_inside(model: str, word: str, found: int, at_desk: Client, rule: DutyRule) -> None:
    answer = at_desk.get(reverse(f"wagtailsnippetchoosers_duties_{model}:choose_results") + f"?q={word}")
    assert answer.status_code == 200
    assert len(answer.context["results"]) == found


def test_the_rulebook_is_in_the_menu(at_desk: Client) -> None:
    names = [Regulation, Article, DutyRule]
    page = at_desk.get(url("regulation")).content.decode()
    assert all(url(model._meta.model_name) in page for model in names)
