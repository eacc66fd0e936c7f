from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from people import rules, scopes
from people.models.divisions import Division, Sector
from people.models.periods import ends_after_it_starts, on_day


def valid_credit_code(code: str) -> None:
    if not rules.is_credit_code(code):
        raise ValidationError(_("This is not a valid unified social credit code: check each of the 18 characters."))


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: Any, at: Any = None) -> "OrganisationQuerySet":
        return self.filter(scopes.scope_of(user, at).organisations_q())

    def active(self, at: Any = None) -> "OrganisationQuerySet":
        """Operating on the day."""
        return self.filter(on_day(at), is_active=True)

    def within(self, division: Division) -> "OrganisationQuerySet":
        return self.filter(division__path__startswith=division.path)


class Organisation(models.Model):
    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("Enterprise")
        SCHOOL = "school", _("School or kindergarten")
        OFFICE = "office", _("Government office")
        VILLAGE_COMMITTEE = "village_committee", _("Village committee")
        COMMUNITY_COMMITTEE = "community_committee", _("Community committee")
        PUBLIC_PLACE = "public_place", _("Public place")
        OTHER = "other", _("Other organisation")

    name = models.CharField(_("name"), max_length=100)
    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        unique=True,
        null=True,
        blank=True,
        validators=[valid_credit_code],
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="organisations", verbose_name=_("administrative division")
    )
    sector = models.ForeignKey(
        Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name=_("sector")
    )
    is_active = models.BooleanField(_("operating"), default=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(credit_code=""), name="organisation_without_code_has_null"),
            models.CheckConstraint(condition=ends_after_it_starts(), name="organisation_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.credit_code = rules.normal_code(self.credit_code or "") or None
        super().save(*args, **kwargs)


class OrganisationTag(models.Model):
    """A feature that duties depend on, with the time it holds."""

    class Tag(models.TextChoices):
        HIGH_RISK = "high_risk", _("High-risk trade")
        MAJOR_HAZARD = "major_hazard", _("Major hazard source")
        FIRE_KEY = "fire_key", _("Key organisation for fire safety")
        CROWDED = "crowded", _("Crowded place")
        BOARDING = "boarding", _("Boarding school")
        HIGH_RISE = "high_rise", _("High-rise building")
        CONFINED_SPACE = "confined_space", _("Confined spaces")
        DUST = "dust", _("Explosive dust")
        AMMONIA = "ammonia", _("Ammonia refrigeration")
        DEEP_CASTING = "deep_casting", _("Deep-well casting")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="tags")
    tag = models.CharField(_("feature"), max_length=20, choices=Tag)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("feature of an organisation")
        verbose_name_plural = _("features of organisations")
        ordering = ["tag", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "tag"], condition=models.Q(ends_on__isnull=True), name="one_open_tag_of_a_kind"
            ),
            models.CheckConstraint(condition=ends_after_it_starts(), name="tag_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.get_tag_display()


class Premises(models.Model):
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="premises")
    name = models.CharField(_("name"), max_length=100)
    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="premises", verbose_name=_("administrative division")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    phones_forbidden = models.BooleanField(
        _("phones forbidden"), default=False, help_text=_("Underground, tank farm, filling station: paper instead")
    )

    class Meta:
        verbose_name = _("premises")
        verbose_name_plural = _("premises")
        ordering = ["organisation", "name"]

    def __str__(self) -> str:
        return self.name
