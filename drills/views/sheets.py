"""An evaluator's own sheet: nobody else's until all of them are locked."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from drills.evaluation_rules import Scored, read_scored
from drills.models import EvaluationSheet
from drills.permissions import evaluations_led_by, evaluations_seen_by, sees_drills
from drills.queries import sheets as queries
from drills.queries.evaluation import are_locked, sheet_for
from drills.services import sheets as services
from drills.services.evaluation import Refused
from drills.services.scores import REFUSALS, SCORING
from people.gates import SignedIn, only_for
from ui.clock import local


def find_own(request: SignedIn, pk: int) -> EvaluationSheet:
    """Whoever has no sheet in this drill finds none."""
    drill = get_object_or_404(evaluations_seen_by(request.user).select_related("organisation"), pk=pk)
    sheet = sheet_for(request.user, drill)
    if sheet is None:
        raise Http404
    sheet.drill = drill
    return sheet


def find_paper(request: SignedIn, pk: int, sheet: int) -> EvaluationSheet:
    """Of an evaluator without an account, who writes on paper: whoever leads types it in."""
    drill = get_object_or_404(evaluations_led_by(request.user).select_related("organisation"), pk=pk)
    on_paper = drill.sheets.filter(evaluator__user=None).select_related("evaluator")
    found = get_object_or_404(on_paper, pk=sheet)
    found.drill = drill
    return found


def is_open(sheet: EvaluationSheet) -> bool:
    return sheet.state == EvaluationSheet.State.DRAFT and sheet.drill.state in SCORING


@only_for(sees_drills)
@never_cache
@require_safe
def sheet(request: SignedIn, pk: int) -> HttpResponse:
    return page(request, find_own(request, pk), score_url=reverse("drills:sheet_score", args=[pk]))


@only_for(sees_drills)
@never_cache
@require_safe
def sheet_paper(request: SignedIn, pk: int, sheet: int) -> HttpResponse:
    found = find_paper(request, pk, sheet)
    return page(request, found, score_url=reverse("drills:sheet_paper_score", args=[pk, sheet]), paper=True)


def page(request: SignedIn, found: EvaluationSheet, *, score_url: str, paper: bool = False) -> HttpResponse:
    given, all_ = queries.progress(found)
    context = {
        "drill": found.drill,
        "sheet": found,
        "blocks": queries.blocks_of(found),
        "given": given,
        "all": all_,
        "open": is_open(found),
        "over": found.drill.state in services.OVER,
        "locked": are_locked(found.drill),
        "score_url": score_url,
        "paper": paper,
    }
    return render(request, "drills/sheet.html", context)


@only_for(sees_drills)
@never_cache
@require_safe
def sheet_item(request: SignedIn, pk: int, item: int) -> HttpResponse:
    """One item with all observations: where the evidence is ticked that was not noted for it."""
    found = find_own(request, pk)
    place = get_object_or_404(found.items.select_related("item__section__version__template"), item=item)
    context = {
        "drill": found.drill,
        "sheet": found,
        "line": queries.line_for(found, place),
        "open": is_open(found),
        "score_url": reverse("drills:sheet_score", args=[pk]),
        "paper": False,
    }
    return render(request, "drills/sheet_item.html", context)


# ── Saving ───────────────────────────────────────────────────────────────────
@only_for(sees_drills)
@require_POST
def sheet_score(request: SignedIn, pk: int) -> HttpResponse:
    return saved(request, find_own(request, pk), back=reverse("drills:sheet", args=[pk]))


@only_for(sees_drills)
@require_POST
def sheet_paper_score(request: SignedIn, pk: int, sheet: int) -> HttpResponse:
    """The event names the evaluator, and in the log stands who typed it."""
    found = find_paper(request, pk, sheet)
    return saved(request, found, back=reverse("drills:sheet_paper", args=[pk, sheet]))


def saved(request: SignedIn, found: EvaluationSheet, *, back: str) -> HttpResponse:
    """One value. The page's script asks for JSON; without it the form sends itself and comes back to its item."""
    now, scored = timezone.now(), read_scored(payload_of(request))
    refused = REFUSALS["forged"] if scored is None else save(found, scored, by=request.user, now=now)
    if request.headers.get("X-Requested-With") == "fetch":
        return told(found, refused, now)
    if refused:
        messages.error(request, str(refused))
    return redirect(back + (f"#item-{scored.item}" if scored else ""))


def payload_of(request: HttpRequest) -> dict[str, Any]:
    item = request.POST.get("item", "")
    return {
        "item": int(item) if item.isascii() and item.isdigit() and len(item) < 10 else None,
        "value": request.POST.get("value", ""),
        "reason": request.POST.get("reason", ""),
        "evidence": request.POST.getlist("evidence"),
    }


def save(sheet: EvaluationSheet, scored: Scored, *, by: Any, now: datetime) -> Any:
    """Why not, in words; empty when it is saved."""
    try:
        services.score_item(sheet, scored, by=by, now=now)
    except Refused as refused:
        return refused.words
    return ""


def told(sheet: EvaluationSheet, refused: Any, now: datetime) -> JsonResponse:
    if refused:
        return JsonResponse({"code": "refused", "text": str(refused)}, status=409)
    given, all_ = queries.progress(sheet)
    return JsonResponse({"code": "ok", "given": given, "all": all_, "saved": f"{local(now):%H:%M:%S}"})


@only_for(sees_drills)
@require_POST
def sheet_hand_in(request: SignedIn, pk: int) -> HttpResponse:
    found = find_own(request, pk)
    try:
        services.hand_in(found, by=request.user, now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused.words))
    else:
        messages.success(request, _("Your sheet is handed in."))
    return redirect("drills:sheet", pk)
