from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from drills.models.drills import Drill, Participation
from drills.models.evaluation import EvaluationItem
from drills.models.plans import PlanClause
from drills.models.run import RunEvent
from people.models import Organisation
from people.scopes import scope_of
from records.models import PrivateFile


class Finding(models.Model):
    """问题 (or what went well): what the drill has shown, with its evidence."""

    class Kind(models.TextChoices):
        GAP = "gap", _("Problem")
        STRENGTH = "strength", _("What went well")
        PRACTICE = "practice", _("Practice worth spreading")

    class Severity(models.TextChoices):
        MINOR = "minor", _("Minor")
        MAJOR = "major", _("Considerable")
        SERIOUS = "serious", _("Serious")

    class Element(models.TextChoices):
        PLAN = "plan", _("Emergency plan")
        COMMAND = "command", _("Organisation and command")
        TEAM = "team", _("Teams")
        EQUIPMENT = "equipment", _("Supplies and equipment")
        TRAINING = "training", _("Training")
        COOPERATION = "cooperation", _("Working together")
        COMMUNICATION = "communication", _("Communication")

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="findings")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.GAP)
    text = models.TextField(_("what was found"))
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, blank=True)
    element = models.CharField(_("concerns"), max_length=14, choices=Element)
    root_cause = models.TextField(_("cause"), blank=True)
    clause = models.ForeignKey(
        PlanClause, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("clause")
    )
    item = models.ForeignKey(
        EvaluationItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("evaluation item")
    )
    evidence: Any = models.ManyToManyField(RunEvent, blank=True, related_name="findings")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["kind", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


class CorrectiveActionQuerySet(models.QuerySet["CorrectiveAction"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> "CorrectiveActionQuerySet":
        """Of the drills and of the responsible organisations in scope, of the drills one led the evaluation of, and
        one's own."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        scope = scope_of(user, at)
        ours = scope.organisations_q("finding__drill__organisation__") | scope.organisations_q("organisation__")
        led = Participation.objects.filter(user=user, role=Participation.Role.LEAD_EVALUATOR).values("drill")
        mine = models.Q(owner=user) | models.Q(finding__drill__in=led)
        return self.all() if scope.everything else self.filter(ours | mine)

    def unsettled(self) -> "CorrectiveActionQuerySet":
        return self.exclude(state__in=(CorrectiveAction.State.CLOSED, CorrectiveAction.State.CANCELLED))

    def overdue(self, day: date) -> "CorrectiveActionQuerySet":
        return self.unsettled().filter(due_on__lt=day)


class CorrectiveAction(models.Model):
    """整改措施: somebody does something until a day, somebody else checks it, then it is struck off (销号)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("action", "Proposed")
        IN_PROGRESS = "in_progress", pgettext_lazy("action", "Under way")
        SUBMITTED = "submitted", pgettext_lazy("action", "To be checked")
        RETURNED = "returned", pgettext_lazy("action", "Given back")
        VERIFIED = "verified", pgettext_lazy("action", "Checked")
        CLOSED = "closed", pgettext_lazy("action", "Struck off")
        CANCELLED = "cancelled", pgettext_lazy("action", "Dropped")

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="actions", verbose_name=_("problem"))
    text = models.TextField(_("corrective action"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("responsible person")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="corrective_actions", verbose_name=_("responsible organisation")
    )
    due_on = models.DateField(_("due"))
    criterion = models.CharField(_("done when"), max_length=200)
    mandatory = models.BooleanField(_("mandatory"), default=True, help_text=_("The drill closes only after it"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PROPOSED)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"))

    objects = CorrectiveActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("corrective action")
        verbose_name_plural = _("corrective actions")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.text[:40]

    def is_overdue(self, day: date) -> bool:
        settled = (self.State.CLOSED, self.State.CANCELLED)
        return self.state not in settled and self.due_on < day


class ActionStep(models.Model):
    """What somebody did about an action or decided on it: evidence, one row a step."""

    class Kind(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("action", "Proposed")
        ACCEPTED = "accepted", pgettext_lazy("action", "Accepted")
        PROGRESS = "progress", pgettext_lazy("action", "Progress told")
        SUBMITTED = "submitted", pgettext_lazy("action", "Handed in for checking")
        RETURNED = "returned", pgettext_lazy("action", "Given back")
        VERIFIED = "verified", pgettext_lazy("action", "Checked")
        CLOSED = "closed", pgettext_lazy("action", "Struck off")
        EXTENDED = "extended", pgettext_lazy("action", "Due day moved")
        CANCELLED = "cancelled", pgettext_lazy("action", "Dropped")

    action = models.ForeignKey(CorrectiveAction, models.PROTECT, related_name="steps")
    kind = models.CharField(_("step"), max_length=12, choices=Kind)
    note = models.TextField(_("note"), blank=True)
    file = models.ForeignKey(PrivateFile, models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(_("new due day"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.get_kind_display()
