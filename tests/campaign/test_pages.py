"""The desk: lists, one record, the ledger, venues and what everybody may read."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from campaign.models import Activity, PlannedVisit, Target, Venue
from campaign.services import correct_activity, facts, withdraw
from records.models import AuditEntry
from records.spreadsheets import OutSheet, write_workbook
from tests.campaign.factories import NOW, make_activity, make_approved, make_venue, told

THE_YEAR = "?first=2026-01-01&last=2026-12-31"


@pytest.fixture(autouse=True)
def that_day(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    """The pages are looked at on the day of the factories."""
    cache.clear()
    settings.PRIVATE_ROOT = tmp_path / "private"
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=5))


@pytest.fixture
def north(client_of: Callable[[Any], Client], officer_north: Any) -> Client:
    return client_of(officer_north)


@pytest.fixture
def desk(client_of: Callable[[Any], Client], training_officer: Any) -> Client:
    return client_of(training_officer)


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer
    return answer.content.decode()


def queries(client: Client, url: str) -> int:
    page(client, url)  # warm
    with CaptureQueriesContext(connection) as seen:
        page(client, url)
    return len(seen)


def sheet(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200
    book = load_workbook(BytesIO(answer.content))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


# ── The list ─────────────────────────────────────────────────────────────────
def test_the_list_shows_what_lies_in_scope_and_what_it_adds_up_to(
    north: Client, village: Any, school: Any, officer_north: Any, officer_south: Any, editor: Any
) -> None:
    make_approved(village, by=officer_north, reviewer=editor, persons=40)
    make_activity(village, by=officer_north, persons=10, basis="estimated")
    make_activity(school, by=officer_south, persons=300)
    html = page(north, f"/campaign/activities/{THE_YEAR}")
    assert html.count("KP2026-") == 2
    assert "河湾小学" not in html
    assert "<b>50</b>" in html


@pytest.mark.parametrize(("narrowed", "number"), [("state=submitted", 1), ("state=counted", 1), ("kind=school", 0),
    ("entry=village", 2), ("entry=family", 0), ("first=2026-01-01&last=2026-01-31", 0)])  # fmt: skip
def test_filters_stand_in_the_address(
    north: Client, village: Any, officer_north: Any, editor: Any, narrowed: str, number: int
) -> None:
    make_approved(village, by=officer_north, reviewer=editor)
    make_activity(village, by=officer_north)
    assert page(north, f"/campaign/activities/?{narrowed}").count('class="latin nowrap"') == number


def test_what_is_wrong_in_the_filter_is_told_and_filters_nothing(
    north: Client, village: Any, officer_north: Any
) -> None:
    make_activity(village, by=officer_north)
    html = page(north, "/campaign/activities/?first=2026-12-31&last=2026-01-01&kind=castle")
    assert 'role="alert"' in html
    assert "KP2026-0001" in html


def test_a_withdrawn_record_leaves_the_list_and_can_be_asked_for(
    north: Client, village: Any, officer_north: Any
) -> None:
    withdraw(make_activity(village, by=officer_north), reason="entered twice", by=officer_north, now=NOW)
    assert "KP2026-0001" not in page(north, "/campaign/activities/")
    assert "KP2026-0001" in page(north, "/campaign/activities/?state=withdrawn")


def test_the_export_is_what_is_shown(north: Client, village: Any, school: Any, officer_north: Any, editor: Any) -> None:
    make_approved(village, by=officer_north, reviewer=editor, persons=40)
    make_activity(village, by=officer_north, persons=7)
    make_activity(school, by=editor)
    rows = sheet(north.post("/campaign/activities/export/?state=counted"))
    told = [row for row in rows if row[0] and str(row[0]).startswith("KP")]
    assert [(row[2], row[7]) for row in told] == [("北岭村", 40)]
    assert AuditEntry.objects.filter(action="campaign.rows_exported").count() == 1


@pytest.mark.parametrize(
    "url", ["/campaign/activities/", "/campaign/ledger/", "/campaign/venues/", "/campaign/unreached/"]
)
def test_a_longer_list_costs_no_more_queries(
    desk: Client, village: Any, township_north: Any, officer_north: Any, editor: Any, url: str
) -> None:
    def more(number: int) -> None:
        for _ in range(number):
            venue = make_venue(township_north, "market")
            make_venue(township_north, "hospital")
            make_approved(venue, by=officer_north, reviewer=editor, materials={"leaflet": 20}, households=3)

    more(1)
    few = queries(desk, url)
    more(59)
    assert queries(desk, url) == few


# ── One record ───────────────────────────────────────────────────────────────
def test_a_record_tells_its_versions_and_what_each_changed(
    north: Client, village: Any, officer_north: Any, editor: Any
) -> None:
    activity = make_approved(village, by=officer_north, reviewer=editor, persons=40)
    activity.refresh_from_db()
    correct_activity(activity, told(village, persons=44), reason="counted the sheet", by=officer_north, now=NOW)
    html = page(north, f"/campaign/activities/{activity.pk}/")
    assert "counted the sheet" in html
    assert '<span class="was">40</span> → 44' in html


def test_a_stranger_to_the_township_finds_no_record(
    client_of: Any, village: Any, officer_north: Any, officer_south: Any
) -> None:
    activity = make_activity(village, by=officer_north)
    page(client_of(officer_south), f"/campaign/activities/{activity.pk}/", 404)


def sent(activity: Activity, **fields: Any) -> dict[str, Any]:
    return {
        "venue": activity.current.venue_id,
        "form": "lecture",
        "starts_at": "2026-11-24T07:00",
        "minutes": "60",
        "persons": "40",
        "basis": "counted",
        "seen": "1",
        "reason": "compared with the sheet",
        **fields,
    }


def test_a_correction_is_another_version_and_waits(north: Client, village: Any, officer_north: Any) -> None:
    activity = make_activity(village, by=officer_north)
    url = f"/campaign/activities/{activity.pk}/correct/"
    assert 'value="40"' in page(north, url)
    assert north.post(url, sent(activity, persons="41", leaflet="50")).status_code == 302
    activity.refresh_from_db()
    assert (activity.current.serial, activity.current.persons, activity.state) == (2, 41, "submitted")
    assert facts(activity.current).materials == {"leaflet": 50}


def test_a_correction_says_why_and_says_something_else(north: Client, village: Any, officer_north: Any) -> None:
    activity = make_activity(village, by=officer_north)
    url = f"/campaign/activities/{activity.pk}/correct/"
    assert north.post(url, sent(activity, reason="")).status_code == 200
    assert "没有任何改动" in north.post(url, sent(activity)).content.decode() or activity.versions.count() == 1
    assert activity.versions.count() == 1


def test_of_two_who_correct_the_second_is_told(north: Client, village: Any, officer_north: Any) -> None:
    activity = make_activity(village, by=officer_north)
    url = f"/campaign/activities/{activity.pk}/correct/"
    north.post(url, sent(activity, persons="41"))
    assert north.post(url, sent(activity, persons="42")).status_code == 200
    assert activity.versions.count() == 2


def test_a_record_is_withdrawn_with_a_reason_and_stays_readable(
    north: Client, village: Any, officer_north: Any
) -> None:
    activity = make_activity(village, by=officer_north)
    url = f"/campaign/activities/{activity.pk}/withdraw/"
    assert north.post(url, {"reason": ""}).status_code == 200
    assert north.post(url, {"reason": "entered twice"}).status_code == 302
    assert "entered twice" in page(north, f"/campaign/activities/{activity.pk}/")
    page(north, url, 404)


# ── The ledger ───────────────────────────────────────────────────────────────
def test_only_what_is_approved_stands_in_the_ledger_and_late_entries_are_marked(
    desk: Client, village: Any, officer_north: Any, editor: Any
) -> None:
    waiting = make_activity(village, by=officer_north)
    early = NOW - timedelta(days=40)
    late = make_approved(village, by=officer_north, reviewer=editor, starts_at=early)
    html = page(desk, "/campaign/ledger/")
    assert f"/campaign/activities/{late.pk}/" in html
    assert f"/campaign/activities/{waiting.pk}/" not in html
    assert "tag-late" in html
    rows = sheet(desk.post("/campaign/ledger/export/"))
    assert sum("KP2026-0002" in row for row in rows) == 1
    assert any("填表人" in str(row[0]) or "Filled in by" in str(row[0]) for row in rows)


# ── Venues ───────────────────────────────────────────────────────────────────
def test_a_venue_is_entered_changed_closed_and_opened_again(north: Client, village: Any, village_north: Any) -> None:
    data = {"name": "北岭集市", "kind": "market", "division": village_north.pk, "households": ""}
    assert north.post("/campaign/venues/new/", data).status_code == 302
    market = Venue.objects.get(name="北岭集市")
    assert north.post("/campaign/venues/new/", data).status_code == 200  # there already
    north.post(f"/campaign/venues/{market.pk}/change/", data | {"address": "桥头"})
    north.post(f"/campaign/venues/{market.pk}/close/", {"on": "2026-11-20"})
    market.refresh_from_db()
    assert (market.address, f"{market.closed_on}", market.kind) == ("桥头", "2026-11-20", "market")
    assert "北岭集市" not in page(north, "/campaign/venues/")
    assert "北岭集市" in page(north, "/campaign/venues/?state=closed")
    north.post(f"/campaign/venues/{market.pk}/reopen/")
    assert "北岭集市" in page(north, "/campaign/venues/")


def test_nobody_enters_a_venue_in_another_township(north: Client, village: Any, township_south: Any) -> None:
    data = {"name": "河湾集市", "kind": "market", "division": township_south.pk}
    assert north.post("/campaign/venues/new/", data).status_code == 200
    assert not Venue.objects.filter(name="河湾集市").exists()


def test_venues_are_found_by_name_and_kind(north: Client, village: Any, works: Any) -> None:
    assert "甲化工厂区" not in page(north, "/campaign/venues/?kind=village")
    assert f"/campaign/venues/{village.pk}/" not in page(north, "/campaign/venues/?q=化工")
    assert "北岭村" in sheet(north.post("/campaign/venues/export/?kind=village"))[-1]


def test_a_visit_is_planned_in_one_click_and_taken_back_in_one(north: Client, village: Any) -> None:
    html = page(north, "/campaign/unreached/")
    assert 'value="2026-12-08"' in html
    answer = north.post(
        f"/campaign/venues/{village.pk}/plan/", {"on": "2026-12-08", "next": "/campaign/unreached/?kind=village"}
    )
    assert answer["Location"] == "/campaign/unreached/?kind=village"
    visit = PlannedVisit.objects.get()
    assert "2026-12-08" in page(north, "/campaign/unreached/")
    north.post(f"/campaign/visits/{visit.pk}/cancel/")
    assert not PlannedVisit.objects.standing().exists()


@pytest.mark.parametrize("day", ["2026-11-20", "2039-01-01", "some day"])
def test_a_visit_is_planned_for_a_day_to_come(north: Client, village: Any, day: str) -> None:
    assert north.post(f"/campaign/venues/{village.pk}/plan/", {"on": day}).status_code == 302
    assert not PlannedVisit.objects.exists()


def test_nobody_is_led_away_by_the_way_back(north: Client, village: Any) -> None:
    answer = north.post(f"/campaign/venues/{village.pk}/plan/", {"on": "2026-12-08", "next": "https://example.org/"})
    assert answer["Location"] == "/campaign/unreached/"


def test_a_venue_reached_within_the_year_is_not_asked_for(
    north: Client, village: Any, works: Any, officer_north: Any, editor: Any
) -> None:
    make_approved(village, by=officer_north, reviewer=editor, starts_at=NOW - timedelta(days=364))
    make_approved(works, by=officer_north, reviewer=editor, starts_at=NOW - timedelta(days=366))
    html = page(north, "/campaign/unreached/")
    assert "甲化工厂区" in html
    assert f"/campaign/venues/{village.pk}/" not in html


def test_targets_are_set_in_one_table_and_taken_away(desk: Client, village: Any, township_north: Any) -> None:
    name = f"target-{township_north.pk}-school"
    desk.post("/campaign/targets/?year=2026", {name: "12"})
    assert Target.objects.get().count == 12
    assert desk.post("/campaign/targets/?year=2026", {name: "a dozen"}).status_code == 200
    desk.post("/campaign/targets/?year=2026", {name: ""})
    assert not Target.objects.exists()


def test_an_auditor_reads_the_targets_and_sets_none(
    client_of: Any, auditor: Any, village: Any, township_north: Any
) -> None:
    client = client_of(auditor)
    assert "<input" not in page(client, "/campaign/targets/").split("<main")[1]
    client.post("/campaign/targets/?year=2026", {f"target-{township_north.pk}-school": "12"})
    assert not Target.objects.exists()


def workbook(*rows: tuple[Any, ...]) -> Any:
    content = write_workbook([OutSheet("场所", ("场所名称", "场所类别", "乡镇", "户数"), rows)])
    return SimpleUploadedFile("venues.xlsx", content)


def test_a_list_of_venues_is_looked_at_before_it_is_entered(north: Client, village: Any, officer_north: Any) -> None:
    rows = (("北岭集市", "市场", "北岭乡", None), ("", "市场", "北岭乡", 3), ("河湾集市", "市场", "河湾镇", 3))
    answer = north.post("/campaign/import/venues/", {"file": workbook(*rows)})
    assert "北岭集市" not in set(Venue.objects.values_list("name", flat=True))
    address = answer["Location"]
    assert "河湾集市" in page(north, f"{address}?show=error")
    assert len(sheet(north.get(f"{address}problems/"))) == 3
    assert north.post(f"{address}enter/").status_code == 302
    assert Venue.objects.filter(name="北岭集市", created_by=officer_north).count() == 1
    page(north, address, 404)  # entered once


def test_what_is_no_workbook_is_refused_in_words(north: Client, village: Any) -> None:
    answer = north.post("/campaign/import/venues/", {"file": SimpleUploadedFile("a.xlsx", b"<html>no</html>")})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


# ── For everybody ────────────────────────────────────────────────────────────
def test_everybody_reads_the_county_s_figures_and_nobody_s_name(
    client: Client, village: Any, officer_north: Any, editor: Any
) -> None:
    make_approved(village, by=officer_north, reviewer=editor, persons=40, households=5, in_charge="周立")
    make_activity(village, by=officer_north, persons=999)
    html = page(client, "/campaign/figures/")
    assert "<b>40</b>" in html
    assert "999" not in html
    assert not any(word in html for word in ("周立", "北岭村", "KP2026"))


def test_there_are_no_figures_of_a_year_to_come(client: Client, village: Any) -> None:
    page(client, "/campaign/figures/2027/", 404)
    page(client, "/campaign/figures/1999/", 404)
    assert "empty" in page(client, "/campaign/figures/")


def test_the_public_figures_cost_the_same_however_much_was_held(
    client: Client, village: Any, officer_north: Any, editor: Any
) -> None:
    def cost() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as seen:
            page(client, "/campaign/figures/")
        return len(seen)

    make_approved(village, by=officer_north, reviewer=editor)
    few = cost()
    for _ in range(30):
        make_approved(village, by=officer_north, reviewer=editor)
    assert cost() == few


# ── Before anything is there ─────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["activities", "review", "venues", "unreached", "matrix", "ledger", "figures"])
def test_every_page_opens_before_anything_was_loaded(desk: Client, name: str) -> None:
    assert 'class="empty"' in page(desk, f"/campaign/{name}/")
