from typing import Any

from records.models import AuditEntry, Job, PrivateFile
from records.models.audit import AuditEntryQuerySet
from records.models.jobs import JobQuerySet
from records.registry import private_files


def visible_jobs(user: Any) -> JobQuerySet:
    return Job.objects.visible_to(user)


def can_decide_job(user: Any, job: Job) -> bool:
    """Retry or withdraw: the person who asked for it, or who looks after all jobs."""
    return job.requested_by_id == user.pk or user.has_perm("records.view_job")


def visible_entries(user: Any) -> AuditEntryQuerySet:
    return AuditEntry.objects.visible_to(user)


def can_view_audit(user: Any) -> bool:
    return user.has_perm("records.view_auditentry")


def can_read_file(user: Any, file: PrivateFile) -> bool:
    return private_files.can_read(user, file)
