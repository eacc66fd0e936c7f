"""Townships × entries, and the venues that nobody has been to for a year."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaign.exporters.matrix import matrix_workbook
from campaign.forms.lens import VenueFilter, a_year_until, townships_of
from campaign.forms.matrix import MatrixForm, VisitForm, name_of
from campaign.models import PlannedVisit
from campaign.permissions import keeps_venues, sees_campaign, venues_kept_by
from campaign.queries import listing
from campaign.queries.figures import matrix as matrix_of
from campaign.queries.links import linked
from campaign.services import cancel_visit, plan_visit
from people.gates import SignedIn, only_for
from records.services import log
from ui.clock import local_day
from ui.http import XLSX, attachment

PER_PAGE = 50


def asked(request: SignedIn) -> MatrixForm:
    return MatrixForm(request.GET, user=request.user, now=timezone.now())


@only_for(sees_campaign)
def matrix(request: SignedIn) -> HttpResponse:
    form = asked(request)
    scheme, period, lens = form.chosen_scheme(), form.chosen_period(), form.lens()
    if scheme is None:
        return render(request, "campaign/matrix.html", {"scheme": None})
    counted, shown = matrix_of(lens, scheme), form.chosen_entry()
    context = {
        "form": form,
        "lens": lens,
        "scheme": scheme,
        "schemes": form.offered,
        "period": period,
        "period_name": name_of(period),
        "earlier": (period.before().code, name_of(period.before())),
        "later": (period.after().code, name_of(period.after())) if period.last < form.today else None,
        "entries": counted.entries,
        "shown": shown if shown in {entry.code for entry in counted.entries} else "",
        "lines": linked(counted, lens, shown),
        "has_towns": townships_of(request.user).exists(),
    }
    return render(request, "campaign/matrix.html", context)


@only_for(sees_campaign)
@require_POST
def matrix_export(request: SignedIn) -> HttpResponse:
    form = asked(request)
    scheme, lens = form.chosen_scheme(), form.lens()
    if scheme is None:
        raise Http404
    content = matrix_workbook(matrix_of(lens, scheme), lens)
    log("campaign.rows_exported", by=request.user, payload={"period": form.chosen_period().code}, now=lens.known_at)
    name = _("Townships and entries %(period)s") % {"period": name_of(form.chosen_period())}
    return attachment(content, f"{name}.xlsx", XLSX)


# ── Not reached for a year ───────────────────────────────────────────────────
@only_for(sees_campaign)
def unreached(request: SignedIn) -> HttpResponse:
    """Registered today, and nothing that counts was held there in the 365 days until today."""
    now = timezone.now()
    today = local_day(now)
    form = VenueFilter(request.GET, user=request.user, now=now)
    first, last = a_year_until(today)
    lens = form.lens().narrowed(first=first, last=last)
    rows = listing.venues(lens, q=form.chosen("q"), reached="no")
    visits = listing.to_come(today)
    ordered = listing.with_visits(rows, lens).prefetch_related(visits)
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "kept": listing.kept_among(page.object_list, venues_kept_by(request.user)),
        "registered": lens.venues().count(),
        "proposed": VisitForm(today=today, initial={"on": listing.proposed_day(today)}),
        "first": first,
        "today": today,
    }
    return render(request, "campaign/unreached.html", context)


def back(request: SignedIn, otherwise: str) -> HttpResponse:
    """To the list that he came from, as it was filtered."""
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return redirect(asked if safe else otherwise)


@only_for(keeps_venues)
@require_POST
def plan(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    venue = get_object_or_404(venues_kept_by(request.user).registered(now), pk=pk)
    form = VisitForm(request.POST, today=local_day(now))
    if form.is_valid():
        on = form.cleaned_data["on"]
        if venue.planned.standing().filter(planned_on=on).exists():
            messages.info(request, _("A visit to %(venue)s is planned for this day already.") % {"venue": venue})
        else:
            plan_visit(venue, on=on, by=request.user, now=now)
            told: dict[str, Any] = {"venue": venue, "day": f"{on:%Y-%m-%d}"}
            messages.success(request, _("A visit to %(venue)s is planned for %(day)s.") % told)
    else:
        messages.error(request, " ".join(str(error) for error in form.errors.get("on", [])))
    return back(request, "campaign:unreached")


@only_for(keeps_venues)
@require_POST
def cancel(request: SignedIn, pk: int) -> HttpResponse:
    visit = get_object_or_404(PlannedVisit.objects.filter(venue__in=venues_kept_by(request.user).order_by()), pk=pk)
    if cancel_visit(visit, by=request.user, now=timezone.now()):
        messages.success(request, _("The visit to %(venue)s is taken back.") % {"venue": visit.venue})
    return back(request, "campaign:unreached")
