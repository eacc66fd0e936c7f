"""A person at the pages of the product: goes by their links, sends their forms, reads what they say."""

import os
import re
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
A_PAGE, A_JOB = 20_000, 150_000  # milliseconds; on a machine that has other things to do
PICTURES = os.environ.get("AFTERNOON_PICTURES", "")  # a folder; who wants to look at the pages names one


def page_of(browser: Browser, size: dict[str, int]) -> Page:
    return browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=size).new_page()  # type: ignore[arg-type]


def button(page: Page | Locator, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("button", name=name).first


def go(page: Page, name: str) -> None:
    """By a link of the page itself, as a person does who knows no address."""
    with page.expect_navigation():
        page.locator("#main").get_by_role("link", name=name).first.click()


def send(page: Page, name: str) -> None:
    with page.expect_navigation():
        button(page, name).click()


def told(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator("#main").get_by_text(text).first).to_be_visible(timeout=A_PAGE)


def looked_at(page: Page, name: str) -> None:
    """No page of the way scrolls sideways; its picture is kept for whoever asked."""
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url
    if PICTURES:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


def figures(page: Page) -> dict[str, int]:
    lines = (figure.inner_text().split() for figure in page.locator(".figs > li").all())
    return {words[0]: int(words[1]) for words in lines}
