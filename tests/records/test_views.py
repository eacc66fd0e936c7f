from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records import services
from records.models import AuditEntry, Job
from tests.records.probe import tasks

pytestmark = pytest.mark.django_db
LIST = "records:job_list"


def page(client: Client, name: str, *args: Any, **query: Any) -> Any:
    return client.get(reverse(name, args=args), query)


def failed(by: Any) -> Job:
    job = services.enqueue(tasks.refuse, "The sheet has no rows.", by=by)
    claimed = services.claim(timezone.now(), pk=job.pk)
    assert claimed
    services.execute(claimed)
    return job


@pytest.mark.parametrize("name", ["records:job_list", "records:audit_log"])
def test_a_stranger_is_asked_to_sign_in(client: Client, name: str):
    assert page(client, name).status_code == 302


def test_the_list_shows_ones_own_jobs_and_the_keeper_all(alice: Any, keeper_of_jobs: Any, client: Client):
    mine, theirs = services.enqueue(tasks.note, "x", by=alice), services.enqueue(tasks.note, "y")
    client.force_login(alice)
    assert page(client, LIST).context["page"].rows == [mine]
    client.force_login(keeper_of_jobs)
    assert page(client, LIST).context["page"].rows == [theirs, mine]


def test_the_schedules_routine_does_not_bury_the_list(keeper_of_jobs: Any, client: Client):
    services.enqueue(tasks.note, "x", key="schedule:tidy:1")
    client.force_login(keeper_of_jobs)
    assert page(client, LIST).context["page"].rows == []


def test_the_list_filters_by_state_and_says_so_when_nothing_fits(alice: Any, client: Client):
    job = failed(alice)
    client.force_login(alice)
    assert page(client, LIST, state="failed").context["page"].rows == [job]
    assert page(client, LIST, state="running").context["page"].rows == []
    assert page(client, LIST, state="nonsense").status_code == 200


def test_the_list_is_paged_by_number(alice: Any, client: Client):
    jobs = [services.enqueue(tasks.note, "x", by=alice) for _turn in range(53)]
    client.force_login(alice)
    first = page(client, LIST).context["page"]
    assert (len(first.rows), first.older) == (50, jobs[3].pk)
    second = page(client, LIST, before=first.older).context["page"]
    assert (second.rows, second.older) == (jobs[2::-1], None)


@pytest.mark.parametrize("given", ["x", "-1", "9" * 30, ""])
def test_a_page_that_can_not_be_is_the_first(alice: Any, client: Client, given: str):
    client.force_login(alice)
    assert page(client, LIST, before=given).status_code == 200


def test_more_jobs_take_no_more_queries(alice: Any, client: Client, django_assert_max_num_queries: Any):
    client.force_login(alice)
    services.enqueue(tasks.note, "x", by=alice)
    page(client, LIST)
    with django_assert_max_num_queries(14) as one:
        page(client, LIST)
    for _turn in range(9):
        services.enqueue(tasks.note, "x", by=alice)
    with django_assert_max_num_queries(len(one)):
        page(client, LIST)


def test_another_persons_job_is_not_found(alice: Any, bob: Any, client: Client):
    job = services.enqueue(tasks.note, "x", by=alice)
    client.force_login(bob)
    for name in ("records:job_detail", "records:job_state"):
        assert page(client, name, job.pk).status_code == 404
    for name in ("records:job_retry", "records:job_cancel"):
        assert client.post(reverse(name, args=[job.pk])).status_code == 404


def test_a_waiting_job_is_watched_by_the_page(alice: Any, client: Client):
    job = services.enqueue(tasks.note, "x", by=alice)
    client.force_login(alice)
    text = page(client, "records:job_detail", job.pk).content.decode()
    assert reverse("records:job_state", args=[job.pk]) in text
    assert "records/job.js" in text


def test_a_failed_job_tells_its_cause_and_can_be_started_again(alice: Any, client: Client):
    job = failed(alice)
    client.force_login(alice)
    text = page(client, "records:job_detail", job.pk).content.decode()
    assert "The sheet has no rows." in text
    assert "records/job.js" not in text
    response = client.post(reverse("records:job_retry", args=[job.pk]))
    assert response["Location"] == reverse("records:job_detail", args=[job.pk])
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED


def test_a_waiting_job_can_be_withdrawn(alice: Any, client: Client):
    job = services.enqueue(tasks.note, "x", by=alice)
    client.force_login(alice)
    client.post(reverse("records:job_cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_a_look_changes_nothing(alice: Any, client: Client):
    job = failed(alice)
    client.force_login(alice)
    assert client.get(reverse("records:job_retry", args=[job.pk])).status_code == 405


def test_the_state_is_told_in_a_few_words(alice: Any, client: Client):
    job = services.enqueue(tasks.note, "x", by=alice)
    Job.objects.filter(pk=job.pk).update(done=1, total=4, note="second sheet")
    client.force_login(alice)
    response = page(client, "records:job_state", job.pk)
    told = response.json()
    assert (told["state"], told["percent"], told["note"], told["over"]) == ("queued", 25, "second sheet", False)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.usefixtures("registered")
class TestAuditLog:
    name = "records:audit_log"

    def test_nobody_else_learns_that_there_is_one(self, bob: Any, keeper_of_jobs: Any, client: Client):
        client.force_login(keeper_of_jobs)
        assert page(client, self.name).status_code == 404

    def test_looking_is_logged_once_an_hour_and_session(self, auditor_of_log: Any, client: Client):
        client.force_login(auditor_of_log)
        for _turn in range(3):
            page(client, self.name)
        entry = AuditEntry.objects.get(action="records.audit_viewed")
        assert entry.actor == auditor_of_log

    def test_it_filters_by_action_person_and_day(self, auditor_of_log: Any, bob: Any, client: Client):
        client.force_login(auditor_of_log)
        page(client, self.name)
        day = timezone.localtime().replace(hour=0, minute=30) - timedelta(days=3)
        old = services.log("tests.happened", by=bob, now=day)
        new = services.log("tests.happened")
        found = [
            page(client, self.name, **query).context["page"].rows
            for query in ({"action": "tests.happened"}, {"actor": bob.pk}, {"day": f"{day:%Y-%m-%d}"})
        ]
        assert found == [[new, old], [old], [old]]
        assert page(client, self.name, day="yesterday").status_code == 200

    def test_a_row_says_whether_it_is_sealed(self, auditor_of_log: Any, client: Client):
        client.force_login(auditor_of_log)
        services.log("tests.happened")
        services.seal_audit(timezone.now())
        services.log("tests.happened")
        rows = page(client, self.name, action="tests.happened").context["page"].rows
        assert [row.seal_id is not None for row in rows] == [False, True]

    def test_more_rows_take_no_more_queries(
        self, auditor_of_log: Any, bob: Any, client: Client, django_assert_max_num_queries: Any
    ):
        client.force_login(auditor_of_log)
        page(client, self.name)
        services.log("tests.happened", by=bob)
        with django_assert_max_num_queries(14) as few:
            page(client, self.name)
        for _turn in range(9):
            services.log("tests.happened", by=bob)
        with django_assert_max_num_queries(len(few)):
            page(client, self.name)
