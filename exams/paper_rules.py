"""How papers are drawn and which of them a person gets, told from plain values."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

FEWEST_PAPERS, MOST_PAPERS = 5, 40
CANDIDATES_A_PAPER = 20
FIXED_ORDER = frozenset({"true_false"})  # 正确 stands before 错误 wherever one looks


class Slot(TypedDict):
    version: int
    kind: str
    points: int
    order: list[int]  # the author's positions, as shown


@dataclass(frozen=True)
class Part:
    """So many of these questions, so many points each. `versions` tells how many options each version has."""

    kind: str
    count: int
    points: int
    versions: Mapping[int, int]


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
        drawn = sorted(sorted(part.versions), key=lambda version: (used[version], dice.random()))[: part.count]
        dice.shuffle(drawn)
        used.update(drawn)
        slots += [draw_slot(part, version, dice) for version in drawn]
    return slots


def draw_slot(part: Part, version: int, dice: random.Random) -> Slot:
    order = list(range(part.versions[version]))
    if part.kind not in FIXED_ORDER:
        dice.shuffle(order)
    return Slot(version=version, kind=part.kind, points=part.points, order=order)


def least_seen(
    papers: Mapping[int, Iterable[int]], seen: Mapping[int, int], used: Mapping[int, int], dice: random.Random
) -> int:
    """The paper whose questions this person has met least often; among equals the one that fewest people sat."""

    def rank(paper: int) -> tuple[int, int, float]:
        return sum(seen.get(question, 0) for question in papers[paper]), used.get(paper, 0), dice.random()

    return min(sorted(papers), key=rank)
