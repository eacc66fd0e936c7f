"""A paper with every kind of question, sat at 360 px by keyboard alone, through a dead network and a reload: what a
screen reader is told, and that the answers on record are what was typed."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from exams import services
from exams.importers.rescue import read_rescue
from exams.models import AnswerEvent, Sitting
from exams.sitting_rules import Save
from exams.views.room import DEVICE as COOKIE
from tests.exams.factories import DEVICE, answered, make_candidate, make_sitting
from tests.exams.kinds import STEPS, WORDINGS, make_exam_of_every_kind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
KINDS = list(WORDINGS)
ESSAY = "先通风，再检测，后作业。\n并设专人监护。"
Entered = dict[int, list[Any]]


@pytest.fixture(autouse=True)
def house(settings: Any) -> None:
    settings.MIDDLEWARE = ["tests.drills.serial.OneAtATime", *settings.MIDDLEWARE]


@pytest.fixture
def sitting(learner: Any) -> Sitting:
    return make_sitting(make_candidate(make_exam_of_every_kind(), learner.memberships.get()))


@pytest.fixture
def room(
    page: Page,
    live_server: Any,
    context: BrowserContext,
    client_of: Callable[[Any], Client],
    learner: Any,
    sitting: Sitting,
) -> Iterator[Page]:
    """The learner's phone with the paper open, in English, whose words stand in the code."""
    key = client_of(learner).cookies["sessionid"].value
    cookies = {"sessionid": key, COOKIE: DEVICE}
    context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{live_server.url}/en/exams/sittings/{sitting.pk}/")
    expect(page.get_by_role("timer")).to_be_visible()
    yield page
    page.goto("about:blank")  # no request of the page's may outlive the test


# ── With the keyboard alone ──────────────────────────────────────────────────
def tab_to(page: Page, target: Locator) -> None:
    for _press in range(60):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never comes to {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    tab_to(page, target)
    page.keyboard.press(key)


def question(page: Page, number: int) -> Locator:
    found = page.get_by_role("region", name=f"Question {number} of 8")
    expect(found).to_be_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return found


def go_on(page: Page) -> None:
    press(page, page.get_by_role("button", name="Next question"))


def saved(page: Page) -> Locator:
    return page.locator("[data-room-saved-text]")


def values(places: list[Locator]) -> list[int]:
    return sorted(int(place.get_attribute("value") or "") for place in places)


def choose(page: Page, entered: Entered) -> None:
    """Letters and numbers choose, arrows go to the next question and back."""
    radios = question(page, 1).get_by_role("radio")
    page.keyboard.press("b")
    expect(radios.nth(1)).to_be_checked()
    entered[0] = values([radios.nth(1)])
    page.keyboard.press("ArrowRight")
    boxes = question(page, 2).get_by_role("checkbox")
    page.keyboard.press("1")
    page.keyboard.press("3")
    entered[1] = values([boxes.nth(0), boxes.nth(2)])
    page.keyboard.press("ArrowRight")
    question(page, 3)
    page.keyboard.press("ArrowLeft")
    expect(question(page, 2).get_by_role("checkbox", checked=True)).to_have_count(2)
    page.keyboard.press("ArrowRight")
    expect(question(page, 3).get_by_role("radio", name="正确")).to_be_visible()
    page.keyboard.press("a")
    entered[2] = [0]
    go_on(page)


def fill_in(page: Page, entered: Entered) -> None:
    group = question(page, 4).get_by_role("group", name="火警电话是")
    press(page, group.get_by_role("textbox", name="Blank 1"), "1")
    page.keyboard.type("19")
    page.keyboard.press("ArrowLeft")  # stays in the field
    press(page, group.get_by_role("textbox", name="Blank 2"), "1")
    page.keyboard.type("20")
    entered[3] = ["119", "120"]
    go_on(page)


def write(page: Page, number: int, name: str, text: str) -> None:
    field = question(page, number).get_by_role("textbox", name=name)
    tab_to(page, field)
    page.keyboard.type(text)
    expect(field).to_have_accessible_description(
        f"{len(text)} of at most {field.get_attribute('maxlength')} characters"
    )


def words(item: Locator) -> str:
    """Its letter and text."""
    return item.locator("[data-item-text]").inner_text()


def put_in_order(page: Page, entered: Entered) -> None:
    asked = question(page, 7)
    group = asked.get_by_role("group", name="有限空间作业的顺序")
    expect(group).to_contain_text("Not answered yet")
    items = group.get_by_role("listitem")
    expect(items).to_have_count(3)
    first = words(items.first)[1:]
    down = group.get_by_role("button", name=f"Move down: {first}")
    press(page, down)
    expect(group.get_by_role("status")).to_have_text(f"{words(items.nth(1))}: now place 2 of 3")
    expect(down).to_be_focused()
    page.keyboard.press("Enter")
    expect(group.get_by_role("button", name=f"Move up: {first}")).to_be_focused()  # at the end its twin goes on
    expect(group).to_contain_text("This order is your answer.")
    entered[6] = [STEPS.index(words(item)[1:]) for item in items.all()]
    go_on(page)


def match(page: Page, entered: Entered) -> None:
    asked = question(page, 8)
    press(page, asked.get_by_role("combobox", name="1. 红色"), "ArrowDown")
    press(page, asked.get_by_role("combobox", name="2. 黄色"), "ArrowDown")
    page.keyboard.press("ArrowDown")
    entered[7] = [int(box.input_value()) for box in asked.get_by_role("combobox").all()]
    assert -1 not in entered[7]


def hand_in(page: Page) -> None:
    press(page, page.locator("[data-room-finish]"))
    dialog = page.get_by_role("dialog", name="Hand in now?")
    expect(dialog).to_contain_text("Not answered:0")
    press(page, dialog.get_by_role("button", name="Hand in"))
    page.wait_for_url("**/result/", timeout=60_000)


# ── The whole way ────────────────────────────────────────────────────────────
def test_every_kind_is_sat_by_keyboard_through_a_dead_network_and_a_reload(room: Page, sitting: Sitting) -> None:
    entered: Entered = {}
    choose(room, entered)
    expect(saved(room)).to_have_text("Saved")
    room.route("**/save/", lambda route: route.abort())  # from here on nothing reaches the server
    fill_in(room, entered)
    write(room, 5, "写出三不伤害。", "不伤害自己")
    entered[4] = ["不伤害自己"]
    go_on(room)
    expect(saved(room)).to_have_text("Only on this device: 2", timeout=20_000)
    write(room, 6, "论述有限空间作业的要求。", ESSAY)
    entered[5] = [ESSAY]
    room.goto(f"{room.url}?elder=1")  # at once: what was written a moment ago is on the device
    expect(question(room, 6).get_by_role("textbox")).to_have_value(ESSAY)
    expect(saved(room)).to_have_text("Only on this device: 3", timeout=20_000)
    tab_to(room, room.get_by_role("button", name="Next question"))
    room.keyboard.press("Enter")
    put_in_order(room, entered)
    match(room, entered)
    expect(room.get_by_role("progressbar", name="Questions answered")).to_have_attribute("value", "8")
    room.unroute("**/save/")
    expect(saved(room)).to_have_text("Saved", timeout=40_000)
    hand_in(room)
    sitting.refresh_from_db()
    assert (sitting.state == Sitting.State.OPEN, answered(sitting)) == (False, entered)


def test_the_backup_of_a_dead_network_holds_what_the_server_takes_in(
    room: Page, sitting: Sitting, exam_officer: Any, tmp_path: Path
) -> None:
    offer = room.get_by_role("region", name="Answer backup")
    expect(offer).to_be_hidden()
    room.context.set_offline(True)
    room.keyboard.press("a")
    chosen = int(room.locator("input:checked").get_attribute("value") or "")
    expect(offer).to_be_visible()
    tab_to(room, offer.get_by_role("button", name="Save the backup"))
    with room.expect_download() as download:
        room.keyboard.press("Enter")
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert download.value.suggested_filename == f"answer-backup-{sitting.pk}.json"
    press(room, offer.get_by_role("button", name="Copy the content"))
    copied = json.loads(offer.get_by_role("textbox", name="Content of the answer backup").input_value())
    assert copied["entries"] == json.loads(text)["entries"]
    rescue = read_rescue(text)
    moment = rescue.saves[1][0].happened_at
    assert (rescue.attempt, rescue.saves) == ((sitting.pk, DEVICE), {1: [Save(0, (chosen,), 1, moment)]})
    now = timezone.now()
    services.take_in_rescue(sitting.candidate, sitting.pk, rescue.saves, device=DEVICE, by=exam_officer, now=now)
    room.context.set_offline(False)
    expect(saved(room)).to_have_text("Saved", timeout=40_000)
    assert (answered(sitting), AnswerEvent.objects.count()) == ({0: [chosen]}, 1)  # sent again, it is the same answer
