"""The console, sign-in, log and merge check as pages: what they show to whom, and that every button is a plain form."""

import io
import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from drills.models import Attendance, Drill, MselItem, Participation, RunDevice, RunEvent
from drills.queries.run_log import entries_of
from drills.run_rules import conflicts
from drills.services import run
from tests.drills.factories import NOW, make_part
from tests.drills.phones import Phone, make_events, make_ready, make_running
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
Role, State, Kind = Participation.Role, Drill.State, RunEvent.Kind


def after(minutes: float, seconds: float = 0) -> datetime:
    return NOW + timedelta(minutes=minutes, seconds=seconds)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(after(2), tick=False) as traveller:
        yield traveller


@pytest.fixture
def drill(organisation_a: Any, manager_a: Any, clock: Any) -> Drill:
    """Begun at nine, directed by the manager; it is two minutes past."""
    return make_running(organisation_a, by=manager_a, duty_phone="0951 123456")


@pytest.fixture
def director(client_of: Any, manager_a: Any) -> Client:
    return client_of(manager_a)


def signed_in(client_of: Any, drill: Drill, role: str, **fields: Any) -> Client:
    user = UserFactory()
    make_part(drill, role, user, **fields)
    return client_of(user)


def url(name: str, drill: Drill, *rest: Any) -> str:
    return reverse(f"drills:{name}", args=[drill.pk, *rest])


def page(client: Client, name: str, drill: Drill, *rest: Any, **query: Any) -> str:
    response = client.get(url(name, drill, *rest), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def press(client: Client, name: str, drill: Drill, *rest: Any, **data: Any) -> str:
    """A button of the console, and the page it leads back to."""
    response = client.post(url(name, drill, *rest), data, follow=True)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def part_of(html: str, name: str) -> str:
    """The words of one part of the page."""
    found = re.search(rf'<section[^>]*id="{name}".*?</section>', html, re.DOTALL)
    assert found, name
    return text_of(found[0])


# ── What it shows ────────────────────────────────────────────────────────────
def test_the_page_is_dark_marked_and_shows_clock_next_event_and_stop(drill: Drill, director: Client) -> None:
    make_events(drill, 5, title="雨量62毫米", expected="五分钟内敲锣", within_seconds=300, receiver="村值班员")
    html = page(director, "console", drill)
    assert f'<header class="drill-band">{drill.marked_title}</header>' in html
    assert 'class="work night"' in html
    assert "00:02:00" in part_of(html, "run-head")
    following = part_of(html, "run-next")
    for words in ("还有 3 分钟", "雨量62毫米", "村值班员", "期望（5 分钟内）：五分钟内敲锣", "下达"):
        assert words in following
    assert "紧急停演" in html
    assert "立即停演" in html
    assert 'href="tel:0951123456"' in html


def test_there_is_one_orange_action(drill: Drill, director: Client) -> None:
    make_events(drill, 5, 9, None)
    html = page(director, "console", drill)
    body = html[: html.index("<dialog")]
    assert body.count("btn-primary") == 1


def test_an_empty_table_and_a_table_that_is_out_say_what_goes_on(
    drill: Drill, director: Client, manager_a: Any
) -> None:
    assert "情景事件清单是空的" in page(director, "console", drill)
    (item,) = make_events(drill, 1)
    run.release_item(item, by=manager_a, now=after(1))
    assert "全部下达" in page(director, "console", drill)


def test_who_has_not_acknowledged_is_told_with_the_minutes(drill: Drill, director: Client, manager_a: Any) -> None:
    (item,) = make_events(drill, 1)
    slow, quick = make_part(drill, name="马占山"), make_part(drill, name="王秀英")
    make_part(drill, name="一组村民", is_group=True)
    run.release_item(item, by=manager_a, now=after(0, 30))
    run.acknowledge_for(item, quick, by=manager_a, now=after(1))
    told = part_of(page(director, "console", drill), "run-missing")
    assert (slow.name in told, "1 分 30 秒" in told, "手机未显示" in told) == (True, True, True)
    assert quick.name not in told
    assert "一组村民" not in told
    assert "1 / 2" in part_of(page(director, "console", drill), "run-released")
    Phone(slow).told("delivered", after(2), about=item)
    assert "手机已显示" in part_of(page(director, "console", drill), "run-missing")


def test_teams_show_people_and_heads_apart_and_an_estimate_as_one(
    drill: Drill, director: Client, manager_a: Any
) -> None:
    here, _away = make_part(drill, team="一组"), make_part(drill, team="一组")
    group = make_part(drill, team="一组", is_group=True, expected=40)
    run.sign_in(drill, [here], by=manager_a, now=after(1))
    run.count_heads(group, count=38, basis="estimated", by=manager_a, now=after(1))
    told = part_of(page(director, "console", drill), "run-teams")
    assert "1 / 2" in told
    assert "≈ 38 / 40" in told or "≈38 / 40" in told


def test_silent_phones_and_what_is_still_on_them_are_shown(drill: Drill, director: Client) -> None:
    phone = Phone(make_part(drill, name="李志强"))
    phone.told("stop_ack", after(0))
    RunDevice.objects.update(waiting=2)
    told = part_of(page(director, "console", drill), "run-devices")
    assert ("李志强" in told, "2 条未上传" in told, "2 分钟前" in told) == (True, True, True)


def test_the_latest_observations_are_shown_and_marks_of_evaluators_are_not(drill: Drill, director: Client) -> None:
    phone = Phone(make_part(drill, Role.EVALUATOR, name="评估员甲"))
    phone.told("observation", after(1), text="无人引导")
    assert "无人引导" in part_of(page(director, "console", drill), "run-seen")


def test_queries_do_not_grow_with_the_drill(
    drill: Drill, director: Client, manager_a: Any, django_assert_max_num_queries: Any
) -> None:
    for minute in range(10):
        (item,) = make_events(drill, minute)
        item.receivers.add(make_part(drill, team=f"{minute}组"))
        run.release_item(item, by=manager_a, now=after(1))
        Phone(make_part(drill, Role.EVALUATOR)).told("observation", after(1), text="好")
    page(director, "console", drill)
    with django_assert_max_num_queries(32):
        page(director, "console_live", drill)


# ── Who sees it ──────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.CONTROLLER, True),
        (Role.SAFETY, True),
        (Role.SCRIBE, True),
        (Role.EVALUATOR, False),
        (Role.PLAYER, False),
        (Role.OBSERVER, False),
        (Role.SIMULATOR, False),
    ],
)
def test_whoever_plays_or_evaluates_sees_neither_console_nor_log(
    drill: Drill, client_of: Any, role: str, sees: bool
) -> None:
    client = signed_in(client_of, drill, role)
    for name in ("console", "console_live", "run_log", "merge"):
        assert client.get(url(name, drill)).status_code == (200 if sees else 404)


def test_the_safety_officer_reads_and_stops_and_does_nothing_else(drill: Drill, client_of: Any) -> None:
    (item,), client = make_events(drill, 1), signed_in(client_of, drill, Role.SAFETY)
    html = page(client, "console", drill)
    assert "下达</button>" not in html
    for name, rest in (("run_release", [item.pk]), ("run_pause", []), ("run_end", []), ("run_sign_in", [])):
        assert client.post(url(name, drill, *rest)).status_code == 404
    press(client, "run_stop", drill, text="落石")
    drill.refresh_from_db()
    assert drill.state == State.PAUSED


def test_a_controller_runs_and_does_not_end(drill: Drill, client_of: Any) -> None:
    client = signed_in(client_of, drill, Role.CONTROLLER)
    html = page(client, "console", drill)
    assert url("run_pause", drill) in html
    assert url("run_end", drill) not in html
    for name in ("run_start", "run_end", "run_abort", "merge_decide"):
        assert client.post(url(name, drill)).status_code == 404


def test_an_item_of_another_drill_does_not_exist_here(drill: Drill, director: Client, organisation_b: Any) -> None:
    other = make_running(organisation_b)
    (foreign,) = make_events(other, 1)
    for name in ("run_release", "run_delay", "run_skip", "run_amend"):
        assert director.post(url(name, drill, foreign.pk)).status_code == 404
        assert director.post(url(name, other, foreign.pk)).status_code == 404
    assert other.log.count() == 1


def test_nothing_is_done_by_reading(drill: Drill, director: Client) -> None:
    (item,) = make_events(drill, 1)
    for name, rest in (("run_start", []), ("run_pause", []), ("run_stop", []), ("run_release", [item.pk])):
        assert director.get(url(name, drill, *rest)).status_code == 405


# ── Without a script ─────────────────────────────────────────────────────────
def test_a_whole_drill_is_run_by_plain_forms(organisation_a: Any, manager_a: Any, director: Client, clock: Any) -> None:
    drill = make_ready(organisation_a)
    make_part(drill, Role.DIRECTOR, manager_a)
    one, two, three = make_events(drill, 0, 5, 10)
    assert "开始演练" in page(director, "console", drill)
    press(director, "run_start", drill)
    press(director, "run_release", drill, one.pk)
    press(director, "run_delay", drill, two.pk, seconds="300", uid=uuid.uuid4())
    press(director, "run_skip", drill, three.pk, reason="时间不够")
    clock.move_to(after(6))
    press(director, "run_pause", drill)
    press(director, "run_resume", drill)
    press(director, "run_note", drill, text="人员到位", uid=uuid.uuid4())
    press(director, "run_stop", drill, text="落石")
    press(director, "run_resume", drill)
    clock.move_to(after(7))
    assert "已通知全体人员演练结束" in page(director, "run_end", drill)
    html = press(director, "run_end", drill, sure="on")
    assert "演练已结束" in html
    assert reverse("drills:merge", args=[drill.pk]) in html
    drill.refresh_from_db()
    assert (drill.state, drill.counted_at) == (State.ENDED, after(7))
    assert set(drill.log.values_list("kind", flat=True)) == {
        *("startex", "inject_released", "inject_delayed", "inject_skipped", "pause", "resume"),
        *("observation", "stop", "endex"),
    }


def test_to_end_it_a_person_must_confirm(drill: Drill, director: Client) -> None:
    response = director.post(url("run_end", drill), {})
    assert response.status_code == 200
    drill.refresh_from_db()
    assert drill.state == State.RUNNING


def test_to_abort_it_a_person_says_why(drill: Drill, director: Client) -> None:
    assert director.post(url("run_abort", drill), {"why": "weather", "reason": ""}).status_code == 200
    assert "演练已中止" in press(director, "run_abort", drill, why="weather", reason="雷雨大风")
    drill.refresh_from_db()
    assert drill.state == State.ABORTED


def test_a_double_press_releases_once_and_says_who_was_first(drill: Drill, director: Client, manager_a: Any) -> None:
    (item,) = make_events(drill, 1)
    press(director, "run_release", drill, item.pk)
    html = press(director, "run_release", drill, item.pk)
    assert "已有人操作" in html
    assert manager_a.full_name in text_of(html)
    assert drill.log.filter(kind=Kind.RELEASED).count() == 1


def test_an_old_page_is_told_that_the_drill_has_moved_on(drill: Drill, director: Client, manager_a: Any) -> None:
    run.end_drill(drill, by=manager_a, now=after(2))
    (item,) = make_events(drill, 1)
    for name, rest in (("run_release", [item.pk]), ("run_pause", []), ("run_stop", [])):
        assert "演练状态已变化" in press(director, name, drill, *rest)
    assert director.get(url("run_end", drill)).status_code == 404


def test_to_skip_one_says_why(drill: Drill, director: Client) -> None:
    (item,) = make_events(drill, 1)
    press(director, "run_skip", drill, item.pk, reason="")
    assert not drill.log.filter(kind=Kind.SKIPPED).exists()


def test_other_words_are_offered_with_the_planned_ones_and_go_out_marked(drill: Drill, director: Client) -> None:
    (item,) = make_events(drill, 1, text="一小时62毫米")
    assert "一小时62毫米" in page(director, "run_amend", drill, item.pk)
    press(director, "run_amend", drill, item.pk, text="一小时80毫米", reason="实况")
    assert "一小时80毫米" in part_of(page(director, "console", drill), "run-next")
    press(director, "run_release", drill, item.pk)
    assert drill.log.get(kind=Kind.RELEASED).payload["text"] == "【演练】一小时80毫米"


# ── Emergency stop ───────────────────────────────────────────────────────────
def test_the_stop_never_claims_that_all_know(drill: Drill, director: Client, client_of: Any, manager_a: Any) -> None:
    caller, heard = Phone(make_part(drill, name="王秀英")), Phone(make_part(drill, name="马占山"))
    away = make_part(drill, name="孙有福")
    run.sign_in(drill, [away], by=manager_a, now=after(1))
    heard.told("checkin", after(1), part=heard.part.pk, how="qr")
    caller.told("stop", after(1, 30), text="上方落石")
    told = part_of(page(director, "console", drill), "run-stop")
    for words in ("由王秀英", "上方落石", "已确认 1 / 3", "马占山", "孙有福", "未确认", "119", "120", "0951 123456"):
        assert words in told, words
    heard.told("stop_ack", after(1, 40))
    assert "已确认 2 / 3" in part_of(page(director, "console", drill), "run-stop")
    press(director, "run_stop_ack", drill, away.pk)
    assert "已确认 3 / 3" in part_of(page(director, "console", drill), "run-stop")
    controller = signed_in(client_of, drill, Role.CONTROLLER)
    assert "只有总指挥可以决定继续演练" in press(controller, "run_resume", drill)
    assert 'class="console-red"' not in press(director, "run_resume", drill)


# ── What changes ─────────────────────────────────────────────────────────────
def test_the_live_part_answers_304_while_nothing_is_new(
    drill: Drill, director: Client, manager_a: Any, django_assert_max_num_queries: Any
) -> None:
    first = director.get(url("console_live", drill))
    with django_assert_max_num_queries(22):
        again = director.get(url("console_live", drill), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["X-Now"] == str(int(after(2).timestamp() * 1000))
    run.pause_drill(drill, by=manager_a, now=after(2))
    newer = director.get(url("console_live", drill), headers={"If-None-Match": first["ETag"]})
    assert newer.status_code == 200
    assert "no-store" in newer["Cache-Control"]


def test_after_a_restart_the_page_comes_back_with_the_clock_right(drill: Drill, director: Client, clock: Any) -> None:
    press(director, "run_pause", drill)
    clock.move_to(after(30))
    press(director, "run_resume", drill)
    clock.move_to(after(31))
    html = page(director, "console", drill)
    assert "00:03:00" in part_of(html, "run-head")
    assert 'data-elapsed="180000"' in html


# ── Signing in ───────────────────────────────────────────────────────────────
def test_the_list_is_ticked_by_team_and_groups_are_counted(drill: Drill, director: Client) -> None:
    people = [make_part(drill, name=name, team="一组") for name in ("丁桂兰", "马占山")]
    group = make_part(drill, name="一组村民", team="一组", is_group=True, expected=40)
    html = page(director, "run_sign_in", drill)
    assert f'value="{people[0].pk}"' in html
    assert f'value="{group.pk}"' not in html
    press(director, "run_sign_in", drill, parts=[people[0].pk])
    press(director, "run_heads", drill, group.pk, count="38", basis="estimated")
    told = text_of(page(director, "run_sign_in", drill))
    assert "约 38 人（估计）" in told
    assert Attendance.objects.counted().count() == 2


def test_nobody_ticked_is_told(drill: Drill, director: Client) -> None:
    make_part(drill)
    assert "请至少勾选" in director.post(url("run_sign_in", drill), {}).content.decode()


def test_who_is_not_of_this_drill_is_not_ticked(drill: Drill, director: Client, organisation_b: Any) -> None:
    stranger = make_part(make_running(organisation_b))
    assert director.post(url("run_sign_in", drill), {"parts": [stranger.pk]}).status_code == 200
    assert Attendance.objects.count() == 0


# ── The log ──────────────────────────────────────────────────────────────────
@pytest.fixture
def told(drill: Drill, manager_a: Any) -> Phone:
    """A log with something of everything; the phone came late with its last words."""
    (item,) = make_events(drill, 1)
    run.release_item(item, by=manager_a, now=after(0, 10))
    phone = Phone(make_part(drill, Role.EVALUATOR, UserFactory(full_name="评估员甲")))
    phone.sends(phone.says("observation", after(0, 20), text="=HYPERLINK(1)"), now=after(2))
    phone.told("verdict", after(1), about=item, verdict="done")
    return phone


def test_the_log_tells_who_what_when_and_how_late(drill: Drill, director: Client, told: Phone) -> None:
    html = page(director, "run_log", drill)
    words = text_of(html)
    for each in ("演练开始", "下达", "【演练】", "评估员甲", "=HYPERLINK(1)", "按期望完成", "100"):
        assert each in words, each
    assert told.said[0].hash in html


def test_the_log_is_filtered_and_a_wrong_filter_filters_nothing(drill: Drill, director: Client, told: Phone) -> None:
    seen = text_of(page(director, "run_log", drill, group="seen"))
    assert ("按期望完成" in seen, "演练开始 " in seen) == (True, False)
    assert "按期望完成" not in text_of(page(director, "run_log", drill, late="on"))
    assert "共 4 条" in text_of(page(director, "run_log", drill, group="nonsense", part="x"))
    assert "共 2 条" in text_of(page(director, "run_log", drill, part=told.part.pk))


def test_what_an_evaluator_gave_is_not_in_the_log_before_his_sheet_is_locked(drill: Drill, director: Client) -> None:
    from drills.models import EvaluationSheet

    part = make_part(drill, Role.EVALUATOR, UserFactory())
    sheet = EvaluationSheet.objects.create(drill=drill, evaluator=part)
    payload = {"item": 1, "value": "1", "reason": "动作迟缓", "evidence": []}
    run.record(drill, Kind.SCORE, by=part.user, now=after(1), participation=part, payload=payload)
    assert "动作迟缓" not in page(director, "run_log", drill)
    EvaluationSheet.objects.filter(pk=sheet.pk).update(state="locked", locked_at=after(2))
    assert "动作迟缓" in page(director, "run_log", drill)


def test_the_workbook_holds_exactly_what_is_shown_and_no_formula(drill: Drill, director: Client, told: Phone) -> None:
    response = director.post(url("run_log_export", drill) + "?group=seen")
    sheet = load_workbook(io.BytesIO(response.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == f"{drill.marked_title} · 运行记录"
    table = rows[3:] if rows[2][0] == "发生时间" else rows[2:]
    assert [row[1] for row in table] == ["观察记录", "行动判定"]
    assert table[0][6] == "=HYPERLINK(1)"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert (table[0][0], table[0][8]) == ("2026-11-24 09:00:20.000", 100)


def test_an_empty_log_says_when_it_begins(organisation_a: Any, manager_a: Any, director: Client) -> None:
    assert "还没有运行记录" in page(director, "run_log", make_ready(organisation_a))


def test_a_long_log_costs_the_same(
    drill: Drill, director: Client, told: Phone, django_assert_max_num_queries: Any
) -> None:
    told.sends(*[told.says("observation", after(1), text="好") for _turn in range(80)], now=after(2))
    page(director, "run_log", drill)
    with django_assert_max_num_queries(26):
        page(director, "run_log", drill)


# ── Merge check ──────────────────────────────────────────────────────────────
def test_the_merge_tells_which_phones_are_out_and_what_is_odd(drill: Drill, director: Client, manager_a: Any) -> None:
    part = make_part(drill, name="孙有福", team="二组")
    phone = Phone(part, behind=timedelta(seconds=75))
    first, lost, last = (phone.says("checkin", after(n), part=part.pk, how="qr") for n in (0.2, 0.4, 0.6))
    phone.sends(first, last, now=after(1))
    silent = make_part(drill, name="周小梅")
    run.end_drill(drill, by=manager_a, now=after(2))
    words = text_of(page(director, "merge", drill))
    for each in ("孙有福", "还有未上传", "周小梅", "重复签到", "手机记录缺号", "慢 75 秒"):
        assert each in words, each
    assert silent.name in words
    phone.sends(lost, now=after(3))
    assert "手机记录缺号" not in text_of(page(director, "merge", drill))


def test_the_director_decides_with_a_reason_and_the_log_keeps_it(
    drill: Drill, director: Client, manager_a: Any
) -> None:
    part = make_part(drill)
    for _turn in range(2):
        run.record(drill, Kind.CHECKIN, by=manager_a, now=after(1), payload={"part": part.pk, "how": "list"})
    (odd,) = conflicts(entries_of(drill))
    press(director, "merge_decide", drill, uid=odd.uid, decision="taken_back", reason="")
    assert not drill.log.filter(kind=Kind.CORRECTION).exists()
    html = press(director, "merge_decide", drill, uid=odd.uid, decision="taken_back", reason="同一人")
    assert "同一人" in html
    event = drill.log.get(kind=Kind.CORRECTION)
    assert event.payload == {"of": odd.uid, "reason": "同一人", "decision": "taken_back"}
    assert "同一人" in text_of(page(director, "run_log", drill, group="there"))
    assert Attendance.objects.counted().count() == 1


def test_when_all_fits_the_way_leads_to_the_evaluation(drill: Drill, director: Client, manager_a: Any) -> None:
    run.end_drill(drill, by=manager_a, now=after(2))
    html = page(director, "merge", drill)
    assert "没有不一致之处" in html
    assert reverse("drills:evaluation", args=[drill.pk]) in html


def test_a_simple_record_has_no_console(organisation_a: Any, director: Client) -> None:
    drill = make_ready(organisation_a, entry=Drill.Entry.SIMPLE)
    assert director.get(url("console", drill)).status_code == 404
    assert MselItem.objects.count() == 0
