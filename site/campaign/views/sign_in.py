"""签到 by code: on the recorder's phone or on a printed sheet; who comes signs in with his own account. Nobody has to:
a head-count is as good."""

from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from campaign.models import Activity, ActivityVersion, SignIn
from campaign.permissions import activities_corrected_by, records_activities
from campaign.services import AlreadyWithdrawn, CorrectedMeanwhile, correct_activity, facts
from campaign.services import sign_in as sign_in_to
from campaign.sign_in_rules import is_open
from campaign.tokens import activity_of, token_of
from people.gates import SignedIn, only_for
from ui.http import PDF, attachment
from ui.pdf import render_pdf

LATEST = 8  # names shown under the code


def find(request: SignedIn, pk: int) -> Activity:
    mine = activities_corrected_by(request.user)
    related = ("current__venue__division", "current__scheme", "current__held_by")
    activity: Activity = get_object_or_404(mine.select_related(*related), pk=pk)
    return activity


def link_of(activity: Activity) -> str:
    return settings.PUBLIC_URL.rstrip("/") + reverse("campaign:here", args=[token_of(activity)])


# ── The recorder ─────────────────────────────────────────────────────────────
@only_for(records_activities)
@require_safe
def sign_in(request: SignedIn, pk: int) -> HttpResponse:
    """The code, large, and how many have signed in."""
    activity = find(request, pk)
    told = activity.current
    signed = activity.sign_ins.count()
    values = {
        "activity": activity,
        "told": told,
        "link": link_of(activity),
        "signed": signed,
        "latest": activity.sign_ins.select_related("user").order_by("-at", "-pk")[:LATEST],
        "open": is_open(told.starts_at, told.minutes, timezone.now()),
        "counts": told.basis == ActivityVersion.Basis.SIGNED and told.persons == signed,
    }
    return render(request, "campaign/sign_in.html", values)


@only_for(records_activities)
@never_cache
@require_GET
def sign_in_count(request: SignedIn, pk: int) -> JsonResponse:
    return JsonResponse({"signed": find(request, pk).sign_ins.count()})


@only_for(records_activities)
@require_safe
def sign_in_sheet(request: SignedIn, pk: int) -> HttpResponse:
    """To hang up at the door; in Chinese, whatever language the page has."""
    activity = find(request, pk)
    values = {"activity": activity, "told": activity.current, "link": link_of(activity)}
    name = _("Sign-in code %(number)s") % {"number": activity.number}
    return attachment(render_pdf("campaign/sign_in_sheet.html", values), f"{name}.pdf", PDF)


@only_for(records_activities)
@require_POST
def sign_in_take(request: SignedIn, pk: int) -> HttpResponse:
    """Let the number be that of the distinct people who have signed in: a correction like any other."""
    activity = find(request, pk)
    told, signed = activity.current, activity.sign_ins.count()
    if not signed or told is None:
        raise Http404
    basis = ActivityVersion.Basis.SIGNED
    counted = replace(facts(told), persons=signed, basis=basis)
    try:
        correct_activity(
            activity,
            counted,
            reason=_("Counted by the people who signed in"),
            by=request.user,
            now=timezone.now(),
            seen=told.serial,
        )
    except AlreadyWithdrawn as error:
        raise Http404 from error
    except CorrectedMeanwhile:
        messages.error(request, _("Somebody corrected this record meanwhile. Open it again and look at it first."))
        return redirect("campaign:sign_in", pk)
    messages.success(request, _("The record now counts the %(n)s people who signed in.") % {"n": signed})
    return redirect("campaign:activity", pk)


# ── Who comes ────────────────────────────────────────────────────────────────
@login_required
@never_cache
def here(request: SignedIn, token: str) -> HttpResponse:
    """Where the code leads: whoever has an account may sign in, once."""
    activity = activity_of(token)
    if activity is None:
        raise Http404
    told = activity.current
    open_now = is_open(told.starts_at, told.minutes, timezone.now()) and activity.state != Activity.State.WITHDRAWN
    if request.method == "POST" and open_now:
        try:
            sign_in_to(activity, by=request.user, now=timezone.now())
        except AlreadyWithdrawn as error:
            raise Http404 from error
        return redirect("campaign:here", token)
    signed = SignIn.objects.filter(activity=activity, user=request.user).first()
    return render(request, "campaign/sign_in_here.html", {"told": told, "signed": signed, "open": open_now})
