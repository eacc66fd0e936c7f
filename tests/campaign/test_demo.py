import time
from typing import Any

import pytest
from django.utils import timezone

from campaign.models import Activity, ActivityVersion, PlannedVisit, Scheme, Target, Venue
from campaign.queries.figures import matrix
from campaign.queries.lens import Lens
from campaign.starter.demo import load_demo
from campaign.starter.schemes import load
from records.starter import Outcome
from ui.clock import local_day


@pytest.fixture
def demo_county(db: Any, settings: Any, tmp_path: Any) -> None:
    from people.starter.demo import load_demo as load_people
    from people.starter.places import load_divisions, load_sectors

    settings.VAR_DIR = tmp_path
    load_divisions()
    load_sectors()
    load_people()
    load()


def test_the_demo_county_has_two_years_of_activities_once(demo_county: None) -> None:
    begun = time.perf_counter()
    assert load_demo() == [Outcome.CREATED]
    assert time.perf_counter() - begun < 2
    assert load_demo() == [Outcome.UNCHANGED]
    assert (Venue.objects.count(), Activity.objects.count()) == (30, 60)
    assert Activity.objects.waiting().count() == 5  # one of them a correction
    assert Activity.objects.filter(state="returned").count() == 1
    assert Activity.objects.filter(how="paper").exists()
    assert Target.objects.exists()
    assert PlannedVisit.objects.exists()


def test_its_matrix_has_numbers_this_year_and_last_year_and_venues_that_nobody_reached(demo_county: None) -> None:
    load_demo()
    now = timezone.now()
    today = local_day(now)
    lens = Lens(today.replace(year=today.year - 1, day=1), today, now)
    found = matrix(lens, Scheme.objects.get(key="qijin_safety"))
    assert len([line for line in found.lines if line.total.held.activities]) >= 3
    assert lens.venues_not_reached().count() >= 6
    assert found.cell(None, "family").held.households > 0


def test_the_projections_of_the_demo_are_what_its_rows_say(demo_county: None) -> None:
    load_demo()
    for activity in Activity.objects.select_related("current"):
        newest = activity.versions.latest("serial")
        last = activity.decisions.order_by("-at", "-pk").first()
        assert activity.current == newest
        decided = {"approve": "approved", "return": "returned"}.get(last.verdict) if last else None
        assert activity.state == (decided if last and last.version == newest else "submitted")
    assert ActivityVersion.objects.counted(timezone.now()).count() == 55
    numbers = list(Activity.objects.values_list("number", flat=True))
    assert len(set(numbers)) == 60


def test_the_starter_loads_schemes_before_the_demo(db: Any) -> None:
    from records.registry import starter

    names = [loader.name for loader in starter.in_order(demo=True)]
    assert names.index("campaign") < names.index("campaign.demo")
    assert names.index("people.demo") < names.index("campaign.demo")
