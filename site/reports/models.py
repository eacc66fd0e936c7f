from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models import Division, Organisation, Sector
from people.scopes import scope_of


class SavedReportQuerySet(models.QuerySet["SavedReport"]):
    def visible_to(self, user: Any) -> "SavedReportQuerySet":
        """One's own, and for county roles all: what it counts is inside the scope of who froze it."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.all() if scope_of(user).everything else self.filter(frozen_by=user)


class SavedReport(models.Model):
    """定稿: figures as they were known at a moment, with the rows they were made of. What is recorded later changes
    today's figure, never this one."""

    title = models.CharField(_("title"), max_length=120)
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    sector = models.ForeignKey(Sector, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    known_at = models.DateTimeField(_("data as of"))
    figures = models.JSONField(help_text="name → number, and the keys of the rows behind it")
    sentences = models.JSONField(help_text="the texts as printed")
    figures_hash = models.CharField(max_length=64)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(_("final since"))

    objects = SavedReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("final figures")
        verbose_name_plural = _("final figures")
        ordering = ["-frozen_at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="period_ends_after_it_begins")]

    def __str__(self) -> str:
        return self.title
