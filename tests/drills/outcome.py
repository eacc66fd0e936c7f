"""A drill that has been run, with what its outcome is told from: events of the log, attendance, a score."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from drills.models import (
    Attendance,
    CorrectiveAction,
    Drill,
    DrillForm,
    EvaluationItem,
    EvaluationSection,
    EvaluationTemplate,
    Finding,
    Participation,
    RunEvent,
    ScoreResult,
    TemplateVersion,
)
from drills.services import actions
from tests.drills.factories import NOW, make_drill, make_item, make_part

LATER = NOW + timedelta(hours=3)
DUE = date(2026, 12, 20)
numbers = itertools.count(1)


def make_run(organisation: Any, state: str = Drill.State.EVALUATING, *, minutes: int = 60, **fields: Any) -> Drill:
    """Begun at NOW, ended an hour later, evaluated now."""
    ended = NOW + timedelta(minutes=minutes)
    defaults = {"state": state, "startex_at": NOW, "endex_at": ended, "held_on": NOW.date(), "counted_at": ended}
    drill = make_drill(organisation, **{**defaults, "number": f"YLT-{next(numbers):04d}", **fields})
    happen(drill, "startex", 0)
    happen(drill, "endex", minutes)
    return drill


def happen(drill: Drill, kind: str, minute: float, part: Participation | None = None, **fields: Any) -> RunEvent:
    moment = NOW + timedelta(minutes=minute)
    return RunEvent.objects.create(
        drill=drill, kind=kind, participation=part, happened_at=moment, recorded_at=moment, **fields
    )


def observe(drill: Drill, text: str, minute: float = 10, part: Participation | None = None, **more: Any) -> RunEvent:
    return happen(drill, "observation", minute, part, payload={"text": text, "photo": False, **more})


def attend(drill: Drill, role: str = Participation.Role.PLAYER, heads: int = 0, **fields: Any) -> Attendance:
    """One person by name, or so many heads."""
    told = {"named": not heads, "count": heads or 1, "how": "headcount" if heads else "qr"}
    times = {"happened_at": NOW, "recorded_at": NOW}
    return Attendance.objects.create(drill=drill, role=role, **{**told, **times, **fields})


def make_form(drill: Drill, items: int = 3) -> TemplateVersion:
    template = EvaluationTemplate.objects.create(key=f"form-{next(numbers)}", kind="live", title="实战演练评估表")
    version = TemplateVersion.objects.create(template=template, number=1, source="YJ/T 9009-2015", issued_at=NOW)
    section = EvaluationSection.objects.create(version=version, position=1, code="1", title="预警与信息报告")
    EvaluationItem.objects.bulk_create(
        EvaluationItem(section=section, position=place, code=f"1.{place}", text=f"第{place}项")
        for place in range(1, items + 1)
    )
    DrillForm.objects.create(drill=drill, version=version, percent=100)
    return version


def release_score(drill: Drill, total: str = "82.50", grade: str = "良", by: Any = None) -> ScoreResult:
    sections = [{"code": "1", "title": "预警与信息报告", "weight": 10, "points": "82.50"}]
    return ScoreResult.objects.create(
        drill=drill, formula="drill-score-1", inputs={}, inputs_hash="0" * 64, sections=sections, total=total,
        grade=grade, computed_at=LATER, computed_by=by,
    )  # fmt: skip


def make_finding(drill: Drill, text: str = "初报超时四分钟", **fields: Any) -> Finding:
    defaults = {"kind": "gap", "severity": "major", "element": "communication", "created_at": LATER}
    return Finding.objects.create(drill=drill, text=text, **{**defaults, **fields})


def make_action(finding: Finding, owner: Any, by: Any = None, **fields: Any) -> CorrectiveAction:
    defaults = {
        "text": "修订信息报告流程并培训值班人员",
        "organisation": finding.drill.organisation,
        "due_on": DUE,
        "criterion": "抽问五人全部答对",
    }
    action = CorrectiveAction(finding=finding, owner=owner, **{**defaults, **fields})
    return actions.propose_action(action, by=by or owner, now=LATER)


def play(drill: Drill) -> Drill:
    """Four events of the table: answered in time, answered late across a pause, skipped, never released."""
    safety, player = make_part(drill, Participation.Role.SAFETY), make_part(drill, name="储运班")
    first, second, third, _fourth = (make_item(drill, minute, within_seconds=300) for minute in (0, 10, 20, 55))
    happen(drill, "inject_released", 1, item=first)
    happen(drill, "ack", 1.5, player, item=first)
    happen(drill, "response", 3, player, item=first, payload={"text": "已关阀"})
    happen(drill, "inject_released", 10, item=second)
    happen(drill, "pause", 12, payload={"reason": "真实车辆驶入"})
    happen(drill, "resume", 20)
    happen(drill, "response", 24, player, item=second, payload={"text": "人到齐"})
    happen(drill, "inject_skipped", 30, item=third, payload={"reason": "不再需要"})
    observe(drill, "看到了", 22, safety)
    return drill


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)
