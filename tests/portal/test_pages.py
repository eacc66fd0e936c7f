"""The public pages with everything that ships, as a reader's browser asks for them."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from wagtail.models import Page

from media.models import Image
from portal import search
from portal.models import (
    ArticlePage,
    CasePage,
    GuidePage,
    HazardTopicPage,
    HomePage,
    Piece,
    PosterPage,
    QuizPage,
    RegulationPage,
    SynonymGroup,
)
from portal.synonyms import words_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

PATHS = [
    "/",
    "/hazards/",
    "/hazards/gas/",
    "/library/",
    "/library/?kind=quiz&entry=family&hazard=gas",
    "/library/coal-stove-co/",
    "/library/case-coal-stove-night/",
    "/library/poster-gas-leak/",
    "/library/gas-safety/",
    "/library/gas-safety/?q1=2&q4=0&q4=3&done=1",
    "/entries/",
    "/entries/village/",
    "/entries/public-place/",
    "/library/?kind=guide",
    "/library/guide-village/",
    "/days/",
    "/laws/",
    "/laws/order-3/",
    "/search/?q=燃气",
    "/search/?q=煤汽泄露",
    "/en/",
    "/en/hazards/gas/",
    "/en/library/coal-stove-co/",
]
MOST_QUERIES = 10


@pytest.mark.parametrize("path", PATHS)
def test_a_public_page_takes_at_most_ten_queries_cold(client: Client, django_assert_max_num_queries, path: str) -> None:
    client.get(path)  # content types and templates are read once a process
    cache.clear()
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_a_public_page_sets_no_cookie_and_holds_nothing_inline(client: Client, path: str) -> None:
    response = client.get(path)
    html = response.content.decode()
    assert not response.cookies
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", html) == []
    assert re.findall(r"(?:src|href)=\"https?://(?!127\.0\.0\.1)[^\"]+", html) == []


def test_what_ships_stands_in_both_trees() -> None:
    counts = {
        model: model.objects.filter(locale__language_code="zh-hans").live().count()
        for model in (ArticlePage, CasePage, HazardTopicPage, QuizPage, PosterPage, GuidePage, HomePage)
    }
    pieces = {ArticlePage: 64, CasePage: 8, HazardTopicPage: 14, QuizPage: 20, PosterPage: 10, GuidePage: 11}
    assert counts == pieces | {HomePage: 1}
    languages = Page.objects.filter(depth__gt=1).values_list("locale__language_code", flat=True)
    assert list(languages).count("en") == list(languages).count("zh-hans")


def test_loading_again_changes_nothing_and_spares_what_an_editor_wrote(capsys) -> None:
    from portal.starter import load

    article = ArticlePage.objects.get(slug="coal-stove-co", locale__language_code="zh-hans")
    article.title = "编辑改过的标题"
    article.save_revision().publish()
    assert {str(outcome) for outcome in load()} == {"unchanged", "kept"}
    article.refresh_from_db()
    assert article.title == "编辑改过的标题"


def test_an_untranslated_article_says_so_and_keeps_its_language(client: Client) -> None:
    html = client.get("/en/library/coal-stove-co/").content.decode()
    assert '<html lang="en"' in html
    assert "not translated yet" in html
    assert '<div class="prose" lang="zh-Hans"' in html


def test_a_quiz_tells_right_and_wrong_and_keeps_nothing(client: Client) -> None:
    right = client.get(
        "/library/gas-safety/",
        {"done": 1, **answers(QuizPage.objects.get(slug="gas-safety", locale__language_code="zh-hans"))},
    )
    none = client.get("/library/gas-safety/", {"done": 1, "q1": ["x", "99", "-1"]})
    assert (right.context["right_count"], none.context["right_count"]) == (5, 0)
    assert none.context["unanswered"] == [1, 2, 3, 4, 5]


def answers(quiz: QuizPage) -> dict[str, list[int]]:
    versions = [row.question.current for row in quiz.questions.all()]
    return {f"q{number}": version.answer for number, version in enumerate(versions, start=1)}


def test_every_piece_is_findable_by_its_own_title(client: Client) -> None:
    for piece in Piece.objects.live().filter(locale__language_code="zh-hans"):
        found = client.get("/search/", {"q": piece.title.replace("，", " ").replace("：", " ")}).context["found"]
        assert piece.pk in [one.page.pk for one in found], piece.title


def test_every_group_of_words_that_ships_leads_somewhere(client: Client) -> None:
    """A reader who is offered a word finds something under it, and the editor's form takes each group as it is."""
    groups = SynonymGroup.objects.all()
    assert len(groups) >= 35
    for group in groups:
        group.full_clean()
        for word in words_in(group.words):
            reading = search.read(word)
            assert reading.other_words, word
            assert search.hits(reading, "zh-hans"), word


def test_a_search_takes_no_more_than_ten_queries_whatever_narrows_it(
    client: Client, django_assert_max_num_queries
) -> None:
    asked = {"q": "煤气泄漏了怎么办", "kind": "article", "entry": "family", "hazard": "gas"}
    client.get("/search/", asked)
    cache.clear()
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get("/search/", asked).context["found"]


def test_an_unknown_address_is_a_plain_404(client: Client) -> None:
    response = client.get("/library/no-such-page/")
    assert response.status_code == 404
    assert "<h1" in response.content.decode()


def test_a_regulation_shows_its_articles_and_what_is_unverified(client: Client) -> None:
    page = RegulationPage.objects.get(slug="order-3", locale__language_code="zh-hans")
    html = client.get(page.get_url()).content.decode()
    assert "第十三条" in html


# ── Whose picture it is ──────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("told", "line"),
    [
        ({}, ""),
        ({"author": "示例县安全学堂"}, ""),
        ({"licence": "photographed", "author": "孙悦", "origin": "北岭乡"}, "Photo: 孙悦 · 北岭乡"),
        ({"licence": "other", "licence_note": "可转载", "author": "李强"}, "李强 · 可转载"),
        ({"licence": "permitted", "origin": "县气象局"}, "县气象局"),
    ],
)
def test_a_picture_has_a_line_of_credit_where_somebody_is_to_be_named(told, line):
    with translation.override("en"):
        assert Image(title="河", **told).credit == line


def test_article_and_law_lead_to_each_other(client: Client) -> None:
    article, law = "/library/new-worker-three-levels/", "/laws/order-3/"
    assert f'href="{law}"' in client.get(article).content.decode()
    assert f'href="{article}"' in client.get(law).content.decode()
    assert f'href="/en{article}"' in client.get(f"/en{law}").content.decode()
