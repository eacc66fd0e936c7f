import copy
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from duties import starter
from duties.models import Article, DutyRule, Regulation
from duties.shipped import Rulebook, read_rulebook
from duties.starter import load_rulebook
from records import registry
from records.starter import Outcome

pytestmark = pytest.mark.django_db


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Rulebook:
    """The next version of the product: change it, then load."""
    book = copy.deepcopy(read_rulebook())
    monkeypatch.setattr(starter, "read_rulebook", lambda: book)
    return book


def test_the_whole_rulebook_is_loaded() -> None:
    book = read_rulebook()
    assert set(load_rulebook()) == {Outcome.CREATED}
    assert set(Regulation.objects.values_list("key", flat=True)) == book.regulations.keys()
    assert {article.row_key for article in Article.objects.select_related("regulation")} == book.articles.keys()
    assert set(DutyRule.objects.values_list("key", flat=True)) == book.rules.keys()


def test_what_is_loaded_passes_the_checks_that_an_editor_meets() -> None:
    load_rulebook()
    for model in (Regulation, Article, DutyRule):
        for row in model.objects.all():
            row.full_clean()


def test_a_rule_is_tied_to_its_article_and_to_what_it_replaces() -> None:
    load_rulebook()
    rule = DutyRule.objects.select_related("article__regulation", "replaces").get(key="T06")
    assert rule.citation("zh") == "《生产经营单位安全培训规定》第十三条"
    assert rule.replaces
    assert rule.replaces.key == "T05"


def test_loading_again_changes_nothing() -> None:
    load_rulebook()
    before = list(DutyRule.objects.values())
    assert set(load_rulebook()) == {Outcome.UNCHANGED}
    assert list(DutyRule.objects.values()) == before


def test_loading_again_asks_no_more_than_six_times_for_each_row() -> None:
    rows = len(load_rulebook())
    with CaptureQueriesContext(connection) as asked:
        load_rulebook()
    assert len(asked) <= 6 * rows


def test_a_newer_version_changes_what_nobody_touched(newer: Rulebook) -> None:
    load_rulebook()
    newer.rules["T05"]["values"]["hours"] = 26
    newer.articles["order-3:13"]["summary"] = "新的说明。"
    newer.regulations["order-3"]["issuer"] = "某机关"
    outcomes = load_rulebook()
    assert outcomes.count(Outcome.UPDATED) == 3
    assert DutyRule.objects.get(key="T05").values["hours"] == 26
    assert Article.objects.get(regulation__key="order-3", number=13).summary == "新的说明。"
    assert Regulation.objects.by_key("order-3").issuer == "某机关"


def test_an_editors_change_survives_a_newer_version(newer: Rulebook) -> None:
    load_rulebook()
    DutyRule.objects.filter(key="T07").update(verified=True, status="mandatory", values={"annual_hours": 4})
    Article.objects.filter(regulation__key="order-3", number=22).update(summary="编辑核对过。", verified=True)
    newer.rules["T07"]["values"] = {"annual_hours": 10}
    newer.articles["order-3:22"]["summary"] = "新的说明。"
    assert load_rulebook().count(Outcome.KEPT) == 2
    assert DutyRule.objects.get(key="T07").values == {"annual_hours": 4}
    assert Article.objects.get(regulation__key="order-3", number=22).summary == "编辑核对过。"


def test_what_an_editor_deleted_does_not_come_back() -> None:
    load_rulebook()
    DutyRule.objects.filter(regulation__key="sl-666").delete()
    Regulation.objects.filter(key="sl-666").delete()
    load_rulebook()
    assert not Regulation.objects.filter(key="sl-666").exists()
    assert not DutyRule.objects.filter(key="D24").exists()


def test_articles_and_rules_shipped_later_for_a_deleted_regulation_do_no_harm(newer: Rulebook) -> None:
    later = {"articles": {}, "rules": {}}
    for part in later:
        rows: dict[str, Any] = getattr(newer, part)
        later[part] = {key: rows.pop(key) for key in list(rows) if key in {"mem-5:44", "D10", "D11", "D12"}}
    load_rulebook()
    Regulation.objects.filter(key="mem-5").delete()
    newer.articles.update(later["articles"])
    newer.rules.update(later["rules"])
    load_rulebook()
    assert not Article.objects.filter(regulation__key="mem-5").exists()
    rule = DutyRule.objects.get(key="D10")
    assert (rule.article, rule.regulation, rule.source) == (None, None, "应急管理部令第5号第四十四条")


def test_the_house_loads_it_with_the_rest_of_the_starter_content() -> None:
    loaders = {loader.name: loader.function for loader in registry.starter.in_order(demo=False)}
    assert loaders["duties.rulebook"] is load_rulebook
