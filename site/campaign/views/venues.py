"""The list of venues, one of them, and the targets of a year."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaign.exporters.shown import venues_workbook
from campaign.forms.lens import VenueFilter, townships_of
from campaign.forms.matrix import VisitForm
from campaign.forms.venues import CloseForm, TargetsForm, VenueForm
from campaign.models import Entry, Scheme, Venue
from campaign.permissions import (
    can_keep_venue,
    can_record_at,
    divisions_kept_by,
    keeps_venues,
    sees_campaign,
    targets_viewed_by,
    venues_kept_by,
    venues_viewed_by,
)
from campaign.queries import listing
from campaign.queries.lens import Lens
from campaign.queries.schemes import scheme_of
from campaign.registry import venue_guides
from campaign.services import AlreadyThere, change_venue, close_venue, create_venue, set_target
from people.gates import SignedIn, only_for, posted
from people.models import Division
from records.services import log
from ui.clock import local_day
from ui.http import XLSX, attachment

PER_PAGE = 50
LATEST = 20


# ── All of them ──────────────────────────────────────────────────────────────
def asked(request: SignedIn) -> VenueFilter:
    return VenueFilter(request.GET, user=request.user, now=timezone.now())


def shown(form: VenueFilter) -> Any:
    names = ("state", "q", "reached")
    return listing.venues(form.lens(), homes=bool(form.chosen("homes")), **{name: form.chosen(name) for name in names})


@only_for(sees_campaign)
def venues(request: SignedIn) -> HttpResponse:
    form = asked(request)
    lens, rows = form.lens(), shown(form)
    ordered = listing.with_visits(rows, lens).prefetch_related(listing.to_come(local_day(form.now)))
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "lens": lens,
        "page": page,
        "households": listing.households_of(rows),
        "today": local_day(form.now),
        "may_keep": keeps_venues(request.user),
    }
    return render(request, "campaign/venues.html", context)


@only_for(sees_campaign)
@require_POST
def venues_export(request: SignedIn) -> HttpResponse:
    """Exactly what is shown, of all pages."""
    form = asked(request)
    lens, rows = form.lens(), shown(form)
    log("campaign.rows_exported", by=request.user, payload={"venues": rows.count()}, now=lens.known_at)
    content = venues_workbook(lens, listing.with_visits(rows, lens))
    return attachment(content, f"{_('Venues')}.xlsx", XLSX)


# ── One of them ──────────────────────────────────────────────────────────────
def find(request: SignedIn, pk: int, among: Any = venues_viewed_by) -> Venue:
    related = ("division", "organisation", "created_by")
    found: Venue = get_object_or_404(among(request.user).select_related(*related), pk=pk)
    return found


@only_for(sees_campaign)
def venue(request: SignedIn, pk: int) -> HttpResponse:
    now, found = timezone.now(), find(request, pk)
    today = local_day(now)
    ever = Lens(first=date.min, last=date.max, known_at=now, user=request.user, venue=found)
    rows = listing.records(ever)
    context = {
        "venue": found,
        "today": today,
        "rows": list(listing.listed(rows)[:LATEST]),
        "number": rows.count(),
        "visits": found.planned.standing().filter(planned_on__gte=today).select_related("made_by"),
        "form": VisitForm(today=today, initial={"on": listing.proposed_day(today)}),
        "guides": venue_guides.of(found.kind, homes=found.households is not None),
        "may_keep": can_keep_venue(request.user, found),
        "may_record": can_record_at(request.user, found),
        "everything": f"?venue={found.pk}&first=2000-01-01&last={today}",
    }
    return render(request, "campaign/venue.html", context)


@only_for(keeps_venues)
def venue_new(request: SignedIn) -> HttpResponse:
    form = VenueForm(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        entered = Venue(**form.cleaned_data)
        try:
            create_venue(entered, by=request.user, now=timezone.now())
        except AlreadyThere:
            form.add_error("name", _("This division has a venue of this kind and name already."))
        else:
            messages.success(request, _("The venue is entered."))
            return redirect("campaign:venue", entered.pk)
    return render(request, "campaign/venue_form.html", {"form": form, "venue": None})


@only_for(keeps_venues)
def venue_change(request: SignedIn, pk: int) -> HttpResponse:
    found = find(request, pk, venues_kept_by)
    form = VenueForm(posted(request), user=request.user, venue=found)
    if form.is_bound and form.is_valid():
        try:
            change_venue(found, by=request.user, now=timezone.now(), **form.cleaned_data)
        except AlreadyThere:
            form.add_error("name", _("This division has a venue of this kind and name already."))
        else:
            messages.success(request, _("The venue is saved."))
            return redirect("campaign:venue", pk)
    return render(request, "campaign/venue_form.html", {"form": form, "venue": found})


@only_for(keeps_venues)
def venue_close(request: SignedIn, pk: int) -> HttpResponse:
    found, now = find(request, pk, venues_kept_by), timezone.now()
    form = CloseForm(posted(request), venue=found, initial={"on": found.closed_on or local_day(now)})
    if form.is_bound and form.is_valid():
        close_venue(found, on=form.cleaned_data["on"], by=request.user, now=now)
        messages.success(request, _("The venue is closed."))
        return redirect("campaign:venue", pk)
    return render(request, "campaign/venue_close.html", {"form": form, "venue": found})


@only_for(keeps_venues)
@require_POST
def venue_reopen(request: SignedIn, pk: int) -> HttpResponse:
    """Closed by mistake: as if it had never been."""
    found = find(request, pk, venues_kept_by)
    if change_venue(found, closed_on=None, by=request.user, now=timezone.now()):
        messages.success(request, _("The closing is taken back."))
    return redirect("campaign:venue", pk)


# ── Targets ──────────────────────────────────────────────────────────────────
@only_for(sees_campaign)
def targets(request: SignedIn) -> HttpResponse:
    """Of the townships in scope; whoever keeps them changes them here."""
    now = timezone.now()
    year = year_asked(request, local_day(now).year)
    if not Scheme.objects.exists():
        raise Http404
    scheme = scheme_of(date(year, 12, 31))
    entries = list(scheme.entries.order_by("order"))
    standing = targets_viewed_by(request.user).filter(year=year)
    kept = divisions_kept_by(request.user).filter(level=Division.Level.TOWNSHIP).order_by("path")
    form = TargetsForm(posted(request), towns=kept, entries=entries, targets=standing)
    if form.is_bound and form.is_valid() and form.towns:
        changed = sum(save(request, form, year, now))
        messages.success(request, _("Targets of %(year)s saved: %(n)s changed.") % {"year": year, "n": changed})
        return redirect(f"{request.path}?year={year}")
    context = {"form": form, "year": year, "scheme": scheme, "entries": entries, "this_year": local_day(now).year}
    return render(request, "campaign/targets.html", context | {"others": read_only(request, form, entries, standing)})


def year_asked(request: SignedIn, this_year: int) -> int:
    """This year, unless the address names one that somebody may think of."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else this_year
    return year if this_year - 20 <= year <= this_year + 1 else this_year


def save(request: SignedIn, form: TargetsForm, year: int, now: Any) -> list[bool]:
    return [set_target(town, entry, year, count, by=request.user, now=now) for town, entry, count in form.told()]


def read_only(request: SignedIn, form: TargetsForm, entries: list[Entry], standing: Any) -> Any:
    """The townships that he sees and does not keep."""
    known = {(one.division_id, one.entry): one.count for one in standing}
    mine = {town.pk for town in form.towns}
    return [
        (town, [(entry, known.get((town.pk, entry.code))) for entry in entries])
        for town in townships_of(request.user)
        if town.pk not in mine
    ]
