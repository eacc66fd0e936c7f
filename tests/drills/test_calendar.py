"""The month's page and the address that a calendar program fetches."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from drills.models import CalendarFeed, Drill, Participation
from drills.queries.calendar import days_of, month_asked, month_of
from drills.services.feeds import feed_token, new_feed, owner_of_token
from tests.drills.factories import NOW, make_drill, make_part

pytestmark = pytest.mark.django_db
State, Notice = Drill.State, Drill.Notice


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def shown(user: Any, month: str = "2026-11") -> dict[str, list[str]]:
    """Titles by day."""
    weeks = month_of(user, month_asked(month, NOW)).weeks
    return {str(day.day): [drill.title for drill in day.drills] for week in weeks for day in week if day.drills}


# ── The month ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("text", ["", "2026-13", "2026", "nonsense", "0001-01", "9999-12", "2026-1"])
def test_a_month_that_is_none_is_this_one(text: str) -> None:
    assert month_asked(text, NOW) == date(2026, 11, 1)


def test_months_follow_one_another(manager_a: Any) -> None:
    for text, before, after in (("2026-12", "2026-11", "2027-01"), ("2027-01", "2026-12", "2027-02")):
        month = month_of(manager_a, month_asked(text, NOW))
        assert (month.before, month.after) == (before, after)


def test_weeks_begin_on_monday_and_show_their_whole(manager_a: Any) -> None:
    weeks = month_of(manager_a, date(2026, 11, 1)).weeks
    assert (weeks[0][0].day, weeks[-1][-1].day) == (date(2026, 10, 26), date(2026, 12, 6))
    assert [day.inside for day in weeks[0]] == [False] * 6 + [True]


def test_a_drill_stands_on_its_days_of_the_countys_calendar(organisation_a: Any, manager_a: Any) -> None:
    make_drill(organisation_a, title="night", starts_at=at("2026-11-24T23:00"), ends_at=at("2026-11-25T01:00"))
    make_drill(organisation_a, title="to midnight", starts_at=at("2026-11-25T22:00"), ends_at=at("2026-11-26T00:00"))
    make_drill(organisation_a, title="early", starts_at=at("2026-11-01T00:10"))
    assert shown(manager_a) == {
        "2026-11-01": ["early"],
        "2026-11-24": ["night"],
        "2026-11-25": ["night", "to midnight"],
    }
    assert month_of(manager_a, date(2026, 11, 1)).drills == 3


def test_a_moment_is_a_day_too(organisation_a: Any) -> None:
    drill = make_drill(organisation_a, starts_at=NOW, ends_at=NOW)
    assert days_of(drill) == [date(2026, 11, 24)]


def test_what_was_called_off_or_entered_by_mistake_takes_nobodys_time(organisation_a: Any, manager_a: Any) -> None:
    make_drill(organisation_a, state=State.CANCELLED)
    make_drill(organisation_a, withdrawn_at=NOW, withdrawn_reason="误录")
    assert shown(manager_a) == {}


def test_everybody_sees_what_he_may_know(
    organisation_a: Any, manager_a: Any, manager_b: Any, learner_b: Any, learner: Any
) -> None:
    for title, notice in (("open", Notice.ANNOUNCED), ("sudden", Notice.NO_NOTICE), ("blind", Notice.DOUBLE_BLIND)):
        drill = make_drill(organisation_a, title=title, state=State.APPROVED, notice=notice, number=title)
        make_part(drill, user=learner_b)
        make_part(drill, Participation.Role.EVALUATOR, manager_b)
    make_part(make_drill(organisation_a, title="draft"), user=learner_b)
    day = "2026-11-24"
    assert shown(learner_b) == {day: ["open"]}
    assert shown(manager_b) == {day: ["open", "sudden", "blind"]}
    assert shown(manager_a) == {day: ["open", "sudden", "blind", "draft"]}
    assert shown(learner) == {}


def test_a_month_of_many_drills_asks_no_more_than_one_of_few(
    organisation_a: Any, manager_a: Any, client_of: Callable[[Any], Client], django_assert_max_num_queries: Any
) -> None:
    for _one in range(30):
        make_part(make_drill(organisation_a, starts_at=timezone.localtime().replace(hour=9)), user=manager_a)
    client = client_of(manager_a)
    with django_assert_max_num_queries(25):
        assert client.get(reverse("drills:calendar")).content.count(b"cal-drill") == 30


# ── The feed ─────────────────────────────────────────────────────────────────
def fetch(user: Any) -> Any:
    """As a calendar program does: without a session."""
    return Client().get(reverse("drills:feed", args=[feed_token(CalendarFeed.objects.get(user=user))]))


def events(user: Any) -> list[Any]:
    return list(Calendar.from_ical(fetch(user).content).walk("VEVENT"))


@pytest.fixture
def soon(organisation_a: Any, learner: Any) -> Drill:
    begins = timezone.now().replace(microsecond=0) + timedelta(days=3)
    drill = make_drill(
        organisation_a, title="消防疏散", state=State.APPROVED, number="YL2026-0001", starts_at=begins,
        duty_phone="0538-6000119",
    )  # fmt: skip
    make_part(drill, user=learner, team="一组", site="东门")
    new_feed(learner, now=NOW)
    return drill


def test_the_feed_is_a_calendar_in_the_countys_time(soon: Drill, learner: Any) -> None:
    response = fetch(learner)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert "private" in response["Cache-Control"]
    calendar = Calendar.from_ical(response.content)
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    (event,) = calendar.walk("VEVENT")
    assert event.decoded("dtstart") == soon.starts_at
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert (event.decoded("dtend"), str(event["location"])) == (soon.ends_at, soon.place)
    assert str(event["status"]) == "CONFIRMED"


def test_every_title_is_marked_and_ones_own_part_is_told(soon: Drill, learner: Any) -> None:
    (event,) = events(learner)
    assert str(event["summary"]) == "【演练】消防疏散"
    told = str(event["description"])
    assert all(word in told for word in ("一组", "东门", "0538-6000119", str(Participation.Role.PLAYER.label)))


def test_a_text_cannot_break_out_of_its_line(soon: Drill, learner: Any) -> None:
    Drill.objects.filter(pk=soon.pk).update(title="a\r\nEND:VEVENT\r\nBEGIN:VALARM;x,y")
    (event,) = events(learner)
    assert str(event["summary"]).startswith("【演练】a")
    assert len(Calendar.from_ical(fetch(learner).content).walk("VALARM")) == 0


def test_a_drill_called_off_goes_away_there_too(soon: Drill, learner: Any) -> None:
    (before,) = events(learner)
    Drill.objects.filter(pk=soon.pk).update(state=State.CANCELLED)
    (after,) = events(learner)
    assert (str(after["uid"]), str(after["status"])) == (str(before["uid"]), "CANCELLED")


def test_the_feed_of_a_player_keeps_secrets(soon: Drill, organisation_a: Any, learner: Any, manager_a: Any) -> None:
    for notice in (Notice.NO_NOTICE, Notice.DOUBLE_BLIND):
        drill = make_drill(organisation_a, state=State.APPROVED, notice=notice, number=notice, starts_at=soon.starts_at)
        make_part(drill, user=learner)
    new_feed(manager_a, now=NOW)
    assert (len(events(learner)), len(events(manager_a))) == (1, 3)


def test_designs_records_and_the_long_past_are_no_appointments(
    soon: Drill, organisation_a: Any, manager_a: Any
) -> None:
    make_drill(organisation_a, starts_at=soon.starts_at)
    make_drill(organisation_a, entry=Drill.Entry.SIMPLE, state=State.REPORTED, starts_at=timezone.now())
    make_drill(organisation_a, state=State.CLOSED, starts_at=timezone.now() - timedelta(days=200))
    new_feed(manager_a, now=NOW)
    assert [str(event["summary"]) for event in events(manager_a)] == ["【演练】消防疏散"]


def test_a_new_address_makes_the_old_one_worthless(soon: Drill, learner: Any) -> None:
    old = feed_token(CalendarFeed.objects.get(user=learner))
    new = feed_token(new_feed(learner, now=NOW))
    assert (owner_of_token(old), owner_of_token(new)) == (None, learner)
    assert Client().get(reverse("drills:feed", args=[old])).status_code == 404


@pytest.mark.parametrize("token", ["", "1.1", "1.1~forged", "~", "1.1~" + "x" * 500])
def test_a_forged_address_asks_the_database_nothing(token: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert owner_of_token(token) is None


def test_who_may_not_sign_in_any_more_has_no_feed(soon: Drill, learner: Any) -> None:
    type(learner).objects.filter(pk=learner.pk).update(is_active=False)
    assert fetch(learner).status_code == 404


def test_the_button_makes_an_address_and_then_another(
    soon: Drill, learner: Any, client_of: Callable[[Any], Client]
) -> None:
    client = client_of(learner)
    page = client.get(reverse("drills:calendar")).content.decode()
    assert feed_token(CalendarFeed.objects.get(user=learner)) in page
    client.post(reverse("drills:feed_new"))
    assert CalendarFeed.objects.get(user=learner).epoch == 2
