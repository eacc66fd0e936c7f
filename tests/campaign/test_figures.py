"""Figures and matrix against cases that were computed by hand, and what they cost."""

from datetime import UTC, date, datetime
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaign.models import Scheme, Target, Venue
from campaign.queries.figures import Matrix, figures, matrix
from campaign.queries.lens import Lens
from campaign.services import correct_activity, review, sign_in, withdraw
from tests.campaign.factories import make_activity, make_approved, make_venue, told
from tests.campaign.generated import InBulk, Story, make_places, make_targets, make_venues, make_year


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T10:00:00+08:00")


class Places(NamedTuple):
    village: Venue
    school: Venue
    market: Venue


@pytest.fixture
def story(village: Venue, school: Venue, works: Venue, officer_north: Any, training_officer: Any) -> Places:
    """Half a year in two townships; the table below is computed from it by hand.

    | | place | held | says | approved | then |
    |---|---|---|---|---|---|
    | A1 | village (north, 200 households) | 03-01 | 100 counted, 20 households | 03-02 | |
    | A2 | the same | 05-12 | 300 estimated | 05-13 | corrected to 250 on 06-10, approved 06-12 |
    | A3 | school (south) | 05-12 | 420 signed | 05-14 | withdrawn 06-20 |
    | A4 | market (south, closed after 06-30) | 05-20 | 60 counted, 5 households | 07-03 | recorded 07-02 |
    | A5 | school (south) | 2025-05-12 | 400 counted | 2025-05-13 | |
    | A6 | works (north) | 06-01 | 30 counted | never | |
    """
    people = {"by": officer_north, "reviewer": training_officer}
    market = make_venue(school.division, "market", name="河湾集市", closed_on=date(2026, 6, 30))
    make_approved(village, now=at("2026-03-02"), starts_at=at("2026-03-01"), persons=100, households=20, **people)
    estimate = {"starts_at": at("2026-05-12"), "basis": "estimated", "persons": 300}
    second = make_approved(village, now=at("2026-05-13"), **estimate, **people)
    better = told(village, **{**estimate, "persons": 250})
    correct_activity(second, better, reason="重新估算", by=officer_north, now=at("2026-06-10"))
    review(second, verdict="approve", by=training_officer, now=at("2026-06-12"))
    signed = {"starts_at": at("2026-05-12"), "basis": "signed", "persons": 420}
    third = make_approved(school, now=at("2026-05-14"), **signed, **people)
    withdraw(third, reason="重复录入", by=training_officer, now=at("2026-06-20"))
    late = make_activity(
        market, by=officer_north, now=at("2026-07-02"), starts_at=at("2026-05-20"), persons=60, households=5
    )
    review(late, verdict="approve", by=training_officer, now=at("2026-07-03"))
    make_approved(school, now=at("2025-05-13"), starts_at=at("2025-05-12"), persons=400, **people)
    make_activity(works, by=officer_north, now=at("2026-06-02"), starts_at=at("2026-06-01"), persons=30)
    return Places(village, school, market)


HALF_YEAR = (date(2026, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("first", "last", "known", "activities", "persons", "estimated", "households", "venues"),
    [
        (*HALF_YEAR, "2026-06-01", 3, 820, 300, 20, 2),  # A1 A2 A3
        (*HALF_YEAR, "2026-06-11", 3, 820, 300, 20, 2),  # the correction of A2 waits
        (*HALF_YEAR, "2026-06-15", 3, 770, 250, 20, 2),  # and is approved
        (*HALF_YEAR, "2026-06-30", 2, 350, 250, 20, 1),  # A3 is withdrawn
        (*HALF_YEAR, "2026-07-31", 3, 410, 250, 25, 2),  # A4 came late
        (date(2026, 5, 1), date(2026, 5, 31), "2026-07-31", 2, 310, 250, 5, 2),  # A2 A4
        (date(2025, 1, 1), date(2025, 12, 31), "2026-07-31", 1, 400, 0, 0, 1),  # A5
    ],
)
def test_the_figures_of_a_period_are_what_was_known_at_the_moment(
    story: Places,
    first: date,
    last: date,
    known: str,
    activities: int,
    persons: int,
    estimated: int,
    households: int,
    venues: int,
) -> None:
    found = figures(Lens(first, last, at(known)))
    assert (found.activities, found.persons, found.estimated) == (activities, persons, estimated)
    assert (found.households, found.venues) == (households, venues)


def test_the_matrix_has_every_township_and_entry(
    story: Places, qijin: Scheme, township_north: Any, township_south: Any
) -> None:
    """Activities, persons, last year's activities, venues covered, registered; the same half-year, known on 07-31."""
    Target.objects.create(division=township_north, entry="village", year=2026, count=5)
    found = matrix(Lens(*HALF_YEAR, at("2026-07-31")), qijin)
    by_hand = {
        (township_north, "village"): (2, 350, 0, 1, 1),
        (township_north, "family"): (1, 100, 0, 0, 200),
        (township_north, "enterprise"): (0, 0, 0, 0, 1),
        (township_north, ""): (2, 350, 0, 1, 2),
        (township_south, "school"): (0, 0, 1, 0, 1),
        (township_south, "public_place"): (1, 60, 0, 1, 1),
        (township_south, "family"): (1, 60, 0, 0, 0),
        (township_south, ""): (1, 60, 1, 1, 2),
        (None, ""): (3, 410, 1, 2, 4),
        (None, "family"): (2, 160, 0, 0, 200),
    }
    assert {where: cell_told(found, *where) for where in by_hand} == by_hand
    assert found.cell(township_north, "family").coverage == Fraction(20, 200)
    assert found.cell(township_south, "family").coverage is None
    assert found.cell(township_south, "school").coverage == 0
    assert (found.cell(township_north, "village").target, found.cell(township_north, "village").missing) == (5, 3)
    assert found.cell(township_south, "school").target is None
    assert {line.division for line in found.lines} == {township_south, township_north}


def cell_told(found: Matrix, division: Any, code: str) -> tuple[int, ...]:
    cell = found.cell(division, code)
    return cell.held.activities, cell.held.persons, cell.last_year.activities, cell.covered, cell.registered


def test_a_township_where_nothing_happened_has_its_line_and_the_county_one_where_something_did(
    story: Places, qijin: Scheme, county: Any, officer_north: Any, training_officer: Any
) -> None:
    empty = county.add_child(code="999901203", name="空山乡", level="township")
    lens = Lens(*HALF_YEAR, at("2026-07-31"))
    assert matrix(lens, qijin).cell(empty).held.activities == 0
    assert county not in [line.division for line in matrix(lens, qijin).lines]
    hall = make_venue(county, "office", name="县政务服务中心")
    make_approved(
        hall, by=officer_north, reviewer=training_officer, now=at("2026-06-25"), starts_at=at("2026-06-24"), persons=9
    )
    assert matrix(lens, qijin).cell(county, "office").held.persons == 9
    north = next(
        line.division for line in matrix(lens, qijin).lines if line.division and line.division.name == "北岭乡"
    )
    assert [line.division for line in matrix(lens.narrowed(division=north), qijin).lines] == [north]


def test_a_venue_that_has_closed_is_no_denominator_though_it_was_reached(
    story: Places, qijin: Scheme, township_south: Any
) -> None:
    found = matrix(Lens(date(2026, 1, 1), date(2026, 12, 31), at("2026-12-31")), qijin)
    cell = found.cell(township_south, "public_place")
    assert (cell.held.reached, cell.covered, cell.registered, cell.coverage) == (1, 0, 0, None)


def test_an_activity_counts_in_every_scheme_by_its_kind_of_venue(
    story: Places, qijin: Scheme, township_south: Any
) -> None:
    five = Scheme.objects.get(key="wujin_safety")
    found = matrix(Lens(*HALF_YEAR, at("2026-07-31")), five)
    assert [entry.code for entry in found.entries] == ["enterprise", "village", "community", "school", "family"]
    assert found.cell(None).held.activities == 3  # the market's by the homes it reached
    assert found.cell(township_south, "family").held.households == 5


def test_the_venues_not_reached_are_the_rest_of_the_denominator(story: Places, qijin: Scheme) -> None:
    lens = Lens(*HALF_YEAR, at("2026-07-31"))
    assert [venue.name for venue in lens.venues_not_reached()] == ["河湾小学", "甲化工厂区"]
    inside = lens.narrowed(scheme=qijin, entry="school")
    assert [venue.name for venue in inside.venues_not_reached()] == ["河湾小学"]


# ── Whose figures ────────────────────────────────────────────────────────────
def test_a_township_officer_sees_his_township_and_a_manager_his_own_venues(
    story: Places, qijin: Scheme, officer_north: Any, manager_a: Any, inspector: Any, learner: Any
) -> None:
    def told_to(user: Any) -> tuple[int, int]:
        found = matrix(Lens(*HALF_YEAR, at("2026-07-31"), user=user), qijin)
        return found.cell(None).held.activities, found.cell(None).registered

    assert told_to(officer_north) == (2, 2)
    assert told_to(manager_a) == (0, 1)
    assert told_to(learner) == (0, 0)


def test_people_who_signed_in_are_told_apart_and_once(
    story: Places, learner: Any, learner_b: Any, officer_north: Any, training_officer: Any
) -> None:
    for _number in range(2):
        one = make_approved(
            story.village, by=officer_north, reviewer=training_officer, now=at("2026-06-25"), starts_at=at("2026-06-24")
        )
        sign_in(one, by=learner, now=at("2026-06-25"))
    sign_in(one, by=learner_b, now=at("2026-06-25"))
    assert figures(Lens(*HALF_YEAR, at("2026-07-31"))).signed_in == 2


@pytest.mark.parametrize(
    ("narrow", "activities"),
    [
        ({"kind": "market"}, 1),
        ({"form": "lecture"}, 3),
        ({"form": "show"}, 0),
        ({"hazard": "flood"}, 0),
        ({"how": "paper"}, 1),
        ({"basis": "estimated"}, 1),
    ],
)
def test_a_lens_narrows_by_what_stands_in_the_address(story: Places, narrow: dict[str, Any], activities: int) -> None:
    lens = Lens(*HALF_YEAR, at("2026-07-31"), **narrow)
    assert lens.versions().count() == activities
    assert all(f"{name}={value}" in lens.query for name, value in narrow.items())


def test_a_hazard_narrows_to_what_was_told_of_it(village: Venue, officer_north: Any, training_officer: Any) -> None:
    people = {"by": officer_north, "reviewer": training_officer}
    make_approved(village, hazards=("flood", "mountain_torrent"), **people)
    make_approved(village, hazards=("gas",), **people)
    lens = Lens(date(2026, 1, 1), date(2026, 12, 31), at("2026-12-01"))
    assert [lens.narrowed(hazard=code).versions().count() for code in ("flood", "gas", "ebike")] == [1, 1, 0]


# ── What it costs ────────────────────────────────────────────────────────────
YEAR = (date(2026, 1, 1), date(2026, 12, 31), datetime(2027, 6, 1, tzinfo=UTC))
QUERIES = 3 + 7  # of the figures and of the matrix


def make_county_of(county: Any, qijin: Scheme, users: Any, *, townships: int, venues: int, activities: int) -> None:
    chance = Random(7)
    places = make_places(county, townships, villages=1)
    made = make_venues(chance, places, venues, users[0])
    make_targets(chance, places, qijin)
    recorder, reviewer = users
    make_year(chance, Story(chance, made, recorder, reviewer, InBulk()), 2026, activities)


def queries_of(qijin: Scheme) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        figures(Lens(*YEAR))
        matrix(Lens(*YEAR), qijin)
    return [one["sql"] for one in asked.captured_queries]


@pytest.mark.parametrize(("townships", "venues", "activities"), [(1, 2, 5), (6, 60, 300)])
def test_a_larger_county_costs_no_more_queries(
    county: Any, qijin: Scheme, officer_north: Any, training_officer: Any, townships: int, venues: int, activities: int
) -> None:
    users = (officer_north, training_officer)
    make_county_of(county, qijin, users, townships=townships, venues=venues, activities=activities)
    assert len(queries_of(qijin)) == QUERIES
