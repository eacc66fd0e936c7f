"""Marking by people: who may, which answers wait for them, the ledger of their marks; and keys that were corrected."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exams.models.exams import Exam
from exams.models.questions import QuestionVersion
from exams.models.sittings import PointsField, Sitting
from records.crypto import keyed_hash

CODE = 32  # characters


class MarkerAppointment(models.Model):
    """Somebody may mark the written answers of an exam, until the appointment ends."""

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="appointments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("marker"))
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    appointed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("appointment of a marker")
        verbose_name_plural = _("appointments of markers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "user"], condition=Q(ended_at__isnull=True), name="marker_appointed_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.user}"


class HandAnswerQuerySet(models.QuerySet["HandAnswer"]):
    def of_exam(self, exam: Exam) -> "HandAnswerQuerySet":
        return self.filter(sitting__candidate__exam=exam)

    def open_to(self, user: Any) -> "HandAnswerQuerySet":
        """What waits for this marker: not settled, not his own, and not marked by him before."""
        marked = HandMark.objects.filter(answer=models.OuterRef("pk"), by=user)
        return self.filter(~models.Exists(marked), points=None).exclude(sitting__candidate__user=user)


class HandAnswer(models.Model):
    """A written answer as markers see it: the text alone, under a code that tells nothing about who wrote it.

    `points` are what the marks come to, None while one is missing; written together with the mark that settles it."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="hand_answers")
    slot = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    text = models.TextField()
    code = models.CharField(max_length=CODE, unique=True)
    points = PointsField(_("points"), null=True, blank=True)

    objects = HandAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer marked by hand")
        verbose_name_plural = _("answers marked by hand")
        ordering = ["code"]
        indexes = [models.Index(fields=["version", "code"], name="hand_answers_in_their_order")]

    def __str__(self) -> str:
        return self.code

    @staticmethod
    def code_of(sitting: int, slot: int, text: str) -> str:
        """Shuffles the answers, and another text of the same person is another answer."""
        return keyed_hash(f"{sitting}:{slot}:{text}", "exams.hand_answer")[:CODE]


class HandMark(models.Model):
    """The ledger: what a marker gave each line of the rubric. Whoever thinks better of it writes a new row, and the
    latest one of each marker counts."""

    answer = models.ForeignKey(HandAnswer, models.PROTECT, related_name="marks")
    points = PointsField(_("points"))
    rubric = models.JSONField(help_text="points of each line, as texts")
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, help_text="where a result was known before")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mark by hand")
        verbose_name_plural = _("marks by hand")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.points}"


class KeyCorrectionQuerySet(models.QuerySet["KeyCorrection"]):
    def in_force(self, exam: int) -> dict[int, list[Any]]:
        """By version asked: the latest correction counts."""
        return dict(self.filter(exam=exam).order_by("pk").values_list("version", "answer"))


class KeyCorrection(models.Model):
    """In this exam a version is marked by another key than its own, from now on."""

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="key_corrections")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+", help_text="as it was asked")
    corrected = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+", help_text="whose key it is")
    answer = models.JSONField(help_text="the key in the positions of the version that was asked")
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = KeyCorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of a key")
        verbose_name_plural = _("corrections of keys")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.version_id}"
