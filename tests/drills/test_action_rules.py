import pytest

from drills import action_rules as rules
from drills.action_rules import Actor, Standing, refusal, steps_open

OWNER, MANAGER, OTHER = 1, 2, 3
owner = Actor(OWNER)
manager = Actor(MANAGER, works=True, checks=True, decides=True)
lead = Actor(OTHER, checks=True)
stranger = Actor(9)


def at(state: str, submitted_by: int | None = None, owned_by: int = OWNER) -> Standing:
    return Standing(state, owned_by, submitted_by)


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("proposed", ["accept"]),
        ("in_progress", ["progress", "submit"]),
        ("returned", ["progress", "submit"]),
        ("submitted", []),
        ("verified", []),
        ("closed", []),
        ("cancelled", []),
    ],
)
def test_what_the_owner_can_do(state: str, steps: list[str]) -> None:
    assert steps_open(at(state), owner) == steps


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("proposed", ["accept", "extend", "drop"]),
        ("in_progress", ["progress", "submit", "extend", "drop"]),
        ("returned", ["progress", "submit", "extend", "drop"]),
        ("submitted", ["return", "verify", "drop"]),
        ("verified", ["close"]),
        ("closed", []),
        ("cancelled", []),
    ],
)
def test_what_the_manager_of_the_drill_can_do(state: str, steps: list[str]) -> None:
    assert steps_open(at(state, OWNER), manager) == steps


def test_nobody_checks_what_he_answers_for() -> None:
    himself = Actor(OWNER, works=True, checks=True, decides=True)
    for step in ("verify", "return"):
        assert refusal(step, at("submitted", OTHER), himself) == rules.OWN
    assert refusal("extend", at("in_progress"), himself) == rules.OWN
    assert refusal("drop", at("in_progress"), himself) == rules.OWN
    assert refusal("close", at("verified", OTHER), himself) == ""  # somebody else has checked it


def test_nobody_checks_what_he_handed_in() -> None:
    assert refusal("verify", at("submitted", MANAGER), manager) == rules.OWN
    assert refusal("return", at("submitted", MANAGER), manager) == rules.OWN
    assert refusal("verify", at("submitted", MANAGER), lead) == ""


def test_who_leads_the_evaluation_checks_and_decides_nothing_else() -> None:
    assert steps_open(at("submitted", OWNER), lead) == ["return", "verify"]
    assert steps_open(at("verified", OWNER), lead) == []
    assert steps_open(at("in_progress"), lead) == []


def test_a_stranger_is_told_that_it_is_not_his_whatever_the_state() -> None:
    for state in ("proposed", "in_progress", "submitted", "closed"):
        for step in rules.STEPS:
            assert refusal(step, at(state), stranger) == rules.NOT_YOURS


def test_a_step_out_of_turn_is_refused() -> None:
    assert refusal("accept", at("in_progress"), owner) == rules.NOT_NOW
    assert refusal("submit", at("proposed"), owner) == rules.NOT_NOW
    assert refusal("close", at("submitted", OWNER), manager) == rules.NOT_NOW


def test_every_state_but_the_last_two_leads_on() -> None:
    begins = set().union(*(whence for whence, _to in rules.STEPS.values()))
    assert begins == {"proposed", "in_progress", "submitted", "returned", "verified"}
    assert {to for _whence, to in rules.STEPS.values()} - begins == {None, "closed", "cancelled"}
