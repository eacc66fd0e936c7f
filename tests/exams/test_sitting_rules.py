"""Who may begin, until when, which answer counts and what it is worth: told from plain values."""

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams.paper_rules import Part, Slot, draw_pool, least_seen, papers_for
from exams.sitting_rules import (
    Forged,
    Held,
    Refusal,
    Save,
    Standing,
    Verdict,
    check_device,
    check_saves,
    deadline,
    is_over,
    mark,
    refusal,
    verdict,
)

NINE = datetime.fromisoformat("2026-11-24T09:00:00+08:00")
TEN = NINE + timedelta(hours=1)
MAY = Standing("published", opens_at=NINE, closes_at=TEN, withdrawn=False, attempts=2, used=0)


# ── Beginning ────────────────────────────────────────────────────────────────
def test_whoever_is_admitted_begins_from_the_opening_to_the_close() -> None:
    at = [NINE - timedelta(seconds=1), NINE, TEN - timedelta(seconds=1), TEN]
    assert [refusal(MAY, moment) for moment in at] == [Refusal.NOT_YET, None, None, Refusal.OVER]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"exam_state": "draft"}, Refusal.NOT_PUBLISHED),
        ({"exam_state": "withdrawn"}, Refusal.NOT_PUBLISHED),
        ({"withdrawn": True}, Refusal.WITHDRAWN),
        ({"used": 1, "open": 1}, Refusal.SITTING),
        ({"used": 1, "passed": True}, Refusal.PASSED),
        ({"used": 2}, Refusal.NO_ATTEMPT_LEFT),
        ({"used": 1, "unmarked": 1}, Refusal.WAITS_FOR_RESULT),
        ({"used": 1}, None),
        ({"used": 2, "attempts": 3}, None),
    ],
)
def test_whoever_may_not_begin_is_told_why(changed: Any, why: Refusal | None) -> None:
    assert refusal(replace(MAY, **changed), NINE) == why


@pytest.mark.parametrize(
    ("started", "extra", "until"),
    [(NINE, 0, 40), (NINE + timedelta(minutes=50), 0, 60), (NINE, 15, 55), (NINE + timedelta(minutes=50), 15, 75)],
)
def test_the_deadline_is_the_earlier_of_the_two_with_the_minutes_granted(
    started: datetime, extra: int, until: int
) -> None:
    told = deadline(started, minutes=40, extra_minutes=extra, closes_at=TEN)
    assert told == NINE + timedelta(minutes=until)


def test_a_save_counts_up_to_the_last_moment_of_the_grace() -> None:
    assert [is_over(NINE, 60, NINE + timedelta(seconds=after)) for after in (0, 60, 60.001)] == [False, False, True]


@pytest.mark.parametrize("name", ["", "short", "x" * 41, "with space", "手机手机手机手机", "a\n234567"])
def test_a_device_without_a_plain_name_is_forged(name: str) -> None:
    with pytest.raises(Forged):
        check_device(name)


# ── Answering ────────────────────────────────────────────────────────────────
def save(slot: int = 0, given_: tuple[int, ...] = (1,), revision: int = 1) -> Save:
    return Save(slot, given_, revision, NINE)


@pytest.mark.parametrize(
    ("held", "epoch", "told"),
    [
        (None, 1, Verdict.ACCEPTED),
        (Held((0,), 1, 1), 1, Verdict.ACCEPTED),
        (Held((0,), 2, 1), 1, Verdict.SUPERSEDED),
        (Held((0,), 3, 1), 1, Verdict.SUPERSEDED),
        (Held((0,), 9, 1), 2, Verdict.ACCEPTED),  # a device that took over counts anew
        (Held((0,), 1, 2), 1, Verdict.OTHER_DEVICE),
    ],
)
def test_the_higher_revision_of_the_latest_device_counts(held: Held | None, epoch: int, told: Verdict) -> None:
    assert verdict(save(revision=2), held, epoch=epoch, in_time=True) == told


def test_what_comes_too_late_is_late_whatever_else_it_is() -> None:
    assert verdict(save(), Held((0,), 5, 2), epoch=1, in_time=False) == Verdict.LATE


def test_in_whatever_order_revisions_arrive_the_last_one_counts() -> None:
    for order in permutations([save(given_=(number,), revision=number + 1) for number in range(4)]):
        held: Held | None = None
        for each in order:
            if verdict(each, held, epoch=1, in_time=True) is Verdict.ACCEPTED:
                held = Held(each.given, each.revision, 1)
        assert held == Held((3,), 4, 1)


SLOTS: list[Slot] = [
    {"version": 7, "kind": "single", "points": 2, "order": [1, 0, 2]},
    {"version": 8, "kind": "multiple", "points": 3, "order": [2, 0, 1]},
]


@pytest.mark.parametrize(
    "wrong",
    [
        save(slot=2),
        save(slot=-1),
        save(given_=(3,)),
        save(given_=(-1,)),
        save(given_=(0, 1)),
        save(slot=1, given_=(1, 0)),
        save(slot=1, given_=(1, 1)),
        save(revision=0),
        save(revision=10**9),
    ],
)
def test_what_no_page_of_ours_sends_is_forged(wrong: Save) -> None:
    with pytest.raises(Forged):
        check_saves([save(), wrong], SLOTS)


def test_a_sound_batch_passes_and_an_endless_one_does_not() -> None:
    check_saves([save(), save(given_=()), save(slot=1, given_=(0, 2))], SLOTS)
    with pytest.raises(Forged):
        check_saves([save()] * 301, SLOTS)


# ── Marking ──────────────────────────────────────────────────────────────────
def worth(answers: dict[int, list[int]], percent: int = 60) -> Any:
    return mark(SLOTS, answers, {7: [1], 8: [0, 2]}, percent)


@pytest.mark.parametrize(
    ("answers", "points"),
    [
        ({0: [1], 1: [0, 2]}, [2, 3]),
        ({0: [1], 1: [0]}, [2, 0]),
        ({0: [0], 1: [0, 1, 2]}, [0, 0]),
        ({0: [], 1: []}, [0, 0]),
        ({}, [0, 0]),
    ],
)
def test_a_question_gives_all_its_points_or_none(answers: dict[int, list[int]], points: list[int]) -> None:
    assert worth(answers).slots == points


def test_the_pass_mark_is_reached_exactly_and_without_fractions() -> None:
    assert [worth({1: [0, 2]}, percent).passed for percent in (59, 60, 61)] == [True, True, False]


# ── Papers ───────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("people", "papers"), [(0, 5), (40, 5), (200, 10), (800, 40), (10_000, 40)])
def test_the_pool_grows_with_the_candidates_up_to_forty(people: int, papers: int) -> None:
    assert papers_for(people) == papers


PARTS = [
    Part("single", 5, 2, dict.fromkeys(range(100, 130), 4)),
    Part("multiple", 3, 4, dict.fromkeys(range(200, 206), 5)),
    Part("true_false", 2, 1, dict.fromkeys(range(300, 304), 2)),
]


@settings(max_examples=30, deadline=None)
@given(st.integers(), st.integers(min_value=1, max_value=12))
def test_every_paper_asks_what_the_parts_say_and_nothing_twice(seed: int, count: int) -> None:
    for slots in draw_pool(PARTS, count, random.Random(seed)):
        assert [(slot["kind"], slot["points"]) for slot in slots] == (
            [("single", 2)] * 5 + [("multiple", 4)] * 3 + [("true_false", 1)] * 2
        )
        versions = [slot["version"] for slot in slots]
        assert len(set(versions)) == len(versions)
        assert all(sorted(slot["order"]) == list(range(len(slot["order"]))) for slot in slots)
        assert all(slot["order"] == [0, 1] for slot in slots if slot["kind"] == "true_false")


def test_papers_share_as_few_questions_as_the_bank_allows() -> None:
    used = Counter(slot["version"] for slots in draw_pool(PARTS, 6, random.Random(1)) for slot in slots)
    assert {used[version] for version in range(100, 130)} == {1}  # six papers of five use each of the thirty once
    assert {used[version] for version in range(200, 206)} == {3}


def test_options_stand_in_different_orders() -> None:
    orders = {tuple(slot["order"]) for slots in draw_pool(PARTS, 12, random.Random(1)) for slot in slots}
    assert len(orders) > 20


def test_a_person_gets_what_he_has_seen_least_and_then_what_fewest_sat() -> None:
    papers = {1: [10, 11], 2: [12, 13], 3: [14, 15]}
    dice = random.Random(1)
    assert least_seen(papers, {10: 1, 12: 1, 13: 1}, {3: 9}, dice) == 3
    assert least_seen(papers, {14: 1}, {1: 5, 2: 4, 3: 0}, dice) == 2
    assert {least_seen(papers, {}, {}, dice) for _turn in range(50)} == {1, 2, 3}
