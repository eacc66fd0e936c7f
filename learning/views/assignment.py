"""Whom a programme is for: a rule or a list, a preview, and only then the act."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from learning.forms.programmes import NO_DEPARTMENT, RuleForm, TickForm
from learning.models import Programme
from learning.permissions import plans_training
from learning.queries.audience import Group, Preview, audience, preview, preview_of_group
from learning.services import enrolment as services
from learning.services.enrolment import Assigned
from learning.views.programmes import find_managed
from people.gates import SignedIn, only_for, posted
from people.models import Membership, Organisation
from ui.clock import local_day

SHOWN = 400  # people on the page that ticks; a larger organisation chooses a department first


def find_assignable(request: SignedIn, pk: int, now: datetime) -> Programme:
    programme = find_managed(request, pk)
    if programme.state != Programme.State.PUBLISHED or programme.closes_on < local_day(now):
        raise Http404
    return programme


# ── By rule ──────────────────────────────────────────────────────────────────
@only_for(plans_training)
def programme_assign(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    programme = find_assignable(request, pk, now)
    members = audience(programme, now=now)
    form = RuleForm(posted(request), members=members, county=programme.organisation_id is None)
    if not form.is_bound or not form.is_valid():
        context = {"programme": programme, "form": form, "rules": rules_of(programme)}
        return render(request, "learning/programme_assign.html", context)
    group = form.group()
    seen = preview_of_group(programme, group, now=now)

    def act() -> Assigned:
        return services.assign_by_rule(programme, group, by=request.user, now=now)

    return confirm(request, programme, seen, form.hidden(), act, {"rule": describe(group)})


def rules_of(programme: Programme) -> list[tuple[Any, str]]:
    rules = programme.rules.prefetch_related("organisations")
    return [(rule, describe(Group.of(rule))) for rule in rules]


def describe(group: Group) -> str:
    """A rule in one line."""
    told: list[str] = []
    if group.organisations:
        places = Organisation.objects.filter(pk__in=group.organisations).order_by("name")[:3]
        names = "、".join(place.name for place in places)
        more = len(group.organisations) - 3
        told.append(names if more <= 0 else _("%(names)s and %(more)d more") % {"names": names, "more": more})
    labels = dict(Membership.Category.choices)
    if group.categories:
        told.append("、".join(str(labels.get(category, category)) for category in group.categories))
    if group.posts:
        told.append("、".join(group.posts))
    if group.hired_since:
        told.append(_("hired since %(day)s") % {"day": group.hired_since.isoformat()})
    return " · ".join(told) or _("Everybody")


@only_for(plans_training)
@require_POST
def rule_drop(request: SignedIn, pk: int, rule: int) -> HttpResponse:
    programme = find_managed(request, pk)
    services.drop_rule(get_object_or_404(programme.rules, pk=rule), by=request.user, now=timezone.now())
    messages.success(request, _("The rule is ended. Who was assigned by it stays."))
    return redirect("learning:programme_assign", pk)


# ── By list ──────────────────────────────────────────────────────────────────
@only_for(plans_training)
def programme_tick(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    programme = find_assignable(request, pk, now)
    organisation = programme.organisation or chosen_organisation(request, programme, now)
    if organisation is None:
        return render(request, "learning/programme_tick_where.html", places(programme, now))
    members = audience(programme, now=now).filter(organisation=organisation)
    form = TickForm(posted(request), members=members)
    if not form.is_bound or not form.is_valid():
        return render(request, "learning/programme_tick.html", tick_context(request, programme, organisation, form))
    chosen = form.chosen()
    seen = preview(programme, chosen)

    def act() -> Assigned:
        rows = chosen.select_related("user", "organisation").order_by("pk")
        return services.assign_members(programme, rows, by=request.user, now=now)

    return confirm(request, programme, seen, form.hidden(), act, {"organisation": organisation})


def chosen_organisation(request: SignedIn, programme: Programme, now: datetime) -> Organisation | None:
    asked = request.GET.get("organisation", "")
    if not asked.isascii() or not asked.isdigit():
        return None
    there = audience(programme, now=now).order_by().values("organisation")
    return get_object_or_404(Organisation.objects.filter(pk__in=there), pk=asked[:18])


def places(programme: Programme, now: datetime) -> dict[str, Any]:
    """The bureau's programme: first the organisation, then its people."""
    counted = (
        audience(programme, now=now).order_by("organisation__name").values_list("organisation", "organisation__name")
    )
    return {"programme": programme, "places": counted.annotate(Count("pk"))}


def tick_context(request: SignedIn, programme: Programme, organisation: Organisation, form: TickForm) -> dict[str, Any]:
    department = request.GET.get("department", "")
    counted = list(form.all.order_by("department").values_list("department").annotate(Count("pk")))
    shown: QuerySet[Membership] = form.all
    if department:
        shown = shown.filter(department="" if department == NO_DEPARTMENT else department)
    many = shown.count() > SHOWN
    enrolled = set(programme.enrolments.current().values_list("user_id", flat=True)) if not many else set()
    people = [] if many else list(shown.select_related("user").order_by("department", "user__full_name", "pk"))
    return {
        "programme": programme,
        "organisation": organisation,
        "form": form,
        "departments": [(name or NO_DEPARTMENT, name, count) for name, count in counted],
        "department": department,
        "people": [(one, one.user_id in enrolled) for one in people],
        "many": many,
    }


# ── The preview and the act ──────────────────────────────────────────────────
def confirm(
    request: SignedIn,
    programme: Programme,
    seen: Preview,
    hidden: list[tuple[str, str]],
    act: Callable[[], Assigned],
    more: dict[str, Any],
) -> HttpResponse:
    """Done only for as many as the preview showed: when somebody joined meanwhile, it is shown once more."""
    confirmed = request.POST.get("confirm", "")
    expected = seen.new if "rule" in more else seen.new + seen.back  # a rule does not bring back who was taken out
    if confirmed == str(expected):
        assigned = act()
        count = assigned.new + assigned.back
        told = ngettext("%(count)d person is assigned.", "%(count)d people are assigned.", count)
        messages.success(request, told % {"count": count})
        return redirect("learning:programme_detail", programme.pk)
    context = {"programme": programme, "preview": seen, "hidden": hidden, "expected": expected}
    context["changed"] = bool(confirmed)
    return render(request, "learning/programme_preview.html", context | more)
