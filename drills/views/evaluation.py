"""The evaluation as its leader sees it: the forms, who looks at what, how far everybody is."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from drills.evaluation_rules import MOST_IN_FIELD
from drills.forms.evaluation import ItemsForm, SharesForm
from drills.models import Drill, EvaluationSheet, Participation, TemplateVersion
from drills.permissions import evaluations_led_by, evaluations_seen_by, sees_drills
from drills.queries import evaluation as queries
from drills.services import evaluation as services
from drills.services import sheets as sheet_services
from drills.services.evaluation import Refused
from people.gates import SignedIn, only_for, posted
from ui.forms import ReasonForm

WHOLE = ("organisation",)


def find_led(request: SignedIn, pk: int) -> Drill:
    return get_object_or_404(evaluations_led_by(request.user).select_related(*WHOLE), pk=pk)


def tried(request: SignedIn, act: Any, done: str) -> bool:
    """Whatever is refused is said in words, and nothing has happened."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused.words))
        return False
    messages.success(request, done)
    return True


# ── Overview ─────────────────────────────────────────────────────────────────
@only_for(sees_drills)
def evaluation(request: SignedIn, pk: int) -> HttpResponse:
    drill = get_object_or_404(evaluations_seen_by(request.user).select_related(*WHOLE), pk=pk)
    leads = evaluations_led_by(request.user).filter(pk=pk).exists()
    own = queries.sheet_for(request.user, drill)
    if not leads and drill.participations.filter(user=request.user, role__in=Participation.EVALUATING).exists():
        return own_page(request, drill, own)
    seen = queries.overview(drill)
    return render(
        request,
        "drills/evaluation.html",
        {
            "drill": drill,
            "seen": seen,
            "steps": steps(seen.step),
            "leads": leads and drill.state in services.PREPARING,
            "own": own,
            "over": drill.state in sheet_services.OVER,
            "may_begin": leads and drill.state in services.BEGINS_FROM,
            "most": MOST_IN_FIELD,
        },
    )


def own_page(request: SignedIn, drill: Drill, own: EvaluationSheet | None) -> HttpResponse:
    """An evaluator is shown his own sheet and nobody else's progress."""
    figures = {"all": own.items.count(), "given": own.scores.count()} if own else {"all": 0, "given": 0}
    locked = own is not None and queries.are_locked(drill)
    return render(request, "drills/evaluation_own.html", {"drill": drill, "own": own, "locked": locked, **figures})


def steps(step: str) -> list[tuple[str, str]]:
    """Each step of an evaluation with done, now or ahead."""
    names = [
        ("forms", pgettext("evaluation step", "Forms")),
        ("assign", _("Who looks at what")),
        ("fill", _("Values")),
        ("lock", _("Lock")),
        ("reconcile", _("Talk over")),
        ("release", _("Score")),
    ]
    keys = [key for key, _name in names]
    here = keys.index(step) if step in keys else len(keys)
    return [
        (name, "done" if place < here else "now" if place == here else "ahead")
        for place, (_k, name) in enumerate(names)
    ]


@only_for(sees_drills)
@require_POST
def evaluation_begin(request: SignedIn, pk: int) -> HttpResponse:
    drill = find_led(request, pk)
    tried(
        request,
        lambda: services.begin_evaluation(drill, by=request.user, now=timezone.now()),
        _("The evaluation has begun."),
    )
    return redirect("drills:evaluation", pk)


# ── Forms ────────────────────────────────────────────────────────────────────
@only_for(sees_drills)
def evaluation_forms(request: SignedIn, pk: int) -> HttpResponse:
    drill = find_led(request, pk)
    chosen = dict(drill.forms.values_list("version", "percent"))
    versions = offered(queries.newest_versions(), chosen)
    form = SharesForm(posted(request), versions=versions, shares=chosen or queries.usual_shares(drill, versions))
    if form.is_bound and form.is_valid():
        save = form.shares()
        done = _("The forms are chosen.")
        if tried(request, lambda: services.choose_forms(drill, save, by=request.user, now=timezone.now()), done):
            return redirect("drills:evaluation", pk)
    return render(request, "drills/evaluation_forms.html", {"drill": drill, "form": form, "versions": versions})


def offered(newest: list[TemplateVersion], chosen: dict[int, int]) -> list[TemplateVersion]:
    """The newest of each form; of a form in use also the version that is used."""
    older = TemplateVersion.objects.filter(pk__in=set(chosen) - {version.pk for version in newest})
    return [*older.select_related("template").annotate(items=Count("sections__items")), *newest]


# ── Who looks at what ────────────────────────────────────────────────────────
@only_for(sees_drills)
def evaluation_assign(request: SignedIn, pk: int, part: int) -> HttpResponse:
    drill = find_led(request, pk)
    evaluator = get_object_or_404(queries.evaluators_of(drill), pk=part)
    forms = queries.forms_of(drill)
    form = ItemsForm(posted(request), items=[item.pk for item in queries.items_of(forms)])
    if form.is_bound and form.is_valid():
        chosen = form.chosen()
        done = _("The items are given out.")
        if tried(request, lambda: services.assign_items(evaluator, chosen, by=request.user, now=timezone.now()), done):
            return redirect("drills:evaluation", pk)
    held = queries.holders(drill)
    ticked = form.chosen() if form.is_bound and form.is_valid() else held.get(evaluator.pk, set())
    return render(
        request,
        "drills/evaluation_assign.html",
        {
            "drill": drill,
            "part": evaluator,
            "forms": forms,
            "ticked": ticked,
            "others": queries.names_of_others(drill, evaluator),
            "fixed": queries.scored_items(evaluator),
            "most": MOST_IN_FIELD,
            "barred": evaluator.pk in queries.barred(drill),
        },
    )


@only_for(sees_drills)
def evaluation_divide(request: SignedIn, pk: int) -> HttpResponse:
    """What would be given to whom; nothing happens before it is confirmed."""
    drill = find_led(request, pk)
    if request.method == "POST":
        done = _("The items are divided. Change single sheets as you need.")
        tried(request, lambda: services.divide_items(drill, by=request.user, now=timezone.now()), done)
        return redirect("drills:evaluation", pk)
    plan = queries.proposal(drill)
    forms = queries.forms_of(drill)
    taken = {item.pk for chosen in plan.values() for item in chosen}
    rest = [item for item in queries.items_of(forms) if item.pk not in taken]
    return render(request, "drills/evaluation_divide.html", {"drill": drill, "plan": plan.items(), "rest": len(rest)})


# ── Sheets of others ─────────────────────────────────────────────────────────
def find_sheet(drill: Drill, pk: int) -> EvaluationSheet:
    return get_object_or_404(drill.sheets.select_related("evaluator__user", "drill"), pk=pk)


@only_for(sees_drills)
def sheet_hand_in_for(request: SignedIn, pk: int, sheet: int) -> HttpResponse:
    """For an evaluator without an account, or whose phone is lost: as far as he has come."""
    drill = find_led(request, pk)
    found = find_sheet(drill, sheet)
    form = ReasonForm(posted(request), button=_("Hand in for this evaluator"))
    if form.is_bound and form.is_valid():
        reason, now = form.cleaned_data["reason"], timezone.now()
        done = _("The sheet is handed in.")
        tried(request, lambda: sheet_services.hand_in(found, reason=reason, by=request.user, now=now), done)
        return redirect("drills:evaluation", pk)
    return render(request, "drills/sheet_reason.html", {"drill": drill, "sheet": found, "form": form, "act": "hand_in"})


@only_for(sees_drills)
def sheet_give_back(request: SignedIn, pk: int, sheet: int) -> HttpResponse:
    drill = find_led(request, pk)
    found = find_sheet(drill, sheet)
    form = ReasonForm(posted(request), button=_("Give the sheet back"))
    if form.is_bound and form.is_valid():
        reason, now = form.cleaned_data["reason"], timezone.now()
        done = _("The sheet is given back.")
        tried(request, lambda: sheet_services.give_back(found, reason=reason, by=request.user, now=now), done)
        return redirect("drills:evaluation", pk)
    return render(request, "drills/sheet_reason.html", {"drill": drill, "sheet": found, "form": form, "act": "back"})


@only_for(sees_drills)
@require_POST
def sheets_lock(request: SignedIn, pk: int) -> HttpResponse:
    drill = find_led(request, pk)
    done = _("The sheets are locked. Now everybody who evaluates sees all values.")
    tried(request, lambda: sheet_services.lock_sheets(drill, by=request.user, now=timezone.now()), done)
    return redirect("drills:evaluation", pk)
