"""The credit of learning time, sign by sign; then against a book-keeper who counts every second by himself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning import rules
from learning.rules import Closed, Ground, Sign, Stretch, Terms, after_sign

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
TERMS = Terms()
TEXT = Ground(most=600)
FILM = Ground(most=600, film=600)
ACTIVE = Sign()


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def sign(
    seconds: float, said: Sign = ACTIVE, *, ground: Ground = TEXT, terms: Terms = TERMS, **state: object
) -> Stretch:
    return after_sign(Stretch(START, **state), ground, said, at(seconds), terms)


# ── Time ─────────────────────────────────────────────────────────────────────
def test_the_time_between_two_signs_is_credited():
    assert sign(15) == Stretch(at(15), credited=15)


def test_a_fraction_of_a_second_belongs_to_the_next_sign():
    first = sign(15.9)
    assert (first.credited, first.last_sign) == (15, at(15))
    assert after_sign(first, TEXT, Sign(), at(31.5), TERMS).credited == 31


def test_a_late_sign_is_credited_for_the_time_that_was_due_and_no_more():
    assert sign(40) == Stretch(at(40), credited=20, reasons={"network": 20})


def test_a_silence_ends_the_segment_with_its_last_sign():
    assert sign(46) == Stretch(START, ending="network")


@pytest.mark.parametrize("seconds", [0, 0.9, -1, -3600])
def test_a_sign_at_once_or_before_the_last_one_earns_nothing(seconds):
    assert sign(seconds) == Stretch(START)


def test_a_hidden_page_earns_nothing_and_ends_the_segment():
    assert sign(15, Sign(hidden=True)) == Stretch(at(15), reasons={"hidden": 15}, ending="hidden")


def test_three_minutes_without_a_touch_end_a_text():
    assert sign(15, Sign(idle=180)).credited == 15
    assert sign(15, Sign(idle=181)) == Stretch(at(15), reasons={"idle": 15}, ending="idle")


def test_a_film_is_watched_without_touching_anything():
    assert sign(15, Sign(position=15, idle=9999), ground=FILM).credited == 15


# ── Limits ───────────────────────────────────────────────────────────────────
def test_a_text_earns_the_authors_minutes_at_most():
    full = sign(15, ground=replace(TEXT, credited=590))
    assert full == Stretch(at(15), credited=10, reasons={"full": 5}, ending="finished")


def test_the_daily_limit_ends_the_segment():
    capped = sign(15, ground=replace(TEXT, today=TERMS.daily_cap - 5))
    assert capped == Stretch(at(15), credited=5, reasons={"daily_cap": 10}, ending="daily_cap")


def test_what_the_daily_limit_refuses_of_a_film_may_be_earned_another_day():
    capped = sign(15, Sign(position=15), ground=replace(FILM, today=TERMS.daily_cap - 5))
    assert (capped.credited, capped.ranges, capped.ending) == (5, ((0, 5),), "daily_cap")


def test_a_speed_that_nobody_may_permit_is_refused():
    for speed in (99, 151):
        with pytest.raises(ValueError, match="between 100 and 150"):
            Terms(speed=speed)


# ── Film ─────────────────────────────────────────────────────────────────────
def watch(positions: list[float], *, ground: Ground = FILM, terms: Terms = TERMS, every: int = 15) -> Stretch:
    """A sign every 15 seconds with these positions."""
    stretch = Stretch(START, ranges=((rules.front(ground.seen),) * 2,))
    for turn, position in enumerate(positions, 1):
        before = stretch.credited
        stretch = after_sign(stretch, ground, Sign(position=position), at(turn * every), terms)
        seen = rules.merged([*ground.seen, *stretch.ranges])
        ground = replace(ground, seen=seen, credited=ground.credited + stretch.credited - before)
    return stretch


def test_a_film_earns_what_was_watched():
    assert watch([15, 30, 45]) == Stretch(at(45), credited=45, ranges=((0, 45),))


def test_a_forged_position_is_worth_no_more_than_the_clock():
    assert watch([600]).ranges == ((0, 15),)
    assert watch([600, 600, 600]).credited == 45


def test_the_first_minute_ten_times_is_one_minute():
    again = [15.0, 30, 45, 60] + [0, 15, 30, 45, 60] * 9
    stretch = watch(again)
    assert (stretch.credited, rules.merged(stretch.ranges)) == (60, ((0, 60),))
    assert stretch.reasons == {"seen": 15 * 45}


def test_a_paused_film_earns_nothing():
    assert watch([10, 10, 10]).credited == 10


def test_a_film_may_run_as_fast_as_is_permitted():
    assert watch([22.5, 45], terms=Terms(speed=150)).credited == 44
    assert watch([45, 90], terms=Terms(speed=150)).credited == 44
    assert watch([22.5, 45]).credited == 30


def test_a_film_goes_on_where_it_was_seen_to_and_never_ahead():
    seen = ((0, 120),)
    assert [rules.start_of(position, seen) for position in (None, 60, 120, 500, -7)] == [0, 60, 120, 120, 0]


def test_a_film_longer_than_the_authors_minutes_is_seen_to_its_end_but_earns_no_more():
    stretch = watch([15, 30], ground=Ground(most=20, film=600))
    assert (stretch.credited, stretch.ranges, stretch.reasons) == (20, ((0, 30),), {"full": 10})


def test_the_last_second_finishes_a_film():
    stretch = watch([600], ground=replace(FILM, seen=((0, 590),), credited=590))
    assert (stretch.credited, stretch.ending) == (10, "finished")


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
def test_ranges_are_merged_as_a_set_of_seconds_would_be(ranges):
    merged = rules.merged(ranges)
    assert {second for start, end in merged for second in range(start, end)} == {
        second for start, end in ranges for second in range(start, end)
    }
    assert all(earlier[1] < later[0] for earlier, later in pairwise(merged))


# ── The check question, hours ────────────────────────────────────────────────
def test_the_check_question_opens_after_half_of_a_text_and_nearly_all_of_a_film():
    assert rules.still_to_learn(TEXT, TERMS) == 300
    assert rules.still_to_learn(replace(TEXT, credited=300), TERMS) == 0
    assert rules.still_to_learn(replace(FILM, seen=((0, 500),)), TERMS) == 70
    assert rules.still_to_learn(replace(FILM, seen=((0, 570),)), TERMS) == 0
    assert rules.still_to_learn(Ground(most=20, film=20, seen=((0, 17),)), TERMS) == 0


def test_hours_are_rounded_down():
    assert rules.hours(45 * 60, 45) == Decimal("1.0")
    assert rules.hours(45 * 60 - 1, 45) == Decimal("0.9")
    assert rules.hours(45 * 60, 60) == Decimal("0.7")


# ── Another player, pauses ───────────────────────────────────────────────────
def test_another_player_ends_this_one_and_takes_what_was_not_yet_credited():
    ousted = rules.ousted(Stretch(START, credited=30), at(10), TERMS)
    assert ousted == Stretch(at(10), credited=30, reasons={"second_player": 10}, ending="second_player")
    assert rules.ousted(Stretch(START, credited=30), at(100), TERMS) == Stretch(START, credited=30, ending="network")


def test_pauses_between_segments_are_told_by_their_reason_and_an_absence_is_none():
    segments = [
        Closed(at(0), at(60), "hidden", {}),
        Closed(at(90), at(150), "left", {"network": 5}),  # after it somebody left: no pause
        Closed(at(300), at(360), "network", {"network": 2}),
        Closed(at(400), at(460), "idle", {}),
        Closed(at(4000), at(4010), "left", {}),  # an hour later
    ]
    assert rules.unearned(segments) == {"hidden": 30, "network": 5 + 2 + 40}


def test_a_seal_tells_every_fact():
    facts = {"id": 1, "started_at": START, "credited_seconds": 60, "reasons": {"network": 5}, "ranges": [[0, 60]]}
    key = b"k" * 32
    told = rules.seal(key, facts)
    assert told == rules.seal(key, facts | {"started_at": START.astimezone()})
    for name, other in {"credited_seconds": 61, "reasons": {}, "ranges": [[0, 61]], "started_at": at(1)}.items():
        assert rules.seal(key, facts | {name: other}) != told
    assert rules.seal(b"x" * 32, facts) != told


# ── The book-keeper ──────────────────────────────────────────────────────────
SIGNS = st.lists(
    st.tuples(
        st.integers(0, 60),  # seconds since the last sign
        st.booleans() | st.just(False),  # hidden
        st.integers(-50, 700),  # position, forged or not
        st.integers(0, 400),  # idle
    ),
    max_size=40,
)


def kept(signs, ground, terms):
    """What the rules credit to these signs; after an end the device opens a new segment at once."""
    now, segments, stretch = START, [], None
    for gap, hidden, position, idle in signs:
        now += timedelta(seconds=gap)
        if stretch is None:
            if rules.nothing_to_earn(ground, terms):
                break
            where = rules.start_of(position, ground.seen)
            stretch = Stretch(now, ranges=((where, where),) if ground.film else ())
            continue
        before = stretch.credited
        stretch = after_sign(stretch, ground, Sign(position, hidden, idle), now, terms)
        gained = stretch.credited - before
        seen = rules.merged([*ground.seen, *stretch.ranges])
        ground = replace(ground, credited=ground.credited + gained, today=ground.today + gained, seen=seen)
        if stretch.ending:
            segments.append(stretch)
            stretch = None
    return [*segments, stretch] if stretch else segments, ground


@given(signs=SIGNS, most=st.integers(60, 900), cap=st.integers(60, 900))
def test_a_text_earns_what_a_book_keeper_counts_second_by_second(signs, most, cap):
    terms = Terms(daily_cap=cap)
    segments, ground = kept(signs, Ground(most=most), terms)
    assert sum(one.credited for one in segments) == by_hand(signs, most, cap)
    assert ground.credited <= min(most, cap)


def by_hand(signs, most, cap):
    """Told again from the brief, one second after another: no function of the rules is used."""
    credited, is_open = 0, False
    for gap, hidden, _position, idle in signs:
        if credited >= min(most, cap):
            break
        if not is_open:
            is_open = True
            continue
        if gap > 45 or hidden or idle > 180:
            is_open = False
            continue
        for second in range(gap):
            if second < 20 and credited < min(most, cap):
                credited += 1
    return credited


@given(signs=SIGNS, film=st.integers(20, 900), speed=st.integers(100, 150), cap=st.integers(60, 900))
def test_a_film_never_earns_more_than_the_clock_the_film_the_lesson_and_the_day_allow(signs, film, speed, cap):
    terms = Terms(speed=speed, daily_cap=cap)
    segments, ground = kept(signs, Ground(most=min(film, 600), film=film), terms)
    credited = sum(one.credited for one in segments)
    elapsed = sum(gap for gap, *_rest in signs)
    assert credited == ground.credited <= min(elapsed * speed // 100, film, 600, cap)
    assert ground.seen in ((), ((0, rules.front(ground.seen)),))  # nobody skips ahead
    assert rules.length(ground.seen) >= credited
    if film <= 600:
        assert rules.length(ground.seen) == credited


@given(signs=SIGNS, film=st.sampled_from([0, 300]))
def test_every_second_of_a_segment_is_credited_or_refused_with_a_reason(signs, film):
    segments, _ground = kept(signs, Ground(most=300, film=film), TERMS)
    now, told = START, sum(one.credited + one.refused for one in segments)
    assert told <= sum(gap for gap, *_rest in signs)
    assert all(one.refused == sum(one.reasons.values()) and one.credited >= 0 for one in segments), now
