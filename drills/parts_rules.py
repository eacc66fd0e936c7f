"""Who may have which parts in a drill, and lists pasted from a worksheet, told from plain values: no queries, no clock,
no Django."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# The values of Participation.Role.
DIRECTOR, LEAD_EVALUATOR, CONTROLLER, SAFETY = "director", "lead_evaluator", "controller", "safety"
PLAYS = frozenset({"player", "simulator"})
JUDGES = frozenset({"evaluator", LEAD_EVALUATOR})
#: Without these nobody runs a drill.
NEEDED = (DIRECTOR, CONTROLLER, SAFETY, LEAD_EVALUATOR)
SINGLE = frozenset({DIRECTOR, LEAD_EVALUATOR})  # one of each: two who have the last word are none


def judges_himself(parts: Iterable[tuple[str, str]]) -> bool:
    """Whether somebody with these parts (role, team) evaluates a team he plays in. An evaluator without a team looks
    at all of them, a player without one may be of any."""
    told = list(parts)
    playing = {team for role, team in told if role in PLAYS}
    judging = {team for role, team in told if role in JUDGES}
    if not playing or not judging:
        return False
    return "" in playing | judging or bool(playing & judging)


# ── Pasted from a worksheet ──────────────────────────────────────────────────
MOST_LINES = 500
LONGEST = 60  # of each cell, as the columns of the table are
MOST_PEOPLE = 99_999
HEADS = frozenset({"姓名", "人员", "name"})
#: How people write the roles, beside their names in both languages.
WORDS: dict[str, str] = {
    "总指挥": DIRECTOR,
    "指挥长": DIRECTOR,
    "总策划": "planner",
    "导调": CONTROLLER,
    "导调人员": CONTROLLER,
    "控制人员": CONTROLLER,
    "评估": "evaluator",
    "评估人员": "evaluator",
    "评估组长": LEAD_EVALUATOR,
    "评估组组长": LEAD_EVALUATOR,
    "安全员": SAFETY,
    "文案": "scribe",
    "文案人员": "scribe",
    "记录员": "scribe",
    "模拟": "simulator",
    "模拟人员": "simulator",
    "参演": "player",
    "参演人员": "player",
    "观摩": "observer",
    "观摩人员": "observer",
    "保障": "support",
    "保障人员": "support",
}


@dataclass(frozen=True)
class Line:
    """A pasted row as it was read; `number` counts the lines of the text from 1."""

    number: int
    name: str
    unit: str = ""
    role: str = ""
    team: str = ""
    site: str = ""
    count: str = ""
    beyond: tuple[str, ...] = ()  # cells that have no column


def read_lines(text: str) -> list[Line]:
    """Name, unit, role, team, site and (of a group) the number of people, parted by tabs as a worksheet copies them.
    Empty lines and a line of heads are left out."""
    rows = [(number, cells_of(line)) for number, line in enumerate(text.splitlines(), start=1)]
    return [line_of(number, cells) for number, cells in rows if any(cells) and cells[0].lower() not in HEADS]


def cells_of(line: str) -> list[str]:
    return [tidy(cell) for cell in line.split("\t")]


def line_of(number: int, cells: list[str]) -> Line:
    name, unit, role, team, site, count = (*cells, *[""] * 6)[:6]
    return Line(number, name, unit, role, team, site, count, tuple(cell for cell in cells[6:] if cell))


def tidy(text: str) -> str:
    """Full-width letters, stray spaces and line breaks do not matter."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


def role_meant(word: str, names: Mapping[str, str]) -> str | None:
    """The role of this name (`names` are those of the page's language) or of one of its usual words; never a guess."""
    known = {plain(name): role for name, role in {**WORDS, **names}.items()}
    return known.get(plain(word))


def plain(word: str) -> str:
    return word.replace(" ", "").lower()


def count_meant(cell: str) -> int | None:
    """「30」 or 「30人」; None for what is no number of people."""
    found = re.fullmatch(r"(\d{1,5})\s*人?", cell)
    count = int(found[1]) if found else 0
    return count if 0 < count <= MOST_PEOPLE else None
