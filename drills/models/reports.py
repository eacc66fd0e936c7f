from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from drills.models.drills import Drill
from records.models import PrivateFile


class DrillReport(models.Model):
    """评估报告, 总结报告: written while a draft, frozen with its figures when approved; a change is a new version."""

    class Kind(models.TextChoices):
        EVALUATION = "evaluation", _("Evaluation report")
        SUMMARY = "summary", _("Summary report")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FROZEN = "frozen", _("Final")

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="reports")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    version = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    texts = models.JSONField(default=dict, help_text="what a person wrote, by section")
    data = models.JSONField(default=dict, help_text="the figures and facts as they stood when frozen")
    data_hash = models.CharField(max_length=64, blank=True)
    pdf = models.ForeignKey(PrivateFile, models.PROTECT, null=True, blank=True, related_name="+")
    docx = models.ForeignKey(PrivateFile, models.PROTECT, null=True, blank=True, related_name="+")
    frozen_at = models.DateTimeField(_("final since"), null=True, blank=True)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="who changed its words last"
    )

    class Meta:
        verbose_name = _("report of a drill")
        verbose_name_plural = _("reports of drills")
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["drill", "kind", "version"], name="report_version_once"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(frozen_at__isnull=False) & ~Q(data_hash=""),
                name="final_report_has_a_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drill} · {self.get_kind_display()} V{self.version}"


class ArchivePackage(models.Model):
    """归档: everything of a drill in one file, with a manifest of hashes."""

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="archives")
    file = models.ForeignKey(PrivateFile, models.PROTECT, related_name="+")
    manifest = models.JSONField(help_text="path, size and SHA-256 of every file inside")
    manifest_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("archive package")
        verbose_name_plural = _("archive packages")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.drill} {self.made_at:%Y-%m-%d}"


class Submission(models.Model):
    """报送: the result of a drill in the bureau's box; received with a number, or given back with a reason."""

    class State(models.TextChoices):
        SENT = "sent", pgettext_lazy("submission", "Sent")
        RECEIVED = "received", pgettext_lazy("submission", "Received")
        RETURNED = "returned", pgettext_lazy("submission", "Given back")

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="submissions")
    note = models.CharField(_("note"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SENT)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent at"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    receipt = models.CharField(_("receipt number"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("submission of a drill")
        verbose_name_plural = _("submissions of drills")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["drill"], condition=Q(state__in=("sent", "received")), name="one_open_submission_of_a_drill"
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(reason=""), name="returned_submission_has_a_reason"
            ),
            models.UniqueConstraint(fields=["receipt"], condition=~Q(receipt=""), name="receipt_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.drill} {self.get_state_display()}"
