from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from exams.models.questions import QuestionBank
from records.models import Job, PrivateFile


class QuestionImportQuerySet(models.QuerySet["QuestionImport"]):
    def visible_to(self, user: Any) -> "QuestionImportQuerySet":
        """An uploaded file holds the keys of its questions: it is seen by whoever brought it."""
        return self.filter(created_by=user) if user.is_authenticated else self.none()


class QuestionImport(models.Model):
    """One uploaded workbook of questions. The file and its bad rows are kept for a day, for whoever brought them; the
    counts stay."""

    class State(models.TextChoices):
        CHECKED = "checked", _("Checked")
        QUEUED = "queued", _("Being imported")
        COMMITTED = "committed", _("Imported")

    bank = models.ForeignKey(QuestionBank, models.PROTECT, related_name="imports", verbose_name=_("question bank"))
    file_name = models.CharField(_("file"), max_length=200)
    file = models.ForeignKey(PrivateFile, models.SET_NULL, null=True, related_name="+")
    problem_file = models.ForeignKey(PrivateFile, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.CHECKED)
    counts = models.JSONField(default=dict, help_text="rows, imported, repaired, duplicates, conflicts, errors")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("uploaded"))
    committed_at = models.DateTimeField(_("imported"), null=True, blank=True)

    objects = QuestionImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("question import")
        verbose_name_plural = _("question imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
