"""同时计入“七进”: one event is typed once. The drill tells the activity, and what is corrected in it follows there."""

from datetime import datetime
from typing import Any
from uuid import uuid5

from django.db import transaction
from django.db.models import Count, Sum

from campaign.models import Activity, ActivityVersion, Venue
from campaign.services import AlreadyWithdrawn, Told, correct_activity, record_activity, withdraw
from drills.models import Drill
from records.services import log


class NotHeld(ValueError):
    """Only what was held, and stands, is counted anywhere."""


@transaction.atomic
def count_in_campaign(drill: Drill, venue: Venue, *, by: Any, now: datetime) -> Activity:
    """The drill as an activity at this venue, once; from its review on the campaign counts it. Raises NotHeld."""
    held = Drill.objects.counted().select_for_update(of=("self",)).filter(pk=drill.pk).first()
    if held is None:
        raise NotHeld
    if held.activity is not None:
        return held.activity
    uid = uuid5(held.uid, "campaign")  # a second tap is the same activity
    activity = record_activity(told_of(held, venue), uid=uid, by=by, now=now).activity
    Drill.objects.filter(pk=held.pk).update(activity=activity)
    log("drills.counted_in_campaign", by=by, obj=held, payload={"activity": activity.number}, now=now)
    return activity


def told_of(drill: Drill, venue: Venue) -> Told:
    assert drill.startex_at, "what was held has begun"
    assert drill.endex_at, "and ended"
    people, basis = people_of(drill)
    return Told(
        venue=venue,
        form=ActivityVersion.Form.DRILL,
        starts_at=drill.startex_at,
        minutes=round((drill.endex_at - drill.startex_at).total_seconds() / 60),
        persons=people,
        basis=basis,
        held_by=drill.organisation,
        hazards=(drill.hazard,),
        words=f"{drill.title}（{drill.number}）",
    )


def people_of(drill: Drill) -> tuple[int, str]:
    """Those known by name and those counted by heads are often the same people: the larger number, never the sum."""
    there = drill.attendances.filter(withdrawn_at__isnull=True)
    named = there.filter(named=True).aggregate(n=Count("pk"))["n"]
    heads = there.filter(named=False)
    counted = heads.aggregate(n=Sum("count"))["n"] or 0
    estimated = heads.filter(basis=Drill.Basis.ESTIMATED).exists()
    if counted > named:
        return counted, ActivityVersion.Basis.ESTIMATED if estimated else ActivityVersion.Basis.COUNTED
    return named, ActivityVersion.Basis.COUNTED


def correct_in_campaign(drill: Drill, *, reason: str, by: Any, now: datetime) -> None:
    """What the drill says now; it waits for review, while what was approved goes on counting."""
    activity = Activity.objects.select_related("current__venue").filter(drill=drill.pk).first()
    if activity is None or activity.current is None:
        return
    told = told_of(Drill.objects.select_related("organisation").get(pk=drill.pk), activity.current.venue)
    try:
        correct_activity(activity, told, reason=reason, by=by, now=now)
    except AlreadyWithdrawn:
        return


def withdraw_from_campaign(drill: Drill, *, reason: str, by: Any, now: datetime) -> None:
    for activity in Activity.objects.filter(drill=drill.pk):
        withdraw(activity, reason=reason, by=by, now=now)
