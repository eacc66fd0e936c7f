"""The console in a browser: it renews itself, sends without leaving the page, keeps what is being typed, and says when
the network is gone while its clock goes on."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from drills.models import Drill, RunEvent
from drills.services import run
from tests.drills.factories import make_part
from tests.drills.phones import make_events, make_running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
Kind = RunEvent.Kind
SOON = 8000  # milliseconds: four looks at the server


@pytest.fixture(autouse=True)
def house(settings: Any) -> None:
    settings.MIDDLEWARE = ["tests.drills.serial.OneAtATime", *settings.MIDDLEWARE]


@pytest.fixture
def drill(organisation_a: Any, manager_a: Any) -> Drill:
    """Begun ten minutes ago."""
    drill = make_running(organisation_a, by=manager_a, now=timezone.now() - timedelta(minutes=10))
    make_part(drill, name="马占山")
    make_events(drill, 1, 5, 60)
    return drill


@pytest.fixture
def console(
    page: Page,
    live_server: Any,
    context: BrowserContext,
    client_of: Callable[[Any], Client],
    manager_a: Any,
    drill: Drill,
) -> Page:
    key = client_of(manager_a).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{live_server.url}/drills/{drill.pk}/run/")
    page.wait_for_function("document.querySelector('[data-clock]').textContent > '00:10'")
    return page


def following(console: Page) -> Any:
    return console.locator("#next h2")


def released(drill: Drill) -> list[str]:
    return list(drill.log.filter(kind=Kind.RELEASED).values_list("item__number", flat=True))


def seconds(console: Page) -> int:
    hours, minutes, rest = console.locator("[data-clock]").inner_text().split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def test_a_release_is_sent_without_leaving_the_page(console: Page, drill: Drill) -> None:
    expect(following(console)).to_contain_text("01")
    console.click("#release")
    expect(following(console)).to_contain_text("02")
    expect(console.locator("#run-missing")).to_contain_text("马占山")
    assert released(drill) == ["01"]


def test_what_another_controller_does_shows_by_itself(console: Page, drill: Drill, manager_a: Any) -> None:
    run.release_item(drill.events.get(number="01"), by=manager_a, now=timezone.now())
    expect(following(console)).to_contain_text("02", timeout=SOON)


def test_a_button_with_a_value_sends_it(console: Page, drill: Drill) -> None:
    console.click("#run-next button[value='300']")
    expect(following(console)).to_contain_text("02")
    assert drill.log.get(kind=Kind.DELAYED).payload == {"seconds": 300}


def test_what_is_being_typed_stays_while_the_page_renews_itself(console: Page, drill: Drill, manager_a: Any) -> None:
    console.click("#run-next .console-skip > summary")
    box = console.locator("#run-next .console-skip input[name=reason]")
    box.fill("雨太大")
    run.release_item(drill.events.get(number="02"), by=manager_a, now=timezone.now())
    expect(console.locator("#run-released")).to_contain_text("02", timeout=SOON)
    expect(box).to_have_value("雨太大")
    box.press("Enter")
    expect(following(console)).to_contain_text("03")
    assert drill.log.get(kind=Kind.SKIPPED).payload == {"reason": "雨太大"}


def test_the_keyboard_releases_after_asking(console: Page, drill: Drill) -> None:
    console.keyboard.press("Control+Enter")
    expect(console.locator("#sure")).to_be_visible()
    console.keyboard.press("Escape")
    expect(console.locator("#sure")).to_be_hidden()
    assert released(drill) == []
    console.keyboard.press("Control+Enter")
    console.keyboard.press("Enter")
    expect(following(console)).to_contain_text("02")
    assert released(drill) == ["01"]
    console.keyboard.press("Alt+p")
    expect(console.locator("#pause")).to_have_text(re.compile("继续演练"))


def test_without_network_the_clock_goes_on_marked_and_nothing_pretends_to_be_sent(
    console: Page, drill: Drill, context: BrowserContext
) -> None:
    context.set_offline(True)
    lost = console.locator("[data-lost]")
    expect(lost).to_be_visible(timeout=SOON)
    before = seconds(console)
    console.click("#release")
    expect(lost).to_contain_text("没有发出")
    console.wait_for_function(
        "(before) => document.querySelector('[data-clock]').textContent.slice(-2) != before", arg=f"{before % 60:02d}"
    )
    assert seconds(console) > before
    assert released(drill) == []
    context.set_offline(False)
    expect(lost).to_be_hidden(timeout=SOON)
    expect(following(console)).to_contain_text("01")
    console.click("#release")
    expect(following(console)).to_contain_text("02")


def test_the_stop_turns_the_page_red_and_lists_who_has_not_acknowledged(console: Page, drill: Drill) -> None:
    run.sign_in(
        drill, drill.participations.filter(name="马占山"), by=drill.participations.first().user, now=timezone.now()
    )
    console.click(".console-stop > summary")
    console.click(".console-stop button[type=submit]")
    red = console.locator("#run-stop.console-red")
    expect(red).to_contain_text("已确认 1 / 2")
    expect(red).to_contain_text("马占山")
    expect(console.locator("#release")).to_have_count(0)
    red.locator("#lift").click()
    expect(red).to_have_count(0)
    expect(console.locator("#release")).to_be_visible()


def test_who_was_signed_out_meanwhile_is_not_told_that_it_was_done(
    console: Page, drill: Drill, context: BrowserContext
) -> None:
    context.clear_cookies()
    console.click("#release")
    console.wait_for_url(re.compile("/account/login/"), timeout=SOON)
    assert released(drill) == []


def test_after_a_reload_everything_is_there(console: Page) -> None:
    before = seconds(console)
    console.reload()
    console.wait_for_function("document.querySelector('[data-clock]').textContent > '00:10'")
    assert before <= seconds(console) <= before + 20
