from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from records import registry, services
from records.models import AuditEntry, Job, WorkerHeartbeat
from records.services import jobs
from records.services.jobs import held
from tests.records.probe import tasks

pytestmark = pytest.mark.django_db
STATE = Job.State


def run_next(pk: int | None = None) -> Job:
    job = services.claim(timezone.now(), pk=pk)
    assert job
    services.execute(job)
    job.refresh_from_db()
    return job


@pytest.fixture
def bell(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[int]]]:
    """What the broker was told."""
    settings.EMBEDDED = False
    rung: list[tuple[str, list[int]]] = []
    monkeypatch.setattr(jobs.current_app, "send_task", lambda name, args, **options: rung.append((name, args)))
    return rung


def test_a_job_is_run_with_its_arguments_and_is_done(tmp_path: Path):
    services.enqueue(tasks.note, str(tmp_path / "log"), "hello")
    job = run_next()
    assert (tmp_path / "log").read_text() == "hello\n"
    assert (job.state, job.attempts, job.error, job.lease_until) == (STATE.DONE, 1, "", None)
    assert job.finished_at


def test_a_job_is_gone_with_the_transaction_that_asked_for_it():
    with transaction.atomic():
        services.enqueue(tasks.note, "nowhere")
        transaction.set_rollback(True)
    assert Job.objects.count() == 0


def test_the_same_key_gives_the_job_there_already_is():
    first = services.enqueue(tasks.note, "a", key="report-2026")
    assert services.enqueue(tasks.note, "b", key="report-2026") == first
    assert services.enqueue(tasks.note, "a") != services.enqueue(tasks.note, "a")


def test_the_oldest_due_job_comes_first_and_one_for_later_waits():
    now = timezone.now()
    services.enqueue(tasks.note, "later", run_after=now + timedelta(hours=1))
    first, second = services.enqueue(tasks.note, "1"), services.enqueue(tasks.note, "2")
    assert [services.claim(timezone.now()) for _turn in range(3)] == [first, second, None]


def test_a_claimed_job_is_nobody_elses_until_its_lease_is_over(settings: Any):
    services.enqueue(tasks.note, "x")
    now = timezone.now()
    job = services.claim(now)
    assert job
    assert services.claim(now + settings.JOB_LEASE) is None
    again = services.claim(now + settings.JOB_LEASE + timedelta(seconds=1))
    assert again == job
    assert again.attempts == 2


def test_a_stale_worker_can_neither_finish_nor_fail_what_another_has_taken_over(settings: Any):
    services.enqueue(tasks.note, "x")
    now = timezone.now()
    stale = services.claim(now)
    fresh = services.claim(now + settings.JOB_LEASE * 2)
    assert stale
    assert fresh
    assert not jobs.finish(stale, now)
    assert not jobs.fail(stale, "too late", now)
    assert not jobs.postpone(stale, "too late", now)
    assert jobs.finish(fresh, now)


def test_a_stale_worker_stops_at_its_next_step(settings: Any):
    services.enqueue(tasks.steps, 3)
    now = timezone.now()
    stale, fresh = services.claim(now), services.claim(now + settings.JOB_LEASE * 2)
    assert stale
    assert fresh
    services.execute(stale)
    fresh.refresh_from_db()
    assert (fresh.state, fresh.attempts, fresh.done) == (STATE.RUNNING, 2, 0)


def test_a_failure_keeps_its_cause_and_is_tried_again_later():
    services.enqueue(tasks.break_down, "the disk is full\nDETAIL: (13800138000)")
    job = run_next()
    assert (job.state, job.error) == (STATE.QUEUED, "ValueError: the disk is full")
    assert timedelta(seconds=8) < job.run_after - timezone.now() <= timedelta(seconds=10)
    assert services.claim(timezone.now()) is None


def test_the_fifth_failure_is_the_last():
    services.enqueue(tasks.break_down, "no")
    for _turn in range(5):
        Job.objects.update(run_after=timezone.now())
        job = run_next()
    assert (job.state, job.attempts) == (STATE.FAILED, 5)


def test_a_task_may_have_fewer_tries():
    services.enqueue(tasks.once_only)
    assert run_next().state == STATE.FAILED


def test_a_permanent_failure_is_not_tried_again_and_its_words_are_shown_as_they_are():
    services.enqueue(tasks.refuse, "The sheet has no column 姓名.")
    job = run_next()
    assert (job.state, job.attempts, job.error) == (STATE.FAILED, 1, "The sheet has no column 姓名.")


def test_a_task_that_this_version_does_not_know_fails_with_its_name():
    Job.objects.create(task="gone.task", run_after=timezone.now(), created_at=timezone.now())
    job = run_next()
    assert job.state == STATE.FAILED
    assert "gone.task" in job.error


def test_a_job_whose_workers_died_at_every_attempt_is_given_up():
    services.enqueue(tasks.note, "x")
    now = timezone.now()
    Job.objects.update(state=STATE.RUNNING, attempts=5, lease_until=now - timedelta(seconds=1))
    assert services.claim(now) is None
    services.tick(now)
    job = Job.objects.get(key="")
    assert job.state == STATE.FAILED
    assert job.error


def test_progress_is_seen_while_the_job_runs_and_full_when_it_is_done():
    services.enqueue(tasks.steps, 3)
    job = run_next()
    assert (job.done, job.total, job.note, job.percent) == (3, 3, "step 3", 100)


def test_progress_outside_a_job_is_nobodys():
    services.report_progress(1, 2)


def test_the_lease_is_renewed_while_the_job_runs(settings: Any, monkeypatch: pytest.MonkeyPatch):
    renewed = []
    settings.JOB_LEASE = timedelta(seconds=0.15)
    monkeypatch.setattr(jobs, "keep_lease", lambda job, over: renewed.append(over.wait(5)))
    services.enqueue(tasks.note, "/dev/null")
    run_next()
    assert renewed == [True]


def test_retrying_gives_a_failed_job_its_tries_anew_and_is_logged(alice: Any):
    services.enqueue(tasks.once_only, by=alice)
    job = run_next()
    assert services.retry_job(job, by=alice, now=timezone.now())
    assert not services.retry_job(job, by=alice, now=timezone.now())
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts, job.max_attempts) == (STATE.QUEUED, "", 1, 6)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.object_id) == ("records.job_retried", alice, str(job.pk))


def test_only_a_waiting_job_can_be_withdrawn(alice: Any):
    waiting, running = services.enqueue(tasks.note, "x", by=alice), services.enqueue(tasks.note, "y")
    services.claim(timezone.now(), pk=running.pk)
    now = timezone.now()
    assert [services.cancel_job(job, by=alice, now=now) for job in (waiting, running)] == [True, False]
    waiting.refresh_from_db()
    assert waiting.state == STATE.CANCELLED
    assert services.claim(now) is None


def test_the_database_refuses_a_running_job_without_a_lease_and_a_finished_one_without_a_time():
    job = services.enqueue(tasks.note, "x")
    for state in (STATE.RUNNING, STATE.DONE, "unknown"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(pk=job.pk).update(state=state)


def test_the_schedule_asks_once_a_period(monkeypatch: pytest.MonkeyPatch):
    schedule = registry.Schedule()
    schedule.add("tidy", tasks.note, timedelta(hours=1))
    monkeypatch.setattr(registry, "schedule", schedule)
    now = timezone.now().replace(minute=0, second=1)
    for moment in (now, now + timedelta(minutes=30), now + timedelta(hours=1)):
        services.tick(moment)
    assert Job.objects.scheduled().count() == 2


def test_the_clock_takes_only_what_the_schedule_asked_for():
    services.enqueue(tasks.note, "long work")
    routine = services.enqueue(tasks.note, "routine", key="schedule:tidy:1")
    assert services.claim(timezone.now(), scheduled=True) == routine
    assert services.claim(timezone.now(), scheduled=True) is None


def test_a_tick_leaves_a_heartbeat():
    now = timezone.now()
    services.tick(now)
    assert WorkerHeartbeat.objects.get().seen_at == now


def test_the_broker_is_rung_after_commit_only(bell: list, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        job = services.enqueue(tasks.note, "x")
        services.enqueue(tasks.note, "later", run_after=timezone.now() + timedelta(hours=1))
        assert bell == []
    assert bell == [("records.run_job", [job.pk])]


def test_without_a_broker_nothing_is_rung(bell: list, settings: Any, django_capture_on_commit_callbacks: Any):
    settings.EMBEDDED = True
    with django_capture_on_commit_callbacks(execute=True):
        services.enqueue(tasks.note, "x")
    services.tick(timezone.now() + timedelta(minutes=5))
    assert bell == []


def test_a_broker_that_is_away_fails_nothing(
    bell: list, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
):
    def away(*_args: Any, **_options: Any) -> None:
        raise ConnectionError("refused")

    monkeypatch.setattr(jobs.current_app, "send_task", away)
    with django_capture_on_commit_callbacks(execute=True):
        services.enqueue(tasks.note, "x")
    assert Job.objects.get().state == STATE.QUEUED


def test_the_bell_is_rung_again_for_what_nobody_took(bell: list):
    job = services.enqueue(tasks.note, "x")
    now = timezone.now()
    assert [services.jobs.ring_again(now + timedelta(seconds=wait)) for wait in (20, 31, 40)] == [0, 1, 0]
    assert bell == [("records.run_job", [job.pk])]


def test_the_bell_is_rung_for_a_lapsed_lease_and_for_a_retry_that_is_due(bell: list, settings: Any):
    lapsed, again = services.enqueue(tasks.note, "x"), services.enqueue(tasks.break_down, "y")
    now = timezone.now()
    services.claim(now, pk=lapsed.pk)
    run_next(again.pk)
    later = now + settings.JOB_LEASE + timedelta(seconds=31)
    services.jobs.ring_again(later)
    assert sorted(args for _name, args in bell) == [[lapsed.pk], [again.pk]]


def test_the_broker_may_ring_twice(tmp_path: Path):
    from records.tasks import run_job

    job = services.enqueue(tasks.note, str(tmp_path / "log"))
    run_job(job.pk)
    run_job(job.pk)
    assert (tmp_path / "log").read_text() == "ran\n"


def test_old_work_is_forgotten_and_the_schedules_after_a_day():
    now = timezone.now()
    for key, days in (("", 100), ("", 2), ("schedule:tidy:1", 2), ("schedule:tidy:2", 0)):
        job = services.enqueue(tasks.note, "x", key=key)
        ended = {"state": STATE.DONE, "finished_at": now - timedelta(days=days)}
        Job.objects.filter(pk=job.pk).update(**ended)
    assert services.purge_jobs(now) == 2


def test_a_person_sees_his_own_jobs_and_the_keeper_all(alice: Any, keeper_of_jobs: Any):
    mine, theirs = services.enqueue(tasks.note, "x", by=alice), services.enqueue(tasks.note, "y")
    assert set(Job.objects.visible_to(alice)) == {mine}
    assert set(Job.objects.visible_to(keeper_of_jobs)) == {mine, theirs}


def test_held_is_true_only_of_the_last_claim(settings: Any):
    services.enqueue(tasks.note, "x")
    now = timezone.now()
    first, second = services.claim(now), services.claim(now + settings.JOB_LEASE * 2)
    assert first
    assert second
    assert (held(first).exists(), held(second).exists()) == (False, True)
