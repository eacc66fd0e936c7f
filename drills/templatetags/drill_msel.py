"""`{% load drill_msel %}`: how times of the table of events are read."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from drills.msel_times import MINUTE, offset_text
from drills.queries.msel import kept_label

register = template.Library()


@register.filter
def from_start(seconds: int | None) -> str:
    """+00:15; empty for what waits for a condition."""
    return offset_text(seconds, day=_("d"))


@register.filter
def allowed(seconds: int | None) -> str:
    """Within 5 minutes, within 90 seconds."""
    if seconds is None:
        return ""
    if seconds % MINUTE:
        return ngettext("within %(n)s second", "within %(n)s seconds", seconds) % {"n": seconds}
    minutes = seconds // MINUTE
    return ngettext("within %(n)s minute", "within %(n)s minutes", minutes) % {"n": minutes}


@register.filter
def label_of(name: str) -> str:
    """Of a column that has no field."""
    return kept_label(name)


@register.filter
def get(told: dict[Any, Any], name: Any) -> Any:
    return told.get(name, "")
