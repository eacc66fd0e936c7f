"""Campaign schemes as data: which settings safety is brought to. Venues, activities and coverage build on them."""

from datetime import date, datetime

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.models.periods import on_day


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def active(self, day: date | datetime | None = None) -> "SchemeQuerySet":
        """In force on the day: of each campaign its newest version. One without a first day was never put in force."""
        begun = Scheme.objects.filter(on_day(day, start="active_from", end="active_to"), active_from__isnull=False)
        newest = begun.filter(key=OuterRef("key")).order_by("-version").values("pk")[:1]
        return self.filter(pk=Subquery(newest))


class Scheme(models.Model):
    """One version of a campaign, e.g. the "seven entries". What was recorded under a version keeps it."""

    key = models.SlugField(_("key"), max_length=40)
    version = models.PositiveIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    source = models.CharField(_("source"), max_length=200)
    active_from = models.DateField(_("active from"), null=True, blank=True)
    active_to = models.DateField(_("active to"), null=True, blank=True)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign scheme")
        verbose_name_plural = _("campaign schemes")
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="campaign_scheme_version_unique")]

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One setting of a scheme: enterprises, schools, …"""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="entries", verbose_name=_("campaign scheme"))
    code = models.SlugField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=30)
    name_en = models.CharField(_("English name"), max_length=60)
    hint = models.CharField(_("hint"), max_length=60, blank=True)
    hint_en = models.CharField(_("English hint"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("order"))
    kinds = models.JSONField(
        _("kinds of venue"), default=list, blank=True, help_text="values of VenueKind that belong to it in this scheme"
    )
    by_households = models.BooleanField(
        _("counted by households"), default=False, help_text=_("By the households reached, not by venues")
    )

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["scheme", "order"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="campaign_entry_code_unique")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name_en if get_language() == "en" else self.name

    @property
    def local_hint(self) -> str:
        return self.hint_en if get_language() == "en" else self.hint

    @property
    def icon(self) -> str:
        return "entry-" + self.code.replace("_", "-")
