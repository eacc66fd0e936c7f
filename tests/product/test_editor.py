"""An editor of the bureau writes an article with picture, steps and quiz, by nothing but the printed guide; three others
read it on their phones, and with the last tap it is published."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, expect

from tests.product.demo import demo_accounts, keep_session, sign_in, unused_code
from tests.product.installation import Product

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.timeout(900)]

LOUDSPEAKER_LONGEST = 300  # characters
A_GLANCE = 400  # milliseconds
AT_MOST = 25  # actions from the first to the last
TITLE = "冬天用煤炉的两件事"
SUMMARY = "睡前看一眼风门，一屋人平安。"
STEPS = ["把烟筒接到屋外", "睡前打开一条窗缝"]
ALT = "一只接着烟筒的煤炉"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
REVIEWERS = ("second_editor", "training_officer", "leader")


class Actions:
    """Counts what the guide counts: each click, each field filled, each file chosen. A person looks before he acts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.done: list[str] = []

    def __call__(self, what: str, action: Callable[..., Any], *given: Any) -> None:
        self.done.append(what)
        self.page.wait_for_timeout(A_GLANCE)
        action(*given)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures") / "煤炉.jpg"
    picture = Image.new("RGB", (1600, 1000), "#e8f1f8")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((600, 450, 1000, 900), fill="#43505c")
    draw.rectangle((760, 60, 840, 450), fill="#5c6873")
    picture.save(path)
    return path


def desk(browser: Browser) -> Page:
    return browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=DESK).new_page()


def button(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).first


def field(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("textbox", name=name).first


def by_the_guide(page: Page, product: Product, photo: Path, act: Actions) -> None:
    """The guide's actions, one line each."""
    account = demo_accounts(product)["editor"]
    window = page.locator(".modal")
    act("open the address", page.goto, f"{product.url}/people/")
    act("phone number", page.get_by_label("手机号、工号或邮箱").fill, account.phone)
    act("password", page.get_by_label("密码").fill, account.password)
    act("sign in", button(page, "登录").click)
    act("six digits", page.locator("[name=code]").fill, unused_code(product, "editor"))
    act("sign in again", button(page, "登录").click)
    act("write an article", page.get_by_role("main").get_by_role("link", name="写文章").click)
    act("title", page.locator("[name=title]").fill, TITLE)
    act("summary", field(page, "摘要").fill, SUMMARY)
    act("choose an image", button(page, "选择图片").click)
    act("upload", window.get_by_role("tab", name="上传").click)
    act("file", window.get_by_label("文件").set_input_files, photo)
    act("description", field(window, "描述").fill, ALT)
    act("upload it", button(window, "上传").click)
    expect(window).to_be_hidden()
    act("text", write, page, "炉子的烟筒要通到屋外。", "头晕、恶心，马上开门到屋外。")
    act("first step", field(page, "怎么做").fill, STEPS[0])
    act("second step", page.get_by_role("textbox", name="怎么做").nth(1).fill, STEPS[1])
    act("choose a quiz", button(page, "选择小测验").click)
    act("this quiz", window.get_by_role("link", name="防煤气中毒").click)
    expect(window).to_be_hidden()
    act("entry", page.get_by_role("checkbox", name="进家庭").check)
    act("hazard", page.get_by_role("checkbox", name="一氧化碳").check)
    act("send it", button(page, "送审").click)
    act("look at it", page.locator(".messages").get_by_role("link", name="查看草稿").click)


def write(page: Page, *paragraphs: str) -> None:
    """Into the paragraph that stands ready, with the Enter key between two."""
    page.locator(".public-DraftEditor-content").first.click()
    for number, paragraph in enumerate(paragraphs):
        if number:
            page.keyboard.press("Enter")
        page.keyboard.type(paragraph)


def pass_three_reviews(browser: Browser, product: Product) -> None:
    """Each on a phone: the list, the text, one tap."""
    for role in REVIEWERS:
        page = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=PHONE).new_page()
        sign_in(page, product, role)
        page.goto(f"{product.url}/desk/review/")
        page.get_by_role("link", name=TITLE, exact=True).click()
        expect(page.frame_locator("iframe.as-read").get_by_role("heading", level=1)).to_have_text(TITLE)
        button(page, "通过").click()
        expect(page.get_by_role("main")).to_contain_text(f"《{TITLE}》")
        page.context.close()


@pytest.fixture(scope="module")
def published(browser: Browser, product: Product, photo: Path) -> tuple[Page, Actions, list[str]]:
    page, asked = desk(browser), []
    act = Actions(page)
    page.on("request", lambda request: asked.append(request.url))
    by_the_guide(page, product, photo, act)
    page.wait_for_url(re.compile(r"/view_draft/$"))
    keep_session(page, product, "editor")
    pass_three_reviews(browser, product)
    page.goto(f"{product.url}/library/")
    page.locator(".list-title", has_text=TITLE).first.click()
    page.wait_for_url(re.compile(r"/library/a\d+/$"))
    return page, act, asked


def path_of(published: tuple[Page, Actions, list[str]], product: Product) -> str:
    return published[0].url.removeprefix(product.url)


def test_the_guide_names_as_many_actions_as_it_takes(published, browser: Browser, product: Product) -> None:
    page = desk(browser)
    sign_in(page, product, "editor")
    page.get_by_role("main").get_by_role("link", name="编辑手册").click()
    named = page.locator(".guide ol > li")
    expect(named).to_have_count(len(published[1].done))
    expect(page.locator("main .lead")).to_contain_text(f"{len(published[1].done)} 个动作")
    assert len(published[1].done) <= AT_MOST


def test_readers_see_text_picture_steps_and_quiz(published, page: Page, product: Product) -> None:
    page.goto(product.url + path_of(published, product))
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_text("头晕、恶心，马上开门到屋外。")).to_be_visible()
    picture = page.get_by_role("img", name=ALT)
    assert picture.evaluate("(e) => e.complete ? e.naturalWidth : e.decode().then(() => e.naturalWidth)") > 0
    expect(page.locator("ol.steps > li")).to_have_text(STEPS)
    page.get_by_role("link", name="开始答题").click()
    expect(page.locator("fieldset.question").first).to_be_visible()


def test_the_article_is_found_where_readers_look(published, page: Page, product: Product) -> None:
    for path in ("/", "/library/", "/entries/family/", "/search/?q=煤炉的两件事"):
        page.goto(product.url + path)
        expect(page.locator(".list-title", has_text=TITLE).first).to_be_visible()


def test_the_english_site_shows_it_as_not_translated(published, page: Page, product: Product) -> None:
    page.goto(f"{product.url}/en{path_of(published, product)}")
    expect(page.get_by_text("This page is not translated yet")).to_be_visible()
    assert page.locator("article .prose").get_attribute("lang") == "zh-Hans"
    page.goto(f"{product.url}/en/search/?q=煤炉的两件事")
    expect(page.locator(".list-title", has_text=TITLE)).to_have_attribute("lang", "zh-Hans")


HTML_COPIED = "navigator.clipboard.read().then((all) => all[0].getType('text/html')).then((one) => one.text())"


def test_it_goes_on_to_the_loudspeaker_and_to_the_chat_account(published, browser: Browser, product: Product) -> None:
    page = desk(browser)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, product, "editor")
    page.get_by_role("main").get_by_role("link", name="转到其他渠道").click()
    page.get_by_role("link", name=TITLE, exact=True).click()
    button(page, "复制大喇叭稿").click()
    expect(page.get_by_role("status").filter(has_text="已复制")).to_be_visible()
    script = page.evaluate("navigator.clipboard.readText()")
    assert script.startswith("下面讲安全知识，不是预警。")
    assert len(script) <= LOUDSPEAKER_LONGEST
    button(page, "复制到公众号").click()
    expect(page.get_by_role("status").filter(has_text="已带格式复制")).to_be_visible()
    html = page.evaluate(HTML_COPIED)
    assert all(words in html for words in ("style=", "炉子的烟筒要通到屋外。", *STEPS))
    page.context.close()


def test_a_change_reaches_both_languages(published, browser: Browser, product: Product) -> None:
    page = desk(browser)
    sign_in(page, product, "editor")
    page.goto(f"{product.url}/admin/pages/?q={TITLE}&locale=zh-hans")
    page.get_by_role("main").get_by_role("link", name=TITLE, exact=True).click()
    field(page, "摘要").fill("改过的摘要。")
    button(page, "送审").click()
    expect(page.locator(".messages")).to_contain_text(TITLE)
    page.goto(product.url + path_of(published, product))
    expect(page.locator(".lead").first).to_have_text(SUMMARY)
    pass_three_reviews(browser, product)
    for language in ("", "/en"):
        page.goto(product.url + language + path_of(published, product))
        expect(page.locator(".lead").first).to_have_text("改过的摘要。")


def test_writing_asks_nothing_of_other_hosts(published, product: Product) -> None:
    assert [url for url in published[2] if not url.startswith((product.url, "data:", "blob:"))] == []


LATIN = """() => {
  const words = new Set(), names = "ul.listing.images, .title-wrapper";
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!e.checkVisibility() || e.closest(`script, style, template, ${names}`)) continue;
    const text = walk.currentNode.textContent.replace(/[\\p{L}\\w-]+\\.[a-z0-9]{2,4}\\b/gu, ""); // names of files
    for (const word of text.match(/[A-Za-z]{2,}/g) || []) words.add(word);
  }
  return [...words];
}"""
# Formats, abbreviations, the system's name at the foot of its settings; titles are their authors' affair.
ALLOWED = {"AVIF", "GIF", "JPG", "JPEG", "PNG", "WEBP", "SVG", "MB", "KB", "MP", "ICP", "Wagtail"}
SCREENS = [
    "/admin/",
    "/admin/write/",
    "/admin/images/",
    "/admin/images/add/",
    "/admin/documents/",
    "/admin/media/",
    "/admin/snippets/exams/question/",
    "/admin/snippets/exams/question/add/",
    "/admin/settings/portal/masthead/",
]


@pytest.mark.parametrize("path", SCREENS)
def test_the_desk_of_an_editor_speaks_chinese(browser: Browser, product: Product, path: str) -> None:
    page = desk(browser)
    sign_in(page, product, "editor")
    page.goto(product.url + path)
    page.wait_for_load_state("networkidle")
    assert set(page.evaluate(LATIN)) - ALLOWED == set()


OUR_INK = "rgb(23, 33, 43)"
PREVIEWS = {"步骤": "ol.steps > li", "警示": ".warn", "图片": "figure.picture", "法规条款": ".law", "小测验": ".aside"}


def test_every_block_shows_what_it_will_look_like(published, browser: Browser, product: Product) -> None:
    page = desk(browser)
    sign_in(page, product, "editor")
    page.goto(f"{product.url}/admin/write/")
    page.locator("button.c-sf-add-button").first.click()
    frame = page.frame_locator(".w-combobox-preview__iframe")
    for label, shown in PREVIEWS.items():
        page.locator(".w-combobox__option-row", has_text=label).get_by_role("button", name="预览").click()
        expect(frame.locator(shown).first).to_be_visible()
        assert frame.locator("body").evaluate("(e) => getComputedStyle(e).color") == OUR_INK, label
