"""全年安全主题日: the year on one page, and as a file for a calendar program."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.exporters.days_ical import calendar_file
from campaign.permissions import sees_campaign
from campaign.queries.days import happenings, next_day
from portal import days
from ui.context import current_language
from ui.http import attachment


def asked(year: int | None, this_year: int) -> int:
    """This year or the next: an older one is of no use to a reader."""
    if year is None:
        return this_year
    if not this_year <= year <= this_year + 1:
        raise Http404
    return year


@require_safe
def year_page(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """What is not verified yet is marked for those who work here; a reader is not told of our homework."""
    today, language = timezone.localdate(), current_language()
    shown = asked(year, today.year)
    context = {
        "year": shown,
        "other": today.year + 1 if shown == today.year else today.year,
        "today": today,
        "months": days.months_of(shown, today, language),
        "nearest": next_day(today),
        "staff": request.user.is_authenticated and sees_campaign(request.user),
    }
    return render(request, "portal/days.html", context)


@require_safe
def year_file(request: HttpRequest, year: int) -> HttpResponse:
    now = timezone.now()
    shown = asked(year, timezone.localdate(now).year)
    link = settings.PUBLIC_URL.rstrip("/") + reverse("portal:days_of", args=[shown])
    body = calendar_file(happenings(shown), link=link, now=now)
    return attachment(body, f"{_('Themed days of safety')}-{shown}.ics", "text/calendar; charset=utf-8")
