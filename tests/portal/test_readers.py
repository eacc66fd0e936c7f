"""What readers leave behind: counts without a cookie, words sought in vain, corrections with an answer."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import desk
from portal.models import ArticlePage, Correction, MissedSearch, PageDay
from portal.services import readers
from records.models import AuditEntry
from tests.portal.factories import make_article, make_home, make_library

pytestmark = pytest.mark.django_db

FROM_HERE = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def article() -> ArticlePage:
    return make_article(make_library(make_home()), "家里闻到燃气味", "关阀门，开门窗。")


def count(client: Client, article: ArticlePage, counter: str, **headers: str) -> int:
    address = reverse("portal:count", args=[article.pk, counter])
    return client.post(address, headers=headers or FROM_HERE).status_code


# ── Counts ───────────────────────────────────────────────────────────────────
def test_reads_and_votes_are_counted_by_day_without_a_cookie(client: Client, article: ArticlePage) -> None:
    assert [count(client, article, name) for name in ("reads", "reads", "useful", "useless")] == [200] * 4
    assert not client.cookies
    row = PageDay.objects.get()
    assert (row.page_id, row.day, row.reads, row.useful, row.useless) == (article.pk, timezone.localdate(), 2, 1, 1)


def test_another_site_counts_nothing(client: Client, article: ArticlePage) -> None:
    assert count(client, article, "reads", **{"sec-fetch-site": "cross-site"}) == 403
    assert count(client, article, "reads", origin="https://elsewhere.example") == 403
    assert count(client, article, "reads", origin="http://testserver") == 200
    assert PageDay.objects.get().reads == 1


def test_what_is_not_published_is_not_counted(client: Client, article: ArticlePage) -> None:
    article.unpublish()
    assert count(client, article, "reads") == 404
    assert not PageDay.objects.exists()


def test_one_address_cannot_count_without_end(client: Client, article: ArticlePage, monkeypatch: Any) -> None:
    monkeypatch.setattr("portal.views.readers.MOST_COUNTS", 3)
    assert [count(client, article, "reads") for _time in range(5)] == [200] * 5
    assert PageDay.objects.get().reads == 3


# ── Searches in vain ─────────────────────────────────────────────────────────
def test_words_that_found_nothing_are_told_to_the_editors_and_no_others(client: Client, article: ArticlePage) -> None:
    for words in ("龙卷风", "龙卷风", "燃气", "19900000001"):
        client.get(reverse("portal:search"), {"q": words})
    assert list(MissedSearch.objects.values_list("query", "count")) == [("龙卷风", 2)]
    assert [(one["query"], one["times"]) for one in desk.missed_searches(timezone.localdate())] == [("龙卷风", 2)]


# ── Corrections ──────────────────────────────────────────────────────────────
def test_a_reader_sends_a_correction_and_finds_its_answer(client: Client, article: ArticlePage, editor: Any) -> None:
    sent = client.post(reverse("portal:correction_new", args=[article.pk]), {"text": "第二步写反了"}, headers=FROM_HERE)
    assert sent.status_code == 302
    assert not client.cookies
    correction = Correction.objects.get()
    assert sent["Location"] == reverse("portal:correction", args=[correction.token])
    now = timezone.now()
    assert readers.answer_correction(correction, state="corrected", answer="已经改好，谢谢。", by=editor, now=now)
    assert "已经改好，谢谢。" in client.get(sent["Location"]).content.decode()
    assert AuditEntry.objects.get(action="portal.correction_answered").payload == {"state": "corrected"}


def test_of_two_answers_the_second_is_told_so(article: ArticlePage, editor: Any) -> None:
    now = timezone.now()
    correction = readers.send_correction(article, "第二步写反了", now=now)
    assert readers.answer_correction(correction, state="kept", answer="原文没错。", by=editor, now=now)
    assert not readers.answer_correction(correction, state="corrected", answer="改了。", by=editor, now=now)
    assert Correction.objects.get().answer == "原文没错。"


def test_an_empty_correction_says_what_is_wanted(client: Client, article: ArticlePage) -> None:
    answer = client.post(reverse("portal:correction_new", args=[article.pk]), {"text": " "}, headers=FROM_HERE)
    assert "请用一句话写出哪里不对。" in answer.content.decode()
    assert not Correction.objects.exists()


def test_ten_an_hour_are_taken_from_one_address_and_nothing_written_is_lost(
    client: Client, article: ArticlePage
) -> None:
    address = reverse("portal:correction_new", args=[article.pk])
    answers = [client.post(address, {"text": f"第 {n} 条"}, headers=FROM_HERE).status_code for n in range(11)]
    assert answers == [302] * 10 + [429]
    assert "第 10 条" in client.post(address, {"text": "第 10 条"}, headers=FROM_HERE).content.decode()


def test_the_editor_answers_from_the_desk(client_of: Any, editor: Any, article: ArticlePage) -> None:
    correction = readers.send_correction(article, "第二步写反了", now=timezone.now())
    client = client_of(editor)
    assert "第二步写反了" in client.get(reverse("portal:desk")).content.decode()
    address = reverse("portal:correction_answer", args=[correction.pk])
    assert "读者在等" in client.post(address, {"state": "kept"}).content.decode()
    client.post(address, {"state": "corrected", "answer": "改好了。"})
    correction.refresh_from_db()
    assert (correction.state, correction.answered_by) == ("corrected", editor)


# ── The desk ─────────────────────────────────────────────────────────────────
def test_what_nobody_has_reviewed_for_a_year_is_due(article: ArticlePage) -> None:
    today = timezone.localdate()
    assert list(desk.due_for_review(today)) == [article.piece_ptr]
    ArticlePage.objects.update(reviewed_on=today - timedelta(days=365))
    assert list(desk.due_for_review(today)) == []
    assert list(desk.due_for_review(today + timedelta(days=1))) == [article.piece_ptr]


def test_the_desk_tells_what_is_read_most(article: ArticlePage) -> None:
    today = timezone.localdate()
    for days_ago, times in ((0, 2), (29, 1), (30, 5)):
        for _time in range(times):
            readers.count(article.pk, "reads", today=today - timedelta(days=days_ago))
    assert [(one.piece.pk, one.reads) for one in desk.readings(today)] == [(article.pk, 3)]
