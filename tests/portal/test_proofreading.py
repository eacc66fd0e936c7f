"""What speaks against publishing a piece, and what becomes of it."""

from datetime import date
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.test import RequestFactory

from duties.models import Article, Regulation
from portal.models import ArticlePage, LibraryPage, QuizPage, WrongWord
from portal.page_actions import proofread
from portal.proofreading import Objection, objections
from tests.portal.factories import make_article, make_home, make_library

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 27)


@pytest.fixture
def library() -> LibraryPage:
    return make_library(make_home())


def said(piece: ArticlePage) -> list[str]:
    return [one.text for one in objections(piece, today=TODAY)]


def test_a_sound_piece_has_nothing_against_it(library: LibraryPage) -> None:
    assert objections(make_article(library, "家里闻到燃气味", "关阀门。"), today=TODAY) == []


def test_an_open_doubt_stops_a_piece_outside_the_demo(library: LibraryPage, settings: Any) -> None:
    piece = make_article(library, "心肺复苏", "按压。", doubts="按多深 — 没有对应条目")
    settings.DEMO = True
    assert objections(piece, today=TODAY) == [Objection("存疑：按多深 — 没有对应条目", stops=False)]
    settings.DEMO = False
    assert objections(piece, today=TODAY) == [Objection("存疑：按多深 — 没有对应条目", stops=True)]


def test_an_article_of_law_that_no_longer_holds_stops_it(library: LibraryPage) -> None:
    regulation = Regulation.objects.create(
        key="old-order", title="旧规定", short_title="旧规定", title_en="Old order", level="department", note="x"
    )
    law = Article.objects.create(
        regulation=regulation, number=3, summary="从前的要求", effective_to=date(2026, 5, 31), note="x"
    )
    piece = make_article(library, "换证", "看期限。")
    piece.body = [("law", {"article": law})]
    assert said(piece) == ["《旧规定》第三条自 2026-05-31 起不再有效。"]
    law.effective_to = date(2026, 11, 27)
    assert said(piece) == []


def test_a_link_to_what_is_not_published_stops_it(library: LibraryPage) -> None:
    other = make_article(library, "还没写好", "空")
    other.unpublish()
    linked = f'看<a linktype="page" id="{other.pk}">这里</a>'
    assert said(make_article(library, "家里闻到燃气味", linked)) == ["链接到未发布的页面：还没写好"]


def test_an_unpublished_quiz_is_a_dead_link_too(library: LibraryPage) -> None:
    quiz = library.add_child(instance=QuizPage(title="燃气 5 题", slug="gas-quiz", summary="五题", live=False))
    piece = make_article(library, "家里闻到燃气味", "关阀门。")
    piece.body = [("quiz", {"quiz": quiz})]
    assert said(piece) == ["链接到未发布的页面：燃气 5 题"]


def test_days_that_are_past_and_days_that_never_were_are_shown(library: LibraryPage) -> None:
    piece = make_article(library, "宣传周", "2026年5月12日开始，2026年12月1日结束，2026年2月30日补讲。")
    assert said(piece) == ["日期已过：2026年5月12日", "没有这一天：2026年2月30日"]


def test_words_to_avoid_are_shown_with_what_is_said_instead(library: LibraryPage) -> None:
    WrongWord.objects.create(wrong="演习", right="演练")
    WrongWord.objects.create(wrong="众所周知")
    piece = make_article(library, "一次演习", "众所周知，要跑。")
    assert sorted(said(piece)) == ["“演习”应改为“演练”", "删去“众所周知”"]


# ── At the button ────────────────────────────────────────────────────────────
@pytest.fixture
def request_of_editor(rf: RequestFactory, editor: Any) -> HttpRequest:
    from django.contrib.messages.storage.fallback import FallbackStorage

    request = rf.post("/admin/")
    request.user = editor
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def test_what_stops_a_piece_keeps_it_a_draft_and_says_why(
    library: LibraryPage, request_of_editor: HttpRequest, settings: Any
) -> None:
    settings.DEMO = False
    piece = make_article(library, "心肺复苏", "按压。", doubts="按多深 — 没有对应条目")
    answer = proofread(request_of_editor, piece)
    assert answer is not None
    assert answer.status_code == 302
    texts = [str(message) for message in get_messages(request_of_editor)]
    assert texts == ["存疑：按多深 — 没有对应条目", "已存为草稿，没有发布：请先改好上面的问题。"]


def test_what_is_only_shown_does_not_keep_it_back(library: LibraryPage, request_of_editor: HttpRequest) -> None:
    WrongWord.objects.create(wrong="演习", right="演练")
    assert proofread(request_of_editor, make_article(library, "一次演习", "跑。")) is None
    assert [str(message) for message in get_messages(request_of_editor)] == ["“演习”应改为“演练”"]
