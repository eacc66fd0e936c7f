from typing import Any

import pytest

from campaign.models import Scheme, Venue
from campaign.starter.schemes import load
from tests.campaign.factories import make_venue


@pytest.fixture
def qijin(db: Any) -> Scheme:
    load()
    return Scheme.objects.get(key="qijin_safety")


@pytest.fixture
def village(qijin: Scheme, village_north: Any) -> Venue:
    return make_venue(village_north, name="北岭村", households=200)


@pytest.fixture
def school(qijin: Scheme, township_south: Any) -> Venue:
    return make_venue(township_south, "school", name="河湾小学")


@pytest.fixture
def works(qijin: Scheme, organisation_a: Any) -> Venue:
    """Of organisation A."""
    return make_venue(organisation_a.division, "enterprise", name="甲化工厂区", organisation=organisation_a)
