from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from records import services


@shared_task(name="records.run_job")
def run_job(pk: int) -> None:
    """The broker's bell: run this job, unless somebody has it or it is not yet due."""
    job = services.claim(timezone.now(), pk=pk)
    if job:
        services.execute(job)


@shared_task(name="records.tick")
def tick() -> None:
    services.tick(timezone.now())


@shared_task(name="records.seal_audit")
def seal_audit() -> None:
    services.seal_audit(timezone.now())


@shared_task(name="records.purge")
def purge() -> None:
    """Forget what is no longer kept: expired files, old jobs, counters whose window is over."""
    now = timezone.now()
    services.purge_files(now)
    services.purge_jobs(now)
    services.purge_counters(now)


SCHEDULE = ((seal_audit, timedelta(minutes=1)), (purge, timedelta(days=1)))
