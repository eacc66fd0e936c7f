"""The facts of a report: plain values told from the drill, its log, who was there, the released score and what was
found. Neither keys of rows nor moments of arrival are among them, so that a log which phones sent in another order,
late or twice gives the same facts. Times are ISO on the county's clock, durations whole milliseconds of the drill's."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from drills.models import Attendance, Drill, Finding, MselItem, Participation, ScoreResult
from drills.queries.actions import findings_of
from drills.queries.run_log import entries_of, planned_of
from drills.run_rules import Course, Entry, Kind, Standing, counted, standing
from ui.clock import local

FORMAT = 1
#: What is told in the course of the drill.
TURNS = (
    *(Kind.STARTEX, Kind.PAUSE, Kind.RESUME, Kind.STOP, Kind.ENDEX, Kind.ABORT),
    *(Kind.RELEASED, Kind.DELAYED, Kind.SKIPPED, Kind.AMENDED, Kind.RESPONSE, Kind.REPORT),
)
Facts = dict[str, Any]


def collect(drill: Drill, *, at: datetime) -> Facts:
    """As known at this moment."""
    log = [entry for entry in counted(entries_of(drill)) if entry.happened_at <= at]
    parts = {part.pk: part for part in drill.participations.select_related("user", "organisation")}
    run = Run(drill, log, parts, at)
    return {
        "format": FORMAT,
        "known_at": moment(at),
        "drill": head(drill),
        "plan": plan(drill),
        "objectives": objectives(drill),
        "people": people(drill, parts.values()),
        "readiness": readiness(drill),
        "run": run.course_told(),
        "events": run.events(),
        "turns": run.turns(),
        "observations": run.observations(),
        "evaluation": evaluation(drill),
        "score": score(drill),
        "findings": [finding(one, run) for one in findings_of(drill)],
    }


# ── Values ───────────────────────────────────────────────────────────────────
def moment(value: datetime | None) -> str | None:
    return local(value).isoformat(timespec="milliseconds") if value else None


def milliseconds(value: timedelta | None) -> int | None:
    return None if value is None else round(value / timedelta(milliseconds=1))


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


# ── What was planned ─────────────────────────────────────────────────────────
def head(drill: Drill) -> Facts:
    plain = ("number", "title", "entry", "hazard", "form", "scope", "purpose", "level", "notice", "place", "background")
    return {
        **{name: getattr(drill, name) for name in plain},
        "uid": str(drill.uid),
        "state": drill.state,
        "organisation": drill.organisation.name,
        "division": drill.division.name,
        "units": sorted(drill.taking_part.values_list("organisation__name", flat=True)),
        "planned_begin": moment(drill.starts_at),
        "planned_end": moment(drill.ends_at),
        "began": moment(drill.startex_at),
        "ended": moment(drill.endex_at),
        "held_on": day(drill.held_on),
        "safety_plan": drill.safety_plan,
        "stop_word": drill.stop_word,
        "air_ground": drill.air_ground,
        "told": {name: getattr(drill, name) for name in ("went_well", "problems", "follow_up")},
    }


def plan(drill: Drill) -> Facts | None:
    version = drill.plan_version
    if version is None:
        return None
    return {
        "title": version.plan.title,
        "version": version.number,
        "issued_on": day(version.issued_on),
        "sha256": version.sha256,
    }


def objectives(drill: Drill) -> list[Facts]:
    names = ("position", "who", "condition", "task", "standard", "effect")
    return [{name: getattr(one, name) for name in names} for one in drill.objectives.order_by("position", "pk")]


def readiness(drill: Drill) -> list[Facts]:
    return [
        {"text": check.text, "mandatory": check.mandatory, "passed": check.passed_at is not None, "note": check.note}
        for check in drill.checks.order_by("position", "pk")
    ]


# ── Who was there ────────────────────────────────────────────────────────────
def people(drill: Drill, parts: Iterable[Participation]) -> Facts:
    """实名 N 人，另点数 M 人次: the two are never added up, and whoever does not play is told apart."""
    rows = list(drill.attendances.filter(withdrawn_at__isnull=True).select_related("organisation", "participation"))
    playing = [row for row in rows if row.role in Participation.COUNTED]
    units = defaultdict[str, list[Attendance]](list)
    for row in playing:
        units[row.organisation.name if row.organisation else ""].append(row)
    roles = Participation.Role.values
    by_role = {role: [row for row in rows if row.role == role] for role in roles}
    assigned = {role: sum(part.expected for part in parts if part.role == role) for role in roles}
    return {
        "playing": heads(playing),
        "by_role": [
            {"role": role, "expected": assigned[role], **heads(by_role[role])}
            for role in roles
            if by_role[role] or assigned[role]
        ],
        "by_unit": [{"unit": unit, **heads(units[unit])} for unit in sorted(units)],
        "staff": staff(parts),
    }


def heads(rows: Iterable[Attendance]) -> Facts:
    rows = list(rows)
    counted_heads = [row for row in rows if not row.named]
    return {
        "named": sum(row.named for row in rows),
        "heads": sum(row.count for row in counted_heads),
        "estimated": any(row.basis == Drill.Basis.ESTIMATED for row in counted_heads),
    }


def staff(parts: Iterable[Participation]) -> list[Facts]:
    """Who directed, controlled, evaluated and watched over safety, by name."""
    order = {role: place for place, role in enumerate(Participation.Role.values)}
    named = [part for part in parts if part.role not in (*Participation.PLAYING, Participation.Role.SUPPORT)]
    told = [{"role": part.role, "name": part.label, "team": part.team, "unit": unit_of(part)} for part in named]
    return sorted(told, key=lambda one: (order[one["role"]], one["team"], one["name"]))


def unit_of(part: Participation) -> str:
    return part.organisation.name if part.organisation else ""


# ── What happened ────────────────────────────────────────────────────────────
class Run:
    """The log, asked for one thing after the other."""

    def __init__(self, drill: Drill, log: list[Entry], parts: dict[int, Participation], at: datetime) -> None:
        self.drill, self.log, self.parts = drill, log, parts
        self.course = Course(log)
        self.at = at
        events = drill.events.select_related("objective").prefetch_related("receivers")
        self.items = list(events.order_by("position", "pk"))
        self.number = {item.pk: item.number for item in self.items}

    def course_told(self) -> Facts:
        clock = self.course.clock(self.at)
        return {
            "state": clock.state,
            "began": moment(clock.started_at),
            "ended": moment(clock.ended_at),
            "elapsed_ms": milliseconds(clock.elapsed),
            "stood_ms": milliseconds(clock.ended_at - clock.started_at - clock.elapsed)
            if clock.started_at and clock.ended_at
            else None,
        }

    def events(self) -> list[Facts]:
        found = standing(self.log, planned_of(self.items).values(), self.at, begins=self.drill.starts_at)
        return [self.event(item, found[item.pk]) for item in self.items]

    def event(self, item: MselItem, stands: Standing) -> Facts:
        told = stands.amended
        return {
            "number": item.number,
            "kind": item.kind,
            "phase": item.phase,
            "title": item.title,
            "text": str(told.get("text", item.text)),
            "amended": bool(told),
            "from": item.sender,
            "to": item.receiver,
            "expected": item.expected,
            "responsible": item.responsible,
            "objective": item.objective.position if item.objective else None,
            "within_ms": None if item.within_seconds is None else item.within_seconds * 1000,
            "planned_ms": None if item.offset_seconds is None else item.offset_seconds * 1000,
            "state": stands.state,
            "delay_ms": milliseconds(stands.delay),
            "released": moment(stands.released_at),
            "released_ms": self.after(stands.released_at),
            "acknowledged": len(stands.acks),
            "answered": len(stands.responses),
            "ack_ms": milliseconds(stands.latency.ack),
            "answer_ms": milliseconds(stands.latency.response),
            "done_ms": milliseconds(stands.latency.done),
            "late": stands.late,
            "verdicts": sorted(
                ({"who": self.who(part), "verdict": given.verdict} for part, given in stands.verdicts.items()),
                key=lambda one: (one["who"], one["verdict"]),
            ),
        }

    def after(self, when: datetime | None) -> int | None:
        """What the drill's clock showed."""
        return None if when is None or self.course.started_at is None else milliseconds(self.course.elapsed(when))

    def who(self, part: int | None) -> str:
        return self.parts[part].label if part in self.parts else ""

    def turns(self) -> list[Facts]:
        return [self.turn(entry) for entry in self.log if entry.kind in TURNS]

    def turn(self, entry: Entry) -> Facts:
        said, seconds = entry.payload, entry.payload.get("seconds")
        return {
            **self.placed(entry),
            "kind": entry.kind,
            "event": self.number.get(entry.item or 0, ""),
            "chain": str(said.get("chain", "")),
            "text": str(said.get("text") or said.get("reason") or ""),
            "delay_ms": seconds * 1000 if isinstance(seconds, int) else None,
        }

    def placed(self, entry: Entry) -> Facts:
        return {
            "uid": entry.uid,
            "at": moment(entry.happened_at),
            "after_ms": self.after(entry.happened_at),
            "who": self.who(entry.part),
        }

    def observations(self) -> list[Facts]:
        return [
            {**self.placed(entry), "text": entry.payload.get("text", ""), "photo": bool(entry.payload.get("photo"))}
            for entry in self.log
            if entry.kind == Kind.OBSERVATION
        ]


# ── What it was worth ────────────────────────────────────────────────────────
def evaluation(drill: Drill) -> Facts:
    sheets = list(drill.sheets.values_list("state", flat=True))
    forms = drill.forms.select_related("version__template").order_by("pk")
    return {
        "forms": [
            {
                "title": form.version.template.title,
                "version": form.version.number,
                "source": form.version.source,
                "weights": form.version.weights_note,
                "percent": form.percent,
            }
            for form in forms
        ],
        "sheets": len(sheets),
        "locked": sum(state == "locked" for state in sheets),
        "reconciled": drill.reconciliations.values("item").distinct().count(),
    }


def score(drill: Drill) -> Facts | None:
    """The result as it was released last; None before."""
    result: ScoreResult | None = drill.results.order_by("computed_at", "pk").last()
    if result is None:
        return None
    return {
        "total": None if result.total is None else str(result.total),
        "grade": result.grade,
        "formula": result.formula,
        "inputs_hash": result.inputs_hash,
        "sections": result.sections,
        "vetoes": result.vetoes,
    }


def finding(one: Finding, run: Run) -> Facts:
    seen = sorted(one.evidence.all(), key=lambda event: (event.happened_at, str(event.uid)))
    return {
        "kind": one.kind,
        "severity": one.severity,
        "element": one.element,
        "text": one.text,
        "cause": one.root_cause,
        "clause": str(one.clause) if one.clause else "",
        "item": str(one.item) if one.item else "",
        "evidence": [{"at": moment(event.happened_at), "text": event.payload.get("text", "")} for event in seen],
        "revision": getattr(one, "proposal", None) is not None,
        "actions": [
            {
                "text": action.text,
                "owner": action.owner.full_name,
                "unit": action.organisation.name,
                "due_on": day(action.due_on),
                "criterion": action.criterion,
                "mandatory": action.mandatory,
                "state": action.state,
            }
            for action in one.actions.all()
        ],
    }
