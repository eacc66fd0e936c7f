"""Options told apart by separators and letters; nothing is guessed."""

import pytest

from exams.importers.notes import Refused
from exams.importers.options import from_cell, from_columns

THREE = ["开灯", "关阀", "打电话"]


@pytest.mark.parametrize(
    "cell",
    [
        "**A.开灯**B.关阀**C.打电话",
        "A.开灯**B.关阀**C.打电话",
        "##A、开灯##B、关阀##C、打电话",
        "A．开灯\nB．关阀\nC．打电话",
        "A开灯**B关阀**C打电话",
        "A:开灯|B：关阀|C)打电话",
        "（A）开灯**（B）关阀**（C）打电话",
        "Ａ．开灯**Ｂ．关阀**Ｃ．打电话",
        "A.开灯 B.关阀 C.打电话",
        "A、开灯B、关阀C、打电话",
        " ** A. 开灯 ** B. 关阀 ** C. 打电话 ",
    ],
)
def test_a_cell_of_the_usual_layouts_is_read_without_a_word(cell: str) -> None:
    assert from_cell(cell) == (THREE, [])


@pytest.mark.parametrize(
    ("cell", "options", "said"),
    [
        ("**A.开灯**B关阀**C.打电话", THREE, "Option B: a letter without a mark, unlike the others."),
        ("**A.开灯**B.关阀C.打电话", THREE, "Option C stood in one piece with B and was taken apart at its letter."),
        ("**A.开灯B.关阀**C.打电话", THREE, "Option B stood in one piece with A and was taken apart at its letter."),
        ("**A.开灯**B.关阀**", ["开灯", "关阀"], "A separator after the last option was left out."),
        ("开灯**关阀**打电话", THREE, "The options had no letters and were counted in their order."),
        ("A.1～3t**B.3～5t C.5t", ["1～3t", "3～5t", "5t"], "Option C stood in one piece with B and was"),
    ],
)
def test_what_is_mended_is_told(cell: str, options: list[str], said: str) -> None:
    found, notes = from_cell(cell)
    assert (found, [str(note)[: len(said)] for note in notes]) == (options, [said])


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("**A.监控**C.整改**D.上报", "The options' letters read A, C, D; they must run from A without a gap."),
        ("**A.3m**B.30**C.m**C.2m**D.5m", "The options' letters read A, B, C, C, D;"),
        ("**A.铺满**B.绑扎**C.间隙小于15**Cm**D.探头板", "Piece 4 of the options, “Cm”, has no letter"),
        ("**A.双手**B单手****A.五级**B.六级", "Between two separators of the options stands nothing."),
        ("**A.开灯**B.**C.打电话", "Option B is empty."),
        ("A10**B20**C30", "It can't be told whether the first letters of the options belong to their text."),
        ("只有一段话", "The options can't be told apart"),
    ],
)
def test_what_can_not_be_told_apart_is_refused(cell: str, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        from_cell(cell)
    assert str(refusal.value).startswith(reason)


def test_letters_inside_an_option_stay_text() -> None:
    assert from_cell("**A.用A、B两种**B.都不用")[0] == ["用A、B两种", "都不用"]


def test_full_width_letters_inside_an_option_stay_as_they_are() -> None:
    assert from_cell("**Ａ.力Ｆ/重量Ｇ**Ｂ重量Ｇ/力Ｆ")[0] == ["力Ｆ/重量Ｇ", "重量Ｇ/力Ｆ"]


def test_an_empty_cell_has_no_options() -> None:
    assert from_cell(None) == ([], [])


def test_one_column_an_option() -> None:
    assert from_columns(["开灯", 12, 0.5, True, None, None]) == (["开灯", "12", "0.5", "TRUE"], [])


def test_letters_repeated_in_the_columns_go() -> None:
    assert from_columns(["A.开灯", "B、关阀"]) == (["开灯", "关阀"], [])
    assert from_columns(["A.开灯", "关阀"]) == (["A.开灯", "关阀"], [])


def test_a_gap_between_the_columns_is_refused() -> None:
    with pytest.raises(Refused, match="Option B is empty"):
        from_columns(["开灯", None, "打电话"])


def test_a_date_among_the_options_is_refused() -> None:
    from datetime import datetime

    with pytest.raises(Refused, match="Option B is a date cell"):
        from_columns(["开灯", datetime(2026, 3, 5), "打电话"])  # noqa: DTZ001  as workbooks have them
