"""签到: a person signs in by the code that the activity shows."""

from datetime import datetime
from typing import Any

from campaign.models import Activity, SignIn
from campaign.services.told import AlreadyWithdrawn


def sign_in(activity: Activity, *, by: Any, now: datetime) -> bool:
    """Once, however often he scans; whether it is new. Raises AlreadyWithdrawn. The row is the record of it: a person's
    scan is no administrative act, so the audit log keeps none."""
    if Activity.objects.filter(pk=activity.pk, state=Activity.State.WITHDRAWN).exists():
        raise AlreadyWithdrawn
    return SignIn.objects.get_or_create(activity=activity, user=by, defaults={"at": now})[1]
