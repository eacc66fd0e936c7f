from datetime import timedelta

import pytest
from django.utils import timezone

from records import services
from records.models import Job
from records.queries import health
from tests.records.probe import tasks

pytestmark = pytest.mark.django_db


def test_a_house_without_a_worker_is_not_ready():
    assert health()["ready"] is False


def test_health_tells_what_waits_what_failed_and_who_was_seen():
    now = timezone.now()
    services.beat(now)
    services.enqueue(tasks.note, "x", run_after=now - timedelta(seconds=90))
    services.enqueue(tasks.note, "y", run_after=now + timedelta(hours=1))
    failed = services.enqueue(tasks.note, "z")
    Job.objects.filter(pk=failed.pk).update(state=Job.State.FAILED, finished_at=now)
    services.log("records.backup_made", now=now)
    services.seal_audit(now)
    assert health(now) == {
        "ready": True,
        "oldest_queued_seconds": 90,
        "failed_jobs": 1,
        "last_seal_at": now,
        "oldest_unsealed_seconds": 0,
        "worker_seen_at": now,
        "worker_alive": True,
    }


def test_work_that_does_not_move_is_told():
    now = timezone.now()
    services.beat(now)
    services.enqueue(tasks.note, "x", run_after=now - timedelta(minutes=11))
    assert health(now)["ready"] is False


def test_a_worker_not_seen_for_two_minutes_is_gone():
    now = timezone.now()
    services.beat(now - timedelta(minutes=3))
    assert (health(now)["worker_alive"], health(now)["ready"]) == (False, False)
