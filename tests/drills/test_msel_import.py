"""Worksheets into events: every row told, no time guessed; out to Excel and in again without loss."""

import io
import json
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drills.exporters.msel import MAIN, VIEWS, msel_template, msel_workbook
from drills.importers import reasons
from drills.importers.columns import find_table, meaning_of, unit_of
from drills.importers.msel import Options, Reading, read_msel
from drills.importers.pasted import NoCells, read_cells
from drills.importers.reckoning import FIRST, RELATIVE, START, Choice, Frame
from drills.importers.rows import Outcome, Row
from drills.importers.times import Kind, read_time
from drills.models import Drill, MselItem, Objective
from drills.queries.msel import contents, table_of
from drills.queries.msel_verdicts import Verdict, judge
from drills.services import msel, msel_imports
from drills.services.msel import Frozen
from records.models import AuditEntry
from records.spreadsheets import Sheet, read_workbook
from tests.drills.factories import NOW, make_drill, make_item
from tests.drills.sheets import FRENCH, MIXED, PLAYERS, SCRIPT, Rows, workbook

NINE = datetime.fromisoformat("2026-11-24 09:00")
MORNING = Frame(NINE, NINE + timedelta(hours=2))


def read(rows: Rows, frame: Frame = MORNING, **told: Any) -> Reading:
    return read_msel(read_workbook(workbook(rows)), frame=frame, options=Options(**told))


def offsets(reading: Reading) -> dict[int, int | None]:
    return {row.number: row.values["offset_seconds"] for row in reading.events}


def notes(row: Row) -> list[str]:
    return [code for code, _about in row.notes]


def remarks(reading: Reading) -> dict[str, dict[str, Any]]:
    return {code: about for _sheet, (code, about) in reading.remarks}


# ── What a cell says about time ──────────────────────────────────────────────
@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("J+1 H+2 M-5", 93300),
        ("M-5", -300),
        ("J-60", -60 * 86400),
        ("H+02:30", 9000),
        ("T+15min", 900),
        ("T-00:10", -600),
        ("T+0", 0),
        ("STARTEX", 0),
        ("＋00：15", 900),
        ("-60天 00:00", -60 * 86400),
        ("演练开始后10分钟", 600),
        ("开始前30分钟", -1800),
        ("第15分钟", 900),
        ("1小时30分", 5400),
        ("1 day, 2:00:00", 93600),
    ],
)
def test_a_time_from_startex(cell, seconds) -> None:
    told = read_time(cell)
    assert (told.kind, told.seconds) == (Kind.OFFSET, seconds)


@pytest.mark.parametrize(
    ("cell", "seconds", "day"),
    [
        ("09:05", 32700, None),
        ("9：05", 32700, None),
        ("09h00", 32400, None),
        ("9时05分", 32700, None),
        ("9点半", 34200, None),
        ("下午2:30", 52200, None),
        ("2:30 PM", 52200, None),
        ("12:15 am", 900, None),
        ("19:29:00", 70140, None),
        ("D+1 09:00", 32400, 1),
        ("J-1 14h00", 50400, -1),
        ("次日 00:10", 600, 1),
        ("第2天 9时", 32400, 1),
    ],
)
def test_a_time_by_the_clock(cell, seconds, day) -> None:
    told = read_time(cell)
    assert (told.kind, told.seconds, told.day) == (Kind.CLOCK, seconds, day)


@pytest.mark.parametrize(
    "cell",
    [
        "26/06/2024 09h00",
        "2024-06-26 09:00",
        "2024年6月26日 9时",
        "2024-06-26T09:00:00+08:00",
        "2024-06-26T01:00:00Z",
        datetime.fromisoformat("2024-06-26 09:00"),
    ],
)
def test_a_day_and_a_time(cell) -> None:
    assert read_time(cell).moment == datetime.fromisoformat("2024-06-26 09:00")


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("05/06/2024 10:00", "day_or_month"),
        ("32/01/2024 10:00", "no_such_day"),
        ("2024-02-30 10:00", "no_such_day"),
        ("2024-06-26", "day_only"),
        (date(2024, 6, 26), "day_only"),
        ("6月26日 9:00", "year_missing"),
        ("Monday 9:30 AM", "time_unclear"),
        ("25:61", "time_unclear"),
        ("S-1", "time_unclear"),
        ("下午14:30", "time_unclear"),
        ("J-900", "time_far"),
        ("soon", "time_unclear"),
        (True, "time_unclear"),
    ],
)
def test_what_cannot_be_told_for_certain_says_why(cell, problem) -> None:
    told = read_time(cell)
    assert (told.kind, told.problem) == (Kind.UNCLEAR, problem)
    assert reasons.told([(told.problem, told.about)])


@pytest.mark.parametrize(("cell", "count"), [("T+2", 2), ("T-1", -1), ("+15", 15), ("15", 15), (15, 15), (0.4, 0.4)])
def test_a_number_without_its_unit_is_kept_open(cell, count) -> None:
    told = read_time(cell)
    assert (told.kind, told.count) == (Kind.COUNT, count)


@pytest.mark.parametrize("cell", ["视情", "机动", "当水位超过警戒线时", "as needed", "if the bridge falls"])
def test_a_condition_is_no_time(cell) -> None:
    assert read_time(cell).kind is Kind.WAITS


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text) -> None:
    assert read_time(text).kind in Kind


# ── Which column holds what ──────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("* 接收对象（必填）：", "receiver"),
        ("时间 Time", "time"),
        ("Expected Participant Response", "expected"),
        ("Réactions attendues", "expected"),
        ("Designated Scenario Time", "scenario_time"),
        ("N°", "number"),
        ("时限（分钟）", "within"),
        ("所需资源", "所需资源"),
        ("Required resources", "所需资源"),
        ("天气", None),
    ],
)
def test_headers_are_known_in_three_languages(header, field) -> None:
    meant = meaning_of(header)
    assert (meant.name if meant else None) == field


@pytest.mark.parametrize(
    ("header", "seconds"), [("T (min)", 60), ("时限（秒）", 1), ("Délai [heures]", 3600), ("时间", 0)]
)
def test_a_header_may_say_what_a_number_counts(header, seconds) -> None:
    assert unit_of(header) == seconds


def test_the_better_word_has_the_column_and_the_other_is_kept() -> None:
    table = find_table(0, "", [("Action to be taken", "Subject", "Content", "Note", "Note")])
    assert table
    assert dict(table.columns) == {"title": 1, "text": 2, "notes": 3}
    assert dict(table.kept) == {0: "Action to be taken", 4: "Note"}


# ── Whole tables ─────────────────────────────────────────────────────────────
def test_times_of_both_kinds_in_one_column() -> None:
    reading = read(MIXED)
    assert offsets(reading) == {3: -300, 4: 0, 7: 1800, 9: 93300}
    assert remarks(reading)["by_start"] == {"time": "2026-11-24 09:00"}
    (refused,) = reading.of(Outcome.ERROR)
    assert (refused.number, refused.notes) == (5, [("unit_missing", {"text": "T+2"})])
    assert reading.counts


def test_headings_are_phases_and_every_row_is_told() -> None:
    reading = read(MIXED)
    assert [row.number for row in reading.rows] == list(range(1, 10))
    assert [(row.number, row.values["phase"]) for row in reading.events] == [
        (3, ""), (4, ""), (7, "Prepare the drill"), (9, "Close the drill"),
    ]  # fmt: skip
    assert {row.number: notes(row) for row in reading.of(Outcome.SECTION, Outcome.EXPLAINED)} == {
        1: ["above_head"], 2: ["head"], 6: ["section"], 8: ["section"],
    }  # fmt: skip


def test_what_a_number_counts_can_be_said_for_the_file() -> None:
    reading = read(MIXED, choice=Choice(counts="hours"))
    assert offsets(reading)[5] == 7200
    assert not reading.of(Outcome.ERROR)


def test_columns_without_a_field_are_kept() -> None:
    first = read(MIXED).events[0]
    assert first.extra == {"Action to be taken": "Tell the sponsor by SMS", "Score": "100"}
    assert (first.values["title"], first.values["receiver"], first.values["expected"]) == (
        "Before the drill", "Sponsor", "Told",
    )  # fmt: skip


def test_real_time_and_the_time_of_the_scenario() -> None:
    reading = read(PLAYERS)
    assert offsets(reading) == {2: 0, 3: 120, 4: 180, 5: 180, 6: 180, 7: 360}
    assert remarks(reading)["by_first"] == {"time": "19:29", "row": 2}
    second = reading.events[1]
    assert second.values["scenario_time"] == "Monday 10:00 AM"
    assert second.values["text"] == "Can you\nhelp?"
    assert second.extra == {"Poll": "MIT | GPL"}


def test_the_same_message_to_several_receivers_is_one_event_where_that_is_asked_for() -> None:
    assert [row.values["receiver"] for row in read(PLAYERS).events][2:5] == ["PR/Comm", "Security", "Legal"]
    joined = read(PLAYERS, join=True)
    assert [row.values["receiver"] for row in joined.events][2] == "PR/Comm、Security、Legal"
    assert [(row.number, row.notes) for row in joined.of(Outcome.EXPLAINED)][1:] == [
        (5, [("joined", {"row": 4})]), (6, [("joined", {"row": 4})]),
    ]  # fmt: skip


def test_the_usual_script() -> None:
    content = workbook(SCRIPT, merged=("B3:B4", "B5:B6"))
    reading = read_msel(read_workbook(content), frame=Frame(NINE + timedelta(hours=5), NINE + timedelta(hours=7)))
    assert [row.values["phase"] for row in reading.events] == ["预警响应", "预警响应", "转移避险", "转移避险"]
    assert list(offsets(reading).values()) == [0, 300, 1200, None]
    assert remarks(reading)["by_startex"] == {"time": "09:00", "row": 3}
    second, fourth = reading.events[1], reading.events[3]
    assert second.values["title"] == "水位达到准备转移指标"
    assert second.values["responsible"] == "村支书"
    assert second.values["expected"] == "十分钟内到位"
    assert second.extra == {"所需资源": "铜锣", "计划时长": "10分钟", "报告对象": "镇防汛办", "响应级别": "Ⅲ级"}
    assert notes(second) == ["title_made", "ranged"]
    assert fourth.values["kind"] == "contingency"
    assert notes(fourth) == ["title_made", "waits"]
    assert notes(reading.rows[-1]) == ["remark"]


def test_a_french_table_puts_the_day_first() -> None:
    reading = read(FRENCH, frame=Frame())
    assert offsets(reading) == {2: 600, 3: 0, 4: None}
    assert [row.values["kind"] for row in reading.events] == ["inject", "control", "contingency"]
    assert remarks(reading)["by_first"] == {"time": "2024-06-05 08:50", "row": 3}


HEAD = ("时间", "标题", "接收对象")


def test_a_day_of_its_own_column_goes_with_the_clock() -> None:
    reading = read((("日期", *HEAD), ("2026-11-25", "00:10", "甲", "乙"), ("2026-11-24", "23:50", "丙", "丁")), Frame())
    assert offsets(reading) == {2: 1200, 3: 0}


def test_after_midnight_is_told_by_the_drills_own_end() -> None:
    night = Frame(NINE + timedelta(hours=13), NINE + timedelta(hours=17))
    reading = read((HEAD, ("22:00", "甲", "乙"), ("00:10", "丙", "丁")), night)
    assert offsets(reading) == {2: 0, 3: 2 * 3600 + 600}


def test_the_column_head_may_say_what_numbers_count() -> None:
    assert offsets(read((("T（分钟）", "标题", "接收对象"), (0, "甲", "乙"), (5, "丙", "丁")))) == {2: 0, 3: 300}


def test_times_without_a_sign_may_count_from_the_beginning() -> None:
    rows = (HEAD, ("00:05", "甲", "乙"), ("00:15", "丙", "丁"))
    assert offsets(read(rows)) == {2: 300, 3: 900}  # a drill at nine has no such hours
    assert offsets(read(rows, Frame())) == {2: 0, 3: 600}  # nothing is known of the drill: the first is its beginning
    assert offsets(read(rows, choice=Choice(RELATIVE))) == {2: 300, 3: 900}
    assert offsets(read(rows, choice=Choice(START))) == {2: -32100, 3: -31500}
    assert offsets(read((HEAD, ("09:30", "甲", "乙")), choice=Choice(FIRST))) == {2: 0}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"title": "长" * 121}, "title_cut"),
        ({"kind": "电子邮件"}, "kind_unknown"),
        ({"mode": "信鸽"}, "mode_unknown"),
        ({"within": "很快"}, "within_unclear"),
        ({"sender": "长" * 61}, "cut"),
        ({"title": "", "text": "第一句。第二句。"}, "title_made"),
    ],
)
def test_what_was_put_right_is_told_and_nothing_is_lost(cells, code) -> None:
    head = {
        "number": "编号",
        "kind": "类型",
        "mode": "方式",
        "within": "时限",
        "sender": "发出人",
        "title": "标题",
        "text": "内容",
    }
    row = {"number": "1", "title": "甲", **cells}
    event = read((tuple(head.values()), tuple(row.get(name, "") for name in head))).events[0]
    assert notes(event) == [code]
    told = "\n".join([*map(str, event.values.values()), *event.extra.values()])
    assert all(text in told for text in cells.values())


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("9:00", "", "乙"), "empty"),
        (("9:00", "甲", "长" * 121), "receiver_long"),
        (("Monday", "甲", "乙"), "time_unclear"),
    ],
)
def test_what_cannot_come_in_says_why(row, code) -> None:
    (refused,) = read((HEAD, row)).of(Outcome.ERROR)
    assert notes(refused) == [code]


def test_a_head_printed_again_and_a_sheet_without_one() -> None:
    content = workbook(
        ("清单", (HEAD, ("9:00", "甲", "乙"), HEAD, ("9:10", "丙", "丁"))), ("通讯录", (("张三", "12345678"),))
    )
    reading = read_msel(read_workbook(content), frame=MORNING)
    assert [(row.sheet, row.number, notes(row)) for row in reading.of(Outcome.EXPLAINED)] == [
        ("清单", 1, ["head"]), ("清单", 3, ["head_again"]), ("通讯录", 1, ["no_table"]),
    ]  # fmt: skip


def test_a_hidden_sheet_is_left_out() -> None:
    sheet = Sheet("词表", [HEAD, ("9:00", "甲", "乙")], hidden=True)
    assert [notes(row) for row in read_msel([sheet], frame=MORNING).rows] == [["hidden"], ["hidden"]]


def test_every_code_has_its_sentence_in_both_languages() -> None:
    names = "phase row text longest word old new name time columns header most"
    about = dict.fromkeys(names.split(), "x")
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert all(reasons.sentence(code, about) for code in reasons.REASONS)


# ── From the clipboard ───────────────────────────────────────────────────────
def test_pasted_cells_keep_their_line_breaks() -> None:
    assert read_cells('09:00\t甲\t"一\n二"\r\n09:10\t乙\t\r\n') == [("09:00", "甲", "一\n二"), ("09:10", "乙", None)]
    assert read_cells('5" of rain\tgauge\nmore\train') == [('5" of rain', "gauge"), ("more", "rain")]


@pytest.mark.parametrize("text", ["", " \t\n", "x\t" * 100, "x\n" * 3000, "x" * 400_001])
def test_too_much_or_nothing_is_refused(text) -> None:
    with pytest.raises(NoCells):
        read_cells(text)


def test_pasted_cells_without_a_head_are_taken_in_the_order_of_the_page() -> None:
    sheet = Sheet("", read_cells("09:00\t\t\t气象台\t村支书\t电话\t预警\n09:10\t\t\t\t\t\t会商"))
    reading = read_msel([sheet], frame=MORNING, options=Options(headless=True, first="time"))
    assert [(row.values["title"], row.values["receiver"]) for row in reading.events] == [
        ("预警", "村支书"),
        ("会商", ""),
    ]
    assert offsets(reading) == {1: 0, 2: 600}


def test_pasted_cells_with_a_head_are_taken_by_its_words() -> None:
    sheet = Sheet("", read_cells("标题\t时间\n预警\t09:00"))
    reading = read_msel([sheet], frame=MORNING, options=Options(headless=True, first="number"))
    assert [row.values["title"] for row in reading.events] == ["预警"]


# ── Into a drill ─────────────────────────────────────────────────────────────
@pytest.fixture
def drill(organisation_a: Any) -> Drill:
    return make_drill(organisation_a, title="演练")


def bring(drill: Drill, content: bytes, **told: Any) -> Verdict:
    replace = told.pop("replace", False)
    options = Options(**told)
    return msel_imports.import_into(
        drill, "清单.xlsx", read_workbook(content), options=options, replace=replace, by=None, now=NOW
    )


pytest_db = pytest.mark.django_db


@pytest_db
def test_numbers_stay_unless_they_are_taken(drill) -> None:
    make_item(drill, number="2")
    verdict = bring(drill, workbook(PLAYERS))
    assert list(drill.events.values_list("number", flat=True)) == ["2", "1", "7", "3", "4", "5", "6"]
    assert verdict.counts == {"rows": 7, "imported": 6, "repaired": 1, "sections": 0, "explained": 1, "errors": 0}


@pytest_db
def test_objectives_are_found_by_their_wording_or_kept_as_text(drill) -> None:
    objective = Objective.objects.create(drill=drill, position=1, who="抢险一组", task="转移群众")
    rows = (("编号", "时间", "标题", "演练目标"), ("1", "9:00", "甲", "目标1"), ("2", "9:00", "乙", "转移群众"),
            ("3", "9:00", "丙", "抢险一组：转移群众"), ("4", "9:00", "丁", "别的"))  # fmt: skip
    bring(drill, workbook(rows))
    assert [(item.objective, item.extra) for item in drill.events.all()] == [
        (objective, {}), (objective, {}), (objective, {}), (None, {"演练目标": "别的"}),
    ]  # fmt: skip


@pytest_db
def test_an_approved_drill_takes_nothing(drill) -> None:
    Drill.objects.filter(pk=drill.pk).update(state="approved")
    with pytest.raises(Frozen):
        bring(drill, workbook(PLAYERS))
    assert not drill.events.exists()


@pytest_db
def test_replacing_keeps_what_was_there_in_the_log(drill) -> None:
    make_item(drill, number="1", title="旧的")
    bring(drill, workbook(PLAYERS), replace=True)
    assert list(drill.events.values_list("number", flat=True)) == ["1", "2", "3", "4", "5", "6"]
    entry = AuditEntry.objects.get(action="drills.events_imported")
    assert (entry.payload["rows"], [row["title"] for row in entry.payload["removed"]]) == (6, ["旧的"])


# ── Out and in again ─────────────────────────────────────────────────────────
def exported(drill: Drill) -> bytes:
    return msel_workbook(table_of(drill), MAIN, now=NOW)


def shown(drill: Drill) -> list[dict[str, Any]]:
    return [contents(event.item) for event in table_of(drill).events]


@pytest_db
@pytest.mark.parametrize("rows", [MIXED, PLAYERS, SCRIPT, FRENCH], ids=["mixed", "players", "script", "french"])
def test_a_table_goes_out_and_comes_in_again_without_loss(drill, organisation_a, rows) -> None:
    bring(drill, workbook(rows), choice=Choice(counts="hours"))
    before, other = shown(drill), make_drill(organisation_a)
    verdict = bring(other, exported(drill))
    assert (verdict.counts["errors"], verdict.counts["repaired"]) == (0, 0)
    assert shown(other) == before


KEPT = ["计划时长", "Photo", "Action to be taken", "日期"]
WORD = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf")), max_size=12)
LINE = WORD.map(lambda text: " ".join(text.split()))
LINES = st.lists(LINE, max_size=3).map("\n".join)


@st.composite
def event_values(draw: Any) -> dict[str, Any]:
    kind = draw(st.sampled_from(MselItem.Kind.values))
    return {
        "kind": kind,
        "phase": draw(LINE),
        "offset_seconds": draw(st.none() | st.integers(-100 * 86400, 100 * 86400)),
        "scenario_time": draw(LINE),
        "sender": draw(LINE),
        "receiver": draw(LINE),
        "mode": draw(st.sampled_from(MselItem.Mode.values)),
        "title": draw(LINE.filter(bool)),
        "text": draw(LINES),
        "expected": draw(LINES),
        "within_seconds": draw(st.none() | st.integers(0, 86400)),
        "responsible": draw(LINE),
        "objective": None,
        "condition": draw(LINE),
        "notes": draw(LINES),
        "extra": draw(
            st.dictionaries(st.sampled_from(["计划时长", "Photo", "Action to be taken", "日期"]), LINE, max_size=3)
        ),
    }


@pytest_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(event_values(), min_size=1, max_size=6))
def test_any_table_goes_out_and_comes_in_again_without_loss(drill, organisation_a, rows) -> None:
    numbered = [{**row, "number": f"{place:02}"} for place, row in enumerate(rows, start=1)]
    one, other = make_drill(organisation_a), make_drill(organisation_a)
    msel.write_rows(one, numbered, by=None, now=NOW)
    verdict = bring(other, exported(one))
    assert verdict.counts["errors"] == 0
    assert shown(other) == shown(one)


@pytest_db
def test_the_template_comes_in_as_it_is(drill) -> None:
    verdict = bring(drill, msel_template())
    assert (verdict.counts["imported"], verdict.counts["repaired"], verdict.counts["errors"]) == (3, 0, 0)
    assert [item.kind for item in drill.events.all()] == ["inject", "expected_action", "contingency"]


@pytest_db
def test_each_view_is_a_workbook_of_its_own(drill) -> None:
    bring(drill, workbook(SCRIPT))
    heads = [read_workbook(msel_workbook(table_of(drill), view, now=NOW))[0].rows[2][0] for view in VIEWS]
    assert heads == ["编号", "序号", "Event Number"]
    assert all(
        str(read_workbook(msel_workbook(table_of(drill), view, now=NOW))[0].rows[0][0]).startswith("【演练】")
        for view in VIEWS
    )


# ── The command ──────────────────────────────────────────────────────────────
CODE = "91110000600037341L"


@pytest.fixture
def known(organisation_a: Any) -> Any:
    organisation_a.credit_code = CODE
    organisation_a.save()
    return organisation_a


def command(tmp_path: Any, content: bytes, *options: str) -> dict[str, Any]:
    (tmp_path / "清单.xlsx").write_bytes(content)
    out = io.StringIO()
    call_command("import_msel", str(tmp_path / "清单.xlsx"), *options, "--report", "json", stdout=out)
    return json.loads(out.getvalue())


NEW = ("--new", "--organisation", CODE, "--hazard", "flood", "--level", "county")


@pytest_db
def test_a_draft_is_made_of_a_table(tmp_path, known) -> None:
    report = command(tmp_path, workbook(MIXED), *NEW, "--title", "防汛演练", "--t-unit", "hours")
    drill = Drill.objects.get(pk=report["drill"]["id"])
    assert (drill.title, drill.hazard, drill.level, drill.state) == ("防汛演练", "flood", "county", "draft")
    assert (report["rows"], report["imported"], report["sections"]) == (9, 5, 2)
    assert report["rows"] == report["imported"] + len(report["explained"]) + len(report["errors"])
    assert drill.events.count() == 5
    assert f"{drill.starts_at.astimezone(NOW.tzinfo):%H:%M}" == "09:00"
    assert any("09:00" in note for note in report["notes"])


@pytest_db
def test_the_dates_of_a_table_are_the_drafts(tmp_path, known) -> None:
    report = command(tmp_path, workbook(FRENCH), *NEW)
    assert report["drill"]["starts_at"] == "2024-06-05T08:50:00+08:00"


@pytest_db
def test_a_given_beginning_is_kept(tmp_path, known) -> None:
    report = command(tmp_path, workbook(MIXED), *NEW, "--starts", "2026-12-01T08:30")
    assert report["drill"]["starts_at"] == "2026-12-01T08:30:00+08:00"
    drill = Drill.objects.get(pk=report["drill"]["id"])
    assert list(drill.events.values_list("offset_seconds", flat=True)) == [-300, 1800, 3600, 93300]


@pytest_db
def test_a_dry_run_writes_nothing(tmp_path, known, drill) -> None:
    report = command(tmp_path, workbook(PLAYERS), "--drill", str(drill.pk), "--dry-run")
    assert report["imported"] == 6
    assert (drill.events.count(), Drill.objects.count()) == (0, 1)


@pytest_db
def test_every_row_of_a_refused_file_is_named(tmp_path, drill) -> None:
    report = command(tmp_path, workbook(MIXED), "--drill", str(drill.pk))
    assert [(one["sheet"], one["row"]) for one in report["errors"]] == [("Sheet1", 5)]
    assert "T+2" in report["errors"][0]["reason"]


@pytest_db
@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--new", "--hazard", "flood", "--level", "county"), "--organisation"),
        (("--new", "--organisation", CODE, "--hazard", "rain", "--level", "county"), "mountain_torrent"),
        (("--new", "--organisation", CODE, "--hazard", "flood", "--level", "moon"), "township"),
        (("--new", "--organisation", "x", "--hazard", "flood", "--level", "county"), "信用代码|credit code"),
        ((*NEW, "--starts", "tomorrow"), "--starts"),
        (("--drill", "999999"), "999999"),
    ],
)
def test_what_is_missing_is_said(tmp_path, known, options, word) -> None:
    with pytest.raises(CommandError, match=word):
        command(tmp_path, workbook(PLAYERS), *options)
    assert not Drill.objects.exists()


@pytest_db
@pytest.mark.parametrize("content", [b"", b"\x89PNG....", b"%PDF-1.7", b"PK\x03\x04broken", b"<html><table>"])
def test_a_hostile_file_is_refused_in_words(tmp_path, drill, content) -> None:
    with pytest.raises(CommandError):
        command(tmp_path, content, "--drill", str(drill.pk))


@pytest_db
def test_a_file_longer_than_any_table_is_refused_in_words(tmp_path, drill) -> None:
    with pytest.raises(CommandError, match="5000"):
        command(tmp_path, workbook([("时间", "标题")] * 5001), "--drill", str(drill.pk))


@pytest_db
def test_an_approved_drill_is_refused_in_words(tmp_path, drill) -> None:
    Drill.objects.filter(pk=drill.pk).update(state="running")
    with pytest.raises(CommandError):
        command(tmp_path, workbook(PLAYERS), "--drill", str(drill.pk))


@pytest_db
def test_judging_asks_the_database_little(drill, django_assert_max_num_queries) -> None:
    sheets = read_workbook(workbook((HEAD, *(("9:00", f"事件{number}", "乙") for number in range(300)))))
    with django_assert_max_num_queries(3):
        assert judge(sheets, drill).counts["imported"] == 300


def test_times_of_a_worksheet_come_by_their_format() -> None:
    assert read((HEAD, (time(9, 5), "甲", "乙"))).events[0].values["offset_seconds"] == 300
