from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from records import registry, rules


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: Any) -> "JobQuerySet":
        if user.has_perm("records.view_job"):
            return self
        return self.filter(requested_by=user) if user.is_authenticated else self.none()

    def waiting(self, now: datetime) -> "JobQuerySet":
        """Queued and due."""
        return self.filter(state=Job.State.QUEUED, run_after__lte=now)

    def abandoned(self, now: datetime) -> "JobQuerySet":
        """Running by a worker that stopped renewing its lease."""
        return self.filter(state=Job.State.RUNNING, lease_until__lt=now)

    def worn_out(self) -> "JobQuerySet":
        return self.filter(attempts__gte=F("max_attempts"))

    def scheduled(self) -> "JobQuerySet":
        """Written by the schedule, not asked for by anybody."""
        return self.filter(key__startswith=rules.SCHEDULE_PREFIX)


class Job(models.Model):
    """The record of work to do: written in the transaction that wants it, carried by whichever worker claims it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    task = models.CharField(_("task"), max_length=200)
    args = models.JSONField(_("arguments"), default=list, blank=True, encoder=DjangoJSONEncoder)
    key = models.CharField(_("key against doing it twice"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    # Never reset: together with the state it is the proof of who holds the job (see services.jobs.held).
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    max_attempts = models.PositiveIntegerField(_("attempts allowed"), default=5)
    run_after = models.DateTimeField(_("not before"))
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    rung_at = models.DateTimeField(_("broker rung at"), null=True, blank=True)
    done = models.PositiveIntegerField(_("steps done"), default=0)
    total = models.PositiveIntegerField(_("steps in all"), default=0)
    note = models.CharField(_("note"), max_length=200, blank=True)
    error = models.TextField(_("cause of failure"), blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="job_key_once"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "failed", "cancelled"]), name="job_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="job_lease_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at__isnull=True)
                | (~Q(state__in=["queued", "running"]) & Q(finished_at__isnull=False)),
                name="job_finished_once_over",
            ),
        ]
        indexes = [
            models.Index(fields=["run_after", "id"], condition=Q(state="queued"), name="job_waiting"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_leased"),
            models.Index(fields=["requested_by", "-id"], name="job_of_person"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return str(registry.job_titles.label(self.task))

    @property
    def percent(self) -> int:
        return rules.percent(self.done, self.total)

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def tries_again(self) -> bool:
        """Queued after a failure."""
        return self.state == self.State.QUEUED and self.attempts > 0


class WorkerHeartbeat(models.Model):
    """One row a machine: when one of its workers was last seen alive."""

    name = models.CharField(_("worker"), max_length=100, primary_key=True)
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("worker heartbeat")
        verbose_name_plural = _("worker heartbeats")

    def __str__(self) -> str:
        return self.name
