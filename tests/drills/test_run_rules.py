"""The run told from its log, against times worked out by hand. Moments are minutes and seconds after nine."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from drills.run_rules import (
    Course,
    Entry,
    Heads,
    Planned,
    Unacknowledged,
    clock,
    conflicts,
    counted,
    fingerprint,
    heads,
    in_order,
    present,
    standing,
    stop,
    unacknowledged,
)

NINE = datetime.fromisoformat("2026-11-24T09:00:00+08:00")
DEVICE = "phone-001"


def at(minutes: float, seconds: float = 0) -> datetime:
    return NINE + timedelta(minutes=minutes, seconds=seconds)


def entry(uid: str, kind: str, moment: datetime, **fields: Any) -> Entry:
    return Entry(uid, kind, moment, fields.pop("recorded_at", moment), **fields)


START = entry("00", "startex", at(0))


# ── The log ──────────────────────────────────────────────────────────────────
def test_the_order_is_by_moment_then_by_uid_whatever_order_they_came_in() -> None:
    log = [entry("b", "ack", at(2)), entry("a", "ack", at(2)), entry("z", "ack", at(1))]
    for _turn in range(6):
        random.shuffle(log)
        assert [each.uid for each in in_order(log)] == ["z", "a", "b"]


def test_what_came_twice_is_there_once_as_it_came_first() -> None:
    first, again = entry("a", "ack", at(2)), entry("a", "ack", at(2), recorded_at=at(9))
    assert in_order([again, first]) == [first]


def test_what_a_correction_took_back_counts_no_more_and_the_latest_correction_decides() -> None:
    sign_in = entry("a", "checkin", at(1), payload={"part": 7})
    back = entry("b", "correction", at(2), payload={"of": "a", "reason": "wrong person"})
    stands = entry("c", "correction", at(3), payload={"of": "a", "reason": "it was him", "decision": "stands"})
    assert counted([sign_in, back]) == [back]
    assert counted([stands, sign_in, back]) == [sign_in, back, stands]


@pytest.mark.parametrize(
    ("correction", "counts"),
    [
        ({"part": 1, "device": DEVICE}, False),  # his own
        ({"part": 2, "device": DEVICE}, True),  # another's
        ({"part": None, "device": ""}, False),  # decided at the console
    ],
)
def test_a_phone_takes_back_only_what_its_holder_told(correction: dict[str, Any], counts: bool) -> None:
    noted = entry("a", "observation", at(1), part=1, device=DEVICE)
    back = entry("b", "correction", at(2), payload={"of": "a"}, **correction)
    assert (noted in counted([noted, back])) is counts


def test_a_phone_takes_back_no_release_and_no_correction() -> None:
    release = entry("a", "inject_released", at(1), part=1, item=5, device=DEVICE)
    back = entry("b", "correction", at(2), part=1, device=DEVICE, payload={"of": "a"})
    again = entry("c", "correction", at(3), part=1, device=DEVICE, payload={"of": "b"})
    assert counted([release, back, again]) == [release, back, again]


# ── The clock ────────────────────────────────────────────────────────────────
def test_the_clock_is_the_sum_of_the_running_stretches_to_the_millisecond() -> None:
    log = [
        START,
        entry("01", "pause", at(10, 0.250)),
        entry("02", "resume", at(15)),
        entry("03", "pause", at(20)),
        entry("04", "resume", at(22)),
        entry("05", "endex", at(30, 0.125)),
    ]
    assert clock(log, at(5)).elapsed == timedelta(minutes=5)
    assert clock(log, at(12)).elapsed == timedelta(minutes=10, milliseconds=250)
    # 10:00.250 + 5:00 + 8:00.125
    over = clock(log, at(60))
    assert over.elapsed == timedelta(minutes=23, milliseconds=375)
    assert (over.state, over.running, over.started_at, over.ended_at) == ("ended", False, at(0), at(30, 0.125))
    assert over.elapsed_seconds == 1380.375
    assert [clock(log, at(minute)).state for minute in (5, 12, 18, 21)] == ["running", "paused", "running", "paused"]


def test_before_the_start_it_waits_and_nothing_has_passed() -> None:
    told = clock([entry("a", "pause", at(-5)), START], at(-1))
    assert (told.state, told.elapsed, told.started_at) == ("waiting", timedelta(), None)


def test_a_pause_before_the_start_does_not_hold_it_up() -> None:
    assert clock([entry("a", "pause", at(-5)), START], at(1)).elapsed == timedelta(minutes=1)


def test_two_pauses_are_ended_by_one_resume_and_two_resumes_change_nothing() -> None:
    log = [
        START,
        entry("01", "pause", at(10)),
        entry("02", "pause", at(11)),
        entry("03", "resume", at(15)),
        entry("04", "resume", at(16)),
    ]
    assert clock(log, at(20)).elapsed == timedelta(minutes=15)


def test_the_first_start_and_the_first_end_count() -> None:
    log = [START, entry("01", "startex", at(3)), entry("02", "abort", at(9)), entry("03", "endex", at(12))]
    told = clock(log, at(20))
    assert (told.state, told.elapsed, told.ended_at) == ("aborted", timedelta(minutes=9), at(9))


def test_an_emergency_stop_holds_the_clock_until_the_resume_that_knew_of_it() -> None:
    log = [START, entry("s1", "stop", at(5), part=3), entry("r1", "resume", at(9), payload={"stops": ["s1"]})]
    assert clock(log, at(8)).state == "paused"
    assert clock(log, at(12)).elapsed == timedelta(minutes=8)


def test_a_stop_that_comes_late_is_not_overrun_by_a_resume_that_did_not_know_of_it() -> None:
    log = [
        START,
        entry("p1", "pause", at(6)),
        entry("r1", "resume", at(7), payload={"stops": []}),
    ]
    assert clock(log, at(10)).running
    late = entry("s1", "stop", at(5), part=3, device=DEVICE, recorded_at=at(10))
    assert clock([*log, late], at(11)).state == "paused"
    lifted = [*log, late, entry("r2", "resume", at(12), payload={"stops": ["s1"]})]
    assert clock(lifted, at(15)).elapsed == timedelta(minutes=5 + 3)


def test_a_stop_that_the_director_takes_back_afterwards_held_nothing_up() -> None:
    log = [START, entry("s1", "stop", at(5), part=3, device=DEVICE), entry("e", "endex", at(20))]
    back = entry("c", "correction", at(30), payload={"of": "s1", "reason": "a child pressed it"})
    assert clock(log, at(40)).elapsed == timedelta(minutes=5)
    assert clock([*log, back], at(40)).elapsed == timedelta(minutes=20)


def test_a_stop_pressed_by_mistake_is_taken_back_only_before_anybody_has_heard_of_it() -> None:
    call = entry("s1", "stop", at(5), part=3, device=DEVICE, recorded_at=at(8))
    together = entry("c", "correction", at(6), part=3, device=DEVICE, payload={"of": "s1"}, recorded_at=at(8))
    too_late = entry("c", "correction", at(6), part=3, device=DEVICE, payload={"of": "s1"}, recorded_at=at(9))
    assert clock([START, call, together], at(10)).running
    assert not clock([START, call, too_late], at(10)).running


def test_the_moment_at_which_the_clock_shows_a_time_lies_behind_the_pauses() -> None:
    course = Course([START, entry("01", "pause", at(10)), entry("02", "resume", at(15))])
    assert course.moment(timedelta(minutes=8)) == at(8)
    assert course.moment(timedelta(minutes=10)) == at(10)
    assert course.moment(timedelta(minutes=12)) == at(17)
    assert Course([START, entry("01", "pause", at(10))]).moment(timedelta(minutes=12)) is None


# ── The events of the table ──────────────────────────────────────────────────
def planned(pk: int = 1, minute: float | None = 10, **fields: Any) -> Planned:
    return Planned(pk, None if minute is None else timedelta(minutes=minute), **fields)


def state_at(moment: datetime, *log: Entry, item: Planned | None = None) -> str:
    return standing([START, *log], [item or planned()], moment)[1].state


def test_an_event_waits_is_due_and_is_released() -> None:
    assert state_at(at(9, 59)) == "waiting"
    assert state_at(at(10)) == "due"
    assert state_at(at(11), entry("r", "inject_released", at(10, 30), item=1)) == "released"


def test_delays_add_up_and_move_what_is_due() -> None:
    log = [entry(f"d{n}", "inject_delayed", at(n), item=1, payload={"seconds": 60 * n}) for n in (1, 5)]
    told = standing([START, *log], [planned()], at(12))[1]
    assert (told.state, told.due_at, told.delay) == ("delayed", at(16), timedelta(minutes=6))
    assert state_at(at(16), *log) == "due"


def test_skipped_is_skipped_until_somebody_releases_it_after_all() -> None:
    skip = entry("s", "inject_skipped", at(4), item=1, payload={"reason": "rain"})
    assert state_at(at(20), skip) == "skipped"
    assert state_at(at(20), skip, entry("r", "inject_released", at(6), item=1)) == "released"


def test_a_pause_moves_what_is_due_and_while_the_clock_stands_nobody_knows_when() -> None:
    pause = entry("p", "pause", at(4))
    assert standing([START, pause], [planned()], at(12))[1].due_at is None
    told = standing([START, pause, entry("q", "resume", at(7))], [planned()], at(12))[1]
    assert (told.state, told.due_at) == ("waiting", at(13))


def test_what_is_planned_before_the_start_has_its_moment_by_the_plan_and_then_by_the_start() -> None:
    early = {1: standing([], [planned(minute=-30)], at(-40), begins=at(5))[1]}
    assert (early[1].due_at, early[1].state) == (at(-25), "waiting")
    assert standing([START], [planned(minute=-30)], at(0))[1].due_at == at(-30)
    assert standing([], [planned(minute=-30)], at(-40))[1].due_at is None


def test_what_waits_for_a_condition_is_never_due() -> None:
    assert state_at(at(600), item=planned(minute=None)) == "waiting"


def test_the_earliest_release_counts_and_what_was_taken_back_does_not() -> None:
    first, second = (entry(uid, "inject_released", at(n), item=1) for uid, n in (("a", 10), ("b", 12)))
    assert standing([START, second, first], [planned()], at(20))[1].released_at == at(10)
    back = entry("c", "correction", at(15), payload={"of": "a", "reason": "wrong button"})
    assert standing([START, second, first, back], [planned()], at(20))[1].released_at == at(12)


RELEASE = entry("r", "inject_released", at(10), item=1, part=9)


def test_latencies_run_from_the_release_to_the_first_of_each() -> None:
    log = [
        START,
        RELEASE,
        entry("d3", "delivered", at(10, 3), item=1, part=3),
        entry("a2", "ack", at(11, 5), item=1, part=4),
        entry("a1", "ack", at(10, 42), item=1, part=3),
        entry("p1", "response", at(12), item=1, part=3, payload={"text": "on our way"}),
        entry("v0", "verdict", at(12, 30), item=1, part=8, payload={"verdict": "partly"}),
        entry("v1", "verdict", at(13, 15), item=1, part=8, payload={"verdict": "done"}),
    ]
    told = standing(log, [planned()], at(20))[1]
    assert (told.shown, told.acks) == ({3: at(10, 3)}, {3: at(10, 42), 4: at(11, 5)})
    assert told.latency.ack == timedelta(seconds=42)
    assert told.latency.response == timedelta(minutes=2)
    assert told.latency.done == timedelta(minutes=3, seconds=15)
    assert told.verdicts[8].verdict == "done"


def test_a_pause_is_nobodys_delay() -> None:
    log = [
        START,
        RELEASE,
        entry("p", "pause", at(11)),
        entry("q", "resume", at(31)),
        entry("v", "verdict", at(33), item=1, part=8, payload={"verdict": "done"}),
    ]
    told = standing(log, [planned(within=timedelta(minutes=5))], at(40))[1]
    assert (told.latency.done, told.late) == (timedelta(minutes=3), False)


@pytest.mark.parametrize(
    ("done_at", "asked_at", "late"),
    [
        (at(15), at(20), False),  # five minutes are five minutes
        (at(15, 0.001), at(20), True),
        (None, at(15), False),  # still in time
        (None, at(15, 1), True),
    ],
)
def test_late_is_what_was_not_done_within_its_time(done_at: datetime | None, asked_at: datetime, late: bool) -> None:
    verdicts = [entry("v", "verdict", done_at, item=1, part=8, payload={"verdict": "done"})] if done_at else []
    assert standing([START, RELEASE, *verdicts], [planned(within=timedelta(minutes=5))], asked_at)[1].late is late


def test_where_nobody_judged_it_the_answer_counts() -> None:
    answer = entry("p", "response", at(14), item=1, part=3)
    assert not standing([START, RELEASE, answer], [planned(within=timedelta(minutes=5))], at(60))[1].late


def test_an_expected_action_of_its_own_is_timed_from_when_it_was_due() -> None:
    item = planned(within=timedelta(minutes=5), watched=True)
    done = entry("v", "verdict", at(14), item=1, part=8, payload={"verdict": "done"})
    told = standing([START, done], [item], at(30))[1]
    assert (told.state, told.latency.done, told.late) == ("due", timedelta(minutes=4), False)


def test_an_answer_by_a_clock_that_is_fast_took_no_time_and_not_less() -> None:
    ack = entry("a", "ack", at(9, 58), item=1, part=3)
    assert standing([START, RELEASE, ack], [planned()], at(20))[1].latency.ack == timedelta()


def test_the_last_words_put_in_place_of_the_planned_ones_count() -> None:
    log = [entry(f"m{n}", "inject_amended", at(n), item=1, payload={"text": f"{n} mm"}) for n in (3, 1)]
    assert standing([START, *log], [planned()], at(9))[1].amended == {"text": "3 mm"}


def test_who_has_not_acknowledged_is_told_by_receiver_and_else_by_every_player() -> None:
    items = {1: planned(1), 2: planned(2, receivers=frozenset({3}))}
    log = [
        START,
        RELEASE,
        entry("r2", "inject_released", at(12), item=2),
        entry("a", "ack", at(11), item=1, part=9, payload={"part": 4}),  # told the controller by radio
    ]
    told = standing(log, items.values(), at(20)).values()
    assert unacknowledged(told, items, [3, 4, 5]) == [
        Unacknowledged(1, 3, at(10)),
        Unacknowledged(1, 5, at(10)),
        Unacknowledged(2, 3, at(12)),
    ]


# ── Who is there ─────────────────────────────────────────────────────────────
def test_the_first_sign_in_and_the_last_count_stand() -> None:
    log = [
        entry("b", "checkin", at(2), payload={"part": 7, "how": "list"}),
        entry("a", "checkin", at(1), payload={"part": 7, "how": "qr"}),
        entry("c", "headcount", at(1), payload={"part": 8, "count": 40, "basis": "estimated"}),
        entry("d", "headcount", at(5), payload={"part": 8, "count": 37, "basis": "counted"}),
    ]
    assert present(log)[7] == (7, at(1), "qr", "a")
    assert heads(log)[8] == Heads(8, 37, "counted", at(5), "d")


# ── Emergency stop ───────────────────────────────────────────────────────────
def test_the_stop_tells_who_has_acknowledged_and_the_caller_knows_of_it() -> None:
    log = [
        START,
        entry("s", "stop", at(5), part=3, device="phone-003", payload={"text": "a real fire"}),
        entry("k1", "stop_ack", at(5, 20), part=4, device="phone-004"),
        entry("k2", "stop_ack", at(6), part=9, payload={"part": 5, "stop": "s"}),  # by radio
        entry("k0", "stop_ack", at(4), part=6, device="phone-006"),  # of an earlier one
    ]
    told = stop(log)
    assert told is not None
    assert (told.uid, told.by, told.text, told.uids) == ("s", 3, "a real fire", ("s",))
    assert told.parts == {3: at(5), 4: at(5, 20), 5: at(6)}
    assert told.devices == {"phone-003": at(5), "phone-004": at(5, 20)}


def test_a_lifted_stop_and_one_of_a_drill_that_is_over_are_closed() -> None:
    call = entry("s", "stop", at(5), part=3)
    assert stop([START, call, entry("r", "resume", at(6), payload={"stops": ["s"]})]) is None
    assert stop([START, call, entry("r", "resume", at(6), payload={"stops": []})]) is not None
    assert stop([START, call, entry("e", "endex", at(6))]) is None


# ── What the director looks at ───────────────────────────────────────────────
def kinds(*log: Entry) -> list[tuple[str, str]]:
    return [(each.kind, each.uid) for each in conflicts([START, *log])]


def test_a_release_while_the_clock_stood_after_the_end_or_twice_is_shown() -> None:
    assert kinds(
        entry("p", "pause", at(5)),
        entry("r1", "inject_released", at(6), item=1),
        entry("q", "resume", at(7)),
        entry("r2", "inject_released", at(8), item=1),
        entry("e", "endex", at(9)),
        entry("r3", "inject_released", at(10), item=2),
    ) == [("released_while_paused", "r1"), ("released_twice", "r2"), ("released_after_end", "r3")]


def test_an_answer_before_the_release_is_shown() -> None:
    release = entry("r", "inject_released", at(8), item=1)
    early, none = entry("a", "ack", at(7), item=1, part=3), entry("b", "ack", at(9), item=2, part=3)
    assert kinds(release, early, none) == [("answered_before_release", "a"), ("answered_before_release", "b")]


def test_a_second_sign_in_is_shown_with_the_first_and_with_what_was_decided() -> None:
    first = entry("a", "checkin", at(1), payload={"part": 7})
    second = entry("b", "checkin", at(2), payload={"part": 7})
    decided = entry("c", "correction", at(30), payload={"of": "b", "reason": "same man", "decision": "taken_back"})
    (told,) = conflicts([START, second, first, decided])
    assert (told.kind, told.uid, told.uids, told.part, told.decision) == (
        "signed_in_twice",
        "b",
        ("a", "b"),
        7,
        decided,
    )


def on_phone(uid: str, number: int, *, prev: str = "", **fields: Any) -> Entry:
    """As a phone that chains would send it."""
    bare = entry(uid, "observation", at(number), part=3, device=DEVICE, device_seq=number, prev_hash=prev, **fields)
    timed = Entry(**{**vars(bare), "device_time": at(number), "payload": {"text": uid}})
    return Entry(**{**vars(timed), "hash": fingerprint(timed)})


def test_a_whole_chain_is_no_conflict_in_whatever_order_it_came() -> None:
    one = on_phone("a", 1)
    two = on_phone("b", 2, prev=one.hash)
    three = on_phone("c", 3, prev=two.hash)
    assert kinds(three, one, two) == []


def test_a_number_that_is_missing_or_comes_twice_is_shown_and_never_turned_away() -> None:
    one = on_phone("a", 1)
    four = on_phone("d", 4, prev="f" * 64)
    twin = on_phone("e", 4, prev="f" * 64)
    told = conflicts([START, one, four, twin])
    assert [(each.kind, each.uid, each.value) for each in told] == [
        ("number_missing", "d", 2),
        ("number_twice", "e", 0),
    ]


def test_a_hash_that_does_not_fit_is_shown() -> None:
    one = on_phone("a", 1)
    changed = Entry(**{**vars(on_phone("b", 2, prev=one.hash)), "payload": {"text": "changed"}})
    assert kinds(one, changed) == [("hash_wrong", "b")]
    assert kinds(one, on_phone("b", 2, prev="0" * 64)) == [("chain_broken", "b")]


def test_a_page_without_crypto_has_no_chain_to_break() -> None:
    bare = [entry(f"u{n}", "observation", at(n), part=3, device=DEVICE, device_seq=n) for n in (1, 2)]
    assert kinds(*bare) == []


def test_a_clock_that_is_off_is_shown_once_a_device_by_its_worst() -> None:
    log = [on_phone(uid, n, skew_ms=skew) for uid, n, skew in (("a", 1, 30_000), ("b", 2, -31_000), ("c", 3, 90_500))]
    (told,) = [each for each in conflicts([START, *log]) if each.kind == "clock_off"]
    assert (told.uid, told.uids, told.device, told.value) == ("b", ("b", "c"), DEVICE, 90_500)


def test_the_fingerprint_is_the_text_of_chain_js() -> None:
    """The same lines as in tests/drills/test_offline.py, where a browser computes it."""
    import hashlib

    told = entry("u-1", "observation", NINE, device_seq=7, prev_hash="ab", payload={"b": [1, None, True], "a": "é"})
    told = Entry(**{**vars(told), "device_time": NINE})
    text = 'ab\nu-1\nobservation\n7\n2026-11-24T01:00:00.000Z\n\n{"a":"é","b":[1,null,true]}'
    assert fingerprint(told) == hashlib.sha256(text.encode()).hexdigest()


# ── No order changes anything ────────────────────────────────────────────────
def test_shuffled_and_doubled_the_same_is_told() -> None:
    one = on_phone("n1", 1)
    log = [
        START,
        entry("p", "pause", at(5)),
        entry("q", "resume", at(7), payload={"stops": []}),
        entry("s", "stop", at(6), part=3),
        RELEASE,
        entry("a", "ack", at(11), item=1, part=3),
        entry("d", "inject_delayed", at(2), item=1, payload={"seconds": 60}),
        entry("c", "checkin", at(1), payload={"part": 3, "how": "qr"}),
        one,
        on_phone("n2", 3, prev=one.hash),
    ]
    items = {1: planned(within=timedelta(minutes=5))}

    def told(entries: list[Entry]) -> list[Any]:
        return [
            clock(entries, at(30)),
            standing(entries, items.values(), at(30)),
            stop(entries),
            present(entries),
            conflicts(entries),
        ]

    wanted = told(log)
    for seed in range(30):
        mixed = [*log, *random.Random(seed).choices(log, k=5)]
        random.Random(seed).shuffle(mixed)
        assert told(mixed) == wanted
