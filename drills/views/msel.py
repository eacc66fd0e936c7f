"""The table of events to read: three views of one table, as a workbook, as a pack on paper."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from drills.exporters import msel as exporter
from drills.models import Drill
from drills.permissions import can_manage_drill, holds_drills, sees_drills
from drills.queries.msel import COLUMN_NAMES, pack_of, table_of
from drills.services import msel as services
from drills.views.fetch import managed, readable
from people.gates import SignedIn, only_for
from records.services import log
from ui.http import PDF, XLSX, attachment
from ui.pdf import render_pdf
from ui.registry import MenuItem

NAMES: dict[str, Any] = {
    exporter.MAIN: gettext_lazy("Main table"),
    exporter.SCRIPT: pgettext_lazy("view of the table", "Script"),
    exporter.HSEEP: gettext_lazy("International"),
}


def chosen_view(request: SignedIn) -> str:
    view = request.GET.get("view", "")
    return view if view in exporter.VIEWS else exporter.MAIN


def may_edit(request: SignedIn, drill: Drill) -> bool:
    return drill.state == Drill.State.DRAFT and can_manage_drill(request.user, drill)


@only_for(sees_drills)
@require_safe
def msel(request: SignedIn, pk: int) -> HttpResponse:
    drill, view = readable(request, pk), chosen_view(request)
    table = table_of(drill)
    context = {
        "drill": drill,
        "table": table,
        "view": view,
        "views": NAMES.items(),
        "may_edit": may_edit(request, drill),
        "frozen": drill.state != Drill.State.DRAFT,
    }
    if view == exporter.HSEEP:
        context |= {"terms": terms(), "kinds": exporter.HSEEP_KINDS}
    return render(request, f"drills/msel/{view}.html", context)


def terms() -> list[tuple[str, Any]]:
    """The columns of HSEEP with what they mean in the language of the page."""
    columns = ("number", "time", "scenario_time", "kind", "mode", "sender", "receiver", "text")
    meanings = [COLUMN_NAMES[name] for name in (*columns, "expected", "objective", "responsible", "notes")]
    return [(term, said) for (term, _w, _c), said in zip(exporter.HSEEP_COLUMNS, meanings, strict=True)]


def above(drill: Drill) -> MenuItem:
    """The way back from a page below the table."""
    return MenuItem(_("Table of events"), reverse("drills:msel", args=[drill.pk]))


@only_for(sees_drills)
@require_safe
def msel_export(request: SignedIn, pk: int) -> HttpResponse:
    now, drill, view = timezone.now(), readable(request, pk), chosen_view(request)
    table = table_of(drill)
    log(
        "drills.events_exported", by=request.user, obj=drill, payload={"rows": len(table.events), "view": view}, now=now
    )
    name = f"{drill.marked_title} {exporter.NAMES[view]}.xlsx"
    return attachment(exporter.msel_workbook(table, view, now=now), name, XLSX)


@only_for(holds_drills)
@require_safe
def msel_template(request: SignedIn) -> HttpResponse:
    return attachment(exporter.msel_template(), f"{exporter.NAMES[exporter.MAIN]}.xlsx", XLSX)


@only_for(sees_drills)
@require_safe
def run_pack(request: SignedIn, pk: int) -> HttpResponse:
    """Enough to go on with when no network is left: the table with room to write, roles, stop word, phones."""
    now, drill = timezone.now(), readable(request, pk)
    log("drills.run_pack_printed", by=request.user, obj=drill, now=now)
    content = render_pdf("drills/msel/run_pack.html", pack_of(drill, now))
    return attachment(content, f"{drill.marked_title} " + _("Run pack") + ".pdf", PDF)


# ── Changing the whole table ─────────────────────────────────────────────────
def design_or_back(view: Callable[[SignedIn, Drill], HttpResponse], request: SignedIn, pk: int) -> HttpResponse:
    """Approved meanwhile: said, and shown as it stands."""
    drill = managed(request, pk)
    try:
        return view(request, drill)
    except services.Frozen:
        messages.error(request, _("The drill is approved: its table changes only by events of the run."))
        return redirect("drills:msel", pk)


@only_for(holds_drills)
@require_POST
def msel_renumber(request: SignedIn, pk: int) -> HttpResponse:
    def act(request: SignedIn, drill: Drill) -> HttpResponse:
        count = services.renumber(drill, by=request.user, now=timezone.now())
        said = ngettext("%(n)s event has another number now.", "%(n)s events have another number now.", count)
        messages.success(request, said % {"n": count} if count else _("The table stands in its order already."))
        return redirect("drills:msel_sheet" if "sheet" in request.POST else "drills:msel", pk)

    return design_or_back(act, request, pk)
