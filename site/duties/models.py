from collections.abc import Iterable
from datetime import date
from typing import Any, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from duties.rules import article_label, value_problems
from duties.vocabulary import RegulationLevel, RuleKind, RuleLevel, RuleStatus, SubjectKind, Tag, Trigger


def _in_force(day: date, prefix: str = "") -> Q:
    """In force on the day, both ends included; a row reached over an empty link does not stand in the way."""
    since, until = f"{prefix}effective_from", f"{prefix}effective_to"
    return (Q(**{f"{since}__isnull": True}) | Q(**{f"{since}__lte": day})) & (
        Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gte": day})
    )


Row = TypeVar("Row", bound=models.Model)


class SourcedQuerySet(models.QuerySet[Row]):
    #: Links whose own dates also bound the row: an article ends with its regulation.
    bounds: Iterable[str] = ()

    def in_force(self, on: date) -> Self:
        return self.filter(_in_force(on), *(_in_force(on, f"{name}__") for name in self.bounds))

    def verified(self) -> Self:
        return self.filter(verified=True)

    def unverified(self) -> Self:
        return self.filter(verified=False)


class Sourced(models.Model):
    """Where a fact of the law was read, from when to when it holds, and whether a person may rely on it."""

    effective_from = models.DateField(_("effective from"), null=True, blank=True)
    effective_to = models.DateField(_("effective to"), null=True, blank=True, help_text=_("The last day it holds."))
    source = models.TextField(
        _("source"), blank=True, help_text=_("Where the wording was read, or how it is known otherwise.")
    )
    verified = models.BooleanField(
        _("verified"),
        default=False,
        help_text=_("Somebody compared it with the official text. Unverified rows make nothing overdue."),
    )
    note = models.TextField(_("note"), blank=True, help_text=_("For an unverified row: what is still to be checked."))

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_dates_in_order",
                condition=Q(effective_from__isnull=True)
                | Q(effective_to__isnull=True)
                | Q(effective_from__lte=F("effective_to")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_doubt_has_reason",
                condition=Q(verified=True) | ~Q(note=""),
                violation_error_message=_("Say in the note what is still to be checked."),
            ),
        ]


class RegulationQuerySet(SourcedQuerySet["Regulation"]):
    def by_key(self, key: str) -> "Regulation":
        return self.get(key=key)


class Regulation(Sourced):
    """A law, decree, order, standard or document, under the key by which content and rules refer to it."""

    key = models.SlugField(
        _("rulebook key"), max_length=60, unique=True, help_text=_("Never changed: texts refer to it.")
    )
    title = models.CharField(
        _("full title"), max_length=200, blank=True, help_text=_("The official title without 《》; empty if not known.")
    )
    short_title = models.CharField(_("short title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=250)
    document_number = models.CharField(_("document number"), max_length=80, blank=True)
    issuer = models.CharField(_("issued by"), max_length=120, blank=True)
    level = models.CharField(_("legal level"), max_length=12, choices=RegulationLevel.choices)
    summary = models.TextField(_("what it is about"), blank=True, help_text=_("In our own words."))

    objects = RegulationQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("regulation")
        verbose_name_plural = _("regulations")
        ordering = ["key"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="duties_regulation_has_a_name",
                condition=~Q(title="") | ~Q(document_number=""),
                violation_error_message=_("Give the full title or the document number."),
            ),
            models.CheckConstraint(
                name="duties_regulation_verified_has_title",
                condition=Q(verified=False) | (~Q(title="") & ~Q(source="")),
                violation_error_message=_("A verified regulation has its full title and a source."),
            ),
            models.CheckConstraint(name="duties_regulation_level_known", condition=Q(level__in=RegulationLevel.values)),
        ]

    def __str__(self) -> str:
        return self.short_title

    def clean(self) -> None:
        super().clean()
        self.title = self.title.strip("《》 ")

    def cited_title(self, lang: str | None = None) -> str:
        """《完整标题》, or the document number where the title is not known; in English the English title."""
        if _is_chinese(lang):
            return f"《{self.title}》" if self.title else self.document_number
        return self.title_en


class ArticleQuerySet(SourcedQuerySet["Article"]):
    bounds = ("regulation",)


class Article(Sourced):
    """One article, or one named part of a document that has none, told in our own words."""

    regulation = models.ForeignKey(
        Regulation, on_delete=models.PROTECT, related_name="articles", verbose_name=_("regulation")
    )
    number = models.PositiveSmallIntegerField(_("article number"), null=True, blank=True)
    label = models.CharField(
        _("label"), max_length=40, blank=True, help_text=_("Written from the number; for a part without one, its name.")
    )
    heading = models.CharField(_("heading"), max_length=80)
    summary = models.TextField(_("what it asks"), help_text=_("In our own words, not a copy of the text."))
    order = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = ArticleQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["regulation", "order", "number"]
        constraints = [
            *Sourced.Meta.constraints,
            models.UniqueConstraint(
                name="duties_article_label_once",
                fields=["regulation", "label"],
                violation_error_message=_("This regulation already has that article."),
            ),
            models.CheckConstraint(
                name="duties_article_has_label",
                condition=~Q(label=""),
                violation_error_message=_("Give the article number, or a label where there is none."),
            ),
            models.CheckConstraint(
                name="duties_article_number_in_range", condition=Q(number__isnull=True) | Q(number__range=(1, 999))
            ),
            models.CheckConstraint(
                name="duties_article_verified_has_source",
                condition=Q(verified=False) | ~Q(source=""),
                violation_error_message=_("A verified article names its source."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.regulation.short_title} {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.write_label()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        self.write_label()

    def write_label(self) -> None:
        """The label of a numbered article is never typed, so that it cannot say another number."""
        if self.number and self.number <= 999:
            self.label = article_label(self.number)
            self.order = self.number

    @property
    def row_key(self) -> str:
        """The key by which content cites this article: order-3:13."""
        return f"{self.regulation.key}:{self.number or self.label}"

    def citation(self, lang: str | None = None) -> str:
        """《完整标题》第三十三条; in English "Title, Article 33"."""
        title = self.regulation.cited_title(lang)
        if _is_chinese(lang):
            return f"{title}{self.label}" if self.number else f"{title}（{self.label}）"
        return f"{title}, Article {self.number}" if self.number else f"{title}, {self.label}"


class DutyRuleQuerySet(SourcedQuerySet["DutyRule"]):
    bounds = ("regulation", "article")

    def holding_in(self, *regions: str) -> Self:
        """National rules and those of these regions: a county names itself, its city and its province."""
        return self.filter(Q(region="") | Q(region__in=regions))

    def binding(self) -> Self:
        """Rules that may make something overdue: checked by a person and set by law, not by custom."""
        return self.verified().filter(status=RuleStatus.MANDATORY)


class DutyRule(Sourced):
    """Who must do what how often, with its numbers as data and the article that says so."""

    key = models.SlugField(
        _("rulebook key"), max_length=40, unique=True, help_text=_("Never changed: records refer to it.")
    )
    kind = models.CharField(_("kind of duty"), max_length=12, choices=RuleKind.choices)
    subject = models.CharField(_("who it concerns"), max_length=120)
    subject_en = models.CharField(_("who it concerns (English)"), max_length=200)
    matter = models.CharField(_("what is to be done"), max_length=120)
    matter_en = models.CharField(_("what is to be done (English)"), max_length=200)
    subject_kind = models.CharField(
        _("kind of person"), max_length=24, choices=SubjectKind.choices, default=SubjectKind.ORGANISATION
    )
    industry_tags = models.JSONField(
        _("organisations concerned"), default=list, blank=True, help_text=_("None ticked: every organisation.")
    )
    trigger = models.CharField(_("starts with"), max_length=16, choices=Trigger.choices)
    values = models.JSONField(_("values"), default=dict, blank=True)
    status = models.CharField(_("binding force"), max_length=12, choices=RuleStatus.choices)
    level = models.CharField(_("set by"), max_length=12, choices=RuleLevel.choices)
    region = models.CharField(
        _("region"), max_length=40, blank=True, help_text=_("Where a local rule holds; empty for the whole country.")
    )
    regulation = models.ForeignKey(
        Regulation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("regulation"),
    )
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, null=True, blank=True, related_name="rules", verbose_name=_("article")
    )
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("takes the place of"),
        help_text=_("Only where the text says so: otherwise both rules hold side by side."),
    )

    objects = DutyRuleQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("duty rule")
        verbose_name_plural = _("duty rules")
        ordering = ["key"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="duties_dutyrule_verified_has_source",
                condition=Q(verified=False) | Q(article__isnull=False) | ~Q(source=""),
                violation_error_message=_("A verified rule names its article or its source."),
            ),
            models.CheckConstraint(
                name="duties_dutyrule_article_in_regulation",
                condition=Q(article__isnull=True) | Q(regulation__isnull=False),
                violation_error_message=_("Choose the regulation of the article too."),
            ),
            models.CheckConstraint(
                name="duties_dutyrule_not_its_own_heir",
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")),
                violation_error_message=_("A rule cannot take its own place."),
            ),
            models.CheckConstraint(
                name="duties_dutyrule_national_has_no_region",
                condition=~Q(level=RuleLevel.NATIONAL) | Q(region=""),
                violation_error_message=_("A national rule holds in the whole country."),
            ),
            models.CheckConstraint(
                name="duties_dutyrule_choices_known",
                condition=Q(kind__in=RuleKind.values)
                & Q(status__in=RuleStatus.values)
                & Q(level__in=RuleLevel.values)
                & Q(trigger__in=Trigger.values)
                & Q(subject_kind__in=SubjectKind.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.subject} · {self.matter}"

    def clean(self) -> None:
        super().clean()
        errors: dict[str, list[Any]] = {}
        if self.article and self.regulation_id and self.article.regulation_id != self.regulation_id:
            errors["article"] = [_("The article belongs to another regulation.")]
        if unknown := sorted(set(self.industry_tags or []) - set(Tag.values)):
            errors["industry_tags"] = [_("Not a known kind of organisation: %s") % ", ".join(unknown)]
        if problems := self._value_messages():
            errors["values"] = problems
        if errors:
            raise ValidationError(errors)

    def _value_messages(self) -> list[Any]:
        if not isinstance(self.values, dict):
            return [_("Values are written as names with a value each.")]
        wording = {"unknown": _("%s is not a value that rules have."), "wrong": _("%s has a value that does not fit.")}
        return [wording[problem] % name for name, problem in value_problems(self.values)]

    def about(self, lang: str | None = None) -> str:
        """Who and what in one line, in the language of the page."""
        if _is_chinese(lang):
            return f"{self.subject}：{self.matter}"
        return f"{self.subject_en}: {self.matter_en}"

    def citation(self, lang: str | None = None) -> str:
        """The article, or the regulation as a whole; empty for a rule that no text sets."""
        if self.article:
            return self.article.citation(lang)
        return self.regulation.cited_title(lang) if self.regulation else ""


def _is_chinese(lang: str | None) -> bool:
    return (lang or get_language() or "zh").startswith("zh")
