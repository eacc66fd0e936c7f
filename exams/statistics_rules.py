"""Statistics of a test and its questions by classical test theory, computed as Moodle's quiz does. Plain values in and
out: marks are exact (int, Fraction or Decimal), sums stay exact, and only a ratio at the end becomes a float.

n is the number of sittings, x the mark for a question, T the total of a sitting and R = T - x the rest of it. Variances
and covariances divide by n - 1. What cannot be said (no spread, too few sittings) is None, never 0.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from operator import mul
from typing import Any, Final

Mark = int | Fraction | Decimal


# ── Sums that stay exact ─────────────────────────────────────────────────────
def covariance(some: Sequence[Mark], others: Sequence[Mark]) -> Fraction | None:
    """None for fewer than two."""
    count = len(some)
    if count < 2:
        return None
    products: Any = sum(map(mul, some, others))
    return Fraction(Fraction(products) * count - Fraction(sum(some)) * Fraction(sum(others))) / (count * (count - 1))


def variance(some: Sequence[Mark]) -> Fraction | None:
    return covariance(some, some)


def root(value: Fraction | None) -> float | None:
    return None if value is None or value < 0 else math.sqrt(value)


def percent_of(part: Fraction | None, whole: float | None) -> float | None:
    """None where there is nothing to compare with."""
    return None if part is None or not whole else 100 * float(part) / whole


# ── One question ─────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Item:
    """`facility` from 0 to 1; `sd` in points; the others in per cent. `weighing` is the covariance with the total, of
    which `effective_weights` makes a share."""

    count: int
    facility: float | None
    sd: float | None
    discrimination: float | None
    efficiency: float | None
    weighing: Fraction | None


def item(marks: Sequence[Mark], totals: Sequence[Mark], best: Mark, *, drawn: bool = False) -> Item:
    """Marks of one question with the totals of the same sittings; `best` is what it is worth at most.

    Against the rest of the paper; a question that was drawn at random, so that only some sittings had it, against the
    whole total."""
    count = len(marks)
    compared = totals if drawn else [total - mark for total, mark in zip(totals, marks, strict=True)]  # type: ignore[operator]
    spread, around = variance(marks), variance(compared)
    together = covariance(marks, compared)
    most = covariance(sorted(marks), sorted(compared))
    return Item(
        count=count,
        facility=float(Fraction(sum(marks)) / (count * Fraction(best))) if count and best else None,
        sd=root(spread),
        discrimination=percent_of(together, math.sqrt(spread * around) if spread and around else None),
        efficiency=percent_of(together, float(most) if most else None),
        weighing=covariance(marks, totals),
    )


def effective_weights(items: Sequence[Item]) -> list[float | None]:
    """What share of the differences between people each question makes, in per cent; None where it works against the
    total."""
    roots = [root(one.weighing) for one in items]
    whole = sum(one for one in roots if one is not None)
    return [None if one is None or not whole else 100 * one / whole for one in roots]


def guess_score(kind: str, options: int) -> float | None:
    """The share of the points that blind guessing brings on average; None where nobody can say."""
    if kind == "multiple":
        return None
    if kind in {"single", "true_false", "matching"}:
        return 1 / options if options else None
    return 1 / math.factorial(options) if kind == "ordering" else 0.0


# ── The whole test ───────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Whole:
    """`mean`, `median`, `sd` and `standard_error` in the unit of the totals; `consistency` (Cronbach's alpha) and
    `error_ratio` in per cent."""

    count: int
    mean: float | None
    median: float | None
    sd: float | None
    skewness: float | None
    kurtosis: float | None
    consistency: float | None
    error_ratio: float | None
    standard_error: float | None


def whole_test(totals: Sequence[Mark], columns: Sequence[Sequence[Mark]]) -> Whole:
    """`columns` holds the marks of each place of the paper, in the order of the totals."""
    spread = variance(totals)
    sd, consistency = root(spread), internal_consistency(spread, columns)
    skewness, kurtosis = shape(totals)
    error_ratio = None if consistency is None else 100 * math.sqrt(1 - consistency / 100)
    return Whole(
        count=len(totals),
        mean=float(Fraction(sum(totals)) / len(totals)) if totals else None,
        median=median(totals),
        sd=sd,
        skewness=skewness,
        kurtosis=kurtosis,
        consistency=consistency,
        error_ratio=error_ratio,
        standard_error=None if error_ratio is None or sd is None else error_ratio * sd / 100,
    )


def median(totals: Sequence[Mark]) -> float | None:
    if not totals:
        return None
    ranked, middle = sorted(totals), len(totals) // 2
    pair = ranked[middle - 1 : middle + 1] if len(ranked) % 2 == 0 else [ranked[middle]]
    return float(Fraction(sum(pair)) / len(pair))


def internal_consistency(spread: Fraction | None, columns: Sequence[Sequence[Mark]]) -> float | None:
    """100·p/(p-1)·(1 - Σvar xᵢ / var T)."""
    places = len(columns)
    if not spread or places < 2:
        return None
    own = sum((variance(column) or Fraction(0) for column in columns), Fraction(0))
    return float(100 * Fraction(places, places - 1) * (1 - own / spread))


def shape(totals: Sequence[Mark]) -> tuple[float | None, float | None]:
    """Skewness k3/k2^1.5 and kurtosis k4/k2² by the k-statistics; they need three and four sittings and some spread."""
    n = len(totals)
    whole = Fraction(sum(totals))
    apart = [n * Fraction(total) - whole for total in totals]  # n times the distance from the mean
    second, third, fourth = (
        (sum(one**power for one in apart) / Fraction(n) ** (power + 1) for power in (2, 3, 4)) if n else (0, 0, 0)
    )
    if n < 3 or not second:
        return None, None
    k2 = n * second / (n - 1)
    k3 = n * n * third / ((n - 1) * (n - 2))
    skewness = float(k3) / float(k2) ** 1.5
    if n < 4:
        return skewness, None
    k4 = n * n * ((n + 1) * fourth - 3 * (n - 1) * second * second) / ((n - 1) * (n - 2) * (n - 3))
    return skewness, float(k4 / (k2 * k2))


# ── What needs a look ────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Thresholds:
    """Beyond which figures a person should look at a question. A sign of where to look, not a verdict."""

    fewest: int = 20  # sittings; below it the figures say little
    hard: float = 0.30  # facility
    easy: float = 0.95
    weak: float = 20.0  # discrimination
    against: float = 0.0


THRESHOLDS: Final = Thresholds()
URGENCY: Final = ("against", "hard", "weak", "easy", "few")  # the first needs a look most


def looks(
    facility: float | None, discrimination: float | None, count: int, limits: Thresholds = THRESHOLDS
) -> list[str]:
    """Why a question needs a look, the most urgent first. Of too few sittings nothing else is said."""
    if count < limits.fewest:
        return ["few"]
    found = set()
    if facility is not None and facility < limits.hard:
        found.add("hard")
    if facility is not None and facility > limits.easy:
        found.add("easy")
    elif discrimination is not None and discrimination < limits.weak:
        found.add("against" if discrimination < limits.against else "weak")
    return [word for word in URGENCY if word in found]


def urgency(reasons: Sequence[str]) -> int:
    """To sort by: what needs a look most comes first."""
    return min((URGENCY.index(reason) for reason in reasons), default=len(URGENCY))
