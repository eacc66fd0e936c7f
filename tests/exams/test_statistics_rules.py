"""Item and test statistics: small data computed by hand, and any data against the formulas written out naively."""

import math
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exams import statistics_rules as rules

# Five sittings of three questions, one point each:
#   T = 3, 2, 2, 1, 0; mean 1.6; Σ(T-1.6)² = 1.96+0.16+0.16+0.36+2.56 = 5.2; variance 1.3
COLUMNS = [[1, 1, 1, 1, 0], [1, 1, 0, 0, 0], [1, 0, 1, 0, 0]]
TOTALS = [3, 2, 2, 1, 0]


def test_a_question_is_measured_against_the_rest_of_the_paper():
    # x = 1,1,1,1,0 (mean .8, variance .2); R = 2,1,1,0,0 (mean .8, variance .7); cov = (4 - 5·.64)/4 = .2
    found = rules.item(COLUMNS[0], TOTALS, 1)
    assert (found.count, found.facility) == (5, 0.8)
    assert found.sd == pytest.approx(math.sqrt(0.2))
    assert found.discrimination == pytest.approx(100 * 0.2 / math.sqrt(0.2 * 0.7))
    # sorted: x = 0,1,1,1,1 and R = 0,0,1,1,2: the same sum of products, so nothing more was possible
    assert found.efficiency == pytest.approx(100)
    assert found.weighing == Fraction(2, 5)  # (8 - 5·.8·1.6)/4


def test_a_question_drawn_at_random_is_measured_against_the_whole_total():
    # x = 1,0 with T = 3,0: both move together completely
    found = rules.item([1, 0], [3, 0], 1, drawn=True)
    assert (found.discrimination, found.efficiency) == (pytest.approx(100), pytest.approx(100))


def test_weights_share_the_square_roots_of_the_covariances_and_leave_out_what_works_against():
    # cov(x, T): .4, (5 - 5·.4·1.6)/4 = .45, .45
    weights = rules.effective_weights([rules.item(column, TOTALS, 1) for column in COLUMNS])
    whole = math.sqrt(0.4) + 2 * math.sqrt(0.45)
    assert weights == pytest.approx([100 * math.sqrt(one) / whole for one in (0.4, 0.45, 0.45)])
    against = rules.item([0, 1], [1, 0], 1, drawn=True)
    assert rules.effective_weights([against, rules.item([1, 0], [1, 0], 1, drawn=True)]) == [None, 100.0]


def test_the_whole_test_by_hand():
    found = rules.whole_test(TOTALS, COLUMNS)
    assert (found.count, found.mean, found.median) == (5, 1.6, 2.0)
    assert found.sd == pytest.approx(math.sqrt(1.3))
    # variances .2, .3, .3; alpha = 3/2 · (1 - .8/1.3)
    alpha = 100 * 1.5 * (1 - 0.8 / 1.3)
    assert found.consistency == pytest.approx(alpha)
    assert found.error_ratio == pytest.approx(100 * math.sqrt(1 - alpha / 100))
    assert found.standard_error == pytest.approx(math.sqrt(1 - alpha / 100) * math.sqrt(1.3))


def test_without_spread_nothing_is_said():
    found = rules.item([1, 1, 1], [2, 1, 3], 1)
    assert (found.facility, found.sd, found.discrimination, found.efficiency) == (1.0, 0.0, None, None)
    whole = rules.whole_test([2, 2], [[1, 1], [1, 1]])
    assert (whole.sd, whole.skewness, whole.kurtosis, whole.consistency, whole.standard_error) == (0, *[None] * 4)


@pytest.mark.parametrize("totals", [[], [3]])
def test_of_one_sitting_or_none_there_are_no_variances(totals):
    whole = rules.whole_test(totals, [totals, totals])
    assert (whole.count, whole.sd, whole.consistency) == (len(totals), None, None)
    assert rules.item(totals, totals, 5).discrimination is None


@pytest.mark.parametrize(
    ("kind", "options", "score"),
    [("single", 4, 0.25), ("true_false", 2, 0.5), ("matching", 5, 0.2), ("ordering", 3, 1 / 6), ("fill", 0, 0.0)],
)
def test_blind_guessing_brings_its_share(kind, options, score):
    assert rules.guess_score(kind, options) == score


def test_nobody_can_say_what_guessing_brings_in_multiple_choice():
    assert rules.guess_score("multiple", 4) is None


@pytest.mark.parametrize(
    ("facility", "discrimination", "count", "words"),
    [
        (0.6, 35.0, 100, []),
        (0.29, 35.0, 100, ["hard"]),
        (0.3, 20.0, 100, []),
        (0.2, -5.0, 100, ["against", "hard"]),
        (0.6, 19.9, 100, ["weak"]),
        (0.96, 3.0, 100, ["easy"]),  # where nearly all are right nothing can be told apart
        (0.1, -50.0, 19, ["few"]),
        (1.0, None, 20, ["easy"]),
    ],
)
def test_what_needs_a_look(facility, discrimination, count, words):
    assert rules.looks(facility, discrimination, count) == words


def test_the_most_urgent_comes_first():
    ranks = [rules.urgency(words) for words in (["against", "hard"], ["hard"], ["weak"], ["easy"], ["few"], [])]
    assert all(one < other for one, other in pairwise(ranks))


# ── Against the formulas, written out naively ────────────────────────────────
def mean(values):
    return sum(values) / len(values)


def cov(some, others):
    return sum((x - mean(some)) * (y - mean(others)) for x, y in zip(some, others, strict=True)) / (len(some) - 1)


def close(found, wanted):
    return found == pytest.approx(wanted, rel=1e-9, abs=1e-9)


# A busy machine is no fault of the formulas.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
points = st.integers(0, 400)
papers = st.integers(2, 5).flatmap(
    lambda p: st.lists(st.lists(points, min_size=p, max_size=p), min_size=4, max_size=12)
)


@patient
@given(papers)
def test_any_paper_agrees_with_the_formulas(sat):
    columns = [list(map(Fraction, column)) for column in zip(*sat, strict=True)]
    totals = [sum(row) for row in zip(*columns, strict=True)]
    for column in columns:
        rest = [total - mark for total, mark in zip(totals, column, strict=True)]
        found = rules.item([int(mark) for mark in column], [int(total) for total in totals], 400)
        assert close(found.facility, float(mean(column) / 400))
        assert close(found.sd, math.sqrt(cov(column, column)))
        both = cov(column, column) * cov(rest, rest)
        most = cov(sorted(column), sorted(rest))
        assert (
            close(found.discrimination, 100 * float(cov(column, rest)) / math.sqrt(both))
            if both
            else (found.discrimination is None)
        )
        assert close(found.efficiency, 100 * float(cov(column, rest) / most)) if most else found.efficiency is None


@patient
@given(papers)
def test_any_test_agrees_with_the_formulas(sat):
    columns = [list(map(Fraction, column)) for column in zip(*sat, strict=True)]
    totals = [sum(row) for row in zip(*columns, strict=True)]
    found, n, p = rules.whole_test(totals, columns), len(totals), len(columns)
    m2, m3, m4 = (mean([(total - mean(totals)) ** power for total in totals]) for power in (2, 3, 4))
    assert close(found.mean, float(mean(totals)))
    if not m2:
        assert (found.skewness, found.kurtosis, found.consistency) == (None, None, None)
        return
    k2 = n * m2 / (n - 1)
    k3 = n**2 * m3 / ((n - 1) * (n - 2))
    k4 = n**2 * ((n + 1) * m4 - 3 * (n - 1) * m2**2) / ((n - 1) * (n - 2) * (n - 3))
    assert close(found.skewness, float(k3) / float(k2) ** 1.5)
    assert close(found.kurtosis, float(k4 / k2**2))
    assert close(found.consistency, float(100 * Fraction(p, p - 1) * (1 - sum(cov(c, c) for c in columns) / k2)))
