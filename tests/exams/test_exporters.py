"""A bank goes out as Excel and GIFT and comes in again as the same questions; a paper goes out as Word and PDF."""

import io
from pathlib import Path
from typing import Any

import docx
import pytest
from django.utils import timezone

from exams.exporters.gift import gift_file
from exams.exporters.paper_docx import paper_docx
from exams.exporters.printed import printed_paper
from exams.exporters.question_book import question_book
from exams.exporters.question_template import question_template
from exams.importers.pictures import made_safe
from exams.models import Exam, Paper, Question, QuestionBank
from exams.queries.banks import question_rows
from exams.services.banks import store_picture
from exams.services.question_imports import check_file, read_file
from records.spreadsheets import read_workbook
from tests.exams.factories import make_exam, make_question
from tests.exams.sheets import picture

pytestmark = pytest.mark.django_db
KINDS: dict[str, Any] = {
    "single": {},
    "multiple": {},
    "true_false": {"options": ["对", "错"]},
    "fill": {
        "stem": "火警____，急救____。",
        "options": [],
        "answer": [{"accept": ["119", "一一九"]}, {"accept": ["120"]}],
    },
    "ordering": {"options": ["判断", "呼叫", "按压"], "answer": [0, 1, 2]},
    "matching": {"options": {"left": ["红", "黄"], "right": ["禁", "警", "令"]}, "answer": [0, 1]},
    "short": {"options": [], "answer": [{"text": "断电", "share": 2}, {"text": "报告", "share": 1}]},
    "essay": {"options": [], "answer": [{"text": "先说做法\n再说理由", "share": 1}]},
}
GIFT_KINDS = {"single", "multiple", "true_false", "matching"}


@pytest.fixture(autouse=True)
def kept_in(settings: Any, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def bank() -> QuestionBank:
    bank = QuestionBank.objects.create(name="题库")
    for kind, wording in KINDS.items():
        question = make_question(bank, kind, **{"explanation": "因为\n所以", "difficulty": 2} | wording)
        Question.objects.filter(pk=question.pk).update(chapter="第一章/用电", point="接地")
    return bank


def words_of(bank: QuestionBank, name: str, content: bytes) -> list[str]:
    return [verdict.word for verdict in check_file(bank, name, content).verdicts]


def drafts(name: str, content: bytes) -> list[Any]:
    return [row.draft or str(row.fault) for row in read_file(name, content).rows]


def test_a_bank_as_excel_comes_in_again_as_the_same_questions(bank: QuestionBank) -> None:
    book = question_book(question_rows(bank, sort="oldest"), title="题库", made="")
    assert words_of(bank, "a.xlsx", book) == ["duplicate"] * 8
    for draft, question in zip(drafts("a.xlsx", book), question_rows(bank, sort="oldest"), strict=True):
        kept = question.current
        assert kept
        assert (draft.kind, draft.stem, draft.explanation) == (kept.kind, kept.stem, kept.explanation)
        assert (draft.difficulty, draft.chapter, draft.point) == (2, "第一章/用电", "接地")
        assert (list(draft.answer), [*draft.options]) == (kept.answer, [*kept.options])


def test_a_bank_as_gift_comes_in_again_and_names_what_was_left_out(bank: QuestionBank) -> None:
    text = gift_file(question_rows(bank, sort="oldest"), made="题库")
    assert words_of(bank, "a.gift", text.encode()) == ["duplicate"] * 4
    found = drafts("a.gift", text.encode())
    assert {draft.kind for draft in found} == GIFT_KINDS
    assert {(draft.explanation, draft.difficulty, draft.chapter, draft.point) for draft in found} == {
        ("因为\n所以", 2, "第一章/用电", "接地")
    }
    left_out = text.partition("Left out:")[2].splitlines()[1:]
    assert [line.split()[1] for line in left_out] == ["fill-1", "ordering-1", "short-1", "essay-1"]


@pytest.mark.parametrize(
    ("stem", "answer"),
    [
        ("火警是____，记住。", [{"accept": ["119", "一一九"]}]),
        ("火警是____", [{"accept": ["119"]}]),
        ("电压不高于几伏？", [{"number": "36", "tolerance": "0.5", "unit": ""}]),
    ],
)
def test_one_blank_goes_through_gift(stem: str, answer: Any) -> None:
    question = make_question(QuestionBank.objects.create(name="题库"), "fill", stem=stem, options=[], answer=answer)
    [draft] = drafts("a.gift", gift_file([question], made="").encode())
    assert (draft.stem, draft.answer) == (stem, answer)


def test_control_characters_go_through_gift() -> None:
    options = ["a=b~c", "{d}#e", "f:g\\h", "[html]i"]
    question = make_question(
        QuestionBank.objects.create(name="题库"), options=options, answer=[2], stem="哪个::对？\\n"
    )
    [draft] = drafts("a.gift", gift_file([question], made="").encode())
    assert (draft.stem, draft.options, draft.answer) == ("哪个::对？\\n", tuple(options), (2,))


def test_what_the_columns_would_change_is_left_out_and_named() -> None:
    bank = QuestionBank.objects.create(name="题库")
    numbered = make_question(bank, stem="3、四项各是什么？")
    many = make_question(bank, number=2, options=[f"项{number}" for number in range(9)], answer=[0])
    sheets = read_workbook(question_book([numbered, many], title="题库", made=""), "a.xlsx")
    assert [row[0] for row in sheets[1].rows[1:]] == [numbered.key, many.key]


def test_no_text_of_a_bank_becomes_a_live_formula() -> None:
    question = make_question(
        QuestionBank.objects.create(name="题库"), stem="=1+1 等于？", options=["=2", "+3"], answer=[0]
    )
    [sheet] = read_workbook(question_book([question], title="=题库", made="@甲"), "a.xlsx")
    assert not sheet.formulas
    assert sheet.rows[4][1:4] == ("=1+1 等于？", "=2", "+3")


def test_a_picture_is_claimed_by_the_row_and_keeps_a_question_out_of_gift(bank: QuestionBank) -> None:
    question = make_question(bank, number=5)
    question.current.picture = store_picture(made_safe(picture()), by=None)
    question.current.save()
    assert "It has a picture." in gift_file([question], made="")
    [found] = drafts("a.xlsx", question_book([question], title="", made=""))
    assert found.startswith("The row says that it has a picture")


def test_every_example_of_the_template_can_be_imported() -> None:
    assert [draft.kind for draft in drafts("a.xlsx", question_template())] == [
        *("single", "multiple", "true_false", "fill", "ordering", "matching", "short")
    ]


# ── Papers ───────────────────────────────────────────────────────────────────
def frozen(bank: QuestionBank) -> tuple[Exam, Paper]:
    """Every question once, the options turned round where their order is shuffled."""
    exam = make_exam(bank, title="岗前考试", duration_minutes=90)
    slots = []
    for question in question_rows(bank, sort="oldest"):
        version = question.current
        assert version
        options = version.options["right"] if version.kind == "matching" else version.options
        order = [*reversed(range(len(options)))]
        slots.append({"version": version.pk, "kind": version.kind, "points": 5, "order": order})
    return exam, Paper.objects.create(exam=exam, number=1, slots=slots, total_points=40)


def test_a_paper_has_a_section_for_each_kind_and_no_key(bank: QuestionBank) -> None:
    paper = printed_paper(*frozen(bank), with_key=False)
    assert paper.facts == "考试时间 90 分钟　　满分 40 分　　80% 及格"
    assert [section.heading for section in paper.sections][:3] == [
        "一、单选题（每题 5 分，共 5 分）",
        "二、多选题（每题 5 分，共 5 分）",
        "三、判断题（每题 5 分，共 5 分）",
    ]
    questions = [section.questions[0] for section in paper.sections]
    assert [question.number for question in questions] == list(range(1, 9))
    assert questions[0].lines == ["A. 丁　　B. 丙　　C. 乙　　D. 甲"]
    assert questions[3].stem == "火警________，急救________。"
    assert questions[5].lines[:3] == ["（1）红", "（2）黄", "A. 令　　B. 警　　C. 禁"]
    assert [bool(question.room) for question in questions] == [False] * 6 + [True, True]
    assert {(question.key, question.explanation) for question in questions} == {((), "")}


def test_the_key_sheet_names_the_letters_of_this_paper(bank: QuestionBank) -> None:
    paper = printed_paper(*frozen(bank), with_key=True)
    assert [section.questions[0].key for section in paper.sections] == [
        ["C"],
        ["BD"],
        ["×"],
        ["119|一一九；120"],
        ["CBA"],
        ["（1）C　（2）B"],
        ["断电（2分）", "报告（1分）"],
        ["先说做法\n再说理由"],
    ]


def test_the_word_file_has_names_to_fill_in_and_every_question(bank: QuestionBank) -> None:
    exam, paper = frozen(bank)
    book = docx.Document(io.BytesIO(paper_docx(printed_paper(exam, paper, with_key=False), made_at=timezone.now())))
    text = "\n".join(paragraph.text for paragraph in book.paragraphs)
    assert all(word in text for word in ("岗前考试", "姓名：", "单位：", "准考证号：", "一、单选题"))
    assert "答案：" not in text
    assert [cell.text for cell in book.tables[0].rows[0].cells] == ["题号", *"一二三四五六七八", "总分"]
    key = docx.Document(io.BytesIO(paper_docx(printed_paper(exam, paper, with_key=True), made_at=timezone.now())))
    assert "答案：C" in [paragraph.text for paragraph in key.paragraphs]


def test_the_word_file_shows_the_picture_of_a_question(bank: QuestionBank) -> None:
    version = bank.questions.order_by("pk")[0].current
    assert version
    version.picture = store_picture(made_safe(picture()), by=None)
    version.save()
    printed = printed_paper(*frozen(bank), with_key=False)
    book = docx.Document(io.BytesIO(paper_docx(printed, made_at=timezone.now())))
    assert len(book.inline_shapes) == 1
    assert printed.sections[0].questions[0].picture_address.startswith("data:image/png;base64,")
