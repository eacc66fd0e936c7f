"""Who looks at what, how far they are, and what the score is made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from drills import evaluation_rules as rules
from drills.models import (
    Drill,
    DrillForm,
    EvaluationItem,
    EvaluationSection,
    EvaluationSheet,
    EvaluationTemplate,
    ItemScore,
    Participation,
    Reconciliation,
    ScoreResult,
    SheetItem,
    TemplateVersion,
)
from people.models import Organisation

IN_ORDER = ("item__section__version", "item__section__position", "item__position")
Role, Kind, State = Participation.Role, EvaluationTemplate.Kind, EvaluationSheet.State


def field_items(participation: Participation) -> list[dict[str, Any]]:
    """For the evaluator's phone: what he keeps an eye on in the field, while his sheet is open."""
    rows = SheetItem.objects.filter(sheet__evaluator=participation, sheet__state=State.DRAFT, in_field=True)
    return [
        {"pk": row.item.pk, "code": row.item.code, "text": row.item.text, "veto": row.item.veto}
        for row in rows.select_related("item").order_by(*IN_ORDER)
    ]


# ── Forms ────────────────────────────────────────────────────────────────────
def forms_of(drill: Drill) -> list[DrillForm]:
    """With their sections and items, as everything below wants them."""
    items = Prefetch("items", EvaluationItem.objects.order_by("position"))
    sections = Prefetch("version__sections", EvaluationSection.objects.order_by("position").prefetch_related(items))
    return list(drill.forms.select_related("version__template").prefetch_related(sections).order_by("pk"))


def newest_versions() -> list[TemplateVersion]:
    """Of each form the version to choose for a new drill."""
    counted = TemplateVersion.objects.select_related("template").annotate(
        items=Count("sections__items"), unread=Count("sections__items", filter=Q(sections__items__verified=False))
    )
    newest = {version.template_id: version for version in counted.order_by("number")}
    return sorted(newest.values(), key=by_kind)


def by_kind(version: TemplateVersion) -> tuple[int, str]:
    """What is prepared comes before what is done."""
    return Kind.values.index(version.template.kind), version.template.key


def usual_shares(drill: Drill, versions: Iterable[TemplateVersion]) -> dict[int, int]:
    """What is proposed where nothing is chosen yet: percent by version."""
    if drill.form == Drill.Form.TABLETOP:
        shares = {Kind.TABLETOP: 100}
    elif drill.organisation.kind == Organisation.Kind.SCHOOL:
        shares = {Kind.EVACUATION: 100}
    else:
        shares = {Kind.PREPARATION: 20, Kind.LIVE: 80}
    found: dict[str, TemplateVersion] = {}
    for version in versions:
        found.setdefault(version.template.kind, version)
    return {found[kind].pk: percent for kind, percent in shares.items() if kind in found}


# ── People ───────────────────────────────────────────────────────────────────
def evaluators_of(drill: Drill) -> QuerySet[Participation]:
    """And whoever has a sheet from the time when he was one."""
    people = drill.participations.filter(Q(role__in=Participation.EVALUATING, is_group=False) | Q(sheet__isnull=False))
    return people.select_related("user", "organisation", "sheet")


def barred(drill: Drill) -> set[int]:
    """The parts of evaluators who play in the team they would look at."""
    playing = drill.participations.filter(role__in=Participation.COUNTED, is_group=False)
    players = [person(part) for part in playing]
    return {part.pk for part in evaluators_of(drill) if rules.plays_in_his_team(person(part), players)}


def person(part: Participation) -> rules.Person:
    identity = (part.user_id,) if part.user_id else (part.name, part.organisation_id)
    return rules.Person(identity, part.team)


def sheet_for(user: Any, drill: Drill) -> EvaluationSheet | None:
    """His own. Who evaluates twice, as one of many and as the leader, has it as the leader."""
    mine = EvaluationSheet.objects.filter(drill=drill, evaluator__user=user.pk).select_related("evaluator__user")
    return min(mine, key=lambda sheet: (sheet.evaluator.role != Role.LEAD_EVALUATOR, sheet.pk), default=None)


def are_locked(drill: Drill) -> bool:
    """From here on everybody who evaluates sees what the others gave."""
    states = set(drill.sheets.values_list("state", flat=True))
    return states == {State.LOCKED}


# ── The overview ─────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Row:
    """An evaluator: how much he has and how much of it is done, never what."""

    part: Participation
    sheet: EvaluationSheet | None
    field: int
    later: int
    given: int
    barred: bool

    @property
    def all(self) -> int:
        return self.field + self.later


@dataclass(frozen=True)
class Overview:
    drill: Drill
    forms: Sequence[DrillForm]
    rows: Sequence[Row]
    uncovered: int  # items that nobody looks at
    result: ScoreResult | None

    @property
    def sheets(self) -> list[EvaluationSheet]:
        return [row.sheet for row in self.rows if row.sheet]

    @property
    def has_lead(self) -> bool:
        return any(row.part.role == Role.LEAD_EVALUATOR for row in self.rows)

    @property
    def locked(self) -> bool:
        return bool(self.sheets) and all(sheet.state == State.LOCKED for sheet in self.sheets)

    @property
    def handed_in(self) -> bool:
        return bool(self.sheets) and all(sheet.state != State.DRAFT for sheet in self.sheets)

    @cached_property
    def inputs(self) -> rules.Inputs:
        return inputs_of(self.drill, self.forms)

    @cached_property
    def open(self) -> list[int]:
        """Items to be talked over; known only once the sheets are locked."""
        return rules.open_items(self.inputs) if self.locked else []

    @property
    def step(self) -> str:
        """What is to be done next."""
        if not self.forms:
            return "forms"
        if not self.sheets or self.is_undivided:
            return "assign"
        if not self.handed_in:
            return "fill"
        if not self.locked:
            return "lock"
        if self.open:
            return "reconcile"
        return "released" if self.result and not self.is_stale else "release"

    @property
    def given(self) -> int:
        return sum(row.given for row in self.rows)

    @property
    def is_undivided(self) -> bool:
        """There are evaluators for the field, and none of them has anything to look at."""
        field = [row for row in self.rows if row.part.role == Role.EVALUATOR and not row.barred]
        return bool(field) and not self.given and not any(row.all for row in field) and not self.handed_in

    @property
    def is_stale(self) -> bool:
        """Something was decided after the release."""
        return bool(self.result) and self.result.inputs_hash != rules.digest(self.inputs.told())  # type: ignore[union-attr]


def overview(drill: Drill) -> Overview:
    forms = forms_of(drill)
    counted = (
        SheetItem.objects.filter(sheet__drill=drill)
        .values_list("sheet")
        .annotate(field=Count("pk", filter=Q(in_field=True)), later=Count("pk", filter=Q(in_field=False)))
    )
    places = {sheet: (field, later) for sheet, field, later in counted.order_by()}
    scores = ItemScore.objects.filter(sheet__drill=drill).order_by().values_list("sheet").annotate(Count("pk"))
    given, shut = dict(scores), barred(drill)
    covered = set(SheetItem.objects.filter(sheet__drill=drill).values_list("item", flat=True))
    rows = []
    for part in sorted(evaluators_of(drill), key=lambda part: (part.role != Role.LEAD_EVALUATOR, part.pk)):
        sheet = getattr(part, "sheet", None)
        field, later = places.get(sheet.pk, (0, 0)) if sheet else (0, 0)
        rows.append(Row(part, sheet, field, later, given.get(sheet.pk, 0) if sheet else 0, part.pk in shut))
    uncovered = sum(item.pk not in covered for item in items_of(forms))
    return Overview(drill, forms, rows, uncovered, drill.results.order_by("computed_at", "pk").last())


def items_of(forms: Iterable[DrillForm]) -> Iterable[EvaluationItem]:
    return (item for form in forms for section in form.version.sections.all() for item in section.items.all())


# ── Dividing ─────────────────────────────────────────────────────────────────
def proposal(drill: Drill) -> dict[Participation, list[EvaluationItem]]:
    """The items of the field divided evenly. What is prepared is read on paper: that is the lead evaluator's."""
    shut = barred(drill)
    evaluating = evaluators_of(drill).filter(role__in=Participation.EVALUATING).order_by("pk")
    free = [part for part in evaluating if part.pk not in shut]
    leads = {part.user_id for part in free if part.role == Role.LEAD_EVALUATOR and part.user_id}
    others = [part for part in free if part.role == Role.EVALUATOR and part.user_id not in leads]
    people = {part.pk: part for part in others or free}
    field = [form for form in forms_of(drill) if form.version.template.kind != Kind.PREPARATION]
    items = {item.pk: item for item in items_of(field)}
    pieces = [piece(section) for form in field for section in form.version.sections.all()]
    plan = rules.divide(pieces, list(people))
    return {people[pk]: [items[item] for item in items if item in set(chosen)] for pk, chosen in plan.items()}


def piece(section: EvaluationSection) -> rules.Piece:
    items = list(section.items.all())
    return rules.Piece(tuple(item.pk for item in items), section.weight, any(item.veto for item in items))


# ── What the score is made of ────────────────────────────────────────────────
def inputs_of(drill: Drill, forms: Sequence[DrillForm] | None = None) -> rules.Inputs:
    forms = forms_of(drill) if forms is None else forms
    items = {item.pk for item in items_of(forms)}
    scores = ItemScore.objects.filter(sheet__drill=drill).values_list("item", "sheet", "value")
    decided = dict(drill.reconciliations.order_by("at", "pk").values_list("item", "value"))
    return rules.Inputs(
        forms=tuple(form_input(form) for form in forms),
        given=tuple(rules.Given(*score) for score in scores if score[0] in items),
        reconciled=tuple(rules.Reconciled(item, value) for item, value in decided.items() if item in items),
    )


def form_input(form: DrillForm) -> rules.Form:
    sections = tuple(
        rules.Section(
            section.code,
            section.title,
            section.weight,
            tuple(rules.Item(item.pk, item.code, item.veto) for item in section.items.all()),
        )
        for section in form.version.sections.all()
    )
    template = form.version.template
    return rules.Form(template.key, form.version.number, template.title, form.percent, sections)


# ── Down to the evidence ─────────────────────────────────────────────────────
@dataclass(frozen=True)
class Point:
    """An item with everything that stands behind its value."""

    item: EvaluationItem
    standing: rules.Standing
    scores: Sequence[ItemScore]
    decision: Reconciliation | None
    open: bool


def points_of(drill: Drill, inputs: rules.Inputs) -> dict[int, Point]:
    """By item, in the order of the forms."""
    found = rules.standings(inputs)
    items = EvaluationItem.objects.select_related("section").in_bulk(list(found))
    decisions = {row.item_id: row for row in drill.reconciliations.select_related("by").order_by("at", "pk")}
    scores = scores_by_item(drill)
    return {
        pk: Point(items[pk], standing, scores.get(pk, []), decisions.get(pk), standing.is_open(inputs.spread))
        for pk, standing in found.items()
    }


def scores_by_item(drill: Drill) -> Mapping[int, list[ItemScore]]:
    rows = ItemScore.objects.filter(sheet__drill=drill).select_related("sheet__evaluator__user", "event")
    by_item: dict[int, list[ItemScore]] = {}
    for row in rows.prefetch_related("evidence__participation__user").order_by("sheet"):
        by_item.setdefault(row.item_id, []).append(row)
    return by_item


# ── Giving out by hand ───────────────────────────────────────────────────────
def holders(drill: Drill) -> dict[int, set[int]]:
    """By part, the items it looks at in the field."""
    held: dict[int, set[int]] = {}
    rows = (
        SheetItem.objects.filter(sheet__drill=drill, in_field=True).order_by().values_list("sheet__evaluator", "item")
    )
    for part, item in rows:
        held.setdefault(part, set()).add(item)
    return held


def names_of_others(drill: Drill, part: Participation) -> dict[int, str]:
    """By item, who else looks at it in the field."""
    people = {other.pk: other.label for other in evaluators_of(drill) if other.pk != part.pk}
    named: dict[int, list[str]] = {}
    for other, items in holders(drill).items():
        for item in items if other in people else ():
            named.setdefault(item, []).append(people[other])
    return {item: "、".join(names) for item, names in named.items()}


def scored_items(part: Participation) -> set[int]:
    return set(ItemScore.objects.filter(sheet__evaluator=part).values_list("item", flat=True))
