import gzip
import json
import re
from pathlib import Path

import pytest

from ui.tokens import read_tokens

SETUP = Path(__file__).resolve().parents[2] / "setup"

# What Chrome 80, the oldest Android WebView in use, does not know; flex gap is looked for rule by rule below.
UNKNOWN_TO_CHROME_80 = [
    r":has\(", r":is\(", r":where\(", r"(?<![-\w])inset:", r"inset-(inline|block)(?!-)", r"aspect-ratio:",
    r"accent-color:",
    r"(?<![-\w])(margin|padding)-(inline|block):", r"\d(dvh|svh|lvh|dvw|cqw)\b", r"@layer", r"@container",
    r"color-mix\(",
    r"overflow(-[xy])?:clip", r"content-visibility", r":focus-visible[,{]", r"&", r"@property", r"oklch\(",
    r"::marker",
]  # fmt: skip
GATES = {
    "site.css": 12 * 1024,
    "work.css": 20 * 1024,
    "drills.css": 16 * 1024,
    "campaign.css": 6 * 1024,
    "figures.css": 3 * 1024,
    "prefs.js": 1536,
    "site.js": 8 * 1024,
    "work.js": 8 * 1024,
}


def rules(css):
    return re.findall(r"([^{}]+)\{([^{}]*)\}", css)


@pytest.mark.parametrize(("name", "limit"), GATES.items())
def test_a_bundle_stays_small(bundle, name, limit):
    assert len(gzip.compress((bundle / name).read_bytes(), 9)) <= limit


@pytest.mark.parametrize("name", ["site.css", "work.css", "drills.css", "campaign.css", "figures.css"])
def test_styles_use_nothing_that_chrome_80_lacks(bundle, name):
    # A rule of its own that an old browser drops is meant to be dropped: the ring that :focus has set stays then.
    css = (bundle / name).read_text(encoding="utf-8").replace(":focus:not(:focus-visible)", "")
    css = re.sub(r"\.(btn|form|input)[^{}]*:focus-visible[^{}]*\{[^{}]*\}", "", css)
    css = re.sub(r'url\("[^"]*"\)|url\([^)]*\)', "", css)
    assert [feature for feature in UNKNOWN_TO_CHROME_80 if re.search(feature, css)] == []


@pytest.mark.parametrize("name", ["site.css", "work.css", "drills.css", "campaign.css", "figures.css"])
def test_gaps_stand_only_in_grids(bundle, name):
    css = (bundle / name).read_text(encoding="utf-8")
    grids = {one for heads, body in rules(css) if "grid" in body for one in heads.split(",")}
    gaps = {
        one
        for heads, body in rules(css)
        if re.search(r"(?<![-\w])(row-|column-)?gap:", body)
        for one in heads.split(",")
    }
    assert gaps - grids == set()


@pytest.mark.parametrize("name", ["site.css", "work.css", "drills.css", "campaign.css", "figures.css"])
def test_styles_fetch_nothing_from_elsewhere(bundle, name):
    css = (bundle / name).read_text(encoding="utf-8")
    assert {url[:5] for url in re.findall(r'url\("?([^")]+)', css)} <= {"data:"}
    assert "@import" not in css
    assert "@font-face" not in css


@pytest.mark.parametrize("name", ["prefs.js", "site.js", "work.js"])
def test_scripts_use_nothing_that_chrome_80_lacks(bundle, name):
    script = (bundle / name).read_text(encoding="utf-8")
    lacking = (
        r"\.replaceAll\(|\.at\(|replaceChildren|structuredClone|\?\?=|\|\|=|&&=|#[a-z]\w*[;(=]|eval\(|new Function"
    )
    assert re.findall(lacking, script) == []


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT_ON_GROUND = [
    ("ink", "ground"), ("ink-2", "ground"), ("ink-3", "ground"), ("ink-2", "wash"), ("ink-3", "wash"), ("blue",
    "ground"),
    ("blue", "wash"), ("blue", "blue-wash"), ("blue-ink", "blue-wash"), ("on-blue", "blue"), ("on-blue", "blue-ink"),
    ("on-blue-2", "blue-ink"), ("blue-ink", "ground"), ("on-blue", "red"), ("red", "ground"), ("red", "red-wash"),
    ("green", "ground"), ("green", "green-wash"), ("orange", "ground"), ("orange", "orange-wash"), ("ink", "mark"),
    ("ink", "blue-wash"), ("ink", "orange-wash"), ("ink", "red-wash"), ("ink", "green-wash"), ("ink-3", "green-wash"),
    ("ink-3", "red-wash"), ("night-ink", "night"), ("night-2", "night"),
]  # fmt: skip


@pytest.mark.parametrize(("elder", "least"), [(False, 4.5), (True, 7.0)])
def test_text_stands_out_from_its_ground(elder, least):
    colours = read_tokens().colours(elder=elder)
    found = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in TEXT_ON_GROUND}
    assert {pair: ratio for pair, ratio in found.items() if ratio < least} == {}


@pytest.mark.parametrize("elder", [False, True])
def test_the_edges_of_controls_stand_out(elder):
    colours = read_tokens().colours(elder=elder)
    assert contrast(colours["edge"], colours["ground"]) >= 3


def test_large_print_has_no_step_below_24_px():
    steps = {name: value for name, value in read_tokens().elder.items() if name.startswith("step-")}
    least = [float(re.search(r"([\d.]+)rem", value)[1]) for value in steps.values()]
    assert min(least) == 1
    assert "font-size: 24px" in (SETUP.parent / "site/ui/assets/css/tokens.css").read_text(encoding="utf-8")


def test_the_lock_file_names_no_host():
    assert not re.search(r"https?://|\"resolved\"", (SETUP / "package-lock.json").read_text(encoding="utf-8"))


def test_every_package_is_pinned_by_its_hash():
    packages = json.loads((SETUP / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
