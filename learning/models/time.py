"""Learning time is evidence: what is credited can be counted again from the segments, line by line."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exams.models import QuestionVersion
from learning.models.courses import Lesson
from learning.models.programmes import Enrolment


class Segment(models.Model):
    """A stretch of learning without a gap. While open its beats are working state; closed it is never changed."""

    class Ending(models.TextChoices):
        LEFT = "left", _("The lesson was left")
        FINISHED = "finished", _("The lesson was finished")
        HIDDEN = "hidden", _("The page was hidden")
        IDLE = "idle", _("No sign of attention")
        NETWORK = "network", _("No news from the device")
        SECOND_PLAYER = "second_player", _("Opened in another window or device")
        DAILY_CAP = "daily_cap", _("Daily limit reached")

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="segments")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="segments")
    device = models.CharField(max_length=40)
    started_at = models.DateTimeField(_("from"))
    last_beat_at = models.DateTimeField(_("last sign"))
    ended_at = models.DateTimeField(_("to"), null=True, blank=True)
    ending = models.CharField(_("how it ended"), max_length=16, choices=Ending, blank=True)
    credited_seconds = models.PositiveIntegerField(_("credited (s)"), default=0)
    refused_seconds = models.PositiveIntegerField(_("not credited (s)"), default=0)
    reasons = models.JSONField(_("why not"), default=dict, help_text="seconds by reason")
    ranges = models.JSONField(default=list, help_text="for a video: [from, to] in seconds of the film, merged")
    seal = models.CharField(max_length=64, blank=True, help_text="HMAC over the closed segment")

    class Meta:
        verbose_name = _("learning segment")
        verbose_name_plural = _("learning segments")
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson"], condition=Q(ended_at__isnull=True), name="one_open_segment_in_a_lesson"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ending="") | Q(ended_at__isnull=False) & ~Q(ending=""),
                name="segment_that_ended_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.lesson_id} {self.credited_seconds} s"


class CheckAnswer(models.Model):
    """An answer to the check question of a lesson. Right or wrong is told here: it counts for no exam."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="check_answers")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    given = models.JSONField()
    right = models.BooleanField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.lesson_id} {self.right}"


class LessonProgress(models.Model):
    """Read fast, written with the evidence in the same transaction: how far somebody is in a lesson."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="progress")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    credited_seconds = models.PositiveIntegerField(_("credited (s)"), default=0)
    ranges = models.JSONField(default=list)
    check_passed_at = models.DateTimeField(_("check passed"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="progress_once_in_a_lesson")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.lesson_id}"
