"""Jobs: written in the caller's transaction, claimed with a lease, run as Celery tasks, tried again when they fail."""

import json
import logging
import socket
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from records import registry, rules
from records.errors import LeaseLost, Permanent
from records.models import Job, WorkerHeartbeat
from records.models.jobs import JobQuerySet
from records.services.audit import log

logger = logging.getLogger(__name__)

TRIES = 5
RING_AGAIN_AFTER = timedelta(seconds=30)
RINGS_AT_ONCE = 200
KEPT = timedelta(days=90)
KEPT_SCHEDULED = timedelta(days=1)
PROGRESS_EVERY = 0.5  # seconds

# ── Asking for work ──────────────────────────────────────────────────────────


def enqueue(task: Any, *args: Any, key: str = "", by: Any = None, run_after: datetime | None = None) -> Job:
    """Ask for `task(*args)`, in the caller's transaction. The same non-empty `key` gives the job there already is."""
    now = timezone.now()
    rings = not settings.EMBEDDED and (run_after is None or run_after <= now)
    fields = {
        "task": task.name,
        "args": json.loads(json.dumps(args, cls=DjangoJSONEncoder)),
        "max_attempts": getattr(task, "max_attempts", TRIES),
        "run_after": run_after or now,
        "rung_at": now if rings else None,
        "requested_by": by if by is not None and by.is_authenticated else None,
        "created_at": now,
    }
    if key:
        job, created = Job.objects.get_or_create(key=key, defaults=fields)
    else:
        job, created = Job.objects.create(**fields), True
    if rings and created:
        transaction.on_commit(lambda: ring([job.pk]))
    return job


def ring(pks: Iterable[int]) -> None:
    """Tell the broker. A broker that is away loses nothing: the row is the record, and `tick` rings again."""
    try:
        for pk in pks:
            current_app.send_task("records.run_job", [pk], retry=False)
    except Exception as error:  # whatever the broker's driver raises must not fail the request
        logger.warning("the broker can't be reached, the jobs wait for the next tick: %s", rules.cause(error))


# ── Doing it ─────────────────────────────────────────────────────────────────

CLAIM = """
UPDATE {table} SET state = 'running', attempts = attempts + 1, lease_until = %s, started_at = %s, done = 0, total = 0,
  note = ''
WHERE id = (
  SELECT id FROM {table}
  WHERE (state = 'queued' AND run_after <= %s OR state = 'running' AND lease_until < %s) AND attempts < max_attempts
    {narrowed}
  ORDER BY run_after, id LIMIT 1 {locking}
) RETURNING *
"""


def claim(now: datetime, *, pk: int | None = None, scheduled: bool = False) -> Job | None:
    """Take the job that has waited longest (or the one named), if it may be run now. Nobody else gets it meanwhile.

    With `scheduled` only what the schedule asked for is taken.
    """
    at = connection.ops.adapt_datetimefield_value
    narrowed, more = "", list[Any]()
    if pk is not None:
        narrowed, more = "AND id = %s", [pk]
    elif scheduled:
        narrowed, more = "AND key LIKE %s", [f"{rules.SCHEDULE_PREFIX}%"]
    locking = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    statement = CLAIM.format(table=Job._meta.db_table, narrowed=narrowed, locking=locking)
    claimed = Job.objects.raw(statement, [at(now + settings.JOB_LEASE), at(now), at(now), at(now), *more])
    return next(iter(list(claimed)), None)


def execute(job: Job) -> None:
    """Run a claimed job and record how it ended, unless its lease was taken over meanwhile."""
    token = current.set(Progress(job))
    try:
        with kept_lease(job):
            find_task(job.task).apply(args=job.args, throw=True)
    except LeaseLost:
        logger.warning("job %s was taken over by another worker", job.pk)
    except Permanent as error:
        fail(job, str(error), timezone.now())
    except Exception as error:  # whatever a task raises is the cause of its failure
        told = rules.cause(error)
        # The places only: a plain traceback would print the message with its values.
        places = "".join(traceback.format_tb(error.__traceback__))
        logger.error("job %s (%s) failed: %s\n%s", job.pk, job.task, told, places)
        postpone(job, told, timezone.now())
    else:
        finish(job, timezone.now())
    finally:
        current.reset(token)


def find_task(name: str) -> Any:
    if name not in current_app.tasks:
        raise Permanent(_("This version of the product has no task of the name %(name)s.") % {"name": name})
    return current_app.tasks[name]


def held(job: Job) -> JobQuerySet:
    """The job's row as long as this claim of it stands: a later claim has a higher number of attempts."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)


def finish(job: Job, now: datetime) -> bool:
    return bool(held(job).update(state=Job.State.DONE, finished_at=now, lease_until=None, error="", done=F("total")))


def fail(job: Job, told: str, now: datetime) -> bool:
    return bool(held(job).update(state=Job.State.FAILED, finished_at=now, lease_until=None, error=told))


def postpone(job: Job, told: str, now: datetime) -> bool:
    """Try again later, as long as attempts are left."""
    if job.attempts >= job.max_attempts:
        return fail(job, told, now)
    later = rules.retry_at(job.attempts, now)
    again = held(job).update(state=Job.State.QUEUED, run_after=later, lease_until=None, rung_at=None, error=told)
    return bool(again)


@contextmanager
def kept_lease(job: Job) -> Iterator[None]:
    """Renews the lease from a thread of its own while the job runs."""
    over = threading.Event()
    keeper = threading.Thread(target=keep_lease, args=(job, over), daemon=True, name=f"lease-{job.pk}")
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join(timeout=1)


def keep_lease(job: Job, over: threading.Event) -> None:
    while not over.wait(settings.JOB_LEASE.total_seconds() / 3):
        try:
            held(job).update(lease_until=timezone.now() + settings.JOB_LEASE)
        except DatabaseError as error:
            logger.warning("the lease of job %s could not be renewed: %s", job.pk, rules.cause(error))
        finally:
            connection.close()


class Progress:
    """What a running job has told; told on at most twice a second."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.told_at = 0.0

    def tell(self, done: int, total: int, note: str) -> None:
        if done < total and time.monotonic() - self.told_at < PROGRESS_EVERY:
            return
        self.told_at = time.monotonic()
        if not held(self.job).update(done=done, total=total, note=note[:200]):
            raise LeaseLost


current: ContextVar[Progress | None] = ContextVar("job", default=None)


def report_progress(done: int, total: int, note: str = "") -> None:
    """Inside a running job: how far it is. Call it between batches, outside their transactions, to be seen at once."""
    progress = current.get()
    if progress:
        progress.tell(done, total, note)


# ── What a person may decide ─────────────────────────────────────────────────


@transaction.atomic
def retry_job(job: Job, *, by: Any, now: datetime) -> bool:
    """Give a failed job its tries anew; False when it has not failed (any more)."""
    queued = Job.objects.filter(pk=job.pk, state=Job.State.FAILED).update(
        state=Job.State.QUEUED,
        run_after=now,
        max_attempts=F("attempts") + TRIES,
        finished_at=None,
        rung_at=None if settings.EMBEDDED else now,
        error="",
    )
    if queued:
        log("records.job_retried", by=by, obj=job, now=now)
        if not settings.EMBEDDED:
            transaction.on_commit(lambda: ring([job.pk]))
    return bool(queued)


@transaction.atomic
def cancel_job(job: Job, *, by: Any, now: datetime) -> bool:
    """Withdraw a job that still waits; False when it does not wait (any more)."""
    withdrawn = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(state=Job.State.CANCELLED, finished_at=now)
    if withdrawn:
        log("records.job_cancelled", by=by, obj=job, now=now)
    return bool(withdrawn)


# ── The clock ────────────────────────────────────────────────────────────────


def tick(now: datetime) -> None:
    """Every 15 seconds: whatever time has made necessary. Harmless twice and by several clocks at once."""
    beat(now)
    give_up(now)
    enqueue_due(now)
    ring_again(now)


def beat(now: datetime) -> None:
    WorkerHeartbeat.objects.update_or_create(name=socket.gethostname()[:100], defaults={"seen_at": now})


def give_up(now: datetime) -> int:
    """Jobs whose workers died at every attempt."""
    return (
        Job.objects.abandoned(now)
        .worn_out()
        .update(
            state=Job.State.FAILED,
            finished_at=now,
            lease_until=None,
            error=_("The background worker stopped each time it worked on this (memory, restart or power)."),
        )
    )


def enqueue_due(now: datetime) -> None:
    due = {rules.period_key(entry.name, entry.every, now): entry.task for entry in registry.schedule}
    there = set(Job.objects.filter(key__in=due).values_list("key", flat=True))
    for key in due.keys() - there:
        enqueue(due[key], key=key)


def ring_again(now: datetime) -> int:
    """For what was rung for in vain, and for what has become due since."""
    if settings.EMBEDDED:
        return 0
    ripe = Q(state=Job.State.QUEUED, run_after__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    unheard = Q(rung_at__isnull=True) | Q(rung_at__lt=now - RING_AGAIN_AFTER)
    pks = list(Job.objects.filter(ripe & unheard).order_by("run_after").values_list("pk", flat=True)[:RINGS_AT_ONCE])
    Job.objects.filter(pk__in=pks).update(rung_at=now)
    ring(pks)
    return len(pks)


def purge_jobs(now: datetime) -> int:
    """Forget what was over long ago; what the schedule did well is forgotten after a day."""
    old = Q(finished_at__lt=now - KEPT)
    routine = Q(state=Job.State.DONE, finished_at__lt=now - KEPT_SCHEDULED, key__startswith=rules.SCHEDULE_PREFIX)
    WorkerHeartbeat.objects.filter(seen_at__lt=now - KEPT_SCHEDULED).delete()
    return Job.objects.filter(old | routine).delete()[0]
