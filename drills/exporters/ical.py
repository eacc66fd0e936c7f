"""Drills for a calendar program (RFC 5545). Everything it shows carries 【演练】."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from drills.models import Drill
from drills.queries.calendar import Entry
from ui.clock import local

ASK_AGAIN = timedelta(hours=1)


def calendar_file(entries: Iterable[Entry], *, now: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//drills//zh-CN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"【演练】{_('Drills')}")
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    entries = list(entries)
    first = min((local(entry.drill.starts_at).date() for entry in entries), default=local(now).date())
    calendar.add_component(Timezone.from_tzid(settings.TIME_ZONE, first_date=first.replace(month=1, day=1)))
    for entry in entries:
        calendar.add_component(event_of(entry, now))
    return bytes(calendar.to_ical())


def event_of(entry: Entry, now: datetime) -> Event:
    drill, zone = entry.drill, ZoneInfo(settings.TIME_ZONE)
    called_off = drill.state == Drill.State.CANCELLED
    event = Event()
    event.add("uid", f"{drill.uid}@{settings.PUBLIC_HOST}")
    event.add("dtstamp", now)
    event.add("summary", f"{drill.marked_title}（{drill.get_state_display()}）" if called_off else drill.marked_title)
    event.add("dtstart", drill.starts_at.astimezone(zone))
    event.add("dtend", drill.ends_at.astimezone(zone))
    event.add("location", drill.place)
    event.add("status", "CANCELLED" if called_off else "CONFIRMED")
    event.add("description", "\n".join(told(entry)))
    event.add("url", settings.PUBLIC_URL.rstrip("/") + reverse("drills:drill_detail", args=[drill.pk]))
    return event


def told(entry: Entry) -> Iterable[Any]:
    """What one needs on the way there."""
    drill = entry.drill
    yield _("This is a drill.")
    yield _("Organised by: %(name)s") % {"name": drill.organisation.name}
    for part in entry.parts:
        place = " · ".join(word for word in (part.get_role_display(), part.team, part.site) if word)
        yield _("Your part: %(part)s") % {"part": place}
    if drill.duty_phone:
        yield _("In a real emergency: %(phone)s") % {"phone": drill.duty_phone}
