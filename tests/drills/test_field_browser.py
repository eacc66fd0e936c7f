"""The phones in the field, in a real browser: what is done without network arrives whole, once and with its time."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from drills.models import Attendance, Drill, EvaluationSheet, ItemScore, Participation, RunEvent
from drills.queries.run_log import entries_of
from drills.run_rules import conflicts
from drills.services.role_cards import reissue_card
from tests.drills.factories import make_item
from tests.drills.valley import MINUTE, SOON, Field, evaluator, field, house, note, score, tab, unsent, wait_for

__all__ = ["evaluator", "field", "house"]  # fixtures
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Role = Participation.Role


# ── A message comes, is confirmed and answered ───────────────────────────────
def test_a_player_reads_confirms_and_answers(field: Field) -> None:
    item = make_item(field.drill, 2, title="村口积水")
    page = field.open(field.part(Role.PLAYER))
    expect(page.get_by_text("暂时没有")).to_be_visible()
    field.release(item)
    expect(page.get_by_role("heading", name="【演练】村口积水")).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="确认收到").click()
    page.get_by_label("采取的行动").fill("派人值守")
    page.get_by_role("button", name="发送").click()
    expect(page.locator("[data-said]")).to_contain_text("派人值守")
    field.arrived(page)
    assert [(event.kind, event.item_id, event.payload) for event in field.log("delivered", "ack", "response")] == [
        ("delivered", item.pk, {}),
        ("ack", item.pk, {}),
        ("response", item.pk, {"text": "派人值守"}),
    ]


def test_two_quick_presses_are_one_event(field: Field) -> None:
    page = field.open(field.part(Role.PLAYER))
    page.get_by_role("button", name="我已到位").dblclick()
    expect(page.locator("[data-arrived]")).to_contain_text("已签到")
    field.arrived(page)
    assert len(field.log("checkin")) == 1
    assert field.house.ask(lambda: Attendance.objects.filter(drill=field.drill).count()) == 1
    item = make_item(field.drill, 1)
    field.release(item)
    button = page.get_by_role("button", name="确认收到")
    button.wait_for(timeout=SOON)
    button.evaluate("(button) => { button.click(); button.click(); button.click(); }")
    field.arrived(page)
    expect(page.locator("[data-acked]")).to_be_visible()
    assert len(field.log("ack")) == 1


# ── Without network ──────────────────────────────────────────────────────────
def test_ten_minutes_in_the_valley_and_nothing_is_lost(field: Field, evaluator: Participation, page: Page) -> None:
    page.clock.install()
    field.open(evaluator, page)
    field.context.set_offline(True)
    for text in ("第一条", "第二条"):
        note(page, text)
        page.clock.fast_forward(4 * 60 * 1000)
    tab(page, "评估项")
    score(page, "1.1").get_by_role("button", name="5").click()
    page.clock.fast_forward(2 * 60 * 1000)
    score(page, "1.2").get_by_role("button", name="1 ·").click()
    score(page, "1.2").get_by_label("原因").fill("没人敲锣")
    score(page, "1.2").get_by_role("button", name="记录", exact=True).click()
    note(page)
    unsent(page, 5)
    expect(page.locator("[data-net-word]")).to_have_text("没有网络")
    page.reload()  # the page and all that was done stand on the phone
    unsent(page, 5)
    tab(page, "记录")
    expect(page.locator("[data-notes] > li")).to_have_count(3)
    field.context.set_offline(False)
    page.clock.fast_forward(31 * 1000)
    field.arrived(page)
    events = field.log("observation", "score")
    assert [
        event.payload.get("text", event.payload.get("value"))
        for event in sorted(events, key=lambda event: event.device_seq)
    ] == [
        *("第一条", "第二条", "5", "1", "（只记时间）"),
    ]
    by_number = {event.device_seq: event for event in events}
    gaps = [round((by_number[n + 1].device_time - by_number[n].device_time).total_seconds() / 60) for n in range(1, 5)]
    assert gaps == [4, 4, 2, 0]
    faults = {each.kind for each in field.house.ask(lambda: conflicts(entries_of(field.drill)))}
    assert faults <= {"clock_off"}  # the chain is whole
    scores = field.house.ask(lambda: list(ItemScore.objects.values_list("item__code", "value", "reason")))
    assert sorted(scores) == [("1.1", "5", ""), ("1.2", "1", "没人敲锣")]


def test_a_killed_tab_brings_what_it_had(field: Field) -> None:
    part = field.part(Role.SAFETY)
    page = field.open(part)
    field.context.set_offline(True)
    note(page, "桥面湿滑")
    unsent(page, 1)
    page.close()
    again = field.context.new_page()
    again.goto(field.address(part))
    unsent(again, 1)
    expect(again.locator("[data-notes]")).to_contain_text("桥面湿滑")
    field.context.set_offline(False)
    field.arrived(again)
    assert [event.payload["text"] for event in field.log("observation")] == ["桥面湿滑"]


def test_a_note_half_written_survives_the_tab(field: Field) -> None:
    part = field.part(Role.SAFETY)
    page = field.open(part)
    page.locator("[data-note]").click()
    at = page.locator("[data-note-at]").inner_text()
    page.locator("[data-note-text]").fill("水位上")
    page.wait_for_timeout(1200)
    page.close()
    page = field.open(part)
    page.locator("[data-note]").click()
    assert page.locator("[data-note-at]").inner_text() == at
    expect(page.locator("[data-note-text]")).to_have_value("水位上")
    page.locator("[data-note-form] [type=submit]").click()
    field.arrived(page)
    (event,) = field.log("observation")
    assert timezone.localtime(event.happened_at).strftime("%H:%M:%S") == at


def test_a_phone_five_minutes_slow_tells_the_right_time(field: Field, page: Page) -> None:
    page.clock.install(time=timezone.now() - 5 * MINUTE)
    field.open(field.part(Role.SAFETY), page)
    before = timezone.now()
    note(page, "慢表")
    field.arrived(page)
    (event,) = field.log("observation")
    assert abs(event.happened_at - before) < timedelta(seconds=5)
    assert abs(event.skew_ms - 300_000) < 5_000
    shown = page.locator("[data-time]").inner_text()
    minutes = sum(int(part) * weight for part, weight in zip(shown.split(":"), (60, 1, 1 / 60), strict=True))
    assert 5 <= minutes < 6


def test_the_network_sets_the_clock_right_and_the_hour_before_keeps_its_time(field: Field, page: Page) -> None:
    """A phone gets the right time when it finds its network: what it stamped before goes by the skew of then."""
    page.clock.install(time=timezone.now() - 5 * MINUTE)
    field.open(field.part(Role.SAFETY), page)
    field.context.set_offline(True)
    before = timezone.now()
    note(page, "慢表")
    page.clock.set_system_time(timezone.now())
    field.context.set_offline(False)
    page.clock.run_for(31_000)
    field.arrived(page)
    (event,) = field.log("observation")
    assert abs(event.happened_at - before) < timedelta(seconds=5)


def test_without_storage_it_says_so_and_works_while_connected(field: Field, page: Page) -> None:
    page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('refused'); };")
    page.goto(field.address(field.part(Role.SAFETY)))
    expect(page.get_by_text("浏览器不保存数据")).to_be_visible()
    expect(page.locator("[data-offline-good]")).to_be_hidden()
    note(page, "仍可记录")
    field.arrived(page)
    assert [event.payload["text"] for event in field.log("observation")] == ["仍可记录"]


def test_on_a_bad_network_each_event_arrives_once(field: Field, page: Page) -> None:
    """The server takes a batch, and its answer is lost."""
    part = field.part(Role.SAFETY)
    lost = {"left": 2}

    def swallow(route: Any) -> None:
        if lost["left"]:
            lost["left"] -= 1
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/events/", swallow)
    field.open(part, page)
    for text in ("一", "二", "三"):
        note(page, text)
    field.arrived(page)
    assert lost["left"] == 0
    assert [event.payload["text"] for event in field.log("observation")] == ["一", "二", "三"]
    assert field.house.ask(lambda: conflicts(entries_of(field.drill))) == []


def test_what_the_server_refuses_stays_to_be_seen(field: Field, evaluator: Participation) -> None:
    page = field.open(evaluator)
    field.house.ask(lambda: EvaluationSheet.objects.update(state="submitted", submitted_at=timezone.now()))
    score(page, "1.1").get_by_role("button", name="5").click()
    expect(page.locator("[data-net-unsent]")).to_have_text("未接受 1", timeout=SOON)
    page.locator("[data-net]").click()
    expect(page.locator("#unsent")).to_contain_text("已经提交")
    page.get_by_role("button", name="知道了").click()
    expect(page.locator("[data-net-unsent]")).to_have_text("全部已上传")
    assert field.log("score") == []


def test_one_event_that_nobody_can_read_does_not_stop_the_others(field: Field) -> None:
    page = field.open(field.part(Role.SAFETY))
    field.context.set_offline(True)
    note(page, "前")
    note(page, "坏" * 10)
    note(page, "后")
    broken = """async () => {
      const box = await Outbox.open(`field-${document.querySelector("[data-field]").dataset.part}-events`);
      const [, { key, value }] = await box.all();
      value.event.payload = "nonsense";
      await box.put(key, value);
    }"""
    page.evaluate(broken)
    page.reload()
    field.context.set_offline(False)
    expect(page.locator("[data-net-unsent]")).to_have_text("未接受 1", timeout=SOON)
    assert [event.payload["text"] for event in field.log("observation")] == ["前", "后"]


def test_a_new_card_takes_over_what_the_old_one_had_not_sent(field: Field) -> None:
    part = field.part(Role.SAFETY)
    page = field.open(part)
    field.context.set_offline(True)
    note(page, "旧卡上的")
    field.house.ask(lambda: reissue_card(part, 1, by=field.by, now=timezone.now()))
    field.context.set_offline(False)
    expect(page.get_by_text("这张卡已换发")).to_be_visible(timeout=SOON)
    unsent(page, 1)
    page.close()
    again = field.open(part)
    field.arrived(again)
    assert [event.payload["text"] for event in field.log("observation")] == ["旧卡上的"]


def test_what_a_closed_drill_does_not_take_stays_on_the_phone(field: Field) -> None:
    page = field.open(field.part(Role.SAFETY))
    field.house.ask(lambda: Drill.objects.update(state="archived"))
    note(page, "迟到的")
    expect(page.get_by_text("演练目前不接收记录")).to_be_visible(timeout=SOON)
    unsent(page, 1)
    page.reload()
    unsent(page, 1)


def test_a_second_tab_stands_still(field: Field) -> None:
    part = field.part(Role.SAFETY)
    first = field.open(part)
    field.open(part)
    expect(first.get_by_text("已在另一个标签页打开")).to_be_visible()
    expect(first.locator("[data-note]")).to_be_disabled()
    first.locator("button[data-here]").click()
    expect(first.locator("[data-note]")).to_be_enabled(timeout=SOON)


def test_a_cleared_phone_learns_what_it_had_said(field: Field, browser: Any, browser_context_args: Any) -> None:
    part = field.part(Role.SAFETY)
    page = field.open(part)
    note(page, "第一部手机")
    field.arrived(page)
    other = browser.new_context(**browser_context_args)
    second = other.new_page()
    second.goto(field.address(part))
    expect(second.locator("[data-notes]")).to_contain_text("第一部手机", timeout=SOON)
    other.close()


# ── A photo ──────────────────────────────────────────────────────────────────
def test_a_photo_travels_small_and_belongs_to_its_note(field: Field) -> None:
    page = field.open(field.part(Role.SAFETY))
    field.context.set_offline(True)
    large = io.BytesIO()
    Image.effect_noise((3000, 2000), 80).convert("RGB").save(large, "JPEG", quality=95)
    page.locator("[data-note]").click()
    file = {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": large.getvalue()}
    page.set_input_files("[data-note-photo]", files=[file])
    expect(page.locator("[data-note-preview]")).to_be_visible()
    page.locator("[data-note-form] [type=submit]").click()
    unsent(page, 2)
    page.reload()
    unsent(page, 2)
    field.context.set_offline(False)
    field.arrived(page)
    (event,) = field.log("observation")
    assert event.payload == {"text": "", "photo": True, "evaluation_item": None}
    file = field.house.ask(lambda: RunEvent.objects.select_related("file").get(pk=event.pk).file)
    with Image.open(file.absolute) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1600, 1067))


def test_what_is_no_picture_is_refused_at_once(field: Field) -> None:
    page = field.open(field.part(Role.SAFETY))
    page.locator("[data-note]").click()
    file = {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    page.set_input_files("[data-note-photo]", files=[file])
    expect(page.get_by_text("这张图片无法读取")).to_be_visible()
    expect(page.locator("[data-note-preview]")).to_be_hidden()


# ── The evening before ───────────────────────────────────────────────────────
def test_a_good_phone_is_ready_and_the_controllers_know(field: Field, page: Page) -> None:
    part = field.part(Role.EVALUATOR)
    page.goto(field.address(part, "field_check"))
    expect(page.locator("[data-verdict-word]")).to_have_text("可离线", timeout=SOON)
    expect(page.get_by_text("已报告导调人员")).to_be_visible()
    device = field.house.ask(lambda: field.drill.devices.get(participation=part))
    assert device.fitness["checks"]["kept"] == "good"
    assert device.pack
    field.context.set_offline(True)
    page.goto(field.address(part))  # kept before it was ever opened
    expect(page.locator("[data-note]")).to_be_visible()
    note(page, "没网也能记")
    unsent(page, 1)


def test_wechat_is_sent_to_the_browser(field: Field, browser: Any, browser_context_args: Any) -> None:
    agent = "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/86.0 Mobile MicroMessenger/8.0.2"
    context = browser.new_context(**browser_context_args, user_agent=agent)
    page = context.new_page()
    part = field.part(Role.PLAYER)
    page.goto(field.address(part, "field_check"))
    expect(page.locator("[data-verdict-word]")).to_have_text("使用纸质记录", timeout=SOON)
    expect(page.get_by_text("在浏览器打开")).to_be_visible()
    checks = wait_for(lambda: field.house.ask(lambda: [device.fitness for device in field.drill.devices.all()]))
    assert checks[0]["checks"]["browser"] == "bad"
    context.close()


def test_by_plain_http_it_says_that_it_needs_the_network(
    field: Field, browser_type: Any, browser_type_launch_args: Any, browser_context_args: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://192.168.1.20:8443"
    elsewhere = [*browser_type_launch_args["args"], "--host-resolver-rules=MAP plain.test 127.0.0.1"]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": elsewhere})
    page = browser.new_context(**browser_context_args).new_page()
    page.goto(field.address(field.part(Role.SAFETY)).replace("localhost", "plain.test"))
    expect(page.get_by_text("当前地址不是 HTTPS")).to_be_visible()
    expect(page.get_by_role("link", name="打开 HTTPS 地址")).to_have_attribute("href", re.compile(r"^https://192"))
    note(page, "在线也能记")
    field.arrived(page)
    (event,) = field.log("observation")
    assert (event.hash, event.prev_hash) == ("", "")
    browser.close()


def test_a_blind_page_becomes_the_page_when_it_begins(field: Field, page: Page) -> None:
    def hide(startex: Any, state: str) -> None:
        Drill.objects.update(notice="double_blind", startex_at=startex, state=state)

    page.clock.install()
    field.house.ask(lambda: hide(None, "ready"))
    page.goto(field.address(field.part(Role.PLAYER, name="张桂兰")))
    expect(page.get_by_role("heading", name="请待命")).to_be_visible()
    assert "黑石沟" not in page.content()
    field.house.ask(lambda: hide(timezone.now(), "running"))
    page.clock.fast_forward(13_000)
    expect(page.get_by_text("张桂兰")).to_be_visible(timeout=SOON)
