from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from records import rules
from records.rules import Break, Line

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
KEY = b"k" * 32


def line(number: int, **changes: object) -> Line:
    return Line(number, NOW, 7, "exams.submitted", "exams.sitting", "12", "", "ab")._replace(**changes)


def seal_of(lines: list[Line], number: int = 1, previous: str = "") -> tuple[int, str, str, bytes]:
    packed = rules.pack(rules.fingerprint(KEY, each) for each in lines)
    return number, previous, rules.seal_digest(KEY, number, previous, lines), packed


def test_pauses_between_tries_grow_and_then_stay_at_half_an_hour():
    waits = [(rules.retry_at(attempts, NOW) - NOW).total_seconds() for attempts in range(1, 7)]
    assert waits == [10, 60, 300, 1800, 1800, 1800]


def test_the_cause_of_a_failure_is_one_line_without_the_values_that_databases_add():
    error = ValueError('duplicate key violates "phone_once"\nDETAIL: Key (phone)=(+8613800138000) already exists.')
    assert rules.cause(error) == 'ValueError: duplicate key violates "phone_once"'
    assert rules.cause(TimeoutError()) == "TimeoutError"


def test_two_clocks_in_one_period_give_one_key():
    minute = timedelta(minutes=1)
    assert rules.period_key("seal", minute, NOW) == rules.period_key("seal", minute, NOW + timedelta(seconds=59))
    assert rules.period_key("seal", minute, NOW) != rules.period_key("seal", minute, NOW + minute)


def test_a_share_of_nothing_is_nothing():
    assert [rules.percent(0, 0), rules.percent(1, 3), rules.percent(5, 3)] == [0, 33, 100]


def test_an_untouched_block_has_no_break():
    lines = [line(1), line(2), line(5)]
    assert rules.breaks_of_seal(KEY, *seal_of(lines), lines) == []


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([line(1), line(2, actor=8), line(5)], [Break("changed_entry", 1, 2)]),
        ([line(1), line(2, at=NOW + timedelta(microseconds=1)), line(5)], [Break("changed_entry", 1, 2)]),
        ([line(1), line(5)], [Break("missing_entry", 1, 2)]),
        ([line(1), line(2), line(4), line(5)], [Break("added_entry", 1, 4)]),
        ([], [Break("missing_entry", 1, number) for number in (1, 2, 5)]),
    ],
)
def test_a_break_names_the_entry_it_happened_to(found: list[Line], told: list[Break]):
    assert rules.breaks_of_seal(KEY, *seal_of([line(1), line(2), line(5)]), found) == told


def test_fingerprints_written_anew_by_somebody_without_the_key_do_not_help_him():
    number, previous, digest, _packed = seal_of([line(1)])
    forged = rules.pack([rules.fingerprint(b"x" * 32, line(1, actor=9))])
    assert rules.breaks_of_seal(KEY, number, previous, digest, forged, [line(1, actor=9)]) == [
        Break("changed_entry", number, 1)
    ]


def test_a_seal_covers_the_seal_before_it():
    number, _previous, digest, packed = seal_of([line(1)], number=2, previous="aa")
    assert rules.breaks_of_seal(KEY, number, "bb", digest, packed, [line(1)]) == [Break("changed_seal", 2)]


def test_times_of_other_zones_give_the_same_mac():
    shanghai = line(1).at.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+08:00").tzinfo)
    assert rules.line_mac(KEY, line(1)) == rules.line_mac(KEY, line(1, at=shanghai))


def test_addresses_are_masked_to_a_network():
    given = ["203.0.113.77", "2001:db8:1:2::9", "nonsense", ""]
    assert [rules.mask_address(address) for address in given] == ["203.0.113.0", "2001:db8:1::", "", ""]


def test_only_what_our_own_proxies_saw_is_believed():
    forged = "6.6.6.6, 203.0.113.5"
    assert rules.client_address("10.0.0.1", forged, 0) == "10.0.0.1"
    assert rules.client_address("10.0.0.1", forged, 1) == "203.0.113.5"
    assert rules.client_address("10.0.0.1", "", 1) == "10.0.0.1"


def test_a_request_number_of_another_form_is_not_taken():
    given = ["0123456789abcdef", "short", "with space in it", "x" * 65]
    assert [rules.trusted_request_id(each) for each in given] == ["0123456789abcdef", "", "", ""]


def test_only_harmless_types_are_shown_in_the_page():
    shown = ["application/pdf", "image/png", "video/mp4", "text/html", "image/svg+xml", "application/zip"]
    assert [rules.shown_in_page(each) for each in shown] == [True, True, True, False, False, False]


def test_only_the_first_piece_of_a_video_counts_as_reading_it():
    given = ["", "bytes=0-", "bytes=0-99", "bytes=100-"]
    assert [rules.wants_beginning(each) for each in given] == [True, True, True, False]


def test_a_break_says_where():
    assert replace(Break("missing_seal"), seal=3) == Break("missing_seal", 3)
