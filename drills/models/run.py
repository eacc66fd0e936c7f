"""The run log is evidence: appended by devices and the server, never changed. Everything live is told from it."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from drills.models.drills import Drill, MselItem, Participation
from people.models import Organisation
from records.models import PrivateFile


class RunEvent(models.Model):
    """One thing that happened. The same `uid` again is the same event. The log's order is (happened_at, uid), so it
    does not depend on when a phone found its network."""

    class Kind(models.TextChoices):
        STARTEX = "startex", pgettext_lazy("run log", "Drill began")
        PAUSE = "pause", pgettext_lazy("run log", "Paused")
        RESUME = "resume", pgettext_lazy("run log", "Went on")
        ENDEX = "endex", pgettext_lazy("run log", "Drill ended")
        ABORT = "abort", pgettext_lazy("run log", "Aborted")
        STOP = "stop", pgettext_lazy("run log", "Emergency stop")
        STOP_ACK = "stop_ack", pgettext_lazy("run log", "Stop acknowledged")
        RELEASED = "inject_released", pgettext_lazy("run log", "Released")
        DELAYED = "inject_delayed", pgettext_lazy("run log", "Delayed")
        SKIPPED = "inject_skipped", pgettext_lazy("run log", "Skipped")
        AMENDED = "inject_amended", pgettext_lazy("run log", "Amended")
        DELIVERED = "delivered", pgettext_lazy("run log", "Delivered")
        ACK = "ack", pgettext_lazy("run log", "Acknowledged")
        RESPONSE = "response", pgettext_lazy("run log", "Response")
        VERDICT = "verdict", pgettext_lazy("run log", "Verdict on an expected action")
        CHECKIN = "checkin", pgettext_lazy("run log", "Signed in")
        HEADCOUNT = "headcount", pgettext_lazy("run log", "Head-count")
        OBSERVATION = "observation", pgettext_lazy("run log", "Observation")
        SCORE = "score", pgettext_lazy("run log", "Item scored")
        REPORT = "report", pgettext_lazy("run log", "Report made")
        CORRECTION = "correction", pgettext_lazy("run log", "Correction")

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    drill = models.ForeignKey(Drill, models.PROTECT, related_name="log")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    participation = models.ForeignKey(
        Participation, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("told by")
    )
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    item = models.ForeignKey(
        MselItem, models.PROTECT, null=True, blank=True, related_name="log", verbose_name=_("event")
    )
    payload = models.JSONField(default=dict, blank=True)
    file = models.ForeignKey(PrivateFile, models.PROTECT, null=True, blank=True, related_name="+")
    happened_at = models.DateTimeField(_("happened at"), help_text="by the server's clock: device time plus its skew")
    recorded_at = models.DateTimeField(_("recorded at"))
    device = models.CharField(max_length=40, blank=True, help_text="empty: the server itself")
    device_seq = models.PositiveIntegerField(default=0, help_text="counts on the device from 1")
    device_time = models.DateTimeField(null=True, blank=True)
    skew_ms = models.IntegerField(default=0, help_text="server minus device, as the device measured it")
    prev_hash = models.CharField(max_length=64, blank=True, help_text="of the event before it on the same device")
    hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 over the event and prev_hash")
    seal = models.ForeignKey("RunSeal", models.PROTECT, null=True, blank=True, related_name="events")

    class Meta:
        verbose_name = _("run event")
        verbose_name_plural = _("run log")
        ordering = ["happened_at", "uid"]
        indexes = [
            models.Index(fields=["drill", "happened_at", "uid"], name="run_log_in_order"),
            models.Index(fields=["recorded_at"], condition=Q(seal__isnull=True), name="run_events_unsealed"),
            # Not unique: a phone that counts one number twice is looked at after the merge, never turned away.
            models.Index(
                fields=["drill", "device", "device_seq"], condition=~Q(device=""), name="run_events_of_device"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_at:%H:%M:%S}"


class RunSeal(models.Model):
    """A block of the log under one HMAC: who changed a row later is found out."""

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="seals")
    number = models.PositiveIntegerField()
    sealed_at = models.DateTimeField(_("sealed at"))
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["drill", "number"]
        constraints = [models.UniqueConstraint(fields=["drill", "number"], name="run_seal_number_once")]

    def __str__(self) -> str:
        return f"{self.drill_id}/{self.number}"


class RunDevice(models.Model):
    """A phone that takes part: working state for the console, no evidence."""

    drill = models.ForeignKey(Drill, models.CASCADE, related_name="devices")
    participation = models.ForeignKey(Participation, models.CASCADE, related_name="devices")
    device = models.CharField(max_length=40)
    seen_at = models.DateTimeField(_("last seen"))
    skew_ms = models.IntegerField(_("clock (ms)"), default=0)
    waiting = models.PositiveIntegerField(_("not sent yet"), default=0)
    pack = models.CharField(_("pack"), max_length=40, blank=True, help_text="version of the offline pack it holds")
    fitness = models.JSONField(default=dict, blank=True, help_text="what its readiness check found")

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["participation", "device"]
        constraints = [models.UniqueConstraint(fields=["drill", "device"], name="device_once_in_a_drill")]

    def __str__(self) -> str:
        return self.device[:8]


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def counted(self, known_at: datetime | None = None) -> "AttendanceQuerySet":
        """Players and simulators, as known at a moment: what 参演人次 is made of."""
        rows = self.filter(role__in=Participation.COUNTED)
        if known_at is None:
            return rows.filter(withdrawn_at__isnull=True)
        return rows.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known_at), recorded_at__lte=known_at)


class Attendance(models.Model):
    """Somebody, or a number of people, took part. Named people and head-counts are never added up."""

    class How(models.TextChoices):
        QR = "qr", _("QR code")
        LIST = "list", _("Ticked on the list")
        HEADCOUNT = "headcount", _("Head-count")
        PAPER = "paper", _("Entered from paper")
        HISTORY = "history", _("History import")

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="attendances")
    participation = models.ForeignKey(Participation, models.PROTECT, null=True, blank=True, related_name="attendances")
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="drill_attendances"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(_("role"), max_length=16, choices=Participation.Role)
    named = models.BooleanField(_("by name"), help_text="one person known by name; else `count` heads")
    count = models.PositiveIntegerField(_("people"), default=1)
    basis = models.CharField(_("how counted"), max_length=10, choices=Drill.Basis, default=Drill.Basis.COUNTED)
    how = models.CharField(_("how entered"), max_length=10, choices=How)
    event = models.ForeignKey(RunEvent, models.PROTECT, null=True, blank=True, related_name="attendances")
    happened_at = models.DateTimeField(_("happened at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="a correction took its place")

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["happened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["drill", "participation"],
                condition=Q(named=True, participation__isnull=False, withdrawn_at__isnull=True),
                name="named_part_attends_once",
            ),
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(event__isnull=False, withdrawn_at__isnull=True),
                name="event_tells_one_attendance",
            ),
            models.CheckConstraint(condition=Q(named=False) | Q(count=1), name="named_attendance_is_one_person"),
        ]

    def __str__(self) -> str:
        return f"{self.drill_id} {self.role} {self.count}"
