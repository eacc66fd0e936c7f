"""Signing in at the console: ticking the list, counting the heads of groups."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from drills.forms.run import HeadsForm, SignInForm
from drills.models import Drill
from drills.permissions import sees_drills
from drills.queries.console import sign_in_list
from drills.services import run as services
from drills.views.run import controlled, part_in
from people.gates import SignedIn, only_for, posted


@only_for(sees_drills)
def run_sign_in(request: SignedIn, pk: int) -> HttpResponse:
    drill = controlled(request, pk)
    form = SignInForm(posted(request), drill=drill)
    if form.is_bound and form.is_valid():
        sign_in(request, drill, form)
        return redirect("drills:run_sign_in", pk)
    teams = sign_in_list(drill)
    people = [row for _name, rows in teams for row in rows if not row["part"].is_group]
    context = {
        "drill": drill,
        "form": form,
        "teams": teams,
        "here": sum(row["present"] is not None for row in people),
        "all": len(people),
        "bases": Drill.Basis.choices,
        "may_sign": drill.state in services.SIGNING,
        "may_count": drill.state in services.COUNTING,
    }
    return render(request, "drills/run/sign_in.html", context)


def sign_in(request: SignedIn, drill: Drill, form: SignInForm) -> None:
    try:
        new = services.sign_in(drill, form.cleaned_data["parts"], by=request.user, now=timezone.now())
    except services.NotNow:
        messages.warning(request, _("Nobody can be signed in now."))
    else:
        told = ngettext("%(new)d person signed in.", "%(new)d people signed in.", new)
        messages.success(request, told % {"new": new})


@only_for(sees_drills)
@require_POST
def run_heads(request: SignedIn, pk: int, part: int) -> HttpResponse:
    drill = controlled(request, pk)
    group = part_in(drill, part)
    if not group.is_group:
        raise Http404
    form = HeadsForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Say how many, as a number."))
        return redirect("drills:run_sign_in", pk)
    try:
        services.count_heads(group, **form.cleaned_data, by=request.user, now=timezone.now())
    except services.NotNow:
        messages.warning(request, _("Nobody can be counted now."))
    return redirect("drills:run_sign_in", pk)
