"""Activities are written once and corrected by another version; what was said before stays."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from campaign import rules
from campaign.models import Activity, ActivityVersion
from campaign.numbering import next_activity_number
from campaign.services.told import (
    AlreadyWithdrawn,
    CorrectedMeanwhile,
    InTheFuture,
    NotYours,
    ReasonMissing,
    Recorded,
    Told,
    differences,
    facts,
    write_version,
)
from records.services import log


def record_activity(told: Told, *, uid: UUID, by: Any, now: datetime, written_at: datetime | None = None) -> Recorded:
    """Enter it; from its approval on it counts. The same `uid` again is the same record, as it was sent first.
    `written_at` is when it was written, where a phone kept it meanwhile. Raises InTheFuture, NotYours."""
    if told.starts_at > now:
        raise InTheFuture
    known = of_uid(uid)
    if known is None:
        try:
            with transaction.atomic():
                return Recorded(write(told, uid, by, now, written_at or now), new=True)
        except IntegrityError:  # the same record, by another request a moment ago: our number was given back
            known = of_uid(uid)
            if known is None:
                raise
    if known.created_by_id != by.pk:
        raise NotYours
    return Recorded(known, new=False)


def of_uid(uid: UUID) -> Activity | None:
    return Activity.objects.filter(uid=uid).first()


def write(told: Told, uid: UUID, by: Any, now: datetime, written: datetime) -> Activity:
    activity = Activity.objects.create(
        uid=uid,
        number=next_activity_number(now),
        how=rules.how_of(over_at(told), written),
        created_by=by,
        created_at=written,
        received_at=now,
    )
    version = write_version(activity, told, serial=1, reason="", by=by, now=now)
    move_on(activity, version)
    payload = {"number": activity.number, "venue": told.venue.pk, "persons": told.persons, "basis": told.basis}
    log("campaign.recorded", by=by, obj=activity, payload={**payload, "written_at": written}, now=now)
    return activity


def over_at(told: Told) -> datetime:
    return told.starts_at + timedelta(minutes=told.minutes or 0)


def move_on(activity: Activity, version: ActivityVersion, state: str = rules.SUBMITTED) -> None:
    Activity.objects.filter(pk=activity.pk).update(current=version, state=state)
    activity.current, activity.state = version, state


@transaction.atomic
def correct_activity(
    activity: Activity, told: Told, *, reason: str, by: Any, now: datetime, seen: int | None = None
) -> ActivityVersion | None:
    """Say this from now on: another version, which waits for review while an approved one goes on counting. None: it
    says nothing else than before; only what was returned may be handed in again as it was. `seen` is the serial of the
    version that whoever corrects had before him. Raises InTheFuture, ReasonMissing, AlreadyWithdrawn,
    CorrectedMeanwhile."""
    if told.starts_at > now:
        raise InTheFuture
    if not reason.strip():
        raise ReasonMissing
    held = locked(activity)
    before = held.current
    assert before is not None
    if not rules.can_move(held.state, rules.CORRECT):
        raise AlreadyWithdrawn
    if seen is not None and seen != before.serial:
        raise CorrectedMeanwhile
    changed = differences(facts(before), told)
    if not changed and held.state != Activity.State.RETURNED:
        return None
    kept = told if told.scheme else replace(told, scheme=before.scheme)
    version = write_version(held, kept, serial=before.serial + 1, reason=reason.strip(), by=by, now=now)
    move_on(activity, version, rules.after(held.state, rules.CORRECT))
    payload = {"reason": reason.strip(), "serial": version.serial, "changed": changed}
    log("campaign.corrected", by=by, obj=activity, payload=payload, now=now)
    return version


def locked(activity: Activity) -> Activity:
    """As it stands now, for this transaction alone."""
    rows = Activity.objects.select_for_update(of=("self",)).select_related("current__scheme", "current__venue")
    return rows.get(pk=activity.pk)
