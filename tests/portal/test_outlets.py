"""A piece on the loudspeaker and in the chat account."""

import re
from typing import Any

import pytest
from django.urls import reverse

from portal import outlets
from portal.models import ArticlePage
from tests.portal.factories import make_article, make_home, make_library

pytestmark = pytest.mark.django_db

STEPS = [{"action": "关上阀门", "note": "手够得着才关"}, {"action": "打开门窗", "note": ""}]


@pytest.fixture
def article() -> ArticlePage:
    page = make_article(make_library(make_home()), "家里闻到燃气味", "先别开灯。", summary="知道先做哪三件事")
    page.body = [
        ("heading", "马上做"),
        ("paragraph", "<p>先别开灯，<b>也别打电话</b>。</p>"),
        ("steps", STEPS),
        ("warning", "屋里不点火。"),
        ("do_dont", {"do": ["到屋外打电话"], "dont": ["回去拿东西"]}),
    ]
    page.save_revision().publish()
    return page


def test_the_script_of_the_editor_is_what_the_loudspeaker_says(article: ArticlePage) -> None:
    article.loudspeaker = " 各位乡亲，闻到燃气味先关阀门。 "
    assert outlets.script_of(article) == "下面讲安全知识，不是预警。各位乡亲，闻到燃气味先关阀门。"


def test_without_one_a_script_is_drawn_from_summary_and_acts(article: ArticlePage) -> None:
    assert outlets.script_of(article) == (
        "下面讲安全知识，不是预警。家里闻到燃气味。知道先做哪三件事。"
        "关上阀门。打开门窗。屋里不点火。到屋外打电话。请互相转告。"
    )


def test_a_drawn_script_never_grows_beyond_three_hundred_characters(article: ArticlePage) -> None:
    article.body = [("steps", [{"action": "转移" * 30, "note": ""}] * 6)]
    script = outlets.script_of(article)
    assert len(script) <= 300
    assert script.endswith("请互相转告。")


def test_the_text_for_the_chat_account_carries_its_look_in_every_element(article: ArticlePage) -> None:
    html = outlets.chat_html(article, "https://example.cn/library/gas/")
    bare = [tag for tag in re.findall(r"<(?:p|h2|section|span)[^>]*>", html) if " style=" not in tag]
    assert bare == []
    assert re.findall(r"<script|<img|<a |class=|href=", html) == []
    for words in (
        "知道先做哪三件事",
        "马上做",
        "也别打电话",
        "关上阀门",
        "手够得着才关",
        "屋里不点火。",
        "到屋外打电话",
    ):
        assert words in html
    assert "https://example.cn/library/gas/" in html


def test_what_an_editor_typed_is_never_markup_elsewhere(article: ArticlePage) -> None:
    article.body = [("points", ["<script>alert(1)</script>"])]
    assert "&lt;script&gt;" in outlets.chat_html(article, "https://example.cn/")


def test_an_office_finds_a_piece_by_its_words_and_copies_it(
    article: ArticlePage, client_of: Any, officer_north: Any
) -> None:
    client = client_of(officer_north)
    found = client.get(reverse("portal:outlet_list"), {"q": "燃气"})
    assert [piece.title for piece in found.context["sheet"]] == ["家里闻到燃气味"]
    assert list(client.get(reverse("portal:outlet_list"), {"q": "地震"}).context["sheet"]) == []
    page = client.get(reverse("portal:outlet", args=[article.pk]))
    assert page.context["script"] in page.content.decode()


def test_a_draft_is_not_passed_on(article: ArticlePage, client_of: Any, officer_north: Any) -> None:
    article.unpublish()
    assert client_of(officer_north).get(reverse("portal:outlet", args=[article.pk])).status_code == 404
