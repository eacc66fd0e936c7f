"""An exam: what is asked (parts → papers), when it may be sat, and by whom."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from exams.models.questions import QuestionBank, QuestionVersion
from people.models import Organisation
from people.scopes import scope_of


class ExamQuerySet(models.QuerySet["Exam"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> "ExamQuerySet":
        """Exams of the organisations in scope; the bureau's own (without an organisation) to the county roles alone."""
        scope = scope_of(user, at)
        return self.all() if scope.everything else self.filter(scope.organisations_q("organisation__"))

    def open(self, at: datetime) -> "ExamQuerySet":
        return self.filter(state=Exam.State.PUBLISHED, opens_at__lte=at, closes_at__gt=at)


class Exam(models.Model):
    """Everything that decides about a candidate is frozen once it is published: a correction is another exam."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    title = models.CharField(_("title"), max_length=120)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="exams",
        verbose_name=_("organisation"),
        help_text=_("Empty: the bureau's own"),
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    duration_minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=60, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    pass_percent = models.PositiveSmallIntegerField(
        _("pass mark (%)"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("The first one and the make-up exams, together"),
    )
    grace_seconds = models.PositiveSmallIntegerField(
        _("grace (seconds)"), default=60, help_text=_("How long after the deadline a saved answer still counts")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"))

    objects = ExamQuerySet.as_manager()

    class Meta:
        verbose_name = _("exam")
        verbose_name_plural = _("exams")
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="exam_closes_after_it_opens"),
            models.CheckConstraint(condition=Q(pass_percent__range=(1, 100)), name="exam_pass_percent_1_to_100"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True) | ~Q(state="draft"), name="exam_draft_unpublished"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PaperPart(models.Model):
    """A line of the rule by which papers are drawn: so many questions of a kind out of a bank, so many points each."""

    exam = models.ForeignKey(Exam, models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField()
    bank = models.ForeignKey(QuestionBank, models.PROTECT, related_name="+", verbose_name=_("question bank"))
    kind = models.CharField(_("kind"), max_length=20, choices=QuestionVersion.Kind)
    count = models.PositiveSmallIntegerField(_("questions"), validators=[MinValueValidator(1)])
    points = models.PositiveSmallIntegerField(_("points each"), validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "position"], name="paper_part_position_unique"),
            models.UniqueConstraint(fields=["exam", "bank", "kind"], name="paper_part_bank_and_kind_once"),
            models.CheckConstraint(condition=Q(count__gte=1, points__gte=1), name="paper_part_asks_something"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} × {self.count}"


class Paper(models.Model):
    """One of the equivalent forms of a published exam, drawn and frozen before the window opens.

    `slots` is a list of {"version": pk of the QuestionVersion, "kind": its kind, "points": int, "order": positions of
    the author's options as shown}. Answers always name the author's positions, whatever was shown.
    """

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="papers")
    number = models.PositiveSmallIntegerField()
    slots = models.JSONField()
    total_points = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["exam", "number"], name="paper_number_unique")]

    def __str__(self) -> str:
        return f"{self.exam_id}/{self.number}"


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> "CandidateQuerySet":
        """One's own, and the people of the organisations in scope, whoever holds the exam."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        scope = scope_of(user, at)
        return self.all() if scope.everything else self.filter(Q(user=user) | scope.organisations_q("organisation__"))


class Candidate(models.Model):
    """Somebody who may sit the exam. The ticket is a link that lets its holder into this one exam and nothing else."""

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="candidates")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="candidacies", verbose_name=_("person")
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    extra_minutes = models.PositiveSmallIntegerField(_("extra minutes"), default=0)
    extra_attempts = models.PositiveSmallIntegerField(_("further attempts"), default=0)
    ticket_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    admitted_at = models.DateTimeField()
    admitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints = [models.UniqueConstraint(fields=["exam", "user"], name="candidate_once_in_an_exam")]

    def __str__(self) -> str:
        return f"{self.user} · {self.exam}"
