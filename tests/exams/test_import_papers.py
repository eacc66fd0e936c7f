"""Questions from running text and Word files in the usual Chinese form, and from Aiken."""

import io
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from exams.importers.aiken import read_aiken
from exams.importers.files import Unknown, read_other
from exams.importers.papers import lines_of, read_paper
from exams.importers.word_files import chinese
from exams.importers.workbooks import Reading
from tests.exams.sheets import picture, with_parts, xlsx

PAPER = """某某公司安全题库

第一章 消防安全
一、单选题（每题 2 分）
1. 闻到燃气味，应当先做什么（ ）。
A. 开灯查看   B. 关闭阀门
C．打电话
D、离开
答案：B
解析：开灯会打出火花。

2、灭火器压力表指针在红区表示（B）。
A.压力正常 B.压力不足 C.压力过高
3.【多选题】进入有限空间前（ ） A.通风 B.检测 C.监护 D.独自进入 答案：ABC
难度：难
知识点：有限空间
二、判断题
1.电梯着火时可以乘电梯。（×）
2.发现火灾应立即报警。
【答案】√
三、填空题
1. 人体安全电压不高于（ ）V。
答案：36
2. 三不伤害：____、____、____。
答案：不伤害自己；不伤害他人；不被他人伤害
四、简答题
1. 灭火器怎么用？
答案：
1. 提
2. 拔
3. 瞄
2. 什么是四不放过？
答：原因未查清不放过（2分）
责任人未处理不放过（2分）
五、排序题
1. 心肺复苏的顺序
A.呼叫
B.判断
C.按压
答案：BAC
六、匹配题
1. 把标志和颜色连起来
A.禁止 → 红
B.警告 → 黄
"""


def read(text: str) -> Reading:
    return read_paper("a.txt", lines_of(text))


def drafts(text: str) -> list[Any]:
    return [row.draft or str(row.fault) for row in read(text).rows]


def shapes(text: str) -> list[Any]:
    return [(one.kind, one.stem, one.options, one.answer) for one in drafts(text) if not isinstance(one, str)]


def test_a_paper_with_every_kind_is_read_whole() -> None:
    assert shapes(PAPER) == [
        ("single", "闻到燃气味，应当先做什么（ ）。", ("开灯查看", "关闭阀门", "打电话", "离开"), (1,)),
        ("single", "灭火器压力表指针在红区表示（ ）。", ("压力正常", "压力不足", "压力过高"), (1,)),
        ("multiple", "进入有限空间前（ ）", ("通风", "检测", "监护", "独自进入"), (0, 1, 2)),
        ("true_false", "电梯着火时可以乘电梯。（ ）", ("正确", "错误"), (1,)),
        ("true_false", "发现火灾应立即报警。", ("正确", "错误"), (0,)),
        ("fill", "人体安全电压不高于____V。", [], [{"accept": ["36"]}]),
        ("fill", "三不伤害：____、____、____。", [],
         [{"accept": ["不伤害自己"]}, {"accept": ["不伤害他人"]}, {"accept": ["不被他人伤害"]}]),
        ("short", "灭火器怎么用？", [], [{"text": "1. 提\n2. 拔\n3. 瞄", "share": 1}]),
        ("short", "什么是四不放过？", [],
         [{"text": "原因未查清不放过", "share": 2}, {"text": "责任人未处理不放过", "share": 2}]),
        ("ordering", "心肺复苏的顺序", ["判断", "呼叫", "按压"], [0, 1, 2]),
        ("matching", "把标志和颜色连起来", {"left": ["禁止", "警告"], "right": ["红", "黄"]}, [0, 1]),
    ]  # fmt: skip


def test_what_stands_beside_a_question_comes_along_and_rows_name_their_line() -> None:
    rows = read(PAPER).rows
    first, third = rows[0].draft, rows[2].draft
    assert first
    assert third
    assert (rows[0].number, first.explanation, first.chapter) == (5, "开灯会打出火花。", "第一章 消防安全")
    assert (third.difficulty, third.point) == (3, "有限空间")


def test_a_title_is_no_question_and_is_told() -> None:
    assert [(remark.row, str(remark.note)[:20]) for remark in read(PAPER).remarks] == [(1, "This row holds no qu")]


def test_a_key_in_the_brackets_of_the_stem_is_told() -> None:
    assert [str(note) for note in read(PAPER).rows[1].repairs] == ["The key stood in the brackets of the stem."]


def test_questions_without_numbers_are_parted_by_blank_lines() -> None:
    first = "哪项正确\nA.甲\nB.乙\n答案：A\n\n"
    text = first + "哪种颜色表示禁止\nA.红\nB.黄\n正确答案：A\n解析：红色\n\n着火走电梯。\n答案：错\n"
    assert [one[:2] for one in shapes(text)] == [
        ("single", "哪项正确"),
        ("single", "哪种颜色表示禁止"),
        ("true_false", "着火走电梯。"),
    ]


@pytest.mark.parametrize(
    "key",
    [
        "答案：B",
        "答案:B",
        "正确答案：B",
        "标准答案： B",
        "【答案】B",
        "【正确答案】：B",
        "参考答案：Ｂ",
        "答案 B",
        "ANSWER: B",
    ],
)
def test_keys_in_any_dress(key: str) -> None:
    assert shapes(f"1.问\nA.甲\nB.乙\n{key}") == [("single", "问", ("甲", "乙"), (1,))]


@pytest.mark.parametrize("number", ["1.", "1、", "1．", "(1)", "（1）", "第1题 ", "1\t"])
def test_numbers_in_any_dress(number: str) -> None:
    assert shapes(f"{number}问\nA.甲\nB.乙\n答案：B\n") == [("single", "问", ("甲", "乙"), (1,))]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.问\nA.甲\nB.乙", "The key is missing."),
        ("1.问\nA.甲\nB.乙\n答案：C", "The key C names C, and there is no such option."),
        ("1.问\nA.甲\nC.乙\n答案：A", "The options' letters read A, C"),
        ("1.火警____，急救（ ）\n答案：119", "The row has no options"),
        ("填空题\n1.火警____，急救（ ）\n答案：119", "The stem has 2 blanks, the key has 1 answers."),
        ("填空题\n1.火警____\n答案：119；120", "The stem has 1 blanks, the key has 2 answers."),
        ("排序题\n1.次序\nA.甲\nB.乙\nC.丙\n答案：AB", "The key AB does not name each item once."),
        ("简答题\n1.怎么办\n答案：断电（2分）\n报告", "Either each line of the rubric names its points"),
        ("1.如图，这是什么\nA.甲\nB.乙\n答案：A", "The stem speaks of a figure"),
        ("1.【案例题】问\nA.甲\nB.乙\n答案：A", "Questions of the kind “案例题” can't be asked."),
    ],
)
def test_a_question_that_can_not_be_asked_says_why(text: str, reason: str) -> None:
    [found] = drafts(text)
    assert found.startswith(reason)


def test_numbered_points_of_an_answer_are_no_questions_and_a_missing_key_swallows_nobody() -> None:
    text = "简答题\n5.问一\n答案：1.甲\n2.乙\n6.问二\n7.问三\n答案：丙\n"
    assert [one if isinstance(one, str) else (one.stem, one.answer[0]["text"]) for one in drafts(text)] == [
        ("问一", "1.甲\n2.乙"),
        "The key is missing.",
        ("问三", "丙"),
    ]


@pytest.mark.parametrize("text", ["答案" * 50_000, "（" * 100_000, "A." * 100_000, "1.\n" * 20_000, "【" * 100_000])
def test_hostile_texts_end(text: str) -> None:
    assert read(text).rows is not None


# ── Aiken ────────────────────────────────────────────────────────────────────
def test_aiken_is_single_choice_and_nothing_else() -> None:
    text = "What is first?\nA) one\nB) two\nANSWER: B\n\nSecond\nA. x\nB. y\nANSWER: AB\n\nThird\nA. x\nB. y\n"
    rows = read_aiken("a.txt", text).rows
    assert [(row.number, row.draft.options if row.draft else str(row.fault)) for row in rows] == [
        (1, ("one", "two")),
        (6, "It is called single choice, but the key AB names several options."),
        (11, "The key is missing."),
    ]


# ── Word ─────────────────────────────────────────────────────────────────────
def word(*paragraphs: str, change: Any = None) -> bytes:
    book = docx.Document()
    for text in paragraphs:
        book.add_paragraph(text)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_word(content: bytes) -> Reading:
    found = read_other("a.docx", content)
    assert found is not None
    return found


def test_a_word_file_is_read_like_the_same_text() -> None:
    found = read_word(word(*PAPER.splitlines()))
    assert [row.draft for row in found.rows] == [row.draft for row in read(PAPER).rows]


def test_numbers_and_letters_that_word_counts_by_itself_are_read() -> None:
    def number(book: Any) -> None:
        numbering = book.part.numbering_part.element
        levels = "".join(
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
            f'<w:lvlText w:val="%{depth + 1}."/></w:lvl>'
            for depth, style in enumerate(("decimal", "upperLetter"))
        )
        numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
        first, second = [("问一", 0), ("甲", 1), ("乙", 1)], [("问二", 0), ("丙", 1), ("丁", 1)]
        for text, depth in (*first, ("答案：B", -1), *second, ("答案：A", -1)):
            paragraph = book.add_paragraph(text)
            if depth >= 0:
                shape = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>'
                paragraph._p.get_or_add_pPr().append(parse_xml(shape))

    found = [row.draft for row in read_word(word(change=number)).rows]
    assert [(one.stem, one.options, one.answer) for one in found if one] == [
        ("问一", ("甲", "乙"), (1,)),
        ("问二", ("丙", "丁"), (0,)),
    ]


def test_a_picture_in_the_question_comes_along_and_a_formula_refuses_it() -> None:
    def fill(book: Any) -> None:
        book.add_paragraph("1.如图，这是什么（ ）")
        book.add_picture(io.BytesIO(picture()))
        for text in ("A.甲", "B.乙", "答案：A"):
            book.add_paragraph(text)
        formula = book.add_paragraph("2.算一算（ ）")
        maths = '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"/>'
        formula._p.append(parse_xml(maths))
        for text in ("A.甲", "B.乙", "答案：A"):
            book.add_paragraph(text)

    shown, counted = read_word(word(change=fill)).rows
    assert shown.draft
    assert shown.picture
    assert shown.picture.content_type == "image/png"
    assert str(counted.fault).startswith("The question holds a formula")


def test_tables_are_read_and_struck_out_words_are_not() -> None:
    def fill(book: Any) -> None:
        grid = book.add_table(rows=1, cols=2)
        grid.rows[0].cells[0].text = "1.问\nA.甲\nB.乙"
        grid.rows[0].cells[1].text = "答案：A"
        gone = f"<w:del {nsdecls('w')}><w:r><w:delText>B</w:delText></w:r></w:del>"
        grid.rows[0].cells[1].paragraphs[0]._p.append(parse_xml(gone))

    [row] = read_word(word(change=fill)).rows
    assert row.draft
    assert row.draft.answer == (0,)


@pytest.mark.parametrize(
    "parts",
    [
        {"word/document.xml": b"<w:document"},
        {"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'},
        {"word/document.xml": b"<a>" * 100_000},
    ],
)
def test_a_hostile_word_file_is_refused(parts: dict[str, bytes]) -> None:
    with pytest.raises(Unknown, match="damaged"):
        read_other("a.docx", with_parts(word("1.问"), parts))


def test_an_old_word_file_is_named() -> None:
    with pytest.raises(Unknown, match="old_word"):
        read_other("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"))


def test_chinese_numerals() -> None:
    assert [chinese(number) for number in (1, 10, 11, 20, 21, 99)] == ["一", "十", "十一", "二十", "二十一", "九十九"]


# ── What a file is ───────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "text", "kinds"),
    [
        ("a.gift", "问{T}", ["true_false"]),
        ("a.txt", "::名::问{=甲 ~乙}", ["single"]),
        ("a.txt", "What?\nA. one\nB. two\nANSWER: B\n", ["single"]),
        ("a.txt", "1.问（√）", ["true_false"]),
        ("a.bin", "1.问\n答案：√", ["true_false"]),
        ("a.txt", "<?xml version='1.0'?>\n<quiz></quiz>", []),
    ],
)
def test_a_file_is_told_by_what_stands_in_it(name: str, text: str, kinds: list[str]) -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        found = read_other(name, text.encode(encoding))
        assert found is not None
        assert [row.draft.kind for row in found.rows if row.draft] == kinds


@pytest.mark.parametrize(
    "content",
    [
        xlsx([("题干", "答案")]),
        b"%PDF-1.7",
        b"",
        "题型,题干,选项A,选项B,答案\n单选题,问,甲,乙,B\n".encode(),
        b"\x00\x01\x02",
    ],
)
def test_what_a_workbook_reader_must_judge_is_left_to_it(content: bytes) -> None:
    assert read_other("a.txt" if content.startswith("题".encode()) else "a.xlsx", content) is None
