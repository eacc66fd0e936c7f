"""同时计入“七进”."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.permissions import records_activities
from drills.forms.campaign import AlsoCampaignForm
from drills.permissions import drills_managed_by, holds_drills
from drills.services import campaign as services
from people.gates import SignedIn, only_for, posted


@only_for(holds_drills)
def also_campaign(request: SignedIn, pk: int) -> HttpResponse:
    """For whoever holds the drill and records activities; what is counted already leads to where it is."""
    if not records_activities(request.user):
        raise Http404
    held = drills_managed_by(request.user).counted()
    drill = get_object_or_404(held.select_related("organisation", "division", "activity"), pk=pk)
    if drill.activity_id:
        return redirect("campaign:activity", drill.activity_id)
    form = AlsoCampaignForm(posted(request), drill=drill, user=request.user)
    if form.is_bound and form.is_valid():
        activity = services.count_in_campaign(drill, form.cleaned_data["venue"], by=request.user, now=timezone.now())
        messages.success(
            request, _("Counted as %(number)s, once somebody else has reviewed it.") % {"number": activity.number}
        )
        return redirect("campaign:activity", activity.pk)
    people, _basis = services.people_of(drill)
    return render(request, "drills/also_campaign.html", {"drill": drill, "form": form, "people": people})
