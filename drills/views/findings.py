"""What a drill has shown: problems, what went well, and the closing of the circle."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from drills.forms.findings import FindingForm
from drills.models import Drill, Finding
from drills.permissions import can_manage_drill, can_write_outcome, drills_told_to, sees_drills
from drills.queries.actions import findings_of, open_things
from drills.services import actions as action_services
from drills.services import findings as services
from drills.services.states import CannotMove
from people.gates import SignedIn, only_for, posted
from ui.clock import local_day


def find_told(request: SignedIn, pk: int) -> Drill:
    """A drill whose outcome he may read."""
    rows = drills_told_to(request.user).select_related("organisation", "plan_version__plan")
    return get_object_or_404(rows, pk=pk)


def find_writable(request: SignedIn, pk: int) -> Drill:
    drill = find_told(request, pk)
    if not can_write_outcome(request.user, drill):
        raise Http404
    return drill


@only_for(sees_drills)
def finding_list(request: SignedIn, pk: int) -> HttpResponse:
    drill = find_told(request, pk)
    writes = can_write_outcome(request.user, drill)
    found = findings_of(drill)
    return render(
        request,
        "drills/findings.html",
        {
            "drill": drill,
            "problems": [one for one in found if one.kind == Finding.Kind.GAP],
            "good": [one for one in found if one.kind != Finding.Kind.GAP],
            "may_write": writes and services.findings_open(drill),
            "may_act": writes and drill.state in services.OPEN_IN and drill.withdrawn_at is None,
            "may_close": can_manage_drill(request.user, drill) and action_services.can_be_closed(drill),
            "open": len(open_things(drill)),
            "begun": drill.state in services.OPEN_IN or bool(found),
            "today": local_day(timezone.now()),
        },
    )


@only_for(sees_drills)
def finding_new(request: SignedIn, pk: int) -> HttpResponse:
    drill = find_writable(request, pk)
    # A simple record has told its problems already: they are not typed twice.
    told = drill.problems if drill.is_simple and not drill.findings.exists() else ""
    return edit(request, Finding(drill=drill, text=told))


@only_for(sees_drills)
def finding_edit(request: SignedIn, pk: int, finding: int) -> HttpResponse:
    drill = find_writable(request, pk)
    return edit(request, get_object_or_404(Finding.objects.filter(drill=drill), pk=finding))


def edit(request: SignedIn, finding: Finding) -> HttpResponse:
    drill = finding.drill
    if not services.findings_open(drill):
        return told_fixed(request, drill)
    in_use = finding.pk is not None and services.opened_revision(finding)
    form = FindingForm(posted(request), instance=finding, in_use=in_use)
    if form.is_bound and form.is_valid():
        try:
            services.save_finding(form.save(commit=False), evidence=form.chosen(), by=request.user, now=timezone.now())
        except services.FindingsFixed:
            return told_fixed(request, drill)
        messages.success(request, _("Saved."))
        if not in_use and services.opened_revision(finding):
            messages.info(request, _("A serious problem of the plan: a proposal to revise it has been opened."))
        return redirect("drills:findings", drill.pk)
    context = {"form": form, "drill": drill, "finding": finding, "in_use": in_use}
    return render(request, "drills/finding_form.html", context | {"removable": removable(finding)})


def removable(finding: Finding) -> bool:
    return finding.pk is not None and not finding.actions.exists() and not services.opened_revision(finding)


def told_fixed(request: SignedIn, drill: Drill) -> HttpResponse:
    messages.error(request, _("The findings are fixed with the report. Begin a new version of it to change them."))
    return redirect("drills:findings", drill.pk)


@only_for(sees_drills)
@require_POST
def finding_remove(request: SignedIn, pk: int, finding: int) -> HttpResponse:
    drill = find_writable(request, pk)
    row = get_object_or_404(Finding.objects.filter(drill=drill), pk=finding)
    try:
        services.remove_finding(row, by=request.user, now=timezone.now())
    except services.FindingsFixed:
        return told_fixed(request, drill)
    except services.FindingInUse:
        messages.error(request, _("It has corrective actions or has opened a revision: it stays."))
    else:
        messages.success(request, _("Taken off the list."))
    return redirect("drills:findings", pk)


# ── The circle is closed ─────────────────────────────────────────────────────
@only_for(sees_drills)
def close(request: SignedIn, pk: int) -> HttpResponse:
    """What is still open; with nothing open, the button."""
    drill = find_told(request, pk)
    if not can_manage_drill(request.user, drill):
        raise Http404
    if not action_services.can_be_closed(drill):
        return redirect("drills:findings", pk)
    things = open_things(drill)
    if request.method == "POST" and not things:
        try:
            action_services.close_drill(drill, by=request.user, now=timezone.now())
        except action_services.StillOpen as still:
            things = still.what
        except CannotMove:
            return redirect("drills:findings", pk)
        else:
            messages.success(request, _("The drill is closed. It can go to the archive now."))
            return redirect("drills:documents", pk)
    return render(
        request,
        "drills/close.html",
        {"drill": drill, "things": things, "today": local_day(timezone.now())},
    )
