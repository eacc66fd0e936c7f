from datetime import date, datetime

from django.db.models import F, Q
from django.utils import timezone


def day_of(at: date | datetime | None) -> date:
    """The calendar day in the bureau's time zone; None is today."""
    if isinstance(at, datetime):
        return timezone.localdate(at)
    return at or timezone.localdate()


def on_day(at: date | datetime | None, *, start: str = "starts_on", end: str = "ends_on") -> Q:
    """In force on the day: both ends count, an open end lasts."""
    day = day_of(at)
    begun = Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": day})
    return begun & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day}))


def ends_after_it_starts(*, start: str = "starts_on", end: str = "ends_on") -> Q:
    return Q(**{f"{start}__isnull": True}) | Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": F(start)})
