from datetime import UTC, date, datetime

from ui.clock import local, local_day

LATE = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)


def test_a_moment_is_told_by_the_county_clock():
    assert local(LATE).isoformat() == "2026-11-23T00:30:00+08:00"


def test_the_day_turns_at_local_midnight():
    assert local_day(LATE) == date(2026, 11, 23)
