"""The ledger of emergency plans, the page of one, its head and its end."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from drills.exporters.plans import workbook
from drills.forms.plans import LedgerFilter, NewPlanForm, PlanForm
from drills.models import EmergencyPlan
from drills.permissions import (
    can_manage_plan,
    holds_drills,
    organisations_held_by,
    plans_managed_by,
    sees_plans,
)
from drills.queries.plan_page import page_of
from drills.queries.plans import Filter, Ledger, Totals, ledger
from drills.services import plans as services
from people.gates import SignedIn, only_for, posted
from people.models import Division
from records.services import log
from ui.forms import ReasonForm
from ui.http import XLSX, attachment

PER_PAGE = 25
PARTS_OF_COUNTY = (Division.Level.COUNTY, Division.Level.TOWNSHIP, Division.Level.VILLAGE)


def find_managed(request: SignedIn, pk: int, *, in_use: bool = False) -> EmergencyPlan:
    """Of the plans he keeps; others' do not exist for whoever wants to change them."""
    mine = plans_managed_by(request.user).select_related("organisation")
    return get_object_or_404(mine.in_use() if in_use else mine, pk=pk)


# ── The ledger ───────────────────────────────────────────────────────────────
def asked(request: SignedIn, now: datetime) -> tuple[LedgerFilter, Ledger, Filter]:
    divisions = Division.objects.visible_to(request.user, now).active(now).filter(level__in=PARTS_OF_COUNTY)
    form = LedgerFilter(request.GET, divisions=divisions)
    return form, ledger(request.user, now=now), form.filter()


@only_for(sees_plans)
def plan_list(request: SignedIn) -> HttpResponse:
    form, book, wanted = asked(request, timezone.now())
    totals = book.totals(wanted)
    page = paged(book.sorted(wanted), totals, request.GET.get("page"))
    return render(
        request,
        "drills/plan_list.html",
        {
            "form": form,
            "filter": wanted,
            "figures": book.figures(wanted),
            "totals": totals,
            "page": page,
            "rows": book.rows(page.object_list),
            "states": state_links(request.GET),
            "sorts": sort_links(request.GET, wanted.sort),
            "query": query_of(request.GET),
            "may_add": holds_drills(request.user),
            "today": book.today,
        },
    )


def paged(plans: Any, totals: Totals, number: str | None) -> Page:
    """The totals know how many there are."""
    pages = Paginator(plans, PER_PAGE)
    pages.count = totals.plans  # type: ignore[misc]  # a cached property: told before it is asked
    return pages.get_page(number)


def query_of(query: QueryDict, **changes: str) -> str:
    """The filter's query string with these changes, from the first page on."""
    changed = query.copy()
    changed.pop("page", None)
    for name, value in changes.items():
        changed[name] = value
        if not value:
            del changed[name]
    return "?" + changed.urlencode()


def sort_links(query: QueryDict, sort: str) -> dict[str, str]:
    """A second click on a head turns the order round."""
    names = ("title", "organisation", "issued", "filed", "evaluated", "due", "drilled", "proposals")
    return {name: query_of(query, sort=f"-{name}" if sort == name else name) for name in names}


def state_links(query: QueryDict) -> dict[str, str]:
    names = ("", "overdue", "not_filed", "proposals")
    return {name or "all": query_of(query, state=name) for name in names}


@only_for(sees_plans)
@require_POST
def plan_export(request: SignedIn) -> HttpResponse:
    """Exactly what is shown, in its order, all pages of it."""
    now = timezone.now()
    form, book, wanted = asked(request, now)
    rows = book.rows(book.sorted(wanted))
    log("drills.plan_list_exported", by=request.user, payload={"rows": len(rows)}, now=now)
    content = workbook(rows, book.totals(wanted), by=request.user, told=form.told(), today=book.today)
    return attachment(content, f"{_('Ledger of emergency plans')} {book.today:%Y-%m-%d}.xlsx", XLSX)


# ── One plan ─────────────────────────────────────────────────────────────────
@only_for(sees_plans)
def plan_detail(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    seen = EmergencyPlan.objects.visible_to(request.user, now)
    plan = get_object_or_404(seen.select_related("organisation__division", "organisation__sector"), pk=pk)
    told = page_of(plan, request.user, now=now)
    drills = Paginator(told.drills, PER_PAGE).get_page(request.GET.get("drills"))
    managed = can_manage_plan(request.user, plan)
    return render(
        request,
        "drills/plan_detail.html",
        {
            "plan": plan,
            "told": told,
            "drills": drills,
            "may_manage": managed,
            "may_change": managed and plan.withdrawn_on is None,
        },
    )


@only_for(holds_drills)
def plan_new(request: SignedIn) -> HttpResponse:
    """The head together with the first version."""
    form = NewPlanForm(
        posted(request), request.FILES or None, organisations=organisations_held_by(request.user).active()
    )
    if form.is_bound and form.is_valid():
        plan = services.create_plan(
            form.save(commit=False),
            form.version(),
            paper=form.cleaned_data["paper"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("The draft is saved. Write its clauses if you like, then issue it."))
        return redirect("drills:plan_version", plan.versions.get().pk)
    return render(request, "drills/plan_form.html", {"form": form})


@only_for(holds_drills)
def plan_edit(request: SignedIn, pk: int) -> HttpResponse:
    plan = find_managed(request, pk, in_use=True)
    form = PlanForm(posted(request), instance=plan, organisations=organisations_held_by(request.user))
    if form.is_bound and form.is_valid():
        try:
            services.edit_plan(form.save(commit=False), by=request.user, now=timezone.now())
        except services.NotInUse as error:  # somebody withdrew it meanwhile
            raise Http404 from error
        messages.success(request, _("The head of the plan is saved."))
        return redirect("drills:plan_detail", pk)
    return render(request, "drills/plan_form.html", {"form": form, "plan": find_managed(request, pk)})


@only_for(holds_drills)
def plan_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    plan = find_managed(request, pk, in_use=True)
    form = ReasonForm(posted(request), button=_("Use this plan no longer"), css_class="btn-danger")
    if form.is_bound and form.is_valid():
        services.withdraw_plan(plan, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        messages.success(request, _("The plan is no longer used."))
        return redirect("drills:plan_detail", pk)
    return render(request, "drills/plan_withdraw.html", {"plan": plan, "form": form})
