"""A running drill in a real browser and its phones; fixtures and what thumbs do, for the tests of the field pages."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from drills.models import (
    EvaluationItem,
    EvaluationSection,
    EvaluationSheet,
    EvaluationTemplate,
    MselItem,
    Participation,
    RunEvent,
    SheetItem,
    TemplateVersion,
)
from drills.services import run
from drills.tokens import part_token
from tests.drills.factories import make_drill, make_part
from tests.drills.house import House, open_house

Role = Participation.Role
MINUTE = timedelta(minutes=1)
SOON = 20_000  # milliseconds until a phone has heard or said something


@pytest.fixture
def house(transactional_db: Any) -> Iterator[House]:
    with open_house() as house:
        yield house


class Field:
    """A running drill and its phones."""

    def __init__(self, house: House, context: BrowserContext, organisation: Any, director: Any) -> None:
        self.house, self.context, self.by = house, context, director
        now = timezone.now()
        self.drill = make_drill(organisation, title="黑石沟演练", state="ready", starts_at=now - 10 * MINUTE)
        make_part(self.drill, Role.DIRECTOR, director)
        run.start_drill(self.drill, by=director, now=now - 5 * MINUTE)

    def part(self, role: str, **fields: Any) -> Participation:
        return self.house.ask(lambda: make_part(self.drill, role, **fields))

    def address(self, part: Participation, name: str = "field") -> str:
        return self.house.url + reverse(f"drills:{name}", args=[part_token(part)])

    def open(self, part: Participation, page: Page | None = None) -> Page:
        """Until the page is kept and may be used without network."""
        page = page or self.context.new_page()
        page.goto(self.address(part))
        expect(page.locator("[data-offline-good]")).to_be_visible(timeout=SOON)
        return page

    def log(self, *kinds: str) -> list[RunEvent]:
        return self.house.ask(
            lambda: list(RunEvent.objects.filter(drill=self.drill, kind__in=kinds).order_by("happened_at", "uid"))
        )

    def arrived(self, page: Page) -> None:
        """Everything this phone has is at the server."""
        page.wait_for_timeout(300)  # what was just pressed is kept by then
        expect(page.locator("[data-net-unsent]")).to_have_text("全部已上传", timeout=SOON)

    def release(self, item: MselItem) -> None:
        drill_now = lambda: run.release_item(MselItem.objects.get(pk=item.pk), by=self.by, now=timezone.now())  # noqa: E731
        self.house.ask(drill_now)


@pytest.fixture
def field(house: House, context: BrowserContext, organisation_a: Any, leader: Any) -> Field:
    return Field(house, context, organisation_a, leader)


@pytest.fixture
def evaluator(field: Field) -> Participation:
    """With two items to look at."""
    part = field.part(Role.EVALUATOR, name="评估员")
    template = EvaluationTemplate.objects.create(key="test-live", kind="live", title="实施")
    version = TemplateVersion.objects.create(template=template, number=1, source="试", issued_at=timezone.now())
    section = EvaluationSection.objects.create(version=version, position=1, code="1", title="预警")
    sheet = EvaluationSheet.objects.create(drill=field.drill, evaluator=part)
    for n in (1, 2):
        item = EvaluationItem.objects.create(section=section, position=n, code=f"1.{n}", text=f"第{n}项")
        SheetItem.objects.create(sheet=sheet, item=item)
    return part


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def note(page: Page, text: str = "") -> None:
    page.locator("[data-note]").click()
    if text:
        page.locator("[data-note-text]").fill(text)
    page.locator("[data-note-form] [type=submit]").click()
    expect(page.locator("#note")).to_be_hidden()


def score(page: Page, code: str) -> Locator:
    return page.locator("[data-scores] > li").filter(has=page.get_by_text(code, exact=True))


def unsent(page: Page, number: int) -> None:
    expect(page.locator("[data-net-unsent]")).to_have_text(f"未上传 {number} 条")


def hold(page: Page, milliseconds: int, button: str = "stop") -> None:
    box = page.locator(f"[data-hold={button}]").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(milliseconds)
    page.mouse.up()


def red(page: Page) -> Locator:
    return page.locator("[data-red]")


def wait_for(question: Callable[[], list[Any]], tries: int = 50) -> list[Any]:
    for _try in range(tries):
        if found := question():
            return found
        time.sleep(0.2)
    raise AssertionError("it never came")
