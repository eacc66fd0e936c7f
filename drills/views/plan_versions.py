"""The versions of a plan: a draft that is written, and what is issued and stays."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from drills.forms.clauses import ClausesForm
from drills.forms.plans import VersionForm
from drills.models import PlanVersion
from drills.permissions import can_manage_plan, holds_drills, plans_managed_by, sees_plans, versions_viewed_by
from drills.services import plan_versions as services
from drills.services.plans import NotInUse
from drills.views.plans import find_managed
from people.gates import SignedIn, only_for, posted


def with_plan(versions: Any) -> QuerySet[PlanVersion]:
    return versions.select_related("plan__organisation", "file", "issued_by")


def find_draft(request: SignedIn, pk: int) -> PlanVersion:
    """What is issued is nobody's to change."""
    drafts = PlanVersion.objects.filter(issued_at__isnull=True, plan__in=plans_managed_by(request.user).in_use())
    return get_object_or_404(with_plan(drafts), pk=pk)


@only_for(sees_plans)
def plan_version(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    version = get_object_or_404(with_plan(versions_viewed_by(request.user)), pk=pk)
    draft = version.issued_at is None
    return render(
        request,
        "drills/plan_version.html",
        {
            "version": version,
            "plan": version.plan,
            "clauses": version.clauses.all(),
            "problems": services.what_is_missing(version, now=now) if draft else [],
            "may_change": draft and can_manage_plan(request.user, version.plan) and version.plan.withdrawn_on is None,
            "newer": version.plan.versions.issued().filter(number__gt=version.number).exists(),
        },
    )


@only_for(holds_drills)
@require_POST
def plan_draft(request: SignedIn, pk: int) -> HttpResponse:
    """The next version begins as a copy of the last."""
    plan = find_managed(request, pk, in_use=True)
    try:
        draft = services.begin_version(plan, by=request.user, now=timezone.now())
    except NotInUse as error:
        raise Http404 from error
    return redirect("drills:plan_version", draft.pk)


@only_for(holds_drills)
def plan_version_edit(request: SignedIn, pk: int) -> HttpResponse:
    version = find_draft(request, pk)
    form = VersionForm(posted(request), request.FILES or None, instance=version)
    if form.is_bound and form.is_valid():
        changed = form.save(commit=False)
        try:
            services.save_version(changed, **form.content(), by=request.user, now=timezone.now())
        except services.AlreadyIssued:
            return too_late(request, pk)
        messages.success(request, _("The draft is saved."))
        return redirect("drills:plan_version", pk)
    return render(request, "drills/plan_version_form.html", {"form": form, "version": version, "plan": version.plan})


@only_for(holds_drills)
def plan_clauses(request: SignedIn, pk: int) -> HttpResponse:
    """Only the button that saves writes anything; the others give the rows back as they would stand."""
    version = find_draft(request, pk)
    form = ClausesForm(posted(request), clauses=services.clauses_of(version))
    if form.saves and form.is_valid():
        try:
            services.set_clauses(version, form.clauses, by=request.user, now=timezone.now())
        except services.AlreadyIssued:
            return too_late(request, pk)
        messages.success(request, _("The clauses are saved."))
        return redirect("drills:plan_version", pk)
    if form.do:
        form.act()
    return render(request, "drills/plan_clauses.html", {"form": form, "version": version, "plan": version.plan})


@only_for(holds_drills)
@require_POST
def plan_version_issue(request: SignedIn, pk: int) -> HttpResponse:
    version = find_draft(request, pk)
    try:
        services.issue_version(version, by=request.user, now=timezone.now())
    except services.NotReady as unready:
        for problem in unready.problems:
            messages.error(request, problem)
    except (services.AlreadyIssued, NotInUse):
        return too_late(request, pk)
    else:
        messages.success(request, _("Version %(number)d is issued and fixed.") % {"number": version.number})
    return redirect("drills:plan_version", pk)


@only_for(holds_drills)
@require_POST
def plan_draft_drop(request: SignedIn, pk: int) -> HttpResponse:
    version = find_draft(request, pk)
    try:
        services.drop_draft(version, by=request.user, now=timezone.now())
    except services.AlreadyIssued:
        return too_late(request, pk)
    except services.DraftInUse:
        messages.error(request, _("Proposals were accepted into this draft: it cannot be dropped."))
        return redirect("drills:plan_version", pk)
    messages.success(request, _("The draft is dropped."))
    return redirect("drills:plan_detail", version.plan_id)


def too_late(request: SignedIn, pk: int) -> HttpResponse:
    messages.error(request, _("This version was issued meanwhile: it can no longer be changed."))
    return redirect("drills:plan_version", pk)
