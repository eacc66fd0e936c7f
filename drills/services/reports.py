"""A report from its first draft until it is final. What is final stays: a change is the next version."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from drills import tasks
from drills.exporters.report_pdf import report_pdf
from drills.models import CorrectiveAction, Drill, DrillReport
from drills.permissions import can_approve_report
from drills.queries.report_data import collect
from drills.report_paper import paper
from drills.report_texts import SECTIONS, completed
from drills.services.actions import begin_improvement
from drills.services.report_files import LANGUAGE
from drills.services.states import move
from records.services import enqueue, log

State, Kind = DrillReport.State, DrillReport.Kind
WRITTEN_IN = (
    Drill.State.ENDED,
    Drill.State.ABORTED,
    Drill.State.EVALUATING,
    Drill.State.REPORTED,
    Drill.State.IMPROVING,
)
FINISHED_IN = (Drill.State.EVALUATING, Drill.State.REPORTED, Drill.State.IMPROVING)


class NotADraft(Exception):
    """Finished or discarded meanwhile."""


class ChangedMeanwhile(Exception):
    """Somebody else saved, or a fact changed, after the page was made: look again."""


class ReportNotReady(Exception):
    """It cannot be made final as it stands; `problems` say why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def can_be_written(drill: Drill) -> bool:
    """A simple record prints its own sheet."""
    return drill.state in WRITTEN_IN and drill.withdrawn_at is None and not drill.is_simple


@transaction.atomic
def begin_report(drill: Drill, kind: str, *, by: Any, now: datetime) -> DrillReport:
    """The first draft, or the next version with the words of the last; the draft there is where there is one."""
    drill = Drill.objects.select_for_update().get(pk=drill.pk)
    last = drill.reports.filter(kind=kind).order_by("-version").first()
    if last is not None and last.state == State.DRAFT:
        return last
    if not can_be_written(drill):
        raise NotADraft
    told = {"texts": last.texts, "version": last.version + 1} if last else {"version": 1}
    report = DrillReport.objects.create(drill=drill, kind=kind, created_by=by, written_by=by, created_at=now, **told)
    log("drills.report_begun", by=by, obj=report, now=now)
    return report


@transaction.atomic
def save_report(report: DrillReport, texts: Mapping[str, str], *, base: str, by: Any, now: datetime) -> DrillReport:
    """`base` is the fingerprint of the words the page was made with: nobody writes over what he has not read."""
    there = DrillReport.objects.select_for_update().filter(pk=report.pk, state=State.DRAFT).first()
    if there is None:
        raise NotADraft
    if fingerprint(there.texts) != base:
        raise ChangedMeanwhile
    wanted = {section.key: texts[section.key] for section in SECTIONS[there.kind] if section.key in texts}
    there.texts, there.written_by = wanted, by
    there.save(update_fields=["texts", "written_by"])
    log("drills.report_written", by=by, obj=there, now=now)
    return there


@transaction.atomic
def discard_report(report: DrillReport, *, by: Any, now: datetime) -> None:
    """A draft begun by mistake; the final version before it stands again. Raises ReportNotReady where findings were
    changed under this draft: the version before would no longer say what stands there."""
    there = DrillReport.objects.select_for_update().filter(pk=report.pk, state=State.DRAFT).first()
    if there is None:
        raise NotADraft
    before = there.drill.reports.filter(kind=there.kind, state=State.FROZEN).order_by("-version").first()
    if before is not None and shown(before.data) != shown(collect(there.drill, at=now)):
        raise ReportNotReady([_("Findings were changed for this version: make it final, or change them back.")])
    log("drills.report_discarded", by=by, obj=there, payload={"texts": there.texts}, now=now)
    there.delete()


def shown(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was found, without what has become of it since."""
    later = ("actions", "revision")
    return [{name: value for name, value in one.items() if name not in later} for one in data["findings"]]


# ── Final ────────────────────────────────────────────────────────────────────
def content(report: DrillReport, *, now: datetime) -> dict[str, Any]:
    """What the report says now: facts, and the words of a person or, where he wrote none, what is proposed."""
    with override(LANGUAGE):
        facts = collect(report.drill, at=now)
        texts = completed(report.kind, facts, report.texts)
    return {**facts, "kind": report.kind, "version": report.version, "texts": texts}


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def fingerprint(value: Any) -> str:
    return sha256(canonical(value)).hexdigest()


def seen(data: Mapping[str, Any]) -> str:
    """Of what somebody looks at before he approves it; the moment of looking is not part of it."""
    return fingerprint({name: value for name, value in data.items() if name != "known_at"})


def what_is_missing(report: DrillReport) -> list[str]:
    """Empty where it can be made final."""
    drill = report.drill
    if drill.state not in FINISHED_IN:
        return [_("The evaluation has not begun yet.")]
    if drill.forms.exists() and not drill.results.exists():
        return [_("The score has not been released yet.")]
    return []


@transaction.atomic
def freeze_report(report: DrillReport, *, seen_hash: str = "", by: Any, now: datetime) -> DrillReport:
    """Approve it: facts and words are frozen with their hash, and the drill counts as reported. Where `seen_hash` is
    given, what is frozen is what was seen. Raises ReportNotReady, ChangedMeanwhile or NotADraft."""
    drill = Drill.objects.select_for_update().get(pk=report.drill_id)
    there = DrillReport.objects.select_for_update().filter(pk=report.pk, state=State.DRAFT).first()
    if there is None:
        raise NotADraft
    there.drill = drill
    if not can_approve_report(by, there):
        raise ReportNotReady([_("Somebody else than its writer approves the report.")])
    if problems := what_is_missing(there):
        raise ReportNotReady(problems)
    data = content(there, now=now)
    if seen_hash and seen(data) != seen_hash:
        raise ChangedMeanwhile
    there.data, there.texts, there.data_hash = data, data["texts"], fingerprint(data)
    there.state, there.frozen_at, there.frozen_by = State.FROZEN, now, by
    there.save()
    log("drills.report_finished", by=by, obj=there, payload={"sha256": there.data_hash}, now=now)
    enqueue(tasks.render_report, there.pk, key=render_key(there), by=by)
    tell_reported(drill, by=by, now=now)
    return there


def render_key(report: DrillReport) -> str:
    """Of the job that makes its files, once."""
    return f"drills.render_report:{report.pk}"


def tell_reported(drill: Drill, *, by: Any, now: datetime) -> None:
    """The first final report makes the drill reported; actions there were before set its improvement going."""
    if drill.state != Drill.State.EVALUATING:
        return
    move(drill, Drill.State.REPORTED, by=by, now=now, action="drills.drill_reported")
    if CorrectiveAction.objects.filter(finding__drill=drill).unsettled().exists():
        begin_improvement(drill, by=by, now=now)


# ── A look at it ─────────────────────────────────────────────────────────────
def preview_pdf(report: DrillReport, *, now: datetime) -> bytes:
    """The draft as it would be printed, marked as a draft."""
    with override(LANGUAGE):
        return report_pdf(paper(content(report, now=now), draft=True))
