from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from people.forms.slips import SlipsForm
from people.gates import SignedIn, only_for, posted
from people.models import RosterImport
from people.permissions import can_import_rosters
from people.services import slips as service
from records.models import Job, PrivateFile


@only_for(can_import_rosters)
@never_cache
def slips(request: SignedIn) -> HttpResponse:
    """Ask for slips; the finished documents stay here for a day."""
    now = timezone.now()
    roster = asked_roster(request)
    form = SlipsForm(posted(request), user=request.user, roster=roster)
    if form.is_bound and form.is_valid():
        selection = form.selection()
        if service.members_chosen(selection, by=request.user, now=now).exists():
            service.start_slips(selection, by=request.user)
            return redirect("people:slips")
        form.add_error(None, _("Nobody fits: all of them have signed in, have no account here or hold a role."))
    mine = Job.objects.filter(task="people.print_slips", requested_by=request.user)
    job = mine.order_by("-pk").first()
    context: dict[str, Any] = {
        "form": form,
        "roster": roster,
        "job": job if job and job.state not in {Job.State.DONE, Job.State.CANCELLED} else None,
        "files": PrivateFile.objects.current(now).filter(kind=service.KIND, created_by=request.user),
    }
    return render(request, "people/slips.html", context)


def asked_roster(request: SignedIn) -> RosterImport | None:
    given = (request.POST if request.method == "POST" else request.GET).get("roster", "")
    if not given:
        return None
    pk = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    return get_object_or_404(RosterImport.objects.visible_to(request.user), pk=pk)
