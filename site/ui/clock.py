"""UTC inside, the county's clock at the edge."""

from datetime import date, datetime

from django.utils import timezone


def local(moment: datetime) -> datetime:
    """The moment on the county's clock (settings.TIME_ZONE), whatever zone the user's browser is in."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def local_day(moment: datetime) -> date:
    return local(moment).date()
