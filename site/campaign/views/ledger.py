"""科普活动台账: what counts, in the columns that offices keep."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaign.exporters.ledger import ledger_workbook
from campaign.forms.lens import LedgerFilter
from campaign.models import Activity
from campaign.permissions import keeps_venues, sees_campaign
from campaign.queries import ledger as told
from campaign.queries.figures import figures
from people.gates import SignedIn, only_for
from records.services import log
from ui.http import XLSX, attachment

PER_PAGE = 50


def asked(request: SignedIn) -> LedgerFilter:
    return LedgerFilter(request.GET, user=request.user, now=timezone.now())


@only_for(sees_campaign)
def ledger(request: SignedIn) -> HttpResponse:
    form = asked(request)
    lens = form.lens()
    page = Paginator(told.ledger(lens), PER_PAGE).get_page(request.GET.get("page"))
    rows = [line(one) for one in page.object_list]
    context = {"form": form, "lens": lens, "page": page, "rows": rows, "totals": figures(lens)}
    context["may_import"] = keeps_venues(request.user)
    return render(request, "campaign/ledger.html", context)


def line(version: Any) -> dict[str, Any]:
    given = told.materials_of(version)
    return {
        "version": version,
        "title": told.title_of(version),
        "entries": "、".join(entry.label for entry in told.entries_of(version)),
        "leaflets": told.leaflets(version),
        "boards": given.get("board", 0),
        "banners": given.get("banner", 0),
        "lag": told.lag_of(version),
        "late": version.activity.how == Activity.How.PAPER,
        "corrections": told.corrections_of(version),
    }


@only_for(sees_campaign)
@require_POST
def ledger_export(request: SignedIn) -> HttpResponse:
    """Exactly what is shown, of all pages."""
    lens = asked(request).lens()
    content = ledger_workbook(lens)
    log("campaign.ledger_exported", by=request.user, payload={"query": lens.query}, now=lens.known_at)
    name = _("Ledger of safety education activities")
    return attachment(content, f"{name}.xlsx", XLSX)
