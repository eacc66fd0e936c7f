"""Patterns of an exam at which a person may want to look, told from plain values. A pattern is no finding: a quick
candidate may know the answers, a couple may share a phone. Nothing here changes a mark."""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final


@dataclass(frozen=True)
class Limits:
    """From where on a pattern is listed; in one place, so that they can be argued about."""

    seconds_a_question: int = 4
    questions: int = 10  # answered, for a speed to mean something
    times_left: int = 10
    alike: int = 5  # identical wrong answers of two sittings
    deviations: float = 4.0  # standard deviations above what chance explains


LIMITS: Final = Limits()
MOST: Final = 200  # of one kind are listed, the strongest first


@dataclass(frozen=True)
class Told:
    """What is known of one sitting."""

    sitting: int
    person: int
    seconds: float  # from the start to the last answer
    answered: int
    devices: frozenset[str]
    times_left: int


@dataclass(frozen=True)
class Pattern:
    kind: str
    sittings: tuple[int, ...]
    strength: float
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The same for the same sittings, whenever it is computed; short also for a phone that many hands held."""
        several = "-".join(map(str, self.sittings[:6]))
        return f"{self.kind}:{several}" if len(self.sittings) <= 6 else f"{self.kind}:{several}-{len(self.sittings)}"


def fast(sittings: Iterable[Told], limits: Limits = LIMITS) -> Iterator[Pattern]:
    """Less time for each answer than reading a question takes."""
    for one in sittings:
        if one.answered >= limits.questions and one.seconds / one.answered < limits.seconds_a_question:
            each = round(one.seconds / one.answered, 1)
            facts = {"seconds": each, "answered": one.answered}
            yield Pattern("fast", (one.sitting,), limits.seconds_a_question - each, facts)


def left_often(sittings: Iterable[Told], limits: Limits = LIMITS) -> Iterator[Pattern]:
    for one in sittings:
        if one.times_left >= limits.times_left:
            yield Pattern("left", (one.sitting,), one.times_left, {"times": one.times_left})


def shared_devices(sittings: Iterable[Told]) -> Iterator[Pattern]:
    """One browser with which more than one person sat this exam."""
    holders: dict[str, dict[int, int]] = defaultdict(dict)
    for one in sittings:
        for device in one.devices:
            holders[device].setdefault(one.person, one.sitting)
    groups = {tuple(sorted(people.values())) for people in holders.values() if len(people) > 1}
    for group in sorted(groups):
        yield Pattern("device", group, len(group), {"people": len(group)})


# ── Identical wrong answers ──────────────────────────────────────────────────
Wrong = Mapping[int, Hashable]  # by question: the wrong answer given


def alike(wrong: Mapping[int, Wrong], people: Mapping[int, int], limits: Limits = LIMITS) -> Iterator[Pattern]:
    """Pairs of sittings of one paper that share more identical wrong answers than chance explains.

    `wrong` by sitting, `people` tells whose each is. Chance: whoever is wrong at a question gives a certain wrong
    answer as often as all the others who were wrong there."""
    shares = chances(wrong.values())
    for (one, other), count in shared_counts(wrong).items():
        if count < limits.alike or people[one] == people[other]:
            continue
        both = [shares[question] for question in wrong[one].keys() & wrong[other].keys()]
        expected = sum(both)
        spread = math.sqrt(sum(share * (1 - share) for share in both))
        above = (count - expected) / max(spread, 0.5)  # a half: where chance explains all of it, nothing is odd
        if above >= limits.deviations:
            facts = {"same": count, "both_wrong": len(both), "expected": round(expected, 1)}
            yield Pattern("alike", (one, other), above, facts)


def chances(all_wrong: Iterable[Wrong]) -> dict[int, float]:
    """For each question how likely two people who are both wrong give the same wrong answer."""
    given: dict[int, Counter[Hashable]] = defaultdict(Counter)
    for wrong in all_wrong:
        for question, answer in wrong.items():
            given[question][answer] += 1
    return {question: sum((n / each.total()) ** 2 for n in each.values()) for question, each in given.items()}


def shared_counts(wrong: Mapping[int, Wrong]) -> Counter[tuple[int, int]]:
    """How many identical wrong answers each two sittings share, without looking at every pair."""
    groups: dict[tuple[int, Hashable], list[int]] = defaultdict(list)
    for sitting in sorted(wrong):
        for question, answer in wrong[sitting].items():
            groups[question, answer].append(sitting)
    counts: Counter[tuple[int, int]] = Counter()
    for group in groups.values():
        counts.update(combinations(group, 2))
    return counts


def strongest(patterns: Iterable[Pattern], most: int = MOST) -> list[Pattern]:
    return sorted(patterns, key=lambda pattern: (-pattern.strength, pattern.sittings))[:most]


def stored(patterns: Sequence[Pattern]) -> list[dict[str, Any]]:
    """As JSON keeps them."""
    return [{"kind": one.kind, "key": one.key, "sittings": list(one.sittings), "facts": one.facts} for one in patterns]
