"""From locked sheets to the score, each point open to its evidence."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from drills import evaluation_rules as rules
from drills.exporters.scores import workbook
from drills.forms.evaluation import ReconcileForm
from drills.models import Drill
from drills.permissions import evaluations_led_by, evaluations_seen_by, scores_seen_by, sees_drills
from drills.queries import evaluation as queries
from drills.queries import results as result_queries
from drills.services import results as services
from drills.services.evaluation import Refused
from drills.views.evaluation import find_led
from people.gates import SignedIn, only_for, posted
from records.services import log
from ui.http import XLSX, attachment


# ── Talking over ─────────────────────────────────────────────────────────────
@only_for(sees_drills)
def reconcile(request: SignedIn, pk: int) -> HttpResponse:
    """What the evaluators differ about; decided by the lead evaluator, read by all of them."""
    drill = get_object_or_404(evaluations_seen_by(request.user).select_related("organisation"), pk=pk)
    leads = evaluations_led_by(request.user).filter(pk=pk).exists()
    if not result_queries.shows_values(request.user, drill):
        raise Http404
    form = ReconcileForm(posted(request))
    if request.method == "POST":
        if not leads:
            raise Http404
        if form.is_valid() and decided(request, drill, form):
            return redirect(f"{request.path}#item-{form.cleaned_data['item']}")
    inputs = queries.inputs_of(drill)
    points = queries.points_of(drill, inputs)
    differing = [point for point in points.values() if point.standing.differs]
    return render(
        request,
        "drills/reconcile.html",
        {
            "drill": drill,
            "differing": sorted(differing, key=lambda point: not point.open),
            "open": sum(point.open for point in differing),
            "agreement": rules.agreement(point.standing for point in points.values()),
            "leads": leads and drill.state == Drill.State.EVALUATING,
            "form": form,
            "spread": inputs.spread,
        },
    )


def decided(request: SignedIn, drill: Drill, form: ReconcileForm) -> bool:
    data = form.cleaned_data
    item = next((item for item in queries.items_of(queries.forms_of(drill)) if item.pk == data["item"]), None)
    if item is None:
        raise Http404
    words: dict[str, Any] = {"rationale": data["rationale"], "by": request.user, "now": timezone.now()}
    try:
        services.reconcile(drill, item, data["value"], **words)
    except Refused as refused:
        messages.error(request, str(refused.words))
        return False
    messages.success(request, _("Decided: item %(code)s.") % {"code": item.code})
    return True


# ── The score ────────────────────────────────────────────────────────────────
def find_scored(request: SignedIn, pk: int) -> Drill:
    return get_object_or_404(scores_seen_by(request.user).select_related("organisation"), pk=pk)


@only_for(sees_drills)
def score(request: SignedIn, pk: int) -> HttpResponse:
    drill = find_scored(request, pk)
    shown = result_queries.score_page(drill, early=result_queries.sees_early(request.user, drill))
    leads = evaluations_led_by(request.user).filter(pk=pk).exists()
    may_release = leads and shown is not None and drill.state == Drill.State.EVALUATING
    return render(
        request,
        "drills/score.html",
        {
            "drill": drill,
            "shown": shown,
            "may_release": may_release and not shown.is_current and not shown.open,  # type: ignore[union-attr]
            "sees_evaluation": evaluations_seen_by(request.user).filter(pk=pk).exists(),
            "leads": leads,
        },
    )


@only_for(sees_drills)
@require_POST
def score_release(request: SignedIn, pk: int) -> HttpResponse:
    drill = find_led(request, pk)
    try:
        services.release_score(drill, by=request.user, now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused.words))
    else:
        messages.success(request, _("The score is released."))
    return redirect("drills:score", pk)


@only_for(sees_drills)
@require_POST
def score_export(request: SignedIn, pk: int) -> HttpResponse:
    """Every value with its weights, so that anybody can count again."""
    now, drill = timezone.now(), find_scored(request, pk)
    shown = result_queries.score_page(drill, early=result_queries.sees_early(request.user, drill))
    if shown is None:
        raise Http404
    content = workbook(drill, shown, now=now)
    log("drills.scores_exported", by=request.user, obj=drill, now=now)
    return attachment(content, f"{drill.marked_title}{_('Evaluation values')}.xlsx", XLSX)
