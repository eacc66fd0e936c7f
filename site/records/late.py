"""What is written down after it happened, told from plain values: no queries, no clock, no Django."""

from datetime import date, datetime, timedelta

#: Who writes something down later than this after it was over does so from his papers (补录).
LATE = timedelta(days=7)
#: For longer no record waits on a phone for its network: what claims so comes from a clock that was changed.
LONGEST_WAIT = timedelta(days=90)


def written_at(now: datetime, age_seconds: float | None) -> datetime:
    """When the record was written. The phone tells its age when it sends it: both ends by its own clock, so it does not
    matter if that clock is wrong. Without an age it was written as it came in."""
    if age_seconds is None or not 0 <= age_seconds <= LONGEST_WAIT.total_seconds():
        return now
    return now - timedelta(seconds=age_seconds)


def is_late(over_at: datetime, written: datetime) -> bool:
    """By the hand that wrote it, not by the network that brought it."""
    return written - over_at > LATE


def lag_days(held_on: date, recorded_on: date) -> int:
    """录入滞后: whole days from the event to the day on which the platform knew of it."""
    return max(0, (recorded_on - held_on).days)
