"""GIFT as people write it: every kind, escapes, formats, comments, weights and feedback."""

from decimal import Decimal
from typing import Any

import pytest

from exams.importers.gift import Choice, GiftQuestion, Number, Pair, Text, parse_gift


def one(text: str) -> GiftQuestion:
    [found] = parse_gift(text)
    return found


def texts(found: GiftQuestion) -> list[Any]:
    return [choice.text.text for choice in found.choices if isinstance(choice.text, Text)]


def test_true_or_false_with_no_one_or_two_feedbacks() -> None:
    found = parse_gift("水能导电。{T}\n\n油能灭火。{FALSE#说对的人看#说错的人看}\n\n沙能灭火。{TRUE# #只给后一种}\n")
    assert [(each.type, each.is_true) for each in found] == [("TF", True), ("TF", False), ("TF", True)]
    assert (found[0].true_feedback, found[0].false_feedback) == (None, None)
    assert (found[1].true_feedback, found[1].false_feedback) == (Text("说对的人看"), Text("说错的人看"))
    assert (found[2].true_feedback, found[2].false_feedback) == (None, Text("只给后一种"))


def test_multiple_choice_in_one_line_and_in_many() -> None:
    for text in ("谁报警？{~路人 =发现的人 ~邻居}", "谁报警？{\n  ~ 路人\n  = 发现的人\n  ~ 邻居\n}"):
        found = one(text)
        assert (found.type, found.stem, found.title) == ("MC", Text("谁报警？"), None)
        assert [choice.is_correct for choice in found.choices] == [False, True, False]
        assert {choice.weight for choice in found.choices} == {None}
        assert texts(found) == ["路人", "发现的人", "邻居"]


def test_weights_with_and_without_decimals_and_below_zero() -> None:
    found = one("选出灭火剂\\:{\n~%33.33333%水\n~%33.33333%干粉\n~%-100%汽油\n~%33.33333%泡沫\n=%50%沙\n}")
    assert found.stem == Text("选出灭火剂:")
    assert [choice.weight for choice in found.choices] == [
        Decimal("33.33333"),
        Decimal("33.33333"),
        Decimal(-100),
        Decimal("33.33333"),
        Decimal(50),
    ]


def test_formats_of_the_question_are_those_of_its_parts_unless_they_say_otherwise() -> None:
    found = one("::颜色:: [html]<p>什么颜色？</p>{\n=[plain]红 # [markdown]*对*\n~黄 # 不对\n}")
    assert (found.title, found.stem) == ("颜色", Text("<p>什么颜色？</p>", "html"))
    assert found.choices == [
        Choice(True, Text("红", "plain"), None, Text("*对*", "markdown")),
        Choice(False, Text("黄", "html"), None, Text("不对", "html")),
    ]


def test_markdown_keeps_its_lines_and_everything_else_is_one_line() -> None:
    assert one("[markdown]一\n二{T}").stem == Text("一\n二", "markdown")
    assert one("一\n  二{T}").stem == Text("一 二")
    assert one("A{=甲 # 好的，\n      这样}").choices[0].feedback == Text("好的， 这样")


def test_every_control_character_can_be_escaped_and_a_lone_backslash_is_one() -> None:
    found = one("::符号::哪个不是？{\n ~ \\~ # \\~ 是\n ~ \\=\n ~ \\#\n ~ \\{\n ~ \\}\n ~ \\:\n = \\   # \\ 不是\n}")
    assert texts(found) == ["~", "=", "#", "{", "}", ":", "\\"]
    assert found.choices[0].feedback == Text("~ 是")
    assert found.choices[6].feedback == Text("\\ 不是")
    assert one("一\\n二{T}").stem == Text("一\n二")


def test_only_right_answers_are_a_short_answer() -> None:
    found = one("火警电话？{=119 =一一九}")
    assert (found.type, texts(found)) == ("Short", ["119", "一一九"])


def test_an_answer_inside_the_sentence_leaves_a_gap() -> None:
    found = one("火警电话是 {=119} 。")
    assert (found.type, found.has_embedded_answers, found.stem) == ("Short", True, Text("火警电话是 _____ 。"))
    assert one("火警电话是{=119}").has_embedded_answers is False


def test_matching_pairs_and_right_sides_without_a_partner() -> None:
    found = one("配对 {\n =红 -> 禁止\n =黄  ->  警告\n = -> 指令\n}")
    assert found.type == "Matching"
    assert found.pairs == [Pair(Text("红"), "禁止"), Pair(Text("黄"), "警告"), Pair(Text(""), "指令")]


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("#1822", Number(Decimal(1822))),
        ("#-1", Number(Decimal(-1))),
        ("#3.1415:0.0005", Number(Decimal("3.1415"), Decimal("0.0005"))),
        ("#-3.142..-3.141", Number(low=Decimal("-3.142"), high=Decimal("-3.141"))),
        ("# 1..5", Number(low=Decimal(1), high=Decimal(5))),
    ],
)
def test_numbers_with_tolerance_and_as_an_interval(answer: str, number: Number) -> None:
    found = one(f"多少？{{{answer}}}")
    assert (found.type, found.choices) == ("Numerical", [Choice(True, number)])


def test_several_numbers_with_weights_and_feedback() -> None:
    found = one("多少？{#\n =9:0#对\n =%50%9:2\n =%0%5:0#不对\n}")
    assert found.choices == [
        Choice(True, Number(Decimal(9), Decimal(0)), None, Text("对")),
        Choice(True, Number(Decimal(9), Decimal(2)), Decimal(50)),
        Choice(True, Number(Decimal(5), Decimal(0)), Decimal(0), Text("不对")),
    ]


def test_essay_description_and_category() -> None:
    found = parse_gift("$CATEGORY: $course$/top/第一章: 总则\n\n请看材料。\n\n写一篇小结。 {}\n")
    assert [(each.type, each.title) for each in found] == [
        ("Category", "$course$/top/第一章: 总则"),
        ("Description", None),
        ("Essay", None),
    ]


def test_comments_are_no_text_and_may_name_identity_and_tags() -> None:
    found = one("// 出题人：某某\n// [id:q7] [tag:难度\\:难] [tag:a\\]b]\n问{T}\n// 完\n")
    assert (found.id, found.tags, found.stem, found.line) == ("q7", ["难度:难", "a]b"], Text("问"), 3)


def test_general_feedback_stands_behind_four_marks() -> None:
    assert one("问{=甲 ~乙 ####总的说来}").global_feedback == Text("总的说来")
    assert one("问{T#说明####总的说来}").global_feedback == Text("总的说来")


def test_a_blank_line_inside_closed_braces_parts_nothing() -> None:
    assert [texts(each) for each in parse_gift("问{=甲\n\n~乙}\n\n再问{=丙 ~丁}")] == [["甲", "乙"], ["丙", "丁"]]


def test_a_question_that_can_not_be_read_says_so_and_the_next_one_is_read() -> None:
    broken, sound = parse_gift("问{=甲 ~乙\n\n再问{T}")
    assert broken.fault == "The braces { } of the answers don't fit together."
    assert (sound.type, sound.fault) == ("TF", "")
    assert one("问{#甲}").fault == "A number of the answer can't be read."
    assert one("问{甲 =乙}").fault == "The answers begin with neither = nor ~."


@pytest.mark.parametrize("text", ["", "\n\n\n", "{" * 50_000, "::" * 50_000, "\\" * 50_001, "~=#" * 30_000 + "{"])
def test_hostile_texts_end(text: str) -> None:
    assert all(isinstance(each, GiftQuestion) for each in parse_gift(text))
