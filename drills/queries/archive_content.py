"""Everything of a drill as files: what goes into its package. Nothing here depends on the moment of packing."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from drills.exporters.msel import MAIN, msel_workbook
from drills.models import Drill, DrillFile, RunEvent
from drills.packing import EPOCH, Entry, info, safe_name
from drills.queries.msel import table_of
from records.models import PrivateFile
from records.spreadsheets.writing import LIVE
from ui.clock import local

WRITTEN = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")  # when a workbook was written
IN_THE_SCHEME = (DrillFile.Kind.SCHEME, DrillFile.Kind.SCRIPT)
#: Of an event, as it is kept.
LOGGED = (
    *("kind", "payload", "happened_at", "recorded_at", "device", "device_seq", "device_time", "skew_ms"),
    *("prev_hash", "hash"),
)


def entries_of(drill: Drill) -> Iterator[Entry]:
    """In the language that is active: folder names are read by people."""
    yield text(_("Read me first.txt"), read_me(drill))
    for part in (plan, design, run, evaluation, reports, improvement, papers, decisions):
        yield from part(drill)


def about(drill: Drill) -> dict[str, Any]:
    """The head of the manifest."""
    return {
        "drill": {
            "uid": str(drill.uid),
            "number": drill.number,
            "title": drill.marked_title,
            "organisation": drill.organisation.name,
            "held_on": drill.held_on and drill.held_on.isoformat(),
        }
    }


def read_me(drill: Drill) -> str:
    return "\r\n".join(
        [
            drill.marked_title,
            _("Everything of this drill: plan, design, run log, evaluation, reports, improvement, papers, decisions."),
            _("manifest.json lists every file with its size and SHA-256; to check the package:"),
            "manage.py verify_archive FILE",
            _("The run log stands twice: .jsonl exactly as kept, .csv to be opened in a spreadsheet."),
            "",
        ]
    )


# ── Making files ─────────────────────────────────────────────────────────────
def kept(folder: str, file: PrivateFile, name: str = "") -> Entry:
    return Entry(f"{folder}/{safe_name(name or file.name)}", file.open)


def made(path: str, content: bytes) -> Entry:
    return Entry(path, partial(io.BytesIO, content))


def text(path: str, content: str) -> Entry:
    return made(path, ("\ufeff" + content).encode())


def plain(path: str, value: Any) -> Entry:
    told = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, sort_keys=True)
    return made(path, (told + "\n").encode())


def lines(path: str, values: Iterable[Any]) -> Entry:
    """JSON, one row a line."""
    told = (json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True) for value in values)
    return made(path, "".join(f"{line}\n" for line in told).encode())


def sheet(path: str, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Entry:
    """CSV in which no cell is a formula."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(head)
    for row in rows:
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(LIVE) else cell for cell in row])
    return text(path, target.getvalue())


def fields_of(row: models.Model, *without: str) -> dict[str, Any]:
    """Every column, names of people in place of their keys."""
    told = model_to_dict(row, exclude=["id", "drill", "user", "seal", "file", *without])
    for name in list(told):
        column = row._meta.get_field(name)
        if column.many_to_many:
            del told[name]
        elif column.is_relation:
            told[name] = str(getattr(row, name) or "")
        else:
            told[name] = getattr(row, name)  # also what no form would offer
    return told


def settled(workbook: bytes) -> bytes:
    """The same workbook without the moment it was written."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = WRITTEN.sub(b"%d-01-01T00:00:00Z" % EPOCH[0], content)
            new.writestr(info(name), content)
    return target.getvalue()


# ── The parts ────────────────────────────────────────────────────────────────
def plan(drill: Drill) -> Iterator[Entry]:
    version, folder = drill.plan_version, pgettext("archive", "01 Plan")
    if version is None:
        return
    clauses = [fields_of(clause, "version") for clause in version.clauses.order_by("position")]
    told = {"title": version.plan.title, "version": version.number, "sha256": version.sha256, "clauses": clauses}
    yield plain(f"{folder}/plan.json", told)
    if version.file:
        yield kept(folder, version.file)


def design(drill: Drill) -> Iterator[Entry]:
    folder = pgettext("archive", "02 Scheme")
    events = [{**fields_of(item), "receivers": labels(item.receivers)} for item in drill.events.order_by("position")]
    told = {
        "drill": fields_of(drill, "uid", "state") | {"uid": str(drill.uid)},
        "units": sorted(drill.taking_part.values_list("organisation__name", flat=True)),
        "objectives": [fields_of(one) for one in drill.objectives.order_by("position", "pk")],
        "parts": [{"label": part.label, **fields_of(part, "epoch")} for part in parts_of(drill)],
        "events": events,
        "readiness": [fields_of(one) for one in drill.checks.order_by("position", "pk")],
    }
    yield plain(f"{folder}/design.json", told)
    if events:
        workbook = msel_workbook(table_of(drill), MAIN, now=drill.starts_at)
        name = _("Table of events")
        yield made(f"{folder}/{name}.xlsx", settled(workbook))


def parts_of(drill: Drill) -> Iterable[Any]:
    return drill.participations.select_related("user", "organisation").order_by("pk")


def labels(parts: Any) -> list[str]:
    return sorted(part.label for part in parts.select_related("user"))


def run(drill: Drill) -> Iterator[Entry]:
    folder = pgettext("archive", "03 Run")
    log = drill.log.select_related("participation__user", "item", "seal", "file")
    events = list(log.order_by("happened_at", "uid"))
    if events:
        yield sheet(f"{folder}/run-log.csv", log_head(), (log_row(event) for event in events))
        yield lines(f"{folder}/run-log.jsonl", (log_line(event) for event in events))
        yield plain(f"{folder}/seals.json", [fields_of(seal) for seal in drill.seals.order_by("number")])
    people = drill.attendances.select_related("participation", "organisation", "user").order_by("happened_at", "pk")
    yield plain(f"{folder}/attendance.json", [{"who": who(row), **fields_of(row, "event")} for row in people])
    photos = pgettext("archive", "Photos")
    for event in events:
        if event.file:
            yield kept(f"{folder}/{photos}", event.file, f"{event.uid}{ending(event.file)}")


def who(row: Any) -> str:
    return row.user.full_name if row.user else str(row.participation or "")


def ending(file: PrivateFile) -> str:
    _stem, dot, last = file.name.rpartition(".")
    return f"{dot}{last}" if dot else ""


def log_head() -> list[str]:
    return [
        _("Happened at"),
        _("Recorded at"),
        pgettext("run log", "Kind"),
        _("Told by"),
        pgettext("report", "Event"),
        _("Content"),
        _("Device"),
        _("Number on the device"),
    ]


def log_row(event: RunEvent) -> list[Any]:
    payload = json.dumps(event.payload, ensure_ascii=False, sort_keys=True) if event.payload else ""
    return [
        stamp(event.happened_at),
        stamp(event.recorded_at),
        str(event.get_kind_display()),
        event.participation.label if event.participation else "",
        event.item.number if event.item else "",
        payload,
        event.device,
        event.device_seq or "",
    ]


def stamp(moment: datetime) -> str:
    return local(moment).isoformat(sep=" ", timespec="milliseconds")


def log_line(event: RunEvent) -> dict[str, Any]:
    told = {name: getattr(event, name) for name in LOGGED}
    return {
        **told,
        "uid": str(event.uid),
        "part": event.participation.label if event.participation else None,
        "part_key": event.participation_id,
        "event": event.item.number if event.item else None,
        "event_key": event.item_id,
        "seal": event.seal.number if event.seal else None,
        "photo_sha256": event.file.sha256 if event.file else None,
    }


def evaluation(drill: Drill) -> Iterator[Entry]:
    folder = pgettext("archive", "04 Evaluation")
    sheets = drill.sheets.select_related("evaluator__user").prefetch_related(
        "scores__item__section", "scores__evidence", "items__item__section"
    )
    told = [sheet_told(each) for each in sheets.order_by("pk")]
    if told:
        yield plain(f"{folder}/sheets.json", told)
        decided = drill.reconciliations.select_related("item", "by").order_by("at", "pk")
        yield plain(f"{folder}/reconciliations.json", [fields_of(one) for one in decided])
    results = [fields_of(result) for result in drill.results.order_by("computed_at", "pk")]
    if results:
        yield plain(f"{folder}/scores.json", results)


def sheet_told(each: Any) -> dict[str, Any]:
    return {
        **fields_of(each),
        "items": [{"item": str(one.item), "in_field": one.in_field} for one in each.items.all()],
        "scores": [
            {
                "item": str(one.item),
                "value": one.value,
                "reason": one.reason,
                "evidence": sorted(str(event.uid) for event in one.evidence.all()),
            }
            for one in each.scores.all()
        ],
    }


def reports(drill: Drill) -> Iterator[Entry]:
    folder = pgettext("archive", "05 Reports")
    for report in drill.reports.filter(state="frozen").select_related("pdf", "docx").order_by("kind", "version"):
        name = f"{report.get_kind_display()}V{report.version}"
        told = {"data": report.data, "data_hash": report.data_hash, "frozen_at": report.frozen_at}
        yield plain(f"{folder}/{name}.json", told)
        yield from (kept(folder, file, f"{name}{ending(file)}") for file in (report.pdf, report.docx) if file)


def improvement(drill: Drill) -> Iterator[Entry]:
    folder = pgettext("archive", "06 Improvement")
    found = drill.findings.prefetch_related("evidence", "actions__steps__file", "actions__steps__by").order_by("pk")
    told, evidence = [finding_told(one) for one in found], pgettext("archive", "Evidence papers")
    if told:
        yield plain(f"{folder}/findings.json", told)
    for place, one in enumerate(found, 1):
        for number, action in enumerate(one.actions.all(), 1):
            for step in action.steps.all():
                if step.file:
                    yield kept(f"{folder}/{evidence} {place}-{number}", step.file)


def finding_told(one: Any) -> dict[str, Any]:
    return {
        **fields_of(one),
        "evidence": sorted(str(event.uid) for event in one.evidence.all()),
        "actions": [
            {**fields_of(action, "finding"), "steps": [step_told(step) for step in action.steps.all()]}
            for action in one.actions.all()
        ],
    }


def step_told(step: Any) -> dict[str, Any]:
    return {**fields_of(step, "action"), "file_sha256": step.file.sha256 if step.file else None}


def papers(drill: Drill) -> Iterator[Entry]:
    rest = pgettext("archive", "07 Papers and photos")
    for paper in drill.files.select_related("file").order_by("kind", "added_at", "pk"):
        folder = pgettext("archive", "02 Scheme") if paper.kind in IN_THE_SCHEME else rest
        name = f"{paper.caption or paper.get_kind_display()}{ending(paper.file)}"
        yield kept(folder, paper.file, name)


def decisions(drill: Drill) -> Iterator[Entry]:
    folder = pgettext("archive", "08 Decisions")
    yield plain(f"{folder}/approvals.json", [fields_of(one) for one in drill.approvals.order_by("at", "pk")])
    yield plain(f"{folder}/submissions.json", [fields_of(one) for one in drill.submissions.order_by("sent_at", "pk")])
