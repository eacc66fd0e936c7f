"""同时计入“七进”: a drill is typed once, and its activity follows it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.models import Activity, Venue
from campaign.services import review
from campaign.starter.schemes import load
from drills.models import Attendance, Drill
from drills.services import campaign as services
from drills.services import simple
from tests.campaign.factories import make_venue
from tests.drills.factories import make_drill
from tests.drills.test_simple_pages import make_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(organisation_a: Any) -> Venue:
    load()
    return make_venue(organisation_a.division, "enterprise", name="甲化工厂区", organisation=organisation_a)


@pytest.fixture
def drill(organisation_a: Any, manager_a: Any) -> Drill:
    return make_record(organisation_a, manager_a, people=120, basis="estimated")


def address(drill: Drill) -> str:
    return reverse("drills:also_campaign", args=[drill.pk])


def said(activity: Activity) -> tuple[Any, ...]:
    version = Activity.objects.select_related("current").get(pk=activity.pk).current
    return version.form, version.persons, version.basis, version.minutes, version.hazards, version.held_by_id


def test_the_drill_tells_the_activity(drill: Drill, works: Venue, manager_a: Any, client_of: Any) -> None:
    client: Client = client_of(manager_a)
    assert client.get(address(drill)).context["form"].initial == {"venue": works.pk}
    answer = client.post(address(drill), {"venue": works.pk})
    drill.refresh_from_db()
    assert answer["Location"] == reverse("campaign:activity", args=[drill.activity_id])
    assert said(drill.activity) == ("drill", 120, "estimated", 20, ["earthquake"], drill.organisation_id)
    assert drill.activity.state == Activity.State.SUBMITTED


def test_a_second_tap_is_the_same_activity(drill: Drill, works: Venue, manager_a: Any, client_of: Any) -> None:
    client: Client = client_of(manager_a)
    first, second = (client.post(address(drill), {"venue": works.pk})["Location"] for _tap in range(2))
    assert (first, Activity.objects.count()) == (second, 1)
    now = timezone.now()
    assert services.count_in_campaign(drill, works, by=manager_a, now=now) == Activity.objects.get()


def test_what_is_corrected_in_the_drill_follows(
    drill: Drill, works: Venue, manager_a: Any, training_officer: Any
) -> None:
    now = timezone.now()
    activity = services.count_in_campaign(drill, works, by=manager_a, now=now)
    review(activity, verdict="approve", by=training_officer, now=now)
    told = simple.facts(Drill.objects.get(pk=drill.pk))
    simple.correct_simple(
        drill, simple.Told(**{**vars(told), "people": 96, "basis": "counted"}), reason="查签到表", by=manager_a, now=now
    )
    assert said(activity)[:3] == ("drill", 96, "counted")
    assert Activity.objects.get().state == Activity.State.SUBMITTED  # and the approved version counts meanwhile


def test_a_withdrawn_drill_takes_it_along(drill: Drill, works: Venue, manager_a: Any) -> None:
    now = timezone.now()
    services.count_in_campaign(drill, works, by=manager_a, now=now)
    simple.withdraw_simple(drill, reason="重复录入", by=manager_a, now=now)
    assert Activity.objects.get().state == Activity.State.WITHDRAWN
    with pytest.raises(services.NotHeld):
        services.count_in_campaign(drill, works, by=manager_a, now=now)


def test_heads_and_names_are_not_added_up(organisation_a: Any, manager_a: Any) -> None:
    drill, now = make_drill(organisation_a), timezone.now()
    there = {"drill": drill, "organisation": organisation_a, "role": "player", "happened_at": now, "recorded_at": now}
    there |= {"recorded_by": manager_a}
    for _person in range(2):
        Attendance.objects.create(**there, named=True, how=Attendance.How.HEADCOUNT)
    assert services.people_of(drill) == (2, "counted")
    Attendance.objects.create(**there, named=False, count=40, basis="estimated", how=Attendance.How.HEADCOUNT)
    assert services.people_of(drill) == (40, "estimated")


def test_without_a_venue_near_it_the_page_says_what_to_do(drill: Drill, manager_a: Any, client_of: Any) -> None:
    page = client_of(manager_a).get(address(drill)).content.decode()
    assert "名册" in page


def test_a_drill_that_was_not_held_has_no_such_page(organisation_a: Any, manager_a: Any, client_of: Any) -> None:
    planned = make_drill(organisation_a, starts_at=timezone.now() + timedelta(days=3))
    assert client_of(manager_a).get(address(planned)).status_code == 404


def test_the_record_leads_there(drill: Drill, works: Venue, manager_a: Any, client_of: Any) -> None:
    page = client_of(manager_a).get(reverse("drills:simple_detail", args=[drill.pk])).content.decode()
    assert address(drill) in page
