"""What a record of an activity says, and why it may be refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from campaign.models import Activity, ActivityMaterial, ActivityVersion, Scheme, Venue
from campaign.queries.schemes import scheme_of
from people.models import Organisation
from ui.clock import local_day


@dataclass(frozen=True)
class Told:
    """What was done at a venue. `materials` counts by ActivityMaterial.Kind. Without a `scheme` it is the one in force
    on the day: the entries in every campaign follow from the kind of venue, so nobody has to choose."""

    venue: Venue
    form: str
    starts_at: datetime
    persons: int
    basis: str
    households: int = 0
    consulted: int = 0
    minutes: int | None = None
    held_by: Organisation | None = None
    hazards: tuple[str, ...] = ()
    theme_day: str = ""
    in_charge: str = ""
    words: str = ""
    materials: Mapping[str, int] = field(default_factory=dict)
    scheme: Scheme | None = None


@dataclass(frozen=True)
class Recorded:
    activity: Activity
    new: bool


class NotYours(Exception):
    """Another person's record has this uid."""


class InTheFuture(ValueError):
    """A record tells what has been."""


class ReasonMissing(ValueError):
    """A correction, a return and a withdrawal say why."""


class CorrectedMeanwhile(Exception):
    """Whoever corrects or reviews did not see what stands there now."""


class AlreadyDecided(Exception):
    """It does not wait for a review: somebody was faster, or the page is old."""


class AlreadyWithdrawn(Exception):
    """Nothing is added to a record that no longer counts."""


class OwnRecord(Exception):
    """Nobody approves what he recorded himself."""


class TooMany(Exception):
    """As many photos as an activity may have."""


def columns(told: Told) -> dict[str, Any]:
    """The fields of a version that follow from what was told."""
    held_on = local_day(told.starts_at)
    own = {one.name: getattr(told, one.name) for one in fields(Told) if one.name not in ("materials", "scheme")}
    return own | {
        "hazards": list(told.hazards),
        "scheme": told.scheme or scheme_of(held_on),
        "division": told.venue.division,
        "held_on": held_on,
    }


def write_version(activity: Activity, told: Told, *, serial: int, reason: str, by: Any, now: datetime) -> Any:
    """The next version with its materials; the caller moves the activity on to it."""
    version = ActivityVersion.objects.create(
        activity=activity, serial=serial, reason=reason, recorded_at=now, recorded_by=by, **columns(told)
    )
    ActivityMaterial.objects.bulk_create(
        ActivityMaterial(version=version, kind=kind, count=count) for kind, count in given(told.materials).items()
    )
    return version


def given(materials: Mapping[str, int]) -> dict[str, int]:
    """Without what there was none of, in one order."""
    return {kind: materials[kind] for kind in sorted(materials) if materials[kind]}


def facts(version: ActivityVersion) -> Told:
    """What a version says, as a form takes it."""
    own = {one.name: getattr(version, one.name) for one in fields(Told) if one.name not in ("materials", "hazards")}
    materials = {one.kind: one.count for one in version.materials.all()}
    return Told(**own, hazards=tuple(version.hazards), materials=materials)


def differences(old: Told, new: Told) -> list[str]:
    """The fields that say something else."""
    changed = [
        one.name
        for one in fields(Told)
        if one.name not in ("materials", "scheme") and getattr(old, one.name) != getattr(new, one.name)
    ]
    if new.scheme is not None and new.scheme != old.scheme:
        changed.append("scheme")
    return [*changed, "materials"] if given(old.materials) != given(new.materials) else changed
