from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from drills.models.drills import Drill, Participation
from drills.models.run import RunEvent


class EvaluationTemplate(models.Model):
    """评估表: what is looked at in drills of a kind."""

    class Kind(models.TextChoices):
        PREPARATION = "preparation", _("Preparation")
        LIVE = "live", _("Conduct of a live drill")
        TABLETOP = "tabletop", _("Tabletop")
        EVACUATION = "evacuation", _("Evacuation of a school")
        OTHER = "other", _("Other")

    key = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("title"), max_length=120)

    class Meta:
        verbose_name = _("evaluation form")
        verbose_name_plural = _("evaluation forms")
        ordering = ["kind", "key"]

    def __str__(self) -> str:
        return self.title


class TemplateVersion(models.Model):
    """Never changed once a drill uses it."""

    template = models.ForeignKey(EvaluationTemplate, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    source = models.CharField(_("source"), max_length=200)
    weights_note = models.CharField(_("where the weights come from"), max_length=200, blank=True)
    issued_at = models.DateTimeField(_("issued"))

    class Meta:
        verbose_name = _("version of an evaluation form")
        verbose_name_plural = _("versions of evaluation forms")
        ordering = ["template", "-number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="template_version_number_once")]

    def __str__(self) -> str:
        return f"{self.template} · V{self.number}"


class EvaluationSection(models.Model):
    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(_("number"), max_length=10)
    title = models.CharField(_("title"), max_length=80)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="section_code_once_in_a_version")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class EvaluationItem(models.Model):
    section = models.ForeignKey(EvaluationSection, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(_("number"), max_length=10, help_text="9.2")
    text = models.CharField(_("item"), max_length=200)
    veto = models.BooleanField(
        _("veto"), default=False, help_text=_("At 0 points the grade is the lowest, whatever the rest")
    )
    verified = models.BooleanField(_("checked against the source"), default=True)

    class Meta:
        verbose_name = _("evaluation item")
        verbose_name_plural = _("evaluation items")
        ordering = ["section__position", "position"]
        constraints = [models.UniqueConstraint(fields=["section", "code"], name="item_code_once_in_a_section")]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class DrillForm(models.Model):
    """A form that a drill is evaluated by, and its share of the total in percent."""

    drill = models.ForeignKey(Drill, models.CASCADE, related_name="forms")
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="+", verbose_name=_("evaluation form"))
    percent = models.PositiveSmallIntegerField(_("share (%)"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["drill", "version"], name="form_once_in_a_drill"),
            models.CheckConstraint(condition=Q(percent__range=(1, 100)), name="share_is_1_to_100_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.percent} %"


class EvaluationSheet(models.Model):
    """What one evaluator found; nobody else's until it is locked."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("sheet", "Being filled in")
        SUBMITTED = "submitted", pgettext_lazy("sheet", "Handed in")
        LOCKED = "locked", pgettext_lazy("sheet", "Locked")

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="sheets")
    # A part taken away takes a sheet without values along; values protect their sheet, and so their evaluator.
    evaluator = models.OneToOneField(Participation, models.CASCADE, related_name="sheet", verbose_name=_("evaluator"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    submitted_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True)

    class Meta:
        verbose_name = _("evaluation sheet")
        verbose_name_plural = _("evaluation sheets")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.drill_id} {self.evaluator}"


class SheetItem(models.Model):
    """An item an evaluator looks at: in the field (at most fifteen), or the lead evaluator afterwards."""

    sheet = models.ForeignKey(EvaluationSheet, models.CASCADE, related_name="items")
    item = models.ForeignKey(EvaluationItem, models.PROTECT, related_name="+")
    in_field = models.BooleanField(_("in the field"), default=True)

    class Meta:
        ordering = ["item__section__position", "item__position"]
        constraints = [models.UniqueConstraint(fields=["sheet", "item"], name="item_once_on_a_sheet")]

    def __str__(self) -> str:
        return str(self.item)


class ItemScore(models.Model):
    """The value that stands: a projection of the run log's score events, the latest by (happened_at, uid)."""

    class Value(models.TextChoices):
        NONE = "0", _("0 · missing")
        POOR = "1", _("1 · poor")
        FAIR = "3", _("3 · fair")
        GOOD = "5", _("5 · good")
        NOT_APPLICABLE = "na", _("Not applicable")
        NOT_OBSERVED = "not_observed", _("Not observed")

    LOW = (Value.NONE, Value.POOR)  # a reason is needed
    OUT = (Value.NOT_APPLICABLE, Value.NOT_OBSERVED)  # leave the denominator

    sheet = models.ForeignKey(EvaluationSheet, models.PROTECT, related_name="scores")
    item = models.ForeignKey(EvaluationItem, models.PROTECT, related_name="+")
    value = models.CharField(_("value"), max_length=12, choices=Value)
    reason = models.TextField(_("reason"), blank=True)
    event = models.ForeignKey(RunEvent, models.PROTECT, related_name="+")
    evidence: Any = models.ManyToManyField(RunEvent, blank=True, related_name="scores")

    class Meta:
        ordering = ["item__section__position", "item__position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item"], name="item_scored_once_on_a_sheet"),
            models.CheckConstraint(condition=~Q(value__in=("0", "1")) | ~Q(reason=""), name="low_score_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}={self.value}"


class Reconciliation(models.Model):
    """会商: where evaluators differ, the lead evaluator decides and says why. The latest row of an item stands."""

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="reconciliations")
    item = models.ForeignKey(EvaluationItem, models.PROTECT, related_name="+")
    value = models.CharField(_("value"), max_length=12, choices=ItemScore.Value)
    rationale = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.item_id}={self.value}"


class ScoreResult(models.Model):
    """The score as it was released: same inputs and formula, same bytes."""

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="results")
    formula = models.CharField(max_length=20)
    inputs = models.JSONField(help_text="every value of every sheet, every reconciliation, every weight")
    inputs_hash = models.CharField(max_length=64)
    sections = models.JSONField(help_text="code, title, weight, points or null")
    total = models.DecimalField(
        _("score"), max_digits=5, decimal_places=2, null=True, help_text="null: nothing observed"
    )
    grade = models.CharField(_("grade"), max_length=4, blank=True)
    vetoes = models.JSONField(default=list, help_text="codes of the items that capped it")
    computed_at = models.DateTimeField(_("computed at"))
    computed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["computed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.total} {self.grade}"
