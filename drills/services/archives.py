"""Asking for the package of a drill; `archive_files` makes it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from drills import tasks
from drills.models import Drill
from drills.services.archive_files import what_is_missing
from records.models import Job
from records.services import enqueue, log


class NotReady(Exception):
    """The drill cannot be filed as it stands; `problems` say why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@transaction.atomic
def begin_archive(drill: Drill, *, by: Any, now: datetime) -> Job:
    """A second click finds the job that is under way. Raises NotReady."""
    drill = Drill.objects.select_for_update().get(pk=drill.pk)
    if problems := what_is_missing(drill):
        raise NotReady(problems)
    last = last_job(drill)
    if last is not None and not last.is_over:
        return last
    number = jobs_of(drill).count() + 1
    job = enqueue(tasks.make_archive, drill.pk, by.pk, key=f"{key_of(drill)}{number}", by=by)
    log("drills.archive_asked", by=by, obj=drill, now=now)
    return job


def key_of(drill: Drill) -> str:
    return f"drills.make_archive:{drill.pk}:"


def jobs_of(drill: Drill) -> Any:
    return Job.objects.filter(key__startswith=key_of(drill))


def last_job(drill: Drill) -> Job | None:
    return jobs_of(drill).order_by("-pk").first()
