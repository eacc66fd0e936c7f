"""The list below a search field, in a browser."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

FIELD = (
    '<form class="search" role="search" action="/" data-suggest="/suggest" data-suggest-label="搜索建议" '
    'data-suggest-count="{n} 条"><input type="search" name="q" aria-label="搜索"><button>搜索</button></form>'
)
ANSWERS = """
window.asked = [];
window.fetch = async (url) => {
  asked.push(decodeURIComponent(url));
  const suggestions = [
    { text: "燃气", url: "#word", kind: "搜索", language: "" },
    { text: "<b>闻到燃气味</b>", url: "#page", kind: "文章", language: "zh-Hans" },
  ];
  if (url.includes("offline")) throw new TypeError("no network");
  return { ok: true, json: async () => ({ suggestions: url.includes("zzz") ? [] : suggestions }) };
};
"""

TYPED = """
const field = document.querySelector("input");
field.focus();
for (const text of ["燃", "燃气"]) { field.value = text; field.dispatchEvent(new InputEvent("input")); }
"""


@pytest.fixture
def page(open_page: Any, bundle: Path) -> Any:
    opened = open_page(FIELD, before=ANSWERS)
    opened.add_script_tag(path=bundle / "site.js")
    return opened


def marked(page: Any) -> list[str]:
    return page.locator('[role=option][aria-selected="true"] span').all_inner_texts()


def test_what_is_typed_is_asked_once_after_a_pause_and_offered_as_text(page: Any) -> None:
    page.evaluate(TYPED)
    page.get_by_role("listbox").wait_for()
    assert page.evaluate("asked") == ["/suggest?q=燃气"]
    assert page.locator("[role=option] span").all_inner_texts() == ["燃气", "<b>闻到燃气味</b>"]
    assert page.locator("[role=option] small").all_inner_texts() == ["搜索", "文章"]
    assert page.get_by_role("combobox").get_attribute("aria-expanded") == "true"
    assert page.get_by_role("status").inner_text() == "2 条"


@pytest.mark.parametrize(("typed", "asked"), [("a", 0), ("，", 0), ("ab", 1), ("火", 1)])
def test_nothing_is_asked_for_less_than_a_character_or_two_letters(page: Any, typed: str, asked: int) -> None:
    page.get_by_role("combobox").fill(typed)
    page.wait_for_timeout(400)
    assert page.evaluate("asked.length") == asked


def test_arrows_walk_through_the_list_and_back_into_the_field(page: Any) -> None:
    field = page.get_by_role("combobox")
    field.fill("燃")
    page.get_by_role("listbox").wait_for()
    walked = []
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
        field.press(key)
        walked.append(marked(page))
    assert walked == [["燃气"], ["<b>闻到燃气味</b>"], [], ["<b>闻到燃气味</b>"]]
    assert field.get_attribute("aria-activedescendant") == page.get_by_role("option").nth(1).get_attribute("id")
    field.press("Enter")
    assert page.url.endswith("#page")


def test_escape_closes_the_list_and_keeps_what_is_typed(page: Any) -> None:
    field = page.get_by_role("combobox")
    field.fill("燃")
    page.get_by_role("listbox").wait_for()
    field.press("Escape")
    assert (page.locator("[role=listbox]").is_hidden(), field.input_value()) == (True, "燃")
    field.press("ArrowDown")
    assert page.get_by_role("listbox").is_visible()


def test_a_press_on_a_line_opens_it(page: Any) -> None:
    page.get_by_role("combobox").fill("燃")
    page.get_by_role("option").first.click()
    assert page.url.endswith("#word")


def test_enter_without_a_choice_sends_the_form(page: Any) -> None:
    page.get_by_role("combobox").fill("燃")
    page.get_by_role("listbox").wait_for()
    page.get_by_role("combobox").press("Enter")
    page.wait_for_url("**/?q=*")


def test_without_an_answer_or_a_network_nothing_opens(page: Any) -> None:
    for typed in ("zzz", "offline"):
        page.get_by_role("combobox").fill(typed)
        page.wait_for_timeout(400)
        assert page.locator("[role=listbox]").is_hidden()


def test_without_the_script_it_is_a_plain_field(open_page: Any) -> None:
    page = open_page(FIELD)
    assert page.get_by_role("searchbox").count() == 1
    assert page.locator("[role=listbox]").count() == 0
