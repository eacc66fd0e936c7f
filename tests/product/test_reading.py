"""A villager with a phone: finds what to do, hears it, has it large, and a slow network is enough."""

import io
import re
from unicodedata import normalize

import pytest
from playwright.sync_api import Page, Response, expect
from pypdf import PdfReader

from tests.product.installation import Product
from tests.product.voices import voices

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.timeout(900)]

A_PAGE_MAY_WEIGH = 100 * 1024  # bytes on the wire, an article without its pictures
SOMETHING_TO_READ_WITHIN = 2500  # milliseconds
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400 * 1000 / 8, "uploadThroughput": 400 * 1000 / 8}


def test_two_taps_from_the_first_screen_to_what_to_do(page: Page, product: Product) -> None:
    page.goto(product.url)
    page.get_by_text("山洪来了").click()
    expect(page.get_by_role("heading", name="现在怎么办")).to_be_in_viewport()
    expect(page.locator("a.call").first).to_have_attribute("href", "tel:119")


def test_within_three_taps_what_to_do_in_a_flood_is_found_and_kept_and_reads_without_a_network(
    page: Page, product: Product
) -> None:
    page.goto(product.url)
    page.get_by_role("main").get_by_role("link", name="洪水内涝").first.click()
    expect(page.get_by_role("heading", name="现在怎么办")).to_be_in_viewport()
    page.get_by_role("button", name="保存到手机，没网也能看").click()
    expect(page.get_by_role("button", name="已存到本机")).to_be_visible(timeout=30_000)
    words = page.get_by_role("main").inner_text()
    page.context.set_offline(True)
    page.reload()
    assert page.get_by_role("main").inner_text() == words
    page.goto(f"{product.url}/kept/")
    page.get_by_role("main").get_by_role("link", name="洪水内涝").click()
    expect(page.get_by_role("heading", name="现在怎么办")).to_be_visible()
    page.context.set_offline(False)


def test_large_print_is_kept_from_page_to_page_and_can_be_left(page: Page, product: Product) -> None:
    page.goto(product.url)
    page.get_by_role("link", name="大字").click()
    page.goto(f"{product.url}/hazards/gas/")
    expect(page.locator("html[data-elder]")).to_have_count(1)
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 24
    page.get_by_role("link", name="退出").click()
    page.goto(f"{product.url}/library/")
    expect(page.locator("html[data-elder]")).to_have_count(0)


def listened_to(page: Page) -> list[tuple[str, str]]:
    """Language and text of each sentence that was read, once the reading is over."""
    button = page.locator(".listen [data-listen]")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false", timeout=20_000)
    return [tuple(one) for one in page.evaluate("window.spoken")]


def test_a_browser_with_a_chinese_voice_reads_the_whole_page_aloud(page: Page, product: Product) -> None:
    page.add_init_script(voices("en-US", "zh-HK", "zh-CN"))
    page.goto(f"{product.url}/hazards/gas/")
    spoken = listened_to(page)
    assert {language for language, _text in spoken} == {"zh-CN"}
    text = "".join(text for _language, text in spoken)
    for part in page.locator(".situation h3, .situation li, .warn, .prose p").all_inner_texts():
        assert re.sub(r"\s", "", part) in re.sub(r"\s", "", text)
    assert "转发" not in text


def test_on_the_english_site_a_chinese_text_is_read_by_a_chinese_voice(page: Page, product: Product) -> None:
    page.add_init_script(voices("en-US", "zh-CN"))
    page.goto(f"{product.url}/en/hazards/gas/")
    by_text = {text: language for language, text in listened_to(page)}
    assert by_text["What to do now"] == "en-US"
    assert by_text["不碰任何电开关"] == "zh-CN"


def test_an_english_voice_alone_does_not_offer_to_read_a_chinese_text(page: Page, product: Product) -> None:
    page.add_init_script(voices("en-US"))
    page.goto(f"{product.url}/en/hazards/gas/")
    expect(page.locator(".listen [data-listen]")).to_be_hidden()


def test_without_a_voice_and_without_a_recording_the_button_stays_hidden(page: Page, product: Product) -> None:
    page.add_init_script(voices())
    page.goto(f"{product.url}/hazards/gas/")
    expect(page.locator(".listen [data-listen]")).to_be_hidden()


def test_a_recording_is_played_from_its_file(page: Page, product: Product) -> None:
    product.manage("shell", "--no-imports", "-c", RECORDING)
    page.add_init_script(voices())
    page.goto(f"{product.url}/hazards/flood/")
    button = page.locator(".listen [data-listen]")
    expect(button).to_be_visible()
    with page.expect_response(re.compile(r"/uploads/.*\.mp3|/uploads/.*\.wav")) as response:
        button.click()
    assert response.value.status in (200, 206)


RECORDING = """
import io, wave
from django.core.files.base import ContentFile
from media.models import MediaFile
from portal.models import HazardTopicPage
sound = io.BytesIO()
with wave.open(sound, "wb") as out:
    out.setnchannels(1); out.setsampwidth(1); out.setframerate(8000); out.writeframes(bytes([128]) * 8000)
audio = MediaFile.objects.create(title="洪水", type="audio", duration=1, file=ContentFile(sound.getvalue(), "洪水.wav"))
page = HazardTopicPage.objects.get(slug="flood", locale__language_code="zh-hans")
page.audio = audio
page.save_revision().publish()
"""


def test_an_article_weighs_at_most_100_kilobytes_without_its_pictures(page: Page, product: Product) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  Playwright takes no built-in
    page.goto(f"{product.url}/library/coal-stove-co/", wait_until="networkidle")
    sizes = {one.url: one.request.sizes() for one in answers if one.request.resource_type != "image"}
    weights = {url: size["responseBodySize"] + size["responseHeadersSize"] for url, size in sizes.items()}
    assert len(weights) >= 4  # the page, its styles, two scripts
    assert sum(weights.values()) <= A_PAGE_MAY_WEIGH, weights


@pytest.mark.looks
@pytest.mark.parametrize("path", ["/", "/hazards/flood/", "/library/coal-stove-co/", "/library/gas-safety/"])
def test_on_a_bad_network_there_is_something_to_read_within_two_and_a_half_seconds(
    page: Page, product: Product, path: str
) -> None:
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    page.goto(product.url + path)
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert painted <= SOMETHING_TO_READ_WITHIN


@pytest.mark.parametrize(
    ("path", "wanted", "pages"),
    [
        ("/hazards/flood/", ["洪水内涝", "现在怎么办", "接到转移通知", "喊上邻居", "怎样看出危险", "119"], 4),
        ("/library/coal-stove-co/", ["冬天烧煤取暖", "烟囱从头到尾看一遍", "要做", "审核"], 3),
    ],
)
def test_on_paper_there_is_the_text_with_a_code_to_scan_and_no_furniture(
    page: Page, product: Product, path: str, wanted: list[str], pages: int
) -> None:
    page.add_init_script(voices("zh-CN"))
    page.goto(product.url + path)
    paper = PdfReader(io.BytesIO(page.pdf(format="A4", print_background=False)))
    # The font tells some characters by their radicals' code points, which look the same.
    text = normalize("NFKC", re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in paper.pages)))
    assert [words for words in wanted if words not in text] == []
    assert [words for words in ("转发", "打印", "菜单", "大字版", "接着看", "登录") if words in text] == []
    assert len(paper.pages) <= pages
    page.emulate_media(media="print")
    expect(page.locator(".qr-block .qr")).to_be_visible()


def test_a_quiz_works_by_tapping_and_explains_every_answer(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/library/gas-safety/")
    for question in page.locator("fieldset.question").all():
        question.locator("label.option").first.click()
    page.get_by_role("button", name="看答案").click()
    expect(page.locator(".score b")).to_have_text(re.compile(r"^\d$"))
    assert page.locator(".explain").count() == 5


def test_nothing_is_asked_of_other_hosts_and_no_cookie_is_set(page: Page, product: Product) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/hazards/gas/", "/library/coal-stove-co/", "/library/gas-safety/", "/search/?q=燃气"):
        page.goto(product.url + path, wait_until="networkidle")
    assert [url for url in asked if not url.startswith((product.url, "data:"))] == []
    assert page.context.cookies() == []
