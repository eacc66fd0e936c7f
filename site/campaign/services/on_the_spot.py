"""A record whose venue may be entered with it: whoever stands in a square does not go to the list of venues first."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from campaign.models import Activity, Venue
from campaign.services.recording import record_activity
from campaign.services.told import NotYours, Recorded, Told
from campaign.services.venues import AlreadyThere, create_venue


def record_on_the_spot(
    told: Told, *, uid: UUID, by: Any, now: datetime, written_at: datetime | None = None
) -> Recorded:
    """As record_activity; a venue that is not saved yet is entered with it, or is the one of this name that is there by
    now. What was sent before is asked for first, so that a repetition enters nothing. Raises InTheFuture, NotYours."""
    known = recorded_before(uid, by)
    if known is not None:
        return Recorded(known, new=False)
    with transaction.atomic():
        placed = replace(told, venue=entered(told.venue, by=by, now=now))
        return record_activity(placed, uid=uid, by=by, now=now, written_at=written_at)


def recorded_before(uid: UUID, by: Any) -> Activity | None:
    """The record of this uid, whatever has become of its venue or of his role since. Raises NotYours."""
    known = Activity.objects.filter(uid=uid).first()
    if known is not None and known.created_by_id != by.pk:
        raise NotYours
    return known


def entered(venue: Venue, *, by: Any, now: datetime) -> Venue:
    if venue.pk is not None:
        return venue
    same = Venue.objects.filter(division=venue.division, kind=venue.kind, name=venue.name)
    try:
        return same.first() or create_venue(venue, by=by, now=now)
    except AlreadyThere:
        return same.get()
