from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from duties.models import Article, DutyRule, Regulation
from duties.vocabulary import Hazard, hazard_icon
from tests.duties.factories import ArticleFactory, DutyRuleFactory, RegulationFactory
from ui.templatetags.ui import ICONS

pytestmark = pytest.mark.django_db
MAY, JUNE = date(2026, 5, 31), date(2026, 6, 1)


def test_an_article_is_cited_by_full_title_and_chinese_numeral() -> None:
    article = ArticleFactory()
    assert article.citation("zh-hans") == "《示例安全规定》第三十三条"
    assert article.citation("en") == "Sample Safety Provisions, Article 33"


def test_a_part_without_number_is_cited_by_its_label() -> None:
    article = ArticleFactory(number=None, label="进农村")
    assert article.citation("zh-hans") == "《示例安全规定》（进农村）"
    assert article.citation("en") == "Sample Safety Provisions, 进农村"


def test_where_the_title_is_not_known_the_document_number_stands_without_brackets() -> None:
    regulation = RegulationFactory(title="", document_number="国办发〔2024〕5号", verified=False, note="题名待核实")
    assert ArticleFactory(regulation=regulation, number=22).citation("zh-hans") == "国办发〔2024〕5号第二十二条"


def test_the_citation_speaks_the_language_of_the_page(settings: Any) -> None:
    settings.LANGUAGE_CODE = "zh-hans"
    assert ArticleFactory().citation() == "《示例安全规定》第三十三条"


def test_a_rule_cites_its_article_or_else_its_regulation_or_nothing() -> None:
    article = ArticleFactory()
    rule = DutyRuleFactory(article=article, regulation=article.regulation)
    assert rule.citation("zh") == "《示例安全规定》第三十三条"
    assert DutyRuleFactory(regulation=article.regulation).citation("zh") == "《示例安全规定》"
    assert DutyRuleFactory().citation("zh") == ""
    assert DutyRuleFactory().about("en") == "Units: Drill"


def test_the_label_follows_the_number() -> None:
    article = ArticleFactory(number=13, label="第九条")
    assert (article.label, article.order) == ("第十三条", 13)


def test_a_regulation_is_found_by_key() -> None:
    RegulationFactory(key="mem-6")
    assert Regulation.objects.by_key("mem-6").key == "mem-6"


def test_in_force_counts_both_ends() -> None:
    RegulationFactory(key="old", effective_to=MAY)
    RegulationFactory(key="new", effective_from=JUNE)
    RegulationFactory(key="open")
    keys = [set(Regulation.objects.in_force(day).values_list("key", flat=True)) for day in (MAY, JUNE)]
    assert keys == [{"old", "open"}, {"new", "open"}]


def test_articles_and_rules_end_with_their_regulation() -> None:
    regulation = RegulationFactory(effective_to=MAY)
    article = ArticleFactory(regulation=regulation)
    DutyRuleFactory(regulation=regulation, article=article)
    DutyRuleFactory(regulation=regulation)
    without_text = DutyRuleFactory()
    assert Article.objects.in_force(MAY).count() == 1
    assert Article.objects.in_force(JUNE).count() == 0
    assert DutyRule.objects.in_force(MAY).count() == 3
    assert list(DutyRule.objects.in_force(JUNE)) == [without_text]


def test_only_verified_mandatory_rules_bind() -> None:
    binding = DutyRuleFactory()
    DutyRuleFactory(status="custom")
    DutyRuleFactory(verified=False, note="待核实")
    assert list(DutyRule.objects.binding()) == [binding]


def test_a_rule_of_another_province_does_not_hold_here() -> None:
    DutyRuleFactory(key="shandong", level="province", region="山东省")
    DutyRuleFactory(key="jiangxi", level="province", region="江西省")
    DutyRuleFactory(key="national")
    held = DutyRule.objects.holding_in("示例县", "江西省")
    assert set(held.values_list("key", flat=True)) == {"jiangxi", "national"}
    assert DutyRule.objects.holding_in().get().key == "national"


@pytest.mark.parametrize(
    "wrong",
    [
        {"effective_from": JUNE, "effective_to": MAY},
        {"verified": False},
        {"title": "", "document_number": ""},
        {"title": "", "document_number": "第1号令"},
        {"source": ""},
        {"level": "village"},
    ],
)
def test_the_database_refuses_nonsense_about_a_regulation(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RegulationFactory(**wrong)


@pytest.mark.parametrize("wrong", [{"number": None}, {"number": 1000, "label": "第一千条"}, {"source": ""}])
def test_the_database_refuses_nonsense_about_an_article(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleFactory(**wrong)


def test_a_regulation_has_each_article_once() -> None:
    article = ArticleFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleFactory(regulation=article.regulation)


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": ""},
        {"verified": False},
        {"region": "山东省"},
        {"kind": "holiday"},
        {"status": "maybe"},
        {"effective_from": JUNE, "effective_to": MAY},
    ],
)
def test_the_database_refuses_nonsense_about_a_rule(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyRuleFactory(**wrong)


def test_a_rule_does_not_take_its_own_place() -> None:
    rule = DutyRuleFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyRule.objects.filter(pk=rule.pk).update(replaces=rule)


def test_an_article_without_its_regulation_is_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyRuleFactory(article=ArticleFactory())


def test_what_is_wrong_with_a_rule_is_told_by_field() -> None:
    rule = DutyRuleFactory.build(
        article=ArticleFactory(), regulation=RegulationFactory(), industry_tags=["moon"], values={"hours": -1, "x": 1}
    )
    with pytest.raises(ValidationError) as caught:
        rule.full_clean()
    assert caught.value.message_dict.keys() == {"article", "industry_tags", "values"}


def test_what_records_rest_on_is_not_deleted() -> None:
    article = ArticleFactory()
    DutyRuleFactory(article=article, regulation=article.regulation)
    for thing in (article, article.regulation):
        with pytest.raises(ProtectedError):
            thing.delete()


def test_typed_title_brackets_are_taken_off() -> None:
    regulation = RegulationFactory.build(title="《示例安全规定》")
    regulation.full_clean()
    assert regulation.title == "示例安全规定"


@pytest.mark.parametrize("hazard", Hazard.values)
def test_every_hazard_has_its_drawing(hazard: str) -> None:
    assert (ICONS / f"{hazard_icon(hazard)}.svg").exists()


def test_what_is_no_hazard_has_no_drawing() -> None:
    with pytest.raises(ValueError, match="moon"):
        hazard_icon("moon")
