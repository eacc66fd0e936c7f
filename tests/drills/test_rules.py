"""The life of a drill: which moves there are, and the one door they go through."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills import rules
from drills.models import Drill
from drills.services.states import CannotMove, move
from records.models import AuditEntry
from tests.drills.factories import NOW, make_drill

State = Drill.State
ACTION = "drills.drill_created"  # any registered one: the door takes what its callers log


def test_the_table_names_every_state_of_the_model_and_no_other() -> None:
    assert set(rules.MOVES) == set(State.values)
    assert set().union(*rules.MOVES.values()) <= set(State.values)


def test_the_whole_way_from_draft_to_archive() -> None:
    way = ["draft", "in_review", "approved", "ready", "running", "paused", "running", "ended"]
    way += ["evaluating", "reported", "improving", "closed", "archived"]
    assert all(rules.can_move(old, new) for old, new in pairwise(way))


def test_a_drill_is_cancelled_before_it_runs_and_aborted_only_while_it_runs() -> None:
    assert [state for state in State.values if rules.can_move(state, "cancelled")] == [
        "draft",
        "in_review",
        "approved",
        "ready",
    ]
    assert [state for state in State.values if rules.can_move(state, "aborted")] == ["running", "paused"]


@given(st.lists(st.sampled_from(State.values), max_size=8))
def test_what_has_run_never_goes_back_to_its_design(wanted: list[str]) -> None:
    """Whatever somebody tries after the start, the drill does not become a draft, approved or ready again."""
    state = "running"
    for new in wanted:
        state = new if rules.can_move(state, new) else state
    assert state not in ("draft", "in_review", "approved", "ready", "cancelled")


# ── The door ─────────────────────────────────────────────────────────────────
def test_a_move_writes_the_state_its_columns_and_one_log_row(organisation_a: Any, manager_a: Any) -> None:
    drill = make_drill(organisation_a)
    move(drill, State.IN_REVIEW, by=manager_a, now=NOW, action=ACTION, payload={"note": "x"}, number="Y-1")
    kept = Drill.objects.get(pk=drill.pk)
    assert (kept.state, kept.number, drill.state, drill.number) == ("in_review", "Y-1", "in_review", "Y-1")
    entry = AuditEntry.objects.get(object_type="drills.drill", object_id=str(drill.pk))
    assert (entry.action, entry.actor, entry.at) == (ACTION, manager_a, NOW)
    assert entry.payload == {"from": "draft", "to": "in_review", "note": "x"}


def test_a_move_that_the_table_does_not_know_is_refused(organisation_a: Any, manager_a: Any) -> None:
    drill = make_drill(organisation_a)
    with pytest.raises(CannotMove):
        move(drill, State.RUNNING, by=manager_a, now=NOW, action=ACTION)
    assert Drill.objects.get(pk=drill.pk).state == "draft"
    assert not AuditEntry.objects.filter(object_id=str(drill.pk), object_type="drills.drill").exists()


def test_who_comes_second_changes_nothing(organisation_a: Any, manager_a: Any) -> None:
    drill = make_drill(organisation_a)
    late = Drill.objects.get(pk=drill.pk)
    move(drill, State.CANCELLED, by=manager_a, now=NOW, action=ACTION)
    with pytest.raises(CannotMove):
        move(late, State.IN_REVIEW, by=manager_a, now=NOW, action=ACTION)
    assert Drill.objects.get(pk=drill.pk).state == "cancelled"
    assert AuditEntry.objects.filter(object_id=str(drill.pk), object_type="drills.drill").count() == 1
