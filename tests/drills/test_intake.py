"""What phones bring: taken once, in any order, by whoever may say it; the rest is refused, for good, and told why."""

import io
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from drills import intake_rules
from drills.models import Attendance, Drill, Participation, RunDevice, RunEvent
from drills.queries.run_log import entries_of
from drills.run_rules import conflicts
from drills.services import photos, run
from drills.services.intake import Answer, DeviceState, Receipt, take_events
from drills.tokens import part_of_token, part_token
from records.models import AuditEntry, PrivateFile
from tests.drills.factories import NOW, make_part
from tests.drills.phones import Phone, changed, make_events, make_ready, make_running
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
Kind, Role, State = RunEvent.Kind, Participation.Role, Drill.State
TAKEN, KNOWN, REFUSED = Answer.TAKEN, Answer.KNOWN, Answer.REFUSED


def after(minutes: float, seconds: float = 0) -> datetime:
    return NOW + timedelta(minutes=minutes, seconds=seconds)


@pytest.fixture
def drill(organisation_a: Any) -> Drill:
    return make_running(organisation_a, by=UserFactory(full_name="总指挥"))


@pytest.fixture
def player(drill: Drill) -> Phone:
    return Phone(make_part(drill, Role.PLAYER, UserFactory()))


@pytest.fixture
def controller(drill: Drill) -> Phone:
    return Phone(make_part(drill, Role.CONTROLLER, UserFactory()))


@pytest.fixture
def evaluator(drill: Drill) -> Phone:
    return Phone(make_part(drill, Role.EVALUATOR, UserFactory()))


def phone_of(drill: Drill, role: str, **fields: Any) -> Phone:
    return Phone(make_part(drill, role, **fields))


# ── The card ─────────────────────────────────────────────────────────────────
def test_a_card_opens_its_part_until_the_epoch_is_raised(player: Phone, django_assert_num_queries: Any) -> None:
    token = player.token
    with django_assert_num_queries(1):
        part = part_of_token(token)
        assert part is not None
        assert (part, part.drill, part.user) == (player.part, player.part.drill, player.part.user)
    Participation.objects.filter(pk=player.part.pk).update(epoch=2)
    assert part_of_token(token) is None
    player.part.refresh_from_db()
    assert part_of_token(part_token(player.part)) == player.part


@pytest.mark.parametrize("forged", ["", "1.1", "1.1~AAAA", "x" * 5000, "1.1~\0", "９.1~x", "1.1.1~x"])
def test_a_forged_card_asks_the_database_nothing(forged: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert part_of_token(forged) is None


def test_a_card_begins_with_the_number_of_its_part(player: Phone) -> None:
    assert player.token.startswith(f"{player.part.pk}.1~")


# ── Once ─────────────────────────────────────────────────────────────────────
def test_an_event_is_taken_once_however_often_it_comes(player: Phone) -> None:
    stop_ack = player.says("stop_ack", after(1))
    assert player.sends(stop_ack, now=after(1)) == [Receipt(stop_ack.uid, TAKEN)]
    assert player.sends(stop_ack, stop_ack, now=after(9)) == [Receipt(stop_ack.uid, KNOWN)] * 2
    row = RunEvent.objects.get(uid=stop_ack.uid)
    assert (row.happened_at, row.recorded_at, row.participation) == (after(1), after(1), player.part)
    assert (row.device, row.device_seq, row.hash, row.actor) == (player.device, 1, stop_ack.hash, player.part.user)


def test_the_same_uid_of_somebody_else_is_refused(drill: Drill, player: Phone, controller: Phone) -> None:
    event = player.says("stop_ack", after(1))
    player.sends(event, now=after(1))
    assert controller.sends(event, now=after(2)) == [Receipt(event.uid, REFUSED, "uid")]


def test_a_batch_of_an_hour_comes_in_with_the_moments_of_the_phone(player: Phone) -> None:
    said = [player.says("stop_ack", after(minute, 0.25)) for minute in range(60)]
    receipts = player.sends(*said, now=after(75))
    assert [each.verdict for each in receipts] == [TAKEN] * 60
    told = RunEvent.objects.filter(kind="stop_ack").values_list("happened_at", "recorded_at")
    assert list(told) == [(after(minute, 0.25), after(75)) for minute in range(60)]


def test_a_large_batch_costs_a_fixed_number_of_queries(player: Phone, django_assert_max_num_queries: Any) -> None:
    player.sends(player.says("stop_ack", after(1)), now=after(1))
    with django_assert_max_num_queries(16):
        player.sends(*[player.says("stop_ack", after(2)) for _turn in range(200)], now=after(3))


# ── Moments ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("behind", [timedelta(seconds=95), timedelta(hours=-8), timedelta(days=365 * 20)])
def test_a_clock_that_is_off_is_put_right_by_its_skew(drill: Drill, behind: timedelta) -> None:
    phone = Phone(make_part(drill), behind=behind)
    phone.told("stop_ack", after(5, 0.5))
    assert RunEvent.objects.get(kind="stop_ack").happened_at == after(5, 0.5)
    assert [each.kind for each in conflicts(entries_of(drill))] == ["clock_off"]


def test_nothing_happens_after_it_has_arrived(player: Phone) -> None:
    ahead = changed(player.says("stop_ack", after(30)), skew_ms=0)
    player.sends(ahead, now=after(2))
    assert RunEvent.objects.get(kind="stop_ack").happened_at == after(2)


def test_a_skew_that_leads_out_of_the_calendar_is_borne(player: Phone) -> None:
    player.sends(changed(player.says("stop_ack", after(1)), skew_ms=10**13), now=after(2))
    row = RunEvent.objects.get(kind="stop_ack")
    assert (row.happened_at, row.skew_ms) == (after(2), 2**31 - 1)


# ── Who may say what ─────────────────────────────────────────────────────────
def test_a_player_says_what_players_say(drill: Drill, player: Phone) -> None:
    (item,) = make_events(drill, 1)
    for kind, payload, place in (
        ("ack", {}, item),
        ("response", {"text": "已敲锣"}, item),
        ("delivered", {}, item),
        ("checkin", {"part": player.part.pk, "how": "qr"}, None),
        ("report", {"chain": "first", "text": "首报"}, None),
    ):
        assert player.told(kind, after(2), about=place, **payload).verdict == TAKEN, kind


@pytest.mark.parametrize(
    ("kind", "payload", "with_item"),
    [
        ("inject_released", {}, True),
        ("inject_delayed", {"seconds": 60}, True),
        ("inject_skipped", {"reason": "no"}, True),
        ("verdict", {"verdict": "done"}, True),
        ("score", {"item": 1, "value": "5", "reason": "", "evidence": []}, False),
        ("observation", {"text": "x"}, False),
    ],
)
def test_a_player_neither_runs_nor_judges(
    drill: Drill, player: Phone, kind: str, payload: dict[str, Any], with_item: bool
) -> None:
    (item,) = make_events(drill, 1)
    receipt = player.told(kind, after(2), about=item if with_item else None, **payload)
    assert (receipt.verdict, receipt.reason) == (REFUSED, "role")
    assert drill.log.count() == 1


@pytest.mark.parametrize("kind", ["startex", "pause", "resume", "endex", "abort", "nonsense", ""])
def test_the_clock_is_moved_at_the_console_only(controller: Phone, kind: str) -> None:
    assert controller.told(kind, after(2)).reason == "kind"


def test_an_observer_only_signs_in_and_stops(drill: Drill) -> None:
    (item,) = make_events(drill, 1)
    phone = phone_of(drill, Role.OBSERVER)
    assert phone.told("checkin", after(1), part=phone.part.pk, how="qr").verdict == TAKEN
    assert phone.told("ack", after(1), about=item).reason == "role"
    assert phone.told("stop", after(2), text="着火").verdict == TAKEN
    drill.refresh_from_db()
    assert drill.state == State.PAUSED


def test_a_controller_in_the_valley_runs_the_table(drill: Drill, controller: Phone) -> None:
    one, two, three = make_events(drill, 1, 2, 3)
    said = [
        controller.says("inject_released", after(1), about=one),
        controller.says("inject_delayed", after(2), about=two, seconds=300),
        controller.says("inject_skipped", after(3), about=three, reason="大雨"),
        controller.says("inject_amended", after(3), about=two, text="改为80毫米"),
    ]
    assert [each.verdict for each in controller.sends(*said, now=after(40))] == [TAKEN] * 4


def test_an_item_of_another_drill_or_none_is_refused(drill: Drill, player: Phone, organisation_b: Any) -> None:
    (foreign,) = make_events(make_running(organisation_b), 1)
    assert player.told("ack", after(1), about=foreign).reason == "item"
    assert player.told("ack", after(1)).reason == "item"
    (item,) = make_events(drill, 1)
    assert player.told("stop_ack", after(1), about=item).reason == "item"


def test_who_was_not_sent_a_message_does_not_acknowledge_it(drill: Drill, player: Phone) -> None:
    (item,) = make_events(drill, 1)
    item.receivers.add(make_part(drill))
    assert player.told("ack", after(2), about=item).reason == "item"
    item.receivers.add(player.part)
    assert player.told("ack", after(2), about=item).verdict == TAKEN


def test_an_acknowledgement_may_come_before_the_release_that_a_dead_phone_holds(drill: Drill, player: Phone) -> None:
    (item,) = make_events(drill, 1)
    assert player.told("ack", after(2), about=item).verdict == TAKEN


@pytest.mark.parametrize(
    ("role", "kind", "payload"),
    [
        (Role.CONTROLLER, "inject_delayed", {"seconds": 0}),
        (Role.CONTROLLER, "inject_delayed", {"seconds": "60"}),
        (Role.CONTROLLER, "inject_delayed", {"seconds": True}),
        (Role.CONTROLLER, "inject_skipped", {"reason": "  "}),
        (Role.EVALUATOR, "verdict", {"verdict": "迟报"}),
        (Role.PLAYER, "response", {"text": ""}),
        (Role.PLAYER, "response", {"text": "x" * 5000}),
        (Role.PLAYER, "ack", {"part": "me"}),
    ],
)
def test_a_payload_of_another_shape_is_refused(drill: Drill, role: str, kind: str, payload: dict[str, Any]) -> None:
    (item,) = make_events(drill, 1)
    assert phone_of(drill, role).told(kind, after(1), about=item, **payload).reason == "payload"


ONE = uuid.UUID(int=0xABCDEF)  # the same in every process that collects


@pytest.mark.parametrize("uid", ["", "nonsense", str(ONE).upper(), ONE.hex, "\0"])
def test_a_uid_is_written_as_the_hash_covers_it(player: Phone, uid: str) -> None:
    event = changed(player.says("stop_ack", after(1)), uid=uid)
    assert player.sends(event, now=after(1)) == [Receipt(uid, REFUSED, "uid")]


def test_what_is_refused_keeps_nothing_else_from_coming_in(player: Phone) -> None:
    good, bad, last = (player.says(kind, after(1)) for kind in ("stop_ack", "pause", "delivered"))
    assert [each.verdict for each in player.sends(good, bad, last, now=after(2))] == [TAKEN, REFUSED, REFUSED]


# ── Signing in ───────────────────────────────────────────────────────────────
def test_a_phone_signs_in_its_holder_and_nobody_else(drill: Drill, player: Phone) -> None:
    other = make_part(drill)
    assert player.told("checkin", after(1), part=player.part.pk, how="qr").verdict == TAKEN
    assert player.told("checkin", after(1), part=other.pk, how="qr").reason == "role"
    row = Attendance.objects.get()
    assert (row.participation, row.how, row.role, row.event.device) == (player.part, "qr", "player", player.device)


def test_a_controller_signs_in_whose_card_he_scans(drill: Drill, controller: Phone, organisation_b: Any) -> None:
    villager, stranger = make_part(drill), make_part(make_running(organisation_b))
    assert controller.told("checkin", after(1), part=villager.pk, how="qr", card=part_token(villager)).verdict == TAKEN
    forged = f"{villager.pk}.1~forged"
    assert controller.told("checkin", after(1), part=villager.pk, how="qr", card=forged).reason == "payload"
    foreign = part_token(stranger)
    assert controller.told("checkin", after(1), part=stranger.pk, how="qr", card=foreign).reason == "payload"


def test_the_earlier_sign_in_that_comes_later_takes_its_place(drill: Drill, player: Phone, controller: Phone) -> None:
    own = player.says("checkin", after(3), part=player.part.pk, how="qr")
    controller.told("checkin", after(8), part=player.part.pk, how="list")
    player.sends(own, now=after(20))
    row = Attendance.objects.counted().get()
    assert (row.happened_at, row.how, row.recorded_at) == (after(3), "qr", after(20))
    assert Attendance.objects.count() == 2
    assert [each.kind for each in conflicts(entries_of(drill))] == ["signed_in_twice"]


def test_a_group_counts_itself_and_a_player_counts_nobody(drill: Drill, player: Phone) -> None:
    group = Phone(make_part(drill, is_group=True, expected=40))
    assert group.told("headcount", after(1), part=group.part.pk, count=39, basis="counted").verdict == TAKEN
    assert player.told("headcount", after(1), part=group.part.pk, count=99, basis="counted").reason == "role"
    assert Attendance.objects.counted().get().count == 39


def test_only_groups_are_counted_by_heads(drill: Drill, controller: Phone, player: Phone) -> None:
    receipt = controller.told("headcount", after(1), part=player.part.pk, count=3, basis="counted")
    assert receipt.reason == "payload"


# ── When ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("state", [State.READY, State.ENDED, State.EVALUATING, State.REPORTED, State.CLOSED])
def test_before_the_start_and_after_the_end_it_is_taken(organisation_a: Any, state: str) -> None:
    drill = make_ready(organisation_a, state=state)
    assert phone_of(drill, Role.PLAYER).told("stop_ack", after(1)).verdict == TAKEN
    drill.refresh_from_db()
    assert drill.state == state


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.CANCELLED, State.ARCHIVED])
def test_a_drill_that_is_not_announced_or_archived_takes_nothing(organisation_a: Any, state: str) -> None:
    drill = make_ready(organisation_a, state=state)
    with pytest.raises(run.NotNow):
        phone_of(drill, Role.PLAYER).told("stop_ack", after(1))
    assert (RunEvent.objects.count(), RunDevice.objects.count()) == (0, 0)


# ── The device ───────────────────────────────────────────────────────────────
def test_the_console_knows_the_phone_its_clock_and_what_is_still_on_it(player: Phone) -> None:
    told = DeviceState(skew_ms=-45_000, waiting=3, pack="abc")
    take_events(player.part, player.device, [], now=after(1), told=told)
    take_events(player.part, player.device, [], now=after(2), told=DeviceState(skew_ms=20, waiting=0))
    row = RunDevice.objects.get()
    assert (row.participation, row.seen_at, row.skew_ms, row.waiting, row.pack) == (player.part, after(2), 20, 0, "abc")


def test_a_number_counted_twice_is_taken_and_shown(drill: Drill, player: Phone) -> None:
    one = player.says("stop_ack", after(1))
    twin = changed(player.says("stop_ack", after(2)), device_seq=1)
    assert [each.verdict for each in player.sends(one, twin, now=after(3))] == [TAKEN, TAKEN]
    assert [each.kind for each in conflicts(entries_of(drill))] == ["hash_wrong", "number_twice"]


def test_a_gap_closes_when_the_rest_arrives(drill: Drill, player: Phone) -> None:
    said = [player.says("stop_ack", after(minute)) for minute in range(1, 5)]
    player.sends(said[0], said[3], now=after(5))
    assert [(each.kind, each.value) for each in conflicts(entries_of(drill))] == [("number_missing", 2)]
    player.sends(*said, now=after(6))
    assert conflicts(entries_of(drill)) == []


# ── Photos ───────────────────────────────────────────────────────────────────
def jpeg(*, exif: bool = False, size: tuple[int, int] = (64, 48)) -> io.BytesIO:
    out, told = io.BytesIO(), Image.Exif()
    if exif:
        told[0x010F], told[0x0112] = "Phone maker", 6  # turned by a quarter
    Image.new("RGB", size, "green").save(out, "JPEG", exif=told)
    out.seek(0)
    return out


@pytest.mark.parametrize("photo_first", [True, False])
def test_a_photo_finds_its_observation_before_or_after_it(evaluator: Phone, photo_first: bool) -> None:
    noted = evaluator.says("observation", after(1), text="水尺", photo=True)
    steps = [
        lambda: photos.take_photo(evaluator.part, uuid.UUID(noted.uid), jpeg(), now=after(2)),
        lambda: evaluator.sends(noted, now=after(2)),
    ]
    for step in steps if photo_first else reversed(steps):
        step()
    assert not photos.take_photo(evaluator.part, uuid.UUID(noted.uid), jpeg(), now=after(3))
    row = RunEvent.objects.get(uid=noted.uid)
    assert row.file is not None
    assert (row.file.kind, row.file.content_type, row.file.expires_at) == ("drills.photo", "image/jpeg", None)
    assert PrivateFile.objects.count() == 1
    assert AuditEntry.objects.get(action="drills.photo_attached").payload["sha256"] == row.file.sha256


def test_nobody_hangs_a_photo_on_what_another_observed(drill: Drill, evaluator: Phone) -> None:
    noted = evaluator.says("observation", after(1), text="水尺", photo=True)
    photos.take_photo(phone_of(drill, Role.SAFETY).part, uuid.UUID(noted.uid), jpeg(), now=after(2))
    evaluator.sends(noted, now=after(3))
    assert RunEvent.objects.get(uid=noted.uid).file is None


def test_a_photo_is_turned_upright_and_tells_nothing_of_its_camera() -> None:
    with Image.open(io.BytesIO(photos.plain_jpeg(jpeg(exif=True)))) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (48, 64), {})


def test_a_large_photo_becomes_one_of_a_sensible_size() -> None:
    with Image.open(io.BytesIO(photos.plain_jpeg(jpeg(size=(4000, 3000))))) as kept:
        assert kept.size == (2560, 1920)


def other_picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    out.seek(0)
    return out


@pytest.mark.parametrize(
    "content",
    [
        io.BytesIO(b""),
        io.BytesIO(b"<script>alert(1)</script>"),
        io.BytesIO(jpeg().getvalue()[:200]),
        other_picture(),
        jpeg(size=(9000, 6000)),
    ],
)
def test_what_is_no_whole_jpeg_or_too_large_is_refused(evaluator: Phone, content: io.BytesIO) -> None:
    with pytest.raises(photos.NotAPhoto):
        photos.take_photo(evaluator.part, uuid.uuid4(), content, now=after(1))
    assert PrivateFile.objects.count() == 0


def test_a_photo_whose_observation_never_comes_lapses(evaluator: Phone) -> None:
    photos.take_photo(evaluator.part, uuid.uuid4(), jpeg(), now=after(1))
    assert list(PrivateFile.objects.expired(after(1) + photos.WAITS)) == [PrivateFile.objects.get()]


# ── The table of who may say what ────────────────────────────────────────────
def test_every_role_may_sign_in_and_stop() -> None:
    assert set(intake_rules.MAY_SAY) == set(Role.values)
    assert all(kinds >= {"checkin", "stop", "stop_ack"} for kinds in intake_rules.MAY_SAY.values())


def test_every_kind_that_may_be_said_has_a_shape_and_is_of_the_log() -> None:
    said = set().union(*intake_rules.MAY_SAY.values())
    assert said == set(intake_rules.SHAPES)
    assert said <= set(Kind.values)
