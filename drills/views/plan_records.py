"""What others said of a plan: filings, evaluations, and proposals to revise it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from drills.forms.plans import AcceptForm, EvaluationForm, FilingForm, ProposalForm
from drills.models import (
    Drill,
    EmergencyPlan,
    PlanClause,
    PlanEvaluation,
    PlanFiling,
    PlanRevisionProposal,
    PlanVersion,
)
from drills.permissions import can_manage_plan, drills_told_to, holds_drills, plans_managed_by, sees_plans
from drills.services import plans as services
from drills.views.plans import find_managed
from people.gates import SignedIn, only_for, posted
from ui.clock import local_day
from ui.forms import ReasonForm


# ── Filings and evaluations ──────────────────────────────────────────────────
@only_for(holds_drills)
def plan_filing_new(request: SignedIn, pk: int) -> HttpResponse:
    return record(request, pk, FilingForm, services.record_filing, _("The filing is recorded."))


@only_for(holds_drills)
def plan_evaluation_new(request: SignedIn, pk: int) -> HttpResponse:
    return record(request, pk, EvaluationForm, services.record_evaluation, _("The evaluation is recorded."))


def record(request: SignedIn, pk: int, form_class: Any, service: Any, said: str) -> HttpResponse:
    now = timezone.now()
    issued = PlanVersion.objects.issued().filter(plan__in=plans_managed_by(request.user))
    version = get_object_or_404(issued.select_related("plan"), pk=pk)
    form = form_class(posted(request), request.FILES or None, version=version, today=local_day(now))
    if form.is_bound and form.is_valid():
        service(form.save(commit=False), paper=form.cleaned_data["paper"], by=request.user, now=now)
        messages.success(request, said)
        return redirect("drills:plan_detail", version.plan_id)
    template = "drills/plan_filing.html" if form_class is FilingForm else "drills/plan_evaluation.html"
    return render(request, template, {"form": form, "version": version, "plan": version.plan})


@only_for(holds_drills)
def plan_filing_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    return withdraw(request, pk, PlanFiling, services.withdraw_filing)


@only_for(holds_drills)
def plan_evaluation_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    return withdraw(request, pk, PlanEvaluation, services.withdraw_evaluation)


def withdraw(request: SignedIn, pk: int, model: Any, service: Any) -> HttpResponse:
    standing = model.objects.standing().filter(version__plan__in=plans_managed_by(request.user))
    row = get_object_or_404(standing.select_related("version__plan"), pk=pk)
    form = ReasonForm(posted(request), button=_("Withdraw the entry"), css_class="btn-danger")
    if form.is_bound and form.is_valid():
        service(row, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        messages.success(request, _("The entry is withdrawn. Record the right one anew."))
        return redirect("drills:plan_detail", row.version.plan_id)
    return render(request, "drills/plan_record_withdraw.html", {"form": form, "row": row, "plan": row.version.plan})


# ── Proposals ────────────────────────────────────────────────────────────────
@only_for(holds_drills)
def plan_proposal_new(request: SignedIn, pk: int) -> HttpResponse:
    plan = find_managed(request, pk, in_use=True)
    current = plan.versions.issued().order_by("-number").first()
    clauses = PlanClause.objects.filter(version=current) if current else PlanClause.objects.none()
    form = ProposalForm(posted(request), instance=PlanRevisionProposal(plan=plan), clauses=clauses)
    if form.is_bound and form.is_valid():
        services.propose(form.save(commit=False), by=request.user, now=timezone.now())
        messages.success(request, _("The proposal is on the list."))
        return redirect("drills:plan_detail", pk)
    return render(request, "drills/plan_proposal_form.html", {"form": form, "plan": plan})


@only_for(sees_plans)
def plan_proposal(request: SignedIn, pk: int) -> HttpResponse:
    """What is proposed and why; for whoever keeps the plan, the decision."""
    proposals = PlanRevisionProposal.objects.filter(plan__in=EmergencyPlan.objects.visible_to(request.user))
    related = ("plan__organisation", "clause__version", "finding__drill", "accepted_in", "decided_by", "created_by")
    proposal = get_object_or_404(proposals.select_related(*related), pk=pk)
    open_ = proposal.state == PlanRevisionProposal.State.OPEN
    may_decide = open_ and can_manage_plan(request.user, proposal.plan)
    if request.method == "POST" and not may_decide:
        raise Http404
    versions = services.versions_for(proposal)
    sent = request.POST.get("do") if request.method == "POST" else ""
    accept = AcceptForm(request.POST if sent == "accept" else None, versions=versions)
    refuse = ReasonForm(request.POST if sent == "refuse" else None, button=_("Refuse the proposal"))
    if may_decide and decided(request, proposal, accept, refuse):
        return redirect("drills:plan_proposal", pk)
    return render(
        request,
        "drills/plan_proposal.html",
        {
            "proposal": proposal,
            "plan": proposal.plan,
            "drill": drill_behind(request, proposal),
            "may_decide": may_decide,
            "choices": versions.exists(),
            "accept": accept,
            "refuse": refuse,
        },
    )


def drill_behind(request: SignedIn, proposal: PlanRevisionProposal) -> Drill | None:
    """Where it came from, for whoever may read what that drill has shown."""
    if proposal.finding is None:
        return None
    return drills_told_to(request.user).filter(pk=proposal.finding.drill_id).first()


def decided(request: SignedIn, proposal: PlanRevisionProposal, accept: AcceptForm, refuse: ReasonForm) -> bool:
    now = timezone.now()
    try:
        if accept.is_bound and accept.is_valid():
            services.accept_proposal(proposal, accept.cleaned_data["version"], by=request.user, now=now)
            messages.success(request, _("The proposal is accepted."))
        elif refuse.is_bound and refuse.is_valid():
            services.refuse_proposal(proposal, reason=refuse.cleaned_data["reason"], by=request.user, now=now)
            messages.success(request, _("The proposal is refused."))
        else:
            return False
    except services.AlreadyDecided:
        messages.info(request, _("Somebody has decided on this proposal meanwhile."))
    except services.WrongVersion:
        messages.error(request, _("This version is no longer there: choose another one."))
    return True
