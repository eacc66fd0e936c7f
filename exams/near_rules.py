"""Texts that are nearly alike, found among very many without comparing each with each. No Django.

A text is its set of pairs of neighbouring characters. Two are near when they share at least so much of all their
pairs; then they share one of the rarest few of either, and only those are looked up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from math import ceil

ALIKE = 80  # per cent of the pairs of both together that both have
SHORTEST = 6  # characters; below, one word more or less makes another question
MOST_LOOKED_AT = 200  # texts with a rare pair in common: more of them are a form filled in again and again

Pairs = frozenset[str]


def pairs_of(text: str) -> Pairs:
    """`text` is folded already: width, case and spaces are no differences."""
    return frozenset(map("".join, pairwise(text))) if len(text) >= SHORTEST else frozenset()


def near_pairs(known: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """For each place in `new` the most alike text: its place in `known`, or -1 - its place in `new` where it stands
    earlier there. Texts without one are left out."""
    finder = Finder([pairs_of(text) for text in known], [pairs_of(text) for text in new])
    return finder.all()


class Finder:
    def __init__(self, known: Sequence[Pairs], new: Sequence[Pairs]) -> None:
        self.texts = [*known, *new]
        self.first = len(known)  # from here on they are new
        asked: Pairs = frozenset().union(*new)
        counts = Counter(chain.from_iterable(pairs & asked for pairs in self.texts))
        self.ranks = {pair: rank for rank, (pair, _count) in enumerate(reversed(counts.most_common()))}
        self.index: dict[int, list[int]] = {}

    def all(self) -> dict[int, int]:
        for place in range(self.first):
            self.add(place, self.rarest(self.texts[place]))
        found: dict[int, int] = {}
        for place in range(self.first, len(self.texts)):
            ranks = self.rarest(self.texts[place])
            best = self.nearest(place, ranks)
            if best is not None:
                found[place - self.first] = best if best < self.first else self.first - 1 - best
            self.add(place, ranks)
        return found

    def rarest(self, pairs: Pairs) -> list[int]:
        """As many as any near text must share one of. A pair that no new text has is the rarest of all, and leads
        nowhere."""
        ranks = [self.ranks[pair] for pair in pairs if pair in self.ranks]
        many = len(pairs) - ceil(len(pairs) * ALIKE / 100) + 1 - (len(pairs) - len(ranks))
        return sorted(ranks)[:many] if many > 0 else []

    def add(self, place: int, ranks: Iterable[int]) -> None:
        for rank in ranks:
            self.index.setdefault(rank, []).append(place)

    def nearest(self, place: int, ranks: Iterable[int]) -> int | None:
        pairs, best, shared_most = self.texts[place], None, 0.0
        for other in self.candidates(len(pairs), ranks):
            others = self.texts[other]
            both = len(pairs & others)
            shared = both / (len(pairs) + len(others) - both)
            if shared * 100 >= ALIKE and shared > shared_most:
                best, shared_most = other, shared
        return best

    def candidates(self, size: int, ranks: Iterable[int]) -> Iterable[int]:
        """Those of about the same length; behind a rare pair stand few."""
        least, most = -(-size * ALIKE // 100), size * 100 // ALIKE
        seen = set[int]()
        for rank in ranks:
            for other in self.index.get(rank, ())[:MOST_LOOKED_AT]:
                if other not in seen and least <= len(self.texts[other]) <= most:
                    seen.add(other)
                    yield other
            if len(seen) >= MOST_LOOKED_AT:
                return
