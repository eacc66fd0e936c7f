"""The pages of planning, clicked through as those who use them do."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Page

import ui
from drills.models import Drill, Participation
from drills.services import approval
from drills.views import design
from tests.drills.factories import join, make_drill, make_item, make_part, make_plan, make_version
from tests.drills.planning import make_planned, member

pytestmark = pytest.mark.django_db
Role, State = Participation.Role, Drill.State
STATIC = Path(ui.__file__).parent / "static" / "ui"


def url(name: str, *args: Any) -> str:
    return reverse(f"drills:{name}", args=args)


def text_of(response: Any) -> str:
    """What stands on the page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def said(response: Any) -> str:
    """The messages on the page that a POST leads to."""
    return " ".join(str(message) for message in response.context["messages"])


def tomorrow(hour: int = 9) -> datetime:
    return timezone.localtime().replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=1)


def fields(unit: Any, **changed: Any) -> dict[str, Any]:
    return {
        "title": "消防疏散演练",
        "hazard": "household_fire",
        "level": "enterprise",
        "form": "live",
        "scope": "single",
        "purpose": "test",
        "notice": "announced",
        "organisation": unit.pk,
        "division": unit.division_id,
        "starts_at": f"{tomorrow():%Y-%m-%dT%H:%M}",
        "ends_at": f"{tomorrow(11):%Y-%m-%dT%H:%M}",
        "place": "一号楼",
        "stop_word": "实情实情",
        "safety_plan": "楼梯口设安全员。",
    } | changed


@pytest.fixture
def manager(manager_a: Any, client_of: Callable[[Any], Client]) -> Client:
    return client_of(manager_a)


@pytest.fixture
def drill(organisation_a: Any, manager_a: Any) -> Drill:
    return make_planned(organisation_a, manager_a, starts_at=tomorrow(), title="储罐泄漏处置演练")


def approve(drill: Drill, by: Any) -> Drill:
    now = timezone.now()
    approval.submit_drill(drill, by=by, now=now)
    approval.approve_drill(drill, by=by, now=now)
    return drill


# ── The whole way ────────────────────────────────────────────────────────────
def test_a_safety_officer_plans_a_drill_to_the_start(
    manager: Client, manager_a: Any, organisation_a: Any, client_of: Callable[[Any], Client]
) -> None:
    version = make_version(make_plan(organisation_a, "消防预案", hazard="household_fire"))
    response = manager.post(url("drill_new"), fields(organisation_a, plan_version=version.pk))
    drill = Drill.objects.get()
    assert response.url == url("objectives_edit", drill.pk)
    assert (drill.state, drill.starts_at, drill.created_by) == ("draft", tomorrow(), manager_a)
    assert next_url(manager, drill) == url("objectives_edit", drill.pk)

    rows = {"objectives-TOTAL_FORMS": "2", "objectives-INITIAL_FORMS": "0", "objectives-0-who": "疏散组"}
    manager.post(url("objectives_edit", drill.pk), rows | {"objectives-0-task": "三分钟内疏散"})
    assert [str(one) for one in drill.objectives.all()] == ["疏散组：三分钟内疏散"]
    assert next_url(manager, drill) == url("parts", drill.pk)

    officer, others = member(organisation_a, "老周").user, [member(organisation_a, name).user for name in ("甲", "乙")]
    for role, user in zip((Role.DIRECTOR, Role.SAFETY), (manager_a, officer), strict=True):
        give(manager, drill, role, user)
    pasted = "\n".join(
        (f"{others[0].full_name}\t\t导调", f"{others[1].full_name}\t\t评估组长", "员工\t\t参演\t一组\t\t60")
    )
    manager.post(url("parts_paste", drill.pk), {"text": pasted, "confirm": "3"})
    assert drill.participations.count() == 5
    make_item(drill, objective=drill.objectives.get(), expected="三分钟内到集合点", responsible="楼层长")
    assert next_url(manager, drill) == url("approval", drill.pk)

    manager.post(url("drill_submit", drill.pk))
    assert next_url(manager, drill) == url("approval", drill.pk)
    manager.post(url("drill_approve", drill.pk))
    drill.refresh_from_db()
    assert (drill.state, drill.number[:2]) == (State.APPROVED, "YL")
    assert next_url(manager, drill) == url("readiness", drill.pk)

    for check in drill.checks.exclude(code="safety"):
        manager.post(url("check_pass", drill.pk, check.pk), {"note": "王警官"})
    refused = manager.post(url("drill_ready", drill.pk), follow=True)
    assert "安全员" in said(refused)
    signing = client_of(officer)
    signing.post(url("check_pass", drill.pk, drill.checks.get(code="safety").pk))
    manager.post(url("drill_ready", drill.pk))
    drill.refresh_from_db()
    assert drill.state == State.READY


def next_url(client: Client, drill: Drill) -> str:
    page = client.get(url("drill_detail", drill.pk))
    return str(page.context["next"].url)


def give(client: Client, drill: Drill, role: str, user: Any) -> Any:
    data = {"give": "1", "members": [user.memberships.get().pk], "role": role}
    return client.post(url("parts_people", drill.pk), data)


# ── The form ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"title": "【演练】"}, "title"),
        ({"ends_at": "2026-01-01T08:00"}, "ends_at"),
        ({"hazard": ""}, "hazard"),
        ({"stop_word": " "}, "stop_word"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    manager: Client, organisation_a: Any, changed: dict[str, str], wrong: str
) -> None:
    response = manager.post(url("drill_new"), fields(organisation_a, **changed))
    assert list(response.context["form"].errors) == [wrong]
    assert not Drill.objects.exists()


def test_the_mark_is_never_written_twice(manager: Client, organisation_a: Any) -> None:
    manager.post(url("drill_new"), fields(organisation_a, title="【演练】消防疏散"))
    assert Drill.objects.get().marked_title == "【演练】消防疏散"


def test_nobody_plans_for_others_or_by_their_plans(manager: Client, organisation_a: Any, organisation_b: Any) -> None:
    theirs = make_version(make_plan(organisation_b))
    draft = make_version(make_plan(organisation_a), issued=False)
    for name, value in (("organisation", organisation_b.pk), ("plan_version", theirs.pk), ("plan_version", draft.pk)):
        response = manager.post(url("drill_new"), fields(organisation_a, **{name: value}))
        assert list(response.context["form"].errors) == [name]
    assert not Drill.objects.exists()


def test_the_safety_officers_own_unit_is_chosen_for_him(manager: Client, organisation_a: Any) -> None:
    form = manager.get(url("drill_new")).context["form"]
    assert form["organisation"].value() == organisation_a.pk
    assert (form["division"].value(), form["level"].value()) == (organisation_a.division_id, "enterprise")


def test_a_page_left_open_changes_nothing_of_what_was_submitted(
    manager: Client, drill: Drill, manager_a: Any, organisation_a: Any
) -> None:
    approval.submit_drill(drill, by=manager_a, now=timezone.now())
    for name in ("drill_edit", "objectives_edit", "units_add"):
        assert manager.post(url(name, drill.pk), fields(organisation_a)).status_code == 404
    drill.refresh_from_db()
    assert drill.title == "储罐泄漏处置演练"


# ── Objectives and units ─────────────────────────────────────────────────────
def test_objectives_are_put_in_another_order_and_taken_out(manager: Client, drill: Drill) -> None:
    first = drill.objectives.get()
    second = drill.objectives.create(position=2, who="安置组", task="清点人数")
    third = drill.objectives.create(position=3, who="救护组", task="救治伤员")
    rows = {"objectives-TOTAL_FORMS": "4", "objectives-INITIAL_FORMS": "3"}
    for number, (one, order) in enumerate(((first, 2), (second, 1), (third, 3))):
        prefix = f"objectives-{number}-"
        rows |= {f"{prefix}id": one.pk, f"{prefix}who": one.who, f"{prefix}task": one.task, f"{prefix}ORDER": order}
    manager.post(url("objectives_edit", drill.pk), rows | {"objectives-2-DELETE": "on"})
    assert [one.pk for one in drill.objectives.all()] == [second.pk, first.pk]
    assert drill.events.get().objective == first


def test_half_an_objective_is_not_saved(manager: Client, drill: Drill) -> None:
    rows = {"objectives-TOTAL_FORMS": "1", "objectives-INITIAL_FORMS": "0", "objectives-0-who": "安置组"}
    response = manager.post(url("objectives_edit", drill.pk), rows)
    assert response.context["formset"].errors == [{"task": response.context["formset"].errors[0]["task"]}]
    assert drill.objectives.count() == 1


def test_another_objectives_key_is_refused(manager: Client, drill: Drill, organisation_b: Any) -> None:
    theirs = make_drill(organisation_b).objectives.create(position=1, who="他组", task="任务")
    rows = {"objectives-TOTAL_FORMS": "1", "objectives-INITIAL_FORMS": "1", "objectives-0-id": theirs.pk}
    manager.post(url("objectives_edit", drill.pk), rows | {"objectives-0-who": "我", "objectives-0-task": "改"})
    theirs.refresh_from_db()
    assert (theirs.who, theirs.drill_id != drill.pk) == ("他组", True)


def test_a_unit_outside_the_scope_is_found_by_its_whole_name_only(
    manager: Client, drill: Drill, organisation_b: Any
) -> None:
    found = [manager.post(url("units_add", drill.pk), {"q": q}).context["found"] for q in ("乙煤", organisation_b.name)]
    assert [list(one) for one in found] == [[], [organisation_b]]
    manager.post(url("units_add", drill.pk), {"q": "乙煤", "units": [organisation_b.pk]})  # ticked by hand
    assert not drill.taking_part.exists()
    manager.post(url("units_add", drill.pk), {"q": organisation_b.credit_code.lower(), "units": [organisation_b.pk]})
    assert [unit.organisation for unit in drill.taking_part.all()] == [organisation_b]


def test_a_row_is_added_without_the_server(manager: Client, drill: Drill, page: Page) -> None:
    html = manager.get(url("objectives_edit", drill.pk)).content.decode()
    page.route("**/*", lambda route: route.fulfill(body=""))
    page.set_content(re.sub(r"<script[^>]*></script>", "", html))
    page.add_script_tag(content=(STATIC / "rows.js").read_text())
    for _twice in range(2):
        page.get_by_role("button", name="再加一个目标").click()
    names = page.evaluate("() => [...document.querySelectorAll('[data-rows] [name$=-who]')].map((one) => one.name)")
    assert names == [f"objectives-{number}-who" for number in range(4)]
    assert page.locator("#id_objectives-TOTAL_FORMS").input_value() == "4"
    assert page.evaluate("() => document.activeElement.name") == "objectives-3-who"
    assert page.locator("label[for=id_objectives-3-task]").count() == 1


# ── Parts ────────────────────────────────────────────────────────────────────
def test_no_name_stands_in_an_address(manager: Client, drill: Drill, learner: Any) -> None:
    response = manager.post(url("parts_people", drill.pk), {"q": learner.full_name[:1]})
    assert learner in [one.user for one in response.context["found"]]
    assert learner.full_name not in "".join(re.findall(r'(?:href|action)="([^"]*)"', response.content.decode()))


def test_people_of_other_units_are_not_to_be_had(manager: Client, drill: Drill, learner_b: Any) -> None:
    join(drill, learner_b.memberships.get().organisation)
    response = give(manager, drill, Role.PLAYER, learner_b)
    assert list(response.context["give"].errors) == ["members"]
    assert not drill.participations.filter(user=learner_b).exists()


def test_a_fault_stands_above_the_ticks_that_stay(manager: Client, drill: Drill, learner: Any) -> None:
    response = give(manager, drill, Role.DIRECTOR, learner)
    assert learner.full_name in " ".join(response.context["give"].non_field_errors())
    assert f'value="{learner.memberships.get().pk}"' in response.content.decode()
    assert "checked" in response.content.decode()


def test_pasted_lines_are_judged_before_anything_is_written(manager: Client, drill: Drill, learner: Any) -> None:
    text = f"{learner.full_name}\t\t参演\t一组\n王二\t\t领导"
    before = drill.participations.count()
    page = manager.post(url("parts_paste", drill.pk), {"text": text})
    assert (page.context["good"], page.context["bad"], drill.participations.count()) == (1, 1, before)
    assert text in page.context["form"]["text"].value()
    changed = manager.post(url("parts_paste", drill.pk), {"text": text, "confirm": "2"})
    assert (changed.context["changed"], drill.participations.count()) == (True, before)
    manager.post(url("parts_paste", drill.pk), {"text": text, "confirm": "1"})
    assert drill.participations.count() == before + 1


def test_a_group_needs_to_be_called_one(manager: Client, drill: Drill, organisation_a: Any) -> None:
    data = {"name": "村民", "expected": "30", "organisation": organisation_a.pk, "role": "player"}
    assert list(manager.post(url("parts_named", drill.pk), data).context["form"].errors) == ["expected"]
    manager.post(url("parts_named", drill.pk), data | {"is_group": "on"})
    part = drill.participations.get(name="村民")
    assert (part.is_group, part.expected, part.role) == (True, 30, Role.PLAYER)


def test_a_part_of_another_drill_is_not_reached_through_ones_own(
    manager: Client, drill: Drill, organisation_b: Any
) -> None:
    theirs = make_part(make_drill(organisation_b))
    for name in ("part_edit", "part_hand_over", "part_remove"):
        assert manager.post(url(name, drill.pk, theirs.pk), {}).status_code == 404
    assert Participation.objects.filter(pk=theirs.pk).exists()


def test_a_part_is_handed_over_on_its_page(manager: Client, drill: Drill, learner: Any) -> None:
    part = drill.participations.get(role=Role.CONTROLLER)
    both = {"give": "1", "member": learner.memberships.get().pk, "name": "老周"}
    assert manager.post(url("part_hand_over", drill.pk, part.pk), both).context["form"].non_field_errors()
    manager.post(url("part_hand_over", drill.pk, part.pk), {"give": "1", "member": learner.memberships.get().pk})
    part.refresh_from_db()
    assert (part.user, part.epoch) == (learner, 2)


def test_the_list_of_parts_asks_no_more_when_it_is_long(
    manager: Client, drill: Drill, django_assert_max_num_queries: Any
) -> None:
    for _one in range(40):
        make_part(drill, user=member(drill.organisation, "某人").user, organisation=drill.organisation)
    with django_assert_max_num_queries(30):
        manager.get(url("parts", drill.pk))


# ── Deciding ─────────────────────────────────────────────────────────────────
def test_the_planner_reads_why_it_came_back(
    manager: Client, drill: Drill, manager_a: Any, leader: Any, client_of: Callable[[Any], Client]
) -> None:
    approval.submit_drill(drill, by=manager_a, now=timezone.now())
    client_of(leader).post(url("drill_return", drill.pk), {"reason": "安全方案没有写夜间照明"})
    assert "安全方案没有写夜间照明" in text_of(manager.get(url("drill_detail", drill.pk)))


def test_what_is_missing_stands_where_one_submits(manager: Client, organisation_a: Any) -> None:
    drill = make_drill(organisation_a, starts_at=tomorrow())
    page = manager.get(url("approval", drill.pk))
    assert (len(page.context["problems"]), url("drill_submit", drill.pk) in page.content.decode()) == (5, False)
    refused = manager.post(url("drill_submit", drill.pk), follow=True)
    assert all(problem in said(refused) for problem in page.context["problems"])


def test_a_second_press_says_that_it_is_done(manager: Client, drill: Drill, manager_a: Any) -> None:
    approval.submit_drill(drill, by=manager_a, now=timezone.now())
    manager.post(url("drill_approve", drill.pk))
    again = manager.post(url("drill_approve", drill.pk), follow=True)
    assert again.redirect_chain == [(url("drill_detail", drill.pk), 302)]
    assert drill.approvals.count() == 2


def test_a_submitter_of_a_township_drill_sees_that_another_decides(
    officer_north: Any, organisation_a: Any, client_of: Callable[[Any], Client]
) -> None:
    drill = make_planned(organisation_a, officer_north, level="township", starts_at=tomorrow())
    approval.submit_drill(drill, by=officer_north, now=timezone.now())
    client = client_of(officer_north)
    page = client.get(url("approval", drill.pk))
    assert (page.context["second"], page.context["may_decide"]) == (True, False)
    assert client.post(url("drill_approve", drill.pk)).status_code == 404


# ── What each reads ──────────────────────────────────────────────────────────
@pytest.fixture
def player(learner_b: Any, client_of: Callable[[Any], Client]) -> Client:
    return client_of(learner_b)


def test_a_player_reads_time_place_team_and_how_to_stop(
    player: Client, drill: Drill, manager_a: Any, learner_b: Any
) -> None:
    make_part(drill, user=learner_b, team="抢险一组", site="东门")
    Drill.objects.filter(pk=drill.pk).update(background="只有导调知道的情景", duty_phone="0538-6000119")
    assert player.get(url("drill_detail", drill.pk)).status_code == 404  # a draft
    drill.refresh_from_db()
    approve(drill, manager_a)
    told = text_of(player.get(url("drill_detail", drill.pk)))
    assert all(word in told for word in ("【演练】储罐泄漏处置演练", drill.place, "抢险一组", "东门", "实情实情"))
    assert "0538-6000119" in told
    for secret in ("只有导调知道的情景", "逐户通知", drill.safety_plan, "导调甲"):
        assert secret not in told
    for name in ("objectives", "parts", "approval", "readiness", "units"):
        assert player.get(url(name, drill.pk)).status_code == 404


def test_a_player_of_a_drill_without_notice_does_not_read_its_day(
    player: Client, drill: Drill, manager_a: Any, learner_b: Any
) -> None:
    make_part(drill, user=learner_b)
    drill.notice = Drill.Notice.NO_NOTICE
    drill.save()
    approve(drill, manager_a)
    day = f"{timezone.localtime(drill.starts_at):%Y-%m-%d}"
    for page in (url("drill_detail", drill.pk), url("my_drills")):
        told = text_of(player.get(page))
        assert (day in told, drill.place in told, "【演练】" in told) == (False, False, True)


def test_his_card_opens_when_the_drill_is_ready(player: Client, drill: Drill, manager_a: Any, learner_b: Any) -> None:
    make_part(drill, user=learner_b)
    approve(drill, manager_a)
    assert "/drills/field/" not in player.get(url("drill_detail", drill.pk)).content.decode()
    Drill.objects.filter(pk=drill.pk).update(state=State.READY)
    assert "/drills/field/" in player.get(url("drill_detail", drill.pk)).content.decode()


def test_a_double_blind_drill_is_nowhere_on_its_players_pages(
    player: Client, drill: Drill, manager_a: Any, learner_b: Any
) -> None:
    open_drill = make_drill(drill.organisation, state=State.APPROVED, number="x", starts_at=tomorrow())
    for one in (drill, open_drill):
        make_part(one, user=learner_b)
    drill.notice = Drill.Notice.DOUBLE_BLIND
    drill.save()
    approve(drill, manager_a)
    assert player.get(url("drill_detail", drill.pk)).status_code == 404
    for page in ("my_drills", "calendar"):
        told = text_of(player.get(url(page)))
        assert (drill.title in told, open_drill.title in told) == (False, True)


def test_every_page_of_planning_carries_the_mark(manager: Client, drill: Drill, manager_a: Any) -> None:
    part = drill.participations.get(role=Role.CONTROLLER)
    pages = [("objectives_edit",), ("units_add",), ("drill_edit",), ("parts",), ("parts_people",), ("parts_named",)]
    pages += [("parts_paste",), ("part_edit", part.pk), ("approval",), ("drill_cancel",), ("drill_clone",), ("units",)]
    for name, *more in pages:
        assert "【演练】" in text_of(manager.get(url(name, drill.pk, *more))), name
    approve(drill, manager_a)
    for name in ("drill_detail", "objectives", "readiness", "drill_withdraw"):
        assert "【演练】" in text_of(manager.get(url(name, drill.pk))), name


def test_the_hub_shows_steps_ways_and_one_filled_button(manager: Client, drill: Drill, manager_a: Any) -> None:
    approve(drill, manager_a)
    page = manager.get(url("drill_detail", drill.pk))
    assert [step.when for step in page.context["steps"]] == ["done", "done", "now", *["ahead"] * 5]
    assert page.content.decode().count("btn-primary") == 1
    ways = [link.url for link in page.context["design"]]
    assert url("readiness", drill.pk) in ways
    assert url("objectives", drill.pk) in ways


def test_a_simple_record_has_its_own_page(manager: Client, organisation_a: Any) -> None:
    record = make_drill(organisation_a, entry=Drill.Entry.SIMPLE, state=State.REPORTED, number="x")
    assert manager.get(url("drill_detail", record.pk)).url == url("simple_detail", record.pk)
    for name in ("parts", "approval", "drill_edit", "drill_clone"):
        assert manager.get(url(name, record.pk)).status_code == 404


# ── The list ─────────────────────────────────────────────────────────────────
def test_an_empty_list_leads_to_both_ways(manager: Client) -> None:
    page = manager.get(url("drill_list"))
    assert url("drill_new") in page.content.decode()
    assert page.context["simple_url"] in page.content.decode()


def test_the_list_narrows_by_its_address_and_shrugs_at_nonsense(
    manager: Client, organisation_a: Any, drill: Drill
) -> None:
    other = make_drill(organisation_a, title="山洪转移", starts_at=tomorrow(), state=State.CLOSED, form="tabletop")

    def shown(query: str) -> set[Drill]:
        return set(manager.get(url("drill_list") + query).context["page"])

    assert shown("") == {drill, other}
    assert shown("?state=closed") == shown("?form=tabletop") == shown("?q=山洪") == {other}
    assert shown("?period=upcoming") == shown(f"?period={tomorrow().year}") == {drill, other}
    assert shown("?period=past") == set()
    assert shown("?state=none&hazard=x&township=9999&period=1&level=&form=[]") == {drill, other}


def test_a_long_list_asks_no_more_than_a_short_one(
    manager: Client, organisation_a: Any, django_assert_max_num_queries: Any
) -> None:
    for _one in range(25):
        make_drill(organisation_a)
    with django_assert_max_num_queries(25):
        assert len(manager.get(url("drill_list")).context["page"]) == 25


def test_whoever_decides_is_told_that_something_waits(
    drill: Drill, manager_a: Any, leader: Any, client_of: Callable[[Any], Client]
) -> None:
    approval.submit_drill(drill, by=manager_a, now=timezone.now())
    assert client_of(leader).get(url("drill_list")).context["waiting"] == 1


# ── Readiness ────────────────────────────────────────────────────────────────
def test_the_list_says_who_passed_what_and_leads_back_to_the_line(
    manager: Client, drill: Drill, manager_a: Any
) -> None:
    approve(drill, manager_a)
    check = drill.checks.get(code="desks")
    response = manager.post(url("check_pass", drill.pk, check.pk), {"note": "119 王警官"})
    assert response.url == url("readiness", drill.pk) + f"#line-{check.pk}"
    told = text_of(manager.get(url("readiness", drill.pk)))
    assert "119 王警官" in told
    assert manager_a.full_name in told


def test_the_airspace_is_approved_after_the_design(manager: Client, drill: Drill, manager_a: Any) -> None:
    drill.air_ground = True
    drill.save()
    approve(drill, manager_a)
    manager.post(url("airspace", drill.pk), {"number": "民航〔2026〕12号"})
    assert Drill.objects.get(pk=drill.pk).airspace_approval == "民航〔2026〕12号"


def test_behind_the_gate_a_late_tick_is_told_off(manager: Client, drill: Drill, manager_a: Any) -> None:
    approve(drill, manager_a)
    check = drill.checks.get(code="desks")
    Drill.objects.filter(pk=drill.pk).update(state=State.READY)
    manager.post(url("check_pass", drill.pk, check.pk))
    check.refresh_from_db()
    assert check.passed_at is None


def test_a_copy_is_made_for_another_day(manager: Client, drill: Drill) -> None:
    form = manager.get(url("drill_clone", drill.pk)).context["form"]
    assert form["starts_at"].initial == drill.starts_at.replace(year=drill.starts_at.year + 1)
    response = manager.post(url("drill_clone", drill.pk), {"title": "第二次", "starts_at": "2027-05-06T09:00"})
    clone = Drill.objects.get(title="第二次")
    assert (response.url, clone.cloned_from) == (url("drill_detail", clone.pk), drill)


def test_a_leap_day_comes_a_day_earlier() -> None:
    assert design.next_year(datetime(2028, 2, 29, 9, tzinfo=timezone.get_default_timezone())).day == 28


def test_the_pages_speak_english(manager: Client, drill: Drill, manager_a: Any) -> None:
    approve(drill, manager_a)
    with translation.override("en"):
        told = text_of(manager.get(url("readiness", drill.pk)))
    assert "The desks of 110, 119, 120 and 12345 know that it is a drill" in told
