"""The themed days of a year, for those who plan by them; the county's training officer enters theme and dates."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.forms.days import DayYearForm
from campaign.models import ThemedDay, ThemedYear
from campaign.permissions import keeps_days, sees_campaign
from campaign.queries.days import year_lines
from campaign.services import say_of_year
from people.gates import SignedIn, only_for, posted
from ui.clock import local_day


def is_in_reach(year: int, this_year: int) -> bool:
    """Last year's are looked up, next year's are entered."""
    return this_year - 1 <= year <= this_year + 1


@only_for(sees_campaign)
def days(request: SignedIn) -> HttpResponse:
    today = local_day(timezone.now())
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else today.year
    if not is_in_reach(year, today.year):
        raise Http404
    context = {
        "lines": year_lines(year),
        "year": year,
        "years": [one for one in range(today.year - 1, today.year + 2) if one != year],
        "today": today,
        "may_keep": keeps_days(request.user),
    }
    return render(request, "campaign/days.html", context)


@only_for(keeps_days)
def day_year(request: SignedIn, key: str, year: int) -> HttpResponse:
    now = timezone.now()
    if not is_in_reach(year, local_day(now).year):
        raise Http404
    day = get_object_or_404(ThemedDay, key=key)
    said = ThemedYear.objects.filter(day=day, year=year).first() or ThemedYear(day=day, year=year)
    form = DayYearForm(posted(request), instance=said, day=day, year=year)
    if form.is_bound and form.is_valid():
        if say_of_year(day, year, **form.cleaned_data, by=request.user, now=now):
            messages.success(request, _("%(day)s %(year)s is saved.") % {"day": day.label, "year": year})
        return redirect(f"{reverse('campaign:days')}?year={year}#{day.key}")
    return render(request, "campaign/day_year.html", {"form": form, "day": day, "year": year})
