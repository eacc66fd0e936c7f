"""The places that safety is brought to, how often a township means to, and what it plans."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models import Division, Organisation
from people.models.periods import ends_after_it_starts, on_day
from people.scopes import Scope, scope_of


class VenueKind(models.TextChoices):
    """What a place is; which entry of a scheme that makes stands in the scheme. It is set once: a place that turns into
    another kind is closed and entered anew, so that last year's figures keep their column."""

    ENTERPRISE = "enterprise", pgettext_lazy("venue", "Enterprise")
    SITE = "site", pgettext_lazy("venue", "Construction site")
    SCHOOL = "school", pgettext_lazy("venue", "School or kindergarten")
    OFFICE = "office", pgettext_lazy("venue", "Government office")
    COMMUNITY = "community", pgettext_lazy("venue", "Community")
    VILLAGE = "village", pgettext_lazy("venue", "Village")
    PUBLIC_PLACE = "public_place", pgettext_lazy("venue", "Public place")
    MARKET = "market", pgettext_lazy("venue", "Market")
    HOSPITAL = "hospital", pgettext_lazy("venue", "Hospital")
    SCENIC = "scenic", pgettext_lazy("venue", "Scenic area")


def within(scope: Scope, prefix: str = "") -> Q:
    """What a venue must be to lie in this scope: by the division it stands in or the organisation it belongs to."""
    return scope.organisations_q(f"{prefix}organisation__") | scope.divisions_q(f"{prefix}division__")


class VenueQuerySet(models.QuerySet["Venue"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> "VenueQuerySet":
        return self.filter(within(scope_of(user, at)))

    def registered(self, day: date | datetime | None = None) -> "VenueQuerySet":
        """Open on the day: both ends count."""
        return self.filter(on_day(day, start="opened_on", end="closed_on"))

    def under(self, division: Division) -> "VenueQuerySet":
        return self.filter(division__path__startswith=division.path)


class Venue(models.Model):
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=16, choices=VenueKind)
    division = models.ForeignKey(
        Division, models.PROTECT, related_name="venues", verbose_name=_("administrative division")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="venues", verbose_name=_("organisation")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    households = models.PositiveIntegerField(
        _("households"), null=True, blank=True, help_text=_("Registered households of a village or community")
    )
    opened_on = models.DateField(_("from"), null=True, blank=True)
    closed_on = models.DateField(_("to"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("recorded at"))

    objects = VenueQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("campaign", "venue")
        verbose_name_plural = pgettext_lazy("campaign", "venues")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["division", "kind", "name"], name="campaign_venue_unique"),
            models.CheckConstraint(
                condition=ends_after_it_starts(start="opened_on", end="closed_on"),
                name="campaign_venue_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """How many activities of an entry a township means to hold in a year."""

    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("township"))
    entry = models.SlugField(_("entry"), max_length=30, help_text="code of an Entry, whatever the scheme's version")
    year = models.PositiveSmallIntegerField(_("year"))
    count = models.PositiveIntegerField(_("activities"))

    class Meta:
        verbose_name = pgettext_lazy("campaign", "target")
        verbose_name_plural = pgettext_lazy("campaign", "targets")
        ordering = ["year", "division", "entry"]
        constraints = [models.UniqueConstraint(fields=["division", "entry", "year"], name="campaign_target_unique")]

    def __str__(self) -> str:
        return f"{self.division} {self.entry} {self.year}: {self.count}"


class PlannedVisitQuerySet(models.QuerySet["PlannedVisit"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> "PlannedVisitQuerySet":
        return self.filter(within(scope_of(user, at), "venue__"))

    def standing(self) -> "PlannedVisitQuerySet":
        return self.filter(cancelled_at__isnull=True)


class PlannedVisit(models.Model):
    venue = models.ForeignKey(
        Venue, models.PROTECT, related_name="planned", verbose_name=pgettext_lazy("campaign", "venue")
    )
    planned_on = models.DateField(_("planned on"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    objects = PlannedVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned visit")
        verbose_name_plural = _("planned visits")
        ordering = ["planned_on", "pk"]

    def __str__(self) -> str:
        return f"{self.planned_on:%Y-%m-%d} {self.venue}"
