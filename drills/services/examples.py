"""A draft made from one of the drills written for the product."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from drills.examples import Example
from drills.models import Drill, DrillForm, MselItem, Objective, Participation, TemplateVersion
from drills.services.msel import refresh_receivers
from people.models import Organisation
from records.services import log

FIELDS = (
    "title",
    "hazard",
    "level",
    "form",
    "scope",
    "purpose",
    "notice",
    "place",
    "background",
    "safety_plan",
    "stop_word",
)


@transaction.atomic
def draft_from_example(
    example: Example, organisation: Organisation, *, starts_at: datetime, by: Any, now: datetime
) -> Drill:
    """Everything but people, plan and date, which only the organiser knows; the parts bear posts instead of names."""
    drill = Drill.objects.create(
        organisation=organisation,
        division=organisation.division,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=example.front["minutes"]),
        created_by=by,
        created_at=now,
        **{name: example.front[name] for name in FIELDS},
    )
    objectives = [
        Objective.objects.create(drill=drill, position=place, **fields)
        for place, fields in enumerate(example.objectives, 1)
    ]
    Participation.objects.bulk_create(
        Participation(drill=drill, organisation=organisation, **fields) for fields in example.parts
    )
    MselItem.objects.bulk_create(
        event_of(drill, place, fields, objectives) for place, fields in enumerate(example.events, 1)
    )
    refresh_receivers(drill)
    add_forms(drill, example)
    log("drills.drill_created", by=by, obj=drill, payload={"example": example.key}, now=now)
    return drill


def event_of(drill: Drill, place: int, fields: dict[str, Any], objectives: list[Objective]) -> MselItem:
    told = dict(fields)
    minute, within, objective = (told.pop(name, None) for name in ("minute", "within_minutes", "objective"))
    return MselItem(
        drill=drill,
        position=place,
        offset_seconds=None if minute is None else minute * 60,
        within_seconds=within * 60 if within else None,
        objective=objectives[objective - 1] if objective else None,
        **told,
    )


def add_forms(drill: Drill, example: Example) -> None:
    for form in example.forms:
        version = TemplateVersion.objects.filter(template__key=form["template"]).order_by("-number").first()
        if version:
            DrillForm.objects.create(drill=drill, version=version, percent=form["percent"])
