"""What the county has done, for everybody: no sign-in, nobody named."""

from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaign.models import Scheme
from campaign.queries import public
from ui.clock import local_day

FRESH = 600  # seconds: whoever asks again meanwhile costs one read of the cache


@require_safe
def figures(request: HttpRequest, year: int | None = None) -> HttpResponse:
    now = timezone.now()
    today = local_day(now)
    asked = year or today.year
    first: int = cache.get_or_set("campaign.first_year", lambda: public.first_year(now), FRESH) or today.year
    if not min(first, today.year) <= asked <= today.year:
        raise Http404
    if not Scheme.objects.exists():
        return render(request, "campaign/figures.html", {"shown": None, "year": asked})
    shown = cache.get_or_set(f"campaign.figures.{asked}", lambda: public.shown(asked, now), FRESH)
    context: dict[str, Any] = {"shown": shown, "year": asked, "years": list(range(today.year, first - 1, -1))}
    return render(request, "campaign/figures.html", context)
