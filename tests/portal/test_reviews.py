"""初审 → 复审 → 终审: who decides what, once, and what becomes of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import GroupPagePermission, TaskState, WorkflowState

from people.models import Role
from portal import reviewing
from portal.models import ArticlePage, LibraryPage, SearchEntry, Step
from portal.permissions import steps_of
from portal.receivers import stand_in
from portal.rules import Bar, bar_to
from portal.services import reviews
from records.models import AuditEntry
from tests.people.factories import RoleGrantFactory
from tests.portal.factories import make_article
from tests.portal.reviews import make_draft, pass_on, send, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(library: LibraryPage, editor: Any) -> ArticlePage:
    page = make_draft(library, "冬天用煤炉", "炉子要装烟筒。", by=editor)
    send(page, by=editor)
    return page


def step_of(page: ArticlePage) -> str:
    return waiting(page).task.specific.step


def actions(page: ArticlePage) -> list[tuple[str, str]]:
    entries = AuditEntry.objects.filter(action__startswith="portal.", object_id=str(page.pk)).order_by("pk")
    return [(entry.action.removeprefix("portal."), entry.actor.full_name) for entry in entries]


# ── Who decides ──────────────────────────────────────────────────────────────
def test_the_rule_of_one_person_one_stage() -> None:
    assert bar_to(1, authors={1, 2}, deciders=[3]) == Bar.OWN_TEXT
    assert bar_to(3, authors={1, 2}, deciders=[3]) == Bar.DECIDED_BEFORE
    assert bar_to(4, authors={1, None}, deciders=[3, None]) is None


def test_each_stage_is_decided_by_its_roles(cast: dict[str, Any]) -> None:
    stages = {part: steps_of(person) for part, person in cast.items() if person and steps_of(person)}
    assert stages == {
        "editor": [Step.FIRST],
        "training_officer": [Step.SECOND],
        "drill_officer": [Step.SECOND],
        "leader": [Step.FINAL],
    }


def test_three_people_one_after_the_other_publish_it(
    sent: ArticlePage, editor: Any, second_editor: Any, training_officer: Any, leader: Any
) -> None:
    assert step_of(sent) == Step.FIRST
    pass_on(sent, second_editor)
    assert step_of(sent) == Step.SECOND
    pass_on(sent, training_officer)
    assert step_of(sent) == Step.FINAL
    assert not ArticlePage.objects.get(pk=sent.pk).live
    page = pass_on(sent, leader)
    assert page.live
    assert SearchEntry.objects.filter(page=page.pk).exists()
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED
    assert actions(page) == [
        ("review_sent", "孙悦"),
        ("review_approved", "沈月"),
        ("review_approved", "钱海"),
        ("review_approved", "刘主任"),
    ]
    logged = AuditEntry.objects.filter(action="portal.review_approved").order_by("pk")
    assert [entry.payload["stage"] for entry in logged] == ["first", "second", "final"]


def test_the_day_of_the_last_review_stands_on_the_page(
    sent: ArticlePage, second_editor: Any, drill_officer: Any, leader: Any
) -> None:
    page = pass_on(sent, second_editor, drill_officer, leader)
    assert page.reviewed_on == timezone.localdate()
    assert page.get_latest_revision_as_object().reviewed_on == page.reviewed_on


def test_nobody_decides_his_own_text(sent: ArticlePage, editor: Any) -> None:
    with pytest.raises(reviews.Barred) as refusal:
        reviews.approve(waiting(sent).pk, by=editor, now=timezone.now())
    assert refusal.value.bar == Bar.OWN_TEXT
    assert step_of(sent) == Step.FIRST


def test_nor_a_text_that_he_sent_or_changed_for_somebody_else(
    library: LibraryPage, editor: Any, second_editor: Any
) -> None:
    page = make_draft(library, "冬天用煤炉", "炉子要装烟筒。", by=editor)
    state = send(page, by=second_editor)
    with pytest.raises(reviews.Barred):
        reviews.approve(state.pk, by=second_editor, now=timezone.now())
    assert pass_on(page, editor).pk == page.pk  # who only began it has not sent these words


def test_nobody_decides_two_stages_of_one_round(sent: ArticlePage, second_editor: Any, leader: Any) -> None:
    RoleGrantFactory(user=second_editor, role=Role.DRILL_OFFICER)
    second_editor.forget_grants()
    pass_on(sent, second_editor)
    with pytest.raises(reviews.Barred) as refusal:
        reviews.approve(waiting(sent).pk, by=second_editor, now=timezone.now())
    assert refusal.value.bar == Bar.DECIDED_BEFORE
    assert reviewing.count_waiting_for(second_editor) == 0
    assert [one.bar_to(second_editor) for one in reviewing.at_hand(second_editor)] == [Bar.DECIDED_BEFORE]


def test_the_number_in_the_menu_agrees_with_the_list(
    sent: ArticlePage, editor: Any, second_editor: Any, training_officer: Any, leader: Any
) -> None:
    people = (editor, second_editor, training_officer, leader)
    assert [reviewing.count_waiting_for(one) for one in people] == [0, 1, 0, 0]
    pass_on(sent, second_editor)
    assert [reviewing.count_waiting_for(one) for one in people] == [0, 0, 1, 0]
    for one in people:
        open_to_him = [standing for standing in reviewing.at_hand(one) if not standing.bar_to(one)]
        assert len(open_to_him) == reviewing.count_waiting_for(one)


def test_an_editor_cannot_publish_by_himself(library: LibraryPage, editor: Any) -> None:
    codes = GroupPagePermission.objects.values_list("permission__codename", flat=True)
    assert "publish_page" not in set(codes)
    may = library.permissions_for_user(editor)
    assert (may.can_add_subpage(), may.can_publish_subpage()) == (True, False)


def test_an_older_installation_loses_the_permission_to_publish(library: LibraryPage) -> None:
    from django.contrib.auth.models import Group, Permission

    from portal.starter.tree import open_to_editors

    home = library.get_parent()
    publish = Permission.objects.get(codename="publish_page", content_type__app_label="wagtailcore")
    GroupPagePermission.objects.create(group=Group.objects.get(name="editors"), page=home, permission=publish)
    open_to_editors(home.specific)
    assert not GroupPagePermission.objects.filter(permission=publish).exists()
    assert library.get_workflow().name == "三审"


# ── Given back, and again ────────────────────────────────────────────────────
def test_what_comes_back_corrected_begins_at_the_first_stage(
    sent: ArticlePage, editor: Any, second_editor: Any, training_officer: Any, leader: Any
) -> None:
    pass_on(sent, second_editor)
    reviews.give_back(waiting(sent).pk, reason="烟筒要伸出屋檐", by=training_officer, now=timezone.now())
    [returned] = reviewing.returned()
    assert (returned.title, returned.state.comment, returned.step) == ("冬天用煤炉", "烟筒要伸出屋檐", Step.SECOND)
    assert reviewing.in_review() == []
    page = ArticlePage.objects.get(pk=sent.pk)
    page.title = "冬天用煤炉，先装烟筒"
    send(page, by=editor)
    assert step_of(page) == Step.FIRST
    assert reviewing.returned() == []
    page = pass_on(page, second_editor, training_officer, leader)  # the same three may read it again
    assert (page.live, page.title) == (True, "冬天用煤炉，先装烟筒")
    told = [action for action, _name in actions(page)]
    assert told == ["review_sent", "review_approved", "review_returned", "review_sent", *["review_approved"] * 3]
    entry = AuditEntry.objects.get(action="portal.review_returned")
    assert entry.payload["reason"] == "烟筒要伸出屋檐"


def test_the_author_takes_it_back(sent: ArticlePage, editor: Any) -> None:
    state = waiting(sent)
    assert sent.current_workflow_state.user_can_cancel(editor)
    sent.current_workflow_state.cancel(user=editor)
    assert reviewing.in_review() == []
    with pytest.raises(reviews.AlreadyDecided):
        reviews.approve(state.pk, by=editor, now=timezone.now())
    assert actions(sent)[-1] == ("review_taken_back", "孙悦")


def test_nobody_changes_what_is_being_read(sent: ArticlePage, editor: Any, second_editor: Any) -> None:
    page = ArticlePage.objects.get(pk=sent.pk)
    lock = page.get_lock()
    assert all(lock.for_user(one) for one in (editor, second_editor))
    assert str(Step.FIRST.label) in lock.get_message(editor)
    assert page.current_workflow_task.get_actions(page, second_editor) == []


# ── Decided once ─────────────────────────────────────────────────────────────
def test_the_second_tap_decides_nothing(sent: ArticlePage, second_editor: Any) -> None:
    state = waiting(sent)
    reviews.approve(state.pk, by=second_editor, now=timezone.now())
    for decide in (reviews.approve, lambda pk, **who: reviews.give_back(pk, reason="再改", **who)):
        with pytest.raises(reviews.AlreadyDecided):
            decide(state.pk, by=second_editor, now=timezone.now())
    assert step_of(sent) == Step.SECOND
    assert AuditEntry.objects.filter(action="portal.review_approved").count() == 1


def test_a_version_saved_behind_the_review_is_not_published(sent: ArticlePage, second_editor: Any) -> None:
    state = waiting(sent)
    sent.save_revision()
    with pytest.raises(reviews.ChangedMeanwhile):
        reviews.approve(state.pk, by=second_editor, now=timezone.now())


# ── What the last stage looks at ─────────────────────────────────────────────
def test_an_open_doubt_stops_the_final_review_outside_the_demo(
    library: LibraryPage, editor: Any, second_editor: Any, training_officer: Any, leader: Any, settings: Any
) -> None:
    page = make_draft(library, "心肺复苏", "按压。", by=editor, doubts="按多深 — 没有对应条目")
    send(page, by=editor)
    settings.DEMO = False
    pass_on(page, second_editor, training_officer)
    with pytest.raises(reviews.Stopped) as refusal:
        pass_on(page, leader)
    assert [one.text for one in refusal.value.found] == ["存疑：按多深 — 没有对应条目"]
    assert not ArticlePage.objects.get(pk=page.pk).live
    assert step_of(page) == Step.FINAL
    settings.DEMO = True
    assert pass_on(page, leader).live


# ── Content of the house ─────────────────────────────────────────────────────
def test_what_the_loader_publishes_needs_no_people(library: LibraryPage) -> None:
    page = make_article(library, "家里闻到燃气味", "关阀门。")
    assert page.live
    assert not TaskState.objects.exists()


def test_taking_a_page_off_needs_one_person_and_a_reason(library: LibraryPage, editor: Any) -> None:
    page = make_article(library, "家里闻到燃气味", "关阀门。")
    now = timezone.now()
    assert reviews.withdraw(page, reason="步骤写反了", by=editor, now=now)
    assert not ArticlePage.objects.get(pk=page.pk).live
    assert AuditEntry.objects.get(action="portal.page_withdrawn").payload == {"reason": "步骤写反了"}
    page.refresh_from_db()
    assert not reviews.withdraw(page, reason="再撤一次", by=editor, now=now)


def test_what_waits_for_its_hour_shows_no_stand_in_before(
    library: LibraryPage, editor: Any, second_editor: Any, training_officer: Any, leader: Any
) -> None:
    from wagtail.models import Locale

    library.get_parent().copy_for_translation(Locale.objects.create(language_code="en"))
    library.copy_for_translation(Locale.objects.get(language_code="en"))
    page = make_article(library, "家里闻到燃气味", "关阀门。")
    stand_in(page)
    page = ArticlePage.objects.get(pk=page.pk)
    reviews.withdraw(page, reason="过季", by=editor, now=timezone.now())
    page = ArticlePage.objects.get(pk=page.pk)
    page.go_live_at = timezone.now() + timedelta(days=1)
    send(page, by=editor)
    page = pass_on(page, second_editor, training_officer, leader)
    assert [page.live, page.aliases.get().live] == [False, False]
    assert not SearchEntry.objects.filter(page__in=[page.pk, page.aliases.get().pk]).exists()
