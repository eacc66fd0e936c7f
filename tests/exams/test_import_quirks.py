"""One fixture for every quirk of the question banks that enterprises pass round, each by its name."""

from typing import Any

import pytest

from exams.models import QuestionBank
from exams.services.question_imports import check_file, read_file
from records.spreadsheets import Unreadable
from tests.exams.sheets import FIRE, HEAD, picture, xls, xlsx

ONE_CELL = ("题型", "题干", "选项", "答案")
COLUMNS = ("题型", "题干", "选项A", "选项B", "选项C", "答案")
GOOD = ("单选题", "问", "**A.甲**B.乙**C.丙", "B")


def rows(content: bytes, name: str = "a.xlsx") -> list[Any]:
    return read_file(name, content).rows


def one(*table: Any) -> Any:
    [row] = rows(xlsx(table))
    return row


OPTIONS = {
    "split by two stars": "**A.甲**B.乙**C.丙",
    "split by two hashes": "##A.甲##B.乙##C.丙",
    "without a separator before the first": "A.甲**B.乙**C.丙",
    "letters with a full stop": "A.甲##B.乙##C.丙",
    "letters with an ideographic comma": "A、甲##B、乙##C、丙",
    "letters with a full-width stop": "A．甲##B．乙##C．丙",
    "letters alone": "A甲##B乙##C丙",
}


@pytest.mark.parametrize("cell", OPTIONS.values(), ids=OPTIONS)
def test_options_in_one_cell(cell: str) -> None:
    draft = one(ONE_CELL, ("单选题", "问", cell, "B")).draft
    assert (draft.options, draft.answer) == (("甲", "乙", "丙"), (1,))


def test_one_column_per_option() -> None:
    draft = one(COLUMNS, ("单选题", "问", "甲", "乙", "丙", "B")).draft
    assert (draft.options, draft.answer) == (("甲", "乙", "丙"), (1,))


def test_the_separator_in_the_cells_differs_from_the_one_the_header_announces() -> None:
    head = ("题型", "题干", "题目选项(用##隔开)", "答案")
    assert one(head, GOOD).draft.options == ("甲", "乙", "丙")


KEYS = {
    "one letter": ("单选题", "**A.甲**B.乙**C.丙", "A", (0,)),
    "letters in a row": ("多选题", "**A.甲**B.乙**C.丙**D.丁", "ABD", (0, 1, 3)),
    "letters with commas": ("多选题", "**A.甲**B.乙**C.丙**D.丁", "A,B,D", (0, 1, 3)),
    "right in words": ("判断题", None, "正确", (0,)),
    "wrong in words": ("判断题", None, "错误", (1,)),
    "right in one word": ("判断题", None, "对", (0,)),
    "wrong in one word": ("判断题", None, "错", (1,)),
    "right as a tick": ("判断题", None, "√", (0,)),
    "wrong as a cross": ("判断题", None, "×", (1,)),
    "right as T": ("判断题", None, "T", (0,)),
    "wrong as F": ("判断题", None, "F", (1,)),
}


@pytest.mark.parametrize(("kind", "options", "key", "answer"), KEYS.values(), ids=KEYS)
def test_keys(kind: str, options: Any, key: Any, answer: tuple[int, ...]) -> None:
    assert one(ONE_CELL, (kind, "问", options, key)).draft.answer == answer


REFUSED = {
    "a key that is a number": (("单选题", "问", "**A.甲**B.乙", 2), "The key is the number 2"),
    "an empty key": (("单选题", "问", "**A.甲**B.乙", None), "The key is missing."),
    "options that can not be split": (("单选题", "问", "甲和乙", "A"), "The options can't be told apart"),
    "a number without options": (("数字类选择题", "不大于()Ω", None, 4), "The row has no options."),
    "a range without options": (("数字类选择题", "应为()", None, "3~5"), "The row has no options."),
    "a text without options": (("数字类选择题", "应为()", None, "不大于4"), "The row has no options."),
}


@pytest.mark.parametrize(("row", "reason"), REFUSED.values(), ids=REFUSED)
def test_rows_that_are_refused(row: tuple[Any, ...], reason: str) -> None:
    assert str(one(ONE_CELL, row).fault).startswith(reason)


NUMBERS = {"1.": "1.问", "1．": "1．问", "1、": "1、问", "1<tab>": "1\t问"}


@pytest.mark.parametrize("stem", NUMBERS.values(), ids=NUMBERS)
def test_a_number_before_the_stem_goes(stem: str) -> None:
    assert one(ONE_CELL, ("单选题", stem, *GOOD[2:])).draft.stem == "问"


def test_brackets_at_the_end_of_the_stem_stay_and_make_no_difference() -> None:
    with_brackets = one(ONE_CELL, ("单选题", "先做什么（    ）", *GOOD[2:])).draft
    assert with_brackets.stem == "先做什么（ ）"


HEADERS = {
    "kind": ("试题类型(判断题、单选题、多选题)", "题型", "类型"),
    "stem": ("题目内容", "题干", "试题"),
    "answer": ("题目答案", "答案", "标准答案", "正确答案(只能输入ABCD否则报错)"),
}


@pytest.mark.parametrize("kind", HEADERS["kind"])
@pytest.mark.parametrize("stem", HEADERS["stem"])
@pytest.mark.parametrize("answer", HEADERS["answer"])
def test_names_of_columns_vary(kind: str, stem: str, answer: str) -> None:
    head = (kind, stem, "选项", answer)
    draft = one(head, GOOD).draft
    assert (draft.kind, draft.answer) == ("single", (1,))


def test_explanation_difficulty_chapter_and_knowledge_point() -> None:
    head = (*ONE_CELL, "解析", "难度", "章节", "知识点")
    draft = one(head, (*GOOD, "因为", "难", "第一章", "接地")).draft
    assert (draft.explanation, draft.difficulty, draft.chapter, draft.point) == ("因为", 3, "第一章", "接地")


def test_a_title_row_above_the_header() -> None:
    row = one(("某某公司安全题库",), (), ONE_CELL, GOOD)
    assert (row.number, row.draft.kind) == (4, "single")


def test_pictures_anchored_to_cells() -> None:
    content = xlsx(
        [(*ONE_CELL, "是否有图片"), ("单选题", "如图，是什么", *GOOD[2:], "是")], pictures={(1, 5): picture()}
    )
    [row] = rows(content)
    assert row.draft
    assert row.picture


def test_a_picture_that_is_claimed_and_not_there() -> None:
    row = one((*ONE_CELL, "是否有图片"), (*GOOD, "是"))
    assert str(row.fault).startswith("The row says that it has a picture")


def test_blank_extra_sheets_and_a_sheet_that_holds_no_questions() -> None:
    reading = read_file("a.xlsx", xlsx([ONE_CELL, GOOD], more={"Sheet2": [], "名单": [("姓名", "电话"), ("甲", 1)]}))
    assert len(reading.rows) == 1
    assert [remark.sheet for remark in reading.remarks] == ["名单"]


def test_an_xls_file_named_xlsx() -> None:
    [row] = rows(xls([ONE_CELL, GOOD]), "a.xlsx")
    assert row.draft


@pytest.mark.django_db
def test_the_same_question_repeated_within_a_file_with_the_same_and_with_another_key() -> None:
    bank = QuestionBank.objects.create(name="题库")
    content = xlsx([HEAD, FIRE, FIRE, GOOD, (*GOOD[:3], "C")])
    assert [verdict.word for verdict in check_file(bank, "a.xlsx", content).verdicts] == [
        "imported",
        "duplicate",
        "conflict",
        "conflict",
    ]


# ── Kinds without a choice, in the layouts that are used for them ────────────
WRITTEN = {
    "one blank": (("填空题", "火警电话是____。", None, "119"), "火警电话是____。", [], [{"accept": ["119"]}]),
    "a blank in brackets": (("填空题", "火警电话是（  ）。", None, 119), "火警电话是____。", [], [{"accept": ["119"]}]),
    "blanks split by a semicolon": (
        ("填空题", "先____，后____。", None, "通风；检测|测氧"),
        "先____，后____。", [], [{"accept": ["通风"]}, {"accept": ["检测", "测氧"]}],
    ),
    "blanks split by a comma": (
        ("填空题", "先____，后____。", None, "通风、检测"),
        "先____，后____。", [], [{"accept": ["通风"]}, {"accept": ["检测"]}],
    ),
    "blanks with numbers": (
        ("填空题", "先____，后____。", None, "(1)通风(2)检测"),
        "先____，后____。", [], [{"accept": ["通风"]}, {"accept": ["检测"]}],
    ),
    "blanks in the option cells": (
        ("填空题", "先____，后____。", "A.通风**B.检测", None),
        "先____，后____。", [], [{"accept": ["通风"]}, {"accept": ["检测"]}],
    ),
    "a number with tolerance and unit": (
        ("填空题", "接地电阻____", None, "4±0.5Ω"),
        "接地电阻____", [], [{"number": "4", "tolerance": "0.5", "unit": "Ω"}],
    ),
    "an order": (("排序题", "次序", "A.二**B.一**C.三", "B→A→C"), "次序", ["一", "二", "三"], [0, 1, 2]),
    "pairs in the option cells": (
        ("匹配题", "配对", "A.红→禁**B.黄→警", None), "配对", {"left": ["红", "黄"], "right": ["禁", "警"]}, [0, 1],
    ),
    "pairs in the key": (
        ("连线题", "配对", None, "红=禁；黄=警"), "配对", {"left": ["红", "黄"], "right": ["禁", "警"]}, [0, 1],
    ),
    "a short answer": (("简答题", "怎么办", None, "断电\n报告"), "怎么办", [], [{"text": "断电\n报告", "share": 1}]),
    "an essay with points": (
        ("论述题", "怎么办", None, "断电（2分）\n报告（1分）"),
        "怎么办", [], [{"text": "断电", "share": 2}, {"text": "报告", "share": 1}],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "stem", "options", "answer"), WRITTEN.values(), ids=WRITTEN)
def test_kinds_without_a_choice(row: tuple[Any, ...], stem: str, options: Any, answer: Any) -> None:
    draft = one(ONE_CELL, row).draft
    assert (draft.stem, draft.options, draft.answer) == (stem, options, answer)


NOT_WRITTEN = {
    "more blanks than answers": (("填空题", "先____，后____。", None, "通风"), "The stem has 2 blanks"),
    "two ways to part the answers": (("填空题", "先____，后____。", None, "甲 乙、丙"), "The stem has 2 blanks"),
    "answers twice": (("填空题", "先____", "A.通风**B.检测", "甲"), "Answers stand in the columns of the options"),
    "an order that leaves one out": (("排序题", "次序", "A.二**B.一**C.三", "BA"), "The key BA does not name each"),
    "pairs and a key": (("匹配题", "配对", "A.红→禁**B.黄→警", "AB"), "The options are pairs and the key says"),
    "no pair": (("匹配题", "配对", "A.红**B.黄", None), "Each line names a pair"),
    "no answer": (("简答题", "怎么办", None, None), "The key is missing."),
    "too long an answer": (("简答题", "怎么办", None, "长" * 4001), "The text of the question is too long."),
}


@pytest.mark.parametrize(("row", "reason"), NOT_WRITTEN.values(), ids=NOT_WRITTEN)
def test_kinds_without_a_choice_that_say_too_little(row: tuple[Any, ...], reason: str) -> None:
    found = one(ONE_CELL, row)
    assert str(found.fault).startswith(reason), found.draft


def test_a_mark_that_parted_the_answers_and_a_slash_in_one_are_told() -> None:
    row = one(ONE_CELL, ("填空题", "先____，后____。", None, "通风/换气、检测"))
    assert [str(note)[:20] for note in row.repairs] == ["The answers to the b", "“/” was taken for a "]


# ── Files of other kinds ─────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", "No questions can be read from this file."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "This is an old Word file."),
        (b"<?xml version='1.0'?><quiz>", "The file is damaged, or not what its name says."),
        (("1.问" * 2_000_000).encode(), "The text is too long"),
    ],
)  # fmt: skip
def test_a_file_without_questions_says_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as fault:
        read_file("a.txt", content)
    assert str(fault.value).startswith(said)
