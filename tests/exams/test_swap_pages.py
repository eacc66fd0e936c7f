"""Pages on which questions come in by text and go out: the box, what is nearly the same, exports, printed papers."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exams.models import Exam, Question, QuestionBank, QuestionImport
from records.models import AuditEntry
from records.spreadsheets import read_workbook
from tests.exams.factories import make_bank, make_published, make_question
from tests.exams.sheets import HEAD, xlsx

pytestmark = pytest.mark.django_db
PASTED = "1.闻到燃气味先做什么（ ）\nA.关阀门\nB.开灯\n答案：A\n"


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


# ── In ───────────────────────────────────────────────────────────────────────
def test_a_pasted_text_is_checked_like_a_file(bank: QuestionBank, at_work: Client) -> None:
    check = at_work.post(url("bank_import", bank.pk), {"pasted": "1", "text": PASTED}).url
    page = at_work.get(check)
    assert [(line.stem, line.word) for line in page.context["lines"]] == [("闻到燃气味先做什么（ ）", "repaired")]
    assert QuestionImport.objects.get().file_name.endswith(".txt")


def test_an_empty_box_says_so_and_the_other_form_stays_still(bank: QuestionBank, at_work: Client) -> None:
    page = at_work.post(url("bank_import", bank.pk), {"pasted": "1", "text": " "})
    assert page.context["paste"].errors["text"]
    assert not page.context["form"].is_bound
    assert at_work.post(url("bank_import", bank.pk), {"pasted": "1", "text": "\x00\x01"}).context["paste"].errors
    assert not QuestionImport.objects.exists()


@pytest.mark.parametrize(("name", "text"), [("a.gift", "问题在此{T}"), ("a.txt", "题\nA. 甲\nB. 乙\nANSWER: A\n")])
def test_other_files_come_in_by_the_same_page(bank: QuestionBank, at_work: Client, name: str, text: str) -> None:
    check = at_work.post(url("bank_import", bank.pk), {"file": SimpleUploadedFile(name, text.encode())}).url
    assert at_work.get(check).context["good"] == 1


def test_nearly_the_same_is_shown_side_by_side_and_goes_in_all_the_same(bank: QuestionBank, at_work: Client) -> None:
    make_question(bank, stem="进入有限空间作业前应当先通风再检测", options=["对的", "不对"], answer=[0])
    row = ("单选题", "进入有限空间作业前，应当先通风再检测", "A.对的 B.不对", "B")
    file = SimpleUploadedFile("a.xlsx", xlsx([HEAD, row]))
    check = at_work.post(url("bank_import", bank.pk), {"file": file}).url
    page = at_work.get(check, {"rows": "near"})
    [line] = page.context["lines"]
    assert (line.word, line.near, [side.key for side in line.sides]) == ("imported", True, [["不对"], ["对的"]])
    assert "bank-beside" in page.content.decode()
    assert page.context["good"] == 1


def test_a_contradictory_key_is_shown_side_by_side(bank: QuestionBank, at_work: Client) -> None:
    make_question(bank, stem="问", options=["甲", "乙"], answer=[0])
    file = SimpleUploadedFile("a.xlsx", xlsx([HEAD, ("单选题", "问", "A.甲 B.乙", "B")]))
    page = at_work.get(at_work.post(url("bank_import", bank.pk), {"file": file}).url)
    [line] = page.context["lines"]
    assert (line.word, line.near, [side.key for side in line.sides]) == ("conflict", False, [["乙"], ["甲"]])


# ── By hand ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("kind", "stem", "lines", "options", "answer"),
    [
        ("fill", "火警（ ）。", "119|一一九", [], [{"accept": ["119", "一一九"]}]),
        ("ordering", "次序", "甲\n乙\n丙", ["甲", "乙", "丙"], [0, 1, 2]),
        ("matching", "配对", "红→禁\n黄→警", {"left": ["红", "黄"], "right": ["禁", "警"]}, [0, 1]),
        ("essay", "怎么办", "断电（2分）", [], [{"text": "断电", "share": 2}]),
    ],
)
def test_every_kind_is_written_shown_and_changed(
    bank: QuestionBank, at_work: Client, kind: str, stem: str, lines: str, options: Any, answer: Any
) -> None:
    typed = {"kind": kind, "stem": stem, "lines": lines, "difficulty": "1", "point": "用电"}
    address = at_work.post(url("question_new", bank.pk), typed).url
    question = Question.objects.get()
    version = question.current
    assert version
    assert (version.options, version.answer, question.point) == (options, answer, "用电")
    assert at_work.get(address).status_code == 200
    form = at_work.get(url("question_edit", question.pk)).context["form"]
    shown = {name: form.initial[name] for name in ("kind", "stem", "lines", "difficulty", "point")}
    assert at_work.post(url("question_edit", question.pk), shown).url == address
    assert question.versions.count() == 1


@pytest.mark.parametrize(("kind", "lines"), [("fill", "甲\n乙"), ("matching", "红 禁"), ("ordering", "甲\n乙")])
def test_a_key_that_does_not_fit_says_why(bank: QuestionBank, at_work: Client, kind: str, lines: str) -> None:
    typed = {"kind": kind, "stem": "问____", "lines": lines, "difficulty": "1"}
    assert at_work.post(url("question_new", bank.pk), typed).context["form"].errors["lines"]


@pytest.mark.parametrize("kind", ["fill", "ordering", "matching", "short"])
def test_who_does_not_edit_sees_no_key_of_any_kind(kind: str, at_work: Client) -> None:
    bureau = QuestionBank.objects.create(name="本局题库")
    wording: Any = {
        "fill": {"stem": "火警____", "options": [], "answer": [{"accept": ["密钥"]}]},
        "ordering": {"options": ["丙项", "乙项", "甲项"], "answer": [0, 1, 2]},
        "matching": {"options": {"left": ["红", "黄"], "right": ["警", "禁"]}, "answer": [0, 1]},
        "short": {"options": [], "answer": [{"text": "密钥", "share": 1}]},
    }[kind]
    page = at_work.get(url("question_detail", make_question(bureau, kind, **wording).pk))
    texts = [option["text"] for option in page.context["options"]]
    assert texts == {"ordering": sorted(["丙项", "乙项", "甲项"]), "matching": ["红", "黄", *sorted("警禁")]}.get(
        kind, []
    )
    assert "密钥" not in page.content.decode()


# ── Out ──────────────────────────────────────────────────────────────────────
def test_what_the_list_shows_goes_out_and_is_logged(bank: QuestionBank, at_work: Client) -> None:
    make_question(bank, stem="灭火器怎么用")
    make_question(bank, number=2, stem="触电怎么办")
    page = at_work.get(url("bank_detail", bank.pk)).content.decode()
    assert url("bank_export", bank.pk, "xlsx") in page
    book = at_work.post(url("bank_export", bank.pk, "xlsx") + "?q=灭火")
    [sheet] = read_workbook(book.content, "a.xlsx")
    assert [row[1] for row in sheet.rows if len(row) > 1 and row[0] == "单选题"] == ["灭火器怎么用"]
    text = at_work.post(url("bank_export", bank.pk, "gift")).content.decode()
    assert text.count("\n::") == 2
    assert at_work.post(url("bank_export", bank.pk, "pdf")).status_code == 404
    payloads = AuditEntry.objects.filter(action="exams.bank_exported").order_by("pk").values_list("payload", flat=True)
    assert list(payloads) == [{"form": "xlsx", "questions": 1}, {"form": "gift", "questions": 2}]


def test_an_export_costs_the_same_for_one_and_three(bank: QuestionBank, at_work: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            at_work.post(url("bank_export", bank.pk, "xlsx"))
        return len(seen)

    make_question(bank)
    cost()
    few = cost()
    for number in (2, 3):
        make_question(bank, number=number)
    assert cost() == few


def test_papers_are_printed_as_word_and_pdf_with_the_key_for_who_keeps_the_bank(
    bank: QuestionBank, at_work: Client, organisation_a: Any
) -> None:
    make_bank(bank.name, organisation_a)
    exam = make_published(bank, organisation=organisation_a)
    assert url("exam_papers", exam.pk) in at_work.get(url("exam_detail", exam.pk)).content.decode()
    page = at_work.get(url("exam_papers", exam.pk)).content.decode()
    assert url("paper_print", exam.pk, 1, "key", "pdf") in page
    assert at_work.post(url("paper_print", exam.pk, 1, "paper", "docx")).content.startswith(b"PK")
    found = at_work.post(url("paper_print", exam.pk, 1, "key", "pdf")).content
    text = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(found)).pages)
    assert "参考答案" in text
    for wrong in (("paper", "txt"), ("other", "pdf")):
        assert at_work.post(url("paper_print", exam.pk, 1, *wrong)).status_code == 404
    assert at_work.post(url("paper_print", exam.pk, 99, "paper", "pdf")).status_code == 404
    assert AuditEntry.objects.filter(action="exams.paper_printed").count() == 2


def test_the_key_of_a_foreign_bank_is_not_printed(at_work: Client, organisation_a: Any) -> None:
    exam: Exam = make_published(make_bank("本局题库"), organisation=organisation_a)
    assert "/key/" not in at_work.get(url("exam_papers", exam.pk)).content.decode()
    assert at_work.post(url("paper_print", exam.pk, 1, "key", "pdf")).status_code == 404
    assert at_work.post(url("paper_print", exam.pk, 1, "paper", "pdf")).status_code == 200
