"""Submitting a design, deciding on it, taking it back, calling it off."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from drills.models import Drill
from drills.permissions import can_approve_drill, can_manage_drill, holds_drills, needs_second_person, sees_drills
from drills.queries.hub import address
from drills.queries.parts import in_order
from drills.queries.readiness import EXPECTING
from drills.services import approval as services
from drills.services.states import CannotMove
from drills.views.fetch import managed, readable
from people.gates import SignedIn, only_for, posted
from ui.forms import ReasonForm

State = Drill.State


@only_for(sees_drills)
def approval(request: SignedIn, pk: int) -> HttpResponse:
    """What is decided on, what is missing for it, and every decision there was."""
    drill, now = readable(request, pk), timezone.now()
    manages, approves = can_manage_drill(request.user, drill), can_approve_drill(request.user, drill)
    context = {
        "drill": drill,
        "problems": services.what_is_missing(drill, now=now) if drill.state == State.DRAFT else [],
        "decisions": drill.approvals.select_related("by"),
        "objectives": drill.objectives.all(),
        "parts": in_order(drill.participations.select_related("user", "organisation")),
        "events": drill.events.count(),
        "actions": drill.events.filter(EXPECTING).count(),
        "units": [unit.organisation for unit in drill.taking_part.select_related("organisation")],
        "may_submit": manages and drill.state == State.DRAFT,
        "may_decide": approves and drill.state == State.IN_REVIEW,
        "msel_url": address("drills:msel", drill.pk),
        "second": manages and not approves and drill.state == State.IN_REVIEW and needs_second_person(drill),
    }
    return render(request, "drills/design/approval.html", context)


@only_for(holds_drills)
@require_POST
def drill_submit(request: SignedIn, pk: int) -> HttpResponse:
    drill = managed(request, pk)
    try:
        services.submit_drill(drill, by=request.user, now=timezone.now())
    except services.NotSubmittable as missing:
        messages.error(request, " ".join(missing.problems))
        return redirect("drills:approval", pk)
    except CannotMove:
        return moved_on(request, pk)
    messages.success(request, _("The design is submitted. It is not changed any more until somebody has decided."))
    return redirect("drills:drill_detail", pk)


@only_for(sees_drills)
@require_POST
def drill_approve(request: SignedIn, pk: int) -> HttpResponse:
    drill = decided_by(request, pk)
    try:
        services.approve_drill(drill, by=request.user, now=timezone.now())
    except CannotMove:
        return moved_on(request, pk)
    messages.success(request, _("Approved. The drill has the number %(number)s.") % {"number": drill.number})
    return redirect("drills:drill_detail", pk)


@only_for(sees_drills)
def drill_return(request: SignedIn, pk: int) -> HttpResponse:
    drill = decided_by(request, pk)
    if drill.state != State.IN_REVIEW:
        raise Http404
    page = {"title": _("Give the design back"), "lead": _("Its planner reads the reason and may change it.")}
    return with_reason(request, drill, services.return_drill, page, button=_("Give back"), done=_("Given back."))


def decided_by(request: SignedIn, pk: int) -> Drill:
    drill = readable(request, pk)
    if not can_approve_drill(request.user, drill):
        raise Http404
    return drill


@only_for(holds_drills)
def drill_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    drill = managed(request, pk, State.IN_REVIEW, State.APPROVED, State.READY)
    page = {
        "title": _("Take it back to change it"),
        "lead": _("It is a draft again and needs a new approval; what was ticked on the readiness list is void."),
    }
    done = _("The drill is a draft again.")
    return with_reason(request, drill, services.withdraw_drill, page, button=_("Take back"), done=done)


@only_for(holds_drills)
def drill_cancel(request: SignedIn, pk: int) -> HttpResponse:
    drill = managed(request, pk, State.DRAFT, State.IN_REVIEW, State.APPROVED, State.READY)
    page = {
        "title": _("Call the drill off"),
        "lead": _("It stays on the list with its reason and counts nowhere. Tell the people who were to take part."),
    }
    done, button = _("The drill is called off."), _("Call the drill off")
    return with_reason(request, drill, services.cancel_drill, page, button=button, done=done, css_class="btn-danger")


def with_reason(
    request: SignedIn,
    drill: Drill,
    act: Callable[..., None],
    page: dict[str, Any],
    *,
    button: str,
    done: str,
    css_class: str = "btn-primary",
) -> HttpResponse:
    form = ReasonForm(posted(request), button=button, css_class=css_class)
    if form.is_bound and form.is_valid():
        try:
            act(drill, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        except (CannotMove, PermissionDenied):
            return moved_on(request, drill.pk)
        messages.success(request, done)
        return redirect("drills:drill_detail", drill.pk)
    return render(request, "drills/design/reason.html", {"drill": drill, "form": form, **page})


def moved_on(request: SignedIn, pk: int) -> HttpResponse:
    messages.error(request, _("Nothing was done: the drill does not stand where it stood when the page was opened."))
    return redirect("drills:drill_detail", pk)
