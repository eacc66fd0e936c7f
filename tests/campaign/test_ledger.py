from datetime import date
from typing import Any

from django.utils.translation import override

from campaign.exporters.ledger import HEAD, ledger_workbook
from campaign.queries.ledger import corrections_of, entries_of, lag_of, ledger, title_of
from campaign.queries.lens import Lens
from campaign.services import correct_activity, review
from records.spreadsheets import read_workbook
from tests.campaign.factories import NOW, make_approved, told

YEAR = Lens(date(2026, 1, 1), date(2026, 12, 31), NOW)


def make_line(village: Any, officer_north: Any, training_officer: Any, **fields: Any) -> Any:
    make_approved(village, by=officer_north, reviewer=training_officer, **fields)
    return ledger(YEAR).get()


def test_a_line_tells_the_entries_of_the_scheme_it_was_recorded_under(
    village: Any, officer_north: Any, training_officer: Any
) -> None:
    line = make_line(village, officer_north, training_officer, households=12)
    assert [entry.code for entry in entries_of(line)] == ["village", "family"]
    assert line.scheme.key == "qijin_safety"


def test_a_line_tells_how_late_it_came_and_how_often_it_was_corrected(
    village: Any, officer_north: Any, training_officer: Any
) -> None:
    held = NOW.replace(day=12)
    activity = make_approved(village, by=officer_north, reviewer=training_officer, starts_at=held)
    correct_activity(activity, told(village, starts_at=held, persons=41), reason="补数", by=officer_north, now=NOW)
    assert corrections_of(ledger(YEAR).get()) == 0
    review(activity, verdict="approve", by=training_officer, now=NOW)
    line = ledger(YEAR).get()
    assert (lag_of(line), corrections_of(line), line.activity.how) == (12, 1, "paper")


def test_nobody_has_to_think_of_a_title_and_it_is_in_chinese_on_every_page(
    village: Any, officer_north: Any, training_officer: Any
) -> None:
    line = make_line(village, officer_north, training_officer, theme_day="全国防灾减灾日")
    with override("en"):
        title = title_of(line)
    assert title.startswith("北岭村")
    assert "全国防灾减灾日" in title


def test_the_workbook_has_title_signatures_total_and_no_live_formula(
    village: Any, officer_north: Any, training_officer: Any
) -> None:
    materials = {"leaflet": 90, "booklet": 10, "board": 3}
    make_line(village, officer_north, training_officer, in_charge='=HYPERLINK("http://x")', materials=materials)
    (sheet,) = read_workbook(ledger_workbook(YEAR, title="示例县科普活动台账"))
    assert sheet.rows[0][0] == "示例县科普活动台账"
    notes = [str(row[0]) for row in sheet.rows[1:4]]
    assert "2026-11-24" in notes[0]
    assert "填表人" in notes[1]
    head, line, total = sheet.rows[4], sheet.rows[5], sheet.rows[6]
    assert len(head) == len(HEAD) == 25
    assert (line[11], line[14], line[15]) == (40, 100, 3)
    assert (total[11], total[14], total[15]) == (40, 100, 3)
    assert not sheet.formulas
    assert '=HYPERLINK("http://x")' in line
