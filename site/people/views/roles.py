from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from people import queries, services
from people.forms.work import GrantForm
from people.gates import SignedIn, only_for, posted
from people.models import User
from people.permissions import can_manage_roles
from ui.forms import ReasonForm

PER_PAGE = 50


@only_for(can_manage_roles)
def role_list(request: SignedIn) -> HttpResponse:
    now = timezone.now()
    page = Paginator(queries.grants_in_force(now), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/role_list.html", {"page": page})


@only_for(can_manage_roles)
def role_give(request: SignedIn) -> HttpResponse:
    now = timezone.now()
    form = GrantForm(posted(request), now=now, initial={"person": account_of(request.GET.get("person", ""))})
    if form.is_bound and form.is_valid():
        person = form.cleaned_data["person"]
        if person == request.user:
            form.add_error("person", _("Nobody gives a role to himself: ask another system administrator."))
        elif give(form, person, request.user, now):
            messages.success(request, _("The role is given."))
            return redirect("people:role_list")
    return render(request, "people/role_give.html", {"form": form})


def account_of(pk: str) -> str:
    """The opaque account of the person whose page one comes from."""
    person = User.objects.filter(pk=pk).first() if pk.isdigit() else None
    return person.username if person else ""


def give(form: GrantForm, person: User, by: User, now: datetime) -> bool:
    try:
        services.grant_role(person, form.cleaned_data["role"], by=by, now=now, **form.grant_fields())
    except services.RolesConflict:
        form.add_error("role", _("One person cannot be both system administrator and auditor."))
        return False
    return True


@only_for(can_manage_roles)
def role_end(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    grant = get_object_or_404(queries.grants_in_force(now), pk=pk)
    if grant.user == request.user:
        raise Http404
    form = ReasonForm(posted(request), button=_("End the role"), css_class="btn-danger")
    if form.is_bound and form.is_valid():
        services.revoke_role(grant, by=request.user, now=now, reason=form.cleaned_data["reason"])
        messages.success(request, _("The role has ended."))
        return redirect("people:role_list")
    return render(request, "people/role_end.html", {"form": form, "grant": grant})
