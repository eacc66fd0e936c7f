"""审核: what waits for whoever decides, one tap each."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaign import services
from campaign.forms.review import ReviewForm
from campaign.models import Activity, ActivityDecision
from campaign.permissions import activities_viewed_by, can_review, reviews_activities
from campaign.queries import detail
from campaign.queries import review as queries
from campaign.queries.listing import entry_names
from campaign.rules import lag_days
from campaign.views.activities import told
from people.gates import SignedIn, only_for
from ui.clock import local_day

PER_PAGE = 10
QUEUE = "queue"  # decided from the list: back to it


@only_for(reviews_activities)
def review(request: SignedIn) -> HttpResponse:
    page = Paginator(queries.queue(request.user), PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    alike = queries.alike(shown, request.user)
    rows = [dressed(one, alike.get(one.pk, [])) for one in shown]
    return render(request, "campaign/review.html", {"page": page, "rows": rows})


def dressed(activity: Activity, alike: Any) -> dict[str, Any]:
    version = activity.current
    assert version is not None
    return {
        "activity": activity,
        "version": version,
        "entries": "、".join(entry_names(version)),
        "hazards": detail.hazard_names(version.hazards),
        "lag": lag_days(version.held_on, local_day(activity.received_at)),
        "alike": alike,
    }


@only_for(reviews_activities)
@require_POST
def decide(request: SignedIn, pk: int) -> HttpResponse:
    """What nobody waits for any more is told to whoever may still read it."""
    found = get_object_or_404(activities_viewed_by(request.user).select_related("current"), pk=pk)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return again(request, found, form)
    if not decided(request, found, form.cleaned_data):
        return redirect("campaign:activity", pk)
    return redirect("campaign:review") if request.POST.get("back") == QUEUE else redirect("campaign:activity", pk)


def again(request: SignedIn, found: Activity, form: ReviewForm) -> HttpResponse:
    """The page of the record, with what is missing."""
    context = told(request, found) | {"review_form": form}
    return render(request, "campaign/activity.html", context)


def decided(request: SignedIn, found: Activity, data: dict[str, Any]) -> bool:
    """False: something stands in the way, and is told."""
    decision = {"verdict": data["verdict"], "reason": data["reason"], "seen": data["seen"]}
    try:
        permitted(request, found)
        services.review(found, by=request.user, now=timezone.now(), **decision)
    except services.OwnRecord:
        messages.error(request, _("You recorded this yourself: somebody else has to review it."))
        return False
    except services.AlreadyDecided:
        messages.info(request, _("This was decided meanwhile. Look at what stands there now."))
        return False
    except services.CorrectedMeanwhile:
        messages.info(request, _("The record was corrected meanwhile. Look at it again before you decide."))
        return False
    words = {
        ActivityDecision.Verdict.APPROVE: _("%(number)s is approved and counts from now on."),
        ActivityDecision.Verdict.RETURN: _("%(number)s goes back with your reason."),
    }
    messages.success(request, words[data["verdict"]] % {"number": found.number})
    return True


def permitted(request: SignedIn, found: Activity) -> None:
    """Whatever else he sees does not exist for whoever wants to decide on it."""
    if can_review(request.user, found):
        return
    if found.state != Activity.State.SUBMITTED:
        raise services.AlreadyDecided
    if found.current is not None and found.current.recorded_by_id == request.user.pk:
        raise services.OwnRecord
    raise Http404
