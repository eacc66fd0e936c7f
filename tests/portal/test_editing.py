"""Wagtail's admin as the editor meets it, and what publishing brings about."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.rich_text import RichText
from wagtail.signals import init_new_page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from campaign.models import Entry
from media.models import Image
from portal import queries
from portal.models import ArticlePage, HomePage, LibraryPage, Masthead, PosterPage, QuizPage, SearchEntry
from tests.cast import person
from tests.portal.reviews import pass_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.fixture
def library() -> LibraryPage:
    return LibraryPage.objects.get(locale__language_code="zh-hans")


@pytest.fixture
def county() -> Any:
    """The starter content has brought it already; the cast is the bureau's people here."""
    from people.models import Division

    return Division.objects.get(code="999901")


@pytest.fixture
def learner(bureau: Any) -> Any:
    return person("李强", bureau)


@pytest.fixture
def at_desk(editor: Any, client_of: Callable[[Any], Client]) -> Client:
    from django.contrib.auth.models import Group

    editor.groups.add(Group.objects.get(name="editors"))
    return client_of(editor)


def address_of_new(library: LibraryPage, kind: str = "articlepage") -> str:
    return reverse("wagtailadmin_pages:add", args=["portal", kind, library.pk])


@pytest.fixture
def reviewers(bureau: Any, training_officer: Any, leader: Any) -> tuple[Any, ...]:
    """Whoever stands between the editor and the public."""
    return person("沈月", bureau, "editor"), training_officer, leader


def typed(**changed: Any) -> dict[str, Any]:
    """What the form of a new article sends."""
    step = {"action": "把烟筒接到屋外", "note": ""}
    blank = {"action": "", "note": ""}
    steps = streamfield([("", step), ("", blank)])
    for number in range(2):
        del steps[f"{number}"]["type"]
    body = [("paragraph", rich_text("<p>炉子要装烟筒。</p>")), ("steps", steps), ("quiz", {"quiz": ""})]
    fields = {"title": "冬天用煤炉", "summary": "睡前看一眼风门。", "body": streamfield(body), "action-submit": "1"}
    return nested_form_data(fields | changed)


def write(at_desk: Client, library: LibraryPage, **changed: Any) -> ArticlePage:
    """Written and sent to review."""
    entries = {"entries": changed.pop("entries", [])}
    answer = at_desk.post(address_of_new(library), typed(**changed) | entries)
    assert answer.status_code == 302, answer.context["form"].errors
    return ArticlePage.objects.filter(alias_of=None).latest("pk")


@pytest.fixture
def publish(at_desk: Client, library: LibraryPage, reviewers: tuple[Any, ...]) -> Callable[..., ArticlePage]:
    """An editor writes, three others decide."""
    return lambda **changed: pass_on(write(at_desk, library, **changed), *reviewers)


# ── A new article ────────────────────────────────────────────────────────────
def test_a_new_article_opens_with_empty_text_steps_and_quiz() -> None:
    page = ArticlePage()
    init_new_page.send(sender=None, page=page, parent=None)
    assert [block.block_type for block in page.body] == ["paragraph", "steps", "quiz"]
    assert [dict(step) for step in page.body[1].value] == [{"action": "", "note": ""}] * 3


def test_what_was_left_empty_is_dropped(at_desk: Client, library: LibraryPage) -> None:
    page = write(at_desk, library)
    assert [block.block_type for block in page.body] == ["paragraph", "steps"]
    assert [step["action"] for step in page.body[1].value] == ["把烟筒接到屋外"]


def test_an_article_without_any_text_is_not_sent(at_desk: Client, library: LibraryPage) -> None:
    empty = streamfield([("paragraph", rich_text("")), ("quiz", {"quiz": ""})])
    answer = at_desk.post(address_of_new(library), typed(body=empty))
    assert answer.status_code == 200
    assert "body" in answer.context["form"].errors


def test_a_line_under_a_step_needs_the_step() -> None:
    from django.core.exceptions import ValidationError

    block = ArticlePage._meta.get_field("body").stream_block.child_blocks["steps"]
    with pytest.raises(ValidationError):
        block.clean(block.normalize([{"action": "", "note": "顺手的话"}]))


@pytest.mark.parametrize(
    ("title", "slug"), [("冬天用煤炉", r"a\d+"), ("CPR 怎么做", r"a\d+"), ("Winter stoves", "winter-stoves")]
)
def test_the_address_makes_itself_in_short_plain_letters(
    at_desk: Client, library: LibraryPage, title: str, slug: str
) -> None:
    assert re.fullmatch(slug, write(at_desk, library, title=title).slug)


def test_two_articles_of_one_title_get_two_addresses(at_desk: Client, library: LibraryPage) -> None:
    first, second = write(at_desk, library), write(at_desk, library)
    assert first.slug != second.slug


def test_a_draft_gets_its_address_too(at_desk: Client, library: LibraryPage) -> None:
    fields = typed()
    del fields["action-submit"]
    at_desk.post(address_of_new(library), fields)
    assert ArticlePage.objects.latest("pk").slug.startswith("a")


def test_the_description_of_a_picture_stands_in_for_what_it_shows(at_desk: Client, library: LibraryPage) -> None:
    picture = Image.objects.first()
    picture.description = "一只煤炉"
    picture.save()
    page = write(at_desk, library, illustration=str(picture.pk), illustration_alt="")
    assert page.illustration_alt == "一只煤炉"


def test_only_the_entries_that_readers_see_are_offered(at_desk: Client, library: LibraryPage) -> None:
    offered = at_desk.get(address_of_new(library)).context["form"].fields["entries"].queryset
    assert {entry.scheme.key for entry in offered} == {"qijin_safety"}
    assert Entry.objects.exclude(pk__in=offered).exists()


# ── Publishing ───────────────────────────────────────────────────────────────
def test_an_article_stands_at_once_in_the_search_the_lists_and_the_english_tree(
    publish: Callable[..., ArticlePage], client: Client
) -> None:
    entry = Entry.objects.get(scheme__key="qijin_safety", code="family")
    page = publish(entries=[str(entry.pk)])
    alias = ArticlePage.objects.get(alias_of=page)
    assert (alias.slug, alias.locale.language_code, alias.live) == (page.slug, "en", True)
    found = SearchEntry.objects.filter(page__in=[page.pk, alias.pk])
    assert set(found.values_list("language", flat=True)) == {"zh-hans", "en"}
    for path in ("/", "/library/", "/entries/family/", "/en/library/"):
        assert page.title in client.get(path).content.decode(), path
    assert "not translated yet" in client.get(f"/en/library/{page.slug}/").content.decode()


def test_a_change_reaches_the_stand_in_and_its_search_entry(publish: Callable[..., ArticlePage]) -> None:
    page = publish()
    page.summary = "改过的摘要"
    page.body.append(("paragraph", RichText("<p>夜里打开窗缝</p>")))
    page.save_revision().publish()
    alias = ArticlePage.objects.get(alias_of=page)
    assert alias.summary == "改过的摘要"
    assert "夜里打开窗缝" in SearchEntry.objects.get(page=alias.pk).text
    assert ArticlePage.objects.filter(alias_of=page).count() == 1


def test_a_translated_article_keeps_its_translation(publish: Callable[..., ArticlePage]) -> None:
    page = publish()
    alias = ArticlePage.objects.get(alias_of=page)
    alias.alias_of = None
    alias.title = "Winter stoves"
    alias.save()
    page.save_revision().publish()
    assert list(page.get_translations().values_list("title", flat=True)) == ["Winter stoves"]


def test_what_is_taken_off_goes_from_both_trees(publish: Callable[..., ArticlePage], client: Client) -> None:
    page = publish()
    page.unpublish()
    assert client.get(f"/en/library/{page.slug}/").status_code == 404
    assert not SearchEntry.objects.filter(title=page.title).exists()


def test_a_deleted_article_leaves_no_stand_in_behind(publish: Callable[..., ArticlePage]) -> None:
    page = publish()
    page.delete()
    assert not Page.objects.filter(title=page.title).exists()


def test_an_article_without_a_review_stands_by_its_day_of_publication(publish: Callable[..., ArticlePage]) -> None:
    page = publish()
    assert queries.live_pieces("zh-hans").first().pk == page.pk
    home = HomePage.objects.get(locale__language_code="zh-hans")
    assert page.pk in {piece.pk for piece in queries.beside_home(home, None)["newest"]}


# ── The desk ─────────────────────────────────────────────────────────────────
def test_the_menu_holds_what_an_editor_uses(at_desk: Client) -> None:
    from wagtail.admin.menu import admin_menu

    request = at_desk.get(reverse("wagtailadmin_home")).wsgi_request
    items = admin_menu.menu_items_for_request(request)
    plain = {"explorer", "images", "media", "questions", "documents", "settings"}
    assert plain <= {item.name for item in items}
    assert {str(item.label) for item in items if item.name not in plain} == {"规则库", "不用的词", "同义词", "批量上传"}


def test_the_button_in_sight_sends_to_review_and_none_publishes(at_desk: Client, library: LibraryPage) -> None:
    html = at_desk.get(address_of_new(library)).content.decode()
    assert "action-submit" in html
    assert "action-publish" not in html


def test_asking_to_publish_all_the_same_leaves_a_draft(at_desk: Client, library: LibraryPage) -> None:
    fields = typed() | {"action-publish": "1"}
    del fields["action-submit"]
    at_desk.post(address_of_new(library), fields)
    page = ArticlePage.objects.latest("pk")
    assert (page.live, page.current_workflow_state) == (False, None)


def test_a_small_change_of_a_live_page_goes_the_same_way(
    at_desk: Client, publish: Callable[..., ArticlePage], reviewers: tuple[Any, ...], client: Client
) -> None:
    page = publish()
    answer = at_desk.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), typed(summary="睡前再看一眼。"))
    assert answer.status_code == 302
    assert "睡前看一眼风门。" in client.get(page.url).content.decode()
    pass_on(page, *reviewers)
    assert "睡前再看一眼。" in client.get(page.url).content.decode()


def test_the_admin_speaks_chinese_whatever_the_browser_asks_for(at_desk: Client) -> None:
    html = at_desk.get(reverse("wagtailadmin_home"), headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="zh-hans"' in html


@pytest.mark.parametrize(
    "name", ["wagtailusers_users:index", "wagtailusers_groups:index", "wagtailsites:index", "wagtaillocales:index"]
)
def test_an_editor_does_not_enter_what_is_not_his(at_desk: Client, name: str) -> None:
    assert at_desk.get(reverse(name)).status_code in {302, 403}


def test_an_editor_changes_the_masthead(at_desk: Client) -> None:
    masthead = Masthead.objects.get()
    url = reverse("wagtailsettings:edit", args=["portal", "masthead", masthead.site_id])
    names = ("organiser", "icp_number", "police_number", "site_code", "duty_phone")
    fields = {name: getattr(masthead, name) for name in names} | {"duty_phone": "0530-0000000"}
    answer = at_desk.post(url, fields)
    assert (answer.status_code, answer.url) == (302, url)
    masthead.refresh_from_db()
    assert masthead.duty_phone == "0530-0000000"


def test_pictures_of_the_library_can_be_chosen(at_desk: Client) -> None:
    answer = at_desk.get(reverse("wagtailimages_chooser:choose"))
    assert answer.json()["html"].count("image-choice") >= 10


def test_quizzes_are_chosen_from_one_list_in_one_language(at_desk: Client) -> None:
    html = at_desk.get(reverse("quiz_chooser:choose")).json()["html"]
    quizzes = QuizPage.objects.filter(locale__language_code="zh-hans")
    assert [html.count(quiz.title) for quiz in quizzes] == [1] * len(quizzes)
    assert 'name="locale"' not in html


def test_the_short_way_to_a_new_article(at_desk: Client, library: LibraryPage) -> None:
    assert at_desk.get(reverse("write_article")).url == address_of_new(library)


# ── The guide ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ["/guide/editor/", "/en/guide/editor/"])
def test_the_guide_names_at_most_25_actions(at_desk: Client, path: str) -> None:
    html = at_desk.get(path).content.decode()
    guide = html[html.index('class="guide"') :]
    numbered = sum(part.split("</ol>")[0].count("<li>") for part in guide.split("<ol>")[1:])
    assert numbered == 23
    assert str(numbered) in html[: html.index('class="guide"')]


def test_the_guide_is_for_those_who_write(client_of: Callable[[Any], Client], leader: Any, learner: Any) -> None:
    assert client_of(None).get("/guide/editor/").url.startswith("/account/login/")
    assert client_of(leader).get("/guide/editor/").status_code == 404
    assert client_of(learner).get("/guide/editor/").status_code == 404


def test_the_first_page_leads_an_editor_to_both(
    at_desk: Client, client_of: Callable[[Any], Client], leader: Any
) -> None:
    ways = [reverse("write_article"), reverse("portal:editor_guide")]
    home = at_desk.get(reverse("people:home")).content.decode()
    assert all(f'href="{way}"' in home for way in ways)
    other = client_of(leader).get(reverse("people:home")).content.decode()
    assert not any(f'href="{way}"' in other for way in ways)


# ── A new poster ─────────────────────────────────────────────────────────────
def typed_poster(**changed: Any) -> dict[str, Any]:
    steps = [("step", {"action": action, "note": ""}) for action in ("关阀门", "开窗", "到屋外")]
    fields = {
        "title": "海报：厨房里",
        "summary": "贴在灶台边。",
        "headline": "先关阀，再开窗",
        "danger": "味道冲，马上走。",
        "calls": "119",
        "steps": streamfield(steps),
        "action-submit": "1",
    }
    return nested_form_data(fields | changed)


def test_a_new_poster_opens_with_three_empty_steps() -> None:
    page = PosterPage()
    init_new_page.send(sender=None, page=page, parent=None)
    assert [block.block_type for block in page.steps] == ["step"] * 3


def test_an_editor_fills_in_a_poster_and_it_is_there_to_print(
    at_desk: Client, library: LibraryPage, reviewers: tuple[Any, ...]
) -> None:
    answer = at_desk.post(address_of_new(library, "posterpage"), typed_poster())
    assert answer.status_code == 302, answer.context["form"].errors
    page = pass_on(PosterPage.objects.filter(alias_of=None).latest("pk"), *reviewers)
    html = at_desk.get(f"/library/{page.slug}/").content.decode()
    assert "<span>先关阀，再开窗</span>" in html
    assert at_desk.get(reverse("portal:poster_pdf", args=[page.pk, "a4"])).content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("headline", "一二三四五六七八九十一二三"),
        ("danger", "字" * 37),
        ("calls", "119 120 110 12345"),
        ("steps", streamfield([("step", {"action": "关阀门", "note": ""})] * 2)),
        ("steps", streamfield([("step", {"action": "字" * 15, "note": ""})] * 3)),
    ],
)
def test_what_would_not_fit_on_the_sheet_is_not_taken(
    at_desk: Client, library: LibraryPage, field: str, value: Any
) -> None:
    answer = at_desk.post(address_of_new(library, "posterpage"), typed_poster(**{field: value}))
    assert list(answer.context["form"].errors) == [field]
