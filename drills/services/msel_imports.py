"""Tables of events from worksheets: read, judged against the drill, and written in one piece."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from drills.importers import reasons
from drills.importers.msel import Options, Reading, read_msel, require_table_size
from drills.importers.pasted import read_cells
from drills.importers.reckoning import Frame
from drills.importers.rows import Outcome, Row
from drills.models import Drill, MselItem
from drills.queries.msel_verdicts import Verdict, judge, number_rows, values_of
from drills.services import design, msel
from people.models import Organisation
from records.models import PrivateFile
from records.services import store_private
from records.spreadsheets import OutSheet, Sheet, read_workbook, write_workbook
from ui.clock import local

UPLOAD, TAKEN = "drills.msel_upload", "drills.msel_taken"  # a file that waits, and one whose rows are in
KEPT = timedelta(hours=24)


# ── A person's upload ────────────────────────────────────────────────────────
def keep_upload(name: str, content: bytes, *, by: Any, now: datetime) -> PrivateFile:
    """Keep the file for a day, for whoever brought it. Nothing enters the table. Raises Unreadable,
    TooManyRows."""
    require_table_size(read_workbook(content, name))
    return store_private(UPLOAD, name, content, by=by, expires_at=now + KEPT)


def keep_pasted(text: str, *, by: Any, now: datetime) -> PrivateFile:
    """What was copied from a worksheet: cells parted by tabs. Raises NoCells."""
    read_cells(text)
    return store_private(UPLOAD, PASTED, text.encode(), by=by, expires_at=now + KEPT, content_type=TSV)


TSV = "text/tab-separated-values"
PASTED = "pasted.tsv"


@transaction.atomic
def commit_upload(
    file: PrivateFile, drill: Drill, *, options: Options, replace: bool, by: Any, now: datetime
) -> list[MselItem] | None:
    """The good rows, all or none; None when the file's rows are in already. Raises Frozen, TooMany."""
    held = msel.hold_design(drill)
    if not PrivateFile.objects.filter(pk=file.pk, kind=UPLOAD).update(kind=TAKEN):
        return None  # pressed twice
    verdict = judge(sheets_of(file), held, options=options, replace=replace)
    return msel.write_rows(held, verdict.rows(), replace=replace, source=file.name, by=by, now=now)


def sheets_of(file: PrivateFile) -> list[Sheet]:
    with file.open() as opened:
        content = opened.read()
    return pasted_sheets(content.decode()) if file.content_type == TSV else read_workbook(content, file.name)


def pasted_sheets(text: str) -> list[Sheet]:
    return [Sheet(_("Pasted"), read_cells(text))]


# ── Without a page ───────────────────────────────────────────────────────────
@transaction.atomic
def import_into(
    drill: Drill, name: str, sheets: Sequence[Sheet], *, options: Options, replace: bool, by: Any, now: datetime
) -> Verdict:
    """Raises Frozen, TooMany."""
    verdict = judge(sheets, drill, options=options, replace=replace)
    msel.write_rows(drill, verdict.rows(), replace=replace, source=name, by=by, now=now)
    return verdict


@dataclass(frozen=True)
class NewDrill:
    """What a table of events does not say about its drill."""

    organisation: Organisation
    title: str
    hazard: str
    level: str
    starts_at: datetime | None = None


@transaction.atomic
def import_new(
    told: NewDrill, name: str, sheets: Sequence[Sheet], *, options: Options, by: Any, now: datetime
) -> tuple[Drill, Verdict, list[str]]:
    """A draft made of the table; what was set for want of better is told in the last value. Raises TooMany."""
    begins = local(told.starts_at).replace(tzinfo=None) if told.starts_at else None
    reading = read_msel(sheets, frame=Frame(begins), options=options)
    starts_at, remarks = beginning(told, reading, now)
    last = max((end_of(row) for row in reading.events), default=0)
    ends_at = starts_at + max(timedelta(hours=1), rounded_up(timedelta(seconds=last)))
    drill = Drill(
        title=told.title,
        organisation=told.organisation,
        division=told.organisation.division,
        hazard=told.hazard,
        level=told.level,
        place=str(told.organisation),
        starts_at=starts_at,
        ends_at=ends_at,
    )
    design.save_design(drill, by=by, now=now)
    remarks.append(_("It ends at %(moment)s, after its last event.") % {"moment": f"{local(ends_at):%Y-%m-%d %H:%M}"})
    remarks.append(_("Its place is set to %(place)s; change it in the drill.") % {"place": drill.place})
    number_rows(reading.events, set())
    verdict = Verdict(reading, {id(row): values_of(row, ()) for row in reading.events})
    msel.write_rows(drill, verdict.rows(), source=name, by=by, now=now)
    return drill, verdict, remarks


def beginning(told: NewDrill, reading: Reading, now: datetime) -> tuple[datetime, list[str]]:
    """As given; as the dates of the table say; else two weeks from now at the clock time of the table, and that is
    told."""
    zone = local(now).tzinfo
    reckoned = reading.reckoned
    moment = reckoned.moment if reckoned else None
    if told.starts_at:
        return told.starts_at, []
    if moment and reckoned and reckoned.dated:
        return moment.replace(tzinfo=zone), []
    day = local(now).date() + timedelta(days=14)
    clock = moment.time() if moment else datetime.min.time().replace(hour=9)
    starts_at = datetime.combine(day, clock, tzinfo=zone)
    said = _("The table names no day: the draft begins at %(moment)s; change it in the drill.")
    return starts_at, [said % {"moment": f"{starts_at:%Y-%m-%d %H:%M}"}]


def end_of(row: Row) -> int:
    return (row.values["offset_seconds"] or 0) + (row.values["within_seconds"] or 0)


def rounded_up(span: timedelta) -> timedelta:
    """To the next quarter of an hour."""
    quarter = timedelta(minutes=15)
    return -(-span // quarter) * quarter


# ── What does not come in ────────────────────────────────────────────────────
def problem_rows(verdict: Verdict) -> bytes:
    """The rows with errors, whole, each with its reason: to be put right there and brought again."""
    sheets = []
    for table in verdict.reading.tables:
        rows = [row for row in verdict.reading.of(Outcome.ERROR) if row.sheet == table.name]
        width = max((len(row.cells) for row in rows), default=0)
        head = [_("Row in the file"), _("What is wrong"), *table.headers, *[""] * (width - len(table.headers))]
        told = [[row.number, reasons.told(row.notes), *row.cells] for row in rows]
        if told:
            sheets.append(OutSheet(table.name or _("Table of events"), head, told, [10, 40, *[20] * (len(head) - 2)]))
    return write_workbook(sheets)
