import csv
import io
import zipfile
from typing import Any

from campaign.exporters.rows import campaign_rows
from campaign.services import correct_activity, review
from tests.campaign.factories import NOW, make_activity, make_approved, told


def read(archive: bytes) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        names = files.namelist()
        texts = {name: files.read(name).decode("utf-8-sig") for name in names}
    return {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}


def test_every_version_and_decision_is_a_row(village: Any, officer_north: Any, training_officer: Any) -> None:
    activity = make_approved(village, by=officer_north, reviewer=training_officer, materials={"board": 3})
    correct_activity(activity, told(village, persons=41), reason="补数", by=officer_north, now=NOW)
    review(activity, verdict="return", reason="看不清", by=training_officer, now=NOW)
    found = read(campaign_rows())
    assert [(row["serial"], row["persons"], row["board"], row["reason"]) for row in found["versions.csv"]] == [
        ("1", "40", "3", ""),
        ("2", "41", "0", "补数"),
    ]
    assert [(row["verdict"], row["reason"]) for row in found["decisions.csv"]] == [
        ("approve", ""),
        ("return", "看不清"),
    ]
    (venue,) = found["venues.csv"]
    assert (venue["name"], venue["kind"], venue["township"]) == ("北岭村", "village", "999901201")
    assert {row["scheme"] for row in found["schemes.csv"]} >= {"qijin_safety", "wujin_safety"}


def test_whoever_exports_gets_his_scope_only(village: Any, school: Any, officer_north: Any, officer_south: Any) -> None:
    make_activity(village, by=officer_north)
    make_activity(school, by=officer_south)
    found = read(campaign_rows(officer_south))
    assert [row["name"] for row in found["venues.csv"]] == ["河湾小学"]
    assert [row["township"] for row in found["versions.csv"]] == ["999901102"]


def test_no_cell_of_the_rows_is_a_formula(village: Any, officer_north: Any) -> None:
    make_activity(village, by=officer_north, words='=HYPERLINK("http://x")', in_charge="@me")
    (row,) = read(campaign_rows())["versions.csv"]
    assert (row["words"], row["in_charge"]) == ('\'=HYPERLINK("http://x")', "'@me")
