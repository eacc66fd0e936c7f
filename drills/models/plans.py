from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from duties.vocabulary import Hazard
from people.models import Organisation
from people.scopes import scope_of
from records.models import PrivateFile


class EmergencyPlanQuerySet(models.QuerySet["EmergencyPlan"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> "EmergencyPlanQuerySet":
        return self.filter(scope_of(user, at).organisations_q("organisation__"))

    def in_use(self) -> "EmergencyPlanQuerySet":
        return self.filter(withdrawn_on__isnull=True)


class EmergencyPlan(models.Model):
    """An emergency plan of a government or of a unit; what it says stands in its versions."""

    class Kind(models.TextChoices):
        GOVERNMENT_OVERALL = "government_overall", _("Overall plan of a government")
        GOVERNMENT_SPECIAL = "government_special", _("Special plan of a government")
        GOVERNMENT_DEPARTMENT = "government_department", _("Plan of a department")
        GRASSROOTS = "grassroots", _("Plan of a village, community or school")
        UNIT_COMPREHENSIVE = "unit_comprehensive", _("Comprehensive plan of a unit")
        UNIT_SPECIAL = "unit_special", _("Special plan of a unit")
        UNIT_ONSITE = "unit_onsite", _("On-site disposal scheme")
        UNIT_EVACUATION = "unit_evacuation", _("Fire-fighting and evacuation plan")

    GOVERNMENT = (Kind.GOVERNMENT_OVERALL, Kind.GOVERNMENT_SPECIAL, Kind.GOVERNMENT_DEPARTMENT)

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="plans", verbose_name=_("drawn up by"))
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    title = models.CharField(_("title"), max_length=120)
    hazard = models.CharField(
        _("hazard"), max_length=24, choices=Hazard, blank=True, help_text=_("Empty: it covers several")
    )
    withdrawn_on = models.DateField(_("withdrawn"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"))

    objects = EmergencyPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency plan")
        verbose_name_plural = _("emergency plans")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | ~Q(withdrawn_reason=""), name="withdrawn_plan_has_a_reason"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_governments(self) -> bool:
        return self.kind in self.GOVERNMENT


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    def issued(self) -> "PlanVersionQuerySet":
        return self.filter(issued_at__isnull=False)

    def visible_to(self, user: Any, at: datetime | None = None) -> "PlanVersionQuerySet":
        return self.filter(plan__in=EmergencyPlan.objects.visible_to(user, at))


class PlanVersion(models.Model):
    """What a plan said from a day on. Open to change until it is issued, never after; a drill names one of these."""

    class Review(models.TextChoices):
        MEETING = "meeting", _("Expert review meeting")
        LETTER = "letter", _("Review by letter")
        INTERNAL = "internal", _("Internal review")
        NONE = "none", _("Not reviewed")

    plan = models.ForeignKey(EmergencyPlan, models.PROTECT, related_name="versions", verbose_name=_("emergency plan"))
    number = models.PositiveSmallIntegerField(_("version"))
    issued_on = models.DateField(_("issued on"), help_text=_("The day printed on it"))
    review = models.CharField(_("how reviewed"), max_length=10, choices=Review, default=Review.INTERNAL)
    changes = models.TextField(_("what changed"), blank=True)
    file = models.ForeignKey(PrivateFile, models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(
        max_length=64, blank=True, help_text="of the file, or of the clauses where there is none; set when issued"
    )
    issued_at = models.DateTimeField(_("fixed at"), null=True, blank=True, help_text="null: a draft")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan version")
        verbose_name_plural = _("plan versions")
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_number_once"),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True) | ~Q(sha256=""), name="issued_plan_version_has_a_hash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} · V{self.number}"


class PlanClause(models.Model):
    """A piece of a version that a finding can point to."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="clauses")
    position = models.PositiveSmallIntegerField(_("position"))
    number = models.CharField(_("number"), max_length=20, help_text=_("As printed: 4.2.1"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="clause_number_once_in_a_version")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class PlanRecordQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Not withdrawn: what the ledgers read."""
        return self.filter(withdrawn_at__isnull=True)


class PlanRecord(models.Model):
    """Evidence about a version: never changed. A wrong row is withdrawn with a reason and written anew."""

    file = models.ForeignKey(PrivateFile, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = PlanRecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
                name="withdrawn_%(class)s_has_a_reason",
            )
        ]


class PlanFiling(PlanRecord):
    """备案: an authority has taken the version on file."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="filings")
    number = models.CharField(_("filing number"), max_length=60)
    filed_on = models.DateField(_("filed on"))
    authority = models.CharField(_("filed with"), max_length=100)

    class Meta(PlanRecord.Meta):
        verbose_name = _("filing of a plan")
        verbose_name_plural = _("filings of plans")
        ordering = ["-filed_on", "-pk"]

    def __str__(self) -> str:
        return self.number


class PlanEvaluation(PlanRecord):
    """评估: somebody has looked whether the plan still holds. When the next one is due is derived from the rulebook."""

    class Conclusion(models.TextChoices):
        KEEP = "keep", _("Still holds")
        REVISE = "revise", _("Has to be revised")

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="evaluations")
    held_on = models.DateField(_("evaluated on"))
    conclusion = models.CharField(_("conclusion"), max_length=10, choices=Conclusion)
    note = models.TextField(_("note"), blank=True)

    class Meta(PlanRecord.Meta):
        verbose_name = _("evaluation of a plan")
        verbose_name_plural = _("evaluations of plans")
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.version} {self.held_on}"


class PlanRevisionProposal(models.Model):
    """修订建议: a drill has shown a clause not to hold; accepted into a version, or refused with a reason."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("proposal", "Open")
        ACCEPTED = "accepted", pgettext_lazy("proposal", "Accepted")
        REFUSED = "refused", pgettext_lazy("proposal", "Refused")

    plan = models.ForeignKey(EmergencyPlan, models.PROTECT, related_name="proposals")
    clause = models.ForeignKey(PlanClause, models.PROTECT, null=True, blank=True, related_name="proposals")
    finding = models.OneToOneField(
        "drills.Finding", models.PROTECT, null=True, blank=True, related_name="proposal", verbose_name=_("problem")
    )
    text = models.TextField(_("proposal"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    accepted_in = models.ForeignKey(PlanVersion, models.PROTECT, null=True, blank=True, related_name="proposals")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("proposal to revise a plan")
        verbose_name_plural = _("proposals to revise plans")
        ordering = ["state", "-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(reason=""), name="refused_proposal_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_in__isnull=False), name="accepted_proposal_names_a_version"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]
