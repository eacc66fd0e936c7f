"""Corrective actions: the list of a scope, one action with its steps, and the steps themselves."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from drills import action_rules as rules
from drills.exporters.actions import workbook
from drills.forms.actions import ActionFilter, ActionForm, ExtendForm, NoteForm
from drills.models import CorrectiveAction, Drill, Finding
from drills.permissions import actor_of, can_write_outcome, drills_told_to, sees_actions, sees_drills
from drills.queries import actions as queries
from drills.services import actions as services
from drills.services.findings import OPEN_IN
from drills.views.findings import find_writable
from people.gates import SignedIn, only_for, posted
from records.services import log
from ui.clock import local_day
from ui.forms import ReasonForm
from ui.http import XLSX, attachment

PER_PAGE = 25


# ── The list ─────────────────────────────────────────────────────────────────
def filtered(request: SignedIn) -> tuple[ActionFilter, queries.Filter]:
    form = ActionFilter(request.GET, organisations=queries.organisations_answering(request.user))
    return form, form.filter()


@only_for(sees_actions)
def action_list(request: SignedIn) -> HttpResponse:
    today = local_day(timezone.now())
    form, wanted = filtered(request)
    rows = queries.actions_shown(request.user, wanted, day=today)
    return render(
        request,
        "drills/actions.html",
        {
            "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "figures": queries.figures(request.user, wanted, day=today),
            "form": form,
            "filter": wanted,
            "views": view_links(request),
            "query": query_of(request),
            "today": today,
        },
    )


def view_links(request: SignedIn) -> dict[str, str]:
    return {name: query_of(request, view=name) for name in queries.VIEWS}


def query_of(request: SignedIn, **changes: str) -> str:
    """The filter's query string with these changes, from the first page on."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query[name] = value
    return "?" + query.urlencode()


@only_for(sees_actions)
@require_POST
def action_export(request: SignedIn) -> HttpResponse:
    """Exactly what the list shows, in its order."""
    now = timezone.now()
    _form, wanted = filtered(request)
    rows = list(queries.actions_shown(request.user, wanted, day=local_day(now)))
    log("drills.actions_exported", by=request.user, payload={"rows": len(rows), "view": wanted.view}, now=now)
    return attachment(workbook(rows, now=now), _("Corrective actions") + f"-{local_day(now):%Y%m%d}.xlsx", XLSX)


# ── One action ───────────────────────────────────────────────────────────────
def find(request: SignedIn, pk: int) -> CorrectiveAction:
    rows = queries.with_facts(CorrectiveAction.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("finding__clause", "created_by"), pk=pk)


@only_for(sees_actions)
def action_detail(request: SignedIn, pk: int) -> HttpResponse:
    action = find(request, pk)
    drill = action.finding.drill
    standing, actor = services.standing_of(action), actor_of(request.user, action)
    steps = queries.timeline(action)
    open_steps = rules.steps_open(standing, actor)
    own_check = action.state == rules.SUBMITTED and rules.refusal(rules.VERIFY, standing, actor) == rules.OWN
    return render(
        request,
        "drills/action.html",
        {
            "action": action,
            "drill": drill,
            "steps": steps,
            "can": dict.fromkeys(open_steps, True),
            "own_check": own_check,
            "overdue": action.is_overdue(local_day(timezone.now())),
            "may_edit": action.state == rules.PROPOSED and can_write_outcome(request.user, drill),
            "told": drills_told_to(request.user).filter(pk=drill.pk).exists(),
        },
    )


@only_for(sees_drills)
def action_new(request: SignedIn, pk: int, finding: int) -> HttpResponse:
    drill = find_writable(request, pk)
    problem = get_object_or_404(Finding.objects.filter(drill=drill, kind=Finding.Kind.GAP), pk=finding)
    if drill.state not in OPEN_IN or drill.withdrawn_at is not None:
        raise Http404
    return edit(request, CorrectiveAction(finding=problem), drill, services.propose_action)


@only_for(sees_drills)
def action_edit(request: SignedIn, pk: int) -> HttpResponse:
    action = find(request, pk)
    drill = action.finding.drill
    if action.state != rules.PROPOSED or not can_write_outcome(request.user, drill):
        raise Http404
    return edit(request, action, drill, services.change_action)


def edit(request: SignedIn, action: CorrectiveAction, drill: Drill, save: Callable[..., Any]) -> HttpResponse:
    now = timezone.now()
    form = ActionForm(posted(request), instance=action, user=request.user, drill=drill, today=local_day(now))
    if form.is_bound and form.is_valid():
        try:
            save(form.save(commit=False), by=request.user, now=now)
        except services.Refused as refused:
            messages.error(request, refused.words())
        else:
            messages.success(request, _("The corrective action is saved."))
        return redirect("drills:findings", drill.pk)
    return render(request, "drills/action_form.html", {"form": form, "action": action, "drill": drill})


# ── Steps ────────────────────────────────────────────────────────────────────
AT_ONCE = (rules.ACCEPT, rules.CLOSE)  # a button of the action's page, without a page of their own


@only_for(sees_actions)
def action_step(request: SignedIn, pk: int, step: str) -> HttpResponse:
    """Ask what the step needs, then take it. What is not his to take does not exist for him."""
    now, action = timezone.now(), find(request, pk)
    if step not in rules.STEPS:
        raise Http404
    why = rules.refusal(step, services.standing_of(action), actor_of(request.user, action))
    if why == rules.NOT_YOURS:
        raise Http404
    if step in AT_ONCE and request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if why:
        return told_off(request, services.Refused(why), pk)
    form = form_for(request, step, action, local_day(now))
    if form is None or (form.is_bound and form.is_valid()):
        return taken(request, step, action, form.cleaned_data if form else {}, now)
    return render(request, "drills/action_step.html", {"action": action, "form": form, "step": step})


def form_for(request: SignedIn, step: str, action: CorrectiveAction, today: date) -> forms.Form | None:
    data: tuple[Any, ...] = (posted(request),)
    if step in AT_ONCE:
        return None
    if step == rules.EXTEND:
        return ExtendForm(*data, after=max(action.due_on, today), button=_("Move the due day"))
    if step == rules.RETURN:
        return ReasonForm(*data, button=_("Give back"))
    if step == rules.DROP:
        return ReasonForm(*data, button=_("Drop the action"), css_class="btn-danger")
    buttons = {rules.PROGRESS: _("Tell it"), rules.SUBMIT: _("Hand in for checking"), rules.VERIFY: _("Check passed")}
    return NoteForm(*data, request.FILES or None, button=buttons[step], initial={"seen": action.steps.count()})


def taken(request: SignedIn, step: str, action: CorrectiveAction, data: dict[str, Any], now: datetime) -> HttpResponse:
    try:
        TAKE[step](action, **data_for(step, data), by=request.user, now=now)
    except services.Refused as refused:
        return told_off(request, refused, action.pk)
    messages.success(request, done_words(step))
    return redirect("drills:action", action.pk)


TAKE: dict[str, Callable[..., None]] = {
    rules.ACCEPT: services.accept_action,
    rules.PROGRESS: services.tell_progress,
    rules.SUBMIT: services.submit_action,
    rules.RETURN: services.return_action,
    rules.VERIFY: services.verify_action,
    rules.CLOSE: services.close_action,
    rules.EXTEND: services.extend_action,
    rules.DROP: services.drop_action,
}


def data_for(step: str, data: dict[str, Any]) -> dict[str, Any]:
    """Only a note of progress can be told twice: it alone asks how many steps its page has seen."""
    if step == rules.PROGRESS:
        return {**data, "seen": data["seen"] or 0}
    return {name: value for name, value in data.items() if name != "seen"}


def done_words(step: str) -> str:
    return {
        rules.ACCEPT: _("Accepted. Tell here how it goes and hand it in when it is done."),
        rules.PROGRESS: _("Written down."),
        rules.SUBMIT: _("Handed in. Somebody else checks it now."),
        rules.RETURN: _("Given back with the reason."),
        rules.VERIFY: _("Checked. It can be struck off now."),
        rules.CLOSE: _("Struck off."),
        rules.EXTEND: _("The due day is moved."),
        rules.DROP: _("Dropped. The reason stays on record."),
    }[step]


def told_off(request: SignedIn, refused: services.Refused, pk: int) -> HttpResponse:
    messages.error(request, refused.words())
    return redirect("drills:action", pk)
