"""Banks: who looks, who edits, who draws from them; what is decided about a question is logged and never lost."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from exams.forms.banks import QuestionForm
from exams.importers.pictures import made_safe
from exams.models import Question, QuestionBank, QuestionImport
from exams.permissions import banks_edited_by, banks_usable_by, can_edit_bank, can_read_picture
from exams.services import banks as services
from exams.services import question_imports as imports
from records.models import AuditEntry, Job, PrivateFile
from records.services import claim, execute
from records.spreadsheets import Unreadable, read_workbook
from tests.exams.factories import make_question
from tests.exams.sheets import FIRE, HEAD, picture, xlsx

pytestmark = pytest.mark.django_db
BAD = ("单选题", "问", "A.甲 B.乙", "C")
WORDING: Any = {
    "kind": "single",
    "stem": "新的问法？",
    "options": ["甲", "乙"],
    "answer": [1],
    "explanation": "",
    "difficulty": 1,
    "hazard": "",
}


@pytest.fixture(autouse=True)
def kept_in(settings: Any, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def bureau_bank(db: None) -> QuestionBank:
    return QuestionBank.objects.create(name="本局题库")


@pytest.fixture
def bank_a(organisation_a: Any) -> QuestionBank:
    return QuestionBank.objects.create(name="甲厂题库", organisation=organisation_a)


# ── Who ──────────────────────────────────────────────────────────────────────
def test_who_edits_which_bank(cast: Any, bureau_bank: QuestionBank, bank_a: QuestionBank) -> None:
    for bank, editors in ((bureau_bank, {"training_officer", "exam_officer"}), (bank_a, {"manager_a"})):
        people = {part: user for part, user in cast.items() if user}
        assert {part for part, user in people.items() if can_edit_bank(user, bank)} == editors
        assert {part for part, user in people.items() if bank in banks_edited_by(user)} == editors


def test_who_sees_which_bank(cast: Any, bureau_bank: QuestionBank, bank_a: QuestionBank) -> None:
    def seen(part: str) -> set[str]:
        return set(QuestionBank.objects.visible_to(cast[part]).values_list("name", flat=True))

    assert seen("manager_a") == {"本局题库", "甲厂题库"}
    assert seen("manager_b") == {"本局题库"}
    assert seen("officer_north") == seen("supervisor") == seen("inspector") == {"甲厂题库"}
    assert seen("officer_south") == seen("learner") == set()
    assert seen("leader") == seen("exam_officer") == {"本局题库", "甲厂题库"}


def test_what_an_exam_may_draw_from(
    cast: Any, bureau_bank: QuestionBank, bank_a: QuestionBank, organisation_a: Any, organisation_b: Any
) -> None:
    both = {bureau_bank, bank_a}
    assert set(banks_usable_by(cast["manager_a"], organisation_a)) == both
    assert set(banks_usable_by(cast["exam_officer"], organisation_a)) == both
    assert set(banks_usable_by(cast["exam_officer"], None)) == {bureau_bank}
    assert set(banks_usable_by(cast["manager_a"], None)) == set()
    assert set(banks_usable_by(cast["manager_b"], organisation_a)) == set()
    assert set(banks_usable_by(cast["leader"], organisation_a)) == set()


# ── Questions ────────────────────────────────────────────────────────────────
def test_a_question_is_added_under_a_name_of_its_own(bank_a: QuestionBank, manager_a: Any) -> None:
    make_question(bank_a)
    question = services.add_question(
        bank_a, WORDING, chapter="第一章", picture=made_safe(picture()), by=manager_a, now=timezone.now()
    )
    assert (question.key, question.chapter, question.current and question.current.number) == ("q1", "第一章", 1)
    assert question.current
    assert can_read_picture(manager_a, question.current.picture)
    assert AuditEntry.objects.filter(action="exams.question_written", actor=manager_a).count() == 1


def test_a_change_is_a_new_version_and_keeps_picture_and_articles(bank_a: QuestionBank, manager_a: Any) -> None:
    now = timezone.now()
    question = services.add_question(bank_a, WORDING, chapter="", picture=made_safe(picture()), by=manager_a, now=now)
    assert question.current
    kept = question.current.picture
    changed = services.change_question(
        question, {**WORDING, "answer": [0]}, chapter="", picture=kept, by=manager_a, now=now
    )
    question.refresh_from_db()
    assert changed
    assert [version.answer for version in question.versions.order_by("number")] == [[1], [0]]
    assert question.current.picture == kept


def test_saving_the_same_makes_no_version(bank_a: QuestionBank, manager_a: Any) -> None:
    now = timezone.now()
    question = services.add_question(bank_a, WORDING, chapter="", picture=None, by=manager_a, now=now)
    assert not services.change_question(question, WORDING, chapter="", picture=None, by=manager_a, now=now)
    assert services.change_question(question, WORDING, chapter="第二章", picture=None, by=manager_a, now=now)
    assert question.versions.count() == 1
    assert Question.objects.get(pk=question.pk).chapter == "第二章"


def test_retiring_is_one_door_there_and_one_back(bank_a: QuestionBank, manager_a: Any) -> None:
    question, now = make_question(bank_a), timezone.now()
    assert services.retire_question(question, reason="条款已废止", by=manager_a, now=now)
    assert not services.retire_question(question, reason="条款已废止", by=manager_a, now=now)
    question.refresh_from_db()
    assert question.retired_at == now
    assert services.restore_question(question, reason="条款恢复", by=manager_a, now=now)
    assert not services.restore_question(question, reason="条款恢复", by=manager_a, now=now)
    logged = AuditEntry.objects.filter(action__startswith="exams.question_re").order_by("pk")
    assert [(entry.action, entry.payload) for entry in logged] == [
        ("exams.question_retired", {"reason": "条款已废止"}),
        ("exams.question_restored", {"reason": "条款恢复"}),
    ]


def test_a_form_takes_only_pictures_that_can_be_shown(rf: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    typed = {"kind": "single", "stem": "问", "lines": "*甲\n乙", "difficulty": "1"}
    good = QuestionForm(typed, {"new_picture": SimpleUploadedFile("a.png", picture())})
    bad = QuestionForm(typed, {"new_picture": SimpleUploadedFile("a.svg", b"<svg onload='x'/>")})
    assert good.is_valid()
    assert list(bad.errors) == ["new_picture"]


# ── Imports ──────────────────────────────────────────────────────────────────
def start(bank: QuestionBank, by: Any, *rows: Any, **more: Any) -> QuestionImport:
    return imports.start_import(bank, "题库.xlsx", xlsx([HEAD, *rows], **more), by=by, now=timezone.now())


def run_jobs() -> None:
    while job := claim(timezone.now()):
        execute(job)


def test_an_upload_is_checked_and_nothing_goes_in(bank_a: QuestionBank, manager_a: Any) -> None:
    found = start(bank_a, manager_a, FIRE, FIRE, BAD)
    assert found.counts == {"rows": 3, "imported": 1, "repaired": 0, "duplicates": 1, "conflicts": 0, "errors": 1}
    assert not bank_a.questions.exists()


def test_the_job_writes_what_fits_once(bank_a: QuestionBank, manager_a: Any) -> None:
    found = start(bank_a, manager_a, FIRE, BAD, pictures={(1, 5): picture()})
    assert imports.ask_for_import(found, by=manager_a, now=timezone.now())
    assert not imports.ask_for_import(found, by=manager_a, now=timezone.now())
    run_jobs()
    imports.commit_import(found.pk, now=timezone.now())
    found.refresh_from_db()
    assert (found.state, found.counts["imported"], found.counts["errors"]) == ("committed", 1, 1)
    assert Job.objects.get(pk=found.job_id).state == Job.State.DONE
    [question] = bank_a.questions.all()
    assert question.current
    assert question.current.author == manager_a
    assert question.current.picture is not None


def test_what_came_in_between_is_not_written_twice(bank_a: QuestionBank, manager_a: Any) -> None:
    first, second = start(bank_a, manager_a, FIRE), start(bank_a, manager_a, FIRE)
    for found in (first, second):
        imports.ask_for_import(found, by=manager_a, now=timezone.now())
    run_jobs()
    second.refresh_from_db()
    assert (second.counts["imported"], second.counts["duplicates"]) == (0, 1)
    assert bank_a.questions.count() == 1


def test_bad_rows_come_back_with_their_reasons(bank_a: QuestionBank, manager_a: Any, manager_b: Any) -> None:
    found = start(bank_a, manager_a, FIRE, BAD, (*FIRE[:3], "A"))
    kept = found.problem_file
    assert kept
    [sheet] = read_workbook(kept.absolute.read_bytes(), kept.name)
    assert [row[0] for row in sheet.rows[1:]] == [2, 3, 4]
    assert sheet.rows[0][2:] == HEAD
    assert sheet.rows[2][2:] == BAD
    assert all(len(str(row[1])) > 10 for row in sheet.rows[1:])


def test_the_corrected_rows_can_be_uploaded_as_they_are(bank_a: QuestionBank, manager_a: Any) -> None:
    kept = start(bank_a, manager_a, BAD).problem_file
    assert kept
    again = imports.check_file(bank_a, kept.name, kept.absolute.read_bytes())
    assert again.counts["errors"] == 1


def test_what_was_uploaded_is_for_its_bringer_and_a_day(
    bank_a: QuestionBank, manager_a: Any, exam_officer: Any
) -> None:
    from records.permissions import can_read_file

    found = start(bank_a, manager_a, BAD)
    for file in (found.file, found.problem_file):
        assert file
        assert can_read_file(manager_a, file)
        assert not can_read_file(exam_officer, file)
        assert file.expires_at == found.created_at + imports.KEPT
    assert list(QuestionImport.objects.visible_to(exam_officer)) == []


def test_a_file_that_is_gone_fails_with_a_word(bank_a: QuestionBank, manager_a: Any) -> None:
    found = start(bank_a, manager_a, FIRE)
    imports.ask_for_import(found, by=manager_a, now=timezone.now())
    PrivateFile.objects.all().delete()
    run_jobs()
    job = Job.objects.get(pk=found.job_id or 0)
    assert job.state == Job.State.FAILED
    assert "上传" in job.error or "Upload" in job.error


def test_a_file_that_is_no_workbook_is_not_kept(bank_a: QuestionBank, manager_a: Any) -> None:
    with pytest.raises(Unreadable):
        imports.start_import(bank_a, "a.xlsx", b"%PDF", by=manager_a, now=timezone.now())
    assert not PrivateFile.objects.exists()


def test_the_template_is_read_back_without_a_fault(bank_a: QuestionBank) -> None:
    from exams.exporters.question_template import EXAMPLES, question_template

    check = imports.check_file(bank_a, "template.xlsx", question_template())
    assert check.counts == {"rows": 3, "imported": 3, "repaired": 0, "duplicates": 0, "conflicts": 0, "errors": 0}
    assert len(EXAMPLES) == 3
    assert check.remarks == []
