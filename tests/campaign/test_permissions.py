"""Who may do what; for every pair of person and object the list and the single question agree."""

from collections.abc import Callable
from typing import Any

import pytest

from campaign import permissions
from campaign.models import Activity, Venue
from campaign.services import correct_activity, withdraw
from tests.campaign.factories import NOW, make_activity, make_approved, told

PAIRS: list[tuple[Callable[..., Any], Callable[..., Any], type[Any]]] = [
    (permissions.can_view_venue, permissions.venues_viewed_by, Venue),
    (permissions.can_record_at, permissions.venues_recorded_at_by, Venue),
    (permissions.can_keep_venue, permissions.venues_kept_by, Venue),
    (permissions.can_view_activity, permissions.activities_viewed_by, Activity),
    (permissions.can_review, permissions.activities_reviewed_by, Activity),
    (permissions.can_correct, permissions.activities_corrected_by, Activity),
    (permissions.can_withdraw, permissions.activities_withdrawn_by, Activity),
]


@pytest.fixture
def records(
    village: Venue, school: Venue, works: Venue, officer_north: Any, officer_south: Any, manager_a: Any
) -> dict[str, Activity]:
    """One waiting record of each, and one that its township has approved."""
    approved = make_approved(works, by=manager_a, reviewer=officer_north)
    return {
        "north": make_activity(village, by=officer_north),
        "south": make_activity(school, by=officer_south),
        "works": make_activity(works, by=manager_a),
        "approved": approved,
    }


def names(records: dict[str, Activity], found: Any) -> set[str]:
    keys = set(found.values_list("pk", flat=True))
    return {name for name, one in records.items() if one.pk in keys}


@pytest.mark.parametrize(
    ("part", "sees", "reviews", "corrects", "withdraws"),
    [
        ("officer_north", "north works approved", "works", "north works approved", "north works approved"),
        ("officer_south", "south", "", "south", "south"),
        ("manager_a", "works approved", "", "works approved", "works"),
        ("manager_b", "", "", "", ""),
        ("training_officer", "north south works approved", "north south works", "north south works approved", "all"),
        ("editor", "north south works approved", "", "north south works approved", "north south works"),
        ("leader", "north south works approved", "north south works", "", "all"),
        ("inspector", "", "", "", ""),
        ("learner", "", "", "", ""),
    ],
)
def test_every_part_does_what_its_office_is_for(
    records: dict[str, Activity],
    request: Any,
    part: str,
    sees: str,
    reviews: str,
    corrects: str,
    withdraws: str,
) -> None:
    user = request.getfixturevalue(part)
    if part != "inspector":  # his scope is what the county gave him
        assert names(records, permissions.activities_viewed_by(user)) == set(sees.split())
    assert names(records, permissions.activities_reviewed_by(user)) == set(reviews.split())
    assert names(records, permissions.activities_corrected_by(user)) == set(corrects.split())
    expected = set(records) if withdraws == "all" else set(withdraws.split())
    assert names(records, permissions.activities_withdrawn_by(user)) == expected


def test_a_list_and_a_detail_never_disagree(records: dict[str, Activity], cast: Any) -> None:
    for user in filter(None, cast.values()):
        for can, twin, model in PAIRS:
            listed = set(twin(user).values_list("pk", flat=True))
            assert {one.pk for one in model.objects.all() if can(user, one)} == listed, (user, can.__name__)


def test_whoever_corrected_a_record_does_not_approve_it_though_he_reviews(
    records: dict[str, Activity], works: Venue, officer_north: Any, training_officer: Any
) -> None:
    correct_activity(records["works"], told(works, persons=41), reason="点错", by=officer_north, now=NOW)
    assert not permissions.can_review(officer_north, records["works"])
    assert permissions.can_review(training_officer, records["works"])


def test_what_was_moved_to_another_township_is_still_seen_where_it_was(
    records: dict[str, Activity], village: Venue, school: Venue, officer_north: Any, officer_south: Any
) -> None:
    correct_activity(records["north"], told(school), reason="场所选错", by=officer_north, now=NOW)
    assert permissions.can_view_activity(officer_north, records["north"])
    assert not permissions.can_correct(officer_north, records["north"])
    assert permissions.can_review(officer_south, records["north"])


def test_what_is_withdrawn_is_seen_and_left_alone(records: dict[str, Activity], training_officer: Any) -> None:
    withdraw(records["north"], reason="重复", by=training_officer, now=NOW)
    assert permissions.can_view_activity(training_officer, records["north"])
    for can in (permissions.can_review, permissions.can_correct, permissions.can_withdraw):
        assert not can(training_officer, records["north"])
