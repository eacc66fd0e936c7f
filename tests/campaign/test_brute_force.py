"""The done-when of the campaign: matrix, figures and ledger equal what anybody counts from the exported rows."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random
from typing import Any, NamedTuple

import pytest
from django.db import transaction

from campaign.exporters.ledger import ledger_workbook
from campaign.exporters.rows import campaign_rows
from campaign.models import ActivityVersion, Scheme
from campaign.queries.figures import figures, matrix
from campaign.queries.lens import Lens
from campaign.starter.schemes import load
from people.models import Division
from records.spreadsheets import read_workbook
from tests.campaign.count_by_hand import County
from tests.campaign.generated import (
    ByServices,
    InBulk,
    Story,
    make_places,
    make_second_version,
    make_targets,
    make_venues,
    make_year,
)
from tests.people.factories import DivisionFactory, UserFactory

pytestmark = pytest.mark.django_db

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
WINDOWS = [
    (*YEAR, datetime(2027, 6, 1, tzinfo=UTC)),  # everything that was ever decided
    (*YEAR, datetime(2026, 12, 31, 16, tzinfo=UTC)),  # at the end of the year: late papers are not known yet
    (date(2026, 3, 1), date(2026, 6, 30), datetime(2026, 7, 15, tzinfo=UTC)),
    (date(2026, 10, 1), date(2026, 10, 1), datetime(2027, 1, 1, tzinfo=UTC)),
]


class Made(NamedTuple):
    archive: County
    second: Scheme


@pytest.fixture(scope="module")
def made(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Made]:
    """One county for all questions; nothing of it is left behind."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        county = make_county()
    yield county
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


def make_county() -> Made:
    load()
    chance, recorder, reviewer = Random(20261124), UserFactory(), UserFactory()
    second = make_second_version()
    county: Any = DivisionFactory(code="999902", name="样例县")
    places = make_places(county, townships=9)
    venues = make_venues(chance, places, 300, recorder)
    make_targets(chance, places, Scheme.objects.get(key="qijin_safety", version=1))
    for year, count, hand in ((2025, 60, ByServices()), (2026, 50, ByServices()), (2025, 340, InBulk()),
                              (2026, 1950, InBulk())):  # fmt: skip
        make_year(chance, Story(chance, venues, recorder, reviewer, hand), year, count)
    return Made(County(campaign_rows()), second)


@pytest.mark.parametrize("window", WINDOWS)
def test_the_figures_are_what_the_exported_rows_add_up_to(made: Made, window: Any) -> None:
    told = vars(figures(Lens(*window)))
    assert {name: told[name] for name in told if name != "signed_in"} == made.archive.figures(*window)
    assert told["activities"] > 0


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(("key", "version"), [("qijin_safety", 1), ("qijin_safety", 2), ("wujin_safety", 1)])
def test_every_cell_of_the_matrix_is_what_the_exported_rows_add_up_to(
    made: Made, window: Any, key: str, version: int
) -> None:
    found = matrix(Lens(*window), Scheme.objects.get(key=key, version=version))
    by_hand = made.archive.matrix(key, str(version), *window)
    seen = {}
    for line in [*found.lines, found.total]:
        town = line.division.code if line.division else ""
        for code, cell in [*line.cells.items(), ("", line.total)]:
            seen[town, code] = as_told(cell)
    assert {where: told for where, told in seen.items() if where in by_hand} == {
        where: {**told, "venues": len(told["venues"])} for where, told in by_hand.items()
    }
    assert all(not any(told.values()) for where, told in seen.items() if where not in by_hand)


def as_told(cell: Any) -> dict[str, Any]:
    held, before = cell.held, cell.last_year
    return {
        "activities": held.activities,
        "persons": held.persons,
        "estimated": held.estimated,
        "households": held.households,
        "last_year": before.activities,
        "last_year_persons": before.persons,
        "covered": cell.covered,
        "registered": cell.registered,
        "target": cell.target or 0,
        "venues": held.reached,
    }


@pytest.mark.parametrize("window", WINDOWS)
def test_the_ledger_has_a_line_for_each_activity_and_their_sum(made: Made, window: Any) -> None:
    (sheet,) = read_workbook(ledger_workbook(Lens(*window)))
    head = next(place for place, row in enumerate(sheet.rows) if row and row[0] == "序号")
    lines, total = sheet.rows[head + 1 : -1], sheet.rows[-1]
    counted = made.archive.counted(*window)
    number, persons = 24, 11
    assert {row[number]: row[persons] for row in lines} == {row["number"]: int(row["persons"]) for row in counted}
    assert len(lines) == len(counted)
    assert total[persons] == sum(int(row["persons"]) for row in counted)
    assert [row[0] for row in lines] == list(range(1, len(counted) + 1))


def test_a_cell_opens_to_exactly_its_rows_and_its_venues_not_reached(made: Made) -> None:
    lens = Lens(*WINDOWS[0])
    scheme = Scheme.objects.get(key="qijin_safety", version=1)
    found = matrix(lens, scheme)
    for line in found.lines:
        if line.division is None or line.division.level != Division.Level.TOWNSHIP:
            continue
        for code, cell in line.cells.items():
            inside = lens.narrowed(division=line.division, scheme=scheme, entry=code)
            assert inside.versions().count() == cell.held.activities, (line.division, code)
            if not cell.by_households:
                assert inside.venues_not_reached().count() == cell.registered - cell.covered


def test_the_generated_year_holds_what_makes_counting_hard(made: Made) -> None:
    """Late papers, corrections that count and that wait, withdrawals, records nobody has looked at."""
    versions = ActivityVersion.objects
    assert versions.filter(activity__how="paper").count() > 100
    assert versions.counted(WINDOWS[0][2]).filter(serial__gt=1).count() > 100
    assert versions.filter(activity__state="submitted", serial__gt=1).exists()
    assert versions.filter(activity__state="withdrawn").count() > 50
    assert versions.filter(activity__state="submitted", serial=1).count() > 50
    assert figures(Lens(*WINDOWS[1])).activities < figures(Lens(*WINDOWS[0])).activities
