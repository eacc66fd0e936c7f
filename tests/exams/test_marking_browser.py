"""A marker goes through the answers by keyboard alone and never learns whose they are."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from exams.models import HandAnswer, HandMark, Mark
from exams.services.hand_marking import appoint_marker
from tests.exams.factories import hand_in_texts, make_written_exam
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
TEXTS = ("先断电，再报警。", "直接用水扑救。")


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path
    settings.MIDDLEWARE = ["tests.drills.serial.OneAtATime", *settings.MIDDLEWARE]


@pytest.fixture
def marker(page: Page, live_server: Any, client_of: Callable[[Any], Client], exam_officer: Any) -> Page:
    """An appointed marker's, with the first of two answers open."""
    now = timezone.now()
    exam = make_written_exam(now=now)
    for number, text in enumerate(TEXTS):
        member = MembershipFactory(
            user=UserFactory(full_name=f"欧阳不宜见{number}"), organisation__name=f"不宜见厂{number}"
        )
        hand_in_texts(exam, text, now=now, membership=member)
    person = UserFactory(full_name="阅卷老师")
    appoint_marker(exam, person, by=exam_officer, now=now)
    key = client_of(person).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    version = HandAnswer.objects.all()[0].version_id
    page.goto(live_server.url + reverse("exams:marking_question", args=[exam.pk, version]))
    return page


def type_marks(page: Page, first: str, second: str) -> None:
    expect(page.get_by_label("先断电")).to_be_focused()
    page.keyboard.type(first)
    page.keyboard.press("Enter")
    expect(page.get_by_label("再报警")).to_be_focused()
    page.keyboard.type(second)


def test_a_marker_marks_blind_by_keyboard(marker: Page) -> None:
    page, read = marker, []
    for first, second in (("6", "4"), ("1.5", "0")):
        read.append(page.locator(".marking-text").inner_text())
        assert "不宜见" not in page.content()
        type_marks(page, first, second)
        expect(page.locator("[data-sum]")).to_have_text("10" if first == "6" else "1.5")
        page.keyboard.press("Enter")
        expect(page.locator(".messages")).to_contain_text("10" if first == "6" else "1.5")
    assert sorted(read) == sorted(TEXTS)
    expect(page.locator(".empty")).to_be_visible()
    assert list(HandMark.objects.order_by("pk").values_list("points", flat=True)) == [10, Decimal("1.5")]
    assert Mark.objects.filter(by=None).count() == 2

    # Back to the last one: what was typed stands there, and a known result asks for a reason.
    page.locator(".page-head a").click()
    expect(page.get_by_label("先断电")).to_have_value("1.5")
    assert page.locator(".marking-text").inner_text() == read[-1]
    assert page.locator("[name=reason]").count() == 1
