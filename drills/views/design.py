"""Drills from the list to their design: what it is, its objectives, the units that take part, a copy."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from drills.forms.design import CloneForm, DrillFilter, DrillForm, ObjectiveFormSet, UnitsForm
from drills.models import Drill
from drills.permissions import can_manage_drill, drills_approved_by, has_part, holds_drills, sees_drills
from drills.queries.drills import drill_rows, drills_of, townships_of, years_of
from drills.queries.hub import address
from drills.services import design as services
from drills.views.fetch import managed, readable
from people.gates import SignedIn, only_for, posted
from people.permissions import has_office
from ui.clock import local_day

PER_PAGE = 25
State = Drill.State


@only_for(sees_drills)
def drill_list(request: SignedIn) -> HttpResponse:
    """Of those one has a part in, whoever has no office reads what he may know on a page of its own."""
    if not has_office(request.user):
        return redirect("drills:my_drills")
    form = DrillFilter(request.GET, divisions=townships_of(request.user), years=years_of(request.user))
    filters = form.filters(local_day(timezone.now()))
    rows = drill_rows(request.user, **filters)
    holds = holds_drills(request.user)
    return render(
        request,
        "drills/design/list.html",
        {
            "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "form": form,
            "filtered": any(value for name, value in filters.items() if name != "days") or any(filters["days"]),
            "narrowed": any(filters[name] for name in ("hazard", "form", "level", "township")),
            "holds": holds,
            "simple_url": address("drills:simple_new") if holds else "",
            "waiting": drills_approved_by(request.user).count(),
            "review": State.IN_REVIEW,
        },
    )


@only_for(has_part)
def my_drills(request: SignedIn) -> HttpResponse:
    now = timezone.now()
    mine = drills_of(request.user)
    coming = [one for one in mine if one.drill.ends_at >= now and one.drill.state != State.CANCELLED]
    past = [one for one in reversed(mine) if one not in coming]
    return render(request, "drills/design/mine.html", {"coming": coming, "past": past})


# ── The draft ────────────────────────────────────────────────────────────────
@only_for(holds_drills)
def drill_new(request: SignedIn) -> HttpResponse:
    return edit(request, Drill())


@only_for(holds_drills)
def drill_edit(request: SignedIn, pk: int) -> HttpResponse:
    return edit(request, managed(request, pk, State.DRAFT))


def edit(request: SignedIn, drill: Drill) -> HttpResponse:
    new = drill.pk is None
    form = DrillForm(posted(request), instance=drill, user=request.user)
    if form.is_bound and form.is_valid():
        try:
            services.save_design(form.save(commit=False), by=request.user, now=timezone.now())
        except services.NotADraft:
            return frozen(request, drill.pk)
        messages.success(request, _("The draft is saved."))
        return redirect("drills:objectives_edit" if new else "drills:drill_detail", drill.pk)
    context = {"form": form, "drill": drill, "new": new, "examples_url": address("drills:example_list") if new else ""}
    return render(request, "drills/design/form.html", context)


def frozen(request: SignedIn, pk: int | None) -> HttpResponse:
    messages.error(request, _("Nothing was changed: somebody has submitted the drill meanwhile."))
    return redirect("drills:drill_detail", pk)


# ── Objectives ───────────────────────────────────────────────────────────────
@only_for(sees_drills)
@require_safe
def objectives(request: SignedIn, pk: int) -> HttpResponse:
    drill = readable(request, pk)
    context = {"drill": drill, "objectives": drill.objectives.all(), "may_edit": may_edit(request, drill)}
    return render(request, "drills/design/objectives.html", context)


def may_edit(request: SignedIn, drill: Drill) -> bool:
    return drill.state == State.DRAFT and can_manage_drill(request.user, drill)


@only_for(holds_drills)
def objectives_edit(request: SignedIn, pk: int) -> HttpResponse:
    drill = managed(request, pk, State.DRAFT)
    formset: Any = ObjectiveFormSet(posted(request), instance=drill, prefix="objectives")
    if formset.is_bound and formset.is_valid():
        try:
            services.set_objectives(drill, formset.objectives(), by=request.user, now=timezone.now())
        except services.NotADraft:
            return frozen(request, pk)
        messages.success(request, _("The objectives are saved."))
        return redirect("drills:drill_detail", pk)
    return render(request, "drills/design/objectives_edit.html", {"drill": drill, "formset": formset})


# ── Units ────────────────────────────────────────────────────────────────────
@only_for(sees_drills)
@require_safe
def units(request: SignedIn, pk: int) -> HttpResponse:
    drill = readable(request, pk)
    there = drill.taking_part.select_related("organisation__division")
    context = {"drill": drill, "units": there, "may_edit": may_edit(request, drill)}
    return render(request, "drills/design/units.html", context)


@only_for(holds_drills)
def units_add(request: SignedIn, pk: int) -> HttpResponse:
    """Look units up and tick them in one page."""
    drill = managed(request, pk, State.DRAFT)
    form = UnitsForm(posted(request), user=request.user)
    valid = form.is_bound and form.is_valid()
    if valid and (chosen := form.chosen()):
        try:
            count = services.add_units(drill, chosen, by=request.user, now=timezone.now())
        except services.NotADraft:
            return frozen(request, pk)
        told = ngettext("%(count)d unit is added.", "%(count)d units are added.", count)
        messages.success(request, told % {"count": count})
        return redirect("drills:units", pk)
    context = {
        "drill": drill,
        "form": form,
        "found": form.found()[:PER_PAGE] if valid else None,
        "there": {drill.organisation_id, *drill.taking_part.values_list("organisation", flat=True)},
    }
    return render(request, "drills/design/units_add.html", context)


@only_for(holds_drills)
@require_POST
def unit_remove(request: SignedIn, pk: int, unit: int) -> HttpResponse:
    drill = managed(request, pk, State.DRAFT)
    row = get_object_or_404(drill.taking_part.select_related("organisation"), pk=unit)
    try:
        services.remove_unit(row, by=request.user, now=timezone.now())
    except services.NotADraft:
        return frozen(request, pk)
    messages.success(request, _("“%(name)s” does not take part any more.") % {"name": row.organisation.name})
    return redirect("drills:units", pk)


# ── A copy ───────────────────────────────────────────────────────────────────
@only_for(holds_drills)
def drill_clone(request: SignedIn, pk: int) -> HttpResponse:
    drill, now = managed(request, pk), timezone.now()
    form = CloneForm(posted(request), initial={"title": drill.title, "starts_at": next_year(drill.starts_at)})
    if form.is_bound and form.is_valid():
        clone = services.clone_drill(drill, **form.cleaned_data, by=request.user, now=now)
        messages.success(request, _("The copy is a draft: look through it and submit it anew."))
        return redirect("drills:drill_detail", clone.pk)
    return render(request, "drills/design/clone.html", {"drill": drill, "form": form})


def next_year(moment: datetime) -> datetime:
    """The same day and hour a year later; a drill of 29 February comes on the 28th."""
    try:
        return moment.replace(year=moment.year + 1)
    except ValueError:
        return moment.replace(year=moment.year + 1, day=28)
