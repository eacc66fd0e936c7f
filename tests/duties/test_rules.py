from datetime import date

import pytest

from duties.rules import article_label, chinese_number, covers, split_row_key, value_problems

NAMES = "零一二三四五六七八九"


def spell(number: int) -> str:
    """The other way round: digit by digit with every unit, then the shortenings of spoken Chinese."""
    units = ["", "十", "百"]
    text = ""
    for place, digit in enumerate(str(number)):
        unit = units[len(str(number)) - place - 1]
        text += NAMES[int(digit)] + (unit if digit != "0" else "")
    while "零零" in text:
        text = text.replace("零零", "零")
    text = text.rstrip("零")
    return text[1:] if text.startswith("一十") else text


@pytest.mark.parametrize("number", range(1, 300))
def test_a_label_is_written_as_the_law_writes_it(number: int) -> None:
    assert article_label(number) == f"第{spell(number)}条"


def test_labels_known_by_heart() -> None:
    known = {
        1: "第一条",
        10: "第十条",
        13: "第十三条",
        20: "第二十条",
        33: "第三十三条",
        97: "第九十七条",
        100: "第一百条",
        101: "第一百零一条",
        110: "第一百一十条",
        215: "第二百一十五条",
    }
    assert {number: article_label(number) for number in known} == known


def test_every_label_is_another_one() -> None:
    assert len({chinese_number(number) for number in range(1, 1000)}) == 999


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_there_is_no_article_outside_1_to_999(number: int) -> None:
    with pytest.raises(ValueError, match="no law has an article"):
        article_label(number)


def test_a_row_key_names_a_regulation_and_perhaps_an_article() -> None:
    assert split_row_key("order-3:13") == ("order-3", "13")
    assert split_row_key("mem-6") == ("mem-6", "")
    assert split_row_key("qijin-2017:进农村") == ("qijin-2017", "进农村")


@pytest.mark.parametrize("text", ["", "Order 3", "order-3:", ":13", "order-3 13", "order--3"])
def test_anything_else_is_no_row_key(text: str) -> None:
    with pytest.raises(ValueError, match="not a rulebook key"):
        split_row_key(text)


def test_both_ends_belong_to_a_period() -> None:
    first, last = date(2026, 6, 1), date(2026, 6, 30)
    days = [date(2026, 5, 31), first, last, date(2026, 7, 1)]
    assert [covers(day, first, last) for day in days] == [False, True, True, False]
    assert [covers(day, first, None) for day in days] == [False, True, True, True]
    assert [covers(day, None, last) for day in days] == [True, True, True, False]


def test_values_are_held_to_their_kinds() -> None:
    good = {"hours": 24, "levels": ["plant"], "level_hours": [8, 8, 8], "count_basis": "per_plan", "publish": True}
    assert list(value_problems(good)) == []
    bad = {"hours": 0, "levels": [], "level_hours": [8, "8"], "count_basis": "each", "publish": 1, "hour": 3}
    assert dict(value_problems(bad)) == {
        "hours": "wrong",
        "levels": "wrong",
        "level_hours": "wrong",
        "count_basis": "wrong",
        "publish": "wrong",
        "hour": "unknown",
    }
    assert list(value_problems({"hours": True})) == [("hours", "wrong")]
