"""What the page of one record tells: its versions with what each of them changed, and what was decided on them."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaign.models import Activity, ActivityDecision, ActivityMaterial, ActivityVersion
from campaign.services.told import Told, differences, facts
from duties.vocabulary import Hazard
from ui.templatetags.ui import moment

RELATED = ("venue__division", "scheme", "division", "held_by", "recorded_by")


@dataclass(frozen=True)
class Line:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Said:
    """A version, with the lines in which it differs from the one before and the decisions on it."""

    version: ActivityVersion
    lines: list[Line]
    decisions: list[ActivityDecision]


def history(activity: Activity) -> list[Said]:
    """The newest version first."""
    versions = list(activity.versions.select_related(*RELATED).prefetch_related("materials").order_by("serial"))
    decisions = list(activity.decisions.select_related("by").order_by("at", "pk"))
    told = [facts(version) for version in versions]
    changes = [[], *(changed(old, new) for old, new in pairwise(told))]
    return [
        Said(version, lines, [one for one in decisions if one.version_id == version.pk])
        for version, lines in reversed(list(zip(versions, changes, strict=True)))
    ]


def changed(old: Told, new: Told) -> list[Line]:
    return [Line(label_of(name), shown(name, old), shown(name, new)) for name in differences(old, new)]


def label_of(name: str) -> str:
    if name == "materials":
        return _("Given out or put up")
    return str(ActivityVersion._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def shown(name: str, told: Told) -> str:
    value = getattr(told, name)
    if name == "materials":
        given = ((ActivityMaterial.Kind(kind).label, count) for kind, count in sorted(value.items()) if count)
        value = "、".join(f"{label} {count}" for label, count in given)
    elif name == "hazards":
        value = hazard_names(value)
    elif name == "starts_at":
        value = moment(value)
    elif name in ("form", "basis"):
        choices: Any = {"form": ActivityVersion.Form, "basis": ActivityVersion.Basis}[name]
        value = choices(value).label
    return str(value) if value not in (None, "") else "–"


def hazard_names(codes: Any) -> str:
    return "、".join(str(Hazard(code).label) for code in codes if code in Hazard.values)


def counting(activity: Activity, said: list[Said]) -> ActivityVersion | None:
    """The version that stands in the figures now: the one approved last."""
    if activity.state == Activity.State.WITHDRAWN:
        return None
    approved = [one for line in said for one in line.decisions if one.verdict == ActivityDecision.Verdict.APPROVE]
    if not approved:
        return None
    last = max(approved, key=lambda one: (one.at, one.pk))
    return next(line.version for line in said if line.version.pk == last.version_id)


def standing(activity: Activity, counted: ActivityVersion | None) -> str:
    """In a sentence, whether it counts."""
    state = Activity.State
    if activity.state == state.WITHDRAWN:
        return pgettext("activity", "Withdrawn: no figure counts it.")
    if activity.state == state.APPROVED:
        return pgettext("activity", "It stands in the figures.")
    if counted is not None:
        return pgettext("activity", "The version approved before goes on counting until this one is approved.")
    return pgettext("activity", "It counts from its approval on.")
