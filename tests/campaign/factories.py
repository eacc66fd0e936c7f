"""Venues and activities with real rows behind them. Times are given, never taken."""

import itertools
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from campaign.models import Activity, Venue, VenueKind
from campaign.services import Told, record_activity, review
from people.models import Division

NOW = datetime.fromisoformat("2026-11-24T09:00:00+08:00")
numbers = itertools.count(1)


def make_venue(division: Division, kind: str = VenueKind.VILLAGE, **fields: Any) -> Venue:
    """Registered long before anything happened there."""
    defaults = {"name": f"场所{next(numbers)}", "created_at": NOW - timedelta(days=2000)}
    return Venue.objects.create(division=division, kind=kind, **{**defaults, **fields})


def told(venue: Venue, **fields: Any) -> Told:
    """A lecture of an hour before forty people, two hours before NOW."""
    defaults: dict[str, Any] = {
        "form": "lecture",
        "starts_at": NOW - timedelta(hours=2),
        "minutes": 60,
        "persons": 40,
        "basis": "counted",
    }
    return Told(venue=venue, **{**defaults, **fields})


def make_activity(venue: Venue, *, by: Any, now: datetime = NOW, **fields: Any) -> Activity:
    """Recorded, and waiting."""
    return record_activity(told(venue, **fields), uid=uuid4(), by=by, now=now).activity


def make_approved(venue: Venue, *, by: Any, reviewer: Any, now: datetime = NOW, **fields: Any) -> Activity:
    activity = make_activity(venue, by=by, now=now, **fields)
    review(activity, verdict="approve", by=reviewer, now=now)
    return activity
