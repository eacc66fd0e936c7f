"""The wire of the phones: cheap while nothing is new, silent to strangers, never a server error, and each part sees
what it may see and nothing more."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from drills.models import Drill, MselItem, Participation, RunDevice, RunEvent
from drills.services import run
from drills.tokens import part_token
from drills.views import wire
from tests.drills.factories import NOW, make_part
from tests.drills.phones import Phone, make_events, make_ready, make_running
from tests.drills.test_intake import jpeg
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
Role, State = Participation.Role, Drill.State


def after(minutes: float, seconds: float = 0) -> datetime:
    return NOW + timedelta(minutes=minutes, seconds=seconds)


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(after(1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def director() -> Any:
    return UserFactory(full_name="总指挥")


@pytest.fixture
def drill(organisation_a: Any, director: Any, clock: Any) -> Drill:
    return make_running(organisation_a, by=director)


@pytest.fixture
def player(drill: Drill) -> Phone:
    return Phone(make_part(drill, Role.PLAYER, UserFactory(full_name="李强"), team="一组"))


def phone_of(drill: Drill, role: str, **fields: Any) -> Phone:
    return Phone(make_part(drill, role, UserFactory(), **fields))


def address(name: str, token: str, *rest: Any) -> str:
    return reverse(f"drills:{name}", args=[token, *rest])


def poll(phone: Phone, etag: str = "", **headers: Any) -> Any:
    named = {"X-Device": phone.device, **({"If-None-Match": etag} if etag else {}), **headers}
    return Client().get(address("field_poll", phone.token), headers=named)


def post(phone: Phone, body: Any) -> Any:
    client = Client(enforce_csrf_checks=True)
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(address("field_events", phone.token), content, content_type="application/json")


def told(response: Any) -> Any:
    assert response.status_code == 200, response.content
    return response.json()


# ── The door ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("token", ["1.1~forged", "nonsense", "%00", "1.1"])
def test_without_a_card_there_is_nothing_and_no_part_is_looked_for(token: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        answers = [
            Client().get(address("field_poll", token)),
            Client().post(address("field_events", token), b"{}", content_type="application/json"),
            Client().post(address("field_photo", token, uuid.uuid4())),
        ]
    assert not [query for query in asked.captured_queries if "drills_" in query["sql"]]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert {answer.json()["code"] for answer in answers} == {"unknown"}


def test_a_card_taken_back_opens_nothing(player: Phone) -> None:
    Participation.objects.filter(pk=player.part.pk).update(epoch=2)
    assert poll(player).status_code == 404


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW])
def test_before_the_approval_there_is_nothing(organisation_a: Any, state: str) -> None:
    drill = make_ready(organisation_a, state=state)
    assert poll(Phone(make_part(drill))).status_code == 404


def test_no_cookie_no_form_token_and_no_cache(player: Phone) -> None:
    response = post(player, player.body(player.says("stop_ack", after(1)), now=after(1)))
    assert told(response)["receipts"][0]["verdict"] == "taken"
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]
    assert "no-store" in poll(player)["Cache-Control"]


def test_reading_is_read_and_writing_is_posted(player: Phone) -> None:
    assert Client().post(address("field_poll", player.token)).status_code == 405
    assert Client().get(address("field_events", player.token)).status_code == 405


# ── Cheap ────────────────────────────────────────────────────────────────────
def test_while_nothing_is_new_a_poll_is_one_query(player: Phone, clock: Any, django_assert_num_queries: Any) -> None:
    etag = poll(player)["ETag"]
    with django_assert_num_queries(1):
        assert poll(player, etag).status_code == 304
    clock.move_to(after(15))
    poll(player, etag)  # notes that the phone is there
    with django_assert_num_queries(1):
        assert poll(player, f'W/{etag}, "other"').status_code == 304


def test_a_whole_answer_costs_the_same_for_one_message_and_for_ten(
    drill: Drill, director: Any, player: Phone, django_assert_max_num_queries: Any
) -> None:
    make_part(drill, Role.PLAYER)
    for item in make_events(drill, *range(10)):
        item.receivers.add(player.part)
        run.release_item(item, by=director, now=after(1))
    poll(player)
    with django_assert_max_num_queries(6):
        assert len(told(poll(player))["items"]) == 10


def test_any_event_of_the_drill_gives_a_new_answer(drill: Drill, director: Any, player: Phone) -> None:
    etag = poll(player)["ETag"]
    run.pause_drill(drill, by=director, now=after(1))
    response = poll(player, etag)
    assert (told(response)["state"], response["ETag"] == etag) == ("paused", False)


def test_who_runs_it_hears_each_minute_what_is_due(drill: Drill, clock: Any) -> None:
    phone = phone_of(drill, Role.CONTROLLER)
    etag = poll(phone)["ETag"]
    assert poll(phone, etag).status_code == 304
    clock.move_to(after(2))
    assert poll(phone, etag).status_code == 200


def test_a_poll_notes_now_and_then_that_the_phone_is_there(player: Phone, clock: Any) -> None:
    poll(player, **{"X-Waiting": "4"})
    clock.move_to(after(1, 10))
    poll(player, **{"X-Waiting": "9"})
    row = RunDevice.objects.get()
    assert (row.device, row.participation, row.seen_at, row.waiting) == (player.device, player.part, after(1), 4)
    clock.move_to(after(1, 31))
    poll(player, **{"X-Waiting": "0"})
    row.refresh_from_db()
    assert (row.seen_at, row.waiting) == (after(1, 31), 0)


def test_without_a_name_of_its_own_no_device_is_noted(player: Phone) -> None:
    for device in ("", "short", "x" * 99, "a b c d e f g"):
        Client().get(address("field_poll", player.token), headers={"X-Device": device})
    assert RunDevice.objects.count() == 0


# ── What each may see ────────────────────────────────────────────────────────
@pytest.fixture
def table(drill: Drill, player: Phone) -> list[MselItem]:
    """Released to all, released to somebody else, not released."""
    items = make_events(drill, 1, 2, 30, title="秘密", text="雨量62毫米", expected="五分钟内敲锣", within_seconds=300)
    items[1].receivers.add(make_part(drill, Role.PLAYER, team="二组"))
    return items


@pytest.fixture
def released(drill: Drill, director: Any, table: list[MselItem]) -> list[MselItem]:
    for item in table[:2]:
        run.release_item(item, by=director, now=after(1))
    return table


def test_a_player_sees_what_was_sent_to_him_and_nothing_before(player: Phone, released: list[MselItem]) -> None:
    answer = told(poll(player))
    assert [each["pk"] for each in answer["items"]] == [released[0].pk]
    message = answer["items"][0]
    assert (message["title"], message["text"]) == ("【演练】秘密", "【演练】雨量62毫米")
    assert (message["released_at"], message["acked_at"]) == (iso(after(1)), None)
    assert not {"due", "expected", "unacknowledged"} & answer.keys()
    assert "五分钟内敲锣" not in json.dumps(answer, ensure_ascii=False)


def test_before_the_release_nobody_who_plays_sees_a_row(drill: Drill, player: Phone, table: list[MselItem]) -> None:
    for phone in (player, phone_of(drill, Role.OBSERVER)):
        answer = told(poll(phone))
        assert answer["items"] == []
        assert "秘密" not in json.dumps(answer, ensure_ascii=False)


def test_his_own_acknowledgement_comes_back(player: Phone, released: list[MselItem]) -> None:
    player.told("ack", after(1), about=released[0])
    assert told(poll(player))["items"][0]["acked_at"] == iso(after(1))


def test_new_words_reach_the_phone_marked(drill: Drill, director: Any, player: Phone, released: list[MselItem]) -> None:
    run.amend_item(released[0], text="雨量80毫米", by=director, now=after(1))
    assert told(poll(player))["items"][0]["text"] == "【演练】雨量80毫米"


def test_a_controller_sees_what_comes_next_and_who_has_not_acknowledged(
    drill: Drill, player: Phone, released: list[MselItem]
) -> None:
    contingency = make_events(drill, None, kind=MselItem.Kind.CONTINGENCY, condition="无人响应")[0]
    make_events(drill, 3, kind=MselItem.Kind.EXPECTED_ACTION)
    answer = told(poll(phone_of(drill, Role.CONTROLLER)))
    assert [(each["pk"], each["state"]) for each in answer["due"]] == [
        (released[2].pk, "waiting"),
        (contingency.pk, "waiting"),
    ]
    first = answer["due"][0]
    assert (first["due_at"], first["due_after"], first["within"]) == (iso(after(30)), 1800.0, 300)
    assert (first["expected"], answer["due"][1]["condition"]) == ("五分钟内敲锣", "无人响应")
    names = {(each["number"], each["name"]) for each in answer["unacknowledged"]}
    assert ("01", "李强") in names
    assert len(names) == 3  # two players the first, one of them the second


def test_an_evaluator_sees_what_his_team_should_do(drill: Drill, player: Phone, released: list[MselItem]) -> None:
    own = phone_of(drill, Role.EVALUATOR, team="二组")
    everything = phone_of(drill, Role.LEAD_EVALUATOR)
    released[0].receivers.add(player.part)
    assert [each["pk"] for each in told(poll(own))["expected"]] == [released[1].pk, released[2].pk]
    assert len(told(poll(everything))["expected"]) == 3
    assert "due" not in told(poll(own))


def test_everybody_sees_the_stop_and_the_safety_officer_who_is_missing(drill: Drill, player: Phone) -> None:
    safety = phone_of(drill, Role.SAFETY)
    safety.told("checkin", after(1), part=safety.part.pk, how="qr")
    player.told("stop", after(1, 30), text="有人落水")
    mine, theirs = told(poll(player))["stop"], told(poll(safety))["stop"]
    assert (mine["by"], mine["text"], mine["mine"], mine["acked"]) == ("李强", "有人落水", True, True)
    assert "missing" not in mine
    assert (theirs["mine"], theirs["acked"], theirs["missing"]) == (False, False, [safety.part.label])
    safety.told("stop_ack", after(1, 40), stop=theirs["uid"])
    assert told(poll(safety))["stop"]["missing"] == []


def test_the_clock_comes_with_the_servers_moment(drill: Drill, director: Any, player: Phone, clock: Any) -> None:
    clock.move_to(after(10, 0.5))
    answer = told(poll(player))
    assert answer["clock"] == {
        "state": "running",
        "running": True,
        "elapsed": 600.5,
        "at": answer["server_time"],
        "started_at": iso(NOW),
        "ended_at": None,
    }
    run.pause_drill(drill, by=director, now=after(10, 1))
    clock.move_to(after(20))
    assert told(poll(player))["clock"]["elapsed"] == 601.0


def test_a_double_blind_drill_tells_its_players_nothing_before_it_begins(organisation_a: Any) -> None:
    drill = make_ready(organisation_a, notice=Drill.Notice.DOUBLE_BLIND, title="夜间突击")
    player, controller = Phone(make_part(drill)), phone_of(drill, Role.CONTROLLER)
    make_events(drill, -10, kind=MselItem.Kind.CONTROL)
    answer = told(poll(player))
    assert (answer["state"], answer["items"], answer["mine"], answer["clock"]) == ("waiting", [], {}, None)
    assert told(poll(controller))["due"]


def test_mine_says_who_holds_the_card(player: Phone) -> None:
    player.told("checkin", after(0.5), part=player.part.pk, how="qr")
    assert told(poll(player))["mine"] == {
        "part": player.part.pk,
        "name": "李强",
        "role": "player",
        "team": "一组",
        "site": "",
        "signed_in_at": iso(after(0.5)),
    }


# ── Events ───────────────────────────────────────────────────────────────────
def test_a_batch_comes_back_with_receipts_and_how_things_stand(drill: Drill, player: Phone) -> None:
    said = [player.says("stop", after(0.5), text="火"), player.says("pause", after(0.6))]
    answer = told(post(player, player.body(*said, now=after(1))))
    assert answer["receipts"] == [
        {"uid": said[0].uid, "verdict": "taken", "reason": ""},
        {"uid": said[1].uid, "verdict": "refused", "reason": "kind"},
    ]
    assert (answer["poll"]["state"], answer["poll"]["stop"]["uid"]) == ("paused", said[0].uid)
    assert answer["server_time"] == iso(after(1))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, after(0.5)),  # told from the arrival
        ({"skew_ms": 119_000}, after(0.5, -1)),  # as the device measured it
    ],
)
def test_the_skew_is_the_devices_own_or_told_from_the_arrival(
    player: Phone, more: dict[str, Any], expected: datetime
) -> None:
    player.behind = timedelta(minutes=2)
    event = player.says("stop_ack", after(0.5))
    told(post(player, player.body(event, now=after(1), **more)))
    assert RunEvent.objects.get(uid=event.uid).happened_at == expected


def test_an_event_may_have_a_skew_of_its_own(player: Phone) -> None:
    event = player.says("stop_ack", after(0.5))
    body = player.body(event, now=after(1), skew_ms=5000)
    body["events"][0]["skew_ms"] = -2000
    told(post(player, body))
    assert RunEvent.objects.get(uid=event.uid).happened_at == after(0.5, -2)


def test_a_phone_may_only_say_that_it_is_there(player: Phone) -> None:
    told(post(player, {"device": player.device, "device_time": "2026-11-24T01:01:00.000Z", "waiting": 2, "pack": "p1"}))
    row = RunDevice.objects.get()
    assert (row.waiting, row.pack, row.skew_ms, row.seen_at) == (2, "p1", 0, after(1))


GOOD: dict[str, Any] = {
    "uid": str(uuid.uuid4()),
    "kind": "stop_ack",
    "item": None,
    "payload": {},
    "device_seq": 1,
    "device_time": "2026-11-24T01:00:00.000Z",
    "prev_hash": "",
    "hash": "",
}


@pytest.mark.parametrize(
    "bad",
    [
        {"uid": 7},
        {"kind": ["stop"]},
        {"item": "1"},
        {"item": -1},
        {"item": 2**70},
        {"payload": []},
        {"payload": {"text": "\0"}},
        {"payload": {"text": "\ud800"}},
        {"payload": {"text": "x" * 20_000}},
        {"payload": {"n": float("inf")}},
        {"device_seq": -1},
        {"device_seq": True},
        {"device_seq": 2**31},
        {"device_time": "yesterday"},
        {"device_time": "2026-11-24T09:00:00"},
        {"device_time": "0001-01-01T00:00:00+00:00"},
        {"device_time": None},
        {"hash": "XYZ"},
        {"prev_hash": 3},
        {"skew_ms": "1"},
        {"skew_ms": 10**14},
    ],
)
def test_what_no_page_of_ours_sends_is_turned_away_and_nothing_is_kept(player: Phone, bad: dict[str, Any]) -> None:
    body = player.body(now=after(1)) | {"events": [{**GOOD, **bad}]}
    response = post(player, body)
    assert (response.status_code, response.json()["code"]) == (400, "forged")
    assert RunEvent.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"[]",
        b"[" * 10_000,
        b'{"device": "phone-0001"}',
        b'{"device": 1, "device_time": "2026-11-24T01:00:00Z"}',
        b'{"device": "phone-0001", "device_time": "2026-11-24T01:00:00Z", "events": {}}',
        b'{"device": "phone-0001", "device_time": "2026-11-24T01:00:00Z", "events": ["x"]}',
        b'{"device": "phone-0001", "device_time": "2026-11-24T01:00:00Z", "waiting": -1}',
        b"\xff\xfe",
    ],
)
def test_a_body_of_another_shape_is_turned_away(player: Phone, body: bytes) -> None:
    assert (post(player, body).status_code, post(player, body).json()["code"]) == (400, "forged")


def test_too_many_at_once_and_too_much_are_turned_away(player: Phone) -> None:
    many = player.body(now=after(1)) | {"events": [GOOD] * 201}
    assert post(player, many).status_code == 400
    assert post(player, b" " * (wire.LARGEST_BODY + 1)).status_code == 413


def test_a_backslash_in_a_text_is_a_text(drill: Drill) -> None:
    phone = phone_of(drill, Role.EVALUATOR)
    event = phone.says("observation", after(0.5), text="路径 C:\\u0000 未知")
    assert told(post(phone, phone.body(event, now=after(1))))["receipts"][0]["verdict"] == "taken"


def test_a_phone_gone_wild_is_told_to_wait(player: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "POSTS_A_MINUTE", 2)
    body = player.body(now=after(1))
    assert [post(player, body).status_code for _turn in range(3)] == [200, 200, 429]
    assert post(player, body)["Retry-After"] == "60"


def test_an_archived_drill_says_not_now(drill: Drill, player: Phone) -> None:
    Drill.objects.filter(pk=drill.pk).update(state=State.ARCHIVED)
    response = post(player, player.body(player.says("stop_ack", after(1)), now=after(1)))
    assert (response.status_code, response.json()["code"]) == (409, "not_now")


def test_a_token_of_another_drill_reaches_nothing_of_this_one(drill: Drill, player: Phone, organisation_b: Any) -> None:
    stranger = Phone(make_part(make_running(organisation_b)))
    (item,) = make_events(drill, 1)
    event = stranger.says("ack", after(1), about=item)
    assert told(post(stranger, stranger.body(event, now=after(1))))["receipts"][0]["reason"] == "item"
    assert told(poll(stranger))["items"] == []


# ── Photos ───────────────────────────────────────────────────────────────────
def send_photo(phone: Phone, uid: Any, content: Any, **more: Any) -> Any:
    return Client(enforce_csrf_checks=True).post(
        address("field_photo", phone.token, uid), {"photo": content, "device": phone.device, **more}
    )


def upload(content: bytes, name: str = "x.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def test_a_photo_is_taken_once_and_known_after(drill: Drill) -> None:
    phone, uid = phone_of(drill, Role.EVALUATOR), uuid.uuid4()
    answers = [told(send_photo(phone, uid, upload(jpeg().getvalue()))) for _turn in range(2)]
    assert [answer["verdict"] for answer in answers] == ["taken", "known"]


def test_a_photo_that_is_none_is_turned_away(drill: Drill) -> None:
    phone = phone_of(drill, Role.EVALUATOR)
    for content in (upload(b"<html>"), upload(b"GIF89a"), "no file"):
        assert send_photo(phone, uuid.uuid4(), content).status_code == 400
    large = upload(jpeg().getvalue() + b"\0" * wire.photos.LARGEST)
    assert send_photo(phone, uuid.uuid4(), large).status_code == 413


def test_a_photo_is_read_by_whoever_runs_the_drill_and_by_nobody_else(
    drill: Drill, director: Any, client_of: Any, learner_b: Any
) -> None:
    phone = phone_of(drill, Role.EVALUATOR)
    noted = phone.says("observation", after(0.5), text="水尺", photo=True)
    phone.sends(noted, now=after(1))
    told(send_photo(phone, noted.uid, upload(jpeg().getvalue())))
    other = phone_of(drill, Role.EVALUATOR)
    file = RunEvent.objects.get(uid=noted.uid).file
    assert file is not None
    page = reverse("records:file", args=[file.pk])
    asked = [client_of(user).get(page).status_code for user in (director, phone.part.user, other.part.user, learner_b)]
    assert asked == [200, 200, 404, 404]


def test_the_wire_names_itself(player: Phone) -> None:
    """What the field pages and the role cards build on."""
    token, uid = part_token(player.part), uuid.uuid4()
    assert address("field_events", token) == f"/drills/field/{token}/events/"
    assert address("field_poll", token) == f"/drills/field/{token}/poll/"
    assert address("field_photo", token, uid) == f"/drills/field/{token}/photo/{uid}/"
