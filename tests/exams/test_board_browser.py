"""An invigilator extends and pauses; the candidate's page shows it, and so does the board."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as house_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from exams import services
from exams.models import Candidate, Sitting
from tests.exams.factories import DEVICE, make_bank, make_candidate, make_published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
SOON = 15_000  # milliseconds: two looks at the server


@pytest.fixture(autouse=True)
def house(settings: Any) -> None:
    settings.MIDDLEWARE = ["tests.drills.serial.OneAtATime", *settings.MIDDLEWARE]


@pytest.fixture
def candidate(learner: Any, organisation_a: Any) -> Candidate:
    exam = make_published(make_bank(), organisation=organisation_a)
    return make_candidate(exam, learner.memberships.get())


@pytest.fixture
def sitting(candidate: Candidate) -> Sitting:
    return services.start_sitting(candidate, device=DEVICE, now=timezone.now())


def signed_in(context: BrowserContext, client: Client, address: str) -> None:
    key = client.cookies[house_settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": house_settings.SESSION_COOKIE_NAME, "value": key, "url": address}])


@pytest.fixture
def phone(
    page: Page,
    context: BrowserContext,
    live_server: Any,
    client_of: Callable[[Any], Client],
    learner: Any,
    sitting: Any,
) -> Page:
    signed_in(context, client_of(learner), live_server.url)
    context.add_cookies([{"name": "exam_device", "value": DEVICE, "url": live_server.url}])
    page.goto(live_server.url + reverse("exams:sitting", args=[sitting.pk]))
    expect(page.locator("[data-room-time]")).to_contain_text(re.compile(r"59:\d\d|1:00:00"))
    return page


@pytest.fixture
def board(
    browser: Browser, live_server: Any, client_of: Callable[[Any], Client], exam_officer: Any, candidate: Candidate
) -> Any:
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 360, "height": 740})
    signed_in(context, client_of(exam_officer), live_server.url)
    page = context.new_page()
    page.goto(live_server.url + reverse("exams:exam_board", args=[candidate.exam_id]))
    yield page
    context.close()


def ask_now(phone: Page) -> None:
    """What happens by itself every half minute."""
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_an_invigilator_extends_and_pauses_and_the_candidate_sees_it(
    phone: Page, board: Page, sitting: Sitting, candidate: Candidate, live_server: Any
) -> None:
    # Ten minutes more.
    board.locator("[data-board-row] .board-actions a").first.click()
    board.fill("[name=minutes]", "10")
    board.fill("[name=reason]", "手机没电，换充电宝")
    board.locator("form .btn-primary").click()
    ask_now(phone)
    expect(phone.locator("[data-room-time]")).to_contain_text("1:0", timeout=SOON)
    assert Sitting.objects.get().deadline == sitting.deadline + timedelta(minutes=10)

    # A pause for all: the clock stands, the questions are locked.
    board.goto(live_server.url + reverse("exams:exam_board", args=[candidate.exam_id]))
    board.locator(f"a[href='{reverse('exams:exam_pause', args=[candidate.exam_id])}']").click()
    board.fill("[name=reason]", "考场停电")
    board.locator("form .btn-danger").click()
    expect(board.locator("[data-board-count=paused]")).to_have_text("1")
    ask_now(phone)
    expect(phone.locator("[data-room-paused]")).to_be_visible(timeout=SOON)
    option = phone.locator("[data-slot]:not([hidden]) input").first
    expect(option).to_be_disabled()
    shown = phone.locator("[data-room-time]").inner_text()
    phone.wait_for_timeout(1500)
    assert phone.locator("[data-room-time]").inner_text() == shown

    # It goes on, with the time of the pause added; the answer is saved, and the board counts it.
    board.locator("[data-board-row] form button").click()
    expect(board.locator("[data-board-count=writing]")).to_have_text("1")
    ask_now(phone)
    expect(phone.locator("[data-room-paused]")).to_be_hidden(timeout=SOON)
    assert Sitting.objects.get().deadline > sitting.deadline + timedelta(minutes=10, seconds=1)
    option.check()
    expect(phone.locator("[data-room-saved]")).to_have_attribute("data-state", "saved", timeout=SOON)
    expect(board.locator("[data-board-cell=answered]")).to_have_text("1", timeout=SOON)
