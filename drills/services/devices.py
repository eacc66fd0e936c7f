"""Phones that say the evening before whether they can be relied on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from drills.field_rules import is_fit
from drills.models import Participation, RunDevice


@dataclass(frozen=True)
class Ready:
    """One readiness check as a phone reports it."""

    device: str
    pack: str  # version of the pages it keeps; empty: none
    skew_ms: int
    waiting: int
    checks: Mapping[str, str]  # name → good, warn or bad
    battery: int | None  # percent
    browser: str


@transaction.atomic
def report_ready(part: Participation, ready: Ready, *, now: datetime) -> bool:
    """Keep what the check found, for the controllers to see; whether the phone may be relied on without network. A
    phone that changes hands is its new holder's."""
    fitness = {
        "at": now.isoformat(),
        "checks": dict(ready.checks),
        "battery": ready.battery,
        "browser": ready.browser,
    }
    RunDevice.objects.update_or_create(
        drill_id=part.drill_id,
        device=ready.device,
        defaults={
            "participation": part,
            "seen_at": now,
            "skew_ms": ready.skew_ms,
            "waiting": ready.waiting,
            "pack": ready.pack,
            "fitness": fitness,
        },
    )
    return is_fit(ready.checks)
