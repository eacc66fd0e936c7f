"""The pages of question banks: bringing in, looking, changing, retiring; keys are shown to whoever edits."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from exams.models import Question, QuestionBank, QuestionImport
from records.services import claim, execute
from tests.exams.factories import make_question
from tests.exams.sheets import FIRE, HEAD, picture, xlsx

pytestmark = pytest.mark.django_db
BAD = ("单选题", "问", "A.甲 B.乙", "C")
MENDED = ("单选题", "补过的题", "**A.甲**B乙", "A")
TYPED = {"kind": "single", "stem": "先做什么？", "lines": "*关阀门\n开灯", "difficulty": "1", "chapter": "燃气"}
KEY = "解析：密钥在此。"  # what the factory writes as an explanation


@pytest.fixture(autouse=True)
def kept_in(settings: Any, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def bank(organisation_a: Any) -> QuestionBank:
    return QuestionBank.objects.create(name="甲厂题库", organisation=organisation_a)


@pytest.fixture
def at_work(client_of: Callable[[Any], Client], manager_a: Any) -> Client:
    return client_of(manager_a)


def url(name: str, *args: Any) -> str:
    return reverse(f"exams:{name}", args=args)


def upload(client: Client, bank: QuestionBank, *rows: Any) -> Any:
    file = SimpleUploadedFile("题库.xlsx", xlsx([HEAD, *rows]))
    return client.post(url("bank_import", bank.pk), {"file": file})


def run_jobs() -> None:
    while job := claim(timezone.now()):
        execute(job)


# ── From the file to the bank ────────────────────────────────────────────────
def test_a_workbook_is_uploaded_checked_and_imported(bank: QuestionBank, at_work: Client) -> None:
    check = upload(at_work, bank, FIRE, FIRE, BAD, MENDED).url
    page = at_work.get(check)
    assert {word: count for word, _name, count in page.context["figures"]} == {
        "error": 1,
        "conflict": 0,
        "duplicate": 1,
        "repaired": 1,
        "imported": 1,
    }
    assert [line.word for line in page.context["lines"]] == ["error", "duplicate", "repaired", "imported"]
    assert at_work.post(url("import_commit", QuestionImport.objects.get().pk)).url == check
    assert "data-job-state" in at_work.get(check).content.decode()
    run_jobs()
    done = at_work.get(check)
    assert done.context["counts"]["imported"] == 2
    assert bank.questions.count() == 2
    problems = reverse("records:file", args=[QuestionImport.objects.get().problem_file_id])
    assert problems in done.content.decode()
    assert at_work.get(problems).status_code == 200


def test_rows_of_one_verdict_can_be_looked_at_alone(bank: QuestionBank, at_work: Client) -> None:
    check = upload(at_work, bank, FIRE, BAD, MENDED).url
    assert [line.word for line in at_work.get(check, {"rows": "error"}).context["lines"]] == ["error"]
    assert len(at_work.get(check, {"rows": "nonsense"}).context["lines"]) == 3
    assert at_work.get(check, {"rows": "conflict"}).context["lines"] == []


def test_a_wrong_file_is_explained_and_nothing_is_kept(bank: QuestionBank, at_work: Client) -> None:
    for content in (b"%PDF-1.7", b""):
        file = SimpleUploadedFile("a.xlsx", content)
        page = at_work.post(url("bank_import", bank.pk), {"file": file})
        assert page.context["form"].errors["file"]
    assert at_work.post(url("bank_import", bank.pk)).context["form"].errors["file"]
    assert not QuestionImport.objects.exists()


def test_a_file_without_a_good_row_offers_no_import(bank: QuestionBank, at_work: Client) -> None:
    page = at_work.get(upload(at_work, bank, BAD).url).content.decode()
    assert "/commit/" not in page
    assert url("bank_import", bank.pk) in page


def test_after_a_day_the_upload_is_forgotten(bank: QuestionBank, at_work: Client) -> None:
    check = upload(at_work, bank, FIRE).url
    QuestionImport.objects.get().file.delete()  # type: ignore[union-attr]
    assert at_work.get(check).context["expired"]


def test_an_import_is_nobody_elses(bank: QuestionBank, at_work: Client, client_of: Any, exam_officer: Any) -> None:
    check = upload(at_work, bank, FIRE).url
    assert client_of(exam_officer).get(check).status_code == 404


def test_the_template_is_a_workbook(at_work: Client) -> None:
    answer = at_work.get(url("question_template"))
    assert answer.content.startswith(b"PK")
    assert "attachment" in answer.headers["Content-Disposition"]


# ── Banks ────────────────────────────────────────────────────────────────────
def test_a_manager_makes_a_bank_of_his_organisation(at_work: Client, organisation_a: Any, organisation_b: Any) -> None:
    assert at_work.post(url("bank_new"), {"name": "新库", "owner": organisation_a.pk}).status_code == 302
    assert QuestionBank.objects.get().organisation == organisation_a
    for wrong in (
        {"name": "新库", "owner": organisation_a.pk},
        {"name": "乙", "owner": organisation_b.pk},
        {"name": "乙"},
    ):
        assert at_work.post(url("bank_new"), wrong).context["form"].errors
    assert QuestionBank.objects.count() == 1


def test_an_officer_makes_a_bank_of_the_bureau(client_of: Any, exam_officer: Any) -> None:
    client_of(exam_officer).post(url("bank_new"), {"name": "新库"})
    assert QuestionBank.objects.get().organisation is None


def test_questions_are_found_by_word_kind_and_state(bank: QuestionBank, at_work: Client) -> None:
    first, second = make_question(bank, number=1), make_question(bank, "multiple", number=2)
    Question.objects.filter(pk=second.pk).update(retired_at=timezone.now(), chapter="高处作业")

    def found(**filters: str) -> list[Any]:
        return list(at_work.get(url("bank_detail", bank.pk), filters).context["page"])

    assert found() == [first]
    assert found(state="retired") == found(state="all", q="高处") == found(state="all", kind="multiple") == [second]
    assert found(state="all", sort="oldest") == [first, second]
    assert found(kind="nonsense", sort="nonsense") == [first]
    assert found(q="没有") == []


def test_lists_cost_the_same_for_one_and_three(bank: QuestionBank, at_work: Client, organisation_a: Any) -> None:
    def cost(address: str) -> int:
        at_work.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert at_work.get(address).status_code == 200
        return len(seen)

    make_question(bank, number=1)
    listed, detail = cost(url("bank_list")), cost(url("bank_detail", bank.pk))
    for number in (2, 3):
        make_question(bank, number=number)
        other = QuestionBank.objects.create(name=f"库{number}", organisation=organisation_a)
        make_question(other)
    assert cost(url("bank_list")) == listed <= 16  # the menu, which asks for every subject, included
    assert cost(url("bank_detail", bank.pk)) == detail <= 16


# ── Questions ────────────────────────────────────────────────────────────────
def test_a_question_is_written_changed_and_its_history_kept(bank: QuestionBank, at_work: Client) -> None:
    with_picture = TYPED | {"new_picture": SimpleUploadedFile("a.png", picture())}
    address = at_work.post(url("question_new", bank.pk), with_picture).url
    question = Question.objects.get()
    assert address == url("question_detail", question.pk)
    at_work.post(url("question_edit", question.pk), TYPED | {"stem": "后做什么？"})
    question.refresh_from_db()
    assert question.current
    assert (question.current.number, question.chapter) == (2, "燃气")
    page = at_work.get(address).content.decode()
    assert "先做什么？" in page
    assert "后做什么？" in page
    shown = at_work.get(url("version_picture", question.current_id))
    assert shown.headers["Content-Type"] == "image/png"
    at_work.post(url("question_edit", question.pk), TYPED | {"without_picture": "on"})
    question.refresh_from_db()
    assert question.current.number == 3
    assert question.current.picture is None


def test_a_question_is_retired_with_a_reason_and_put_back(bank: QuestionBank, at_work: Client) -> None:
    question = make_question(bank)
    assert at_work.post(url("question_retire", question.pk), {"reason": ""}).context["form"].errors
    at_work.post(url("question_retire", question.pk), {"reason": "条款已经废止"})
    question.refresh_from_db()
    assert question.retired_at
    at_work.post(url("question_retire", question.pk), {"reason": "条款恢复施行"})
    question.refresh_from_db()
    assert question.retired_at is None


@pytest.mark.parametrize("part", ["manager_a", "leader", "auditor", "editor"])
def test_keys_are_not_shown_without_the_office(
    part: str, cast: dict[str, Any], client_of: Callable[[Any], Client]
) -> None:
    bureau = QuestionBank.objects.create(name="本局题库")
    question = make_question(bureau)
    client = client_of(cast[part])
    for address in (url("bank_detail", bureau.pk), url("question_detail", question.pk)):
        page = client.get(address).content.decode()
        assert question.current.stem in page
        assert KEY not in page
        assert "option-right" not in page
        assert "/edit/" not in page
    editor = client_of(cast["exam_officer"]).get(url("question_detail", question.pk)).content.decode()
    assert KEY in editor
    assert "option-right" in editor


# ── Pages ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_has_one_heading_one_first_action_and_nothing_inline(
    bank: QuestionBank, at_work: Client, language: str
) -> None:
    question = make_question(bank)
    check = upload(at_work, bank, FIRE, BAD).url
    with translation.override(language):
        pages = [
            url("bank_list"),
            url("bank_new"),
            url("bank_detail", bank.pk),
            url("bank_import", bank.pk),
            url("question_new", bank.pk),
            url("question_detail", question.pk),
            url("question_edit", question.pk),
            url("question_retire", question.pk),
            url("import_check", QuestionImport.objects.get().pk),
        ]
    for address in (*pages, check):
        html = at_work.get(address).content.decode()
        assert not re.search(r"<[^>]+ style=|<script(?![^>]* src=)[^>]*>(?!\s*</script>)|<[^>]+ on\w+=", html), address
        assert len(re.findall(r"<h1", html)) == 1, address
        assert len(re.findall(r'class="[^"]*btn-primary', html)) <= 1, address
