"""Odd patterns: what is listed, and what is left alone."""

import random

from exams import pattern_rules as rules
from exams.pattern_rules import Limits, Told


def told(sitting, **changed):
    known = {"person": sitting, "seconds": 600, "answered": 20, "devices": frozenset({f"phone-{sitting}"})}
    return Told(sitting, **{**known, "times_left": 0, **changed})


def test_less_than_four_seconds_an_answer_is_fast():
    found = list(rules.fast([told(1, seconds=79), told(2, seconds=80), told(3, seconds=0, answered=9)]))
    assert [(one.key, one.facts) for one in found] == [("fast:1", {"seconds": 4.0, "answered": 20})]


def test_a_page_left_ten_times_is_listed():
    assert [one.key for one in rules.left_often([told(1, times_left=9), told(2, times_left=10)])] == ["left:2"]


def test_one_device_in_two_hands_is_listed_and_two_attempts_of_one_person_are_not():
    shared = frozenset({"phone-x"})
    sittings = [told(1, devices=shared), told(2, devices=shared, person=1), told(3, devices=shared), told(4)]
    assert [(one.sittings, one.facts) for one in rules.shared_devices(sittings)] == [((1, 3), {"people": 2})]


def test_a_device_that_many_held_has_a_short_name():
    (found,) = rules.shared_devices([told(number, devices=frozenset({"hall"})) for number in range(1, 41)])
    assert found.key == "device:1-2-3-4-5-6-40"


# ── Identical wrong answers ──────────────────────────────────────────────────
def test_only_the_two_who_share_all_their_mistakes_stand_out():
    dice = random.Random(7)
    wrong = {sitting: {question: dice.randrange(3) for question in range(20)} for sitting in range(30)}
    wrong[31] = wrong[30] = {question: dice.randrange(3) for question in range(20)}
    people = {sitting: sitting for sitting in wrong}
    assert [one.key for one in rules.alike(wrong, people)] == ["alike:30-31"]


def test_the_facts_tell_what_chance_explains():
    wrong = {sitting: dict.fromkeys(range(20), sitting % 4) for sitting in range(8)}
    people = {sitting: sitting for sitting in wrong}
    found = next(rules.alike(wrong, people))
    # Four wrong answers, each given by two of eight: a quarter of the pairs agree at each question.
    assert found.facts == {"same": 20, "both_wrong": 20, "expected": 5.0}


def test_two_attempts_of_one_person_are_not_compared():
    wrong = {sitting: dict.fromkeys(range(20), sitting % 4) for sitting in range(8)}
    assert list(rules.alike(wrong, dict.fromkeys(wrong, 1))) == []


def test_where_all_make_the_same_mistake_nothing_is_odd():
    wrong = {sitting: dict.fromkeys(range(20), 0) for sitting in range(6)}
    assert list(rules.alike(wrong, {sitting: sitting for sitting in wrong})) == []


def test_few_shared_mistakes_are_no_pattern():
    wrong = {sitting: dict.fromkeys(range(4), sitting % 4) for sitting in range(8)}
    assert list(rules.alike(wrong, {sitting: sitting for sitting in wrong}, Limits(alike=5))) == []


def test_only_the_strongest_are_listed():
    found = rules.strongest(rules.left_often([told(number, times_left=10 + number) for number in range(5)]), most=2)
    assert [one.key for one in found] == ["left:4", "left:3"]
