"""Who has which part: the list, adding people, names, groups and whole lists, changing, handing over, taking away."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from drills.forms.parts import SHOWN, GiveForm, HandOverForm, NamedForm, PartForm, PasteForm, PeopleForm
from drills.models import Drill, Participation
from drills.parts_rules import NEEDED
from drills.permissions import can_manage_drill, holds_drills, sees_drills
from drills.queries.parts import held_roles, in_order
from drills.queries.readiness import NO_ACCOUNT, roles_missing
from drills.services import part_lists
from drills.services import parts as services
from drills.views.fetch import managed, readable
from people.gates import SignedIn, only_for, posted
from ui.registry import MenuItem


def above(drill: Drill) -> MenuItem:
    """Where the pages of single parts belong."""
    return MenuItem(_("Roles and people"), reverse("drills:parts", args=[drill.pk]))


def own_part(request: SignedIn, pk: int, part: int) -> Participation:
    """A part of a drill that is his to look after and has not ended."""
    drill = managed(request, pk, *services.OPEN)
    return get_object_or_404(drill.participations.select_related("user", "organisation", "drill"), pk=part)


@only_for(sees_drills)
def parts(request: SignedIn, pk: int) -> HttpResponse:
    drill = readable(request, pk)
    rows = in_order(drill.participations.select_related("user", "organisation"))
    missing = roles_missing(drill)
    context: dict[str, Any] = {
        "drill": drill,
        "rows": rows,
        "people": sum(part.expected for part in rows if part.role in Participation.COUNTED),
        "may_edit": can_manage_drill(request.user, drill) and drill.state in services.OPEN,
        "missing": [label for role, label in Participation.Role.choices if role in NEEDED and role in missing],
        "no_account": NO_ACCOUNT in missing,
    }
    return render(request, "drills/design/parts.html", context)


# ── Adding ───────────────────────────────────────────────────────────────────
@only_for(holds_drills)
def parts_people(request: SignedIn, pk: int) -> HttpResponse:
    """Look somebody up, tick, give the part: one page, and no name in an address."""
    drill, now = managed(request, pk, *services.OPEN), timezone.now()
    find = PeopleForm(posted(request), drill=drill, user=request.user, now=now)
    give = GiveForm(request.POST if "give" in request.POST else None, people=find.people)
    if give.is_bound and give.is_valid():
        data = give.cleaned_data
        try:
            count = services.add_people(
                drill, data["members"], data["role"], team=data["team"], site=data["site"], by=request.user, now=now
            )
        except services.PartFault as fault:
            give.add_error(None, str(fault))
        else:
            told = ngettext("%(count)d person has the part.", "%(count)d people have the part.", count)
            messages.success(request, told % {"count": count})
            return redirect("drills:parts", pk)
    found = find.found()
    context = {
        "drill": drill,
        "above": above(drill),
        "find": find,
        "give": give,
        "found": found[:SHOWN],
        "more": found.count() > SHOWN,
        "several": find.several,
        "ticked": set(request.POST.getlist("members")),
        "holding": held_roles(drill),
    }
    return render(request, "drills/design/parts_people.html", context)


@only_for(holds_drills)
def parts_named(request: SignedIn, pk: int) -> HttpResponse:
    drill = managed(request, pk, *services.OPEN)
    form = NamedForm(posted(request), drill=drill, initial={"organisation": drill.organisation_id})
    if form.is_bound and form.is_valid():
        part = form.save(commit=False)
        try:
            services.add_part(part, by=request.user, now=timezone.now())
        except services.PartFault as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, _("“%(name)s” has the part.") % {"name": part.label})
            return redirect("drills:parts", pk)
    context = {"drill": drill, "above": above(drill), "form": form, "title": _("By name or group")}
    return render(request, "drills/design/parts_form.html", context)


@only_for(holds_drills)
def parts_paste(request: SignedIn, pk: int) -> HttpResponse:
    """The lines come twice: first to be judged, then, with the number of good ones that was shown, to be written."""
    drill, now = managed(request, pk, *services.OPEN), timezone.now()
    form = PasteForm(posted(request))
    context: dict[str, Any] = {"drill": drill, "above": above(drill), "form": form}
    context["roles"] = Participation.Role.choices
    if not form.is_bound or not form.is_valid():
        return render(request, "drills/design/parts_paste.html", context)
    text, confirmed = form.cleaned_data["text"], request.POST.get("confirm", "")
    if confirmed.isascii() and confirmed.isdigit():
        try:
            count = part_lists.take_list(drill, text, expected=int(confirmed[:6]), by=request.user, now=now)
        except part_lists.CountChanged:
            context["changed"] = True
        except services.PartFault as fault:
            messages.error(request, str(fault))
            return redirect("drills:parts", pk)
        else:
            told = ngettext("%(count)d line is taken over.", "%(count)d lines are taken over.", count)
            messages.success(request, told % {"count": count})
            return redirect("drills:parts", pk)
    verdicts = part_lists.judge_list(drill, text, by=request.user, now=now)
    good = sum(verdict.good for verdict in verdicts)
    context |= {"verdicts": verdicts, "good": good, "bad": len(verdicts) - good}
    return render(request, "drills/design/parts_check.html", context)


# ── Changing ─────────────────────────────────────────────────────────────────
@only_for(holds_drills)
def part_edit(request: SignedIn, pk: int, part: int) -> HttpResponse:
    row = own_part(request, pk, part)
    name = row.label
    form = PartForm(posted(request), instance=row)
    if form.is_bound and form.is_valid():
        try:
            services.change_part(form.save(commit=False), by=request.user, now=timezone.now())
        except services.PartFault as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, _("Saved."))
            return redirect("drills:parts", pk)
    context = {"drill": row.drill, "above": above(row.drill), "form": form, "title": name, "part": row}
    return render(request, "drills/design/parts_form.html", context)


@only_for(holds_drills)
def part_hand_over(request: SignedIn, pk: int, part: int) -> HttpResponse:
    row, now = own_part(request, pk, part), timezone.now()
    find = PeopleForm(posted(request), drill=row.drill, user=request.user, now=now)
    form = HandOverForm(request.POST if "give" in request.POST else None, people=find.people)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            services.hand_over(row, data["member"], name=data["name"].strip(), by=request.user, now=now)
        except services.PartFault as fault:
            form.add_error(None, str(fault))
            row.refresh_from_db()
        else:
            messages.success(request, _("The part is handed over. Print the new card; the old one opens nothing."))
            return redirect("drills:parts", pk)
    found = find.found()
    context = {
        "drill": row.drill,
        "above": above(row.drill),
        "part": row,
        "find": find,
        "form": form,
        "found": found[:SHOWN],
        "more": found.count() > SHOWN,
        "several": find.several,
    }
    return render(request, "drills/design/part_hand_over.html", context)


@only_for(holds_drills)
@require_POST
def part_remove(request: SignedIn, pk: int, part: int) -> HttpResponse:
    row = own_part(request, pk, part)
    name = row.label
    try:
        gone = services.remove_part(row, by=request.user, now=timezone.now())
    except services.PartFault as fault:
        messages.error(request, str(fault))
        return redirect("drills:parts", pk)
    if gone:
        messages.success(request, _("“%(name)s” has the part no more.") % {"name": name})
    else:
        told = _("The records of the drill name “%(name)s”, so the part stays; its card opens nothing any more.")
        messages.warning(request, told % {"name": name})
    return redirect("drills:parts", pk)
