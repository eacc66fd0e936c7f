"""What the rulebook asks of a plan: its rows met with the organisation behind it, for a list in the database's words
and for one plan at hand. Both read the tables of `drills.plan_rules`; tests hold them against each other."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, ExtractDay, ExtractMonth, ExtractYear

from drills import plan_rules
from drills.models import EmergencyPlan
from drills.plan_rules import BINDING, DOUBTFUL, FORCES, KIND_TAGS, PLAN_TAGS, SECTOR_TAGS, Rule
from duties.models import DutyRule
from duties.vocabulary import RuleKind, RuleStatus, SubjectKind
from people.models import Division, OrganisationTag
from people.models.periods import on_day
from ui.clock import local_day

MONTHS = {force: f"{force}_months" for force in FORCES}  # the annotations of `with_terms`


@dataclass(frozen=True)
class Rulebook:
    """The rules about plans in force on a day, of the nation and of the county itself."""

    day: date
    rows: dict[str, DutyRule]
    evaluation: list[Rule]  # each with a period in months
    filing: list[Rule]


def rulebook(at: datetime) -> Rulebook:
    day = local_day(at)
    county = Division.objects.filter(depth=1).values_list("name", flat=True)
    rows = DutyRule.objects.filter(kind=RuleKind.PLAN, subject_kind=SubjectKind.ORGANISATION).in_force(day)
    rows = rows.holding_in(*county).select_related("regulation", "article__regulation", "replaces").order_by("key")
    rules = [(row, rule_of(row)) for row in rows]
    return Rulebook(
        day=day,
        rows={row.key: row for row, _rule in rules},
        evaluation=[rule for _row, rule in rules if rule.months],
        filing=[rule for row, rule in rules if row.values.get("file_with")],
    )


def rule_of(row: DutyRule) -> Rule:
    return Rule(
        key=row.key,
        tags=frozenset(row.industry_tags),
        months=row.values.get("interval_months", 0),
        mandatory=row.status == RuleStatus.MANDATORY,
        verified=row.verified,
        replaces=row.replaces.key if row.replaces else "",
    )


# ── For a list ───────────────────────────────────────────────────────────────
def with_terms(plans: QuerySet[EmergencyPlan], book: Rulebook) -> Any:
    """Annotated with the months within which each force asks for the next evaluation, null where none does, and with
    `due_month` (months since the year 0) and `due_day` of what is binding. `since` must be annotated before."""
    months = {MONTHS[force]: shortest(book, force) for force in FORCES}
    return plans.annotate(**months).annotate(due_month=month_key(MONTHS[BINDING]), due_day=ExtractDay("since"))


def shortest(book: Rulebook, force: str) -> Cast:
    """The first that matches is the shortest. Who has stopped or closed owes nothing. A rule that is neither verified
    nor says whom it means would stand beside every plan: the page of a plan lists it, the ledger does not."""
    told = (rule for rule in book.evaluation if rule.force == force and (rule.tags or rule.verified))
    rules = sorted(told, key=lambda rule: rule.months)
    asked = [When(meets(rule, book), then=Value(rule.months)) for rule in rules]
    found = Case(When(~operating(book.day), then=None), *asked, default=None, output_field=IntegerField())
    return Cast(found, IntegerField())  # without a rule nothing but NULL is left, and PostgreSQL takes that for text


def meets(rule: Rule, book: Rulebook) -> Q:
    heirs = [other for other in book.evaluation if other.replaces == rule.key and other.verified]
    met = carrying(rule, book.day)
    for heir in heirs:
        met &= ~carrying(heir, book.day)
    return met


def carrying(rule: Rule, day: date) -> Q:
    """The twin of `plan_rules.features` for the tags of one rule."""
    if not rule.tags:
        return Q(pk__isnull=False)
    tagged = OrganisationTag.objects.filter(on_day(day), tag__in=rule.tags).values("organisation")
    sectors = [code for code, tags in SECTOR_TAGS.items() if tags & rule.tags]
    kinds = [kind for kind, tags in KIND_TAGS.items() if tags & rule.tags]
    met = Q(organisation__in=tagged) | Q(organisation__sector__code__in=sectors) | Q(organisation__kind__in=kinds)
    for (kind, level), tag in PLAN_TAGS.items():
        if tag in rule.tags:
            met |= Q(kind=kind, organisation__division__level=level)
    return met


def operating(day: date) -> Q:
    span = on_day(day, start="organisation__starts_on", end="organisation__ends_on")
    return Q(organisation__is_active=True) & span


def month_key(months: str) -> Any:
    """When the term ends, in months: with the day of `since` behind it, it orders and compares as the due days do,
    also where a short month pulls the day forward."""
    return ExtractYear("since") * 12 + ExtractMonth("since") - 1 + F(months)


def overdue(day: date) -> Q:
    """Over rows of `with_terms`: the binding term ended before the day."""
    this_month = day.year * 12 + day.month - 1
    ended = Q(due_month__lt=this_month) | Q(due_month=this_month, due_day__lt=day.day)
    return Q(withdrawn_on__isnull=True) & ended


# ── For one plan ─────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Term:
    """When the next evaluation is due, by what force, and what it is counted from."""

    due: date
    force: str
    months: int
    since: date
    is_overdue: bool

    @property
    def is_doubtful(self) -> bool:
        return self.force == DOUBTFUL


def term(since: date, months: dict[str, int | None], today: date, *, bureau: bool) -> Term | None:
    """The strongest there is. What nobody has verified is shown to the bureau alone and is never overdue."""
    for force in FORCES if bureau else FORCES[:-1]:
        if period := months[force]:
            due = plan_rules.add_months(since, period)
            return Term(due, force, period, since, force == BINDING and plan_rules.is_overdue(due, today))
    return None


@dataclass(frozen=True)
class Obligation:
    """A rule that the plan meets, and the day it sets."""

    row: DutyRule
    rule: Rule
    due: date | None


def obligations(plan: EmergencyPlan, since: date | None, book: Rulebook, *, bureau: bool) -> list[Obligation]:
    """Evaluation first; what nobody has verified is among them for the bureau alone."""
    organisation = plan.organisation
    if not is_operating(organisation, book.day) or plan.withdrawn_on is not None:
        return []
    carried = carried_by(plan, book.day)
    met = [*plan_rules.matching(book.evaluation, carried), *plan_rules.matching(book.filing, carried)]
    shown = [rule for rule in met if bureau or rule.verified]
    return [Obligation(book.rows[rule.key], rule, due_by(rule, since)) for rule in shown]


def due_by(rule: Rule, since: date | None) -> date | None:
    return plan_rules.add_months(since, rule.months) if since and rule.months else None


def carried_by(plan: EmergencyPlan, day: date) -> frozenset[str]:
    organisation = plan.organisation
    return plan_rules.features(
        organisation.tags.filter(on_day(day)).values_list("tag", flat=True),
        sector=organisation.sector.code if organisation.sector else "",
        kind=organisation.kind,
        plan_kind=plan.kind,
        level=organisation.division.level,
    )


def is_operating(organisation: Any, day: date) -> bool:
    begun = organisation.starts_on is None or organisation.starts_on <= day
    return organisation.is_active and begun and (organisation.ends_on is None or day <= organisation.ends_on)
