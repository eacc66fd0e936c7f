"""An activity recorded on a phone: one hand at 360 px, without a network, with a photo, and there exactly once."""

import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from campaign.models import Activity, ActivityPhoto, Venue
from tests.campaign.factories import make_venue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
NEW = "/campaign/activities/new/"
RECORD = re.compile(r"/campaign/activities/\d+/$")
SMALLEST = 48  # px; a thumb
NARROW, TALL = 360, 740
REACH = 0.45 * TALL  # below this line the thumb of the hand that holds the phone gets everywhere


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path
    settings.MIDDLEWARE = ["tests.drills.serial.OneAtATime", *settings.MIDDLEWARE]


@pytest.fixture
def venues(qijin: Any, village_north: Any, township_south: Any) -> dict[str, Venue]:
    """Four of the northern officer's, and one of the south."""
    kinds = {"中心小学": "school", "北岭村": "village", "农贸市场": "market", "卫生院": "hospital"}
    here = {name: make_venue(village_north, kind, name=name) for name, kind in kinds.items()}
    return here | {"河湾小学": make_venue(township_south, "school", name="河湾小学")}


@pytest.fixture
def sign_in(live_server: Any, context: BrowserContext, client_of: Callable[[Any], Client]) -> Callable[[Any], None]:
    """On this phone."""

    def enter(user: Any) -> None:
        context.clear_cookies()
        key = client_of(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])

    return enter


@pytest.fixture
def phone(page: Page, live_server: Any, sign_in: Callable[[Any], None], venues: Any, officer_north: Any) -> Page:
    """A township officer's, with the page open."""
    sign_in(officer_north)
    page.on("dialog", lambda dialog: dialog.accept())
    go(page, live_server.url)
    page.wait_for_load_state("networkidle")  # what the page asks by itself must not meet what the test writes
    return page


def go(page: Page, base: str) -> None:
    page.goto(base + NEW)
    page.wait_for_selector("form[data-awake]")


def picture(size: tuple[int, int] = (2400, 1800), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, "JPEG", **options)
    return out.getvalue()


def photo(name: str = "现场.jpg", content: bytes | None = None) -> dict[str, Any]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture() if content is None else content}


def tap(page: Page, target: Locator) -> None:
    """With the thumb: what is touched is large enough, and can be brought to where the thumb is."""
    target.evaluate("(it, tall) => scrollTo(0, scrollY + it.getBoundingClientRect().top - tall * 0.62)", TALL)
    box = target.bounding_box()
    assert box is not None
    assert box["height"] >= SMALLEST - 0.5, (box, target)
    assert box["width"] >= SMALLEST - 0.5, (box, target)
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= NARROW
    assert box["y"] + box["height"] / 2 >= REACH, (box, target)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def venue(page: Page, name: str) -> None:
    page.locator("#venue-find").fill(name)
    tap(page, page.locator("#venue-list [role=option]").first)


def box_of(page: Page, name: str, value: str) -> Locator:
    return page.locator(f"[name={name}][value={value}]")


def fill(page: Page, persons: str = "86", where: str = "小学") -> None:
    """What cannot be known before: where, in what form, how many, and how they were counted."""
    venue(page, where)
    tap(page, box_of(page, "form", "lecture"))
    page.locator("[name=persons]").fill(persons)
    tap(page, box_of(page, "basis", "counted"))


def submit(page: Page) -> None:
    tap(page, page.locator("[data-record] [type=submit]"))


@contextmanager
def no_network(page: Page) -> Iterator[None]:
    page.context.set_offline(True)
    try:
        yield
    finally:
        page.context.set_offline(False)


def waiting(page: Page) -> Locator:
    return page.locator("[data-outbox-list] li")


def kept(page: Page, box: str = "campaign") -> int:
    return page.evaluate("async (box) => (await Outbox.open(box)).count()", box)


# ── The issue ────────────────────────────────────────────────────────────────
def test_recorded_in_the_square_without_a_network_it_is_there_exactly_once(
    phone: Page, live_server: Any, officer_north: Any, venues: dict[str, Venue]
) -> None:
    """Offline, one hand, a photo; the network comes back, the answer to the first sending gets lost, and so does that
    to its photo: both are sent again."""
    expect(phone.locator("[data-keeper-tag]")).to_be_visible()
    lost = lose_each_answer_once(phone)
    with no_network(phone):
        go(phone, live_server.url)  # the kept page
        fill(phone)
        tap(phone, box_of(phone, "hazards", "household_fire"))
        tap(phone, phone.locator("[data-stepper] [data-more]").first)
        phone.locator("[name=photos]").set_input_files([photo()])
        expect(phone.locator("[data-shots] li")).to_have_count(1)
        submit(phone)
        expect(waiting(phone)).to_have_count(1)
        expect(phone.locator("[data-row-state]")).to_contain_text("已保存在这部手机上")
        go(phone, live_server.url)  # the page was closed meanwhile
        expect(waiting(phone)).to_have_count(1)
        assert not Activity.objects.exists()
    send_until_all_is_there(phone)
    assert (kept(phone), sorted(lost)) == (0, ["photo", "send"])
    activity = Activity.objects.select_related("current").get()
    told = activity.current
    assert (told.venue, told.form, told.persons, told.basis) == (venues["中心小学"], "lecture", 86, "counted")
    assert (told.hazards, activity.created_by) == (["household_fire"], officer_north)
    assert [(one.kind, one.count) for one in told.materials.all()] == [("leaflet", 50)]
    with Image.open(ActivityPhoto.objects.select_related("file").get().file.absolute) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (1600, 1200), {})


def lose_each_answer_once(page: Page) -> list[str]:
    """Of the record and of its photo: what was sent arrives, its answer does not."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        kind = route.request.url.rstrip("/").rsplit("/", 1)[-1]
        if kind in lost:
            route.continue_()
        else:
            lost.append(kind)
            route.fetch()
            route.abort()

    page.route("**/activities/send/", lose)
    page.route("**/photo/", lose)
    return lost


def send_until_all_is_there(page: Page) -> None:
    for _sending in range(4):
        if kept(page):
            page.locator("[data-outbox-retry]").click()
            page.wait_for_timeout(1200)
    expect(page.locator("[data-outbox-list] [data-row-open]")).to_be_visible()


def test_it_takes_less_than_ninety_seconds(phone: Page) -> None:
    """With thumbs: two letters a second, a second and a half for each target, five for each photo."""
    begun, taps, letters = time.monotonic(), 0, 0
    fill(phone, persons="120")
    taps, letters = taps + 4, letters + len("小学") + 3
    phone.locator("[name=words]").press_sequentially("讲火场逃生和灭火器使用")
    taps, letters = taps + 1, letters + 11
    tap(phone, phone.locator("[data-stepper] [data-more]").first)
    tap(phone, phone.locator("[data-stepper] [data-more]").first)
    tap(phone, box_of(phone, "hazards", "household_fire"))
    phone.locator("[name=photos]").set_input_files([photo("1.jpg"), photo("2.jpg")])
    expect(phone.locator("[data-shots] li")).to_have_count(2)
    submit(phone)
    phone.wait_for_url(RECORD)
    assert Activity.objects.get().current.persons == 120
    assert letters / 2 + (taps + 4) * 1.5 + 2 * 5 + (time.monotonic() - begun) < 90


# ── What is in sight ─────────────────────────────────────────────────────────
def test_nine_fields_are_in_sight_and_nothing_is_wider_than_the_screen(phone: Page) -> None:
    assert phone.locator("[data-record] .nine > li").count() == 9
    assert phone.evaluate("document.documentElement.scrollWidth") <= NARROW
    folded = phone.locator("[data-record] details")
    assert folded.evaluate_all("(all) => all.every((one) => !one.open)")
    submit(phone)
    assert phone.locator("[data-error].d-block").count() == 4  # venue, form, people, how counted
    assert phone.evaluate("document.activeElement.id") == "venue-find"


def test_every_target_is_large_enough_for_a_thumb(phone: Page) -> None:
    phone.locator("[data-record] details").evaluate_all("(all) => all.forEach((one) => { one.open = true; })")
    small = phone.evaluate(
        "(least) => [...document.querySelectorAll('[data-record] :is(input, select, textarea, button, summary, "
        "[role=option])')].filter((each) => each.offsetParent && each.type !== 'hidden').map((each) => ["
        "each.name || each.className, each.closest('.record-place') ? least : each.offsetHeight])"
        ".filter(([, tall]) => tall < least)",
        SMALLEST,
    )
    assert small == []


def test_numbers_bring_the_keyboard_of_numbers(phone: Page) -> None:
    modes = phone.locator("[data-record] input[type=number]").evaluate_all("(all) => all.map((one) => one.inputMode)")
    assert set(modes) == {"numeric"}


# ── Venues ───────────────────────────────────────────────────────────────────
def test_only_his_own_venues_are_offered_and_found_by_a_part_of_the_name(phone: Page) -> None:
    options = phone.locator("#venue-list [role=option]")
    expect(options).to_have_count(4)
    phone.locator("#venue-find").fill("小学")
    expect(options).to_have_count(1)
    expect(options).to_contain_text("中心小学")
    phone.locator("#venue-find").fill("北岭")
    expect(options).to_have_count(4)  # the village they lie in
    phone.locator("#venue-find").press("ArrowDown")
    phone.locator("#venue-find").press("Enter")
    expect(phone.locator("[data-venue-chosen]")).to_be_visible()


def test_a_place_that_nobody_has_entered_is_named_and_entered_with_the_record(
    phone: Page, village_north: Any, officer_north: Any
) -> None:
    phone.locator("#venue-find").fill("村口大槐树广场")
    tap(phone, phone.locator("[data-venue-new]"))
    phone.locator("[name=new_kind]").select_option("public_place")
    phone.locator("[name=new_division]").select_option(str(village_north.pk))
    tap(phone, box_of(phone, "form", "show"))
    phone.locator("[name=persons]").fill("200")
    tap(phone, box_of(phone, "basis", "estimated"))
    submit(phone)
    phone.wait_for_url(RECORD)
    new = Venue.objects.get(name="村口大槐树广场")
    assert (new.kind, new.division, new.created_by) == ("public_place", village_north, officer_north)
    assert Activity.objects.get().current.venue == new


def test_the_venue_used_last_stands_first_and_the_form_is_as_it_was(phone: Page, live_server: Any) -> None:
    fill(phone, where="卫生院")
    submit(phone)
    phone.wait_for_url(RECORD)
    go(phone, live_server.url)
    expect(phone.locator("#venue-list [role=option]").first).to_contain_text("卫生院")
    expect(box_of(phone, "form", "lecture")).to_be_checked()
    expect(phone.locator("[name=persons]")).to_have_value("")  # never how many


# ── Photos and drafts ────────────────────────────────────────────────────────
def test_a_photo_bears_time_venue_and_platform_and_not_where_it_was_taken(phone: Page) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    fill(phone)
    white = io.BytesIO()
    Image.new("RGB", (1200, 1600), "white").save(white, "JPEG", exif=exif)
    phone.locator("[name=photos]").set_input_files([photo(content=white.getvalue())])
    expect(phone.locator("[data-shots] li")).to_have_count(1)
    drawn: list[str] = []

    def heard(words: str) -> None:
        drawn.append(words)

    phone.expose_function("heard", heard)
    phone.evaluate(
        "() => { const fill = CanvasRenderingContext2D.prototype.fillText;"
        " CanvasRenderingContext2D.prototype.fillText = function (text, ...more) {"
        " heard(text); return fill.call(this, text, ...more); }; }"
    )
    day = timezone.localtime() - timedelta(hours=1)
    submit(phone)
    phone.wait_for_url(RECORD)
    file = ActivityPhoto.objects.select_related("file").get().file
    with Image.open(file.absolute) as image:
        assert dict(image.getexif()) == {}
        grey = image.convert("L")
        assert grey.getpixel((image.width - 5, image.height - 5)) < 128 < grey.getpixel((image.width - 5, 5))
    assert f"{day:%Y-%m-%d}" in drawn[0]
    assert "中心小学" in drawn[0]
    assert "北岭村" not in drawn[0]


def test_what_was_begun_is_here_again(phone: Page, live_server: Any) -> None:
    fill(phone)
    phone.locator("[name=photos]").set_input_files([photo()])
    expect(phone.locator("[data-shots] li")).to_have_count(1)
    go(phone, live_server.url)
    expect(phone.locator("[data-restored]")).to_be_visible()
    expect(phone.locator("[data-venue-name]")).to_have_text("中心小学")
    expect(phone.locator("[name=persons]")).to_have_value("86")
    expect(phone.locator("[data-shots] li")).to_have_count(1)
    phone.locator("[data-start-anew]").click()
    expect(phone.locator("#venue-find")).to_be_visible()
    expect(phone.locator("[name=persons]")).to_have_value("")


def test_at_most_nine_photos(phone: Page) -> None:
    small = picture((40, 30))
    phone.locator("[name=photos]").set_input_files([photo(f"{n}.jpg", small) for n in range(10)])
    expect(phone.locator("[data-shots] li")).to_have_count(9)
    expect(phone.locator("[data-error=photos]")).to_contain_text("9")


# ── Refusals ─────────────────────────────────────────────────────────────────
def test_what_is_not_taken_says_why_and_is_corrected(phone: Page, venues: dict[str, Venue]) -> None:
    """The venue was closed while the page was open."""
    fill(phone)
    Venue.objects.filter(pk=venues["中心小学"].pk).update(closed_on=timezone.localdate() - timedelta(days=1))
    submit(phone)
    expect(phone.locator("[data-row-state]")).to_contain_text("未被接收")
    assert (Activity.objects.count(), kept(phone)) == (0, 1)
    phone.locator("[data-row-edit]").click()
    expect(phone.locator("[data-error=venue]")).to_be_visible()
    expect(phone.locator("[name=persons]")).to_have_value("86")
    phone.locator("[data-venue-change]").click()
    venue(phone, "农贸市场")
    submit(phone)
    phone.wait_for_url(RECORD)
    assert Activity.objects.get().current.venue == venues["农贸市场"]


def test_another_persons_record_waits_for_him(
    training_officer: Any, phone: Page, live_server: Any, sign_in: Callable[[Any], None], officer_north: Any
) -> None:
    with no_network(phone):
        fill(phone)
        submit(phone)
        expect(waiting(phone)).to_have_count(1)
        sign_in(training_officer)
    go(phone, live_server.url)
    expect(phone.locator("[data-outbox-others]")).to_be_visible()
    assert not Activity.objects.exists()
    sign_in(officer_north)
    go(phone, live_server.url)
    expect(phone.locator("[data-row-open]")).to_be_visible()
    assert Activity.objects.get().created_by == officer_north


# ── Without scripts ──────────────────────────────────────────────────────────
def test_without_scripts_the_form_is_sent_as_any_other(
    browser: Any, live_server: Any, client_of: Callable[[Any], Client], officer_north: Any, venues: dict[str, Venue]
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", viewport={"width": 360, "height": 740})
    key = client_of(officer_north).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + NEW)
    page.locator("[name=venue]").select_option(str(venues["北岭村"].pk))
    page.locator("[name=form][value=visit]").check(force=True)
    page.locator("[name=persons]").fill("40")
    page.locator("[name=households]").fill("18")
    page.locator("[name=basis][value=counted]").check(force=True)
    page.locator("[name=photos]").set_input_files([photo()])
    page.locator("[data-record] [type=submit]").click()
    page.wait_for_load_state()
    activity = Activity.objects.select_related("current").get()
    assert (activity.current.households, activity.photos.count()) == (18, 1)
    context.close()
