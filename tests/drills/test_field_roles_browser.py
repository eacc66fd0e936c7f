"""What each part does with its page in a real browser: stopping, releasing, signing in, evaluating."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from drills.field_rules import FACES
from drills.models import Attendance, Drill, ItemScore, Participation
from drills.services import run
from drills.services.role_cards import reissue_card
from drills.tokens import part_token
from tests.drills.factories import make_item
from tests.drills.valley import SOON, Field, evaluator, field, hold, house, note, red, score, tab, wait_for

__all__ = ["evaluator", "field", "house"]  # fixtures
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Role = Participation.Role


# ── Emergency stop ───────────────────────────────────────────────────────────
def test_a_short_press_stops_nothing_and_says_how(field: Field) -> None:
    page = field.open(field.part(Role.PLAYER))
    hold(page, 400)
    expect(page.get_by_text("请按住红色按钮一秒")).to_be_visible()
    page.wait_for_timeout(900)
    expect(red(page)).to_be_hidden()
    assert field.log("stop") == []


def test_a_second_stops_everybody_until_the_director_goes_on(field: Field) -> None:
    caller, other = field.open(field.part(Role.PLAYER, name="甲")), field.open(field.part(Role.SAFETY, name="乙"))
    hold(caller, 1300)
    expect(red(caller)).to_be_visible()
    expect(red(caller)).to_contain_text("实情实情")
    expect(red(caller)).to_contain_text("服务器已收到", timeout=SOON)
    expect(red(other)).to_contain_text("甲 发出停演", timeout=SOON)
    other.get_by_role("button", name="确认收到").click()
    expect(red(other)).to_contain_text("你已确认收到")
    (stop,), (known,) = field.log("stop"), wait_for(lambda: field.log("stop_ack"))
    assert known.payload == {"stop": str(stop.uid)}
    assert field.house.ask(lambda: Drill.objects.get().state) == "paused"
    field.house.ask(lambda: run.resume_drill(Drill.objects.get(), by=field.by, now=timezone.now()))
    for page in (caller, other):
        expect(red(page)).to_be_hidden(timeout=SOON)


def test_without_network_the_red_page_says_that_nobody_knows(field: Field) -> None:
    part = field.part(Role.PLAYER)
    page = field.open(part)
    field.context.set_offline(True)
    hold(page, 1300)
    expect(red(page)).to_contain_text("别人还不能从手机得知")
    page.reload()
    expect(red(page)).to_contain_text("别人还不能从手机得知")
    field.context.set_offline(False)
    expect(red(page)).to_contain_text("服务器已收到", timeout=SOON)
    assert len(field.log("stop")) == 1


def test_pressed_by_mistake_it_can_be_taken_back_before_it_leaves_the_phone(field: Field) -> None:
    page = field.open(field.part(Role.PLAYER))
    field.context.set_offline(True)
    hold(page, 1300)
    expect(page.locator("[data-hold=mistake]")).to_be_visible()
    hold(page, 1300, "mistake")
    expect(red(page)).to_be_hidden()
    field.context.set_offline(False)
    field.arrived(page)
    expect(red(page)).to_be_hidden()
    assert [event.kind for event in field.log("stop", "correction")] == ["stop", "correction"]
    assert field.house.ask(lambda: Drill.objects.get().state) == "running"


def test_with_the_keyboard_enter_is_held_or_confirmed(field: Field) -> None:
    page = field.open(field.part(Role.PLAYER))
    page.locator("[data-hold=stop]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#stop-sure")).to_be_visible()
    page.get_by_role("button", name="取消").click()
    assert red(page).is_hidden()
    page.locator("[data-hold=stop]").focus()
    page.keyboard.down("Enter")
    page.wait_for_timeout(1300)
    page.keyboard.up("Enter")
    expect(red(page)).to_be_visible()
    field.house.ask(lambda: None)
    assert len(wait_for(lambda: field.log("stop"))) == 1


# ── Controllers ──────────────────────────────────────────────────────────────
def test_a_controller_releases_without_network_at_the_moment_of_the_press(field: Field, page: Page) -> None:
    item = make_item(field.drill, 3, title="村口积水", expected="派人值守")
    make_item(field.drill, 4, title="下一条")
    field.open(field.part(Role.CONTROLLER), page)
    expect(page.locator("[data-due]")).to_contain_text("村口积水", timeout=SOON)
    field.context.set_offline(True)
    before = timezone.now()
    page.locator("[data-release]:visible").first.dblclick()
    expect(page.locator("[data-due]")).to_contain_text("请用对讲机或电话通知")
    page.wait_for_timeout(2000)
    field.context.set_offline(False)
    field.arrived(page)
    (event,) = field.log("inject_released")
    assert event.item_id == item.pk
    assert event.payload["title"] == "【演练】村口积水"
    assert abs(event.happened_at - before) < timedelta(seconds=1.5)


def test_signing_in_by_list_number_and_head_count(field: Field) -> None:
    first, second = field.part(Role.PLAYER, name="张桂兰"), field.part(Role.PLAYER, name="王铁柱")
    group = field.part(Role.PLAYER, name="三组村民", is_group=True, expected=45)
    page = field.open(field.part(Role.CONTROLLER, name="导调"))
    tab(page, "签到")
    row = page.locator("[data-people] > li").filter(has_text="张桂兰")
    row.get_by_role("button", name="签到").dblclick()
    expect(row).to_contain_text("已到")
    row.get_by_role("button", name="撤销").dispatch_event("click", {"detail": 2})  # of a double click on 签到
    expect(row.get_by_role("button", name="撤销")).to_be_visible()
    page.locator("[data-find]").fill(str(second.pk))
    page.locator("[data-number] [type=submit]").click()
    expect(page.get_by_text("王铁柱已签到")).to_be_visible()
    page.locator("[data-find]").fill("")
    heads = page.locator("[data-people] > li").filter(has_text="三组村民")
    heads.locator("[data-count]").fill("41")
    heads.get_by_role("button", name="记录人数").click()
    assert field.log("headcount") == []  # counted or estimated: nothing is preset
    heads.get_by_label("估计", exact=True).check()
    heads.get_by_role("button", name="记录人数").click()
    expect(heads).to_contain_text("估计 41 人")
    expect(page.locator("[data-come]")).to_contain_text("另点数 41 人")
    field.arrived(page)
    rows = field.house.ask(lambda: list(Attendance.objects.values_list("participation", "count", "how")))
    assert sorted(rows) == sorted([(first.pk, 1, "list"), (second.pk, 1, "list"), (group.pk, 41, "headcount")])
    row.get_by_role("button", name="撤销").click()
    expect(row.get_by_role("button", name="签到")).to_be_visible()
    field.arrived(page)
    standing = field.house.ask(
        lambda: set(Attendance.objects.filter(withdrawn_at=None).values_list("participation", flat=True))
    )
    assert standing == {second.pk, group.pk}


def test_a_sign_in_is_undone_also_when_the_list_has_come_anew(field: Field, page: Page) -> None:
    field.part(Role.PLAYER, name="张桂兰")
    field.open(field.part(Role.CONTROLLER, name="导调"), page)
    tab(page, "签到")
    row = page.locator("[data-people] > li").filter(has_text="张桂兰")
    row.get_by_role("button", name="签到").click()
    field.arrived(page)
    page.reload()
    expect(row).to_contain_text("已到", timeout=SOON)
    expect(page.locator("[data-offline-good]")).to_be_visible(timeout=SOON)  # the new list is there
    row.get_by_role("button", name="撤销").click()
    expect(row.get_by_role("button", name="签到")).to_be_visible()


CAMERA = """(codes) => {
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect() { const next = codes.shift(); return next ? [{ rawValue: next }] : []; }
  };
  HTMLMediaElement.prototype.play = async () => {};
  navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream();
}"""


def test_scanning_cards_without_network(field: Field, page: Page) -> None:
    player, lost = field.part(Role.PLAYER, name="张桂兰"), field.part(Role.PLAYER, name="王铁柱")
    old = part_token(lost)
    field.house.ask(lambda: reissue_card(lost, 1, by=field.by, now=timezone.now()))
    codes = [
        *(f"{field.house.url}/drills/field/{part_token(player)}/", f"{field.house.url}/drills/field/{old}/"),
        *("https://weixin.qq.com/x", f"part:{lost.pk}", f"part:{lost.pk}"),
    ]
    page.add_init_script(f"({CAMERA})({codes!r})")
    field.open(field.part(Role.CONTROLLER, name="导调"), page)
    field.context.set_offline(True)
    tab(page, "签到")
    said = page.evaluate("""() => {
      const line = document.querySelector("[data-scan-said]");
      window.heard = [];
      new MutationObserver(() => window.heard.push(line.textContent)).observe(line, { childList: true });
    }""")
    assert said is None
    page.get_by_role("button", name="扫角色卡").click()
    expect(page.locator("[data-scan-said]")).to_contain_text("王铁柱已签到", timeout=SOON)
    heard = page.evaluate("() => window.heard")
    assert [words for words in heard if "识别" not in words] == [
        *("张桂兰已签到。", "王铁柱已换发新卡，这张作废。", "这不是本场演练的角色卡。", "王铁柱已签到。"),
    ]
    page.get_by_role("button", name="完成").click()
    field.context.set_offline(False)
    field.arrived(page)
    events = [(event.payload["part"], event.payload["how"]) for event in field.log("checkin")]
    assert events == [(player.pk, "qr"), (lost.pk, "list")]


def test_a_phone_that_cannot_scan_says_what_to_do(field: Field) -> None:
    page = field.open(field.part(Role.CONTROLLER))
    tab(page, "签到")
    expect(page.get_by_text("本机不能扫卡")).to_be_visible()
    expect(page.locator("[data-scan]")).to_be_hidden()


# ── Evaluators ───────────────────────────────────────────────────────────────
def test_scores_are_asked_for_their_reason_and_change_until_handed_in(field: Field, evaluator: Participation) -> None:
    page = field.open(evaluator)
    note(page, "集合点没人点名")
    first = score(page, "1.1")
    assert first.locator("[aria-pressed=true]").count() == 0  # nothing is preset
    first.get_by_role("button", name="0 ·").click()
    first.get_by_role("button", name="记录", exact=True).click()
    expect(first.get_by_role("alert")).to_contain_text("要写原因")
    first.get_by_label("原因").fill("没有点名")
    first.get_by_text("我的记录作为佐证").click()
    first.get_by_label("集合点没人点名").check()
    first.get_by_role("button", name="记录", exact=True).click()
    expect(first.locator("[data-kept]")).to_contain_text("没有点名")
    field.arrived(page)
    (seen,) = field.log("observation")
    (low,) = field.log("score")
    assert (low.payload["value"], low.payload["reason"], low.payload["evidence"]) == ("0", "没有点名", [str(seen.uid)])
    first.get_by_role("button", name="3 ·").click()
    field.arrived(page)
    values = wait_for(lambda: [event.payload["value"] for event in field.log("score")][1:])
    assert values == ["3"]
    assert field.house.ask(lambda: ItemScore.objects.get().value) == "3"


def test_an_expected_action_is_judged_with_one_press(field: Field, evaluator: Participation) -> None:
    item = make_item(field.drill, 1, title="上游来水", expected="五分钟内敲锣", within_seconds=300)
    field.release(item)
    page = field.open(evaluator)
    tab(page, "行动")
    page.locator("[data-expected-list] > li").get_by_role("button", name="已完成").dblclick()
    field.arrived(page)
    (event,) = field.log("verdict")
    assert (event.item_id, event.payload["verdict"]) == (item.pk, "done")


# ── For everybody's eyes and thumbs ──────────────────────────────────────────
SMALL = """() => {
  const pressed = "button, summary, select, textarea, input:not([type=file]):not([type=radio]):not([type=checkbox])";
  return [...document.querySelectorAll(pressed)]
    .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 60)
    .map((each) => each.outerHTML.slice(0, 80));
}"""


@pytest.mark.parametrize("role", FACES)
def test_each_page_fits_a_small_phone_and_a_wet_thumb(field: Field, role: str, page: Page) -> None:
    item = make_item(field.drill, 1, title="上游雨量站一小时雨量达到准备转移指标", expected="五分钟内敲锣")
    make_item(field.drill, 30)
    field.release(item)
    field.part(Role.PLAYER, is_group=True, expected=45)
    field.open(field.part(role, name="很长的名字很长的名字", team="转移一组", site="沟口第二集合点"), page)
    for elder in ("", "?elder=1"):
        page.goto(page.url.partition("?")[0] + elder)
        page.locator("[data-field]:not([hidden])").wait_for()
        for button in page.locator("[data-tab]").all() or [None]:
            if button:
                button.click()
            assert not page.evaluate("() => document.documentElement.scrollWidth > innerWidth"), (role, elder)
            assert page.evaluate(SMALL) == []
    found = [each["id"] for each in Axe().run(page).response["violations"]]
    assert found == []
