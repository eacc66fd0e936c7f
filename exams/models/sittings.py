"""What happened in the exam room: sittings, answers with their journal, marks. Rows of evidence are never edited."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exams.models.exams import Candidate, Paper
from people.scopes import scope_of


class SittingQuerySet(models.QuerySet["Sitting"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> "SittingQuerySet":
        """One's own, and those of the people of the organisations in scope."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        scope = scope_of(user, at)
        if scope.everything:
            return self.all()
        return self.filter(Q(candidate__user=user) | scope.organisations_q("candidate__organisation__"))


class Sitting(models.Model):
    """One attempt of a candidate. The deadline stands here and nowhere else; clients are told, never believed."""

    class State(models.TextChoices):
        OPEN = "open", _("Being sat")
        SUBMITTED = "submitted", _("Handed in")
        MARKED = "marked", _("Marked")

    class Ending(models.TextChoices):
        BY_CANDIDATE = "candidate", _("Handed in by the candidate")
        BY_TIME = "time", _("Collected at the deadline")

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="sittings")
    number = models.PositiveSmallIntegerField(_("attempt"))
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="sittings")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    started_at = models.DateTimeField(_("started"))
    deadline = models.DateTimeField(_("deadline"), help_text=_("Without the grace"))
    device = models.CharField(max_length=40, help_text="opaque name that the browser made for itself")
    epoch = models.PositiveIntegerField(default=1, help_text="raised when another device takes over")
    submitted_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    ending = models.CharField(_("how it ended"), max_length=10, choices=Ending, blank=True)
    times_left = models.PositiveIntegerField(_("times the page was left"), default=0)

    objects = SittingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sitting")
        verbose_name_plural = _("sittings")
        ordering = ["candidate", "number"]
        indexes = [models.Index(fields=["deadline"], condition=Q(state="open"), name="open_sittings_by_deadline")]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "number"], name="sitting_number_unique"),
            models.UniqueConstraint(fields=["candidate"], condition=Q(state="open"), name="one_open_sitting_each"),
            models.CheckConstraint(
                condition=Q(state="open", submitted_at__isnull=True) | ~Q(state="open") & Q(submitted_at__isnull=False),
                name="sitting_handed_in_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} · {self.number}"

    @property
    def result(self) -> Any:
        """The mark in force: the latest row of the ledger."""
        return self.marks.order_by("-pk").first()


class Answer(models.Model):
    """What counts for a slot now: the projection of the journal, written in the same transaction."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="answers")
    slot = models.PositiveSmallIntegerField()
    given = models.JSONField(help_text="the author's positions, sorted; empty when it was taken back")
    revision = models.PositiveIntegerField(help_text="counted by the device, per slot")
    epoch = models.PositiveIntegerField()
    saved_at = models.DateTimeField(help_text="by the server's clock")

    class Meta:
        ordering = ["slot"]
        constraints = [models.UniqueConstraint(fields=["sitting", "slot"], name="answer_once_in_a_slot")]

    def __str__(self) -> str:
        return f"{self.sitting_id}/{self.slot}"


class AnswerEvent(models.Model):
    """The journal: every save that reached the server, whether it counted or not, and why not."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        LATE = "late", _("After the deadline and its grace")
        SUPERSEDED = "superseded", _("A later answer to this question was there already")
        OTHER_DEVICE = "other_device", _("From a device that had been replaced")

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="events")
    slot = models.PositiveSmallIntegerField()
    given = models.JSONField()
    revision = models.PositiveIntegerField()
    epoch = models.PositiveIntegerField()
    device = models.CharField(max_length=40)
    happened_at = models.DateTimeField(help_text="by the device's clock, for information only")
    recorded_at = models.DateTimeField(help_text="by the server's clock: this one decides")
    verdict = models.CharField(max_length=12, choices=Verdict)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "device", "slot", "revision"], name="answer_event_once_per_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id}/{self.slot} r{self.revision} {self.verdict}"


class Mark(models.Model):
    """The ledger of results: a re-mark is a new row with its author and reason, and the latest row is in force."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="marks")
    points = models.PositiveSmallIntegerField(_("points"))
    total_points = models.PositiveSmallIntegerField(_("of"))
    passed = models.BooleanField(_("passed"))
    slots = models.JSONField(help_text="points of each slot, in the order of the paper")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting"], condition=Q(by__isnull=True), name="a_sitting_is_marked_by_the_machine_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.points}/{self.total_points}"
