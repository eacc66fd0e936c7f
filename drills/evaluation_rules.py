"""What a drill's evaluation is worth, told from plain values: no queries, no clock, no Django.

Points are counted as fractions and rounded once, when they are told: neither the order of adding nor a rounded step in
between can change the last digit, and the same inputs give the same bytes."""

import json
import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

FORMULA = "drill-score-1"
POINTS: Mapping[str, int] = {"0": 0, "1": 1, "3": 3, "5": 5}
NOT_APPLICABLE, NOT_OBSERVED = "na", "not_observed"
VALUES = (*POINTS, NOT_APPLICABLE, NOT_OBSERVED)
LOW = ("0", "1")  # a reason is needed
FULL = 20  # what a point is worth of a hundred
GRADES = ((Decimal(90), "优"), (Decimal(75), "良"), (Decimal(60), "中"))
LOWEST = "差"
LONGEST_REASON = 500
MOST_EVIDENCE = 40


# ── What is put in ───────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Item:
    pk: int
    code: str
    veto: bool = False


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    weight: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Form:
    key: str
    version: int
    title: str
    percent: int
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Given:
    """What one evaluator gave for an item."""

    item: int
    sheet: int
    value: str


@dataclass(frozen=True)
class Reconciled:
    """What the lead evaluator decided after talking it over: it stands whatever was given."""

    item: int
    value: str


@dataclass(frozen=True)
class Inputs:
    """Everything the score is made of. Two neighbouring values of the scale lie at most two points apart; evaluators
    who lie farther apart than `spread` have not seen the same, and talk before anything is released."""

    forms: tuple[Form, ...]
    given: tuple[Given, ...]
    reconciled: tuple[Reconciled, ...] = ()
    spread: int = 2
    formula: str = FORMULA

    def told(self) -> dict[str, Any]:
        """For keeping: plain lists and words, in an order of their own."""
        in_order = replace(
            self,
            given=tuple(sorted(self.given, key=lambda one: (one.item, one.sheet))),
            reconciled=tuple(sorted(self.reconciled, key=lambda one: one.item)),
        )
        return dict(json.loads(canonical(asdict(in_order))))

    @property
    def items(self) -> Iterable[Item]:
        return (item for form in self.forms for section in form.sections for item in section.items)


def inputs_from(told: Mapping[str, Any]) -> Inputs:
    """What `told` gave, read again."""
    forms = tuple(
        Form(**{**form, "sections": tuple(section_from(section) for section in form["sections"])})
        for form in told["forms"]
    )
    given = tuple(Given(**one) for one in told["given"])
    reconciled = tuple(Reconciled(**one) for one in told["reconciled"])
    return Inputs(forms, given, reconciled, told["spread"], told["formula"])


def section_from(told: Mapping[str, Any]) -> Section:
    return Section(told["code"], told["title"], told["weight"], tuple(Item(**item) for item in told["items"]))


def canonical(value: Any) -> str:
    """The one way of writing it: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(value: Any) -> str:
    return sha256(canonical(value).encode()).hexdigest()


# ── An item ──────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Standing:
    """What is known of an item: what was given, sheet by sheet, and what was decided about it."""

    values: tuple[str, ...] = ()
    reconciled: str = ""
    veto: bool = False

    @property
    def points(self) -> Fraction | None:
        """0 to 5, the mean of those who gave points; None leaves the denominator."""
        counted = [POINTS[value] for value in self.decided if value in POINTS]
        return Fraction(sum(counted), len(counted)) if counted else None

    @property
    def decided(self) -> tuple[str, ...]:
        return (self.reconciled,) if self.reconciled else self.values

    @property
    def spread(self) -> int:
        """In points, between those who gave points."""
        counted = [POINTS[value] for value in self.values if value in POINTS]
        return max(counted) - min(counted) if counted else 0

    @property
    def compared(self) -> tuple[str, ...]:
        """Whoever saw nothing contradicts nobody."""
        return tuple(value for value in self.values if value != NOT_OBSERVED)

    @property
    def differs(self) -> bool:
        return len(set(self.compared)) > 1

    def is_open(self, spread: int) -> bool:
        """Has to be talked over first. Of a veto item also where only some gave 0: a mean must not hide it."""
        doubtful_veto = self.veto and self.differs and "0" in self.values
        return not self.reconciled and (self.spread > spread or doubtful_veto)

    @property
    def vetoes(self) -> bool:
        return self.veto and self.points == 0


def standings(inputs: Inputs) -> dict[int, Standing]:
    """Of every item on the forms."""
    given: dict[int, list[str]] = {}
    for one in sorted(inputs.given, key=lambda one: (one.item, one.sheet)):
        given.setdefault(one.item, []).append(one.value)
    decided = {one.item: one.value for one in inputs.reconciled}
    return {
        item.pk: Standing(tuple(given.get(item.pk, ())), decided.get(item.pk, ""), item.veto) for item in inputs.items
    }


def open_items(inputs: Inputs) -> list[int]:
    """Those that block the release, in the order of the forms."""
    return [pk for pk, standing in standings(inputs).items() if standing.is_open(inputs.spread)]


@dataclass(frozen=True)
class Agreement:
    """Of the items that two or more evaluators judged, how many they judged alike."""

    compared: int
    alike: int

    @property
    def percent(self) -> Decimal | None:
        return rounded(Fraction(100 * self.alike, self.compared)) if self.compared else None


def agreement(items: Iterable[Standing]) -> Agreement:
    judged = [standing for standing in items if len(standing.compared) > 1]
    return Agreement(len(judged), sum(not standing.differs for standing in judged))


# ── The score ────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class SectionScore:
    form: str
    code: str
    title: str
    weight: int
    points: Decimal | None  # of a hundred; None: nothing observed
    counted: int
    items: int


@dataclass(frozen=True)
class FormScore:
    key: str
    title: str
    percent: int
    points: Decimal | None
    sections: tuple[SectionScore, ...]


@dataclass(frozen=True)
class Outcome:
    total: Decimal | None
    grade: str  # empty where there is no total
    forms: tuple[FormScore, ...]
    vetoes: tuple[str, ...]  # codes of the items that capped it

    def told(self) -> dict[str, Any]:
        """What is kept beside the inputs; a Decimal is told as its two digits say it."""
        return dict(json.loads(json.dumps(asdict(self), default=str)))


def score(inputs: Inputs) -> Outcome:
    """A section is the mean of its counted items; a form is weighted by its sections' weights, the total by the forms'
    shares, each over those that have a value at all. A veto item at 0 makes the grade the lowest."""
    found = standings(inputs)
    exact = [form_points(form, found) for form in inputs.forms]
    shares = zip((form.percent for form in inputs.forms), (points for points, _sections in exact), strict=True)
    total = rounded(weighted(shares))
    vetoes = tuple(
        item.code
        for form in inputs.forms
        for section in form.sections
        for item in section.items
        if found[item.pk].vetoes
    )
    forms = tuple(
        FormScore(form.key, form.title, form.percent, rounded(points), sections)
        for form, (points, sections) in zip(inputs.forms, exact, strict=True)
    )
    return Outcome(total, grade(total, vetoed=bool(vetoes)), forms, vetoes)


def form_points(form: Form, found: Mapping[int, Standing]) -> tuple[Fraction | None, tuple[SectionScore, ...]]:
    exact, told = [], []
    for section in form.sections:
        counted = [points for item in section.items if (points := found[item.pk].points) is not None]
        points = FULL * sum(counted, Fraction()) / len(counted) if counted else None
        exact.append((section.weight, points))
        words = (form.key, section.code, section.title, section.weight)
        told.append(SectionScore(*words, rounded(points), len(counted), len(section.items)))
    return weighted(exact), tuple(told)


def weighted(parts: Iterable[tuple[int, Fraction | None]]) -> Fraction | None:
    known = [(weight, points) for weight, points in parts if points is not None]
    weights = sum(weight for weight, _points in known)
    return sum((weight * points for weight, points in known), Fraction()) / weights if weights else None


def rounded(exact: Fraction | None) -> Decimal | None:
    """To the hundredth, half of it up."""
    return None if exact is None else Decimal(math.floor(exact * 100 + Fraction(1, 2))).scaleb(-2)


def grade(total: Decimal | None, *, vetoed: bool) -> str:
    """Of the total as it is told: no sheet ever shows 90.00 beside the second grade."""
    if total is None:
        return ""
    return LOWEST if vetoed else next((name for least, name in GRADES if total >= least), LOWEST)


# ── What a phone sends ───────────────────────────────────────────────────────
@dataclass(frozen=True)
class Scored:
    item: int
    value: str
    reason: str = ""
    evidence: tuple[str, ...] = ()  # uids of observations

    @property
    def lacks_reason(self) -> bool:
        return self.value in LOW and not self.reason


def read_scored(payload: Any) -> Scored | None:
    """None where no page of ours would say so."""
    if not isinstance(payload, Mapping):
        return None
    item, value, reason = payload.get("item"), payload.get("value"), payload.get("reason") or ""
    named = payload.get("evidence") or []
    if not isinstance(item, int) or isinstance(item, bool) or value not in VALUES or not isinstance(reason, str):
        return None
    if not isinstance(named, list) or len(named) > MOST_EVIDENCE:
        return None
    evidence = [uid for uid in map(read_uid, named) if uid]
    if len(evidence) != len(named):
        return None
    return Scored(item, value, reason.strip()[:LONGEST_REASON], tuple(dict.fromkeys(evidence)))


def read_uid(text: Any) -> str:
    try:
        return str(uuid.UUID(text)) if isinstance(text, str) else ""
    except ValueError:
        return ""


# ── Who looks at what ────────────────────────────────────────────────────────
MOST_IN_FIELD = 15  # items an evaluator can keep an eye on outdoors


@dataclass(frozen=True)
class Person:
    """Who has a part: the same person by account, or by name and organisation where there is none."""

    identity: tuple[Any, ...]
    team: str


def plays_in_his_team(evaluator: Person, players: Iterable[Person]) -> bool:
    """Nobody evaluates a team he plays in; where one of the two names no team, it may be any."""
    teams = [player.team for player in players if player.identity == evaluator.identity]
    return any(not team or not evaluator.team or team == evaluator.team for team in teams)


@dataclass(frozen=True)
class Piece:
    """A section to be looked at in the field."""

    items: tuple[int, ...]
    weight: int
    veto: bool = False


def divide(pieces: Sequence[Piece], evaluators: Sequence[int], most: int = MOST_IN_FIELD) -> dict[int, list[int]]:
    """Each item to one evaluator, nobody more than `most` and all about as many. Sections stay together where they fit;
    those with a veto come first, then the heavy ones: what finds no room is the lead evaluator's afterwards."""
    plan: dict[int, list[int]] = {evaluator: [] for evaluator in evaluators}
    share = min(most, -(-sum(len(piece.items) for piece in pieces) // max(1, len(evaluators))))
    for piece in sorted(pieces, key=lambda piece: (not piece.veto, -piece.weight)):
        left = list(piece.items)
        while left and (free := [one for one in evaluators if len(plan[one]) < share]):
            least = min(free, key=lambda one: len(plan[one]))
            room = share - len(plan[least])
            plan[least] += left[:room]
            left = left[room:]
    return plan
