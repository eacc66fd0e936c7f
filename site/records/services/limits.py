from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from records.crypto import keyed_hash
from records.models import RateCounter

# One statement, so that a hundred processes trying at once count to a hundred.
COUNT = """
INSERT INTO records_ratecounter AS kept (subject, count, resets_at) VALUES (%s, 1, %s)
ON CONFLICT (subject) DO UPDATE SET
  count = CASE WHEN kept.resets_at <= %s THEN 1 ELSE kept.count + 1 END,
  resets_at = CASE WHEN kept.resets_at <= %s THEN excluded.resets_at ELSE kept.resets_at END
RETURNING subject, count, resets_at
"""


@dataclass(frozen=True)
class Hit:
    count: int
    allowed: bool
    retry_at: datetime | None  # None while allowed


def hit(subject: str, *, limit: int, window: timedelta, now: datetime) -> Hit:
    """Count one try of `subject` ("sign-in:zhangsan"); the window begins with its first try.

    Call it outside a transaction that may be rolled back: the try would be forgotten with it.
    """
    at = connection.ops.adapt_datetimefield_value
    (counter,) = RateCounter.objects.raw(COUNT, [hashed(subject), at(now + window), at(now), at(now)])
    return verdict(counter.count, counter.count <= limit, counter.resets_at)


def peek(subject: str, *, limit: int, now: datetime, window: timedelta | None = None) -> Hit:
    """Whether one more try would be allowed, without counting it. `window` is taken so that it reads like `hit`."""
    counter = RateCounter.objects.filter(subject=hashed(subject), resets_at__gt=now).first()
    return verdict(counter.count, counter.count < limit, counter.resets_at) if counter else Hit(0, True, None)


def clear(subject: str) -> None:
    RateCounter.objects.filter(subject=hashed(subject)).delete()


def purge_counters(now: datetime) -> int:
    return RateCounter.objects.filter(resets_at__lte=now).delete()[0]


def verdict(count: int, allowed: bool, resets_at: datetime) -> Hit:
    return Hit(count, allowed, None if allowed else resets_at)


def hashed(subject: str) -> str:
    return keyed_hash(subject, "limit")
