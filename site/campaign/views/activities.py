"""The records: which there are, what one of them says, correcting and withdrawing it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaign.exporters.shown import records_workbook
from campaign.forms.activities import CorrectForm
from campaign.forms.lens import ActivityFilter
from campaign.models import Activity
from campaign.permissions import (
    activities_corrected_by,
    activities_viewed_by,
    activities_withdrawn_by,
    can_correct,
    can_review,
    can_withdraw,
    records_activities,
    reviews_activities,
    sees_campaign,
)
from campaign.queries import detail, listing
from campaign.queries.ledger import lag_days
from campaign.queries.photos import lookalikes
from campaign.registry import venue_guides
from campaign.services import (
    AlreadyWithdrawn,
    CorrectedMeanwhile,
    correct_activity,
    withdraw,
)
from campaign.services.photos import MOST_PHOTOS
from people.gates import SignedIn, only_for, posted
from records.services import log
from ui.clock import local_day
from ui.forms import ReasonForm
from ui.http import XLSX, attachment

PER_PAGE = 50
RELATED = ("current__venue__division", "current__scheme", "current__held_by", "current__division", "created_by")


# ── All of them ──────────────────────────────────────────────────────────────
def asked(request: SignedIn) -> ActivityFilter:
    return ActivityFilter(request.GET, user=request.user, now=timezone.now())


@only_for(sees_campaign)
def activities(request: SignedIn) -> HttpResponse:
    form = asked(request)
    lens, state = form.lens(), form.chosen("state")
    rows = listing.records(lens, state)
    page = Paginator(listing.listed(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "lens": lens,
        "state": state,
        "page": page,
        "totals": listing.totals(rows),
        "states": listing.by_state(lens),
        "rows": [{"version": one, "entries": "、".join(listing.entry_names(one))} for one in page.object_list],
        "may_record": records_activities(request.user),
        "may_review": reviews_activities(request.user),
    }
    return render(request, "campaign/activities.html", context)


@only_for(sees_campaign)
@require_POST
def activities_export(request: SignedIn) -> HttpResponse:
    """Exactly what is shown, of all pages."""
    form = asked(request)
    lens, state = form.lens(), form.chosen("state")
    rows = listing.records(lens, state)
    totals = listing.totals(rows)
    log("campaign.rows_exported", by=request.user, payload={"rows": totals.activities}, now=lens.known_at)
    name = _("Activities")
    return attachment(records_workbook(lens, listing.listed(rows), totals), f"{name}.xlsx", XLSX)


# ── One of them ──────────────────────────────────────────────────────────────
def find(request: SignedIn, pk: int, among: Any = activities_viewed_by) -> Activity:
    found: Activity = get_object_or_404(among(request.user).select_related(*RELATED), pk=pk)
    return found


@only_for(sees_campaign)
def activity(request: SignedIn, pk: int) -> HttpResponse:
    return render(request, "campaign/activity.html", told(request, find(request, pk)))


def told(request: SignedIn, found: Activity) -> dict[str, Any]:
    """For the page of a record; its reviewer sees with it which photos look like another record's."""
    version = found.current
    assert version is not None
    said = detail.history(found)
    counted, photos = detail.counting(found, said), list(found.photos.select_related("file"))
    may_review = can_review(request.user, found)
    return {
        "activity": found,
        "version": version,
        "said": said,
        "counted": counted,
        "standing": detail.standing(found, counted),
        "last": said[0].decisions[-1] if said[0].decisions else None,
        "hazards": detail.hazard_names(version.hazards),
        "entries": "、".join(listing.entry_names(version)),
        "materials": list(said[0].version.materials.all()),
        "guides": venue_guides.of(version.venue.kind, homes=bool(version.households)),
        "photos": photos,
        "room": MOST_PHOTOS - len(photos),
        "signed": found.sign_ins.count(),
        "lag": lag_days(version.held_on, local_day(found.received_at)),
        "alike": lookalikes(found, request.user) if may_review else {},
        "may_review": may_review,
        "may_correct": can_correct(request.user, found),
        "may_withdraw": can_withdraw(request.user, found),
    }


@only_for(records_activities)
def correct(request: SignedIn, pk: int) -> HttpResponse:
    found = find(request, pk, activities_corrected_by)
    form = CorrectForm(posted(request), activity=found, user=request.user, now=timezone.now())
    if form.is_bound and form.is_valid() and corrected(request, form):
        return redirect("campaign:activity", pk)
    return render(request, "campaign/correct.html", {"form": form, "activity": found, "version": found.current})


def corrected(request: SignedIn, form: CorrectForm) -> bool:
    """False where the page has to be looked at again."""
    data = form.cleaned_data
    try:
        version = correct_activity(
            form.activity, form.told(), reason=data["reason"], by=request.user, now=form.now, seen=data["seen"]
        )
    except AlreadyWithdrawn as error:
        raise Http404 from error
    except CorrectedMeanwhile:
        form.add_error(None, _("Somebody corrected this record meanwhile. Open it again and look at it first."))
        return False
    if version is None:
        form.add_error(None, _("Nothing is different from what stands there."))
        return False
    messages.success(request, _("The record is corrected and waits for review. What stood before can be read below."))
    return True


def may_take_back(user: Any) -> bool:
    return records_activities(user) or reviews_activities(user)


@only_for(may_take_back)
def take_back(request: SignedIn, pk: int) -> HttpResponse:
    found = find(request, pk, activities_withdrawn_by)
    form = ReasonForm(posted(request), button=_("Withdraw the record"), css_class="btn-danger")
    if form.is_bound and form.is_valid():
        withdraw(found, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        messages.success(request, _("The record is withdrawn: it counts no more."))
        return redirect("campaign:activity", pk)
    return render(request, "campaign/withdraw.html", {"form": form, "activity": found, "version": found.current})
