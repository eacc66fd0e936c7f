from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from duties.models import Article
from exams.models import Question
from media.models import Document, MediaFile
from people.models import Organisation
from people.scopes import scope_of


class CourseQuerySet(models.QuerySet["Course"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> "CourseQuerySet":
        """The bureau's courses are for everybody who plans training; an organisation's own for its scope."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        scope = scope_of(user, at)
        if scope.everything:
            return self.all()
        return self.filter(Q(organisation__isnull=True) | scope.organisations_q("organisation__"))

    def published(self) -> "CourseQuerySet":
        return self.filter(published_at__isnull=False)


class Course(models.Model):
    key = models.SlugField(_("key"), max_length=80, unique=True, null=True, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("summary"), blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="courses",
        verbose_name=_("organisation"),
        help_text=_("Empty: the bureau's own, open to every programme"),
    )
    articles = models.ManyToManyField(Article, blank=True, related_name="+", verbose_name=_("articles"))
    reviewed_by = models.CharField(_("reviewed by"), max_length=120, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"))

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class Lesson(models.Model):
    """One sitting of about ten minutes. A text or a document earns at most the author's minutes, a video its length;
    neither earns anything before its check question is answered rightly."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        VIDEO = "video", _("Video")
        DOCUMENT = "document", _("Document")

    course = models.ForeignKey(Course, models.PROTECT, related_name="lessons", verbose_name=_("course"))
    key = models.SlugField(_("key"), max_length=80, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    body = models.TextField(
        _("text"), blank=True, help_text=_("Blank lines part paragraphs, ## begins a heading, - begins a point.")
    )
    video = models.ForeignKey(
        MediaFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("video")
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(120)], help_text=_("The most it can earn")
    )
    check_question = models.ForeignKey(Question, models.PROTECT, related_name="+", verbose_name=_("check question"))

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["course", "position"]
        constraints = [
            models.UniqueConstraint(fields=["course", "position"], name="lesson_position_unique"),
            models.CheckConstraint(
                condition=Q(kind="text") & ~Q(body="")
                | Q(kind="video", video__isnull=False)
                | Q(kind="document", document__isnull=False),
                name="lesson_has_what_its_kind_shows",
            ),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="lesson_lasts_a_minute"),
        ]

    def __str__(self) -> str:
        return self.title
