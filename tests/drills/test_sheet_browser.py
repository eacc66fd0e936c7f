"""An evaluator's sheet in a real browser: each choice saves itself, and says so only when it is saved."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from drills.models import ItemScore, RunEvent
from tests.drills.evaluated import Scene, evaluated, observe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVED, SOON = "已保存", 8000


@pytest.fixture
def scene(settings: Any, organisation_a: Any, manager_a: Any, learner: Any, learner_b: Any) -> Scene:
    settings.MIDDLEWARE = ["tests.drills.serial.OneAtATime", *settings.MIDDLEWARE]
    return evaluated(organisation_a, manager_a, learner, learner_b)


@pytest.fixture
def sheet(
    live_server: Any,
    context: BrowserContext,
    page: Page,
    scene: Scene,
    client_of: Callable[[Any], Client],
    learner: Any,
) -> Page:
    """Of the first evaluator, with an observation that names item 1.2."""
    observe(scene.first, "手套没戴", now=timezone.now() - timedelta(hours=1), evaluation_item=scene.items["1.2"].pk)
    key = client_of(learner).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    page.goto(live_server.url + reverse("drills:sheet", args=[scene.drill.pk]))
    return page


def item(page: Page, scene: Scene, code: str) -> Locator:
    return page.locator(f"#item-{scene.items[code].pk} form")


def choose(form: Locator, value: str) -> None:
    form.locator(f"[name=value][value='{value}']").check(force=True)


def state(form: Locator) -> Locator:
    return form.locator("[data-score-state]")


def values() -> list[tuple[str, str, str]]:
    return list(ItemScore.objects.values_list("item__code", "value", "reason"))


def test_a_choice_saves_itself_and_a_low_one_waits_for_its_reason(sheet, scene) -> None:
    first, second = item(sheet, scene, "1.1"), item(sheet, scene, "1.2")
    expect(first.locator("[data-score-save]")).to_be_hidden()
    choose(first, "5")
    expect(state(first)).to_contain_text(SAVED, timeout=SOON)
    expect(sheet.locator("[data-sheet-given]")).to_have_text("1")
    choose(second, "0")
    expect(state(second)).to_contain_text("请写明原因")
    assert values() == [("1.1", "5", "")]
    second.get_by_label("手套没戴").check()
    second.locator("textarea").fill("没有戴手套")
    expect(state(second)).to_contain_text(SAVED, timeout=SOON)
    assert values() == [("1.1", "5", ""), ("1.2", "0", "没有戴手套")]
    assert ItemScore.objects.get(item=scene.items["1.2"]).evidence.get().payload["text"] == "手套没戴"


def test_without_network_it_says_so_and_saves_when_the_network_is_back(sheet, scene, context) -> None:
    first = item(sheet, scene, "1.1")
    context.set_offline(True)
    choose(first, "3")
    expect(state(first)).to_contain_text("网络不通", timeout=SOON)
    choose(first, "5")  # somebody thinks again meanwhile
    context.set_offline(False)
    expect(state(first)).to_contain_text(SAVED, timeout=SOON)
    assert values() == [("1.1", "5", "")]
    assert RunEvent.objects.filter(kind="score").count() == 1


def test_arrow_keys_pass_over_values_and_only_the_last_is_an_event(sheet, scene) -> None:
    first = item(sheet, scene, "1.1")
    first.locator("[name=value][value='5']").focus()
    for key in ("Space", "ArrowLeft", "ArrowRight", "ArrowRight"):  # 5, 3, 5, not applicable
        sheet.keyboard.press(key)
    expect(state(first)).to_contain_text(SAVED, timeout=SOON)
    assert [event.payload["value"] for event in RunEvent.objects.filter(kind="score")] == ["na"]


def test_leaving_with_something_unsaved_is_asked_about(sheet, scene, context) -> None:
    asked = []
    sheet.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    choose(item(sheet, scene, "1.1"), "1")
    sheet.get_by_role("link", name="评估", exact=True).click()
    sheet.wait_for_url("**/evaluation/")
    assert asked == ["beforeunload"]


def test_a_sheet_handed_in_elsewhere_says_why_nothing_is_saved(sheet, scene) -> None:
    scene.drill.sheets.update(state="submitted", submitted_at=timezone.now())
    first = item(sheet, scene, "1.1")
    choose(first, "5")
    expect(state(first)).to_contain_text("已经提交", timeout=SOON)
    assert values() == []
