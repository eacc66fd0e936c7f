from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from people import queries, rules, services, sms
from people.forms.codes import IssueCodeForm
from people.gates import SignedIn, only_for, posted
from people.middleware import has_second_factor
from people.models import Membership
from people.permissions import (
    can_issue_code,
    can_manage_members,
    can_manage_roles,
    can_view_identity,
    has_office,
    is_system_admin,
)
from people.scopes import active_grants
from ui.forms import ReasonForm


def find(request: SignedIn, pk: int) -> Membership:
    memberships = Membership.objects.visible_to(request.user).select_related(
        "user", "organisation__division", "organisation__sector"
    )
    return get_object_or_404(memberships, pk=pk)


@login_required
def member_detail(request: SignedIn, pk: int) -> HttpResponse:
    membership = find(request, pk)
    person = membership.user
    others = (
        Membership.objects.visible_to(request.user).filter(user=person).exclude(pk=pk).select_related("organisation")
    )
    return render(
        request,
        "people/member_detail.html",
        {
            "membership": membership,
            "person": person,
            "others": others,
            "in_office": has_office(request.user),
            "identity": queries.masked_identity(person) if has_office(request.user) else "",
            "grants": active_grants(person) if can_manage_roles(request.user) else [],
            "may_issue": can_issue_code(request.user, membership),
            "may_reveal": can_view_identity(request.user, person),
            "may_give_role": can_manage_roles(request.user) and person != request.user,
            "may_end": membership.ends_on is None
            and person != request.user
            and can_manage_members(request.user, membership.organisation),
            "may_reset": is_system_admin(request.user) and person != request.user and has_second_factor(person),
        },
    )


@login_required
@never_cache
def issue_code(request: SignedIn, pk: int) -> HttpResponse:
    """The code is shown by the answer to the POST and never again: it is kept as a hash only."""
    membership = find(request, pk)
    if not can_issue_code(request.user, membership):
        raise Http404
    person = membership.user
    form = IssueCodeForm(posted(request), sms_possible=sms.can_send() and rules.is_mobile(person.phone))
    context = {"membership": membership, "person": person, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "people/issue_code.html", context)
    issued = services.issue_code(person, by=request.user, now=timezone.now())
    if form.cleaned_data.get("send_sms"):
        services.send_code(person, issued)
    link = settings.PUBLIC_URL + reverse("people:first_sign_in_token", args=[issued.token])
    context |= {"code": rules.grouped_code(issued.code), "expires_at": issued.expires_at, "link": link}
    address = settings.PUBLIC_URL.partition("//")[2] + reverse("people:first_sign_in")
    context |= {"address": address.strip("/").split("/")}  # in pieces, so that a narrow page may break it
    return render(request, "people/issued_code.html", context | {"sent": form.cleaned_data.get("send_sms")})


@only_for(has_office)
@never_cache
def identity(request: SignedIn, pk: int) -> HttpResponse:
    membership = find(request, pk)
    if not can_view_identity(request.user, membership.user):
        raise Http404
    form = ReasonForm(posted(request), button=_("Show the number"))
    number = ""
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        number = services.reveal_identity(membership.user, by=request.user, reason=reason, now=timezone.now())
    return render(
        request,
        "people/identity.html",
        {"membership": membership, "person": membership.user, "form": form, "number": number},
    )


@only_for(is_system_admin)
@require_POST
def reset_second_factor(request: SignedIn, pk: int) -> HttpResponse:
    membership = find(request, pk)
    if membership.user == request.user:
        raise Http404
    services.reset_second_factor(membership.user, by=request.user, now=timezone.now())
    messages.success(request, _("The second factor is gone; the person sets up a new one at the next sign-in."))
    return redirect("people:member_detail", pk)
