from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from campaign import rules
from campaign.rules import EntryRule

NOW = datetime(2026, 11, 24, tzinfo=UTC)
VILLAGE = EntryRule("village", frozenset({"village"}))
FAMILY = EntryRule("family", by_households=True)
ENTERPRISE = EntryRule("enterprise", frozenset({"enterprise", "site"}))
RULES = [ENTERPRISE, VILLAGE, FAMILY]


@pytest.mark.parametrize(
    ("kind", "households", "codes"),
    [
        ("site", 0, ["enterprise"]),
        ("village", 0, ["village"]),
        ("village", 12, ["village", "family"]),
        ("market", 0, []),
        ("market", 3, ["family"]),
    ],
)
def test_the_entries_follow_from_the_kind_of_venue_and_from_homes_reached(
    kind: str, households: int, codes: list[str]
) -> None:
    assert rules.entry_codes(RULES, kind, households) == codes


def test_coverage_is_a_share_and_nothing_where_nothing_is_registered() -> None:
    assert rules.coverage(3, 4) == Fraction(3, 4)
    assert rules.coverage(0, 4) == 0
    assert rules.coverage(0, 0) is None


def test_only_what_waits_is_decided_and_what_is_withdrawn_stays_so() -> None:
    assert rules.after("submitted", "approve") == "approved"
    assert rules.after("approved", "correct") == "submitted"
    assert not rules.can_move("approved", "approve")
    assert not rules.can_move("returned", "approve")
    assert not any(rules.can_move("withdrawn", move) for move in ("approve", "return", "withdraw", "correct"))


def test_what_is_written_more_than_seven_days_later_was_written_from_paper() -> None:
    assert rules.how_of(NOW - timedelta(days=7), NOW) == "direct"
    assert rules.how_of(NOW - timedelta(days=7, seconds=1), NOW) == "paper"


def test_pictures_that_differ_in_a_few_bits_look_alike() -> None:
    assert [rules.differs_little(bits) for bits in (0, 6, 7, 32)] == [True, True, False, False]
