"""Workbooks of questions: checked at once, kept for a day, written into the bank in one piece."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from exams.importers import percents, pictures, verdicts, workbooks
from exams.importers.verdicts import CONFLICT, ERROR, IMPORTED, Check
from exams.importers.workbooks import Reading, Row
from exams.models import Question, QuestionBank, QuestionImport, QuestionVersion
from exams.queries.banks import known_questions
from exams.queries.question_checks import reasons
from exams.services.banks import free_keys, store_picture
from people.models import User
from records.errors import Permanent
from records.models import PrivateFile
from records.services import enqueue, log, report_progress, store_private
from records.spreadsheets import OutSheet, read_workbook, write_workbook

KEPT = timedelta(hours=24)
UPLOAD, PROBLEMS = "exams.question_upload", "exams.question_problems"
BATCH = 500


def read_file(name: str, content: bytes) -> Reading:
    """Raises records.spreadsheets.Unreadable."""
    sheets = read_workbook(content, name)  # first of all: it is the one that turns hostile files away
    places = percents.percent_places(content)
    sheets = [
        replace(sheet, rows=percents.as_shown(sheet.rows, places[sheet.name])) if sheet.name in places else sheet
        for sheet in sheets
    ]
    return workbooks.read_workbook(name, sheets, pictures.read_pictures(content))


def check_file(bank: QuestionBank, name: str, content: bytes) -> Check:
    return verdicts.check([read_file(name, content)], known_questions(bank))


# ── A person's upload ────────────────────────────────────────────────────────
def start_import(bank: QuestionBank, name: str, content: bytes, *, by: User, now: datetime) -> QuestionImport:
    """Check the file and keep it for a day. Nothing enters the bank. Raises Unreadable."""
    check = check_file(bank, name, content)  # outside the transaction: SQLite has one writer, and reading takes a while
    return keep_import(bank, name, content, check, by=by, now=now)


@transaction.atomic
def keep_import(
    bank: QuestionBank, name: str, content: bytes, check: Check, *, by: User, now: datetime
) -> QuestionImport:
    return QuestionImport.objects.create(
        bank=bank,
        file_name=name[-200:],
        file=store_private(UPLOAD, name, content, by=by, expires_at=now + KEPT),
        problem_file=store_problems(check, name, by=by, now=now),
        counts=check.counts,
        created_by=by,
        created_at=now,
    )


def store_problems(check: Check, name: str, *, by: User, now: datetime) -> PrivateFile | None:
    """The rows that don't go in, whole, each with its reason."""
    sheets = list(problem_sheets(check))
    if not sheets:
        return None
    title = _("Rows to correct") + f" {name.rpartition('.')[0] or name}.xlsx"
    return store_private(PROBLEMS, title, write_workbook(sheets), by=by, expires_at=now + KEPT)


def problem_sheets(check: Check) -> Iterable[OutSheet]:
    tables: dict[tuple[str, tuple[Any, ...]], list[list[Any]]] = {}
    for verdict in check.verdicts:
        if verdict.word in {ERROR, CONFLICT}:
            row, width = verdict.row, len(verdict.row.head)
            cells = [*row.cells, *[None] * (width - len(row.cells))][: max(width, len(row.cells))]
            told = [row.number, " ".join(reasons(verdict))]
            tables.setdefault((row.sheet, tuple(row.head)), []).append([*told, *cells])
    for (sheet, head), rows in tables.items():
        titles = [_("Row in the file"), _("What is wrong"), *["" if cell is None else cell for cell in head]]
        yield OutSheet(sheet or _("Questions"), titles, rows, widths=[10, 40, *[24] * len(head)])


@transaction.atomic
def ask_for_import(question_import: QuestionImport, *, by: User, now: datetime) -> bool:
    """Queue the writing; False when it was queued already."""
    from exams.tasks import import_questions  # noqa: PLC0415  tasks call services

    states = QuestionImport.State
    waiting = QuestionImport.objects.filter(pk=question_import.pk, state=states.CHECKED)
    if not waiting.update(state=states.QUEUED):
        return False
    question_import.job = enqueue(import_questions, question_import.pk, by=by)
    question_import.save(update_fields=["job"])
    return True


def commit_import(pk: int, *, now: datetime) -> None:
    """What the job does. Whatever has entered the bank since the check is compared once more."""
    asked = QuestionImport.objects.select_related("bank", "file", "created_by").get(pk=pk)
    if asked.state != QuestionImport.State.QUEUED:
        return
    if asked.file is None or not asked.file.absolute.is_file():
        raise Permanent(_("The file is no longer kept. Upload it again."))
    with asked.file.open() as file:
        reading = read_file(asked.file_name, file.read())
    report_progress(0, len(reading.rows))
    with transaction.atomic():
        check = write_readings(asked.bank, [reading], by=asked.created_by, now=now)
        problems = store_problems(check, asked.file_name, by=asked.created_by, now=now)
        done = QuestionImport.objects.filter(pk=pk, state=QuestionImport.State.QUEUED).update(
            state=QuestionImport.State.COMMITTED, counts=check.counts, problem_file=problems, committed_at=now
        )
        if not done:
            transaction.set_rollback(True)
    report_progress(len(reading.rows), len(reading.rows))


# ── Into the bank ────────────────────────────────────────────────────────────
@transaction.atomic
def write_readings(bank: QuestionBank, readings: Sequence[Reading], *, by: User | None, now: datetime) -> Check:
    """Judge the rows against the bank as it is now and write those that fit, all or none."""
    QuestionBank.objects.select_for_update().get(pk=bank.pk)
    check = verdicts.check(readings, known_questions(bank))
    rows = [verdict.row for verdict in check.of(IMPORTED)]
    if rows:
        write_rows(bank, rows, by=by)
    files = sorted({row.file for reading in readings for row in reading.rows})
    log("exams.questions_imported", by=by, obj=bank, payload={"files": files, **check.counts}, now=now)
    return check


def write_rows(bank: QuestionBank, rows: Sequence[Row], *, by: User | None) -> None:
    shown = store_pictures(rows, by=by)
    keys = free_keys(bank, len(rows))
    questions = Question.objects.bulk_create(
        [
            Question(bank=bank, key=key, chapter=row.draft.chapter if row.draft else "")
            for key, row in zip(keys, rows, strict=True)
        ],
        batch_size=BATCH,
    )
    QuestionVersion.objects.bulk_create(
        [
            version_of(question, row, shown.get(row.picture.name) if row.picture else None, by)
            for question, row in zip(questions, rows, strict=True)
        ],
        batch_size=BATCH,
    )
    latest = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number").values("pk")[:1]
    bank.questions.filter(current=None).update(current_id=Subquery(latest))


def version_of(question: Question, row: Row, picture: PrivateFile | None, by: User | None) -> QuestionVersion:
    draft = row.draft
    assert draft
    return QuestionVersion(
        question=question,
        number=1,
        kind=draft.kind,
        stem=draft.stem,
        options=list(draft.options),
        answer=list(draft.answer),
        explanation=draft.explanation,
        difficulty=draft.difficulty,
        picture=picture,
        author=by,
    )


def store_pictures(rows: Iterable[Row], *, by: User | None) -> dict[str, PrivateFile]:
    """One file for each picture, however many questions show it."""
    different = {row.picture.name: row.picture for row in rows if row.picture}
    return {name: store_picture(picture, by=by) for name, picture in different.items()}
