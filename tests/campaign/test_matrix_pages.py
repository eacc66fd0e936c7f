"""Townships × entries: every figure leads to exactly what it was counted from."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from campaign.models import Scheme
from campaign.periods import KINDS, named_period, period_around
from campaign.queries.figures import matrix as matrix_of
from campaign.queries.lens import Lens
from campaign.queries.links import linked
from campaign.services import set_target
from tests.campaign.factories import NOW, make_approved, make_venue

THE_YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}


@pytest.fixture(autouse=True)
def that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=5))


@pytest.fixture
def desk(client_of: Callable[[Any], Client], training_officer: Any) -> Client:
    return client_of(training_officer)


@pytest.fixture
def held(
    village: Any, school: Any, works: Any, county: Any, township_north: Any, officer_north: Any, editor: Any
) -> None:
    """In both townships and at the county's own square, this year and the last; one with households."""
    square = make_venue(county, "public_place", name="县城广场")
    make_venue(township_north, "village", name="没人去过的村", households=80)
    make_approved(village, by=officer_north, reviewer=editor, persons=40, households=12)
    make_approved(village, by=officer_north, reviewer=editor, persons=20, starts_at=NOW - timedelta(days=60))
    for venue in (school, works, square):
        make_approved(venue, by=editor, reviewer=officer_north, persons=10)
    make_approved(village, by=officer_north, reviewer=editor, starts_at=NOW - timedelta(days=365))


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def rows_behind(client: Client, url: str) -> list[str]:
    """Keys of the records or venues that the page lists."""
    kind = "activities" if "/activities/" in url else "venues"
    body = page(client, url).split("<tbody>")
    return re.findall(rf'<td><a href="/campaign/{kind}/(\d+)/', body[1]) if len(body) > 1 else []


def test_every_figure_has_exactly_its_rows(desk: Client, held: None, training_officer: Any) -> None:
    scheme = Scheme.objects.get(key="qijin_safety")
    lens = Lens(**THE_YEAR, known_at=NOW + timedelta(minutes=5), user=training_officer)
    asked = 0
    for line in linked(matrix_of(lens, scheme), lens, ""):
        for one in line.cells:
            figures = [(one.activities, one.cell.held.activities), (one.last_year, one.cell.last_year.activities)]
            if not one.cell.by_households:
                figures += [(one.covered, one.cell.covered), (one.registered, one.cell.registered)]
            for url, number in figures:
                assert len(rows_behind(desk, url)) == number, (line.division, one.entry, url)
                asked += number
    assert asked > 20


def test_the_households_of_families_lead_to_the_venues_that_have_them(
    desk: Client, held: None, training_officer: Any
) -> None:
    scheme = Scheme.objects.get(key="qijin_safety")
    lens = Lens(**THE_YEAR, known_at=NOW + timedelta(minutes=5), user=training_officer)
    total = linked(matrix_of(lens, scheme), lens, "")[-1]
    family = next(one for one in total.cells if one.entry and one.entry.code == "family")
    assert (family.cell.held.households, family.cell.registered, family.percent) == (12, 280, 4)
    assert len(rows_behind(desk, family.registered)) == 2
    assert "280" in page(desk, family.registered)


def test_every_link_of_the_page_opens(desk: Client, held: None) -> None:
    html = page(desk, "/campaign/matrix/?period=2026")
    links = {unescape(link) for link in re.findall(r'href="(/campaign/[^"]*|\?[^"]*)"', html.split("<main")[1])}
    for link in links:
        page(desk, link if link.startswith("/") else f"/campaign/matrix/{link}")


def test_the_county_s_own_venues_have_a_line_of_their_own(desk: Client, held: None) -> None:
    html = page(desk, "/campaign/matrix/")
    assert html.count('<th scope="row">') == 4  # the county, two townships, the sum


def test_a_township_is_always_meant_with_its_villages(desk: Client, held: None, township_north: Any) -> None:
    """Also where somebody came from the county's own line and chose another place."""
    url = f"/campaign/activities/?first=2026-01-01&last=2026-12-31&division={township_north.pk}"
    assert len(rows_behind(desk, f"{url}&own=on")) == len(rows_behind(desk, url)) == 3


@pytest.mark.parametrize(("period", "number"), [("2026-11", 4), ("2026-Q3", 1), ("2025", 1), ("nonsense", 5)])
def test_month_quarter_and_year_are_periods(desk: Client, held: None, period: str, number: int) -> None:
    html = page(desk, f"/campaign/matrix/?period={period}")
    total = html.split('<tr class="total">')[1]
    assert re.search(r"<b>(\d+)</b>", total)[1] == str(number)  # type: ignore[index]


def test_nobody_looks_into_a_period_to_come(desk: Client, held: None) -> None:
    assert 'rel="next"' not in page(desk, "/campaign/matrix/?period=2026-Q4")
    assert 'rel="next"' in page(desk, "/campaign/matrix/?period=2026-Q3")


def test_a_target_stands_beside_what_was_held(desk: Client, held: None, township_north: Any, editor: Any) -> None:
    set_target(township_north, "village", 2026, 5, by=editor, now=NOW)
    html = page(desk, "/campaign/matrix/")
    assert "/campaign/targets/?year=2026" in html
    assert html.count("aim missing") == 3  # its cell, its line, its column; the sum of all has enough


def test_what_one_organisation_did_is_not_held_against_its_township_s_target(
    client_of: Any, manager_a: Any, held: None, township_north: Any, editor: Any
) -> None:
    set_target(township_north, "enterprise", 2026, 5, by=editor, now=NOW)
    html = page(client_of(manager_a), "/campaign/matrix/")
    assert "北岭乡" in html
    assert "aim" not in html


def test_a_phone_shows_one_entry_at_a_time(desk: Client, held: None) -> None:
    html = page(desk, "/campaign/matrix/?entry=village")
    assert html.count('<td class="shown">') == html.count('<th scope="row">')


def test_an_officer_sees_his_township_only(client_of: Any, officer_south: Any, held: None) -> None:
    html = page(client_of(officer_south), "/campaign/matrix/")
    assert "河湾镇" in html
    assert "北岭乡" not in html


def test_the_workbook_says_what_the_page_says(desk: Client, held: None) -> None:
    answer = desk.post("/campaign/matrix/export/?period=2026")
    rows = list(load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    assert rows[-1][1:7] == (5, 90, 4, 5, 80, None)  # held, persons, covered, registered, percent, no target


def test_more_venues_cost_no_more_queries(
    desk: Client, held: None, township_north: Any, officer_north: Any, editor: Any
) -> None:
    def cost() -> int:
        page(desk, "/campaign/matrix/")
        with CaptureQueriesContext(connection) as seen:
            page(desk, "/campaign/matrix/")
        return len(seen)

    few = cost()
    for _ in range(60):
        make_approved(make_venue(township_north, "market"), by=officer_north, reviewer=editor)
    assert cost() == few


# ── Periods ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_named_by_its_code(code: str, first: date, last: date) -> None:
    period = named_period(code)
    assert period is not None
    assert (period.first, period.last, period.code) == (first, last, code)
    assert period.before().after() == period


@pytest.mark.parametrize("code", ["", "26", "2026-13", "2026-Q5", "0001", "9999", "２０２６", "2026-00"])
def test_what_names_no_period_is_none(code: str) -> None:
    assert named_period(code) is None


def test_neighbouring_periods_leave_no_day_out() -> None:
    for kind in KINDS:
        period = period_around(date(2023, 12, 31), kind)
        for _ in range(30):
            assert period.after().first == period.last + timedelta(days=1)
            period = period.after()
