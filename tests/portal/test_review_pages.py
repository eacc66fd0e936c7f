"""待我审 on the phone, the text with all that speaks about it, and what the desk and Wagtail's admin say of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.models import ArticlePage, LibraryPage, QuizPage, WrongWord
from portal.services import reviews
from tests.portal.factories import make_article
from tests.portal.reviews import make_draft, pass_on, send, waiting

pytestmark = pytest.mark.django_db

LIST = "/desk/review/"
ONE = re.compile(r"[(（]1[)）]$")


@pytest.fixture
def sent(library: LibraryPage, editor: Any) -> ArticlePage:
    page = make_draft(library, "冬天用煤炉", "炉子要装烟筒。", by=editor)
    send(page, by=editor)
    return page


@pytest.fixture
def at_final(sent: ArticlePage, second_editor: Any, training_officer: Any) -> ArticlePage:
    return pass_on(sent, second_editor, training_officer)


def page_of(state: Any) -> str:
    return f"{LIST}{state.pk}/"


def said(answer: Any) -> list[str]:
    return [str(one) for one in get_messages(answer.wsgi_request)]


def shown(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def give(client: Client, state: Any, verdict: str, **more: str) -> Any:
    return client.post(page_of(state), {"verdict": verdict, **more})


# ── The list and the card ────────────────────────────────────────────────────
def test_the_list_tells_title_kind_sender_and_stage(
    sent: ArticlePage, second_editor: Any, client_of: Callable[[Any], Client]
) -> None:
    html = shown(client_of(second_editor), LIST)
    for words in ("冬天用煤炉", "文章", "孙悦", f'href="{page_of(waiting(sent))}"'):
        assert words in html
    assert re.findall(r'class="review-stage review-stage-(\w+)"', html) == ["now", "ahead", "ahead"]


def test_the_card_counts_what_waits_for_this_person(
    at_final: ArticlePage, leader: Any, training_officer: Any, client_of: Callable[[Any], Client]
) -> None:
    html = shown(client_of(leader), reverse("people:home"))
    links = re.compile(rf'<a href="{LIST}">(.*?)</a>')
    assert [bool(ONE.search(words)) for words in links.findall(html)] == [True, True]  # the menu and the card
    others = links.findall(shown(client_of(training_officer), reverse("people:home")))
    assert [bool(ONE.search(words)) for words in others] == [False, False]


def test_an_empty_list_says_so(library: LibraryPage, leader: Any, client_of: Callable[[Any], Client]) -> None:
    assert 'class="empty"' in shown(client_of(leader), LIST)


def test_more_texts_take_no_more_queries(
    library: LibraryPage,
    editor: Any,
    second_editor: Any,
    client_of: Callable[[Any], Client],
    django_assert_max_num_queries: Any,
) -> None:
    client = client_of(second_editor)
    for number in range(2):
        send(make_draft(library, f"第{number}篇", "字。", by=editor), by=editor)
    client.get(LIST)
    with django_assert_max_num_queries(20) as few:
        client.get(LIST)
    for number in range(6):
        send(make_draft(library, f"又{number}篇", "字。", by=editor), by=editor)
    with django_assert_max_num_queries(len(few)):
        assert shown(client, LIST).count('class="card"') == 8


# ── One text ─────────────────────────────────────────────────────────────────
def test_the_leader_publishes_with_one_tap(
    at_final: ArticlePage, leader: Any, client_of: Callable[[Any], Client], client: Client
) -> None:
    phone, state = client_of(leader), waiting(at_final)
    html = shown(phone, page_of(state))
    assert html.count("data-once") == 2
    answer = give(phone, state, "approve")
    assert (answer.status_code, answer.url) == (302, LIST)
    assert "冬天用煤炉" in client.get(ArticlePage.objects.get(pk=at_final.pk).url).content.decode()


def test_a_second_tap_is_no_mistake(at_final: ArticlePage, leader: Any, client_of: Callable[[Any], Client]) -> None:
    phone, state = client_of(leader), waiting(at_final)
    give(phone, state, "approve")
    answer = give(phone, state, "approve")
    assert answer.status_code == 302
    assert ArticlePage.objects.get(pk=at_final.pk).live
    assert [level.level_tag for level in get_messages(answer.wsgi_request)][-1] == "info"


def test_another_tab_learns_who_was_first(
    sent: ArticlePage, second_editor: Any, bureau: Any, client_of: Callable[[Any], Client]
) -> None:
    from tests.cast import person
    from tests.portal.reviews import join_editors

    third = person("秦川", bureau, "editor")
    join_editors(third)
    state, late = waiting(sent), client_of(third)
    shown(late, page_of(state))
    give(client_of(second_editor), state, "approve")
    answer = give(late, state, "return", reason="改一改")
    assert "沈月" in said(answer)[-1]
    html = shown(late, page_of(state))
    assert 'class="thumb"' not in html
    assert "沈月" in html
    assert ArticlePage.objects.get(pk=sent.pk).current_workflow_state.status == "in_progress"


def test_the_author_reads_why_he_does_not_decide(
    sent: ArticlePage, editor: Any, client_of: Callable[[Any], Client]
) -> None:
    client, state = client_of(editor), waiting(sent)
    html = shown(client, page_of(state))
    assert ("notice-info" in html, 'class="thumb"' in html) == (True, False)
    assert 'class="review-queue"' not in shown(client, LIST)
    give(client, state, "approve")
    assert waiting(sent).pk == state.pk


@pytest.mark.parametrize("part", ["training_officer", "leader", "auditor", "learner"])
def test_who_is_not_of_the_stage_finds_nothing(
    sent: ArticlePage, cast: dict[str, Any], part: str, client_of: Callable[[Any], Client]
) -> None:
    client, state = client_of(cast[part]), waiting(sent)
    for url in (page_of(state), f"{page_of(state)}text/"):
        assert client.get(url).status_code == 404
    assert give(client, state, "approve").status_code == 404


def test_a_return_needs_a_reason(sent: ArticlePage, second_editor: Any, client_of: Callable[[Any], Client]) -> None:
    client, state = client_of(second_editor), waiting(sent)
    answer = give(client, state, "return", reason="  ")
    assert answer.status_code == 200
    assert 'class="thumb-return" open' in answer.content.decode()
    assert waiting(sent).pk == state.pk


def test_the_check_before_publishing_stands_above_the_text(
    library: LibraryPage, editor: Any, second_editor: Any, client_of: Callable[[Any], Client]
) -> None:
    WrongWord.objects.create(wrong="演习", right="演练")
    page = make_draft(library, "一次演习", "集合。", by=editor)
    html = shown(client_of(second_editor), page_of(send(page, by=editor)))
    assert 0 < html.index('class="objection"') < html.index("<iframe")


def test_a_doubt_shuts_the_leaders_button_outside_the_demo(
    library: LibraryPage,
    editor: Any,
    second_editor: Any,
    drill_officer: Any,
    leader: Any,
    client_of: Callable[[Any], Client],
    settings: Any,
) -> None:
    settings.DEMO = False
    page = make_draft(library, "心肺复苏", "按压。", by=editor, doubts="按多深 — 没有对应条目")
    send(page, by=editor)
    pass_on(page, second_editor, drill_officer)
    phone, state = client_of(leader), waiting(page)
    html = shown(phone, page_of(state))
    assert "objection-stops" in html
    assert re.search(r"btn-primary btn-lg\" type=\"submit\" disabled", html)
    answer = give(phone, state, "approve")
    assert answer.url == page_of(state)
    assert "按多深 — 没有对应条目" in said(answer)[0]
    assert not ArticlePage.objects.get(pk=page.pk).live


def test_what_changes_is_told_line_by_line(
    library: LibraryPage, editor: Any, second_editor: Any, client_of: Callable[[Any], Client]
) -> None:
    page = make_article(library, "家里闻到燃气味", "关阀门。", "到屋外打电话。")
    page.body = [("paragraph", "<p>关阀门。</p><p>开窗。</p>"), ("paragraph", "<p>到屋外打电话。</p>")]
    page.summary = "先关阀门"
    html = shown(client_of(second_editor), page_of(send(page, by=editor)))
    assert re.findall(r"<(ins|del)>([^<]*)</", html) == [
        ("del", "家里闻到燃气味"),
        ("ins", "先关阀门"),
        ("ins", "开窗。"),
    ]


def test_the_remarks_of_earlier_rounds_stay_in_sight(
    sent: ArticlePage, editor: Any, second_editor: Any, client_of: Callable[[Any], Client]
) -> None:
    reviews.give_back(waiting(sent).pk, reason="烟筒要伸出屋檐", by=second_editor, now=timezone.now())
    page = ArticlePage.objects.get(pk=sent.pk)
    html = shown(client_of(second_editor), page_of(send(page, by=editor)))
    assert "烟筒要伸出屋檐" in html


def test_the_frame_shows_the_new_text_in_the_readers_dress(
    library: LibraryPage, editor: Any, second_editor: Any, client_of: Callable[[Any], Client]
) -> None:
    page = make_article(library, "家里闻到燃气味", "关阀门。")
    page.title = "闻到燃气味，先关阀门"
    answer = client_of(second_editor).get(f"{page_of(send(page, by=editor))}text/")
    html = answer.content.decode()
    assert "<h1>闻到燃气味，先关阀门</h1>" in html
    assert "data-read=" not in html  # nobody is counted as a reader
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_quiz_is_read_with_the_questions_it_will_have(
    library: LibraryPage, editor: Any, second_editor: Any, client_of: Callable[[Any], Client]
) -> None:
    from tests.exams.factories import make_bank, make_question

    bank = make_bank(single=1)
    old, new = (make_question(bank, number=number, stem=stem) for number, stem in ((2, "旧题"), (3, "新题")))
    quiz = library.add_child(instance=QuizPage(title="燃气 1 题", slug="gas-one", summary="一题"))
    quiz.questions = [QuizPage.questions.rel.related_model(question=old)]
    quiz.save_revision().publish()
    quiz = QuizPage.objects.get(pk=quiz.pk)
    quiz.questions = [QuizPage.questions.rel.related_model(question=new)]
    state = send(quiz, by=editor)
    client = client_of(second_editor)
    assert re.findall(r"<(ins|del)>([^<]*)</", shown(client, page_of(state))) == [("del", "旧题"), ("ins", "新题")]
    framed = shown(client, f"{page_of(state)}text/")
    assert ("新题" in framed, "旧题" in framed) == (True, False)


# ── The editor's side ────────────────────────────────────────────────────────
def test_the_desk_tells_what_is_in_review_and_what_came_back(
    library: LibraryPage, editor: Any, second_editor: Any, client_of: Callable[[Any], Client]
) -> None:
    first, second = (make_draft(library, title, "字。", by=editor) for title in ("还在审的", "退回来的"))
    send(first, by=editor)
    send(second, by=editor)
    reviews.give_back(waiting(second).pk, reason="第二步写反了", by=second_editor, now=timezone.now())
    html = shown(client_of(editor), "/desk/")
    assert html.index("还在审的") < html.index("退回来的") < html.index("第二步写反了")


def test_the_form_says_why_it_came_back_and_offers_to_send_it_again(
    sent: ArticlePage, editor: Any, second_editor: Any, client_of: Callable[[Any], Client]
) -> None:
    reviews.give_back(waiting(sent).pk, reason="烟筒要伸出屋檐", by=second_editor, now=timezone.now())
    client = client_of(editor)
    html = shown(client, reverse("wagtailadmin_pages:edit", args=[sent.pk]))
    assert "烟筒要伸出屋檐" in html
    assert 'name="action-submit"' in html
    assert 'name="action-restart-workflow"' not in html


def test_while_it_is_read_the_form_is_shut_and_can_be_taken_back(
    sent: ArticlePage, editor: Any, client_of: Callable[[Any], Client]
) -> None:
    client, url = client_of(editor), reverse("wagtailadmin_pages:edit", args=[sent.pk])
    html = shown(client, url)
    assert ('name="action-submit"' in html, 'name="action-cancel-workflow"' in html) == (False, True)
    client.post(url, {"action-cancel-workflow": "1", "body-count": "0"})
    assert ArticlePage.objects.get(pk=sent.pk).current_workflow_state is None


def test_an_editor_takes_a_page_off_with_a_reason(
    library: LibraryPage, editor: Any, client_of: Callable[[Any], Client], client: Client
) -> None:
    page = make_article(library, "家里闻到燃气味", "关阀门。")
    at_desk, url = client_of(editor), reverse("portal:withdraw", args=[page.pk])
    assert url in shown(at_desk, reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert at_desk.post(url, {"reason": ""}).status_code == 200
    assert at_desk.post(url, {"reason": "步骤写反了"}).url == "/desk/"
    assert client.get(page.url).status_code == 404
    assert at_desk.get(url).status_code == 404
