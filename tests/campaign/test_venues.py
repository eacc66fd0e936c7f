from datetime import date, timedelta
from typing import Any

import pytest

from campaign import services
from campaign.models import PlannedVisit, Target, Venue
from records.models import AuditEntry
from tests.campaign.factories import NOW, make_venue


def test_a_venue_is_entered_once_in_its_division(qijin: Any, village_north: Any, officer_north: Any) -> None:
    def venue() -> Venue:
        return Venue(name="北岭村", kind="village", division=village_north, households=230)

    kept = services.create_venue(venue(), by=officer_north, now=NOW)
    assert (kept.created_by, kept.created_at) == (officer_north, NOW)
    with pytest.raises(services.AlreadyThere):
        services.create_venue(venue(), by=officer_north, now=NOW)
    assert AuditEntry.objects.filter(action="campaign.venue_added").count() == 1


def test_what_of_a_venue_changes_is_logged_and_its_kind_never_changes(village: Venue, officer_north: Any) -> None:
    changed = services.change_venue(village, households=240, address=village.address, by=officer_north, now=NOW)
    assert changed == {"households": [200, 240]}
    assert Venue.objects.get(pk=village.pk).households == 240
    assert services.change_venue(village, households=240, by=officer_north, now=NOW) == {}
    with pytest.raises(TypeError):
        services.change_venue(village, kind="school", by=officer_north, now=NOW)
    assert AuditEntry.objects.filter(action="campaign.venue_changed").count() == 1


def test_two_venues_do_not_take_one_name(village: Venue, officer_north: Any) -> None:
    other = make_venue(village.division, name="松坡村")
    with pytest.raises(services.AlreadyThere):
        services.change_venue(other, name=village.name, by=officer_north, now=NOW)
    assert Venue.objects.get(pk=other.pk).name == "松坡村"


def test_a_venue_is_registered_until_the_day_it_closes(village: Venue, officer_north: Any) -> None:
    last = date(2026, 6, 30)
    assert services.close_venue(village, on=last, by=officer_north, now=NOW)
    assert not services.close_venue(village, on=last, by=officer_north, now=NOW)
    assert Venue.objects.registered(last).exists()
    assert not Venue.objects.registered(last + timedelta(days=1)).exists()


def test_a_planned_visit_is_dropped_once(village: Venue, officer_north: Any) -> None:
    visit = services.plan_visit(village, on=date(2026, 12, 1), by=officer_north, now=NOW, note="带展板")
    assert list(PlannedVisit.objects.standing()) == [visit]
    assert services.cancel_visit(visit, by=officer_north, now=NOW)
    assert not services.cancel_visit(visit, by=officer_north, now=NOW)
    assert not PlannedVisit.objects.standing().exists()


def test_a_target_is_set_changed_and_taken_away(township_north: Any, officer_north: Any) -> None:
    set_to = [6, 6, 8, None, None]
    told = [services.set_target(township_north, "village", 2026, count, by=officer_north, now=NOW) for count in set_to]
    assert told == [True, False, True, True, False]
    assert not Target.objects.exists()
    assert AuditEntry.objects.filter(action="campaign.target_set").count() == 3
