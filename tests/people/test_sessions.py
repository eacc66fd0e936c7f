from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from people import services
from people.middleware import SessionTerms, StaffSecondFactor
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
HOME = "people:home"


@pytest.fixture
def clock():
    with time_machine.travel("2026-11-23 08:00:00Z", tick=False) as clock:
        yield clock


def signed_in(user, **more):
    client = Client()
    client.post(reverse("account_login"), {"login": user.phone, "password": PASSWORD, **more})
    return client


def test_staff_are_signed_out_after_half_an_hour_of_rest_and_come_back_to_their_page(clock, client_of, leader):
    client = client_of(leader)
    clock.shift(timedelta(minutes=30))
    assert client.get(reverse(HOME)).status_code == 200
    clock.shift(timedelta(minutes=30, seconds=1))
    response = client.get(reverse("people:organisation_list") + "?q=x")
    assert response.url == f"{reverse('account_login')}?next=%2Fpeople%2Forganisations%2F%3Fq%3Dx"
    assert client.get(reverse(HOME)).status_code == 302


def test_work_keeps_staff_signed_in(clock, client_of, leader):
    client = client_of(leader)
    for _ in range(10):
        clock.shift(timedelta(minutes=25))
        assert client.get(reverse(HOME)).status_code == 200


def test_a_running_job_keeps_whoever_asked_for_it_signed_in(clock, client_of, leader, auditor):
    from django.utils import timezone

    from records.models import Job
    from records.services import claim, enqueue
    from records.tasks import purge

    waits, idle = client_of(leader), client_of(auditor)
    job = claim(timezone.now(), pk=enqueue(purge, by=leader).pk)
    clock.shift(timedelta(minutes=50))
    assert waits.get(reverse(HOME)).status_code == 200
    assert idle.get(reverse(HOME)).status_code == 302
    Job.objects.filter(pk=job.pk).update(state="done", lease_until=None, finished_at=timezone.now())
    clock.shift(timedelta(minutes=31))
    assert waits.get(reverse(HOME)).status_code == 302


def test_activity_is_written_at_most_once_a_minute(clock, client_of, leader, django_assert_max_num_queries):
    client = client_of(leader)
    clock.shift(timedelta(seconds=59))
    before = client.session["seen_at"]
    client.get(reverse(HOME))
    assert client.session["seen_at"] == before
    clock.shift(timedelta(seconds=1))
    client.get(reverse(HOME))
    assert client.session["seen_at"] == before + 60


def test_htmx_gets_a_whole_new_page(clock, client_of, leader):
    client = client_of(leader)
    clock.shift(timedelta(hours=1))
    response = client.get(reverse(HOME), headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == reverse("account_login")


def test_an_own_phone_stays_signed_in_for_thirty_days_after_each_use(clock, learner):
    client = signed_in(learner, remember="on")
    for _ in range(3):
        clock.shift(timedelta(days=29))
        assert client.get(reverse(HOME)).status_code == 200
    clock.shift(timedelta(days=30, seconds=1))
    assert client.get(reverse(HOME)).status_code == 302


def test_a_borrowed_phone_is_signed_out_after_twelve_hours(clock, learner):
    client = signed_in(learner)
    clock.shift(timedelta(hours=12))
    assert client.get(reverse(HOME)).status_code == 200
    clock.shift(timedelta(seconds=1))
    assert client.get(reverse(HOME)).status_code == 302


def test_a_manager_of_one_organisation_is_no_staff(clock, manager_a):
    client = signed_in(manager_a, remember="on")
    clock.shift(timedelta(hours=5))
    assert client.get(reverse(HOME)).status_code == 200


def test_who_is_given_a_second_organisation_becomes_staff_at_once(
    clock, client_of, manager_a, organisation_b, system_admin
):
    client = client_of(manager_a)
    from django.utils import timezone

    services.grant_role(
        manager_a, "org_manager", organisation=organisation_b, by=system_admin, now=timezone.now(), reason="order 9"
    )
    assert client.get(reverse(HOME)).url == reverse("mfa_activate_totp")


def test_without_a_session_cookie_nobody_is_looked_up(rf, django_assert_num_queries):
    """The request has neither session nor user: touching one would fail."""
    request = rf.get("/")
    with django_assert_num_queries(0):
        assert SessionTerms(lambda _: HttpResponse("in"))(request).content == b"in"
        assert StaffSecondFactor(lambda _: HttpResponse()).process_view(request, None, (), {}) is None


def test_signing_out_everywhere_spares_the_device_in_hand(client_of, learner):
    here, there = client_of(learner), client_of(learner)
    here.post(reverse("people:sign_out_everywhere"))
    assert here.get(reverse(HOME)).status_code == 200
    assert there.get(reverse(HOME)).status_code == 302


def test_a_closed_account_is_out_at_once(client_of, learner):
    client = client_of(learner)
    learner.is_active = False
    learner.save()
    assert client.get(reverse(HOME)).status_code == 302
