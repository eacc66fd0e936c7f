"""The sheet of the table of events in a browser: by keyboard, without a network, in two tabs, from the clipboard."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from drills.models import Drill, MselItem
from tests.drills.factories import make_drill, make_item, make_part
from tests.drills.house import House, open_house

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.timeout(300)]
SAVED = "全部已保存"


@pytest.fixture
def house(transactional_db: Any, settings: Any, tmp_path: Any) -> Iterator[House]:
    settings.PRIVATE_ROOT = tmp_path
    with open_house() as opened:
        yield opened


@pytest.fixture
def drill(organisation_a: Any) -> Drill:
    drill = make_drill(organisation_a)
    make_part(drill, team="抢险一组")
    for number, title in (("01", "预警"), ("02", "转移"), ("03", "清点")):
        make_item(drill, int(number) * 10, number=number, title=title, phase="响应", receiver="抢险一组")
    return drill


@pytest.fixture
def enter(
    house: House, browser: Browser, browser_context_args: Any, client_of: Any, manager_a: Any
) -> Callable[[], Page]:
    """A page of the manager's, each in a browser of its own."""
    opened: list[BrowserContext] = []

    def page() -> Page:
        context = browser.new_context(**browser_context_args | {"viewport": {"width": 1400, "height": 900}})
        client: Client = house.ask(lambda: client_of(manager_a))
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": house.url}])
        opened.append(context)
        return context.new_page()

    yield page
    for context in opened:
        context.close()


@pytest.fixture
def sheet(enter: Callable[[], Page], house: House, drill: Drill) -> Page:
    return visit(enter(), house, drill)


def visit(page: Page, house: House, drill: Drill) -> Page:
    page.goto(f"{house.url}/drills/{drill.pk}/events/edit/")
    expect(page.locator("[data-status]")).to_have_text(SAVED)
    return page


def row(page: Page, number: int) -> Locator:
    return page.locator("[data-rows] > tr:not(.sheet-clash)").nth(number - 1)


def cell(page: Page, number: int, field: str) -> Locator:
    return row(page, number).locator(f'td[data-field="{field}"] > :first-child')


def saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_have_text(SAVED, timeout=15_000)


def focused(page: Page) -> tuple[int, str]:
    return tuple(
        page.evaluate(
            "() => { const cell = document.activeElement.closest('td[data-field]'), row = cell.closest('tr');"
            " return [[...row.parentNode.children].indexOf(row) + 1, cell.dataset.field]; }"
        )
    )


def titles(house: House, drill: Drill) -> list[str]:
    return house.ask(lambda: list(drill.events.values_list("title", flat=True)))


@contextmanager
def no_network(page: Page) -> Iterator[None]:
    page.context.set_offline(True)
    try:
        yield
    finally:
        page.context.set_offline(False)


# ── By keyboard ──────────────────────────────────────────────────────────────
def test_enter_and_the_arrows_go_from_cell_to_cell(sheet) -> None:
    cell(sheet, 1, "title").focus()
    sheet.keyboard.press("Enter")
    assert focused(sheet) == (2, "title")
    sheet.keyboard.press("ArrowDown")
    assert focused(sheet) == (3, "title")
    sheet.keyboard.press("Shift+Enter")
    assert focused(sheet) == (2, "title")
    sheet.keyboard.press("ArrowUp")
    sheet.keyboard.press("ArrowRight")  # the whole cell is marked
    assert focused(sheet) == (1, "text")
    sheet.keyboard.press("Shift+Tab")
    assert focused(sheet) == (1, "title")
    sheet.keyboard.press("End")
    sheet.keyboard.press("ArrowLeft")  # inside the text
    assert focused(sheet) == (1, "title")


def test_what_is_typed_is_saved_when_the_hand_leaves_the_row(sheet, house, drill) -> None:
    cell(sheet, 2, "title").fill("鸣锣转移")
    sheet.keyboard.press("Enter")
    expect(row(sheet, 2).locator("[data-state]")).to_have_text("已保存")
    saved(sheet)
    assert titles(house, drill) == ["预警", "鸣锣转移", "清点"]


def test_a_time_is_shown_as_the_house_writes_it(sheet, house, drill) -> None:
    cell(sheet, 2, "offset_seconds").fill("45")
    cell(sheet, 2, "within_seconds").fill("90 s")
    cell(sheet, 3, "title").focus()
    expect(cell(sheet, 2, "offset_seconds")).to_have_value("+00:45")
    expect(row(sheet, 2).locator("[data-clock]")).to_have_text("09:45")
    item = house.ask(lambda: drill.events.get(number="02"))
    assert (item.offset_seconds, item.within_seconds) == (2700, 90)


def test_an_error_stands_at_its_cell_until_it_is_put_right(sheet, house, drill) -> None:
    cell(sheet, 2, "offset_seconds").fill("soon")
    cell(sheet, 2, "number").fill("01")
    cell(sheet, 3, "title").focus()
    for field in ("offset_seconds", "number"):
        expect(cell(sheet, 2, field)).to_have_attribute("aria-invalid", "true")
        expect(row(sheet, 2).locator(f'td[data-field="{field}"] [data-kind="error"]')).not_to_be_empty()
    expect(sheet.locator("[data-status]")).to_have_attribute("data-status", "error")
    cell(sheet, 2, "offset_seconds").fill("0:25")
    cell(sheet, 2, "number").fill("02")
    cell(sheet, 3, "title").focus()
    saved(sheet)
    assert house.ask(lambda: drill.events.get(number="02").offset_seconds) == 1500


def test_a_new_row_goes_below_with_the_next_number_and_the_same_phase(sheet, house, drill) -> None:
    cell(sheet, 1, "title").focus()
    sheet.keyboard.press("Control+Enter")
    assert focused(sheet) == (2, "offset_seconds")
    sheet.keyboard.type("15")
    cell(sheet, 2, "title").fill("会商")
    cell(sheet, 4, "title").focus()
    saved(sheet)
    assert titles(house, drill) == ["预警", "会商", "转移", "清点"]
    item = house.ask(lambda: drill.events.get(title="会商"))
    assert (item.number, item.phase, item.offset_seconds) == ("04", "响应", 900)


def test_enter_in_the_last_row_begins_another(sheet) -> None:
    cell(sheet, 3, "title").focus()
    sheet.keyboard.press("Enter")
    assert focused(sheet) == (4, "title")
    saved(sheet)  # a row in which nothing was typed is nobody's


def test_a_message_may_have_several_lines(sheet, house, drill) -> None:
    cell(sheet, 1, "text").fill("第一行")
    sheet.keyboard.press("Alt+Enter")
    sheet.keyboard.type("第二行")
    cell(sheet, 2, "title").focus()
    saved(sheet)
    assert house.ask(lambda: drill.events.get(number="01").text) == "第一行\n第二行"


def test_a_row_is_moved_by_the_keys(sheet, house, drill) -> None:
    cell(sheet, 1, "title").focus()
    sheet.keyboard.press("Alt+ArrowDown")
    assert focused(sheet) == (2, "title")
    saved(sheet)
    assert titles(house, drill) == ["转移", "预警", "清点"]
    sheet.keyboard.press("Alt+ArrowUp")
    saved(sheet)
    assert titles(house, drill) == ["预警", "转移", "清点"]


def test_a_deleted_row_comes_back_with_all_it_said(sheet, house, drill) -> None:
    cell(sheet, 2, "title").focus()
    sheet.keyboard.press("Control+Delete")
    saved(sheet)
    assert titles(house, drill) == ["预警", "清点"]
    sheet.keyboard.press("Control+z")
    saved(sheet)
    assert titles(house, drill) == ["预警", "转移", "清点"]
    back = house.ask(lambda: drill.events.get(number="02"))
    assert (back.phase, back.offset_seconds, back.receivers.count()) == ("响应", 1200, 1)


def test_escape_brings_the_saved_cell_back(sheet) -> None:
    cell(sheet, 1, "title").fill("写错了")
    sheet.keyboard.press("Escape")
    expect(cell(sheet, 1, "title")).to_have_value("预警")
    saved(sheet)


# ── Without a network, and with somebody else ────────────────────────────────
def test_without_a_network_it_says_so_and_goes_on_when_it_is_back(sheet, house, drill) -> None:
    with no_network(sheet):
        cell(sheet, 1, "title").fill("断网时写的")
        sheet.keyboard.press("Enter")
        expect(sheet.locator("[data-status]")).to_contain_text("未保存")
        expect(row(sheet, 1).locator("[data-state]")).to_have_text("未保存")
        assert titles(house, drill)[0] == "预警"
    saved(sheet)
    assert titles(house, drill)[0] == "断网时写的"


def test_what_could_not_be_sent_survives_the_page(sheet, house, drill) -> None:
    sheet.route("**/events/save/", lambda route: route.abort())
    cell(sheet, 1, "title").fill("改了标题")
    cell(sheet, 3, "title").focus()
    sheet.keyboard.press("Control+Enter")
    cell(sheet, 4, "title").fill("新的一行")
    expect(sheet.locator("[data-status]")).to_contain_text("已存在本机")
    sheet.unroute("**/events/save/")
    sheet.on("dialog", lambda dialog: dialog.accept())
    visit(sheet, house, drill)
    assert titles(house, drill) == ["改了标题", "转移", "清点", "新的一行"]


def test_an_answer_lost_on_its_way_makes_no_second_row(sheet, house, drill) -> None:
    lost = []

    def lose(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    sheet.route("**/events/save/", lose)
    cell(sheet, 3, "title").focus()
    sheet.keyboard.press("Control+Enter")
    cell(sheet, 4, "title").fill("只有一行")
    cell(sheet, 1, "title").focus()
    saved(sheet)
    assert titles(house, drill) == ["预警", "转移", "清点", "只有一行"]


def test_two_tabs_do_not_write_over_each_other(sheet, enter, house, drill) -> None:
    other = visit(enter(), house, drill)
    cell(other, 2, "title").fill("对方改的")
    cell(other, 1, "title").focus()
    saved(other)
    cell(sheet, 2, "text").fill("我写的内容")
    cell(sheet, 1, "title").focus()
    clash = sheet.locator(".sheet-clash")
    expect(clash).to_contain_text("标题 现为 对方改的")
    assert house.ask(lambda: drill.events.get(number="02").text) != "我写的内容"
    clash.get_by_role("button", name="用我的").click()
    cell(sheet, 1, "title").focus()
    saved(sheet)
    mine = house.ask(lambda: drill.events.get(number="02"))
    assert (mine.title, mine.text) == ("转移", "我写的内容")
    cell(other, 2, "sender").fill("又改")
    cell(other, 1, "title").focus()
    other.locator(".sheet-clash").get_by_role("button", name="用对方的").click()
    expect(cell(other, 2, "text")).to_have_value("我写的内容")
    expect(cell(other, 2, "sender")).to_have_value("")


def test_once_approved_nothing_is_saved_and_the_sheet_says_so(sheet, house, drill) -> None:
    house.ask(lambda: Drill.objects.filter(pk=drill.pk).update(state="approved"))
    cell(sheet, 1, "title").fill("太晚了")
    cell(sheet, 2, "title").focus()
    expect(sheet.locator("[data-status]")).to_contain_text("演练已批准")
    assert titles(house, drill)[0] == "预警"


# ── From the clipboard ───────────────────────────────────────────────────────
PASTE = """(text) => {
  const clipboard = new DataTransfer();
  clipboard.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true });
  return !document.activeElement.dispatchEvent(event);
}"""


def test_cells_from_a_worksheet_are_checked_and_go_in(sheet, house, drill) -> None:
    cell(sheet, 1, "title").focus()
    sheet.evaluate(PASTE, "标题\t时间\t接收对象\n报告水位\t09:40\t抢险一组\n坏时间\t不久\t抢险一组")
    sheet.wait_for_url("**/events/import/**")
    expect(sheet.locator("#rows tbody tr")).to_have_count(3)
    expect(sheet.get_by_text("“不久”")).to_be_visible()
    sheet.get_by_role("button", name="导入 1 个事件").click()
    sheet.wait_for_url(f"**/drills/{drill.pk}/events/")
    item = house.ask(lambda: MselItem.objects.get(drill=drill, title="报告水位"))
    assert (item.offset_seconds, item.number) == (2400, "04")


def test_cells_without_a_head_are_taken_from_the_column_on(sheet) -> None:
    cell(sheet, 3, "offset_seconds").focus()
    sheet.evaluate(PASTE, "0:50\t导调信息\t结束\n0:55\t导调指令\t结束")
    sheet.wait_for_url("**/events/import/**")
    expect(sheet.locator("#rows tbody tr")).to_have_count(2)


def test_several_lines_in_a_message_are_only_text(sheet) -> None:
    cell(sheet, 1, "text").focus()
    assert sheet.evaluate(PASTE, "一\n二") is False  # left to the browser


# ── As it is read ────────────────────────────────────────────────────────────
@pytest.mark.parametrize("width", [360, 1280])
def test_the_table_fits_its_screen(enter, house, drill, width) -> None:
    page = enter()
    page.set_viewport_size({"width": width, "height": 800})
    for view in ("main", "script", "hseep"):
        page.goto(f"{house.url}/drills/{drill.pk}/events/?view={view}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{house.url}/drills/{drill.pk}/events/edit/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
