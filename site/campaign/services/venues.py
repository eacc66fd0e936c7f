"""The list of venues, the plan of visits and the targets."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from campaign.models import PlannedVisit, Target, Venue
from people.models import Division
from records.services import log

#: What may change. The kind does not: it decides in which column past activities stand.
CHANGEABLE = ("name", "division", "organisation", "address", "households", "opened_on", "closed_on")


class AlreadyThere(ValueError):
    """The division has a venue of this kind and name."""


@transaction.atomic
def create_venue(venue: Venue, *, by: Any, now: datetime) -> Venue:
    """Enter an unsaved one. Raises AlreadyThere."""
    venue.created_by, venue.created_at = by, now
    save_once(venue)
    payload = {"kind": venue.kind, "division": venue.division.code, "households": venue.households}
    log("campaign.venue_added", by=by, obj=venue, payload=payload, now=now)
    return venue


def save_once(venue: Venue) -> None:
    try:
        with transaction.atomic():
            venue.save()
    except IntegrityError as error:
        raise AlreadyThere from error


@transaction.atomic
def change_venue(venue: Venue, *, by: Any, now: datetime, **told: Any) -> dict[str, list[Any]]:
    """What of `told` is different, before and after; {}: nothing. Raises AlreadyThere, and TypeError for a field that
    does not change."""
    if wrong := set(told) - set(CHANGEABLE):
        raise TypeError(f"a venue keeps its {', '.join(sorted(wrong))}")
    held = Venue.objects.select_for_update().get(pk=venue.pk)
    changed = {name: [getattr(held, name), value] for name, value in told.items() if getattr(held, name) != value}
    if not changed:
        return {}
    for name, (_old, new) in changed.items():
        setattr(venue, name, new)
        setattr(held, name, new)
    save_once(held)
    payload = {name: [loggable(old), loggable(new)] for name, (old, new) in changed.items()}
    log("campaign.venue_changed", by=by, obj=held, payload=payload, now=now)
    return changed


def loggable(value: Any) -> Any:
    return value if isinstance(value, str | int | date | None) else str(value)


def close_venue(venue: Venue, *, on: date, by: Any, now: datetime) -> bool:
    """Its last day: from the next one on it is in no denominator. Whether that is new."""
    return bool(change_venue(venue, closed_on=on, by=by, now=now))


# ── Plan and targets ─────────────────────────────────────────────────────────
@transaction.atomic
def plan_visit(venue: Venue, *, on: date, by: Any, now: datetime, note: str = "") -> PlannedVisit:
    visit = PlannedVisit.objects.create(venue=venue, planned_on=on, note=note, made_by=by, made_at=now)
    log("campaign.visit_planned", by=by, obj=venue, payload={"planned_on": on, "note": note}, now=now)
    return visit


@transaction.atomic
def cancel_visit(visit: PlannedVisit, *, by: Any, now: datetime) -> bool:
    if PlannedVisit.objects.filter(pk=visit.pk, cancelled_at__isnull=True).update(cancelled_at=now) != 1:
        return False
    visit.cancelled_at = now
    log("campaign.visit_cancelled", by=by, obj=visit.venue, payload={"planned_on": visit.planned_on}, now=now)
    return True


@transaction.atomic
def set_target(division: Division, entry: str, year: int, count: int | None, *, by: Any, now: datetime) -> bool:
    """None takes it away; whether anything changed."""
    held = Target.objects.select_for_update().filter(division=division, entry=entry, year=year)
    old = held.values_list("count", flat=True).first()
    if old == count:
        return False
    if count is None:
        held.delete()
    else:
        Target.objects.update_or_create(division=division, entry=entry, year=year, defaults={"count": count})
    payload = {"entry": entry, "year": year, "before": old, "now": count}
    log("campaign.target_set", by=by, obj=division, payload=payload, now=now)
    return True
