"""The readiness list and its gate."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from drills.forms.readiness import AirspaceForm, LineForm, NoteForm
from drills.models import Drill, ReadinessCheck
from drills.permissions import can_direct, can_tick, sees_drills
from drills.queries.readiness import has_list, lines_of
from drills.services import readiness as services
from drills.services.states import CannotMove
from drills.views.approval import moved_on, with_reason
from drills.views.fetch import readable
from people.gates import SignedIn, only_for

State = Drill.State


def listed(request: SignedIn, pk: int, *states: str) -> Drill:
    """A drill that has been approved once: before, there is no list."""
    drill = readable(request, pk, *states)
    if not has_list(drill):
        raise Http404
    return drill


def ticked(request: SignedIn, pk: int, check: int) -> ReadinessCheck:
    """A line this user may pass; the others he only reads."""
    drill = listed(request, pk)
    line: ReadinessCheck = get_object_or_404(drill.checks.select_related("drill__organisation__division"), pk=check)
    if not services.may_pass(line, request.user):
        raise Http404
    return line


def directed(request: SignedIn, pk: int, *states: str) -> Drill:
    drill = listed(request, pk, *states)
    if not can_direct(request.user, drill):
        raise Http404
    return drill


@only_for(sees_drills)
def readiness(request: SignedIn, pk: int) -> HttpResponse:
    drill = listed(request, pk)
    lines = lines_of(drill)
    is_open = drill.state == State.APPROVED
    mandatory = [line for line in lines if line.check.mandatory]
    context: dict[str, Any] = {
        "drill": drill,
        "lines": [(line, is_open and services.may_pass(line.check, request.user)) for line in lines],
        "passed": sum(line.passed for line in mandatory),
        "mandatory": len(mandatory),
        "open": sum(line.blocks for line in lines),
        "is_open": is_open,
        "form": LineForm(),
        "may_add": is_open and can_tick(request.user, drill),
        "may_make_ready": is_open and can_direct(request.user, drill),
        "may_reopen": drill.state == State.READY and can_direct(request.user, drill),
        "own": services.OWN,
    }
    return render(request, "drills/design/readiness.html", context)


@only_for(sees_drills)
@require_POST
def check_pass(request: SignedIn, pk: int, check: int) -> HttpResponse:
    line, form = ticked(request, pk, check), NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The note is longer than 200 characters."))
        return redirect("drills:readiness", pk)
    try:
        services.pass_line(line, note=form.cleaned_data["note"], by=request.user, now=timezone.now())
    except services.ListClosed:
        return moved_on(request, pk)
    return back_to(pk, line)


@only_for(sees_drills)
@require_POST
def check_undo(request: SignedIn, pk: int, check: int) -> HttpResponse:
    line = ticked(request, pk, check)
    try:
        services.undo_line(line, by=request.user, now=timezone.now())
    except services.ListClosed:
        return moved_on(request, pk)
    return back_to(pk, line)


def back_to(pk: int, line: ReadinessCheck) -> HttpResponse:
    """To the line that was touched, not to the top of the page."""
    response = redirect("drills:readiness", pk)
    response["Location"] += f"#line-{line.pk}"
    return response


@only_for(sees_drills)
@require_POST
def check_add(request: SignedIn, pk: int) -> HttpResponse:
    drill, form = listed(request, pk), LineForm(request.POST)
    if not can_tick(request.user, drill):
        raise Http404
    if not form.is_valid():
        messages.error(request, _("Write what is to be checked, in up to 160 characters."))
        return redirect("drills:readiness", pk)
    try:
        services.add_own_line(drill, **form.cleaned_data, by=request.user, now=timezone.now())
    except services.ListClosed:
        return moved_on(request, pk)
    return redirect("drills:readiness", pk)


@only_for(sees_drills)
@require_POST
def check_drop(request: SignedIn, pk: int, check: int) -> HttpResponse:
    line = ticked(request, pk, check)
    try:
        services.drop_own_line(line, by=request.user, now=timezone.now())
    except PermissionDenied as default:
        raise Http404 from default
    except services.ListClosed:
        return moved_on(request, pk)
    return redirect("drills:readiness", pk)


@only_for(sees_drills)
@require_POST
def airspace(request: SignedIn, pk: int) -> HttpResponse:
    drill, form = listed(request, pk), AirspaceForm(request.POST)
    if not can_tick(request.user, drill) or not drill.air_ground:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("Write the number of the approval, in up to 100 characters."))
    elif not services.record_airspace(drill, form.cleaned_data["number"], by=request.user, now=timezone.now()):
        return moved_on(request, pk)
    return redirect("drills:readiness", pk)


# ── The gate ─────────────────────────────────────────────────────────────────
@only_for(sees_drills)
@require_POST
def drill_ready(request: SignedIn, pk: int) -> HttpResponse:
    drill = directed(request, pk)
    try:
        services.make_ready(drill, by=request.user, now=timezone.now())
    except services.NotReady as missing:
        messages.error(request, _("Not ready yet: %(lines)s") % {"lines": "；".join(missing.lines)})
        return redirect("drills:readiness", pk)
    except CannotMove:
        return moved_on(request, pk)
    messages.success(request, _("The drill is ready. It begins when the director begins it."))
    return redirect("drills:drill_detail", pk)


@only_for(sees_drills)
def drill_reopen(request: SignedIn, pk: int) -> HttpResponse:
    drill = directed(request, pk, State.READY)
    page = {
        "title": _("Open the list again"),
        "lead": _("Something does not hold any more. The safety officer signs anew before the drill is ready."),
    }
    done, button = _("The readiness list is open again."), _("Open the list again")
    return with_reason(request, drill, services.reopen_list, page, button=button, done=done)
