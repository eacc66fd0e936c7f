"""The themed days: when they fall, what the county says of a year, who may say it, and what a record is offered."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from campaign.day_rules import NoRule, Span, holding, nearest, span_in
from campaign.exporters.days_ical import calendar_file
from campaign.forms.record import RecordForm
from campaign.models import ThemedDay, ThemedYear
from campaign.queries import days as queries
from campaign.services import say_of_year
from campaign.starter import days
from campaign.starter.demo import theme_of
from records.models import AuditEntry
from records.starter import Outcome
from tests.campaign.factories import NOW

CASES = [  # by hand, from a printed calendar
    ("03-01", 2026, "2026-03-01", "2026-03-01"),
    ("12-04", 2027, "2027-12-04", "2027-12-04"),
    ("03-last-mon", 2026, "2026-03-30", "2026-03-30"),
    ("03-last-mon", 2027, "2027-03-29", "2027-03-29"),
    ("03-1-mon", 2026, "2026-03-02", "2026-03-02"),
    ("03-1-mon", 2027, "2027-03-01", "2027-03-01"),
    ("02-4-sun", 2026, "2026-02-22", "2026-02-22"),
    ("02-last-sun", 2027, "2027-02-28", "2027-02-28"),
    ("05-12-week-sat", 2024, "2024-05-11", "2024-05-17"),
    ("05-12-week-sat", 2026, "2026-05-09", "2026-05-15"),
    ("05-12-week-sat", 2027, "2027-05-08", "2027-05-14"),
    ("06-01..06-30", 2026, "2026-06-01", "2026-06-30"),
    ("09-01..09-30", 2027, "2027-09-01", "2027-09-30"),
    ("12-20..01-10", 2026, "2026-12-20", "2027-01-10"),
]


def span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


# ── When ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("notation", "year", "first", "last"), CASES)
def test_a_notation_gives_the_dates_of_a_year(notation: str, year: int, first: str, last: str) -> None:
    assert span_in(notation, year) == span(first, last)


def test_the_last_monday_of_march_is_a_monday_with_none_after_it_in_any_year() -> None:
    for year in range(2000, 2100):
        day = span_in("03-last-mon", year).first
        assert (day.weekday(), day.month, (day + timedelta(days=7)).month) == (0, 3, 4)


def test_without_a_notation_the_county_says_when() -> None:
    assert span_in("", 2026) is None


@pytest.mark.parametrize("notation", ["13-01", "02-30", "02-29", "3-1", "03-5-mon", "03-last-day", "05-12-week", "…"])
def test_what_is_no_notation_is_refused(notation: str) -> None:
    with pytest.raises(NoRule):
        span_in(notation, 2026)
    with pytest.raises(ValidationError):
        ThemedDay(key="x", name="x", name_en="x", source="x", falls=notation).clean_fields()


class Dated:
    def __init__(self, first: str, last: str) -> None:
        self.span = span(first, last)


def test_the_nearest_is_what_runs_unless_that_is_a_season() -> None:
    season, month = Dated("2026-05-15", "2026-09-30"), Dated("2026-06-01", "2026-06-30")
    one, later = Dated("2026-06-16", "2026-06-16"), Dated("2026-09-01", "2026-09-30")
    known = [later, season, one, month]
    days_to = {"2026-05-20": month, "2026-06-10": month, "2026-06-16": one, "2026-07-01": later, "2026-10-01": None}
    assert {day: nearest(known, date.fromisoformat(day)) for day in days_to} == days_to
    assert nearest([season], date(2026, 7, 1)) == season
    assert holding(known, date(2026, 6, 16)) == [one, month, season]


# ── What ships ───────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_the_calendar_is_loaded_once_and_a_changed_row_stays() -> None:
    assert set(days.load()) == {Outcome.CREATED}
    assert set(days.load()) == {Outcome.UNCHANGED}
    ThemedDay.objects.filter(key="fire-day").update(name="119消防日")
    assert sorted(set(days.load())) == [Outcome.KEPT, Outcome.UNCHANGED]
    assert ThemedDay.objects.get(key="fire-day").name == "119消防日"


def test_every_row_names_its_source_and_an_unverified_one_what_is_to_be_checked() -> None:
    rows = days.rows()
    assert [row["key"] for row in rows if not row["source"]] == []
    assert [row["key"] for row in rows if row["verified"] == bool(row["note"])] == []
    assert len({row["key"] for row in rows}) == len(rows) >= 13


@pytest.mark.django_db
def test_what_the_demo_tells_of_themed_days_stands_in_the_calendar() -> None:
    days.load()
    told = {theme_of(date(2026, month, day)) for month in range(1, 13) for day in range(1, 29)} - {""}
    assert told <= set(ThemedDay.objects.values_list("name", flat=True))


@pytest.mark.django_db
def test_the_demo_county_has_announced_its_seasons_once() -> None:
    days.load()
    assert (len(days.load_demo()), len(days.load_demo())) == (4, 0)
    year = timezone.localdate().year
    assert {one.day.key for one in queries.happenings(year) if one.set_here} == {"wildfire-season", "flood-season"}


# ── The year ─────────────────────────────────────────────────────────────────
@pytest.fixture
def calendar(db: Any) -> None:
    days.load()


def named(happenings: list[queries.Happening]) -> list[str]:
    return [one.day.key for one in happenings]


@pytest.mark.usefixtures("calendar")
def test_one_query_reads_the_rows_and_what_the_county_said(
    training_officer: Any, django_assert_num_queries: Any
) -> None:
    flood = ThemedDay.objects.get(key="flood-season")
    told = {"theme": "", "first": date(2026, 5, 15), "last": date(2026, 9, 30)}
    say_of_year(flood, 2026, **told, by=training_officer, now=NOW)
    month = ThemedDay.objects.get(key="work-safety-month")
    say_of_year(month, 2026, theme="人人讲安全", first=None, last=None, by=training_officer, now=NOW)
    with django_assert_num_queries(1):
        known = {(one.day.key, one.year): one for one in queries.happenings(2026, 2027)}
    assert known["flood-season", 2026].span == span("2026-05-15", "2026-09-30")
    assert ("flood-season", 2027) not in known
    assert [known["work-safety-month", year].theme for year in (2026, 2027)] == ["人人讲安全", ""]
    assert [one.set_here for one in (known["flood-season", 2026], known["work-safety-month", 2026])] == [True, False]


@pytest.mark.usefixtures("calendar")
def test_what_comes_next_and_what_runs() -> None:
    assert queries.next_day(date(2026, 11, 27)).day.key == "fire-month"
    assert queries.next_day(date(2026, 12, 1)).day.key == "traffic-day"
    assert queries.next_day(date(2026, 12, 5)).span == span("2027-03-01", "2027-03-01")
    assert named(queries.within(date(2026, 10, 10), 30)) == ["risk-reduction-day", "fire-month", "fire-day"]
    assert named(queries.on_day(date(2026, 5, 12))) == ["disaster-reduction-day", "disaster-reduction-week"]


@pytest.mark.usefixtures("calendar")
def test_what_the_county_says_is_logged_once_and_can_be_taken_back(training_officer: Any) -> None:
    day = ThemedDay.objects.get(key="fire-month")
    said = ["防范火灾", "防范火灾", ""]
    changed = [say_of_year(day, 2026, theme=t, first=None, last=None, by=training_officer, now=NOW) for t in said]
    assert changed == [True, False, True]
    assert not ThemedYear.objects.exists()
    assert AuditEntry.objects.filter(action="campaign.day_said").count() == 2


@pytest.mark.usefixtures("calendar")
def test_dates_of_a_year_stand_in_order_and_both_or_neither() -> None:
    day = ThemedDay.objects.get(key="flood-season")
    for first, last in ((date(2026, 5, 2), date(2026, 5, 1)), (date(2026, 5, 2), None), (None, date(2026, 5, 2))):
        with pytest.raises(IntegrityError), transaction.atomic():
            ThemedYear.objects.create(day=day, year=2026, first=first, last=last, said_at=NOW)


# ── Pages ────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("calendar")
def test_the_training_officer_enters_theme_and_dates(
    client_of: Callable[[Any], Client], training_officer: Any, officer_north: Any
) -> None:
    year = timezone.localdate().year
    address = reverse("campaign:day_year", args=["flood-season", year])
    client = client_of(training_officer)
    half = client.post(address, {"theme": "", "first": f"{year}-05-15", "last": ""})
    assert set(half.context["form"].errors) == {"last"}
    wrong = client.post(address, {"theme": "", "first": f"{year}-05-15", "last": f"{year}-05-01"})
    assert set(wrong.context["form"].errors) == {"last"}
    other = client.post(address, {"theme": "", "first": f"{year + 1}-05-15", "last": f"{year + 1}-05-16"})
    assert set(other.context["form"].errors) == {"first"}
    answer = client.post(address, {"theme": "早转移", "first": f"{year}-05-15", "last": f"{year}-09-30"})
    assert answer["Location"] == f"{reverse('campaign:days')}?year={year}#flood-season"
    page = client_of(officer_north).get(reverse("campaign:days")).content.decode()
    assert "早转移" in page
    for day in (f"{year}-05-15", f"{year}-09-30"):
        assert f'<span class="nowrap">{day}</span>' in page
    assert client_of(officer_north).get(address).status_code == 404


@pytest.mark.usefixtures("calendar")
def test_the_list_marks_what_is_to_be_verified_and_what_has_no_dates(
    client_of: Callable[[Any], Client], officer_north: Any
) -> None:
    lines = {day.key: one for day, one in client_of(officer_north).get(reverse("campaign:days")).context["lines"]}
    assert {key for key, one in lines.items() if one is None} == {
        *("spring-festival", "school-start-spring", "wildfire-season"),
        *("flood-season", "school-start-autumn", "harvest-season"),
    }
    html = client_of(officer_north).get(reverse("campaign:days")).content.decode()
    assert html.count("tag-late") == ThemedDay.objects.filter(verified=False).count()


@pytest.mark.usefixtures("calendar")
@pytest.mark.parametrize("year", ["1999", "9999", "２０２６"])
def test_a_year_out_of_reach_is_not_there(client_of: Callable[[Any], Client], officer_north: Any, year: str) -> None:
    status = client_of(officer_north).get(reverse("campaign:days"), {"year": year}).status_code
    assert status == (404 if year.isascii() else 200)


@pytest.mark.usefixtures("calendar")
def test_a_record_is_offered_the_days_of_its_date(
    client_of: Callable[[Any], Client], officer_north: Any, village: Any
) -> None:
    form = RecordForm(user=officer_north, now=NOW)
    offered = [one for one in form.theme_days() if one.span.holds(date(2026, 11, 9))]
    assert {one.day.name for one in offered} == {"消防宣传月", "全国消防日"}
    assert all(one.span.last >= date(2025, 11, 23) for one in form.theme_days())
    html = client_of(officer_north).get(reverse("campaign:activity_new")).content.decode()
    assert 'data-first="' in html
    assert "campaign/theme_days.js" in html


# ── For a calendar program ───────────────────────────────────────────────────
@pytest.mark.usefixtures("calendar")
def test_the_file_holds_whole_days_and_ends_on_the_day_after() -> None:
    read = Calendar.from_ical(calendar_file(queries.happenings(2026), link="https://example.org/days/2026/", now=NOW))
    events = {str(event["uid"]).split("@")[0]: event for event in read.walk("VEVENT")}
    month = events["day-work-safety-month-2026"]
    assert (month.decoded("dtstart"), month.decoded("dtend")) == (date(2026, 6, 1), date(2026, 7, 1))
    assert len(events) == len(queries.happenings(2026))
