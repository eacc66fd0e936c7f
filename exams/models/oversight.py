"""What those who hold an exam see of it and decide about it: statistics, incidents, odd patterns."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from exams.models.exams import Candidate, Exam


class ExamStatistics(models.Model):
    """As computed in the background; computed anew when marks have come since."""

    exam = models.OneToOneField(Exam, models.CASCADE, related_name="statistics")
    computed_at = models.DateTimeField()
    latest_mark = models.PositiveBigIntegerField(default=0, help_text="the newest mark that is counted in")
    figures = models.JSONField(
        help_text="test, places, versions and histogram, as exams.services.statistics writes them"
    )
    patterns = models.JSONField(default=list, help_text="what exams.pattern_rules found")

    class Meta:
        verbose_name = _("statistics of an exam")
        verbose_name_plural = _("statistics of exams")

    def __str__(self) -> str:
        return f"{self.exam} · {self.computed_at:%Y-%m-%d %H:%M}"


class Incident(models.Model):
    """Something that happened in the exam room, as the invigilator wrote it down; never edited."""

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="incidents")
    candidate = models.ForeignKey(Candidate, models.PROTECT, null=True, blank=True, related_name="incidents")
    text = models.CharField(_("what happened"), max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.text[:60]


class PatternReview(models.Model):
    """What a person made of an odd pattern. A later look is another row; the latest is shown first."""

    class Decision(models.TextChoices):
        HARMLESS = "harmless", _("Looked at, has a plain explanation")
        OPEN = "open", _("Can't be told")
        FOLLOW = "follow", _("To be followed up with the people concerned")

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="pattern_reviews")
    pattern = models.CharField(max_length=120, help_text="kind and sittings, as exams.pattern_rules names them")
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    note = models.CharField(_("note"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("review of a pattern")
        verbose_name_plural = _("reviews of patterns")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["exam", "pattern"], name="reviews_of_a_pattern")]

    def __str__(self) -> str:
        return f"{self.pattern} · {self.get_decision_display()}"
