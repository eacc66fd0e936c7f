from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.divisions import Division, Sector
from people.models.organisations import Organisation


class Role(models.TextChoices):
    ORG_MANAGER = "org_manager", _("Safety officer of an organisation")
    TOWNSHIP_OFFICER = "township_officer", _("Township officer")
    SECTOR_SUPERVISOR = "sector_supervisor", _("Sector supervisor")
    EDITOR = "editor", _("Content editor")
    TRAINING_OFFICER = "training_officer", _("Training officer")
    EXAM_OFFICER = "exam_officer", _("Exam officer")
    DRILL_OFFICER = "drill_officer", _("Drill officer")
    LEADER = "leader", _("Bureau leader")
    SYSTEM_ADMIN = "system_admin", _("System administrator")
    AUDITOR = "auditor", _("Auditor")
    INSPECTOR = "inspector", _("Inspector")


COUNTY_ROLES = frozenset(
    {
        Role.EDITOR,
        Role.TRAINING_OFFICER,
        Role.EXAM_OFFICER,
        Role.DRILL_OFFICER,
        Role.LEADER,
        Role.SYSTEM_ADMIN,
        Role.AUDITOR,
    }
)


def scope_fits_role() -> Q:
    """County roles have no scope; a manager one organisation, an officer one division, a supervisor one sector; an
    inspector exactly one of the three and an end."""
    nothing = {"organisation__isnull": True, "division__isnull": True, "sector__isnull": True}
    organisation = Q(**(nothing | {"organisation__isnull": False}))
    division = Q(**(nothing | {"division__isnull": False}))
    sector = Q(**(nothing | {"sector__isnull": False}))
    return (
        (Q(role__in=sorted(COUNTY_ROLES)) & Q(**nothing))
        | (Q(role=Role.ORG_MANAGER) & organisation)
        | (Q(role=Role.TOWNSHIP_OFFICER) & division)
        | (Q(role=Role.SECTOR_SUPERVISOR) & sector)
        | (Q(role=Role.INSPECTOR, ends_at__isnull=False) & (organisation | division | sector))
    )


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def active(self, at: datetime | None = None) -> "RoleGrantQuerySet":
        at = at or timezone.now()
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at)


class RoleGrant(models.Model):
    """Somebody may act for a scope during a time, because somebody said so for a reason."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_grants", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("administrative division")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("organisation")
    )
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("sector"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=200)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["role", "pk"]
        constraints = [
            models.CheckConstraint(condition=scope_fits_role(), name="grant_scope_fits_role"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="grant_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.user, self.get_role_display(), self.scope_object) if part)

    @property
    def scope_object(self) -> Any:
        """The organisation, division or sector it is for; None is the whole county."""
        return self.organisation or self.division or self.sector

    @property
    def covers_everything(self) -> bool:
        return self.role in COUNTY_ROLES

    def is_active(self, at: datetime) -> bool:
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)
