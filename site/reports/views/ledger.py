"""The drill ledger and its breakdown: two ways to look at the same rows."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people.gates import SignedIn, only_for
from records.services import log
from reports import ledger
from reports.breakdown import CUTS, breakdown
from reports.figures import FIGURES
from reports.forms import LensForm
from reports.lens import Lens
from reports.permissions import sees_figures
from ui.http import XLSX, attachment

PER_PAGE = 50


def asked(request: SignedIn) -> LensForm:
    return LensForm(request.GET, user=request.user, now=timezone.now())


def totals_of(lens: Lens) -> ledger.Totals:
    named = ("drills", "named", "persons", "heads")
    return ledger.Totals(**{name: FIGURES[name].value(FIGURES[name].rows(lens)) for name in named})


@only_for(sees_figures)
def drill_ledger(request: SignedIn) -> HttpResponse:
    form = asked(request)
    lens = form.lens()
    page = Paginator(ledger.ledger(lens), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "lens": lens, "page": page, "totals": totals_of(lens), "rows": shown(page.object_list)}
    return render(request, "reports/drill_ledger.html", context)


def shown(drills: Any) -> list[dict[str, Any]]:
    return [{"drill": one, "lag": ledger.lag_days(one), "done": ledger.done(one)} for one in drills]


@only_for(sees_figures)
@require_POST
def drill_ledger_export(request: SignedIn) -> HttpResponse:
    """Exactly what is shown, of all pages."""
    lens = asked(request).lens()
    rows = ledger.ledger(lens)
    totals = totals_of(lens)
    log("reports.ledger_exported", by=request.user, payload={"rows": totals.drills}, now=lens.known_at)
    title = _("Ledger of emergency drills")
    return attachment(ledger.workbook(lens, rows, totals, title=title), f"{title}.xlsx", XLSX)


@only_for(sees_figures)
def drill_figures(request: SignedIn) -> HttpResponse:
    form = asked(request)
    lens = form.lens()
    tables = [(name, title, breakdown(lens, name)) for name, title in titles() if name in CUTS]
    context = {"form": form, "lens": lens, "totals": totals_of(lens), "tables": tables}
    return render(request, "reports/drill_figures.html", context)


def titles() -> list[tuple[str, str]]:
    return [
        ("hazard", _("By hazard")),
        ("township", _("By township")),
        ("sector", _("By sector")),
        ("month", _("By month")),
    ]
