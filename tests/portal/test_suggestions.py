"""What is offered while a reader types, and where his search found nothing."""

from typing import Any

import pytest
from django.test import Client

from portal import fulltext
from portal.models import LibraryPage, MissedSearch, SynonymGroup
from tests.portal.factories import make_article, make_home, make_library

pytestmark = pytest.mark.django_db


@pytest.fixture
def library() -> LibraryPage:
    fulltext.ensure_index()
    SynonymGroup.objects.create(words="煤气、燃气")
    SynonymGroup.objects.create(words="泥石流、滑坡")
    shelf = make_library(make_home())
    make_article(shelf, "家里闻到燃气味", "关阀门。")
    make_article(shelf, "水火无情", "小心。")
    make_article(shelf, "CPR and AED", "Press hard.")
    return shelf


def offered(client: Client, typed: str, prefix: str = "") -> list[str]:
    return [one["text"] for one in client.get(f"{prefix}/search/suggest/", {"q": typed}).json()["suggestions"]]


def test_titles_and_words_that_hold_what_is_typed_are_offered(library: LibraryPage, client: Client) -> None:
    assert offered(client, "燃气") == ["燃气", "家里闻到燃气味"]
    assert offered(client, "燃") == ["燃气", "家里闻到燃气味"]
    assert offered(client, "无情") == ["水火无情"]
    assert offered(client, "燃气)*") == ["家里闻到燃气味"]
    assert offered(client, "情") == ["水火无情"]  # the last character of a run begins no pair


def test_a_half_typed_word_of_letters_is_enough(library: LibraryPage, client: Client) -> None:
    assert offered(client, "cp") == ["CPR and AED"]
    assert offered(client, "CPR an") == ["CPR and AED"]


def test_a_word_that_would_find_nothing_is_not_offered(library: LibraryPage, client: Client) -> None:
    assert offered(client, "滑坡") == []


@pytest.mark.parametrize("typed", ["", " ", "a", "，", '"', "*", "--", "a" * 500, "燃" * 500, "x OR y", "&|!:"])
def test_too_little_or_nonsense_offers_nothing(library: LibraryPage, client: Client, typed: str) -> None:
    assert offered(client, typed) == []


def test_titles_begin_with_the_best_and_are_eight_at_most(library: LibraryPage, client: Client) -> None:
    for number in range(10):
        make_article(library, f"燃气 {number}", "空")
    found = offered(client, "燃气")
    assert (len(found), found[0]) == (8, "燃气")


def test_a_suggestion_leads_to_the_page_or_to_the_search(library: LibraryPage, client: Client) -> None:
    word, page = client.get("/search/suggest/", {"q": "燃气"}).json()["suggestions"]
    assert word == {"text": "燃气", "url": "/search/?q=%E7%87%83%E6%B0%94", "kind": "搜索", "language": ""}
    assert page == {"text": "家里闻到燃气味", "url": "/library/a1/", "kind": "文章", "language": "zh-Hans"}


def test_another_language_has_its_own_titles(library: LibraryPage, client: Client) -> None:
    assert offered(client, "无情", prefix="/en") == []


def test_the_answer_may_be_kept_and_leaves_no_trace(
    library: LibraryPage, client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(6) as asked:
        answer = client.get("/search/suggest/", {"q": "燃气"})
    assert answer["Cache-Control"] == "public, max-age=300"
    assert not answer.cookies
    assert [one["sql"] for one in asked.captured_queries if not one["sql"].lstrip().startswith("SELECT")] == []
    assert client.post("/search/suggest/").status_code == 405


# ── Where nothing was found ──────────────────────────────────────────────────
def instead(client: Client, query: str) -> list[str]:
    return [one.text for one in client.get("/search/", {"q": query}).context["instead"]]


def test_a_slip_leads_to_the_word_that_looks_like_it(library: LibraryPage, client: Client) -> None:
    assert instead(client, "煤汽") == ["煤气"]
    assert MissedSearch.objects.get().query == "煤汽"
    SynonymGroup.objects.create(words="煤气泄漏、燃气味")
    assert instead(client, "煤汽泄露")[0] == "煤气泄漏"


def test_titles_that_share_pairs_are_offered(library: LibraryPage, client: Client) -> None:
    assert instead(client, "燃气味道") == ["燃气", "家里闻到燃气味"]


def test_what_shares_only_how_one_asks_is_not_offered(library: LibraryPage, client: Client) -> None:
    make_article(library, "地震了怎么办", "趴下。")
    assert instead(client, "龙卷风来到门口怎么办") == []


def test_with_nothing_near_the_hazards_are_there(library: LibraryPage, client: Client) -> None:
    answer = client.get("/search/", {"q": "龙卷风"})
    assert answer.context["instead"] == []
    assert "topics" in answer.context
