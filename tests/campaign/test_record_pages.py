"""The page of the record and its wire, the photos, and signing in by code: what they offer and what they refuse."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from campaign.models import Activity, SignIn, Venue
from campaign.queries.record import hazards_by_use, recent_venues, venues_for
from campaign.services import withdraw
from campaign.sign_in_rules import is_open
from campaign.tokens import activity_of, token_of
from duties.vocabulary import Hazard
from tests.campaign.factories import NOW, make_activity, make_venue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def officer(client_of: Callable[[Any], Client], officer_north: Any) -> Client:
    return client_of(officer_north)


def url(name: str, *args: Any) -> str:
    return reverse(f"campaign:{name}", args=args)


def fields(venue: Venue | None, **more: str) -> dict[str, str]:
    begun = timezone.localtime() - timedelta(hours=2)
    told = {"form": "lecture", "starts_at": f"{begun:%Y-%m-%dT%H:%M}", "persons": "40", "basis": "counted"}
    return {"venue": str(venue.pk) if venue else "", **told, **more}


def send(client: Client, user: Any, told: dict[str, str], uid: Any = None, **more: Any) -> Any:
    record = {"uid": str(uid or uuid4()), "user": user.pk, "age": 5, "fields": told, **more}
    return client.post(url("record_send"), {"record": json.dumps(record)})


def jpeg(size: tuple[int, int] = (64, 48)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "JPEG")
    return SimpleUploadedFile("a.jpg", out.getvalue(), content_type="image/jpeg")


# ── Who ──────────────────────────────────────────────────────────────────────
def test_the_page_is_for_those_who_record(page_of: Callable[[str, str], Any], village: Venue) -> None:
    new = url("activity_new")
    assert page_of("stranger", new).status_code == 302
    seen = {"officer_north", "officer_south", "manager_a", "training_officer", "editor"}
    asked = (*sorted(seen), "learner", "supervisor", "leader", "inspector", "auditor", "drill_officer")
    assert {name for name in asked if page_of(name, new).status_code == 200} == seen


def test_the_card_leads_there(officer: Client, village: Venue) -> None:
    assert url("activity_new") in officer.get(reverse("people:home")).content.decode()


def test_without_a_venue_the_page_says_what_to_do(
    client_of: Callable[[Any], Client], manager_b: Any, village: Venue
) -> None:
    page = client_of(manager_b).get(url("activity_new"))
    assert not page.context["form"].can_record
    assert "data-record" not in page.content.decode()


def test_only_own_venues_that_are_open_are_offered(officer_north: Any, village: Venue, school: Venue) -> None:
    closed = make_venue(village.division, "school", closed_on=NOW.date() - timedelta(days=30))
    offered = set(venues_for(officer_north, NOW.date()))
    assert (village in offered, school in offered, closed in offered) == (True, False, False)


def test_a_manager_records_at_his_organisations_venues_and_names_none(
    client_of: Callable[[Any], Client], manager_a: Any, works: Venue, village: Venue
) -> None:
    client = client_of(manager_a)
    form = client.get(url("activity_new")).context["form"]
    assert ([one.pk for one in form.fields["venue"].queryset], form.may_name) == ([works.pk], False)
    assert send(client, manager_a, fields(works)).json()["code"] == "ok"
    named = fields(None, new_name="别处", new_kind="school", new_division=str(village.division_id))
    assert "venue" in send(client, manager_a, named).json()["errors"]
    assert not Venue.objects.filter(name="别处").exists()


# ── What stands ready ────────────────────────────────────────────────────────
def test_what_he_used_last_stands_first(officer_north: Any, village: Venue) -> None:
    market = make_venue(village.division, "market")
    make_activity(village, by=officer_north, hazards=("gas",))
    make_activity(market, by=officer_north, now=NOW + timedelta(hours=1), hazards=("gas", "crowd"))
    assert recent_venues(officer_north) == [market.pk, village.pk]
    assert hazards_by_use(officer_north)[:3] == ["gas", "crowd", Hazard.values[0]]


def test_the_last_record_is_the_likeliest_but_never_its_figures(
    officer: Client, officer_north: Any, village: Venue
) -> None:
    make_activity(village, by=officer_north, form="visit", hazards=("gas",), in_charge="周立", persons=77)
    form = officer.get(url("activity_new")).context["form"]
    assert (form["form"].value(), form["hazards"].value(), form["in_charge"].value()) == ("visit", ["gas"], "周立")
    assert (form["persons"].value(), form["basis"].value(), form["households"].value()) == (None, None, None)
    assert timezone.localtime() - form["starts_at"].initial < timedelta(minutes=66)


# ── The wire ─────────────────────────────────────────────────────────────────
def test_a_record_is_taken_once_however_often_it_is_sent(officer: Client, officer_north: Any, village: Venue) -> None:
    uid = uuid4()
    told = fields(village, hazards="gas flood", leaflet="200", households="12", words="讲燃气")
    first = send(officer, officer_north, told, uid).json()
    village.closed_on = NOW.date() - timedelta(days=1)
    village.save()
    again = send(officer, officer_north, told, uid).json()  # the venue is closed by now: it was taken all the same
    activity = Activity.objects.get()
    version = activity.current
    assert (first["new"], again["new"], again["number"]) == (True, False, first["number"])
    assert first["url"] == url("activity", activity.pk)
    assert (version.hazards, version.households, version.words) == (["gas", "flood"], 12, "讲燃气")
    assert [(one.kind, one.count) for one in version.materials.all()] == [("leaflet", 200)]


def test_it_was_written_when_the_phone_wrote_it(officer: Client, officer_north: Any, village: Venue) -> None:
    send(officer, officer_north, fields(village), age=3600)
    activity = Activity.objects.get()
    assert timedelta(minutes=59) < activity.received_at - activity.created_at < timedelta(minutes=61)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("venue", ""),
        ("form", "party"),
        ("persons", "0"),
        ("persons", "-3"),
        ("basis", "signed"),
        ("basis", ""),
        ("starts_at", "2099-01-01T00:00"),
        ("hazards", "dragons"),
        ("leaflet", "-50"),
        ("households", "many"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    officer: Client, officer_north: Any, village: Venue, name: str, value: str
) -> None:
    answer = send(officer, officer_north, fields(village) | {name: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])
    assert not Activity.objects.exists()


def test_anothers_record_and_anothers_venue_are_not_taken(
    officer: Client, officer_north: Any, officer_south: Any, village: Venue, school: Venue
) -> None:
    assert list(send(officer, officer_north, fields(school)).json()["errors"]) == ["venue"]
    assert send(officer, officer_south, fields(village)).json()["code"] == "somebody_else"
    theirs = make_activity(school, by=officer_south)
    answer = send(officer, officer_north, fields(village), theirs.uid)
    assert (answer.status_code, answer.json()["code"]) == (404, "somebody_else")


@pytest.mark.parametrize("record", ["", "{", "[]", '{"uid": "x"}', '{"uid": 1, "user": 1, "fields": {"a": 1}}'])
def test_what_no_page_of_ours_sends_is_forged(officer: Client, village: Venue, record: str) -> None:
    assert officer.post(url("record_send"), {"record": record}).json() == {"code": "forged"}


def test_a_new_venue_is_entered_once_and_the_one_of_its_name_is_used(
    officer: Client, officer_north: Any, village: Venue
) -> None:
    named = fields(None, new_name="村口广场", new_kind="public_place", new_division=str(village.division_id))
    uid = uuid4()
    for _sending in range(2):
        assert send(officer, officer_north, named, uid).json()["code"] == "ok"
    assert send(officer, officer_north, named).json()["code"] == "ok"
    assert (Venue.objects.filter(name="村口广场").count(), Activity.objects.count()) == (1, 2)


def test_a_new_venue_needs_kind_and_place_of_his_own(
    officer: Client, officer_north: Any, village: Venue, township_south: Any
) -> None:
    assert set(send(officer, officer_north, fields(None, new_name="广场")).json()["errors"]) == {
        "new_kind",
        "new_division",
    }
    elsewhere = fields(None, new_name="广场", new_kind="market", new_division=str(township_south.pk))
    assert list(send(officer, officer_north, elsewhere).json()["errors"]) == ["new_division"]


# ── Photos ───────────────────────────────────────────────────────────────────
def test_a_photo_is_kept_once_and_only_with_his_own_record(
    officer: Client, officer_north: Any, officer_south: Any, village: Venue, school: Venue
) -> None:
    activity, uid = make_activity(village, by=officer_north), str(uuid4())
    for _sending in range(2):
        answer = officer.post(url("record_photo", activity.uid), {"uid": uid, "kind": "photo", "file": jpeg()})
        assert answer.json() == {"code": "ok"}
    assert activity.photos.count() == 1
    theirs = make_activity(school, by=officer_south)
    assert officer.post(url("record_photo", theirs.uid), {"uid": uid, "file": jpeg()}).status_code == 404


def test_what_is_no_photo_is_refused_with_words(officer: Client, officer_north: Any, village: Venue) -> None:
    activity = make_activity(village, by=officer_north)
    virus = SimpleUploadedFile("a.jpg", b"MZ" * 300)
    answer = officer.post(url("record_photo", activity.uid), {"uid": str(uuid4()), "file": virus})
    assert (answer.status_code, answer.json()["code"], bool(answer.json()["reason"])) == (400, "refused", True)


def test_the_tenth_photo_is_refused(officer: Client, officer_north: Any, village: Venue) -> None:
    activity = make_activity(village, by=officer_north)
    codes = [
        officer.post(url("record_photo", activity.uid), {"uid": str(uuid4()), "file": jpeg()}).json()["code"]
        for _photo in range(10)
    ]
    assert codes == ["ok"] * 9 + ["refused"]


def test_small_photos_are_for_those_in_scope(
    client_of: Callable[[Any], Client], officer: Client, officer_north: Any, officer_south: Any, village: Venue
) -> None:
    activity = make_activity(village, by=officer_north)
    assert officer.post(url("photo_add", activity.pk), {"photos": jpeg((900, 600))}).status_code == 302
    small = url("photo_small", activity.pk, activity.photos.get().pk)
    answer = officer.get(small)
    with Image.open(io.BytesIO(answer.content)) as image:
        assert (answer["Content-Type"], image.size) == ("image/jpeg", (360, 240))
    assert client_of(officer_south).get(small).status_code == 404
    assert client_of(officer_south).get(url("photo_add", activity.pk)).status_code == 404


# ── Signing in by code ───────────────────────────────────────────────────────
def test_the_code_works_around_the_activity_only() -> None:
    begun = NOW
    hours = {hour: is_open(begun, 60, begun + timedelta(hours=hour)) for hour in (-3, -1, 0, 12, 14)}
    assert hours == {-3: False, -1: True, 0: True, 12: True, 14: False}


def test_a_forged_code_leads_nowhere(officer: Client, officer_north: Any, village: Venue) -> None:
    token = token_of(make_activity(village, by=officer_north))
    assert activity_of(token) is not None
    assert [activity_of(bad) for bad in (token[:-1] + "x", "1", "", "1~")] == [None] * 4
    assert officer.get(url("here", "1~x")).status_code == 404


def test_who_comes_signs_in_with_his_own_account_once(
    client_of: Callable[[Any], Client], learner: Any, officer_north: Any, village: Venue
) -> None:
    now = timezone.now()
    activity = make_activity(village, by=officer_north, now=now, starts_at=now - timedelta(hours=1))
    here = url("here", token_of(activity))
    assert Client().get(here).url.endswith(f"?next={here}")
    client = client_of(learner)
    assert not SignIn.objects.exists()
    for _tap in range(2):
        assert client.post(here).status_code == 302
    assert SignIn.objects.get().user == learner
    assert client.get(here).context["signed"].user == learner


def test_a_code_of_yesterday_or_of_a_withdrawn_record_signs_nobody_in(
    client_of: Callable[[Any], Client], learner: Any, officer_north: Any, village: Venue
) -> None:
    now = timezone.now()
    old = make_activity(village, by=officer_north, now=now, starts_at=now - timedelta(days=2))
    gone = make_activity(village, by=officer_north, now=now, starts_at=now - timedelta(hours=1))
    withdraw(gone, reason="录重了", by=officer_north, now=now)
    for activity in (old, gone):
        assert client_of(learner).post(url("here", token_of(activity))).status_code == 200
    assert not SignIn.objects.exists()


def test_the_recorder_shows_the_code_and_may_count_by_it(
    client_of: Callable[[Any], Client],
    officer: Client,
    officer_north: Any,
    officer_south: Any,
    learner: Any,
    manager_a: Any,
    village: Venue,
) -> None:
    now = timezone.now()
    activity = make_activity(village, by=officer_north, now=now, starts_at=now - timedelta(hours=1), persons=50)
    page = officer.get(url("sign_in", activity.pk))
    assert (page.context["open"], page.context["signed"]) == (True, 0)
    assert officer.post(url("sign_in_take", activity.pk)).status_code == 404  # nobody yet: the head-count stays
    for person in (learner, manager_a):
        client_of(person).post(url("here", token_of(activity)))
    assert officer.get(url("sign_in_count", activity.pk)).json() == {"signed": 2}
    assert officer.post(url("sign_in_take", activity.pk)).status_code == 302
    version = Activity.objects.get().current
    assert (version.serial, version.persons, version.basis, bool(version.reason)) == (2, 2, "signed", True)
    assert client_of(officer_south).get(url("sign_in", activity.pk)).status_code == 404


def test_the_code_is_printed_for_the_door(officer: Client, officer_north: Any, village: Venue) -> None:
    answer = officer.get(url("sign_in_sheet", make_activity(village, by=officer_north).pk))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


# ── Without a network ────────────────────────────────────────────────────────
def test_the_worker_keeps_the_page_of_the_record_and_no_list(client: Client) -> None:
    worker = client.get(url("service_worker"))
    assert worker["Content-Type"] == "text/javascript; charset=utf-8"
    text = worker.content.decode()
    assert "campaign" in text
    assert "activities/new/" in text.replace("\\u002D", "-")


def test_how_often_the_page_asks_the_database_does_not_grow_with_the_venues(
    officer: Client, officer_north: Any, village: Venue, django_assert_max_num_queries: Any
) -> None:
    for _venue in range(12):
        make_venue(village.division, "market")
    make_activity(village, by=officer_north)
    with django_assert_max_num_queries(40):
        officer.get(url("activity_new"))
