"""How papers are drawn and which of them a person gets, told from plain values."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict

FEWEST_PAPERS, MOST_PAPERS = 5, 40
CANDIDATES_A_PAPER = 20
FIXED_ORDER = frozenset({"true_false", "fill", "short", "essay"})  # 正确 stands before 错误 wherever one looks


class Slot(TypedDict):
    version: int
    kind: str
    points: int
    order: list[int]  # the author's positions, as shown
    partial: NotRequired[str]
    case: NotRequired[str]  # stands beside the other questions of this case


@dataclass(frozen=True)
class Part:
    """So many of these questions, so many points each. `versions` tells, in the author's order, how many options each
    version has; `cases` names the case of those that belong to one."""

    kind: str
    count: int
    points: int
    versions: Mapping[int, int]
    partial: str = ""
    cases: Mapping[int, str] = field(default_factory=dict)


def papers_for(candidates: int) -> int:
    """A pool of equivalent forms rather than one per person."""
    return min(max(FEWEST_PAPERS, candidates // CANDIDATES_A_PAPER), MOST_PAPERS)


def draw_pool(parts: Sequence[Part], papers: int, dice: random.Random) -> list[list[Slot]]:
    """Equivalent papers that share as few questions as the banks allow."""
    used: Counter[int] = Counter()
    return [draw_paper(parts, used, dice) for _paper in range(papers)]


def draw_paper(parts: Sequence[Part], used: Counter[int], dice: random.Random) -> list[Slot]:
    """`used` counts how many papers of the pool ask a question already, and is counted on."""
    slots: list[Slot] = []
    for part in parts:
        units = draw_units(part, used, dice)
        dice.shuffle(units)
        for drawn in units:
            used.update(drawn)
            slots += [draw_slot(part, version, dice) for version in drawn]
    return slots


def draw_units(part: Part, used: Counter[int], dice: random.Random) -> list[list[int]]:
    """The least used first. A case is one unit of as many questions as the part has of it: taken whole, and only when
    it fits what is left to draw; never so that what is left could not be made up any more."""
    units = sorted(units_of(part), key=lambda unit: (max(used[version] for version in unit), dice.random()))
    reachable = sums([len(unit) for unit in units], part.count)
    drawn, left = [], part.count
    for place, unit in enumerate(units, 1):
        if len(unit) <= left and reachable[place] >> (left - len(unit)) & 1:
            drawn.append(unit)
            left -= len(unit)
    return drawn


def units_of(part: Part) -> list[list[int]]:
    """What is drawn whole: a question that stands alone, or those of one case in the author's order."""
    units: dict[int | str, list[int]] = {}
    for version in part.versions:
        units.setdefault(part.cases.get(version) or version, []).append(version)
    return list(units.values())


def sums(sizes: Sequence[int], most: int) -> list[int]:
    """For each place in `sizes`, and for the end, what some of those from there on add up to: bit n stands for n."""
    reachable, upto = [1], (1 << most + 1) - 1
    for size in reversed(sizes):
        reachable.append((reachable[-1] | reachable[-1] << size) & upto)
    return reachable[::-1]


def can_draw(sizes: Sequence[int], count: int) -> bool:
    """Whether units of these sizes add up to exactly so many questions."""
    return bool(sums(sizes, count)[0] >> count & 1)


def draw_slot(part: Part, version: int, dice: random.Random) -> Slot:
    order = list(range(part.versions[version]))
    if part.kind not in FIXED_ORDER:
        dice.shuffle(order)
    slot = Slot(version=version, kind=part.kind, points=part.points, order=order)
    if part.partial:
        slot["partial"] = part.partial
    if case := part.cases.get(version):
        slot["case"] = case
    return slot


def least_seen(
    papers: Mapping[int, Iterable[int]], seen: Mapping[int, int], used: Mapping[int, int], dice: random.Random
) -> int:
    """The paper whose questions this person has met least often; among equals the one that fewest people sat."""

    def rank(paper: int) -> tuple[int, int, float]:
        return sum(seen.get(question, 0) for question in papers[paper]), used.get(paper, 0), dice.random()

    return min(sorted(papers), key=rank)
