"""The design of a drill while it is a draft: what it is, what it is for, who takes part; and a copy of one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from drills.models import Drill, DrillForm, MselItem, Objective, Participation, TakingPart
from people.models import Organisation
from records.services import log


class NotADraft(Exception):
    """Submitted or approved meanwhile: what somebody decides on, or has decided on, is not changed under his eyes."""


def hold_draft(drill: Drill) -> None:
    """Keep the drill a draft until the caller's transaction ends. Raises NotADraft."""
    if not Drill.objects.select_for_update().filter(pk=drill.pk, state=Drill.State.DRAFT).exists():
        raise NotADraft


@transaction.atomic
def save_design(drill: Drill, *, by: Any, now: datetime) -> Drill:
    """Create a draft or change it: the instance carries its fields."""
    new = drill.pk is None
    if new:
        drill.created_by, drill.created_at = by, now
    else:
        hold_draft(drill)
    drill.save()
    log("drills.drill_created" if new else "drills.design_edited", by=by, obj=drill, now=now)
    return drill


@transaction.atomic
def set_objectives(drill: Drill, objectives: Sequence[Objective], *, by: Any, now: datetime) -> None:
    """These, in this order; those left out are gone, and their events serve no objective any more."""
    hold_draft(drill)
    drill.objectives.exclude(pk__in=[one.pk for one in objectives if one.pk]).delete()
    for position, objective in enumerate(objectives, start=1):
        objective.drill, objective.position = drill, position
        objective.save()
    log("drills.objectives_set", by=by, obj=drill, payload={"objectives": len(objectives)}, now=now)


@transaction.atomic
def add_units(drill: Drill, organisations: Iterable[Organisation], *, by: Any, now: datetime) -> int:
    """How many are new; who organises it takes part anyway."""
    hold_draft(drill)
    there = {drill.organisation_id, *drill.taking_part.values_list("organisation", flat=True)}
    new = [one for one in dict.fromkeys(organisations) if one.pk not in there]
    TakingPart.objects.bulk_create(TakingPart(drill=drill, organisation=one) for one in new)
    if new:
        log("drills.units_added", by=by, obj=drill, payload={"organisations": [one.pk for one in new]}, now=now)
    return len(new)


@transaction.atomic
def remove_unit(unit: TakingPart, *, by: Any, now: datetime) -> None:
    """Its people keep the parts they have: each is taken away by itself."""
    drill = unit.drill
    hold_draft(drill)
    payload = {"organisation": unit.organisation_id}
    unit.delete()
    log("drills.unit_removed", by=by, obj=drill, payload=payload, now=now)


# ── A copy ───────────────────────────────────────────────────────────────────
#: What happened to the one is not true of the other.
OWN = frozenset({"id", "uid", "number", "state", "entry", "title", "starts_at", "ends_at", "cloned_from"})
HAPPENED = frozenset({"startex_at", "endex_at", "held_on", "counted_at", "withdrawn_at", "withdrawn_reason"})
TOLD = frozenset({"went_well", "problems", "follow_up", "created_by", "created_at"})


@transaction.atomic
def clone_drill(drill: Drill, *, title: str, starts_at: datetime, by: Any, now: datetime) -> Drill:
    """A draft with the same design for another day: objectives, parts (with cards of their own), events, evaluation
    forms. The log, the readiness list and the decisions stay with the one they belong to."""
    copied = {
        field.attname: getattr(drill, field.attname)
        for field in Drill._meta.concrete_fields
        if field.name not in OWN | HAPPENED | TOLD
    }
    ends_at = starts_at + (drill.ends_at - drill.starts_at)
    clone = Drill(**copied, title=title, starts_at=starts_at, ends_at=ends_at, cloned_from=drill)
    clone.created_by, clone.created_at = by, now
    clone.save()
    copy_rows(TakingPart, drill.taking_part.all(), clone)
    copy_rows(DrillForm, drill.forms.all(), clone)
    objectives = copy_rows(Objective, drill.objectives.all(), clone)
    parts = copy_rows(Participation, drill.participations.all(), clone, epoch=1)
    copy_events(drill, clone, objectives, parts)
    log("drills.drill_cloned", by=by, obj=clone, payload={"of": drill.pk}, now=now)
    return clone


def copy_rows(model: Any, rows: Iterable[Any], clone: Drill, **changed: Any) -> dict[int, Any]:
    """The copies by the key of the row each was made from."""
    names = [field.attname for field in model._meta.concrete_fields if field.name not in {"id", "drill", *changed}]
    copies = {row.pk: model(drill=clone, **{name: getattr(row, name) for name in names}, **changed) for row in rows}
    for copy in copies.values():
        copy.save()
    return copies


def copy_events(drill: Drill, clone: Drill, objectives: dict[int, Objective], parts: dict[int, Participation]) -> None:
    for event in drill.events.select_related("objective").prefetch_related("receivers"):
        objective = objectives.get(event.objective_id) if event.objective_id else None
        (copy,) = copy_rows(MselItem, [event], clone, objective=objective).values()
        copy.receivers.set(parts[part.pk] for part in event.receivers.all())
