"""The simple drill record on a phone: nine fields in under two minutes, kept without a network, sent later, once."""

import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageOps
from playwright.sync_api import BrowserContext, Page, Route, expect

from drills.models import Drill, DrillFile
from drills.services.simple import headcount
from tests.drills.factories import make_plan, make_version
from ui import offline

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
STATIC = Path(offline.__file__).parent / "static" / "ui" / "offline"
NEW = "/drills/simple/new/"
RECORD = re.compile(r"/drills/simple/\d+/$")
WAITING, SENT = "未上传 1 条", "已全部上传"


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path
    settings.MIDDLEWARE = ["tests.drills.serial.OneAtATime", *settings.MIDDLEWARE]


@pytest.fixture
def sign_in(live_server: Any, context: BrowserContext, client_of: Callable[[Any], Client]) -> Callable[[Any], None]:
    """On this phone."""

    def enter(user: Any) -> None:
        context.clear_cookies()
        key = client_of(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])

    return enter


@pytest.fixture
def phone(page: Page, live_server: Any, sign_in: Callable[[Any], None], organisation_a: Any, manager_a: Any) -> Page:
    """A safety officer's, with the page open; a plan of his organisation tells the hazard."""
    make_version(make_plan(organisation_a, title="地震疏散预案", hazard="earthquake", kind="unit_evacuation"))
    sign_in(manager_a)
    page.on("dialog", lambda dialog: dialog.accept())
    go(page, live_server.url)
    return page


def go(page: Page, base: str) -> None:
    page.goto(base + NEW)
    page.wait_for_selector("form[data-awake]")


def picture(size: tuple[int, int] = (2400, 1200), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, "JPEG", **options)
    return out.getvalue()


def photo(name: str = "操场.jpg", content: bytes | None = None) -> dict[str, Any]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture() if content is None else content}


def fill(page: Page, people: str = "486") -> None:
    """What cannot be known before: where, how many, and how they were counted."""
    page.get_by_label("地点").fill("操场")
    page.get_by_label("人数", exact=True).fill(people)
    page.get_by_label("点数", exact=True).check()


def submit(page: Page) -> None:
    page.get_by_role("button", name="提交").click()


@contextmanager
def no_network(page: Page) -> Iterator[None]:
    page.context.set_offline(True)
    try:
        yield
    finally:
        page.context.set_offline(False)


OLD_BROWSER = """() => {
  CSS.supports = () => false;
  window.Image = function () {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [80, 40];
    const pen = canvas.getContext("2d");
    pen.fillStyle = "white"; pen.fillRect(0, 0, 80, 40);
    pen.fillStyle = "red"; pen.fillRect(0, 0, 30, 10);
    Object.defineProperties(canvas, { naturalWidth: { value: 80 }, naturalHeight: { value: 40 } });
    Object.defineProperty(canvas, "src", { set() { setTimeout(() => canvas.onload()); } });
    return canvas;
  };
}"""
FIT = """async (bytes) => {
  const blob = await Photos.fit(new File([new Uint8Array(bytes)], "photo.jpg"));
  return [...new Uint8Array(await blob.arrayBuffer())];
}"""
FIRST_PHOTO = """async () => {
  const [draft] = await (await Outbox.open("simple-draft")).all();
  return [...new Uint8Array(await draft.value.shots[0].blob.arrayBuffer())];
}"""


def kept(page: Page, box: str = "simple") -> int:
    return page.evaluate("async (box) => (await Outbox.open(box)).count()", box)


# ── Nine fields, two minutes ─────────────────────────────────────────────────
def test_there_are_at_most_nine_fields_and_three_have_to_be_touched(phone: Page) -> None:
    assert phone.locator("form[data-simple] .nine > li").count() == 9
    named = "form[data-simple] .nine :is(input, select, textarea)"
    inputs = phone.evaluate(
        "(inputs) => [...new Set([...document.querySelectorAll(inputs)].filter((each) => each.offsetParent)"
        ".map((each) => each.closest('li')))].length",
        named,
    )
    assert inputs == 9  # each of the nine asks for something, and nothing stands outside of them
    outside = "form[data-simple] > :is(input, select, textarea):not([type=hidden])"
    assert phone.locator(outside).count() == 0
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    submit(phone)
    assert phone.locator("[data-error].d-block").count() == 3
    assert phone.evaluate("document.activeElement.name") == "place"


def test_it_takes_less_than_two_minutes(phone: Page, organisation_a: Any) -> None:
    """With thumbs: two letters a second, a second to find each field, five for each photo."""
    begun, letters, fields = time.monotonic(), 0, 0
    texts = {
        "地点": "教学楼至操场",
        "人数": "486",
        "好的做法": "三分钟撤离到操场，楼梯口有教师引导",
        "存在问题": "操场东侧听不清铃声",
        "后续措施": "五月底前加装电铃",
    }
    for label, text in texts.items():
        phone.get_by_label(label, exact=True).press_sequentially(text)
        letters, fields = letters + len(text), fields + 1
    phone.get_by_label("点数", exact=True).check()
    phone.locator("[name=photos]").set_input_files([photo("1.jpg"), photo("2.jpg")])
    expect(phone.locator("[data-shots] li")).to_have_count(2)
    submit(phone)
    phone.wait_for_url(RECORD)
    drill = Drill.objects.get()
    assert (drill.hazard, drill.level, drill.place) == ("earthquake", "enterprise", "教学楼至操场")
    assert (headcount(drill).count, drill.files.count(), drill.organisation) == (486, 2, organisation_a)
    assert letters / 2 + (fields + 2) + 2 * 5 + (time.monotonic() - begun) < 120


# ── Photos ───────────────────────────────────────────────────────────────────
def test_a_photo_leaves_the_phone_small_upright_and_without_its_place(phone: Page) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825)[1] = "N"
    fill(phone)
    phone.locator("[name=photos]").set_input_files([photo(content=picture((4000, 3000), exif=exif))])
    expect(phone.locator("[data-shots] li")).to_have_count(1)
    content = bytes(phone.evaluate(FIRST_PHOTO))
    assert b"Camera" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (1200, 1600), {})
    submit(phone)
    phone.wait_for_url(RECORD)
    file = DrillFile.objects.select_related("file").get().file
    with Image.open(file.absolute) as image:
        assert image.size == (1200, 1600)


def test_where_the_browser_does_not_turn_a_photo_we_do(page: Page) -> None:
    """Before Chrome 81. Its Image is played by a canvas that holds the pixels as the camera wrote them."""
    page.route("http://localhost/**", lambda route: route.fulfill(content_type="text/html", body="<title>old</title>"))
    page.goto("http://localhost/")
    page.evaluate(OLD_BROWSER)
    page.add_script_tag(path=STATIC / "photos.js")
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        raw, out = Image.new("RGB", (80, 40), "white"), io.BytesIO()
        raw.paste((255, 0, 0), (0, 0, 30, 10))
        raw.save(out, "JPEG", exif=exif)
        upright = ImageOps.exif_transpose(Image.open(io.BytesIO(out.getvalue())))
        with Image.open(io.BytesIO(bytes(page.evaluate(FIT, list(out.getvalue()))))) as fitted:
            assert (orientation, fitted.size) == (orientation, upright.size)
            assert (orientation, red_corner(fitted)) == (orientation, red_corner(upright))


def red_corner(image: Any) -> list[bool]:
    """Which points near the corners, to the left and right and above and below of each, are red."""
    width, height = image.size
    points = [(x, y) for x in (4, 25, width - 25, width - 4) for y in (4, 25, height - 25, height - 4)]
    return [image.getpixel(point)[1] < 128 for point in points]


def test_what_is_no_photo_is_named_beside_the_field_and_the_rest_stays(phone: Page) -> None:
    fill(phone)
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200
    phone.locator("[name=photos]").set_input_files(
        [photo("好.jpg"), photo("virus.jpg", b"MZ" + b"\0" * 500), photo("IMG_1.heic", heic)]
    )
    error = phone.locator("[data-error=photos]")
    expect(error).to_contain_text("virus.jpg")
    expect(error).to_contain_text("IMG_1.heic 是 HEIC 照片")
    expect(phone.locator("[data-shots] li")).to_have_count(1)
    expect(phone.get_by_label("地点")).to_have_value("操场")
    phone.get_by_role("button", name="移除 好.jpg").click()
    expect(phone.locator("[data-shots] li")).to_have_count(0)


def test_a_sign_in_sheet_may_be_a_pdf(phone: Page) -> None:
    fill(phone)
    pdf = {"name": "签到表.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}
    phone.locator("[name=sign_in]").set_input_files([pdf])
    submit(phone)
    phone.wait_for_url(RECORD)
    row = DrillFile.objects.select_related("file").get()
    assert (row.kind, row.file.content_type) == ("sign_in", "application/pdf")


# ── Without a network ────────────────────────────────────────────────────────
def test_written_in_the_valley_sent_at_home(phone: Page, live_server: Any) -> None:
    expect(phone.locator("[data-keeper-tag]")).to_be_visible()
    with no_network(phone):
        go(phone, live_server.url)  # the kept page
        expect(phone.locator("[data-keeper-tag]")).to_be_visible()
        fill(phone)
        phone.locator("[name=photos]").set_input_files([photo()])
        expect(phone.locator("[data-shots] li")).to_have_count(1)
        submit(phone)
        expect(phone.get_by_role("heading", name=WAITING)).to_be_visible()
        expect(phone.locator("[data-outbox-list]")).to_contain_text("已保存在这部手机上")
        go(phone, live_server.url)  # the page was closed meanwhile
        expect(phone.get_by_role("heading", name=WAITING)).to_be_visible()
        assert not Drill.objects.exists()
    phone.get_by_role("button", name="立即上传").click()
    expect(phone.get_by_role("heading", name=SENT)).to_be_visible()
    drill = Drill.objects.get()
    assert (headcount(drill).count, drill.files.count(), drill.entry) == (486, 1, "simple")
    expect(phone.get_by_role("link", name="查看")).to_have_attribute(
        "href", reverse("drills:simple_detail", args=[drill.pk])
    )
    assert kept(phone) == 0


def test_it_is_sent_by_itself_when_the_network_is_back(phone: Page) -> None:
    with no_network(phone):
        fill(phone)
        submit(phone)
        expect(phone.get_by_role("heading", name=WAITING)).to_be_visible()
    phone.wait_for_url(RECORD)  # who waits for it a few seconds only is led there
    assert Drill.objects.count() == 1


def test_an_answer_that_gets_lost_makes_no_second_record(phone: Page) -> None:
    lost = []

    def lose(route: Route) -> None:
        if len(lost) < 2:
            lost.append(route.fetch())  # it arrived; its answer does not
            route.abort()
        else:
            route.continue_()

    phone.route("**/simple/send/", lose)
    fill(phone)
    phone.locator("[name=photos]").set_input_files([photo()])
    submit(phone)
    for number in (1, 2):
        phone.wait_for_function("() => document.querySelector('[data-outbox-list]').textContent.includes('已保存')")
        assert len(lost) >= number or phone.get_by_role("button", name="立即上传").click() is None
        phone.get_by_role("button", name="立即上传").click()
    phone.wait_for_url(RECORD)
    assert (Drill.objects.count(), Drill.objects.get().files.count(), len(lost)) == (1, 1, 2)


def test_a_double_tap_is_one_record(phone: Page) -> None:
    fill(phone)
    button = phone.locator("[data-simple] [type=submit]")
    button.evaluate("(button) => { button.click(); button.click(); }")
    phone.wait_for_url(RECORD)
    assert Drill.objects.count() == 1


def test_what_was_begun_is_here_again_photos_included(phone: Page, live_server: Any) -> None:
    fill(phone)
    phone.locator("[name=photos]").set_input_files([photo()])
    expect(phone.locator("[data-shots] li")).to_have_count(1)
    go(phone, live_server.url)
    expect(phone.locator("[data-restored]")).to_be_visible()
    expect(phone.get_by_label("地点")).to_have_value("操场")
    expect(phone.locator("[data-shots] li")).to_have_count(1)
    phone.get_by_role("button", name="清空重填").click()
    expect(phone.get_by_label("地点")).to_have_value("")
    go(phone, live_server.url)
    expect(phone.locator("[data-restored]")).to_be_hidden()


# ── Sessions and refusals ────────────────────────────────────────────────────
def end_sessions() -> None:
    """In the database and, where there is one, in the cache."""
    engine = import_module(settings.SESSION_ENGINE)
    for session in Session.objects.all():
        engine.SessionStore(session.session_key).delete()


def test_an_ended_session_is_told_and_nothing_is_lost(
    phone: Page, live_server: Any, sign_in: Callable[[Any], None], manager_a: Any
) -> None:
    """Signed out while the page was open, then in again: its form token is stale by then."""
    end_sessions()
    fill(phone)
    submit(phone)
    expect(phone.locator("[data-outbox-signed-out]")).to_be_visible()
    expect(phone.get_by_role("link", name="重新登录")).to_have_attribute("href", f"/account/login/?next={NEW}")
    expect(phone.get_by_role("heading", name=WAITING)).to_be_visible()
    assert kept(phone) == 1
    sign_in(manager_a)  # in another tab; the csrf cookie is another one, too
    phone.get_by_role("button", name="立即上传").click()
    phone.wait_for_url(RECORD)
    assert Drill.objects.get().created_by == manager_a


def test_a_page_kept_since_another_session_takes_a_fresh_token(
    phone: Page, live_server: Any, sign_in: Callable[[Any], None], manager_a: Any
) -> None:
    expect(phone.locator("[data-keeper-tag]")).to_be_visible()
    with no_network(phone):
        go(phone, live_server.url)
        old = phone.locator("form[data-simple] [name=csrfmiddlewaretoken]").input_value()
        sign_in(manager_a)  # the session it was kept in is over
    every = "(old) => [...document.querySelectorAll('[name=csrfmiddlewaretoken]')].every(({ value }) => value !== old)"
    phone.wait_for_function(every, arg=old)  # the sign-out button has one, too
    fill(phone)
    submit(phone)
    phone.wait_for_url(RECORD)
    assert Drill.objects.get().created_by == manager_a


def test_another_persons_record_waits_for_him(
    phone: Page, live_server: Any, sign_in: Callable[[Any], None], manager_a: Any, manager_b: Any
) -> None:
    with no_network(phone):
        fill(phone)
        submit(phone)
        expect(phone.get_by_role("heading", name=WAITING)).to_be_visible()
        sign_in(manager_b)
    go(phone, live_server.url)
    expect(phone.locator("[data-outbox-others]")).to_contain_text("其他人填写的记录 1 条")
    expect(phone.locator("[data-outbox-list] li")).to_have_count(0)
    assert not Drill.objects.exists()
    sign_in(manager_a)
    go(phone, live_server.url)
    expect(phone.get_by_role("heading", name=SENT)).to_be_visible()
    assert Drill.objects.get().created_by == manager_a


def test_a_refused_record_says_what_to_do_and_is_corrected(phone: Page, organisation_a: Any) -> None:
    """The phone's clock is a day ahead: only the server notices."""
    tomorrow = timezone.localtime() + timedelta(hours=12)
    phone.clock.install(time=timezone.now() + timedelta(days=1))
    fill(phone)
    phone.get_by_label("开始时间").fill(f"{tomorrow:%Y-%m-%dT%H:%M}")
    phone.locator("[name=photos]").set_input_files([photo()])
    expect(phone.locator("[data-shots] li")).to_have_count(1)
    submit(phone)
    expect(phone.locator("[data-outbox-list]")).to_contain_text("未被接收：时间在将来。")
    assert (Drill.objects.count(), kept(phone)) == (0, 1)
    phone.get_by_role("button", name="去修改").click()
    expect(phone.locator("[data-error=starts_at]")).to_contain_text("时间在将来")
    expect(phone.get_by_label("地点")).to_have_value("操场")
    expect(phone.locator("[data-shots] li")).to_have_count(1)
    begun = timezone.localtime() - timedelta(hours=2)
    phone.get_by_label("开始时间").fill(f"{begun:%Y-%m-%dT%H:%M}")
    submit(phone)
    phone.wait_for_url(RECORD)
    assert (Drill.objects.count(), DrillFile.objects.count()) == (1, 1)


def test_a_refused_file_does_not_hold_up_the_record(phone: Page) -> None:
    fill(phone)
    broken = {"name": "签到表.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\ncut off"}
    phone.locator("[name=sign_in]").set_input_files([broken])
    submit(phone)
    expect(phone.locator("[data-outbox-list]")).to_contain_text("PDF 不完整")
    assert Drill.objects.count() == 1
    phone.get_by_role("button", name="不要这个文件").click()
    expect(phone.get_by_role("heading", name=SENT)).to_be_visible()
    assert (kept(phone), DrillFile.objects.count()) == (0, 0)


def test_who_lost_his_role_is_told_and_keeps_his_record(phone: Page, manager_a: Any) -> None:
    manager_a.role_grants.update(ends_at=timezone.now())
    fill(phone)
    submit(phone)
    expect(phone.locator("[data-outbox-not-allowed]")).to_be_visible()
    assert kept(phone) == 1


# ── Without scripts ──────────────────────────────────────────────────────────
def test_without_scripts_the_form_is_sent_as_any_other(
    browser: Any, live_server: Any, client_of: Callable[[Any], Client], manager_a: Any
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", viewport={"width": 360, "height": 740})
    key = client_of(manager_a).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + NEW)
    page.get_by_label("灾种").select_option("gas")
    fill(page)
    page.locator("[name=photos]").set_input_files([photo()])
    submit(page)
    page.wait_for_url(RECORD)
    drill = Drill.objects.get()
    assert (drill.hazard, drill.level, drill.files.count()) == ("gas", "enterprise", 1)
    context.close()
