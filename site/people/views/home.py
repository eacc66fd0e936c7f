from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people import services
from people.gates import SignedIn
from people.middleware import has_second_factor
from people.models import Membership
from people.permissions import is_staff
from people.registry import grouped, home_cards, landings
from people.scopes import active_grants


@login_required
def home(request: SignedIn) -> HttpResponse:
    """What one can do here: nothing is listed that does not exist. Who only learns lands on his tasks."""
    if landing := landings.for_user(request.user):
        return redirect(landing)
    now = timezone.now()
    memberships = Membership.objects.active(now).filter(user=request.user).select_related("organisation")
    return render(
        request,
        "people/home.html",
        {
            "groups": grouped(home_cards.for_user(request.user)),
            "memberships": memberships,
            "grants": active_grants(request.user, now),
        },
    )


@login_required
def profile(request: SignedIn) -> HttpResponse:
    memberships = Membership.objects.filter(user=request.user).select_related("organisation").order_by("-starts_on")
    return render(
        request,
        "people/profile.html",
        {
            "memberships": memberships,
            "grants": active_grants(request.user),
            "second_factor": has_second_factor(request.user),
            "is_staff": is_staff(request.user),
        },
    )


@login_required
@require_POST
def sign_out_everywhere(request: SignedIn) -> HttpResponse:
    """All other devices: the one in hand stays signed in."""
    services.sign_out_everywhere(request.user, by=request.user, now=timezone.now())
    update_session_auth_hash(request, request.user)
    messages.success(request, _("All other devices are signed out."))
    return redirect("people:profile")
