"""What decides in practice."""

import random
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exams.practice_rules import (
    GRACE,
    Record,
    answered,
    counts_still,
    ends_at,
    judge,
    judged,
    shown_order,
    starting_point,
    usual_count,
    wrong_one_is_due,
)

NOW = datetime.fromisoformat("2026-11-24T09:00:00+08:00")


def after(*answers: bool | None) -> Record:
    record = Record()
    for right in answers:
        record = answered(record, right, NOW)
    return record


def test_a_wrong_one_comes_back_until_it_was_right_twice_in_a_row() -> None:
    assert not after(True).to_repeat
    assert after(False).to_repeat
    assert after(False, True).to_repeat
    assert not after(False, True, True).to_repeat
    assert after(False, True, False, True).to_repeat
    assert after(True, True, True, False).to_repeat


def test_every_answer_is_counted() -> None:
    assert after(True, False, True) == Record(asked=3, right=2, in_a_row=1, wrong_at=NOW)


def test_an_answer_that_no_machine_judges_waits_for_the_person() -> None:
    record = after(None)
    assert record == Record(asked=1)
    assert judged(record, False, NOW) == Record(asked=1, wrong_at=NOW)
    assert judged(record, True, NOW) == Record(asked=1, right=1, in_a_row=1)


@given(st.lists(st.sampled_from([True, False, None])))
def test_nobody_is_right_more_often_than_asked(answers: list[bool | None]) -> None:
    record = after(*answers)
    assert record.in_a_row <= record.right <= record.asked == len(answers)


def test_half_right_is_not_right() -> None:
    assert judge("multiple", [0, 2], [0, 2]) is True
    assert judge("multiple", [0, 2], [0]) is False
    assert judge("fill", [{"accept": ["119"]}, {"accept": ["火警"]}], ["119", ""]) is False
    assert judge("ordering", [0, 1, 2], [0, 1, 2]) is True
    assert judge("matching", [1, 0], [1, -1]) is False


def test_no_machine_judges_an_essay_not_even_an_empty_one() -> None:
    assert judge("essay", [{"text": "要点", "share": 1}], []) is None
    assert judge("short", [{"text": "要点", "share": 1}], ["答"]) is None


def test_every_fourth_question_is_one_of_the_wrong_ones() -> None:
    assert [wrong_one_is_due(asked, 1) for asked in range(8)] == [False, False, False, True] * 2
    assert not wrong_one_is_due(3, 0)


def test_the_search_begins_inside_the_bank() -> None:
    dice = random.Random(1)
    assert {starting_point(3, 5, dice) for _ in range(50)} == {3, 4, 5}
    assert starting_point(7, 7, dice) == 7


def test_options_keep_their_letters() -> None:
    for kind in ("single", "multiple", "true_false", "fill"):
        assert shown_order(kind, 4, "seed") == [0, 1, 2, 3]


@given(st.integers(min_value=2, max_value=8), st.text())
def test_what_is_to_be_ordered_never_stands_solved(count: int, seed: str) -> None:
    order = shown_order("ordering", count, seed)
    assert sorted(order) == list(range(count)) != order
    assert order == shown_order("ordering", count, seed)


def test_a_mock_exam_ends_by_the_clock_and_a_little_grace() -> None:
    deadline = ends_at(NOW, 45)
    assert deadline == NOW + timedelta(minutes=45)
    assert counts_still(deadline, deadline + GRACE)
    assert not counts_still(deadline, deadline + GRACE + timedelta(seconds=1))


def test_a_usual_mock_exam_asks_no_more_than_there_is() -> None:
    assert (usual_count("single", 600), usual_count("single", 3), usual_count("essay", 9)) == (20, 3, 0)
