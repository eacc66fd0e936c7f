"""Where everything stands on a poster: nothing leaves the sheet or runs into its neighbour, however long it is."""

import pytest

from portal.poster_sheet import (
    BOTTOM,
    DANGER_LINE,
    FULL,
    GAP,
    LEFT,
    NOTE_SMALLEST,
    RIGHT,
    ROW_LOWEST,
    Line,
    Sheet,
    broken,
    compose,
    ems,
    headline_lines,
)

CALLS = [("119", "火警、救援"), ("120", "急救"), ("12345", "政务热线")]
SHORT = [("关阀门", ""), ("开窗", "轻轻"), ("出门", "")]
LONGEST = [("字" * 14, "字" * 30)] * 5


def right_end(line: Line, size: float) -> float:
    return line.x + ems(line.text) * size


def printed(sheet: Sheet) -> list[tuple[Line, float]]:
    """Each line with its size."""
    lines = [(line, sheet.headline.size) for line in sheet.headline.lines]
    lines += [(line, sheet.danger.size) for line in sheet.danger.lines]
    for row in sheet.rows:
        lines += [(row.action, sheet.sizes.action), *((note, sheet.sizes.note) for note in row.notes)]
    return lines


@pytest.mark.parametrize("headline", ["断气", "不碰开关，人到屋外", "字" * 12, "一二三，四五六七八九十一"])
@pytest.mark.parametrize("steps", [SHORT, LONGEST, LONGEST[:3]], ids=["short", "five of the longest", "three"])
@pytest.mark.parametrize("danger", ["快走。", "字" * 36], ids=["short", "longest"])
def test_whatever_an_editor_may_write_stays_within_the_margins(headline, steps, danger) -> None:
    sheet = compose(headline, steps, danger, CALLS)
    assert [line.text for line, size in printed(sheet) if right_end(line, size) > RIGHT + 0.1 or line.x < LEFT] == []
    assert sheet.picture.height > 60
    assert sheet.rows[-1].y + sheet.sizes.height <= sheet.danger.y - GAP + 0.1
    assert sheet.danger.y + sheet.danger.height <= sheet.foot
    assert max(use.y for _number, use in sheet.calls) < BOTTOM
    assert (sheet.sizes.note >= NOTE_SMALLEST - 0.5, sheet.sizes.height >= ROW_LOWEST) == (True, True)


def test_the_remarks_stand_beside_the_longest_bold_line() -> None:
    sheet = compose("不碰开关", LONGEST, "快走。", CALLS)
    ends = [right_end(row.action, sheet.sizes.action) for row in sheet.rows]
    assert max(ends) < min(note.x for row in sheet.rows for note in row.notes)


def test_a_headline_parts_at_its_comma_which_then_goes_away() -> None:
    assert headline_lines("不碰开关，人到屋外") == ["不碰开关", "人到屋外"]
    assert headline_lines("没测气，不下去") == ["没测气，不下去"]
    assert headline_lines("电动自行车不上楼") == ["电动自行", "车不上楼"]
    assert headline_lines("冒烟了！快走，别回头拿") == ["冒烟了！快走", "别回头拿"]


def test_a_line_parts_at_a_stop_and_never_within_a_number() -> None:
    assert broken("到了地面点点人，少了谁打 119 再说清在哪", 12) == ["到了地面点点人，", "少了谁打 119 再说清在哪"]
    assert "119" in " ".join(broken("少了谁快打电话119，不回头去找人", 9)).split("，")[0]
    assert all(not line.startswith(("，", "。")) for line in broken("字" * 19 + "，" + "字" * 12, DANGER_LINE))


def test_a_short_headline_leaves_room_for_the_hazards_icon() -> None:
    assert compose("不碰开关，人到屋外", SHORT, "快走。", CALLS).beside_headline > 0
    assert compose("没测气，不下去", SHORT, "快走。", CALLS).beside_headline == 0


def test_two_headline_lines_are_as_large_as_a_hand() -> None:
    sheet = compose("不碰开关，人到屋外", SHORT, "快走。", CALLS)
    assert (sheet.headline.size, FULL) == (38, 271)
