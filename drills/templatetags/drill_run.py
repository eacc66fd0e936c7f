"""`{% load drill_run %}`: the drill's clock, moments to the second and spans as the console and the log write them."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from drills.models import Drill
from drills.templatetags.drill_design import drill_crumbs
from ui.clock import local
from ui.registry import MenuItem

register = template.Library()


@register.filter
def hms(span: timedelta | None) -> str:
    """00:23:41: rounded down, as a clock does."""
    if span is None:
        return ""
    whole = max(0, int(span.total_seconds()))
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


@register.filter
def ms(span: timedelta | None) -> str:
    """02:12, of a response; 1:02:12 from an hour on."""
    if span is None:
        return ""
    told = hms(span)
    return told.removeprefix("00:") if span < timedelta(hours=1) else told.removeprefix("0")


@register.filter(expects_localtime=False)
def second(moment: datetime | None) -> str:
    """09:40:05, on the county's clock."""
    return f"{local(moment):%H:%M:%S}" if moment else ""


@register.filter(expects_localtime=False)
def full(moment: datetime | None) -> str:
    """2026-11-24 09:40:05.250, for the log."""
    return f"{local(moment):%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}" if moment else ""


@register.filter(expects_localtime=False)
def epoch(moment: datetime | None) -> str:
    """Milliseconds, for scripts that count on."""
    return str(int(moment.timestamp() * 1000)) if moment else ""


@register.filter
def span(value: timedelta | None) -> str:
    """1 min 19 s, 5 minutes; of what is past, without its sign."""
    if value is None:
        return ""
    whole = abs(int(value.total_seconds()))
    minutes, seconds = whole // 60, whole % 60
    if not minutes:
        return ngettext("%(s)d second", "%(s)d seconds", seconds) % {"s": seconds}
    if not seconds:
        return ngettext("%(m)d minute", "%(m)d minutes", minutes) % {"m": minutes}
    return _("%(m)d min %(s)d s") % {"m": minutes, "s": seconds}


@register.filter
def ago(moment: datetime | None, now: datetime) -> str:
    return _("%(span)s ago") % {"span": span(now - moment)} if moment else ""


@register.filter
def is_past(value: timedelta | None) -> bool:
    return value is not None and value <= timedelta()


@register.filter
def clock_off(skew_ms: int) -> str:
    """`skew_ms` is what the server's clock had more: positive of a clock that is slow."""
    seconds = f"{abs(skew_ms) / 1000:.1f}".removesuffix(".0")
    return (_("%(s)s s slow") if skew_ms > 0 else _("%(s)s s fast")) % {"s": seconds}


@register.inclusion_tag("ui/parts/crumbs.html", takes_context=True)
def run_crumbs(context: dict[str, Any], drill: Drill) -> dict[str, Any]:
    above = MenuItem(pgettext("drill", "Console"), reverse("drills:console", args=[drill.pk]))
    return drill_crumbs(context, drill, above)


@register.simple_tag
def conflict_name(kind: str) -> str:
    """What is odd, in a line."""
    return {
        "released_while_paused": _("Released while the clock stood"),
        "released_after_end": _("Released after the end"),
        "released_twice": _("Released twice"),
        "answered_before_release": _("Answered before it was released"),
        "signed_in_twice": _("Signed in twice"),
        "clock_off": _("Clock of the phone more than 30 s off"),
        "number_missing": _("Entries of the phone are missing"),
        "number_twice": _("A number of the phone came twice"),
        "chain_broken": _("Does not follow the entry before it"),
        "hash_wrong": _("Does not fit its hash"),
    }[kind]


@register.simple_tag
def conflict_help(kind: str) -> str:
    """What the director's word does to it."""
    return {
        "released_while_paused": _(
            "If it does not count, the event is held to be not released, and answers to it lapse."
        ),
        "released_after_end": _("If it does not count, the event is held to be not released."),
        "released_twice": _("The first release counts for the response times. Decide on the second."),
        "answered_before_release": _(
            "A wrong clock, or the word went round another way. If it does not count, it leaves the response times."
        ),
        "signed_in_twice": _("The person counts once either way, from the first sign-in on."),
        "clock_off": _("Its times were put right by the measured difference. Say whether they stand."),
        "number_missing": _("They may still be on the phone: open its page where there is a network."),
        "number_twice": _("The page was open twice, or its storage was cleared. Both entries are kept."),
        "chain_broken": _("The page was open twice, or its storage was cleared. Compare with what the holder says."),
        "hash_wrong": _(
            "The entry was changed on its way or comes from another program. Compare with what the holder says."
        ),
    }[kind]
