"""Practice: each person's own, seen by nobody else, and neither learning time nor an exam result."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from exams.models.exams import Exam
from exams.models.questions import Question, QuestionVersion
from exams.practice_rules import TIMES_RIGHT, Record


class PracticeQuerySet(models.QuerySet["Practice"]):
    def visible_to(self, user: Any) -> "PracticeQuerySet":
        """One's own alone: who must fear to be watched does not practise what he is bad at."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def to_repeat(self) -> "PracticeQuerySet":
        return self.filter(wrong_at__isnull=False, in_a_row__lt=TIMES_RIGHT)


class Practice(models.Model):
    """How one person stands with one question: the projection of the answers, written in the same transaction."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="practice")
    question = models.ForeignKey(Question, models.PROTECT, related_name="practice")
    asked = models.PositiveIntegerField(_("times asked"), default=0)
    right = models.PositiveIntegerField(_("times right"), default=0)
    in_a_row = models.PositiveIntegerField(_("right in a row"), default=0)
    wrong_at = models.DateTimeField(_("last wrong"), null=True, blank=True)
    answered_at = models.DateTimeField(_("last answered"), null=True, blank=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practice")
        indexes = [
            models.Index(fields=["user", "asked", "answered_at"], name="practice_least_seen"),
            models.Index(
                fields=["user", "wrong_at"],
                condition=Q(wrong_at__isnull=False, in_a_row__lt=TIMES_RIGHT),
                name="practice_to_repeat",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "question"], name="practice_once_each"),
            models.CheckConstraint(
                condition=Q(right__lte=F("asked"), in_a_row__lte=F("right")), name="practice_right_within_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.question_id} {self.right}/{self.asked}"

    @property
    def record(self) -> Record:
        return Record(self.asked, self.right, self.in_a_row, self.wrong_at)

    def take(self, record: Record) -> None:
        self.asked, self.right, self.in_a_row = record.asked, record.right, record.in_a_row
        self.wrong_at = record.wrong_at


class MockExamQuerySet(models.QuerySet["MockExam"]):
    def visible_to(self, user: Any) -> "MockExamQuerySet":
        return self.filter(user=user) if user.is_authenticated else self.none()


class MockExam(models.Model):
    """An exam for practice, drawn for one person: no candidate, no mark, no certificate. The deadline stands here.

    `slots` as in a Paper, each question one point; `given` holds what was saved so far, by place."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mock_exams")
    title = models.CharField(_("title"), max_length=120)
    exam = models.ForeignKey(
        Exam, models.PROTECT, null=True, blank=True, related_name="+", help_text="whose blueprint it follows"
    )
    slots = models.JSONField()
    given = models.JSONField(default=dict)
    started_at = models.DateTimeField(_("started"))
    deadline = models.DateTimeField(_("deadline"))
    handed_in_at = models.DateTimeField(_("handed in"), null=True, blank=True)

    objects = MockExamQuerySet.as_manager()

    class Meta:
        verbose_name = _("mock exam")
        verbose_name_plural = _("mock exams")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(handed_in_at__isnull=True), name="one_open_mock_exam_each"
            ),
            models.CheckConstraint(condition=Q(deadline__gt=F("started_at")), name="mock_exam_takes_time"),
        ]

    def __str__(self) -> str:
        return self.title


class PracticeAnswerQuerySet(models.QuerySet["PracticeAnswer"]):
    def visible_to(self, user: Any) -> "PracticeAnswerQuerySet":
        return self.filter(practice__user=user) if user.is_authenticated else self.none()


class PracticeAnswer(models.Model):
    """One answer, never edited. What only the person can judge is judged by a row of its own that names the answer."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="answers")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    given = models.JSONField(help_text="as exams.rules tells for each kind", blank=True)
    right = models.BooleanField(_("right"), null=True, help_text="null where no machine can tell")
    at = models.DateTimeField(_("when"))
    key = models.CharField(max_length=64, help_text="made with the page: the same page answers once")
    mock = models.ForeignKey(MockExam, models.PROTECT, null=True, blank=True, related_name="answers")
    place = models.PositiveSmallIntegerField(null=True, blank=True, help_text="in the mock exam")
    judges = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="judgement")

    objects = PracticeAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice answer")
        verbose_name_plural = _("practice answers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "key"], name="practice_answer_once_a_page"),
            models.CheckConstraint(
                condition=Q(judges__isnull=True) | Q(right__isnull=False), name="practice_judgement_says_which"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practice_id} {self.right}"
