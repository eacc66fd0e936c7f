from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.organisations import Organisation
from records.models import Job, PrivateFile


class RosterImportQuerySet(models.QuerySet["RosterImport"]):
    def visible_to(self, user: Any) -> "RosterImportQuerySet":
        """A roster is full of identity numbers: only whoever brought it sees it."""
        return self.filter(created_by=user) if user.is_authenticated else self.none()


class RosterImport(models.Model):
    """One uploaded roster: the file, how its columns were understood, what the check said, what was committed. The file
    and its bad rows are kept for a day, for whoever brought them; the counts stay."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Waiting to be checked")
        CHECKED = "checked", _("Checked")
        REFUSED = "refused", _("File refused")
        COMMITTED = "committed", _("Imported")

    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="roster_imports",
        verbose_name=_("organisation"),
        help_text=_("Empty: the bureau's, for all organisations"),
    )
    file_name = models.CharField(_("file"), max_length=200)
    file = models.ForeignKey(PrivateFile, models.SET_NULL, null=True, related_name="+")
    staged = models.ForeignKey(PrivateFile, models.SET_NULL, null=True, blank=True, related_name="+")
    problem_file = models.ForeignKey(PrivateFile, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.UPLOADED)
    refusal = models.TextField(_("why it was refused"), blank=True)
    mapping = models.JSONField(default=dict, help_text="sheet → field → column number, as corrected by the person")
    counts = models.JSONField(default=dict, help_text="new, changed, unchanged, duplicate, error, repaired")
    people = models.JSONField(default=list, help_text="primary keys of the accounts it made")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("uploaded"))
    committed_at = models.DateTimeField(_("imported"), null=True, blank=True)

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("roster import")
        verbose_name_plural = _("roster imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    def is_kept(self, now: datetime) -> bool:
        """Its rows are still there to be looked at and committed."""
        staged = self.staged
        return staged is not None and (staged.expires_at is None or now < staged.expires_at)


class HeaderMapping(models.Model):
    """Which field a header meant the last time, as an organisation's person corrected it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="+")
    header = models.CharField(max_length=60)
    field = models.CharField(max_length=30)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "header"], nulls_distinct=False, name="header_means_one_thing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.header} → {self.field}"
