"""Headers, stems and whole sheets: every row ends as a draft or with its reason."""

from dataclasses import dataclass
from typing import Any

import pytest

from exams.importers.headers import find_header
from exams.importers.pictures import Pictures
from exams.importers.texts import alike, clean, without_number
from exams.importers.verdicts import check
from exams.importers.workbooks import Reading, read_workbook
from tests.exams.sheets import FIRE, HEAD


@dataclass
class Sheet:
    rows: list[tuple[Any, ...]]
    name: str = "Sheet1"


def read(*rows: tuple[Any, ...], head: tuple[Any, ...] = HEAD, name: str = "Sheet1", file: str = "a.xlsx") -> Reading:
    return read_workbook(file, [Sheet([head, *rows], name)], Pictures())


def outcome(*rows: tuple[Any, ...], **more: Any) -> list[Any]:
    """Of each row its kind, or the reason why not."""
    return [row.draft.kind if row.draft else str(row.fault) for row in read(*rows, **more).rows]


def draft(row: tuple[Any, ...], head: tuple[Any, ...] = HEAD) -> Any:
    [found] = read(row, head=head).rows
    return found.draft


# ── Texts ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "stem", ["1.先做什么", "1．先做什么", "1、先做什么", "12\t先做什么", "(3)先做什么", "15.\xa0 先做什么"]
)
def test_the_number_before_a_stem_goes(stem: str) -> None:
    assert clean(without_number(stem)) == "先做什么"


@pytest.mark.parametrize("stem", ["1.5米以上", "2m以上的作业", "30日内", "3～5人"])
def test_a_quantity_at_the_beginning_stays(stem: str) -> None:
    assert clean(without_number(stem)) == stem


def test_the_number_before_a_year_goes() -> None:
    assert clean(without_number("5.2004年12月8日，某船倾覆。")) == "2004年12月8日，某船倾覆。"


def test_spaces_and_invisible_marks_are_cleaned() -> None:
    assert clean("先\xa0\xa0做\u200b什么\t（    ）\r\n\n选一个 ") == "先 做什么 （ ）\n选一个"


def test_texts_are_alike_whatever_their_width_and_space() -> None:
    assert alike("接地电阻不大于 ４Ω（  ）。") == alike("接地电阻不大于4Ω()")
    assert alike("接地电阻不大于4Ω") != alike("接地电阻不大于40Ω")


# ── Headers ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "head",
    [
        ("试题类型(判断题、单选题、多选题)", "题目内容", "题目选项(用**隔开)", "正确答案(只能输入ABCD否则报错)"),
        ("类型", "试题", "备选项", "标准答案"),
        ("题型*", " 题 干 ", "选项", "参考答案："),
    ],
)
def test_headers_of_many_wordings(head: tuple[str, ...]) -> None:
    found = find_header([("2026 年题库",), (), head])
    assert found
    assert found[0] == 2
    assert dict(found[1].fields) == {"kind": 0, "stem": 1, "options": 2, "answer": 3}


def test_one_column_an_option_in_any_wording() -> None:
    for letters in (("选项A", "选项B"), ("A选项", "B选项"), ("A", "B"), ("选项1", "选项2"), ("答案A", "答案B")):
        found = find_header([("题目", *letters, "答案")])
        assert found
        assert found[1].letters == {"A": 1, "B": 2}, letters


def test_a_heading_merged_over_the_options() -> None:
    found = find_header([("题干", "选项", None, None, "答案")])
    assert found
    assert found[1].letters == {"A": 1, "B": 2, "C": 3}


def test_columns_that_are_not_read_are_told() -> None:
    reading = read((*FIRE, 2, "甲"), head=(*HEAD, "分值", "出题人"))
    assert [str(remark.note) for remark in reading.remarks] == ["These columns were not read: 分值、出题人."]


def test_a_sheet_without_questions_is_told_and_a_blank_one_is_not() -> None:
    sheets = [Sheet([("姓名", "电话"), ("甲", "1")], "名单"), Sheet([], "Sheet3"), Sheet([(None, " ")], "Sheet4")]
    reading = read_workbook("a.xlsx", sheets, Pictures())
    assert [(remark.sheet, remark.row, str(remark.note)[:9]) for remark in reading.remarks] == [
        ("名单", 0, "No header")
    ]


# ── Rows ─────────────────────────────────────────────────────────────────────
def test_a_sound_row_becomes_a_draft() -> None:
    found = draft(FIRE)
    assert (found.kind, found.stem) == ("single", "闻到燃气味，先做什么（ ）。")
    assert (found.options, found.answer) == (("开灯看", "关阀门", "打电话"), (1,))


def test_explanation_difficulty_and_chapter_come_along() -> None:
    found = draft((*FIRE, "开灯会打出火花。", "难", "第一章"), (*HEAD, "解析", "难度", "章节"))
    assert (found.explanation, found.difficulty, found.chapter) == ("开灯会打出火花。", 3, "第一章")


def test_a_difficulty_nobody_understands_is_told() -> None:
    [row] = read((*FIRE, 0.65), head=(*HEAD, "难度系数")).rows
    assert str(row.repairs[0]).startswith("The difficulty “0.65” was not understood")


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (("选择题", "问", "A.甲 B.乙", "B"), "single"),
        (("选择题", "问", "A.甲 B.乙 C.丙", "AC"), "multiple"),
        ((None, "问", "A.甲 B.乙 C.丙", "AC"), "multiple"),
        ((None, "问", "A.甲 B.乙", "A"), "single"),
        ((None, "问", "A.对 B.错", "A"), "true_false"),
        ((None, "问", None, "√"), "true_false"),
    ],
)
def test_a_kind_that_options_and_key_tell_without_doubt(row: tuple[Any, ...], kind: str) -> None:
    [found] = read(row).rows
    assert found.draft
    assert found.draft.kind == kind
    told = ["The row did not name the kind" in str(note) for note in found.repairs]
    assert told == ([True] if row[0] is None else [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("单选题", "问", "A.甲 B.乙", "AB"), "It is called single choice, but the key AB names several options."),
        (("多选题", "问", "A.甲 B.乙", "A"), "It is called multiple choice, but the key A names only one option."),
        (("单选题", "问", "A.甲 B.乙 C.甲", "A"), "Options A and C are the same."),
        (("单选题", "问", "**A.甲", "A"), "A question needs at least two options."),
        (("单选题", None, "A.甲 B.乙", "A"), "The stem is missing."),
        (("单选题", "12.", "A.甲 B.乙", "A"), "The stem is missing."),
        (("单选题", "问", None, "A"), "The row has no options; questions answered by a number or a text"),
        (("数字类选择题", "接地电阻不大于()Ω", None, 4), "The row has no options; questions answered by a number"),
        (("填空题", "问", None, "甲"), "Questions of the kind “填空题” can't be asked yet."),
        ((None, "问", None, None), "The row has no options"),
        (("判断题", "问", None, None), "The key is missing."),
        (("单选题", "问", "A.甲 B.乙 C.A、B", "A"), "Option C names other options by their letters"),
        (("单选题", "问" * 4100, "A.甲 B.乙", "A"), "The text of the question is too long."),
    ],
)
def test_a_row_that_can_not_be_asked_says_why(row: tuple[Any, ...], reason: str) -> None:
    [found] = outcome(row)
    assert found.startswith(reason)


def test_letters_may_be_what_is_asked() -> None:
    assert outcome(("单选题", "干粉灭火器用于哪几类火？", "**A.A、B**B.B、C**C.A、B、C", "C")) == ["single"]


def test_headings_above_the_rows_and_names_of_sheets_give_the_kind() -> None:
    head = ("题干", "选项", "答案")
    several = ("问", "A.甲 B.乙 C.丙", "AB")
    assert outcome(("一、单选题（每题 2 分）", None, None), several, head=head) == [
        "It is called single choice, but the key AB names several options."
    ]
    assert outcome(("二、多选题", None, None), several, head=head) == ["multiple"]
    assert outcome(several, head=head, name="单选") == [
        "It is called single choice, but the key AB names several options."
    ]


def test_a_header_pasted_again_and_rows_without_a_question_are_no_rows() -> None:
    head = (*HEAD, "章节")
    reading = read(FIRE, (), head, ("多选题", None, None, None, "第一章"), FIRE, head=head)
    assert [row.number for row in reading.rows] == [2, 6]
    assert [(remark.row, str(remark.note)[:24]) for remark in reading.remarks] == [(5, "This row holds no questi")]


# ── Pictures that are missing ────────────────────────────────────────────────
@pytest.mark.parametrize("claim", [1, "是", "有", "Y"])
def test_a_claimed_picture_that_is_not_there_refuses_the_row(claim: Any) -> None:
    [found] = outcome((*FIRE, claim), head=(*HEAD, "是否有图片"))
    assert found == "The row says that it has a picture, but none is anchored to it in the workbook."


@pytest.mark.parametrize("claim", [None, 0, "否", "无"])
def test_a_row_that_claims_none_needs_none(claim: Any) -> None:
    assert outcome((*FIRE, claim), head=(*HEAD, "是否有图片")) == ["single"]


@pytest.mark.parametrize(
    "stem", ["如图，这是什么？", "下图为塔式起重机的（ ）。", "如 所示，“1”是（ ）。", "42.图 所示的装置是"]
)
def test_a_stem_that_speaks_of_a_figure_needs_it(stem: str) -> None:
    [found] = outcome(("单选题", stem, "A.甲 B.乙", "A"))
    assert found.startswith("The stem speaks of a figure")


@pytest.mark.parametrize(
    "stem", ["警告标志的图形是（ ）。", "由特性曲线图可知（ ）。", "平面布置图中（ ）。", "地下图书馆的出口"]
)
def test_the_word_figure_alone_asks_for_none(stem: str) -> None:
    assert outcome(("单选题", stem, "A.甲 B.乙", "A")) == ["single"]


# ── One beside the other ─────────────────────────────────────────────────────
def words(*readings: Reading) -> list[str]:
    return [verdict.word for verdict in check(readings, {}).verdicts]


def test_the_same_question_again_is_a_duplicate_within_and_across_files() -> None:
    again = ("单选题", "7、闻到燃气味,先做什么(  )", "A、打电话##B、开灯看##C、关阀门", "C")
    assert words(read(FIRE, again), read(FIRE, file="b.xlsx")) == ["imported", "duplicate", "duplicate"]


def test_the_same_question_with_another_key_is_a_conflict_of_both() -> None:
    other = (*FIRE[:3], "A")
    found = check([read(FIRE, FIRE, other)], {}).verdicts
    assert [verdict.word for verdict in found] == ["conflict"] * 3
    assert [verdict.of.number for verdict in found if verdict.of] == [4, 4, 2]  # type: ignore[union-attr]


def test_other_options_make_another_question() -> None:
    assert words(read(FIRE, (*FIRE[:2], "**A.开窗**B.关阀门", "B"))) == ["imported", "imported"]


def test_every_row_is_in_exactly_one_count() -> None:
    found = check([read(FIRE, FIRE, ("单选题", "问", "A.甲 B.乙", "C"), ("判断题", "问", None, "对"))], {}).counts
    assert found == {"rows": 4, "imported": 2, "repaired": 0, "duplicates": 1, "conflicts": 0, "errors": 1}
