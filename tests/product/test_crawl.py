"""Every page of ours, followed link by link: both widths, both languages, large print; as stranger and signed in."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.product.demo import sign_in
from tests.product.installation import Product
from tests.product.voices import voices

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.timeout(1200)]

WIDTHS = (360, 1280)
MANY = 90  # public pages a language, so that a crawl that found nothing cannot pass
# The last two are files to keep, which a browser does not show as a page.
NOT_OURS = (
    r"^/(en/)?(admin|documents|uploads|static|healthz|readyz|robots\.txt)|/account/logout/"
    r"|\.(pdf|png|jpg|svg|xlsx|mp4|vtt|ics|crt)$|/(template|export|sign-in/sheet|poster|problems|tickets|slips/pdf|picture)/$|/records/files/"
    r"|/drills/(.*/)?(events/pack|simple/\d+/sheet|simple/\d+/small/.*|cards/sheets|reports/\d+/preview|receipts/\d+)/$"
)
ALIKE = 2  # work pages that differ in nothing but the number of what they show
# Most pieces of the English library are the Chinese ones standing in, and those have been seen.
STAND_IN, STAND_INS = r"^/en/library/[\w-]+/$", 20
PUBLIC = r"^/(en/)?((hazards|library|entries|laws|search)/.*)?$"
# What no link leads to: lists that found something or nothing, marked answers, a page that is not there.
MISSING = "nothing-here/"
STATES = (
    "search/?q=%E7%87%83%E6%B0%94",
    "search/?q=qqqq",
    "library/?kind=case&entry=school",
    "library/gas-safety/?done=1&q1=0&q2=1",
    MISSING,
)
# What stands in Latin letters in Chinese text everywhere in China, and names of formats and standards.
ALLOWED = {"AED", "EN", "PDF", "ICP", "Excel", "xlsx", "xls", "csv", "pdf", "png", "KB", "MB", "IP", "ID"} | {
    "GB",
    "SL",
    "TSG",
    "WS",
    "AQ",
    "CC",
    "BY",
    "WebVTT",
    "Word",
    "JPEG",
    "PNG",
    "WebP",
    "SVG",
    "ics",  # of a calendar
    "Chrome",  # which browser a phone has, in the check before a drill
    "HTTPS",
    "PUBLIC",  # PUBLIC_URL, which an operator has to type
    "URL",
    "YJ",
}
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

MEASURE = r"""() => {
  const visible = (e) => { const s = getComputedStyle(e), r = e.getBoundingClientRect();
    return s.visibility !== "hidden" && s.display !== "none" && r.width > 1 && r.height > 1; };
  const clipped = [...document.querySelectorAll("body *")].filter((e) => {
    if (!visible(e) || !e.innerText || e.matches("textarea, select, input, .visually-hidden, .visually-hidden *, .skip")) return false;
    const s = getComputedStyle(e);
    return (s.overflowX === "hidden" && e.scrollWidth > e.clientWidth + 1) || (s.overflowY === "hidden" && e.scrollHeight > e.clientHeight + 1);
  }).map((e) => e.tagName + "." + e.className + ": " + e.innerText.slice(0, 40));
  // A line must not begin with a comma: keep-all gives up in a clause longer than its line.
  const orphans = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  while (walk.nextNode()) {
    const text = walk.currentNode, e = text.parentElement;
    if (!/\S[，。、；：？！）》”]/.test(text.data) || getComputedStyle(e).wordBreak !== "keep-all" || !visible(e)) continue;
    const top = (at) => { range.setStart(text, at); range.setEnd(text, at + 1); return range.getBoundingClientRect().top; };
    for (const found of text.data.matchAll(/(?<=\S)[，。、；：？！）》”]/g)) {
      if (top(found.index) > top(found.index - 1) + 4) orphans.push(text.data.trim().slice(0, 40));
    }
  }
  return { scroll: document.documentElement.scrollWidth - document.documentElement.clientWidth, clipped, orphans };
}"""
# Words a person sees or hears: text, the title of the page, and what labels and hints say.
WORDS = """([pattern, skip]) => {
  const words = new Set();
  const take = (text) => (text || "").replace(/https?:\\S+|\\S+@\\S+/g, "").replace(new RegExp(pattern, "gu"), (word) => words.add(word));
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (e.closest("script, style, code, pre, " + skip)) continue;
    if (e.checkVisibility() || e.closest("select")) take(walk.currentNode.textContent);
  }
  for (const e of document.querySelectorAll("[aria-label], [placeholder], [alt], [title]")) {
    if (e.closest(skip)) continue;
    for (const name of ["aria-label", "placeholder", "alt", "title"]) take(e.getAttribute(name));
  }
  return [...words];
}"""
LATIN = (r"(?<![\p{L}\p{N}])\p{Script=Latin}{2,}(?![\p{L}\p{N}])", "[lang=en], .latin")
HAN = (r"\p{Script=Han}+", "[lang=zh-Hans]")
NARROW = (r"\p{Script=Han}[,;:!?()]|[,;:!?()]\p{Script=Han}", "[lang=en]")  # Chinese has its own, of full width
# What a page is built of: elements in their parents, and which heading follows which. Pages that differ in nothing
# but their text bring no part that has not been met.
PARTS = """() => {
  const name = (e) => [e.tagName, e.getAttribute("class"), e.getAttribute("role"), e.getAttribute("type")].join(".");
  const parts = [...document.querySelectorAll("body *")].map((e) => name(e.parentElement) + " > " + name(e));
  const headings = [...document.querySelectorAll("h1, h2, h3, h4")].map((e) => e.tagName);
  return [...new Set([...parts, ...headings.map((one, place) => (headings[place - 1] || "") + " then " + one)])];
}"""
TWICE = """() => { const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  return ids.filter((id, place) => ids.indexOf(id) !== place); }"""
# Of a row of tabs the arrows reach the others, as of a group of radio buttons.
OUT_OF_ORDER = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter((e) =>
  e.checkVisibility() && e.getAttribute("role") !== "tab" && !e.disabled && e.type !== "hidden" && e.tabIndex !== 0).map((e) => e.outerHTML.slice(0, 120))"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))"
PRINT = """([elder, size]) => { const root = document.documentElement; root.toggleAttribute("data-elder", elder);
  if (size) root.setAttribute("data-size", size); else root.removeAttribute("data-size"); }"""


@dataclass
class Look:
    """A careful reader: what it saw, what it complains of. Parts met on an earlier page need no second examination."""

    page: Page
    met: set[tuple[str, bool]]
    names_may_be_chinese: bool = False
    paths: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))

    def hear(self, message: ConsoleMessage) -> None:
        # The browser also reports an answer of 404 or 500: a dead link is a fault, the page that must be missing is not.
        if message.type == "error" and not message.location["url"].endswith(MISSING):
            self.faults.append(f"{self.page.url}: {message.text} {message.location['url']}")

    def at(self, path: str) -> None:
        self.paths.append(path)
        for elder in (False, True):
            where = f"{path}{' in large print' if elder else ''}"
            parts = {(part, elder) for part in self.page.evaluate(PARTS)} - self.met
            if elder and not parts:
                break
            self.page.evaluate(PRINT, [elder, None])
            for width in WIDTHS[:: -1 if elder else 1]:  # so that parts are examined on a desk and on a phone
                self.measure(where, width)
            if parts:
                self.met |= parts
                self.examine(where, elder)
        self.page.evaluate(PRINT, [False, None])
        self.faults += [f"{path}: two elements are #{one}" for one in self.page.evaluate(TWICE)]
        self.faults += [f"{path}: not in the order of the keyboard {html}" for html in self.page.evaluate(OUT_OF_ORDER)]
        self.read(path)

    def measure(self, where: str, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 740})
        measured = self.page.evaluate(MEASURE)
        if measured["scroll"] > 0:
            self.faults.append(f"{where} at {width}: scrolls sideways by {measured['scroll']} px")
        self.faults += [f"{where} at {width}: clipped {text!r}" for text in measured["clipped"]]
        self.faults += [f"{where} at {width}: a line begins with a comma in {text!r}" for text in measured["orphans"]]

    def examine(self, where: str, elder: bool) -> None:
        # On a screen as high as the page, or a bar that sticks to the bottom covers whatever stands there just now.
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({**self.page.viewport_size, "height": max(height, 740)})
        violations = Axe().run(self.page, options=AXE).response["violations"]
        self.faults += [f"{where}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in violations]
        if elder:
            self.page.evaluate(PRINT, [True, 5])
            self.measure(f"{where} of 30 points", WIDTHS[0])

    def read(self, path: str) -> None:
        """One language a page, but for names, formats and what is marked as the other language."""
        if path.startswith("/en/"):
            foreign = [] if self.names_may_be_chinese else self.page.evaluate(WORDS, list(HAN))
        else:
            narrow = self.page.evaluate(WORDS, list(NARROW))
            self.faults += [f"{path}: punctuation of half width in {words!r}" for words in narrow]
            foreign = sorted(set(self.page.evaluate(WORDS, list(LATIN))) - ALLOWED)
        self.faults += [f"{path}: the word {word!r} in a page of the other language" for word in foreign]

    def report(self) -> str:
        """The first forty: one slip in a shared part is a fault of every page."""
        return "\n".join(self.faults[:40]) + f"\n{len(self.faults)} in all"


def crawl(page: Page, product: Product, starts: list[str], leave_out: str) -> Iterator[str]:
    """Paths reachable from the starts, each once; the query string is left off, so a list is one page."""
    seen, waiting, unwanted, alike = set(starts), list(starts), re.compile(leave_out), Counter[str]()
    while waiting:
        path = waiting.pop(0)
        kind, most = kind_of(path)
        alike[kind] += 1
        if alike[kind] > most:
            continue
        page.goto(product.url + path)
        yield path
        found = (urlsplit(urljoin(page.url, link)) for link in page.evaluate(LINKS))
        ours = (parts.path for parts in found if f"{parts.scheme}://{parts.netloc}" == product.url)
        new = dict.fromkeys(one for one in ours if one not in seen and not unwanted.search(one))
        seen |= set(new)
        waiting += new


def kind_of(path: str) -> tuple[str, int]:
    """Which pages are looked at as one, and how many of them."""
    if re.search(STAND_IN, path):
        return STAND_IN, STAND_INS
    if re.search(PUBLIC, path):
        return path, 1
    return re.sub(r"\d+", "#", path), 1 if path.startswith("/en/") else ALIKE


@pytest.fixture(scope="module")
def met() -> set[tuple[str, bool]]:
    return set()


@pytest.mark.parametrize("start", ["/", "/en/"])
def test_every_public_page_stands_up_to_a_careful_reader(
    page: Page, product: Product, met: set[tuple[str, bool]], start: str
) -> None:
    page.add_init_script(voices("zh-CN", "en-US"))  # so that the buttons for listening are there to be looked at
    look = Look(page, met)
    other = "^/en/" if start == "/" else "^/(?!en/)"
    for path in crawl(page, product, [start, *(start + state for state in STATES)], f"{NOT_OURS}|{other}"):
        look.at(path)
    assert not look.faults, look.report()
    assert len(look.paths) >= MANY


@pytest.mark.parametrize("role", ["learner", "manager_a", "officer_north", "editor", "system_admin", "auditor"])
def test_every_work_page_stands_up_to_a_careful_user(
    browser: Browser, product: Product, met: set[tuple[str, bool]], role: str
) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    sign_in(page, product, role)
    look = Look(page, met, names_may_be_chinese=True)
    # The public pages have been seen already; the style guide is the same page for everybody.
    leave_out = f"{NOT_OURS}|{PUBLIC}" + ("" if role == "editor" else "|/styleguide/")
    for path in crawl(page, product, ["/people/", "/en/people/"], leave_out):
        look.at(path)
    context.close()
    assert not look.faults, look.report()
    assert {"/people/", "/en/people/", "/people/profile/"} <= set(look.paths)


# ── A walk with the Tab key ──────────────────────────────────────────────────
# Everything that can be used, in reading order; of a group of radio buttons the arrows reach the others.
USABLE = """() => { // and the focus goes before all of it
  const first = (name) => { const group = [...document.getElementsByName(name)].filter((e) => e.type === "radio");
    return group.find((e) => e.checked) || group[0]; };
  window.usable = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter((e) =>
    e.checkVisibility() && !e.disabled && e.type !== "hidden" && (e.type !== "radio" || e === first(e.name)));
  const start = document.createElement("i");
  start.tabIndex = -1;
  document.body.prepend(start);
  start.focus();
  return window.usable.map((e) => e.outerHTML.slice(0, 100));
}"""
FOCUSED = """() => {
  const e = document.activeElement;
  const ringed = [e, e.nextElementSibling].some((one) => one && parseFloat(getComputedStyle(one).outlineWidth) >= 2
    && getComputedStyle(one).outlineStyle !== "none");
  const box = e.getBoundingClientRect();
  return [window.usable.indexOf(e), ringed, box.bottom > 0 && box.top < innerHeight];
}"""
KINDS = [
    ("", "/"),
    ("", "/hazards/gas/"),
    ("", "/library/"),
    ("", "/library/coal-stove-co/"),
    ("", "/library/gas-safety/"),
    ("", "/laws/decree-493/"),
    ("", "/search/?q=%E7%87%83%E6%B0%94"),
    ("", "/nothing-here/"),
    ("", "/account/login/"),
    ("manager_a", "/people/organisations/"),
    ("system_admin", "/people/roles/give/"),
    ("auditor", "/records/audit/"),
    ("editor", "/styleguide/"),
]


@pytest.mark.parametrize(("role", "path"), KINDS)
def test_the_tab_key_walks_through_all_that_can_be_used_in_order_and_shows_where_it_is(
    browser: Browser, product: Product, role: str, path: str
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 740})
    page = context.new_page()
    page.add_init_script(voices("zh-CN"))
    if role:
        sign_in(page, product, role)
    page.goto(product.url + path)
    usable = page.evaluate(USABLE)
    visited: list[int] = []
    faults = []
    while len(visited) < len(usable):
        page.keyboard.press("Tab")
        place, ringed, in_sight = page.evaluate(FOCUSED)
        if visited and place == visited[-1]:  # the parts of a date field
            continue
        if place != len(visited):
            faults.append(f"after {len(visited)} came {place}: {usable[min(len(visited), len(usable) - 1)]}")
            break
        visited.append(place)
        if not (ringed and in_sight):
            faults.append(f"{'no ring' if in_sight else 'out of sight'}: {usable[place]}")
    context.close()
    assert not faults, "\n".join(faults)
    assert len(visited) > 5
