"""审核: what others decide on a record, and how it stops counting."""

from datetime import datetime
from typing import Any

from django.db import transaction

from campaign import rules
from campaign.models import Activity, ActivityDecision
from campaign.services.recording import locked
from campaign.services.told import AlreadyDecided, CorrectedMeanwhile, OwnRecord, ReasonMissing
from records.services import log

ACTIONS = {
    rules.APPROVE: "campaign.approved",
    rules.RETURN: "campaign.returned",
    rules.WITHDRAW: "campaign.withdrawn",
}


@transaction.atomic
def review(
    activity: Activity, *, verdict: str, by: Any, now: datetime, reason: str = "", seen: int | None = None
) -> ActivityDecision:
    """Approve the newest version, which counts from `now` on, or return it with a reason. `seen` is the serial that was
    read. Raises ReasonMissing, AlreadyDecided, CorrectedMeanwhile, OwnRecord."""
    if verdict not in (rules.APPROVE, rules.RETURN):
        raise ValueError(verdict)
    if verdict == rules.RETURN and not reason.strip():
        raise ReasonMissing
    held = locked(activity)
    assert held.current is not None
    if not rules.can_move(held.state, verdict):
        raise AlreadyDecided
    if seen is not None and seen != held.current.serial:
        raise CorrectedMeanwhile
    if held.current.recorded_by_id == by.pk:
        raise OwnRecord
    return decide(activity, held, verdict, reason.strip(), by, now)


@transaction.atomic
def withdraw(activity: Activity, *, reason: str, by: Any, now: datetime) -> bool:
    """It was entered by mistake: no figure counts it from now on, and everybody can still read it. False: it was
    withdrawn before. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    held = locked(activity)
    if not rules.can_move(held.state, rules.WITHDRAW):
        return False
    decide(activity, held, rules.WITHDRAW, reason.strip(), by, now)
    return True


def decide(activity: Activity, held: Activity, verdict: str, reason: str, by: Any, now: datetime) -> ActivityDecision:
    """Claim the move and leave its row; AlreadyDecided for whoever comes second."""
    state, version = rules.after(held.state, verdict), held.current
    assert version is not None
    claim = Activity.objects.filter(pk=held.pk, state=held.state, current=version)
    if claim.update(state=state) != 1:
        raise AlreadyDecided
    decision = ActivityDecision.objects.create(
        activity=held, version=version, verdict=verdict, reason=reason, by=by, at=now
    )
    activity.state, activity.current = state, version
    payload = {"number": held.number, "serial": version.serial, "reason": reason}
    log(ACTIONS[verdict], by=by, obj=held, payload=payload, now=now)
    return decision
