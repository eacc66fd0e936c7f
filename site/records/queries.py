from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypedDict, TypeVar

from django.db.models import Max, Min, Model, Q, QuerySet
from django.utils import timezone

from records import rules, trail
from records.models import AuditEntry, AuditSeal, Job, WorkerHeartbeat
from records.models.audit import AuditEntryQuerySet
from records.models.jobs import JobQuerySet

Row = TypeVar("Row", bound=Model)

ALIVE = timedelta(minutes=2)  # a worker is seen every 15 seconds


STUCK = timedelta(minutes=10)  # work that was due so long ago does not move


class Health(TypedDict):
    ready: bool
    oldest_queued_seconds: int  # 0 when nothing waits
    failed_jobs: int
    last_seal_at: datetime | None
    oldest_unsealed_seconds: int
    worker_seen_at: datetime | None
    worker_alive: bool


def health(now: datetime | None = None) -> Health:
    """How the background work is doing, for /readyz and the system administrator."""
    now = now or timezone.now()
    oldest = Job.objects.waiting(now).aggregate(at=Min("run_after"))["at"]
    unsealed = AuditEntry.objects.unsealed().aggregate(at=Min("at"))["at"]
    seen = WorkerHeartbeat.objects.aggregate(at=Max("seen_at"))["at"]
    alive = bool(seen and now - seen < ALIVE)
    return {
        "ready": alive and not (oldest and now - oldest > STUCK),
        "oldest_queued_seconds": seconds_since(oldest, now),
        "failed_jobs": Job.objects.filter(state=Job.State.FAILED).count(),
        "last_seal_at": AuditSeal.objects.order_by("-number").values_list("sealed_at", flat=True).first(),
        "oldest_unsealed_seconds": seconds_since(unsealed, now),
        "worker_seen_at": seen,
        "worker_alive": alive,
    }


def seconds_since(then: datetime | None, now: datetime) -> int:
    return max(0, int((now - then).total_seconds())) if then else 0


def client_address() -> str:
    """Whose request is being answered, for limits; empty outside a request. Never store it unmasked."""
    return trail.current.get().address


def request_id() -> str:
    return trail.current.get().request_id


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list that grows at its top: rows below `before`, newest first."""

    rows: list[Row]
    older: int | None  # what `before` is on the next page


def page_by_id(rows: QuerySet[Row], before: int | None, size: int = 50) -> Page[Row]:
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: size + 1])
    return Page(found[:size], found[size - 1].pk if len(found) > size else None)


def jobs_to_show(jobs: JobQuerySet, state: str = "") -> JobQuerySet:
    """Without the routine of the schedule, which would bury what people asked for."""
    routine = Q(key__startswith=rules.SCHEDULE_PREFIX) & Q(state__in=[Job.State.DONE, Job.State.QUEUED])
    jobs = jobs.exclude(routine).select_related("requested_by")
    return jobs.filter(state=state) if state else jobs


def entries_to_show(
    entries: AuditEntryQuerySet, *, action: str, actor: int | None, day: date | None
) -> AuditEntryQuerySet:
    entries = entries.select_related("actor", "seal").defer("seal__fingerprints")
    if action:
        entries = entries.filter(action=action)
    if actor:
        entries = entries.filter(actor_id=actor)
    if day:
        begins = timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())
        entries = entries.filter(at__gte=begins, at__lt=begins + timedelta(days=1))
    return entries


LONGEST_WORK = timedelta(hours=12)  # a job that stands longer is stuck, and no reason to keep anybody signed in


def last_work(user: Any, now: datetime) -> datetime | None:
    """When work that this person asked for last went on: now, while a job runs or is about to."""
    mine = Job.objects.filter(requested_by=user, created_at__gt=now - LONGEST_WORK)
    if mine.filter(Q(state=Job.State.RUNNING) | Q(state=Job.State.QUEUED, run_after__lte=now)).exists():
        return now
    return mine.aggregate(at=Max("finished_at"))["at"]
