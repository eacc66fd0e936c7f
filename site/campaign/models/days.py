"""主题日: the days and weeks of the year that a county keeps, and what it says of each in one year."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from campaign.day_rules import NoRule, span_in
from campaign.models.activities import ActivityVersion
from duties.vocabulary import Hazard

A_COMMON_YEAR = 2026


def check_notation(notation: str) -> None:
    try:
        span_in(notation, A_COMMON_YEAR)
    except NoRule as error:
        raise ValidationError(_("“%(notation)s” says no dates."), params={"notation": notation}) from error


class ThemedDay(models.Model):
    """What a row says holds every year; theme and dates of one year stand in ThemedYear."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=80)
    falls = models.CharField(
        _("falls on"),
        max_length=20,
        blank=True,
        validators=[check_notation],
        help_text="as campaign.day_rules reads it; empty: the county enters the dates of each year",
    )
    source = models.CharField(_("source"), max_length=200)
    verified = models.BooleanField(_("verified"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True, help_text="what is to be checked")
    hazards = models.JSONField(_("hazards"), default=list, blank=True, help_text="codes of duties.vocabulary.Hazard")
    forms = models.JSONField(_("forms"), default=list, blank=True, help_text="values of ActivityVersion.Form that suit")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("themed day")
        verbose_name_plural = _("themed days")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name_en if get_language() == "en" else self.name

    @property
    def hazard_labels(self) -> list[tuple[str, str]]:
        return [(code, str(Hazard(code).label)) for code in self.hazards]

    @property
    def form_labels(self) -> list[str]:
        return [str(ActivityVersion.Form(code).label) for code in self.forms]


class ThemedYear(models.Model):
    """What the county says of a day in one year: its theme, and its dates where they are the county's to set."""

    day = models.ForeignKey(ThemedDay, models.PROTECT, related_name="years", verbose_name=_("themed day"))
    year = models.PositiveSmallIntegerField(_("year"))
    theme = models.CharField(pgettext_lazy("themed day", "theme of the year"), max_length=80, blank=True)
    first = models.DateField(_("from"), null=True, blank=True)
    last = models.DateField(_("to"), null=True, blank=True)
    said_by: Any = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("year of a themed day")
        verbose_name_plural = _("years of a themed day")
        ordering = ["year", "day"]
        constraints = [
            models.UniqueConstraint(fields=["day", "year"], name="campaign_themed_year_unique"),
            models.CheckConstraint(
                condition=Q(first__isnull=True, last__isnull=True)
                | Q(first__isnull=False, last__isnull=False, first__lte=F("last")),
                name="campaign_themed_year_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.year}"
