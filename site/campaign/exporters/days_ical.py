"""The themed days of a year for a calendar program (RFC 5545): whole days, nothing that has to be answered."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from campaign.queries.days import Happening


def calendar_file(days: Iterable[Happening], *, link: str, now: datetime) -> bytes:
    """`link` is the page that shows them."""
    calendar = Calendar()
    calendar.add("prodid", "-//themed days//zh-CN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Themed days of safety"))
    for one in days:
        calendar.add_component(event_of(one, link, now))
    return bytes(calendar.to_ical())


def event_of(one: Happening, link: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"day-{one.day.key}-{one.year}@{settings.PUBLIC_HOST}")
    event.add("dtstamp", now)
    event.add("summary", f"{one.day.label}: {one.theme}" if one.theme else one.day.label)
    event.add("dtstart", one.span.first)
    event.add("dtend", one.span.last + timedelta(days=1))  # the first day that is no longer part of it
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{link}#{one.day.key}")
    return event
