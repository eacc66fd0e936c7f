from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from duties.models import Article
from duties.vocabulary import Hazard
from exams import rules
from people.models import Organisation, Role
from people.scopes import scope_of
from records.models import PrivateFile


class QuestionBankQuerySet(models.QuerySet["QuestionBank"]):
    def visible_to(self, user: Any) -> "QuestionBankQuerySet":
        """The banks of the organisations in scope; the bureau's own also to whoever may set exams with them."""
        scope = scope_of(user)
        if scope.everything:
            return self.all()
        inside = scope.organisations_q("organisation__")
        if getattr(user, "is_authenticated", False) and user.has_role(Role.ORG_MANAGER):
            inside |= Q(organisation=None)
        return self.filter(inside)


class QuestionBank(models.Model):
    """A named collection of questions; without an organisation it is the bureau's own."""

    name = models.CharField(_("name"), max_length=120)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="question_banks",
        verbose_name=_("organisation"),
    )

    objects = QuestionBankQuerySet.as_manager()

    class Meta:
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="exams_bank_name_unique", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """What stays the same while its wording is mended: identity, bank, and the version asked today."""

    bank = models.ForeignKey(QuestionBank, models.PROTECT, related_name="questions", verbose_name=_("question bank"))
    key = models.SlugField(_("key"), max_length=80, allow_unicode=True, help_text=_("Stable name within the bank"))
    current = models.ForeignKey(
        "QuestionVersion", models.PROTECT, null=True, related_name="+", verbose_name=_("current version")
    )
    chapter = models.CharField(_("chapter"), max_length=120, blank=True)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [models.UniqueConstraint(fields=["bank", "key"], name="exams_question_key_unique")]

    def __str__(self) -> str:
        return self.current.stem if self.current else self.key


class QuestionVersion(models.Model):
    """A question as it was asked. Never edited: a correction is a new version, so that old sittings stay true."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("Single choice")
        MULTIPLE = "multiple", _("Multiple choice")
        TRUE_FALSE = "true_false", _("True or false")

    class Difficulty(models.IntegerChoices):
        EASY = 1, _("Easy")
        MEDIUM = 2, _("Medium")
        HARD = 3, _("Hard")

    question = models.ForeignKey(Question, models.PROTECT, related_name="versions", verbose_name=_("question"))
    number = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    stem = models.TextField(_("stem"))
    options = models.JSONField(_("options"), help_text=_("Texts in the order of the author"))
    answer = models.JSONField(_("answer"), help_text=_("Positions of the right options, from 0"))
    explanation = models.TextField(_("explanation"), blank=True)
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), choices=Difficulty, default=Difficulty.EASY)
    picture = models.ForeignKey(
        PrivateFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    hazard = models.CharField(_("hazard"), max_length=30, choices=Hazard, blank=True)
    articles = models.ManyToManyField(Article, blank=True, related_name="question_versions", verbose_name=_("articles"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("question version")
        verbose_name_plural = _("question versions")
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="exams_version_number_unique")]

    def __str__(self) -> str:
        return self.stem

    def clean(self) -> None:
        try:
            rules.check_choices(self.kind, self.options, self.answer)
        except rules.QuestionFault as fault:
            raise ValidationError(str(fault)) from fault
