from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from duties.models import DutyRule, Regulation
from duties.queries import UnknownSource, coverage, find_source, find_sources, rules_citing, unverified
from duties.shipped import read_rulebook
from duties.starter import load_rulebook
from tests.duties.factories import ArticleFactory, DutyRuleFactory, RegulationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rulebook() -> None:
    load_rulebook()


def test_a_row_key_finds_its_article_or_its_regulation() -> None:
    article = ArticleFactory(regulation__key="order-3", number=13)
    named = ArticleFactory(regulation__key="qijin-2017", number=None, label="进农村")
    assert find_source("order-3:13") == article
    assert find_source("order-3") == article.regulation
    assert find_source("qijin-2017:进农村") == named


@pytest.mark.parametrize(
    ("row_key", "why"),
    [
        ("order-4:13", "no such regulation"),
        ("order-3:14", "示例规定 has no article 14"),
        ("Order 3", "write regulation:article"),
    ],
)
def test_a_key_that_leads_nowhere_says_which_half_is_missing(row_key: str, why: str) -> None:
    ArticleFactory(regulation__key="order-3", number=13)
    with pytest.raises(UnknownSource, match=why):
        find_source(row_key)


def test_many_keys_take_two_queries(django_assert_num_queries: Any, rulebook: None) -> None:
    keys = ["order-3:13", "mem-6", "decree-708:8", "order-3:9", "safety-law:28"]
    with django_assert_num_queries(2):
        found = find_sources(keys)
        told = [str(thing) for thing in found.values()]
    assert list(found) == keys
    assert told == ["第3号令 第十三条", "应急管理部6号令", "应急条例 第八条", "第3号令 第九条", "安全生产法 第二十八条"]


def test_every_doubt_is_listed_with_its_reason(rulebook: None) -> None:
    book = read_rulebook()
    shipped = [
        key
        for rows in (book.regulations, book.articles, book.rules)
        for key, row in sorted(rows.items())
        if not row["verified"]
    ]
    doubts = unverified()
    assert sorted(doubt.key for doubt in doubts) == sorted(shipped)
    assert all(doubt.reason for doubt in doubts)
    assert {"T07", "T16", "D13", "D26", "order-3:22", "gov-plan-2024"} <= {doubt.key for doubt in doubts}


def test_coverage_counts_rows_by_regulation() -> None:
    article = ArticleFactory(regulation__key="order-3", number=13)
    ArticleFactory(regulation=article.regulation, number=22, verified=False, note="待核实")
    DutyRuleFactory(regulation=article.regulation, article=article)
    DutyRuleFactory(verified=False, note="待核实")
    RegulationFactory(key="zz-empty")
    counted = [
        (row.regulation and row.regulation.key, row.articles, row.articles_verified, row.rules, row.rules_verified)
        for row in coverage()
    ]
    assert counted == [("order-3", 2, 1, 1, 1), ("zz-empty", 0, 0, 0, 0), (None, 0, 0, 1, 0)]


def test_coverage_takes_three_queries(django_assert_num_queries: Any, rulebook: None) -> None:
    with django_assert_num_queries(3):
        rows = coverage()
    assert sum(row.rules for row in rows) == DutyRule.objects.count()


def test_who_must_do_what_an_article_says(rulebook: None) -> None:
    assert [rule.key for rule in rules_citing("order-3:13")] == ["T05", "T06"]
    assert "T31" in [rule.key for rule in rules_citing("aq-8011-2023")]


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_the_report_tells_counts_and_doubts(lang: str, rulebook: None) -> None:
    call_command("rulebook_report", lang=lang, stdout=(told := StringIO()))
    text = told.getvalue()
    assert all(key in text for key in Regulation.objects.values_list("key", flat=True))
    assert "第3号令没有这项学时" in text
    assert f"{len(unverified())} rows not verified" in text
