"""GIFT and Moodle's XML become questions of our kinds, or say why not; nothing is guessed."""

from typing import Any

import pytest

from exams.importers.from_moodle import read_questions
from exams.importers.gift import parse_gift
from exams.importers.moodle_xml import NotMoodle, is_moodle, parse_moodle_xml


def gift(text: str) -> Any:
    [row] = read_questions("a.gift", parse_gift(text)).rows
    return row


def xml(*questions: str) -> Any:
    text = '<?xml version="1.0" encoding="UTF-8"?><quiz>' + "".join(questions) + "</quiz>"
    assert is_moodle(text)
    return read_questions("a.xml", parse_moodle_xml(text)).rows


def question(kind: str, inside: str, stem: str = "问？") -> str:
    asked = f'<questiontext format="html"><text><![CDATA[{stem}]]></text></questiontext>'
    return f'<question type="{kind}">{asked}{inside}</question>'


def answer(text: str, fraction: object, more: str = "") -> str:
    return f'<answer fraction="{fraction}"><text>{text}</text>{more}</answer>'


def shape(row: Any) -> tuple[Any, ...]:
    assert row.draft, str(row.fault)
    return row.draft.kind, row.draft.options, row.draft.answer


# ── GIFT ─────────────────────────────────────────────────────────────────────
def test_each_kind_of_gift_has_its_kind_here() -> None:
    assert shape(gift("问{T}")) == ("true_false", ("正确", "错误"), (0,))
    assert shape(gift("问{=甲 ~乙}")) == ("single", ("甲", "乙"), (0,))
    assert shape(gift("问{~%50%甲 ~%50%乙 ~%-100%丙}")) == ("multiple", ("甲", "乙", "丙"), (0, 1))
    assert shape(gift("问{=甲 =乙}")) == ("fill", [], [{"accept": ["甲", "乙"]}])
    assert shape(gift("问{#3..5}")) == ("fill", [], [{"number": "4", "tolerance": "1", "unit": ""}])
    assert shape(gift("问{=红->禁 =黄->警 =->令}")) == (
        "matching",
        {"left": ["红", "黄"], "right": ["禁", "警", "令"]},
        [0, 1],
    )


def test_a_gap_in_the_sentence_is_a_blank() -> None:
    assert gift("火警电话是{=119}，急救另有号码。").draft.stem == "火警电话是____，急救另有号码。"
    assert gift("Call {=119} now.").draft.stem == "Call ____ now."


def test_category_and_tags_tell_chapter_point_and_difficulty() -> None:
    text = "$CATEGORY: $course$/top/用电\n\n// [tag:难度\\:难] [tag:知识点\\:接地] [tag:新]\n问{T}"
    row = gift(text)
    assert (row.draft.chapter, row.draft.point, row.draft.difficulty) == ("用电", "接地", 3)
    assert [str(note) for note in row.repairs] == ["These tags were left out: 新."]
    assert gift("$CATEGORY: $course$/top/Default for LING-373\n\n问{T}").draft.chapter == ""


def test_the_explanation_is_what_is_said_whatever_is_answered() -> None:
    assert gift("问{=甲 ~乙 ####因为}").draft.explanation == "因为"
    assert gift("问{=甲#因为 ~乙}").draft.explanation == "因为"
    row = gift("问{=甲#因为 ~乙#不因为}")
    assert row.draft.explanation == "因为"
    assert "What is said about single options was left out" in str(row.repairs[0])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("只是说明。", "This is a description, not a question."),
        ("写一篇。{}", "The question is marked by a person and has no rubric"),
        ("季节{=春 =夏 ~复活节}", "Several options are each wholly right"),
        ("问{=甲 ~%50%乙}", "An option or answer is worth a part of the points"),
        ("问{=甲 =%50%乙}", "An option or answer is worth a part of the points"),
        ("问{~%70%甲 ~%30%乙 ~丙}", "The right options are not worth the same"),
        ("问{~甲 ~乙}", "No option or answer is worth the whole points."),
        ("问{#=9:0 =%50%9:2}", "An option or answer is worth a part of the points"),
        ("问{=救*}", "The answer “救*” has an asterisk"),
        ("问{=甲 ~甲}", "Options A and B are the same."),
        ("[html]<img src\\=x>问{T}", "The text of the question holds “img”"),
    ],
)
def test_what_our_kinds_can_not_hold_is_refused_with_the_reason(text: str, reason: str) -> None:
    assert str(gift(text).fault).startswith(reason)


def test_html_becomes_text_with_its_lines_and_raised_digits() -> None:
    assert gift("[html]<p>面积 2&nbsp;m<sup>2</sup></p><p>对吗？</p>{T}").draft.stem == "面积 2 m²\n对吗？"
    assert "“sup”" in str(gift("[html]x<sup>甲</sup>{T}").fault)


# ── Moodle's XML ─────────────────────────────────────────────────────────────
def test_each_type_of_the_xml_has_its_kind_here() -> None:
    rows = xml(
        '<question type="category"><category><text>$course$/top/消防</text></category></question>',
        question("multichoice", "<single>true</single>" + answer("甲", 100) + answer("乙", 0)),
        question("multichoice", "<single>false</single>" + answer("甲", 50) + answer("乙", 50) + answer("丙", 0)),
        question("truefalse", answer("true", 0) + answer("false", 100)),
        question("shortanswer", answer("甲", 100) + answer("乙", 100)),
        question("numerical", answer("8", 100, "<tolerance>0.5</tolerance>")),
        question("matching", "<subquestion><text>红</text><answer><text>禁</text></answer></subquestion>" * 1
                 + "<subquestion><text>黄</text><answer><text>警</text></answer></subquestion>"),
        question("essay", "<graderinfo format='plain_text'><text>断电（2分）\n报告（1分）</text></graderinfo>"),
        question("ordering", answer("一", 1) + answer("二", 1) + answer("三", 1)),
    )  # fmt: skip
    assert [shape(row) for row in rows] == [
        ("single", ("甲", "乙"), (0,)),
        ("multiple", ("甲", "乙", "丙"), (0, 1)),
        ("true_false", ("正确", "错误"), (1,)),
        ("fill", [], [{"accept": ["甲", "乙"]}]),
        ("fill", [], [{"number": "8", "tolerance": "0.5", "unit": ""}]),
        ("matching", {"left": ["红", "黄"], "right": ["禁", "警"]}, [0, 1]),
        ("essay", [], [{"text": "断电", "share": 2}, {"text": "报告", "share": 1}]),
        ("ordering", ["一", "二", "三"], [0, 1, 2]),
    ]
    assert {row.draft.chapter for row in rows} == {"消防"}


@pytest.mark.parametrize(
    ("xml_question", "reason"),
    [
        (question("multianswer", ""), "Questions of Moodle's type “multianswer” can't be asked."),
        (question("numerical", answer("*", 100)), "A number of the answer can't be read."),
        (question("numerical", answer("1e9", 100)), "A number of the answer can't be read."),
        (question("numerical", "<units><unit/></units>" + answer("1", 100)), "The question accepts several units"),
        (question("truefalse", answer("true", 50) + answer("false", 50)), "No option or answer is worth the whole"),
        (question("shortanswer", answer("甲", 100), stem=""), "The stem is missing."),
    ],
)
def test_what_the_xml_says_in_vain_is_told(xml_question: str, reason: str) -> None:
    [row] = xml(xml_question)
    assert str(row.fault).startswith(reason)


@pytest.mark.parametrize(
    "text",
    ["<quiz><question>", '<!DOCTYPE q [<!ENTITY a "b">]><quiz/>', "<?xml version='1.0'?><quiz>&nbsp;</quiz>"],
)
def test_broken_xml_and_entities_are_no_moodle(text: str) -> None:
    with pytest.raises(NotMoodle):
        parse_moodle_xml(text)
