"""The questions of one case are drawn together and stay together in the author's order; the page shows what they
share."""

import random
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams import services
from exams.models import Question, QuestionBank, QuestionVersion
from exams.paper_rules import Part, Slot, can_draw, draw_pool
from exams.queries.papers import Case, cases_of, paper_for
from tests.exams.factories import NOW, make_candidate, make_exam, make_published, make_sitting
from tests.exams.kinds import ask

CASES = {11: "a", 12: "a", 13: "a", 21: "b", 22: "b"}


def part(count: int, versions: Sequence[int], kind: str = "single") -> Part:
    return Part(kind, count, 5, dict.fromkeys(versions, 4), cases=CASES)


def drawn(slots: Sequence[Slot]) -> list[int]:
    return [slot["version"] for slot in slots]


# ── Drawing ──────────────────────────────────────────────────────────────────
def test_a_case_is_asked_whole_in_its_order_or_not_at_all() -> None:
    for slots in draw_pool([part(4, [1, 2, 3, 11, 12, 13])], 40, random.Random(1)):
        found = drawn(slots)
        assert [version for version in found if version > 10] in ([], [11, 12, 13])
        if 11 in found:
            assert found[found.index(11) : found.index(11) + 3] == [11, 12, 13]
            assert slots[found.index(11)].get("case") == "a"
        assert len(found) == 4


def test_a_case_that_does_not_fit_what_is_left_is_passed_over() -> None:
    papers = draw_pool([part(2, [1, 2, 11, 12, 13])], 20, random.Random(1))
    assert {tuple(sorted(drawn(slots))) for slots in papers} == {(1, 2)}


def test_cases_are_put_together_so_that_the_number_is_met() -> None:
    papers = draw_pool([part(3, [1, 21, 22, 11, 12, 13])], 40, random.Random(1))
    assert {tuple(sorted(drawn(slots))) for slots in papers} == {(1, 21, 22), (11, 12, 13)}


def test_a_mended_question_keeps_its_place_in_the_case() -> None:
    slots = draw_pool([part(3, [13, 11, 12])], 1, random.Random(1))[0]  # 13 is the first question's newer version
    assert drawn(slots) == [13, 11, 12]


def test_the_least_used_are_drawn_first_cases_too() -> None:
    papers = draw_pool([part(2, [1, 2, 21, 22])], 6, random.Random(1))
    assert set(Counter(version for slots in papers for version in drawn(slots)).values()) == {3}


@given(st.lists(st.integers(1, 6), max_size=8), st.integers(1, 20), st.randoms(use_true_random=False))
def test_exactly_so_many_are_drawn_whenever_it_can_be_done(sizes: list[int], count: int, dice: random.Random) -> None:
    versions = {unit * 10 + place: 4 for unit, size in enumerate(sizes, 1) for place in range(size)}
    whole = Part("single", count, 5, versions, cases={version: str(version // 10) for version in versions})
    slots = draw_pool([whole], 1, dice)[0]
    by_hand = {0}
    for size in sizes:
        by_hand |= {total + size for total in by_hand}
    assert can_draw(sizes, count) == (count in by_hand)
    if count in by_hand:
        assert len(slots) == count
        assert all(Counter(v // 10 for v in drawn(slots))[unit] in {0, size} for unit, size in enumerate(sizes, 1))
        assert all(two == one + 1 for one, two in pairwise(drawn(slots)) if one // 10 == two // 10)


# ── Publishing ───────────────────────────────────────────────────────────────
@pytest.fixture
def bank(db: None) -> QuestionBank:
    bank = QuestionBank.objects.create(name="案例题库")
    for number in (1, 2, 3):
        ask(bank, "single", number, case="gas", material="某厂清池时三人昏倒。" if number == 1 else "")
    return bank


def test_an_exam_that_would_cut_a_case_is_refused_with_the_reason(bank: QuestionBank) -> None:
    ask(bank, "single", 4)
    faults = services.publishing_faults(make_exam(bank, now=NOW, parts=[("single", 2, 10)]), NOW)
    assert [type(fault) for fault in faults] == [services.CasesDoNotFit]
    assert "案例题库" in str(faults[0])
    assert services.publishing_faults(make_exam(bank, now=NOW, parts=[("single", 3, 10)]), NOW) == []


def test_the_paper_keeps_the_case_and_its_order_after_a_question_was_mended(bank: QuestionBank) -> None:
    ask(bank, "single", 1, stem="改过的第一问", material="某厂清池时三人昏倒。")
    exam = make_published(bank, now=NOW, parts=[("single", 3, 10)])
    for paper in exam.papers.all():
        keys = [QuestionVersion.objects.get(pk=slot["version"]).question.key for slot in paper.slots]
        assert keys == ["single-1", "single-2", "single-3"]
        assert {slot["case"] for slot in paper.slots} == {f"{bank.pk}/gas"}


# ── Showing ──────────────────────────────────────────────────────────────────
def test_neighbours_of_a_case_share_what_is_described_once(bank: QuestionBank) -> None:
    ask(bank, "single", 4, material="只属于这一题。")
    exam = make_published(bank, now=NOW, parts=[("single", 4, 10)])
    asked = paper_for(make_sitting(make_candidate(exam, now=NOW), now=NOW))
    alone = next(one for one in asked if one.case and one.case.first == one.case.last)
    shared = [one.case for one in asked if one is not alone]
    first = min(one.slot for one in asked if one is not alone) + 1
    assert shared == [Case(first, first + 2, "某厂清池时三人昏倒。")] * 3
    assert alone.case == Case(alone.slot + 1, alone.slot + 1, "只属于这一题。")


def test_a_question_without_case_and_description_has_none() -> None:
    slot = Slot(version=1, kind="single", points=1, order=[0, 1])
    assert dict(cases_of([slot, slot], ["", " "])) == {}


def test_a_question_put_out_of_use_makes_its_case_shorter(bank: QuestionBank) -> None:
    Question.objects.filter(key="single-2").update(quarantined_at=NOW)
    exam = make_published(bank, now=NOW, parts=[("single", 2, 10)])
    assert {len(paper.slots) for paper in exam.papers.all()} == {2}
