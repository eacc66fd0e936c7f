"""Numbers of drills: one gapless series a year for all of them, however they came in."""

from datetime import datetime

from records.services import next_number
from ui.clock import local_day


def next_drill_number(now: datetime) -> str:
    """YL2026-0001: 演练, the year it is given in, a running number. Only in the transaction that uses it."""
    year = local_day(now).year
    return f"YL{year}-{next_number(f'drills {year}'):04d}"


def next_receipt_number(now: datetime) -> str:
    """HZ2026-0001: 回执, the year of receipt, a running number. Only in the transaction that uses it."""
    year = local_day(now).year
    return f"HZ{year}-{next_number(f'drill receipts {year}'):04d}"
