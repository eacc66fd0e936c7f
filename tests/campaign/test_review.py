"""审核: the queue, one tap, and pictures that look alike."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image, ImageDraw

from campaign.models import Activity
from campaign.services import add_photo, correct_activity, review
from tests.campaign.factories import NOW, make_activity, told

QUEUE = "/campaign/review/"


@pytest.fixture(autouse=True)
def that_day(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=5))


@pytest.fixture
def desk(client_of: Callable[[Any], Client], training_officer: Any) -> Client:
    return client_of(training_officer)


@pytest.fixture
def north(client_of: Callable[[Any], Client], officer_north: Any) -> Client:
    return client_of(officer_north)


def page(client: Client, url: str = QUEUE, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def decide(client: Client, activity: Activity, verdict: str = "approve", **more: Any) -> Any:
    told = {"verdict": verdict, "seen": 1, **more}
    return client.post(f"/campaign/activities/{activity.pk}/decide/", told)


def state(activity: Activity) -> str:
    activity.refresh_from_db()
    return activity.state


def picture(seed: int, *, quality: int = 90) -> io.BytesIO:
    """A scene of bright and dark fields; the same seed is the same scene."""
    image = Image.new("RGB", (320, 240), "grey")
    draw = ImageDraw.Draw(image)
    for place in range(48):
        shade = (seed * 7919 + place * 104729) * 2654435761 % 255
        column, row = place % 8, place // 8
        draw.rectangle((column * 40, row * 40, column * 40 + 39, row * 40 + 39), fill=(shade, shade, shade))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    out.seek(0)
    return out


def photograph(activity: Activity, content: io.BytesIO, by: Any) -> None:
    add_photo(activity, content, uid=uuid4(), by=by, now=NOW)


# ── The queue ────────────────────────────────────────────────────────────────
def test_what_waits_stands_in_the_queue_of_whoever_may_decide(
    desk: Client, north: Client, village: Any, school: Any, officer_north: Any, manager_a: Any, works: Any
) -> None:
    own = make_activity(village, by=officer_north)
    others = make_activity(works, by=manager_a)
    html = page(north)
    assert others.number in html
    assert own.number not in html  # nobody approves what he recorded himself
    assert all(one.number in page(desk) for one in (own, others))


def test_whoever_may_not_review_has_no_queue(client_of: Any, manager_a: Any, auditor: Any, village: Any) -> None:
    page(client_of(manager_a), QUEUE, 404)
    page(client_of(auditor), QUEUE, 404)


def test_an_empty_queue_says_what_will_stand_there(desk: Client, village: Any) -> None:
    assert 'class="empty"' in page(desk)


def test_one_tap_approves_and_leads_back_to_the_queue(desk: Client, village: Any, officer_north: Any) -> None:
    activity = make_activity(village, by=officer_north)
    assert decide(desk, activity, back="queue")["Location"] == QUEUE
    assert state(activity) == "approved"


def test_a_return_says_what_is_to_be_put_right(desk: Client, village: Any, officer_north: Any) -> None:
    activity = make_activity(village, by=officer_north)
    answer = decide(desk, activity, "return", reason="  ")
    assert answer.status_code == 200
    assert "invalid-feedback d-block" in answer.content.decode()
    assert state(activity) == "submitted"
    decide(desk, activity, "return", reason="人数请核对签到表")
    assert state(activity) == "returned"
    assert "人数请核对签到表" in page(desk, f"/campaign/activities/{activity.pk}/")


def test_nobody_decides_on_what_he_has_not_read(desk: Client, village: Any, officer_north: Any) -> None:
    activity = make_activity(village, by=officer_north)
    correct_activity(activity, told(village, persons=50), reason="counted", by=officer_north, now=NOW)
    decide(desk, activity)
    assert state(activity) == "submitted"


def test_whoever_comes_second_is_told_and_changes_nothing(
    desk: Client, village: Any, officer_north: Any, leader: Any
) -> None:
    activity = make_activity(village, by=officer_north)
    review(activity, verdict="return", reason="no venue", by=leader, now=NOW)
    assert decide(desk, activity).status_code == 302
    assert state(activity) == "returned"


def test_nobody_approves_his_own_also_by_its_address(north: Client, village: Any, officer_north: Any) -> None:
    activity = make_activity(village, by=officer_north)
    decide(north, activity)
    assert state(activity) == "submitted"


def test_another_township_s_record_is_not_there_for_him(
    client_of: Any, officer_south: Any, village: Any, officer_north: Any
) -> None:
    activity = make_activity(village, by=officer_north)
    assert decide(client_of(officer_south), activity).status_code == 404


# ── Pictures that look alike ─────────────────────────────────────────────────
def test_the_same_picture_in_two_records_is_shown_side_by_side(
    desk: Client, village: Any, works: Any, officer_north: Any
) -> None:
    first = make_activity(village, by=officer_north)
    second = make_activity(works, by=officer_north)
    photograph(first, picture(3), officer_north)
    photograph(second, picture(3, quality=60), officer_north)
    for url in (QUEUE, f"/campaign/activities/{second.pk}/"):
        html = page(desk, url)
        assert 'class="alike"' in html
        assert first.number in html


def test_different_pictures_are_not_remarked_on(desk: Client, village: Any, works: Any, officer_north: Any) -> None:
    for seed, venue in ((3, village), (4, works)):
        photograph(make_activity(venue, by=officer_north), picture(seed), officer_north)
    assert 'class="alike"' not in page(desk)


def test_pictures_of_one_record_may_look_alike(desk: Client, village: Any, officer_north: Any) -> None:
    activity = make_activity(village, by=officer_north)
    photograph(activity, picture(3), officer_north)
    photograph(activity, picture(3, quality=50), officer_north)
    assert 'class="alike"' not in page(desk)


def test_a_reviewer_sees_no_picture_of_another_township(
    north: Client, works: Any, school: Any, manager_a: Any, officer_south: Any
) -> None:
    photograph(make_activity(school, by=officer_south), picture(3), officer_south)
    photograph(make_activity(works, by=manager_a), picture(3), manager_a)
    assert 'class="alike"' not in page(north)


def test_a_longer_queue_costs_no_more_queries(desk: Client, village: Any, works: Any, officer_north: Any) -> None:
    def cost() -> int:
        page(desk)
        with CaptureQueriesContext(connection) as seen:
            page(desk)
        return len(seen)

    def more(number: int) -> None:
        for _ in range(number):
            activity = make_activity(village, by=officer_north, materials={"leaflet": 3})
            photograph(activity, picture(3), officer_north)

    more(2)
    few = cost()
    more(18)  # two pages
    for _ in range(40):
        make_activity(village, by=officer_north)
    assert cost() == few
