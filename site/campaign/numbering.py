"""Numbers of activities: one gapless series a year, however they came in."""

from datetime import datetime

from records.services import next_number
from ui.clock import local_day


def next_activity_number(now: datetime) -> str:
    """KP2026-0001: 科普, the year it is given in, a running number. Only in the transaction that uses it."""
    year = local_day(now).year
    return f"KP{year}-{next_number(f'campaign activities {year}'):04d}"
