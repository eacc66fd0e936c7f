"""Plans and drills with real rows behind them. Times are given, never taken."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from drills.models import Drill, EmergencyPlan, MselItem, Participation, PlanClause, PlanVersion, TakingPart
from people.models import Organisation

NOW = datetime.fromisoformat("2026-11-24T09:00:00+08:00")
numbers = itertools.count(1)


def make_plan(organisation: Organisation, title: str = "山洪灾害防御预案", **fields: Any) -> EmergencyPlan:
    defaults = {"kind": EmergencyPlan.Kind.GRASSROOTS, "hazard": "mountain_torrent", "created_at": NOW}
    return EmergencyPlan.objects.create(organisation=organisation, title=title, **{**defaults, **fields})


def make_version(plan: EmergencyPlan, *, issued: bool = True, clauses: int = 2, **fields: Any) -> PlanVersion:
    number = plan.versions.count() + 1
    fixed = {"issued_at": NOW, "sha256": f"{number:064d}"} if issued else {}
    version = PlanVersion.objects.create(plan=plan, number=number, **{"issued_on": date(2026, 3, 1), **fixed, **fields})
    PlanClause.objects.bulk_create(
        PlanClause(version=version, position=place, number=f"{place}.1", title=f"第{place}章", text="条文")
        for place in range(1, clauses + 1)
    )
    return version


def make_drill(organisation: Organisation, *, starts_at: datetime = NOW, **fields: Any) -> Drill:
    """A draft of a live village drill of two hours."""
    defaults: dict[str, Any] = {
        "title": f"山洪避险转移演练{next(numbers)}",
        "hazard": "mountain_torrent",
        "level": Drill.Level.VILLAGE,
        "division": organisation.division,
        "place": "村委会广场",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "created_at": starts_at - timedelta(days=7),
    }
    return Drill.objects.create(organisation=organisation, **{**defaults, **fields})


def make_part(drill: Drill, role: str = Participation.Role.PLAYER, user: Any = None, **fields: Any) -> Participation:
    """A person with an account, or (without `user`) somebody known by name."""
    named = {} if user else {"name": f"村民{next(numbers)}"}
    return Participation.objects.create(drill=drill, role=role, user=user, **{**named, **fields})


def make_item(drill: Drill, minute: int | None = 0, **fields: Any) -> MselItem:
    position = drill.events.count() + 1
    defaults: dict[str, Any] = {
        "number": f"{position:02d}",
        "position": position,
        "title": f"上游雨量站第{position}次报告",
        "text": "一小时雨量达到准备转移指标。",
        "offset_seconds": None if minute is None else minute * 60,
    }
    return MselItem.objects.create(drill=drill, **{**defaults, **fields})


def join(drill: Drill, organisation: Organisation) -> TakingPart:
    return TakingPart.objects.create(drill=drill, organisation=organisation)
