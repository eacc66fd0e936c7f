"""Reading the run log, exporting it, and deciding what is odd in it after the phones have come back."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from drills.exporters.run_log import workbook
from drills.forms.run import DecisionForm, LogFilter
from drills.models import Drill
from drills.permissions import can_direct, sees_drills
from drills.queries.log_page import Merge, log_rows, told
from drills.services import run as services
from drills.views.run import directed, evaluation_url, watched
from people.gates import SignedIn, only_for
from records.services import log
from ui.http import XLSX, attachment

PER_PAGE = 100


@only_for(sees_drills)
def run_log(request: SignedIn, pk: int) -> HttpResponse:
    drill = watched(request, pk)
    form = LogFilter(request.GET, drill=drill)
    page = Paginator(log_rows(drill, **form.chosen()), PER_PAGE).get_page(request.GET.get("page"))
    context = {"drill": drill, "form": form, "page": page, "rows": told(drill, page.object_list)}
    return render(request, "drills/run/log.html", {**context, "query": request.GET.urlencode()})


@only_for(sees_drills)
@require_POST
def run_log_export(request: SignedIn, pk: int) -> HttpResponse:
    """Exactly what is shown, all its pages."""
    drill, now = watched(request, pk), timezone.now()
    rows = told(drill, log_rows(drill, **LogFilter(request.GET, drill=drill).chosen()))
    log("drills.log_exported", by=request.user, obj=drill, payload={"rows": len(rows)}, now=now)
    name = _("Run log") + f" {drill.marked_title}.xlsx"
    return attachment(workbook(drill, rows, now=now), name, XLSX)


@only_for(sees_drills)
def merge(request: SignedIn, pk: int) -> HttpResponse:
    drill, now = watched(request, pk), timezone.now()
    return render(request, "drills/run/merge.html", context_of(request, drill, now))


def context_of(request: SignedIn, drill: Drill, now: datetime) -> dict[str, Any]:
    return {
        "drill": drill,
        "merge": Merge(drill, now),
        "may_decide": can_direct(request.user, drill) and drill.state != Drill.State.ARCHIVED,
        "is_live": drill.state in Drill.LIVE,
        "evaluation_url": evaluation_url(request, drill),
    }


@only_for(sees_drills)
@require_POST
def merge_decide(request: SignedIn, pk: int) -> HttpResponse:
    drill = directed(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose, and say why."))
        return redirect("drills:merge", pk)
    data = form.cleaned_data
    try:
        services.decide(
            drill,
            str(data["uid"]),
            stands=data["decision"] == services.STANDS,
            reason=data["reason"],
            by=request.user,
            now=timezone.now(),
        )
    except services.NotNow:
        messages.warning(request, _("A stop or a pause is judged only when the drill is over."))
    except services.RunError:
        messages.warning(request, _("This entry cannot be decided on."))
    else:
        messages.success(request, _("Decided and written into the log."))
    return redirect("drills:merge", pk)
