"""The drills of a month, and the address under which a calendar program fetches them."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from drills.exporters.ical import calendar_file
from drills.models import CalendarFeed, Drill, Participation
from drills.permissions import holds_drills, sees_drills
from drills.queries.calendar import entries_of, month_asked, month_of
from drills.services import feeds
from people.gates import SignedIn, only_for
from people.models import User
from ui.clock import local_day

FRESH = 15 * 60  # seconds


@only_for(sees_drills)
def calendar(request: SignedIn) -> HttpResponse:
    now = timezone.now()
    month = month_of(request.user, month_asked(request.GET.get("month", ""), now))
    feed = CalendarFeed.objects.filter(user=request.user).first()
    context = {
        "month": month,
        "today": local_day(now),
        "mine": set(Participation.objects.filter(user=request.user).values_list("drill", flat=True)),
        "design": Drill.DESIGN,
        "address": feed_address(feed) if feed else "",
        "holds": holds_drills(request.user),
    }
    return render(request, "drills/design/calendar.html", context)


def feed_address(feed: CalendarFeed) -> str:
    """The same whatever language the page has."""
    with override(settings.LANGUAGE_CODE):
        return settings.PUBLIC_URL.rstrip("/") + reverse("drills:feed", args=[feeds.feed_token(feed)])


@only_for(sees_drills)
@require_POST
def feed_new(request: SignedIn) -> HttpResponse:
    made = feeds.new_feed(request.user, now=timezone.now())
    if made.epoch > 1:
        messages.success(request, _("A new address is made. An address given out before shows nothing any more."))
    response = redirect("drills:calendar")
    response["Location"] += "#feed"
    return response


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """No session: whoever has the address has the calendar. In the language its owner chose."""
    owner, now = feeds.owner_of_token(token), timezone.now()
    if owner is None:
        raise Http404
    with override(language_of(owner)):
        body = calendar_file(entries_of(owner, now), now=now)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    patch_cache_control(response, private=True, max_age=FRESH)
    return response


def language_of(user: User) -> str:
    return user.preferred_language or settings.LANGUAGE_CODE
