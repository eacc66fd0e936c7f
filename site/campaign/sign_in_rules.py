"""Signing in to an activity by its code, told from plain values: no queries, no clock, no Django."""

from datetime import datetime, timedelta

#: People come before it begins, and the sheet still hangs there afterwards.
BEFORE = timedelta(hours=2)
AFTER = timedelta(hours=12)


def is_open(starts_at: datetime, minutes: int | None, now: datetime) -> bool:
    over = starts_at + timedelta(minutes=minutes or 0)
    return starts_at - BEFORE <= now <= over + AFTER
