from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.seat_rules import Changes, Person, Room, TooFewSeats, changes, plan

organisations = st.lists(st.integers(1, 5), max_size=40)
halls = st.lists(st.integers(1, 15), min_size=1, max_size=5)


def people(organisations: list[int]) -> list[Person]:
    return [Person(pk, organisation) for pk, organisation in enumerate(organisations, 1)]


def rooms(seats: list[int]) -> list[Room]:
    return [Room(hall, count) for hall, count in enumerate(seats, 1)]


@given(organisations, halls)
def test_everybody_has_exactly_one_seat_that_is_there(who: list[int], seats: list[int]) -> None:
    if len(who) > sum(seats):
        with pytest.raises(TooFewSeats) as fault:
            plan(people(who), rooms(seats))
        assert fault.value.missing == len(who) - sum(seats)
        return
    found = plan(people(who), rooms(seats))
    assert sorted(found) == list(range(1, len(who) + 1))
    assert len(set(found.values())) == len(who)
    assert all(1 <= number <= seats[hall - 1] for hall, number in found.values())


@given(organisations, st.randoms())
def test_neighbours_differ_wherever_they_can(who: list[int], chance: Any) -> None:
    mixed = people(who)
    chance.shuffle(mixed)
    found = plan(mixed, [Room(1, 40)])
    assert found == plan(people(who), [Room(1, 40)])
    in_order = [who[candidate - 1] for candidate, _place in sorted(found.items(), key=lambda one: one[1])]
    together = sum(left == right for left, right in pairwise(in_order))
    most = max(Counter(who).values(), default=0)
    assert together == max(0, most - (len(who) - most) - 1)


@given(organisations, organisations, halls)
def test_who_has_a_seat_keeps_it_when_others_come(first: list[int], later: list[int], seats: list[int]) -> None:
    if len(first) + len(later) > sum(seats):
        return
    before = plan(people(first), rooms(seats))
    after = plan(people(first + later), rooms(seats), kept=before)
    assert {candidate: after[candidate] for candidate in before} == before
    assert changes(before, after) == Changes(
        seated=list(range(len(first) + 1, len(first) + len(later) + 1)), moved=[], freed=[]
    )


def test_a_new_plan_says_who_moves_and_whose_seat_is_free() -> None:
    old = {1: (1, 1), 2: (1, 2), 3: (1, 3)}
    assert changes(old, {1: (1, 1), 2: (1, 3), 4: (1, 2)}) == Changes(seated=[4], moved=[2], freed=[3])
    assert not changes(old, old)


def test_a_seat_that_is_gone_is_kept_for_nobody() -> None:
    kept = {1: (9, 1), 2: (1, 7), 5: (1, 1)}
    assert plan([Person(1, 1), Person(2, 2)], [Room(1, 2)], kept=kept) == {1: (1, 1), 2: (1, 2)}
