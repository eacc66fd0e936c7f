import json
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from campaign.exporters.ledger import ledger_workbook
from campaign.importers.cells import read_moment, read_number
from campaign.importers.rows import problem_workbook
from campaign.importers.venues import template
from campaign.models import Activity, ActivityVersion, Venue
from campaign.queries.figures import figures
from campaign.queries.lens import Lens
from campaign.services.imports import import_activities, import_venues
from records.spreadsheets import OutSheet, read_workbook, write_workbook
from tests.campaign.factories import NOW, make_approved, make_venue

VENUE_HEAD = ["序号", "单位名称", "单位类别", "所属乡镇/村(居)", "详细地址", "户 数"]


def book(*rows: list[Any], title: str = "", name: str = "一季度") -> bytes:
    return write_workbook(
        [OutSheet(name=name, head=rows[0], rows=rows[1:], title=title, notes=["填报单位：××"] if title else [])]
    )


# ── Venues ───────────────────────────────────────────────────────────────────
def test_a_list_of_venues_is_registered_and_the_same_list_again_changes_nothing(
    qijin: Any, village_north: Any, township_south: Any
) -> None:
    content = book(
        VENUE_HEAD,
        [1, "北岭村", "农村", "北岭乡北岭村", "", 230],
        [2, "河湾小学", "学校", "河湾镇", "镇东街1号", ""],
        [3, "  福源　工地 ", "建筑工地", "999901102", "", None],
        title="示例县宣传场所清单",
    )
    report = import_venues(content, "清单.xlsx", by=None, now=NOW).report()
    assert (report["rows"], report["ok"], report["repaired"], report["errors"]) == (3, 3, 1, [])
    told = [(one.name, one.kind, one.division, one.households) for one in Venue.objects.order_by("pk")]
    assert told == [
        ("北岭村", "village", village_north, 230),
        ("河湾小学", "school", township_south, None),
        ("福源 工地", "site", township_south, None),
    ]
    again = import_venues(content, "清单.xlsx", by=None, now=NOW).report()
    assert (again["ok"], len(again["duplicates"])) == (0, 3)
    assert Venue.objects.count() == 3


def test_a_dry_run_tells_the_verdicts_and_writes_nothing(qijin: Any, village_north: Any) -> None:
    content = book(VENUE_HEAD, [1, "北岭村", "农村", "北岭村", "", ""])
    assert import_venues(content, "清单.xlsx", by=None, now=NOW, dry_run=True).report()["ok"] == 1
    assert not Venue.objects.exists()


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([1, "", "学校", "河湾镇", "", ""], "name_missing"),
        ([1, "某处", "飞船", "河湾镇", "", ""], "kind"),
        ([1, "某处", "学校", "火星镇", "", ""], "place"),
        ([1, "某处", "学校", "", "", ""], "place_missing"),
        ([1, "某村", "农村", "北岭村", "", "很多"], "number"),
    ],
)
def test_a_row_that_cannot_be_taken_comes_back_with_its_reason(
    qijin: Any, village_north: Any, township_south: Any, cells: list[Any], reason: str
) -> None:
    reading = import_venues(book(VENUE_HEAD, cells), "清单.xlsx", by=None, now=NOW)
    assert not Venue.objects.exists()
    (sheet,) = read_workbook(problem_workbook(reading))
    assert sheet.rows[1][0] == 2
    assert [code for code, _about in reading.rows[0].problems] == [reason]
    assert sheet.rows[1][1] == reading.rows[0].reason
    assert sheet.rows[1][3] == (cells[1] or None)


def test_an_officer_registers_venues_in_his_township_only(
    qijin: Any, officer_north: Any, village_north: Any, township_south: Any
) -> None:
    content = book(VENUE_HEAD, [1, "北岭村", "农村", "北岭村", "", ""], [2, "河湾小学", "学校", "河湾镇", "", ""])
    report = import_venues(content, "清单.xlsx", by=officer_north, now=NOW).report()
    assert (report["ok"], [one["row"] for one in report["errors"]]) == (1, [3])


def test_the_template_has_a_head_that_the_importer_knows(qijin: Any) -> None:
    (sheet,) = [one for one in read_workbook(template()) if not one.hidden]
    reading = import_venues(template(), "模板.xlsx", by=None, now=NOW)
    assert (len(reading.tables), reading.rows, reading.left_out) == (1, [], [])
    assert set(reading.tables[0].columns) == {"name", "kind", "township", "village", "address", "households"}
    assert len(sheet.rows) == 1


# ── Ledgers ──────────────────────────────────────────────────────────────────
LEDGER_HEAD = [
    "序号",
    "活动名称",
    "进入类别",
    "场所名称",
    "活动时间",
    "主办单位",
    "活动形式",
    "受教育人次",
    "发放资料（份）",
    "入户数",
    "负责人",
]


def line(**told: Any) -> list[Any]:
    usual = {
        "title": "防溺水专题课",
        "entry": "进学校",
        "venue": "河湾小学",
        "time": date(2025, 5, 12),
        "host": "河湾镇人民政府",
        "form": "讲座",
        "persons": 320,
        "leaflets": 300,
        "households": "",
        "in_charge": "杨静",
    }
    return [1, *{**usual, **told}.values()]


def ledger(*lines: list[Any]) -> bytes:
    return book(LEDGER_HEAD, *lines, ["合计", *[""] * 6, 999], title="2025年科普活动台账")


def test_a_ledger_of_last_year_counts_as_history_from_its_import_on(school: Venue) -> None:
    report = import_activities(ledger(line()), "台账.xlsx", by=None, now=NOW).report()
    assert (report["rows"], report["ok"], report["errors"]) == (1, 1, [])
    activity = Activity.objects.get()
    version = activity.current
    assert version is not None
    assert (activity.state, activity.how, activity.received_at) == ("approved", "history", NOW)
    assert (version.venue, version.held_on, version.persons, version.form) == (
        school,
        date(2025, 5, 12),
        320,
        "lecture",
    )
    assert version.recorded_at == NOW
    assert "防溺水专题课" in version.words
    assert "河湾镇人民政府" in version.words
    assert [(one.kind, one.count) for one in version.materials.all()] == [("leaflet", 300)]
    year = (date(2025, 1, 1), date(2025, 12, 31))
    told = figures(Lens(*year, NOW))
    assert (told.activities, told.history, told.persons) == (1, 1, 320)
    assert figures(Lens(*year, datetime.fromisoformat("2026-01-10T09:00:00+08:00"))).activities == 0


def test_a_number_that_does_not_say_how_it_was_counted_never_looks_exact(school: Venue) -> None:
    import_activities(ledger(line()), "台账.xlsx", by=None, now=NOW)
    assert ActivityVersion.objects.get().basis == "estimated"


def test_the_same_ledger_again_changes_nothing(school: Venue) -> None:
    content = ledger(line(), line(form="演练"))
    assert import_activities(content, "台账.xlsx", by=None, now=NOW).report()["ok"] == 2
    again = import_activities(content, "台账.xlsx", by=None, now=NOW).report()
    assert (again["ok"], len(again["duplicates"])) == (0, 2)
    assert Activity.objects.count() == 2


def test_what_somebody_recorded_here_is_not_counted_again_from_a_ledger(
    school: Venue, officer_south: Any, training_officer: Any
) -> None:
    held = datetime.fromisoformat("2025-05-12T10:00:00+08:00")
    mine = make_approved(school, by=officer_south, reviewer=training_officer, starts_at=held, persons=318)
    report = import_activities(ledger(line()), "台账.xlsx", by=None, now=NOW).report()
    assert report["ok"] == 0
    assert mine.number in report["duplicates"][0]["reason"]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"venue": "火星小学"}, "venue"),
        ({"time": "5月12日"}, "time"),
        ({"time": "2025年5月"}, "time"),
        ({"time": "2025-05-12至13"}, "time"),
        ({"time": date(2027, 1, 1)}, "time_future"),
        ({"persons": "若干"}, "number"),
        ({"persons": ""}, "persons_missing"),
        ({"form": "快闪"}, "form"),
        ({"entry": "进企业"}, "entry"),
        ({"entry": "进学校、进家庭"}, "entry_households"),
    ],
)
def test_a_line_that_would_have_to_be_guessed_is_refused(school: Venue, told: dict[str, Any], reason: str) -> None:
    reading = import_activities(ledger(line(**told)), "台账.xlsx", by=None, now=NOW)
    assert not Activity.objects.exists()
    assert [code for code, _about in reading.rows[0].problems] == [reason]
    assert all(str(part) in reading.rows[0].reason for part in told.values() if reason in ("venue", "time"))


def test_two_venues_of_one_name_are_told_apart_by_the_entry_or_not_at_all(school: Venue, village_north: Any) -> None:
    make_venue(village_north, "village", name=school.name)
    assert import_activities(ledger(line(entry="")), "台账.xlsx", by=None, now=NOW).report()["ok"] == 0
    assert import_activities(ledger(line()), "台账.xlsx", by=None, now=NOW).report()["ok"] == 1


def test_a_line_that_stands_twice_is_taken_once(school: Venue) -> None:
    report = import_activities(ledger(line(), line()), "台账.xlsx", by=None, now=NOW).report()
    assert (report["ok"], [one["row"] for one in report["duplicates"]]) == (1, [5])


def test_the_ledger_of_the_platform_can_be_read_back(
    school: Venue, village: Venue, officer_south: Any, training_officer: Any
) -> None:
    people = {"by": officer_south, "reviewer": training_officer}
    make_approved(school, basis="signed", persons=318, consulted=4, materials={"board": 3, "leaflet": 90}, **people)
    make_approved(village, households=12, theme_day="全国防灾减灾日", in_charge="周立", form="visit", **people)
    lens = Lens(date(2026, 1, 1), date(2026, 12, 31), NOW)
    told, content = vars(figures(lens)), ledger_workbook(lens)
    known = import_activities(content, "台账.xlsx", by=None, now=NOW).report()
    assert (known["rows"], len(known["duplicates"]), known["errors"]) == (2, 2, [])
    Activity.objects.update(state="withdrawn")  # as on another installation
    report = import_activities(content, "台账.xlsx", by=None, now=NOW).report()
    assert (report["ok"], report["errors"]) == (2, [])
    there = Lens(date(2026, 1, 1), date(2026, 12, 31), NOW, how="history")
    assert vars(figures(there)) == {**told, "history": 2}


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2025年5月12日", (2025, 5, 12)),
        ("2025.5.12", (2025, 5, 12)),
        ("2025/05/12 09:30", (2025, 5, 12)),
        ("20250512", (2025, 5, 12)),
        (45789, (2025, 5, 12)),
        ("5月12日", None),
        ("2025-02-30", None),
        ("2025", None),
        (2025.5, None),
    ],
)
def test_a_day_is_read_in_every_usual_form_and_never_guessed(cell: Any, day: tuple[int, int, int] | None) -> None:
    read = read_moment(cell)
    assert (read.value.day if read.value else None) == (date(*day) if day else None)
    assert bool(read.problem) == (day is None)


@pytest.mark.parametrize(
    ("cell", "count", "about"),
    [(320, 320, False), (320.0, 320, False), ("1,200人次", 1200, False), ("约300", 300, True), ("300余人", 300, True)],
)
def test_a_number_of_people_says_by_itself_when_it_is_an_estimate(cell: Any, count: int, about: bool) -> None:
    assert tuple(read_number(cell, "人次").value) == (count, about)


@pytest.mark.parametrize("cell", ["若干", "三百", -5, 2.5, True, "100-200"])
def test_what_is_no_number_is_refused(cell: Any) -> None:
    assert read_number(cell, "人次").problem == "number"


# ── Commands ─────────────────────────────────────────────────────────────────
def test_the_commands_report_as_json(tmp_path: Path, school: Venue, village_north: Any) -> None:
    venues, activities = tmp_path / "venues.xlsx", tmp_path / "ledger.xlsx"
    venues.write_bytes(book(VENUE_HEAD, [1, "北岭村", "农村", "北岭村", "", 80], [2, "某处", "飞船", "北岭村", "", ""]))
    activities.write_bytes(ledger(line(), line(venue="火星小学")))
    for command, file, model in (("import_venues", venues, Venue), ("import_activities", activities, Activity)):
        before = model.objects.count()
        report = run(command, file, "--dry-run")
        assert (report["rows"], report["ok"], len(report["errors"])) == (2, 1, 1)
        assert model.objects.count() == before
        assert run(command, file) == report
        assert model.objects.count() == before + 1
        assert run(command, file)["ok"] == 0


def run(command: str, file: Path, *options: str) -> dict[str, Any]:
    out = StringIO()
    call_command(command, str(file), "--report", "json", *options, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def test_whoever_may_not_review_at_a_venue_brings_in_no_ledger_that_counts_at_once(
    school: Venue, editor: Any, officer_south: Any, officer_north: Any
) -> None:
    def codes(user: Any) -> list[str]:
        reading = import_activities(ledger(line()), "台账.xlsx", by=user, now=NOW, dry_run=True)
        return [code for code, _about in reading.rows[0].problems]

    assert codes(editor) == ["venue_not_decided"]
    assert codes(officer_north) == ["venue"]
    assert codes(officer_south) == []
