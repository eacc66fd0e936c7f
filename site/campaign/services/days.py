"""What the county says of a themed day in one year."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from campaign.models import ThemedDay, ThemedYear
from records.services import log


@transaction.atomic
def say_of_year(
    day: ThemedDay, year: int, *, theme: str, first: date | None, last: date | None, by: Any, now: datetime
) -> bool:
    """Nothing said takes it away; whether anything changed."""
    told = {"theme": theme, "first": first, "last": last}
    held = ThemedYear.objects.select_for_update().filter(day=day, year=year)
    before = held.values(*told).first() or {"theme": "", "first": None, "last": None}
    if before == told:
        return False
    if any(told.values()):
        ThemedYear.objects.update_or_create(day=day, year=year, defaults={**told, "said_by": by, "said_at": now})
    else:
        held.delete()
    log("campaign.day_said", by=by, obj=day, payload={"year": year, "before": before, "now": told}, now=now)
    return True
