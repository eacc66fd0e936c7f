"""WeChat on an old phone is Chrome 80: what our scripts and styles ask of a browser is there, or does no harm where it
is not. Each rule names what came later, with the first Chrome that has it and a specimen; what is used all the same
stands in ALLOWED with its reason."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = "site/ui/assets/"  # setup/bundle.mjs rewrites newer syntax of these for Chrome 80
NOT_FOR_PHONES = ("setup/", "tests/")  # run by node, here


class Rule(NamedTuple):
    name: str
    since: int
    pattern: str
    specimen: str
    lowered: bool = False  # the bundler writes it in older words


SCRIPT = (
    Rule("a ??= b, a ||= b, a &&= b", 85, r"(\?\?|\|\||&&)=", "name ??= word;", lowered=True),
    Rule("static blocks", 94, r"\bstatic\s*\{", "static { }", lowered=True),
    Rule("private methods", 84, r"^\s+(?:async |get |set )?#\w+\([^)]*\) \{", "  #send(one) {", lowered=True),
    Rule("#field in object", 91, r"#\w+ in \w", "#key in other", lowered=True),
    Rule("top-level await", 89, r"^(?:(?:const|let) [^=]+= )?await ", "const one = await two();"),
    Rule("at()", 92, r"\.at\(", "list.at(-1)"),
    Rule("replaceAll()", 85, r"\.replaceAll\(", "text.replaceAll('a', 'b')"),
    Rule("Object.hasOwn()", 93, r"Object\.hasOwn\(", "Object.hasOwn(one, 'a')"),
    Rule("groupBy()", 117, r"\b(?:Object|Map)\.groupBy\(", "Object.groupBy(list, of)"),
    Rule("findLast()", 97, r"\.findLast(?:Index)?\(", "list.findLast(fits)"),
    Rule("toSorted() and its kin", 110, r"\.to(?:Sorted|Reversed|Spliced)\(", "list.toSorted()"),
    Rule("structuredClone()", 98, r"\bstructuredClone\(", "structuredClone(entry)"),
    Rule("crypto.randomUUID()", 92, r"\brandomUUID\b", "crypto.randomUUID()"),
    Rule("Promise.any()", 85, r"Promise\.any\(", "Promise.any(all)"),
    Rule("Promise.withResolvers()", 119, r"\.withResolvers\(", "Promise.withResolvers()"),
    Rule("WeakRef", 84, r"\bWeakRef\b", "new WeakRef(one)"),
    Rule("Error with its cause", 93, r"new \w*Error\([^)]*\{ *cause", "new Error('x', { cause: one })"),
    Rule("replaceChildren()", 86, r"\.replaceChildren\(", "list.replaceChildren()"),
    Rule("AbortSignal.timeout(), any()", 103, r"AbortSignal\.(?:timeout|any)\(", "AbortSignal.timeout(5)"),
    Rule("showPicker()", 99, r"\.showPicker\(", "input.showPicker()"),
    Rule("inert", 102, r"\.inert\b|[\"']inert[\"']", "page.inert = true"),
    Rule("navigator.canShare()", 89, r"\.canShare\b", "navigator.canShare({ files })"),
    Rule("scheduler", 94, r"scheduler\.(?:postTask|yield)\(", "scheduler.postTask(one)"),
    Rule("startViewTransition()", 111, r"\.startViewTransition\(", "document.startViewTransition(one)"),
    Rule("popover", 114, r"\.(?:show|hide|toggle)Popover\(", "one.showPopover()"),
    Rule("showOpenFilePicker()", 86, r"\bshowOpenFilePicker\(", "showOpenFilePicker()"),
    Rule("Intl.Segmenter", 87, r"Intl\.Segmenter\b", "new Intl.Segmenter('zh')"),
)

STYLE = (
    Rule(":has()", 105, r":has\(", "a:has(b) {}"),
    Rule(":is(), :where()", 88, r":(?:is|where)\(", ":is(a, b) {}"),
    Rule(":not() of several", 88, r":not\([^()]*,", ":not(a, b) {}"),
    # In :focus:not(:focus-visible), which takes a ring away, the old browser keeps the ring.
    Rule(":focus-visible", 86, r"(?<!:focus:not\():focus-visible", "a:focus-visible {}"),
    Rule("nested rules", 112, r"^\s+&", "  &:hover {}", lowered=True),
    Rule(
        "ranges in media queries",
        104,
        r"@media[^{]*\(\s*(?:width|height)\s*[<>]",
        "@media (width > 600px) {",
        lowered=True,
    ),
    Rule("@layer", 99, r"@layer\b", "@layer base {"),
    Rule("@container", 105, r"@container\b", "@container (min-width: 1px) {"),
    Rule("@property", 85, r"@property\b", "@property --a {"),
    Rule("aspect-ratio", 88, r"\baspect-ratio\s*:", "aspect-ratio: 16 / 9;"),
    Rule("inset", 87, r"(?<![\w-])inset\s*:", "inset: 0;", lowered=True),
    Rule("margin-inline and its kin", 87, r"(?:margin|padding|inset)-(?:inline|block)\s*:", "margin-inline: auto;"),
    Rule("accent-color", 93, r"\baccent-color\s*:", "accent-color: blue;"),
    Rule("color-mix()", 111, r"\bcolor-mix\(", "color: color-mix(in srgb, red, blue);"),
    Rule("dvh and its kin", 108, r"\d(?:d|s|l)v(?:h|w)\b", "height: 100dvh;"),
    Rule("overflow: clip", 90, r"\boverflow(?:-[xy])?\s*:\s*clip", "overflow: clip;"),
    Rule("content-visibility", 85, r"\bcontent-visibility\s*:", "content-visibility: auto;"),
    Rule("text-wrap", 114, r"\btext-wrap\s*:", "text-wrap: balance;"),
    Rule(
        "scrollbar-gutter, -color, -width", 94, r"\bscrollbar-(?:gutter|color|width)\s*:", "scrollbar-gutter: stable;"
    ),
    Rule("translate, rotate, scale alone", 104, r"^\s*(?:translate|rotate|scale)\s*:", "  rotate: 45deg;"),
    Rule("appearance without its prefix", 84, r"(?<![\w-])appearance\s*:", "appearance: none;", lowered=True),
    Rule("text-underline-offset", 87, r"\btext-underline-offset\s*:", "text-underline-offset: 2px;"),
    Rule("text-decoration-thickness", 89, r"\btext-decoration-thickness\s*:", "text-decoration-thickness: 2px;"),
    Rule("::marker", 86, r"::marker\b", "li::marker {}"),
    Rule(
        "forced-colors, prefers-contrast",
        89,
        r"\((?:forced-colors|prefers-contrast)\b",
        "@media (forced-colors: active) {",
    ),
)
GAP = "gap between flex items (84)"

# The old browser goes without, and nothing is lost.
HARMLESS = {
    "text-wrap (114)": "lines of a heading break less evenly",
    "text-decoration-thickness (89)": "a thicker line under a link",
    "text-underline-offset (87)": "the line under a link stands closer",
}
# Here and nowhere else.
ALLOWED = {
    ("drills/static/drills/field.js", "inert (102)"): "of a tab that was replaced: the notice above it says so",
    ("drills/static/drills/field_stop.js", "inert (102)"): "what lies below the stop is covered for every thumb",
    ("drills/static/drills/report.css", ":not() of several (88)"): "for the maker of PDF files, no browser reads it",
    ("site/ui/static/ui/offline/outbox.js", "crypto.randomUUID() (92)"): "asked for first; an older way stands below",
}


class Use(NamedTuple):
    path: str
    what: str
    line: str


# ── Looking ──────────────────────────────────────────────────────────────────
def sources(*suffixes: str) -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    return [name for name in listed if name.endswith(suffixes) and not name.startswith(NOT_FOR_PHONES)]


def without_comments(text: str) -> str:
    """Line for line."""
    text = re.sub(r"/\*.*?\*/", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.S)
    return re.sub(r"(?m)(^|\s)//.*$", r"\1", text)


def uses(path: str, text: str, rules: tuple[Rule, ...]) -> Iterator[Use]:
    for line in without_comments(text).splitlines():
        for rule in rules:
            if re.search(rule.pattern, line) and not (rule.lowered and path.startswith(BUNDLED)):
                yield Use(path, f"{rule.name} ({rule.since})", line.strip())


def flex_gaps(path: str, text: str) -> Iterator[Use]:
    """Blocks that lay out a line of flex items and part them by a gap."""
    for selector, block in re.findall(r"([^{}]+)\{([^{}]*)\}", without_comments(text)):
        if re.search(r"display\s*:\s*(?:inline-)?flex", block) and re.search(
            r"(?<![\w-])(?:(?:row|column)-)?gap\s*:", block
        ):
            yield Use(path, GAP, selector.strip())


def later_than_80() -> Iterator[Use]:
    for path in sources(".js"):
        yield from uses(path, (ROOT / path).read_text(encoding="utf-8"), SCRIPT)
    for path in sources(".css"):
        text = (ROOT / path).read_text(encoding="utf-8")
        yield from uses(path, text, STYLE)
        yield from flex_gaps(path, text)


# ── The wall ─────────────────────────────────────────────────────────────────
def test_nothing_of_ours_needs_a_newer_browser_than_chrome_80() -> None:
    uses = [use for use in later_than_80() if use.what not in HARMLESS and (use.path, use.what) not in ALLOWED]
    assert uses == []


def test_what_is_allowed_is_still_used() -> None:
    uses = list(later_than_80())
    assert set(HARMLESS) - {use.what for use in uses} == set()
    assert set(ALLOWED) - {(use.path, use.what) for use in uses} == set()


@pytest.mark.parametrize("rule", SCRIPT + STYLE, ids=lambda rule: rule.name)
def test_each_rule_sees_its_specimen(rule: Rule) -> None:
    rules = SCRIPT if rule in SCRIPT else STYLE
    assert f"{rule.name} ({rule.since})" in [use.what for use in uses("exams/a.js", rule.specimen, rules)]
    seen_in_bundle = [use.what for use in uses(f"{BUNDLED}a.js", rule.specimen, rules)]
    assert (f"{rule.name} ({rule.since})" in seen_in_bundle) is not rule.lowered
    assert list(uses("exams/a.js", f"/* {rule.specimen} */", rules)) == []


@pytest.mark.parametrize(
    "fine", ["a?.b ?? c", "list.flat()", "text.matchAll(x)", "Promise.allSettled(x)", "a || b", "x !== y"]
)
def test_what_chrome_80_knows_is_left_alone(fine: str) -> None:
    assert list(uses("exams/a.js", fine, SCRIPT)) == []


def test_a_gap_is_seen_between_flex_items_and_not_in_a_grid() -> None:
    grid = ".two { display: grid; gap: 4px }"
    styles = f".one {{ display: flex; gap: 4px }} {grid} .three {{ display: inline-flex; column-gap: 1px }}"
    assert [use.line for use in flex_gaps("a.css", styles)] == [".one", ".three"]
