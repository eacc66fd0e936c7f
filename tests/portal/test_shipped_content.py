"""What ships is held to its own rules: sources, reviewers, rulebook rows for numbers, known entries and hazards."""

import re
import tomllib
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from duties.vocabulary import Hazard
from exams.rules import check_choices
from portal.models import GUIDED_KINDS, HEADLINE_LONGEST, SCRIPT_LONGEST
from portal.starter import FOLDER
from portal.starter.parse import read_piece
from ui.tokens import read_tokens

ENTRIES = {"enterprise", "school", "office", "community", "village", "family", "public_place"}
READ_BY_ALL = sorted(path for folder in ("articles", "cases", "topics") for path in (FOLDER / folder).glob("*.md"))
GUIDES = sorted((FOLDER / "guides").glob("*.md"))
TEXTS = READ_BY_ALL + GUIDES
QUIZZES = sorted((FOLDER / "quizzes").glob("*.toml"))
RULEBOOK = Path(FOLDER).parents[1] / "duties" / "rulebook" / "regulations"
FIGURE = re.compile(r"\d+(?:\.\d+)?\s*(?:%|学时|小时|分钟|秒|天|日|个月|年|米|厘米|公里|千克|公斤|度|元|次)")
LONG = {"#fff": "#ffffff"}
POSTERS = sorted((FOLDER / "posters").glob("*.md"))
WRONG_WORDS = ("演习", "官网", "达标", "合法", "众所周知", "随着社会")
TEXT_IDS = [path.stem for path in TEXTS]


def rulebook_rows() -> set[str]:
    rows = set()
    for path in RULEBOOK.glob("*.toml"):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        articles = data.get("articles", [])
        rows |= {path.stem, *(f"{path.stem}:{article.get('number') or article.get('label')}" for article in articles)}
    return rows


ROWS = rulebook_rows()


def body_text(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("+++\n", 2)[2]


def front(path: Path) -> dict[str, Any]:
    return read_piece(path)[0]


ARTICLES = sorted((FOLDER / "articles").glob("*.md"))
ENGLISH = sorted((FOLDER / "articles_en").glob("*.md"))
HAN = re.compile(r"[\u4e00-\u9fff]")
ALIKE = 0.12  # of the runs of six characters in two texts: what two pieces on one hazard may share


def test_the_library_holds_sixty_articles_eight_cases_twenty_quizzes_and_twelve_in_english() -> None:
    cases = list((FOLDER / "cases").glob("*.md"))
    assert (len(ARTICLES) >= 60, len(cases) >= 8, len(QUIZZES) >= 20, len(ENGLISH) >= 12) == (True,) * 4


def test_each_entry_has_at_least_eight_articles() -> None:
    found = Counter(entry for path in ARTICLES for entry in front(path)["entries"])
    assert {entry for entry, count in found.items() if count >= 8} == ENTRIES


def test_each_hazard_has_at_least_two_texts() -> None:
    found = Counter(hazard for path in READ_BY_ALL for hazard in front(path)["hazards"])
    assert {hazard for hazard, count in found.items() if count >= 2} == set(Hazard.values)


def runs(path: Path) -> set[str]:
    """Every six characters in a row, punctuation left out."""
    text = "".join(HAN.findall(body_text(path)))
    return {text[at : at + 6] for at in range(len(text) - 5)}


def test_no_two_texts_are_alike() -> None:
    known = {path.stem: runs(path) for path in TEXTS}
    shared = {
        (one, other): len(known[one] & known[other]) / min(len(known[one]), len(known[other]))
        for one, other in combinations(sorted(known), 2)
    }
    assert {pair: round(share, 2) for pair, share in shared.items() if share > ALIKE} == {}


@pytest.mark.parametrize("path", ENGLISH, ids=lambda path: path.stem)
def test_an_english_article_is_english_and_has_its_chinese_original(path: Path) -> None:
    data, text = front(path), body_text(path)
    plain = re.sub(r"^(:::(要做|不要做)?|> \[!(警示|提示)\]|!law .*)", "", text, flags=re.MULTILINE)
    assert HAN.findall(plain + data["title"] + data["summary"]) == []
    original = front(FOLDER / "articles" / path.name)
    assert (data["entries"], data["hazards"], data["cites"]) == (
        original["entries"],
        original["hazards"],
        original["cites"],
    )
    assert data["reviewed_by"]


@pytest.mark.parametrize("path", READ_BY_ALL, ids=lambda path: path.stem)
def test_a_text_has_a_script_for_the_loudspeaker_that_leans_on_no_figure(path: Path) -> None:
    script = front(path)["loudspeaker"].strip()
    assert 100 <= len(script) <= SCRIPT_LONGEST
    assert FIGURE.findall(script) == []


@pytest.mark.parametrize("path", TEXTS, ids=TEXT_IDS)
def test_a_text_names_its_sources_and_its_reviewer_and_belongs_somewhere(path: Path) -> None:
    data = front(path)
    assert data["sources"]
    assert data["reviewed_by"]
    assert set(data["entries"]) <= ENTRIES
    assert set(data["hazards"]) <= set(Hazard.values)


@pytest.mark.parametrize("path", TEXTS, ids=TEXT_IDS)
def test_every_figure_points_to_a_rulebook_row_or_stands_among_the_doubts(path: Path) -> None:
    data, text = front(path), body_text(path)
    explained = " ".join(
        [number["text"] for number in data.get("numbers", [])] + [d["claim"] for d in data.get("doubts", [])]
    )
    squeezed = explained.replace(" ", "")
    assert [figure for figure in FIGURE.findall(text) if figure.replace(" ", "") not in squeezed] == []
    assert {number["row"] for number in data.get("numbers", [])} <= ROWS


@pytest.mark.parametrize("path", TEXTS, ids=TEXT_IDS)
def test_every_law_it_cites_is_in_the_rulebook(path: Path) -> None:
    cited = set(front(path)["cites"]) | set(re.findall(r"^!law (\S+)", body_text(path), re.MULTILINE))
    assert cited <= ROWS


@pytest.mark.parametrize("path", TEXTS, ids=TEXT_IDS)
def test_a_text_is_long_enough_to_be_useful_and_free_of_wrong_words(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(re.findall(r"[\u4e00-\u9fff]", text)) >= 400
    assert [word for word in WRONG_WORDS if word in text] == []


# ── Guides for venues ────────────────────────────────────────────────────────
def test_each_kind_of_venue_has_one_guide() -> None:
    assert sorted(front(path)["venue_kind"] for path in GUIDES) == sorted(kind for kind, _label in GUIDED_KINDS)


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_a_guide_is_long_enough_and_has_its_five_parts(path: Path) -> None:
    data, blocks = read_piece(path)
    kinds = [block["type"] for block in blocks]
    steps = [len(block["value"]) for block in blocks if block["type"] == "steps"]
    assert len(HAN.findall(body_text(path))) >= 600
    assert kinds.count("heading") == 5
    assert (8 <= steps[0] <= 12, steps[1:]) == (True, [3])  # what to look at, then three things to practise
    assert body_text(path).count("\n**“") >= 4  # what people ask
    assert len(data["illustration_alt"]) <= 200
    assert len(data["summary"]) <= 120


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_a_guide_fits_its_blocks_and_names_pieces_of_the_library(path: Path) -> None:
    data, blocks = read_piece(path)
    library = {one.stem for folder in ("articles", "cases", "quizzes") for one in (FOLDER / folder).glob("*.*")}
    assert set(data["bring"]) - library == set()
    steps = [step for block in blocks if block["type"] == "steps" for step in block["value"]]
    assert [step for step in steps if len(step["action"]) > 60 or len(step["note"]) > 120] == []


@pytest.mark.parametrize("path", QUIZZES, ids=lambda path: path.stem)
def test_every_question_can_be_asked_and_is_explained(path: Path) -> None:
    quiz = tomllib.loads(path.read_text(encoding="utf-8"))
    assert len(quiz["questions"]) == 5
    assert quiz["reviewed_by"]
    for question in quiz["questions"]:
        check_choices(question["kind"], question["options"], question["answer"])
        assert len(question["explanation"]) >= 30
        assert set(question["rows"]) <= ROWS


def test_question_keys_are_unique_and_right_answers_are_spread() -> None:
    questions = [q for path in QUIZZES for q in tomllib.loads(path.read_text(encoding="utf-8"))["questions"]]
    assert len({question["key"] for question in questions}) == len(questions)
    places = Counter(question["answer"][0] for question in questions if question["kind"] == "single")
    assert max(places.values()) <= sum(places.values()) / 2


def test_every_text_has_its_own_drawing() -> None:
    drawn = {path.stem for path in (FOLDER / "illustrations").glob("*.svg")}
    assert {front(path)["illustration"] for path in TEXTS} - drawn == set()


def test_there_are_ten_posters_spread_over_the_seven_entries() -> None:
    found = Counter(entry for path in POSTERS for entry in front(path)["entries"])
    assert (len(POSTERS), {entry for entry, count in found.items() if count >= 2}) == (10, ENTRIES)


@pytest.mark.parametrize("path", POSTERS, ids=lambda path: path.stem)
def test_a_poster_fits_its_sheet_and_is_read_in_one_glance(path: Path) -> None:
    data, body = read_piece(path)
    (steps,) = body
    assert len(data["headline"]) <= HEADLINE_LONGEST
    assert len(data["danger"]) <= 19  # one line of the red field
    assert 1 <= len(data["call"]) <= 3
    assert 3 <= len(steps["value"]) <= 5
    assert [step for step in steps["value"] if len(step["action"]) > 14 or len(step["note"]) > 30] == []


@pytest.mark.parametrize("path", POSTERS, ids=lambda path: path.stem)
def test_a_poster_has_a_drawing_a_script_a_source_and_a_reviewer_and_leans_on_no_figure(path: Path) -> None:
    data, text = front(path), path.read_text(encoding="utf-8")
    assert (FOLDER / "illustrations" / f"{data['illustration']}.svg").is_file()
    assert data["illustration"] == path.stem
    assert data["illustration_alt"]
    assert data["sources"]
    assert data["reviewed_by"]
    assert 100 <= len(data["loudspeaker"].strip()) <= SCRIPT_LONGEST
    assert set(data["hazards"]) <= set(Hazard.values)
    assert FIGURE.findall(text.replace(data["reviewed_on"], "")) == []
    assert [word for word in WRONG_WORDS if word in text] == []


def test_a_drawing_of_a_poster_has_no_writing_and_only_our_colours() -> None:
    ours = set(read_tokens().colours().values())
    for path in (FOLDER / "illustrations").glob("poster-*.svg"):
        drawn = path.read_text(encoding="utf-8")
        assert "<text" not in drawn
        assert {LONG.get(colour, colour) for colour in re.findall(r"#[0-9a-f]{3,6}", drawn)} - ours == set(), path.name


def test_no_drawing_can_run_or_fetch_anything() -> None:
    wrong = re.compile(r"<script|\son\w+=|href=|<foreignObject|<!ENTITY|url\(", re.IGNORECASE)
    assert [path.name for path in (FOLDER / "illustrations").glob("*.svg") if wrong.search(path.read_text())] == []
