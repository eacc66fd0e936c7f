"""What is true of emergency plans, told from plain values: no queries, no clock, no Django."""

import calendar
import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

# ── Whom a rule of the law means ─────────────────────────────────────────────
#: What an organisation is by its sector, in the words of `duties.vocabulary.Tag`. Only what the sector says for
#: certain: everything else is a feature that somebody has entered for the organisation.
SECTOR_TAGS: Final[Mapping[str, frozenset[str]]] = {
    "hazardous_chemicals": frozenset({"dangerous_goods", "high_risk"}),
    "fireworks": frozenset({"fireworks", "dangerous_goods", "high_risk"}),
    "coal_mine": frozenset({"coal_mine", "mine", "high_risk"}),
    "other_mine": frozenset({"mine", "high_risk"}),
    "metal_smelting": frozenset({"metal_smelting", "high_risk"}),
    "construction": frozenset({"construction"}),
    "industry_trade": frozenset({"industry_trade"}),
}
#: … and by its own kind.
KIND_TAGS: Final[Mapping[str, frozenset[str]]] = {
    "school": frozenset({"school"}),
    "office": frozenset({"office"}),
    "village_committee": frozenset({"village"}),
    "community_committee": frozenset({"village"}),
}
#: Whose plan it is by the kind of the plan and the level of the division where its office sits.
PLAN_TAGS: Final[Mapping[tuple[str, str], str]] = {
    ("government_overall", "county"): "government",
    ("government_special", "county"): "government",
    ("government_department", "county"): "department",
    ("government_overall", "township"): "township",
    ("government_special", "township"): "township",
}


def features(tags: Iterable[str], *, sector: str, kind: str, plan_kind: str, level: str) -> frozenset[str]:
    """Everything that a rule of the law may ask of the organisation behind a plan."""
    by_plan = PLAN_TAGS.get((plan_kind, level))
    known = SECTOR_TAGS.get(sector, frozenset()) | KIND_TAGS.get(kind, frozenset())
    return frozenset(tags) | known | frozenset({by_plan} if by_plan else ())


class Rule(NamedTuple):
    """A row of the rulebook, as far as it matters here. Without tags it speaks of every organisation."""

    key: str
    tags: frozenset[str]
    months: int = 0
    mandatory: bool = True
    verified: bool = True
    replaces: str = ""  # the key of the rule whose place it takes where both match

    @property
    def force(self) -> str:
        """Only what is binding makes anything overdue; what is doubtful is the bureau's to see and to settle."""
        if not self.verified:
            return DOUBTFUL
        return BINDING if self.mandatory else ADVISED


BINDING, ADVISED, DOUBTFUL = "binding", "advised", "doubtful"
FORCES = (BINDING, ADVISED, DOUBTFUL)


def matching(rules: Iterable[Rule], carried: Collection[str]) -> list[Rule]:
    """Each gives its own obligation; one gives way to another only where that one says that it takes its place. What
    nobody has verified takes no place."""
    met = [rule for rule in rules if not rule.tags or rule.tags.intersection(carried)]
    replaced = {rule.replaces for rule in met if rule.verified}
    return [rule for rule in met if rule.key not in replaced]


# ── When the next evaluation is due ──────────────────────────────────────────
def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def counted_from(issued_on: date, evaluated_on: date | None) -> date:
    """The last evaluation, or the issue of the version in use where that was later: a new text begins anew."""
    return max(issued_on, evaluated_on or issued_on)


def is_overdue(due: date, today: date) -> bool:
    """The last day itself still counts."""
    return due < today


# ── What a version says ──────────────────────────────────────────────────────
class Clause(NamedTuple):
    number: str
    title: str
    text: str = ""


def tidy(text: str) -> str:
    """As it is kept: composed characters, lines ended by \\n, nothing blank at the ends of lines or of the whole."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def canonical_text(clauses: Iterable[Clause]) -> bytes:
    """What the hash of a version without a file is made over: its clauses in their order as JSON, in UTF-8."""
    told = [[tidy(part) for part in clause] for clause in clauses]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class ClauseFaults:
    """By the place of the clause (from 0)."""

    unnumbered: set[int] = field(default_factory=set)
    untitled: set[int] = field(default_factory=set)
    doubled: set[int] = field(default_factory=set)  # the second and further ones with a number

    def __bool__(self) -> bool:
        return bool(self.unnumbered or self.untitled or self.doubled)


def clause_faults(clauses: Iterable[Clause]) -> ClauseFaults:
    faults, seen = ClauseFaults(), set[str]()
    for place, clause in enumerate(clauses):
        if not clause.number:
            faults.unnumbered.add(place)
        elif clause.number in seen:
            faults.doubled.add(place)
        if not clause.title:
            faults.untitled.add(place)
        seen.add(clause.number)
    return faults


# ── Pasted text ──────────────────────────────────────────────────────────────
LONGEST_TITLE: Final = 120
LONGEST_NUMBER: Final = 20
#: 4.2.1 and a title, 第三章 and a title, 附件 2 and a title. A single figure needs a blank behind it: "3、" and "3."
#: begin the items of a list.
DECIMAL = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,5})(?P<mark>[.、]?)(?P<blank>[ \t]*)(?P<title>[^\d.].*)")
CHINESE = "一二三四五六七八九十百零"
NAMED = re.compile(
    rf"(?P<number>第[{CHINESE}\d]{{1,6}}[章节条]|附[件录表] ?[A-Z\d{CHINESE}]{{0,3}})[ \t:：]+(?P<title>\S.*)"
)
SENTENCE_END = ("。", "；", "！", "？", ";")
FIRST_PART = re.compile(r"[^，。；：！？,;:]+")


def split_clauses(pasted: str) -> list[Clause]:
    """Clauses out of a text whose headings stand in lines of their own ("4.2.1 title"). What stands before the first
    heading comes back as a clause without a number: nothing is lost, and somebody looks at it."""
    found: list[tuple[str, str, list[str]]] = []
    for raw in tidy(pasted).split("\n"):
        line = raw.replace("\u3000", " ").replace("\xa0", " ").strip()
        heading = read_heading(line, found[-1][0] if found else "")
        if heading:
            found.append((*heading, []))
        elif line or found:
            if not found:
                found.append(("", "", []))
            found[-1][2].append(line)
    return [made(number, title, tidy("\n".join(lines))) for number, title, lines in found]


def made(number: str, title: str, text: str) -> Clause:
    """A line that is a whole sentence is text; its first part stands in as the title."""
    if title.endswith(SENTENCE_END) or len(title) > LONGEST_TITLE:
        first = FIRST_PART.match(title)
        return Clause(number, (first[0] if first else title)[:LONGEST_TITLE], f"{title}\n{text}".strip("\n"))
    return Clause(number, title, text)


def read_heading(line: str, before: str) -> tuple[str, str] | None:
    """Number and title where the line begins a clause; `before` is the number of the clause it would follow."""
    if named := NAMED.match(line):
        return named["number"].replace(" ", ""), named["title"]
    found = DECIMAL.match(half_width(line))
    if not found or not is_heading(found, before):
        return None
    return found["number"], line[found.start("title") :].strip()


def is_heading(found: re.Match[str], before: str) -> bool:
    """A figure at the beginning of a line of text is none: numbers of clauses rise, those of chapters by one."""
    number = parts_of(found["number"])
    known = parts_of(before) if re.fullmatch(r"[\d.]+", before) else []
    if len(number) > 1:
        return number > known
    if found["mark"] or not found["blank"]:
        return False
    return not before or (bool(known) and number[0] == known[0] + 1)


def parts_of(number: str) -> list[int]:
    return [int(part) for part in number.split(".")]


def half_width(line: str) -> str:
    """Full-width figures and points as half-width ones, every character in its place."""
    return line.translate(HALF_WIDTH)


HALF_WIDTH = {ord(wide): narrow for wide, narrow in zip("０１２３４５６７８９．", "0123456789.", strict=True)}
