"""The judge of the chaos test sees each kind of fault, one by one."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.chaos.check import faults

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
EVENT = {"sitting_id": 1, "slot": 0, "given": [1], "revision": 2, "device": "phone", "verdict": "accepted"}
RECEIPT = {"sitting": 1, "slot": 0, "given": [1], "revision": 2, "device": "phone", "verdict": "accepted"}
SOUND: dict[str, list[dict[str, Any]]] = {
    "exam": [{"id": 1, "grace_seconds": 60, "pass_percent": 50}],
    "candidate": [{"id": 1, "exam_id": 1}],
    "sitting": [{"id": 1, "candidate_id": 1, "paper_id": 1, "state": "marked", "deadline": NINE, "submitted_at": NINE}],
    "paper": [{"id": 1, "slots": [{"version": 7, "points": 2}, {"version": 8, "points": 2}]}],
    "questionversion": [{"id": 7, "answer": [1]}, {"id": 8, "answer": [0]}],
    "answer": [{"sitting_id": 1, "slot": 0, "given": [1], "revision": 2, "saved_at": NINE}],
    "answerevent": [{**EVENT, "revision": 1, "given": [0], "recorded_at": NINE}, {**EVENT, "recorded_at": NINE}],
    "mark": [{"sitting_id": 1, "points": 2, "total_points": 4, "passed": True, "slots": [2, 0]}],
}
Change = Callable[[Any], Any]


def kinds(change: Change, receipt: dict[str, Any] | None = None) -> set[str]:
    rows = deepcopy(SOUND)
    change(rows)
    return {kind for kind, cases in faults(rows, [receipt or RECEIPT], {1}).items() if cases}


def test_what_is_sound_has_no_fault() -> None:
    assert kinds(lambda rows: None) == set()


CASES: list[tuple[str, Change]] = [
    ("acknowledged and lost", lambda rows: rows["answerevent"].pop()),
    ("acknowledged and lost", lambda rows: rows["answerevent"][1].update(given=[3])),
    ("acknowledged and lost", lambda rows: rows["answer"].clear()),
    ("acknowledged and lost", lambda rows: rows["answer"][0].update(revision=1)),
    (
        "counted after deadline and grace",
        lambda rows: rows["answerevent"][0].update(recorded_at=NINE + timedelta(seconds=61)),
    ),
    ("counted after the hand-in", lambda rows: rows["sitting"][0].update(submitted_at=NINE - timedelta(hours=1))),
    ("counts, but not the last accepted", lambda rows: rows["answer"][0].update(given=[0])),
    ("hand-in told and not there", lambda rows: rows["sitting"][0].update(state="open")),
    ("not marked exactly once", lambda rows: rows["mark"].append(rows["mark"][0])),
    ("not marked exactly once", lambda rows: rows["mark"].clear()),
    ("marked wrongly", lambda rows: rows["mark"][0].update(points=4, slots=[2, 2])),
    ("marked wrongly", lambda rows: rows["mark"][0].update(passed=False)),
]


@pytest.mark.parametrize(("kind", "change"), CASES, ids=[f"{n}: {kind}" for n, (kind, _change) in enumerate(CASES)])
def test_each_fault_is_seen(kind: str, change: Change) -> None:
    assert kind in kinds(change)


def test_a_receipt_that_says_something_else_than_the_journal_is_seen() -> None:
    assert kinds(lambda rows: None, {**RECEIPT, "verdict": "late"}) == {"acknowledged and lost"}
