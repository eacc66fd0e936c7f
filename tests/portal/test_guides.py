"""Venue guides: where a reader and whoever goes in find them; and the page of the year's themed days."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from campaign.models import ThemedDay, VenueKind
from campaign.registry import venue_guides
from portal import days
from portal.management.commands.library_report import library
from portal.models import GUIDED_KINDS, ArticlePage, GuidePage, LibraryPage
from tests.campaign.factories import make_approved, make_venue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.fixture
def county() -> Any:
    """The starter content has brought it already; the cast is the bureau's people here."""
    from people.models import Division

    return Division.objects.get(code="999901")


@pytest.fixture
def township_north(county: Any) -> Any:
    return county.get_children().get(code="999901201")


def guide(kind: str) -> GuidePage:
    return GuidePage.objects.get(venue_kind=kind, locale__language_code="zh-hans")


# ── Guides ───────────────────────────────────────────────────────────────────
def test_every_kind_of_venue_and_homes_have_a_guide_in_one_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        known = venue_guides()
    assert set(known) == {*VenueKind.values, "family"}
    assert known["village"] == (guide("village").title, "/library/guide-village/")
    with translation.override("en"):
        assert venue_guides()["village"].url == "/en/library/guide-village/"
    assert [one.url for one in venue_guides.of("village", homes=True)] == [
        "/library/guide-village/",
        "/library/guide-family/",
    ]


def test_a_guide_shows_what_to_bring_in_its_order(client: Client) -> None:
    response = client.get("/library/guide-village/")
    slugs = [piece.slug for piece in response.context["brought"]]
    assert slugs[:2] == ["mountain-torrent-move", "landslide-signs"]
    assert 'class="aside bring"' in response.content.decode()
    ArticlePage.objects.get(slug="landslide-signs", locale__language_code="zh-hans").unpublish()
    assert "landslide-signs" not in [piece.slug for piece in client.get("/library/guide-village/").context["brought"]]


def test_the_library_lists_guides_as_a_kind_of_their_own(client: Client) -> None:
    sheet = client.get("/library/?kind=guide").context["sheet"]
    assert {piece.kind_label for piece in sheet} == {str(GuidePage.kind)}
    assert sheet.paginator.count == len(GUIDED_KINDS)


def test_an_entry_shows_its_guides_above_and_not_among_its_pieces(client: Client) -> None:
    context = client.get("/entries/public-place/").context
    assert [page.venue_kind for page in context["guides"]] == ["public_place", "market", "hospital", "scenic"]
    assert not {page.pk for page in context["guides"]} & {piece.pk for piece in context["pieces"]}
    assert [page.venue_kind for page in client.get("/entries/family/").context["guides"]] == ["family"]


def test_a_venue_and_a_record_lead_to_the_guide(
    client_of: Callable[[Any], Client], officer_north: Any, training_officer: Any, township_north: Any
) -> None:
    village = make_venue(township_north, "village", households=30)
    office = client_of(officer_north)
    page = office.get(reverse("campaign:venue", args=[village.pk])).content.decode()
    assert ("/library/guide-village/" in page, "/library/guide-family/" in page) == (True, True)
    held = make_approved(village, by=officer_north, reviewer=training_officer)
    page = office.get(reverse("campaign:activity", args=[held.pk])).content.decode()
    assert ("/library/guide-village/" in page, "/library/guide-family/" in page) == (True, False)
    phone = office.get(reverse("campaign:activity_new")).content.decode()
    assert 'data-guide="/library/guide-village/"' in phone


def test_a_kind_has_one_guide_and_a_second_is_told_so() -> None:
    parent = LibraryPage.objects.get(locale__language_code="zh-hans")
    second = GuidePage(title="再来一份", summary="…", venue_kind="village", locale=parent.locale, path=parent.path)
    with pytest.raises(ValidationError) as refused:
        second.clean()
    assert set(refused.value.message_dict) == {"venue_kind"}
    guide("village").clean()


def test_the_report_names_the_kinds_without_a_guide() -> None:
    key = "kinds of venue without a guide"
    assert library()[key] == []
    guide("market").unpublish()
    assert library()[key] == [str(VenueKind.MARKET.label)]


# ── The year ─────────────────────────────────────────────────────────────────
def test_the_year_begins_with_this_month_and_ends_with_what_is_over() -> None:
    months = days.months_of(2026, date(2026, 11, 27), "zh-hans")
    assert [month.first.month for month in months] == [11, 12, 3, 4, 5, 6, 9, 10]
    assert [month.is_over for month in months] == [False, False, *[True] * 6]
    assert days.months_of(2027, date(2026, 11, 27), "zh-hans")[0].first == date(2027, 3, 1)


def test_each_day_has_its_pieces_of_the_library_once(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        lines = [line for month in days.months_of(2026, date(2026, 11, 27), "zh-hans") for line in month.lines]
    fire = next(line for line in lines if line.one.day.key == "fire-day")
    assert len(fire.pieces) == len({piece.pk for piece in fire.pieces}) > 3
    assert len(fire.shown) == 3
    assert not [piece for piece in fire.pieces if piece.kind_label == str(GuidePage.kind)]
    assert next(line for line in lines if line.one.day.key == "constitution-day").pieces == []


def test_readers_are_not_told_what_is_to_be_verified_and_staff_are(
    client: Client, client_of: Callable[[Any], Client], officer_north: Any
) -> None:
    address = reverse("portal:days")
    assert "tag-late" not in client.get(address).content.decode()
    assert "tag-late" in client_of(officer_north).get(address).content.decode()


def test_this_year_and_the_next_can_be_read_and_taken_along(client: Client) -> None:
    year = timezone.localdate().year
    asked = {one: client.get(reverse("portal:days_of", args=[one])).status_code for one in range(year - 1, year + 3)}
    assert list(asked.values()) == [404, 200, 200, 404]
    response = client.get(reverse("portal:days_ics", args=[year]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(response.content).walk("VEVENT")
    assert {event.decoded("dtstart").year for event in events} == {year}
    assert str(events[0]["url"]).startswith("http")


def test_the_front_page_names_the_next_day_and_without_one_says_nothing(client: Client) -> None:
    assert client.get("/").context["next_day"] is not None
    assert 'class="next-day"' in client.get("/").content.decode()
    ThemedDay.objects.update(falls="")
    assert 'class="next-day"' not in client.get("/").content.decode()


def test_the_desk_counts_what_is_ready_for_the_next_sixty_days(client_of: Callable[[Any], Client], editor: Any) -> None:
    lines = days.for_the_desk(date(2026, 10, 10), "zh-hans")
    assert [line.one.day.key for line in lines] == ["risk-reduction-day", "fire-month", "fire-day", *LATE_IN_THE_YEAR]
    assert all(line.pieces for line in lines[:3])
    assert client_of(editor).get(reverse("portal:desk")).status_code == 200


LATE_IN_THE_YEAR = ("traffic-day", "constitution-day")


def test_the_report_counts_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("library_report")
    said = capsys.readouterr().out.splitlines()
    assert {"articles per entry:", "  PosterPage zh-hans: 10", "kinds of venue without a guide: 0"} <= set(said)
