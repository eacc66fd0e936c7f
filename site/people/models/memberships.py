from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people import scopes
from people.models.organisations import Organisation
from people.models.periods import day_of, ends_after_it_starts, on_day


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, at: date | datetime | None = None) -> "MembershipQuerySet":
        return self.filter(on_day(at))

    def visible_to(self, user: Any, at: Any = None) -> "MembershipQuerySet":
        """One's own, and those of the organisations in scope."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        scope = scopes.scope_of(user, at)
        return self.all() if scope.everything else self.filter(Q(user=user) | scope.organisations_q("organisation__"))


class Membership(models.Model):
    """Somebody works, studies or serves at an organisation. Another post or category is another row."""

    class Category(models.TextChoices):
        LEADER = "leader", _("Principal responsible person")
        SAFETY_MANAGER = "safety_manager", _("Safety management staff")
        SPECIAL_OPERATOR = "special_operator", _("Special operations worker")
        TEAM_LEADER = "team_leader", _("Team leader")
        WORKER = "worker", _("Worker")
        DISPATCHED = "dispatched", _("Dispatched worker")
        INTERN = "intern", _("Intern")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    employee_number = models.CharField(_("employee number"), max_length=30, blank=True)
    department = models.CharField(_("department"), max_length=60, blank=True)
    post = models.CharField(_("post"), max_length=60, blank=True)
    category = models.CharField(_("category"), max_length=20, choices=Category, default=Category.WORKER)
    hired = models.CharField(
        _("hired"), max_length=10, blank=True, help_text=_("2019, 2019-07 or 2019-07-03: as exactly as it is known")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["organisation", "department", "user__full_name", "pk"]
        constraints = [
            # Only among open rows: who returns or changes post keeps the number on a new row.
            models.UniqueConstraint(
                fields=["organisation", "employee_number"],
                condition=Q(ends_on__isnull=True) & ~Q(employee_number=""),
                name="employee_number_once_in_an_organisation",
            ),
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(ends_on__isnull=True), name="one_open_membership_each"
            ),
            models.CheckConstraint(condition=ends_after_it_starts(), name="membership_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"

    def is_active(self, at: date | datetime | None = None) -> bool:
        day = day_of(at)
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
