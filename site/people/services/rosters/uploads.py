"""The way of an uploaded roster: received, checked, corrected, committed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from people.importers.columns import FIELDS, IGNORED, columns_of, normal
from people.importers.roster import Roster, Row, read_roster
from people.models import HeaderMapping, Organisation, RosterImport, User
from people.models.periods import day_of
from people.services.rosters import staging
from people.services.rosters.committing import NoCounty, Outcome, batch_size, commit_batch
from people.services.rosters.judging import GOOD, Judged, Verdict, judge_rows
from people.services.rosters.problems import problem_workbook
from people.services.rosters.staging import Staged
from records.errors import Permanent
from records.models import Job
from records.services import enqueue, log, report_progress
from records.spreadsheets import Unreadable, read_workbook

AT_ONCE = 200_000  # bytes; a smaller file is checked while its sender waits
State = RosterImport.State


class NotNow(Exception):
    """The import is not in the state for it: somebody was faster, or the day is over."""


def receive_roster(
    content: bytes, name: str, *, organisation: Organisation | None, by: User, now: datetime
) -> RosterImport:
    """Keep the file for a day and check it: at once when it is small, else by a job."""
    with transaction.atomic():
        roster = RosterImport.objects.create(
            organisation=organisation,
            file_name=name[-200:],
            file=staging.keep(name, content, by=by, now=now),
            created_by=by,
            created_at=now,
        )
        log("people.roster_received", by=by, obj=roster, payload={"bytes": len(content)}, now=now)
    start_check(roster, small=len(content) <= AT_ONCE, now=now)
    return roster


def start_check(roster: RosterImport, *, small: bool, now: datetime) -> None:
    from people.tasks import check_roster as task  # noqa: PLC0415  the task calls this module

    if small:
        check_roster(roster, now=now)
        return
    with transaction.atomic():
        roster.job = enqueue(task, roster.pk, by=roster.created_by)
        roster.save(update_fields=["job"])


# ── Check ────────────────────────────────────────────────────────────────────
def check_roster(roster: RosterImport, *, now: datetime) -> None:
    """Read, judge and stage; harmless twice. A file that can't be read is refused with the code of the reason."""
    if roster.state not in {State.UPLOADED, State.CHECKED} or roster.file is None:
        return
    report_progress(0, 3, _("Reading the file"))
    try:
        sheets = read_workbook(staging.kept(roster.file), roster.file_name)
    except Unreadable as refusal:
        settle(roster, state=State.REFUSED, refusal=refusal.code)
        return
    found = read_roster(sheets, today=day_of(now), known=known_headers(roster.organisation), given=roster.mapping)
    report_progress(1, 3, _("Comparing with the people here"))
    judged = judge_rows(found.rows, roster.organisation, now)
    report_progress(2, 3, _("Writing the result"))
    staged = staging.staged_of(sheets, found, judged)
    with transaction.atomic():
        old = [file for file in (roster.staged, roster.problem_file) if file]
        settle(roster, state=State.CHECKED, counts=counts_of(judged), **files_of(roster, staged, now))
        for file in old:
            expire(file, now)


def settle(roster: RosterImport, **fields: Any) -> None:
    """Only before it is committed; the job that did it is over."""
    claimed = RosterImport.objects.filter(pk=roster.pk, state__in=[State.UPLOADED, State.CHECKED])
    if not claimed.update(job=None, **fields):
        raise Permanent(_("The roster was imported meanwhile."))
    roster.refresh_from_db()


def files_of(roster: RosterImport, staged: Staged, now: datetime) -> dict[str, Any]:
    by = roster.created_by
    bad = problem_workbook(staged)
    return {
        "staged": staging.keep("rows.json", staging.dump(staged), by=by, now=now),
        "problem_file": staging.keep("problems.xlsx", bad, by=by, now=now) if bad else None,
    }


def expire(file: Any, now: datetime) -> None:
    type(file).objects.filter(pk=file.pk).update(expires_at=now)


def counts_of(judged: list[Judged]) -> dict[str, int]:
    counts = Counter[str](one.verdict for one in judged)
    counts["rows"] = len(judged)
    counts["repaired"] = sum(bool(one.row.repaired) for one in judged if one.verdict in GOOD)
    return dict(counts)


def known_headers(organisation: Organisation | None) -> dict[str, str]:
    return dict(HeaderMapping.objects.filter(organisation=organisation).values_list("header", "field"))


# ── Corrected columns ────────────────────────────────────────────────────────
def correct_columns(roster: RosterImport, given: Mapping[str, Any], *, by: User, now: datetime) -> None:
    """`given`: sheet → head and columns, as the person set them. The file is checked again, and what was set by hand
    is remembered for the next file of this organisation."""
    if roster.state != State.CHECKED or roster.job_id or not roster.is_kept(now):
        raise NotNow
    staged = read_staged(roster)
    with transaction.atomic():
        for sheet in staged.sheets:
            told = given.get(str(sheet.place))
            if told:
                remember(roster.organisation, sheet.headers_at(told["head"]), told["columns"])
        RosterImport.objects.filter(pk=roster.pk).update(mapping=given)
        log("people.roster_columns_corrected", by=by, obj=roster, now=now)
    roster.refresh_from_db()
    start_check(roster, small=roster.file is not None and roster.file.size <= AT_ONCE, now=now)


def remember(organisation: Organisation | None, headers: Sequence[str], columns: Mapping[str, int]) -> None:
    """What differs from what the words would have given."""
    usual = {column: field for field, column in columns_of(headers, {}).items()}
    wanted = {column: field for field, column in columns.items() if field in FIELDS}
    for column, header in enumerate(headers):
        meant = wanted.get(column, IGNORED)
        key: dict[str, Any] = {"organisation": organisation, "header": normal(header)}
        if not key["header"]:
            continue
        if meant == usual.get(column, IGNORED):
            HeaderMapping.objects.filter(**key).delete()
        else:
            HeaderMapping.objects.update_or_create(**key, defaults={"field": meant})


def read_staged(roster: RosterImport) -> Staged:
    assert roster.staged is not None
    return staging.load(staging.kept(roster.staged))


# ── Import ───────────────────────────────────────────────────────────────────
@transaction.atomic
def start_import(roster: RosterImport, *, by: User, now: datetime) -> Job:
    """One job, however often the button is pressed."""
    from people.tasks import import_roster as task  # noqa: PLC0415  the task calls this module

    if not roster.is_kept(now):
        raise NotNow
    job = enqueue(task, roster.pk, by=by, key=f"people.import_roster:{roster.pk}")
    if not RosterImport.objects.filter(pk=roster.pk, state=State.CHECKED, job=None).update(job=job):
        raise NotNow
    roster.refresh_from_db()
    return job


def import_roster(roster: RosterImport, *, by: User | None, now: datetime) -> None:
    """Batch by batch; what was done is written with each batch, so that a second try goes on where the first ended."""
    if roster.state != State.CHECKED or not roster.is_kept(now):
        return
    rows = [row.as_row() for row in read_staged(roster).rows if row.verdict in (Verdict.NEW, Verdict.CHANGED)]
    done = roster.counts.get("done", {}).get("taken", 0)
    while done < len(rows):
        report_progress(done, len(rows), _("%(done)s of %(total)s rows") % {"done": done, "total": len(rows)})
        batch = rows[done : done + batch_size()]
        with transaction.atomic():
            outcome = committed(batch, roster.organisation, by=by, now=now)
            note_outcome(roster, len(batch), outcome)
        done += len(batch)
    RosterImport.objects.filter(pk=roster.pk, state=State.CHECKED).update(state=State.COMMITTED, committed_at=now)
    report_progress(len(rows), len(rows))


def committed(rows: list[Any], own: Organisation | None, *, by: User | None, now: datetime) -> Outcome:
    try:
        return commit_batch(rows, own, by=by, now=now)
    except NoCounty:
        raise Permanent(_("There is no county yet to put new organisations into.")) from None


def note_outcome(roster: RosterImport, taken: int, outcome: Outcome) -> None:
    done = Counter(roster.counts.get("done", {})) + Counter({**outcome.counts, "taken": taken})
    roster.counts = {**roster.counts, "done": dict(done)}
    roster.people = [*roster.people, *outcome.people]
    roster.save(update_fields=["counts", "people"])


# ── Both at once, for the command line ───────────────────────────────────────
def read_and_judge(content: bytes, name: str, organisation: Organisation | None, now: datetime) -> list[Judged]:
    found: Roster = read_roster(read_workbook(content, name), today=day_of(now), known=known_headers(organisation))
    return judge_rows(found.rows, organisation, now)


def import_judged(judged: list[Judged], name: str, organisation: Organisation | None, *, now: datetime) -> RosterImport:
    """By the installation itself: nothing is staged, the counts stay."""
    roster = RosterImport.objects.create(
        organisation=organisation, file_name=name[-200:], counts=counts_of(judged), created_at=now
    )
    rows = [one.row for one in judged if one.verdict in (Verdict.NEW, Verdict.CHANGED)]
    for start in range(0, len(rows), batch_size()):
        with transaction.atomic():
            batch = rows[start : start + batch_size()]
            note_outcome(roster, len(batch), committed(batch, organisation, by=None, now=now))
    RosterImport.objects.filter(pk=roster.pk).update(state=State.COMMITTED, committed_at=now)
    return roster


# ── One person ───────────────────────────────────────────────────────────────
@transaction.atomic
def add_by_hand(row: Row, own: Organisation, *, by: User, now: datetime) -> Judged:
    """As if a roster had this row alone; the verdict comes back with the person it means."""
    (judged,) = judge_rows([row], own, now)
    if judged.verdict in GOOD:
        outcome = committed([row], own, by=by, now=now)
        judged.person = judged.person or User.objects.get(pk=outcome.people[0])
    return judged
