from pathlib import Path

import pytest

from portal.starter import FOLDER
from portal.starter.parse import Malformed, blocks, read_piece

PIECES = sorted(path for folder in ("articles", "cases", "topics") for path in (FOLDER / folder).glob("*.md"))


def parse(text: str) -> list[tuple[str, object]]:
    return [(block["type"], block["value"]) for block in blocks(text.splitlines())]


def test_paragraphs_are_parted_by_blank_lines_and_escaped() -> None:
    assert parse("一 < 二\n\n**三**四") == [("paragraph", "<p>一 &lt; 二</p>"), ("paragraph", "<p><b>三</b>四</p>")]


def test_steps_keep_their_notes() -> None:
    wanted = [{"action": "关阀", "note": "先关灶前"}, {"action": "开窗", "note": ""}]
    assert parse("1. 关阀 | 先关灶前\n2. 开窗") == [("steps", wanted)]


def test_a_list_after_a_paragraph_is_a_block_of_its_own() -> None:
    assert parse("看三样：\n- 门\n- 窗") == [("paragraph", "<p>看三样：</p>"), ("points", ["门", "窗"])]


def test_do_and_do_not_stand_side_by_side() -> None:
    assert parse(":::要做\n- 走楼梯\n:::不要做\n- 坐电梯\n:::") == [("do_dont", {"do": ["走楼梯"], "dont": ["坐电梯"]})]


def test_warning_tip_law_and_heading() -> None:
    assert parse("## 平时\n> [!警示] 快跑\n> [!提示] 看门\n!law fire-law:31") == [
        ("heading", "平时"),
        ("warning", "快跑"),
        ("tip", "看门"),
        ("law", {"article": "fire-law:31"}),
    ]


@pytest.mark.parametrize("text", ["### 三级标题", "> 引文", "![图](a.png)", ":::要做\n- 一\n:::"])
def test_unknown_markup_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse(text)


@pytest.mark.parametrize("path", PIECES, ids=lambda path: path.stem)
def test_every_shipped_piece_can_be_read(path: Path) -> None:
    front, body = read_piece(path)
    assert body
    assert front["title"]
