"""批量上传 in a real browser: the network is cut in the middle, the page is loaded anew, the keyboard suffices."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from media import rules
from media.models import Image, Upload
from tests.media.sending import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
DESK = "/desk/media/"
SMALL = 20_000  # bytes a part: a picture has several


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wagtail.models import Collection

    settings.MEDIA_ROOT, settings.ARRIVING_ROOT = tmp_path / "public", tmp_path / "arriving"
    settings.MIDDLEWARE = ["tests.drills.serial.OneAtATime", *settings.MIDDLEWARE]
    monkeypatch.setattr(rules, "PART", SMALL)
    Collection.add_root(name="Root")


@pytest.fixture
def desk(
    page: Page, live_server: Any, context: BrowserContext, client_of: Callable[[Any], Client], editor: Any
) -> Page:
    key = client_of(editor).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(live_server.url + DESK)
    return page


def files(*names: str, content: bytes | None = None) -> list[Any]:
    return [{"name": name, "mimeType": "image/jpeg", "buffer": content or picture()} for name in names]


def choose(page: Page, chosen: list[Any]) -> None:
    page.locator("[data-files]").set_input_files(chosen)


def rows(page: Page) -> Locator:
    return page.locator("[data-upload-list] > li")


def describe(page: Page) -> None:
    page.locator("[name=alt]").fill("河水漫过小桥")
    page.locator("[name=licence]").select_option("photographed")
    page.locator("[name=people_seen][value=nobody]").check()


def arrived(page: Page, count: int) -> None:
    expect(page.locator("[data-upload-list] input[name^=title-]")).to_have_count(count, timeout=30_000)


def test_many_are_chosen_described_once_and_saved(desk: Page) -> None:
    choose(desk, files("山洪_1.jpg", "山洪_2.jpg", "山洪_3.jpg"))
    describe(desk)
    arrived(desk, 3)
    desk.locator("[name^=alt-]").nth(1).fill("村干部敲锣")
    desk.locator("[data-save]").click()
    expect(desk.locator(".uploads-kept li")).to_have_count(3)
    assert sorted(Image.objects.values_list("title", "description")) == [
        ("山洪 1", "河水漫过小桥"),
        ("山洪 2", "村干部敲锣"),
        ("山洪 3", "河水漫过小桥"),
    ]


def test_a_cut_of_the_network_in_the_middle_costs_no_part_twice(desk: Page) -> None:
    """The second part is cut, then the whole network is away; it goes on by itself."""
    sent: list[str] = []

    def cut(route: Route) -> None:
        offset = route.request.url.rpartition("=")[2]
        sent.append(offset)
        if sent == ["0", str(SMALL)]:
            desk.context.set_offline(True)
            route.abort()
        else:
            route.continue_()

    desk.route("**/media/uploads/*/?offset=*", cut)
    choose(desk, files("山洪.jpg"))
    expect(desk.locator("[data-row-state]")).to_contain_text("网络断了", timeout=15_000)
    assert Upload.objects.get().received == SMALL
    desk.wait_for_timeout(1500)
    desk.context.set_offline(False)
    arrived(desk, 1)
    again = [offset for offset in sent if offset == "0"]
    assert (len(again), Upload.objects.get().state) == (1, "arrived")


def test_an_answer_that_gets_lost_does_no_harm(desk: Page) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        if len(lost) < 2:
            lost.append(route.request.url)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    desk.route("**/media/uploads/*/?offset=*", lose)
    desk.route("**/finish/", lose)
    choose(desk, files("山洪.jpg"))
    arrived(desk, 1)
    assert len(lost) == 2


def test_after_a_reload_the_same_file_goes_on(desk: Page, live_server: Any, tmp_path: Path) -> None:
    path = tmp_path / "山洪.jpg"
    path.write_bytes(picture())
    offsets: list[int] = []
    desk.route("**/media/uploads/*/?offset=*", lambda route: seen(route, offsets, stop_after=1))
    choose(desk, [str(path)])
    expect(desk.locator("[data-row-state]")).to_contain_text("网络断了", timeout=15_000)
    there = Upload.objects.get().received
    desk.unroute_all()
    desk.goto(live_server.url + DESK)
    expect(rows(desk)).to_have_count(1)
    offsets.clear()
    desk.route("**/media/uploads/*/?offset=*", lambda route: seen(route, offsets))
    choose(desk, [str(path)])
    arrived(desk, 1)
    expect(rows(desk)).to_have_count(1)
    assert (offsets[0], Upload.objects.count()) == (there, 1)
    assert desk.evaluate("localStorage.getItem('media-uploads')") == "{}"


def seen(route: Route, offsets: list[int], stop_after: int = 99) -> None:
    offsets.append(int(route.request.url.rpartition("=")[2]))
    if len(offsets) > stop_after:
        route.abort()
    else:
        route.continue_()


def test_a_hostile_file_is_refused_in_its_row_and_the_others_go_on(desk: Page) -> None:
    choose(desk, [*files("virus.jpg", content=b"MZ" + bytes(99)), *files("山洪.jpg")])
    arrived(desk, 1)
    refused = desk.locator(".upload.is-refused")
    expect(refused.locator("[data-row-reason]")).to_contain_text("程序")
    refused.locator("[data-row-drop]").click()
    expect(rows(desk)).to_have_count(1)


def test_what_lacks_words_is_named(desk: Page) -> None:
    choose(desk, files("山洪.jpg"))
    arrived(desk, 1)
    describe(desk)
    desk.locator("[name=alt]").fill("")
    desk.locator("[data-save]").click()
    expect(desk.locator(".notice-danger")).to_contain_text("山洪.jpg")
    desk.locator(".notice-danger a").click()
    expect(desk.locator("[name^=alt-]")).to_be_focused()
    assert not Image.objects.exists()


def test_the_keyboard_suffices_and_nothing_is_wider_than_a_phone(desk: Page) -> None:
    desk.locator("[data-files]").focus()
    assert desk.evaluate("document.activeElement.type") == "file"
    choose(desk, files("一个名字很长很长很长很长很长很长很长很长很长很长的山洪照片.jpg"))
    arrived(desk, 1)
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.name").startswith("title-")
    assert desk.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_a_script_the_plain_form_sends_them(
    browser: Any, live_server: Any, client_of: Callable[[Any], Client], editor: Any
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    key = client_of(editor).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + DESK)
    choose(page, files("山洪_1.jpg", "山洪_2.jpg"))
    describe(page)
    page.locator("[data-save]").click()
    expect(page.locator(".uploads-kept li")).to_have_count(2)
    context.close()
    assert Image.objects.count() == 2
