"""Who comes and who goes, one person at a time."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from people import services
from people.forms.members import EndForm, PersonForm
from people.gates import SignedIn, only_for, posted
from people.importers import reasons
from people.models import Membership
from people.permissions import can_import_rosters, can_manage_members, organisations_managed_by
from people.services import rosters


@only_for(can_import_rosters)
@never_cache
@sensitive_post_parameters("identity", "phone")
def member_add(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    organisation = get_object_or_404(organisations_managed_by(request.user), pk=pk)
    form = PersonForm(posted(request), today=timezone.localdate(now))
    if form.is_bound and form.is_valid():
        judged = rosters.add_by_hand(form.row(), organisation, by=request.user, now=now)
        if judged.verdict == rosters.Verdict.ERROR:
            form.add_error(None, reasons.told(judged.problems))
        else:
            member = Membership.objects.get(user=judged.person, organisation=organisation, ends_on=None)
            messages.success(request, told(judged.verdict))
            return redirect("people:member_detail", member.pk)
    return render(request, "people/member_add.html", {"organisation": organisation, "form": form})


def told(verdict: str) -> str:
    return {
        rosters.Verdict.NEW: _("The person is added."),
        rosters.Verdict.CHANGED: _("The person belonged here already; what differed was changed."),
    }.get(rosters.Verdict(verdict), _("The person belongs here already, just as typed."))


@only_for(can_import_rosters)
def membership_end(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    open_ones = Membership.objects.visible_to(request.user).filter(ends_on=None).exclude(user=request.user)
    membership = get_object_or_404(open_ones.select_related("user", "organisation__division"), pk=pk)
    if not can_manage_members(request.user, membership.organisation):
        raise Http404
    form = EndForm(posted(request), membership=membership, today=timezone.localdate(now))
    if form.is_bound and form.is_valid():
        services.end_membership(membership, by=request.user, now=now, ends_on=form.cleaned_data["last_day"])
        messages.success(request, _("The membership has ended; what the person did here stays on record."))
        return redirect("people:organisation_detail", membership.organisation_id)
    return render(request, "people/membership_end.html", {"membership": membership, "form": form})
