"""The table of events as rules see it: how times are written, whom a name means, what a careful planner would say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills import msel_rules as rules
from drills.msel_rules import Party, Receivers, Row, lint, resolve
from drills.msel_times import DAY, FURTHEST, LONGEST, duration_text, offset_text, read_duration, read_offset

PLANNED = 2 * 3600


# ── Times ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "+00:00"),
        (900, "+00:15"),
        (-300, "−00:05"),
        (26 * 3600, "+26:00"),
        (90, "+00:01:30"),
        (2 * DAY, "+2d 00:00"),
        (-60 * DAY, "−60d 00:00"),
        (None, ""),
    ],
)
def test_a_time_is_written_from_startex(seconds, text) -> None:
    assert offset_text(seconds) == text


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("15", 900),
        ("+15", 900),
        ("-5", -300),
        ("−00:05", -300),
        ("0:15", 900),
        ("＋００：１５", 900),
        ("1:30:15", 5415),
        ("90分钟", 5400),
        ("1小时30分", 5400),
        ("-2天 03:00", -(2 * DAY + 3 * 3600)),
        ("+1d", DAY),
        ("30 s", 30),
    ],
)
def test_a_time_may_be_typed_in_several_ways(typed, seconds) -> None:
    assert read_offset(typed) == seconds


@pytest.mark.parametrize("typed", ["", "soon", "9:75", "1:2", "+-5", "999999", "15 bananas", "T+2"])
def test_what_is_no_time_is_refused(typed) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_offset(typed)


@pytest.mark.parametrize(
    ("typed", "seconds"), [("5", 300), ("1.5", 90), ("100秒", 100), ("100s", 100), ("2小时", 7200), ("<10 min", 600)]
)
def test_a_time_allowed_counts_minutes_unless_it_says_something_else(typed, seconds) -> None:
    assert read_duration(typed) == seconds


@given(st.integers(-FURTHEST, FURTHEST))
def test_every_time_that_is_written_is_read_again(seconds) -> None:
    assert read_offset(offset_text(seconds)) == seconds
    assert read_offset(offset_text(seconds, minus="-", day="天")) == seconds


@given(st.integers(0, LONGEST))
def test_every_time_allowed_that_is_written_is_read_again(seconds) -> None:
    assert read_duration(duration_text(seconds)) == seconds
    assert read_duration(duration_text(seconds, second="秒")) == seconds


# ── Texts and numbers ────────────────────────────────────────────────────────
def test_a_message_carries_the_mark_once() -> None:
    assert rules.marked("水位上涨") == "【演练】水位上涨"
    assert rules.marked("【演练】水位上涨") == "【演练】水位上涨"


def test_texts_are_kept_without_what_cannot_be_seen() -> None:
    assert rules.tidy("  一\r\n二\u200b\x07\ud800 ") == "一\n二"
    assert rules.one_line("一\n 二\t三") == "一 二 三"
    assert rules.tidy("\ue863") == "\ue863"  # a rare character of a name


@pytest.mark.parametrize(
    ("taken", "number"),
    [
        ([], "01"),
        (["01", "02"], "03"),
        (["9"], "10"),
        (["B-12", "B-03"], "B-13"),
        (["01", "x"], "02"),
        (["099"], "100"),
    ],
)
def test_the_next_number_goes_on_from_the_largest(taken, number) -> None:
    assert rules.next_number(taken) == number


def test_the_fingerprint_changes_with_any_field_and_with_nothing_else() -> None:
    one = {"number": "01", "extra": {"a": "1", "b": "2"}, "offset_seconds": None}
    assert rules.fingerprint(one) == rules.fingerprint({**one, "extra": {"b": "2", "a": "1"}})
    assert rules.fingerprint(one) != rules.fingerprint({**one, "offset_seconds": 0})


# ── Whom a name means ────────────────────────────────────────────────────────
PARTIES = [
    Party(1, frozenset({"村支书", "村防汛指挥部", "player"})),
    Party(2, frozenset({"王强", "抢险一组", "player"})),
    Party(3, frozenset({"李明", "抢险一组", "player"})),
    Party(4, frozenset({"PR/Comm", "player"})),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Receivers()),
        ("抢险一组", Receivers(frozenset({2, 3}))),
        ("村支书、王 强", Receivers(frozenset({1, 2}))),
        ("村支书；抢险一组，无名氏", Receivers(frozenset({1, 2, 3}), ("无名氏",))),
        ("pr/comm", Receivers(frozenset({4}))),
        ("村支书/王强", Receivers(frozenset({1, 2}))),
        ("甲/乙", Receivers(unknown=("甲/乙",))),
        ("村支书和李明", Receivers(frozenset({1, 3}))),
        ("和平组", Receivers(unknown=("和平组",))),
        ("全体参演人员", Receivers(everybody=True)),
        ("All、村支书", Receivers(everybody=True)),
    ],
)
def test_a_receiver_means_whoever_bears_the_name(text, expected) -> None:
    assert resolve(text, PARTIES) == expected


# ── In which order it is read ────────────────────────────────────────────────
def test_phases_stand_as_they_begin_and_rows_by_time_with_conditions_last() -> None:
    rows = [
        Row("c", phase="二", offset=600),
        Row("w", phase="一", offset=None),
        Row("b", phase="一", offset=300),
        Row("a", phase="一", offset=0),
        Row("d", phase="二", offset=600),
        Row("e", phase="三", offset=None),
    ]
    assert [(phase, [row.key for row in held]) for phase, held in rules.in_phases(rows)] == [
        ("一", ["a", "b", "w"]),
        ("二", ["c", "d"]),
        ("三", ["e"]),
    ]


# ── What is missing or odd ───────────────────────────────────────────────────
def good(key: str = "a", **changed: object) -> Row:
    fields = {
        "number": key, "offset": 0, "title": "预警", "text": "雨量达标", "sender": "气象台", "receiver": "村支书",
        "expected": "召集各组", "responsible": "村支书", "objective": 7, "receivers": Receivers(frozenset({1})),
    }  # fmt: skip
    return Row(key, **{**fields, **changed})


def codes(*rows: Row, objectives: tuple[int, ...] = (7,)) -> set[str]:
    return {remark.code for remark in lint(rows, objectives, PLANNED)}


def test_a_good_table_has_no_remarks() -> None:
    assert codes(good("a"), good("b", offset=PLANNED)) == set()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": "contingency", "condition": "雨停时"}, "contingency_timed"),
        ({"kind": "contingency", "offset": None}, "condition_missing"),
        ({"offset": None}, "time_missing"),
        ({"offset": -60}, "before_start"),
        ({"responsible": ""}, "responsible_missing"),
        ({"kind": "expected_action", "expected": "", "objective": None}, "action_missing"),
        ({"within": 60, "expected": ""}, "within_nothing"),
        ({"receiver": "", "receivers": Receivers()}, "receiver_missing"),
        ({"receivers": Receivers(unknown=("甲",))}, "nobody_meant"),
        ({"receivers": Receivers(frozenset({1}), ("甲",))}, "name_unknown"),
        ({"receivers": Receivers(unknown=("甲",), everybody=True)}, "name_unknown"),
        ({"sender": ""}, "sender_missing"),
        ({"text": ""}, "text_missing"),
        ({"text": "拨打119报警"}, "real_number"),
        ({"offset": PLANNED + 1}, "after_end"),
        ({"offset": PLANNED - 60, "within": 120}, "due_after_end"),
        ({"number": ""}, "number_missing"),
    ],
)
def test_each_fault_is_told(changed, code) -> None:
    row = good(**changed)
    objectives = (7,) if row.expected and row.objective else ()
    assert codes(row, objectives=objectives) == {code}


def test_before_the_start_information_and_control_may_stand() -> None:
    rows = [good("a", kind=kind, offset=-60) for kind in ("information", "control")]
    assert codes(rows[0]) == codes(rows[1]) == set()


def test_a_number_inside_a_longer_one_is_nobodys_phone() -> None:
    assert codes(good(text="共 1190 人")) == set()


def test_numbers_stand_once() -> None:
    twice = lint([good("a", number="1"), good("b", number="1")], (7,), PLANNED)
    assert [(remark.key, remark.code) for remark in twice] == [("a", "number_twice"), ("b", "number_twice")]


def test_where_phases_are_used_each_event_has_one_and_they_do_not_mix() -> None:
    assert codes(good("a", phase="一"), good("b")) >= {"phase_missing"}
    mixed = lint(
        [good("a", phase="一"), good("b", phase="二", offset=60), good("c", phase="一", offset=120)], (7,), PLANNED
    )
    assert [(remark.key, remark.code, remark.about["phase"]) for remark in mixed] == [("b", "phases_mixed", "一")]


def test_an_objective_that_is_seen_nowhere_is_named() -> None:
    found = lint([good(objective=None), good("b", objective=8, expected="")], (7, 8), PLANNED)
    assert [remark.key for remark in found if remark.code == "objective_idle"] == [7, 8]
