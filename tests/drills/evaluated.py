"""A drill that is evaluated: forms of a size to be counted by hand, evaluators, values. Times are given."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from drills.models import (
    Drill,
    DrillForm,
    EvaluationItem,
    EvaluationSection,
    EvaluationSheet,
    EvaluationTemplate,
    Participation,
    RunEvent,
    SheetItem,
    TemplateVersion,
)
from drills.services.run import record
from people.models import Organisation
from tests.drills.factories import NOW, make_drill, make_part

Role = Participation.Role
numbers = itertools.count(1)
LATER = NOW + timedelta(hours=3)


def make_form(*sections: tuple[int, int], kind: str = "live", vetoes: tuple[str, ...] = ()) -> TemplateVersion:
    """Sections as (weight, number of items); `vetoes` are codes such as "2.1"."""
    template = EvaluationTemplate.objects.create(key=f"form-{next(numbers)}", kind=kind, title=f"评估表{next(numbers)}")
    version = TemplateVersion.objects.create(template=template, number=1, source="自拟", issued_at=NOW)
    for place, (weight, count) in enumerate(sections, start=1):
        section = EvaluationSection.objects.create(
            version=version, position=place, code=str(place), title=f"第{place}部分", weight=weight
        )
        EvaluationItem.objects.bulk_create(
            EvaluationItem(
                section=section, position=number, code=f"{place}.{number}", text=f"第{place}部分第{number}条做到。",
                veto=f"{place}.{number}" in vetoes,
            )
            for number in range(1, count + 1)
        )  # fmt: skip
    return version


def use(drill: Drill, version: TemplateVersion, percent: int = 100) -> DrillForm:
    return DrillForm.objects.create(drill=drill, version=version, percent=percent)


def items_of(version: TemplateVersion) -> dict[str, EvaluationItem]:
    return {item.code: item for item in EvaluationItem.objects.filter(section__version=version)}


def give(part: Participation, *items: EvaluationItem, in_field: bool = True) -> EvaluationSheet:
    """A sheet with these items, written past the services."""
    sheet, _made = EvaluationSheet.objects.get_or_create(evaluator=part, defaults={"drill": part.drill})
    SheetItem.objects.bulk_create(SheetItem(sheet=sheet, item=item, in_field=in_field) for item in items)
    return sheet


def payload(item: EvaluationItem, value: str, reason: str = "", evidence: Any = ()) -> dict[str, Any]:
    return {"item": item.pk, "value": value, "reason": reason, "evidence": [str(uid) for uid in evidence]}


def say(part: Participation, item: EvaluationItem, value: str, reason: str = "", **more: Any) -> RunEvent:
    """A value as it comes into the log, by the same door as everybody's."""
    told = payload(item, value, reason or ("看得清楚" if value in "01" else ""), more.pop("evidence", ()))
    return record(part.drill, "score", by=None, now=more.pop("now", LATER), participation=part, payload=told, **more)


def observe(part: Participation, text: str, *, now: datetime = NOW, **told: Any) -> RunEvent:
    return record(part.drill, "observation", by=None, now=now, participation=part, payload={"text": text, **told})


def event(part: Participation, kind: str, told: dict[str, Any], at: datetime, uid: UUID | None = None) -> RunEvent:
    """A row of the log that nothing was told from yet."""
    return RunEvent.objects.create(
        drill=part.drill, kind=kind, participation=part, payload=told, uid=uid or uuid4(), happened_at=at,
        recorded_at=at + timedelta(minutes=5),
    )  # fmt: skip


@dataclass
class Scene:
    drill: Drill
    version: TemplateVersion
    items: dict[str, EvaluationItem]
    lead: Participation
    first: Participation
    second: Participation
    sheets: dict[str, EvaluationSheet]


def evaluated(organisation: Organisation, lead: Any, first: Any, second: Any, **fields: Any) -> Scene:
    """A drill that has ended, evaluated by two in the field (1.1, 1.2 both of them; 2.1 the second) and by their leader
    afterwards (2.2)."""
    drill = make_drill(
        organisation, **{"state": "ended", "startex_at": NOW, "endex_at": NOW + timedelta(hours=2), **fields}
    )
    version = make_form((10, 2), (30, 2), vetoes=("2.1",))
    use(drill, version)
    items = items_of(version)
    parts = [
        make_part(drill, Role.LEAD_EVALUATOR, lead, team="评估组"),
        make_part(drill, Role.EVALUATOR, first, team="抢险队", site="一号点"),
        make_part(drill, Role.EVALUATOR, second, team="医疗队", site="二号点"),
    ]
    sheets = {
        "first": give(parts[1], items["1.1"], items["1.2"]),
        "second": give(parts[2], items["1.1"], items["1.2"], items["2.1"]),
        "lead": give(parts[0], items["2.2"], in_field=False),
    }
    return Scene(drill, version, items, *parts, sheets)
