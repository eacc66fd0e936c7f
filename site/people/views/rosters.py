from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from people import rules
from people.forms.rosters import FIELD_NAMES, ColumnsForm, UploadForm
from people.gates import SignedIn, only_for, posted
from people.importers import reasons
from people.models import Membership, RosterImport
from people.permissions import can_import_rosters
from people.services import rosters
from people.services.rosters import Verdict, staging
from people.services.rosters.staging import StagedRow
from records.services import log
from records.spreadsheets import reading
from ui.http import XLSX, attachment

PER_PAGE = 50
State = RosterImport.State
KINDS: dict[str, str] = {Verdict.ERROR: "due"}  # how a figure is dressed


def find(request: SignedIn, pk: int) -> RosterImport:
    visible = RosterImport.objects.visible_to(request.user)
    related = visible.select_related("organisation__division", "file", "staged", "problem_file", "job", "created_by")
    return get_object_or_404(related, pk=pk)


@only_for(can_import_rosters)
@require_safe
def roster_list(request: SignedIn) -> HttpResponse:
    rows = RosterImport.objects.visible_to(request.user).select_related("organisation", "staged").defer("people")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/roster_list.html", {"page": page})


@only_for(can_import_rosters)
def roster_upload(request: SignedIn) -> HttpResponse:
    form = UploadForm(posted(request), request.FILES or None, user=request.user)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["roster"]
        organisation = form.chosen()
        roster = rosters.receive_roster(
            file.read(), file.name, organisation=organisation, by=request.user, now=timezone.now()
        )
        return redirect("people:roster_detail", roster.pk)
    return render(request, "people/roster_upload.html", {"form": form})


@only_for(can_import_rosters)
@require_safe
def roster_template(request: SignedIn) -> HttpResponse:
    form = UploadForm(user=request.user)
    return attachment(rosters.template_workbook(with_units=form.for_all), _("Roster template") + ".xlsx", XLSX)


# ── One roster ───────────────────────────────────────────────────────────────
@only_for(can_import_rosters)
@require_safe
@never_cache
def roster_detail(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    roster = find(request, pk)
    context: dict[str, Any] = {"roster": roster, "kept": roster.is_kept(now), "counts": roster.counts}
    if roster.job and not (roster.job.is_over and roster.job.state == "done"):
        return render(request, "people/roster_running.html", context | {"job": roster.job})
    if roster.state == State.REFUSED:
        context["refusal"] = reading.REFUSALS.get(roster.refusal, roster.refusal)
        return render(request, "people/roster_refused.html", context)
    if roster.state == State.CHECKED and not context["kept"]:
        return render(request, "people/roster_over.html", context)
    return render(request, "people/roster_detail.html", context | rows_shown(request, roster, kept=context["kept"]))


def rows_shown(request: SignedIn, roster: RosterImport, *, kept: bool) -> dict[str, Any]:
    """The rows of one verdict, in the order of the file; the worst first where nothing was chosen."""
    figures = figures_of(roster)
    chosen = request.GET.get("show", "")
    show = chosen if chosen in dict(Verdict.choices) else first_shown(roster)
    staged = rosters.read_staged(roster) if kept else staging.Staged([], [])
    page = Paginator([row for row in staged.rows if row.verdict == show], PER_PAGE).get_page(request.GET.get("page"))
    done = roster.counts.get("done", {})
    return {
        "figures": figures,
        "show": show,
        "show_label": str(Verdict(show).label),
        "page": page,
        "rows": [shown(row) for row in page.object_list],
        "sheets": staged.sheets,
        "mapped": [mapped(sheet) for sheet in staged.sheets if sheet.columns],
        "to_import": sum(roster.counts.get(verdict, 0) for verdict in (Verdict.NEW, Verdict.CHANGED)),
        "done": done,
        "late": done.get(Verdict.ERROR, 0),
    }


def figures_of(roster: RosterImport) -> list[dict[str, Any]]:
    return [
        {"verdict": verdict, "label": label, "count": roster.counts.get(verdict, 0), "kind": KINDS.get(verdict, "")}
        for verdict, label in Verdict.choices
    ]


def first_shown(roster: RosterImport) -> str:
    order = (Verdict.ERROR, Verdict.DUPLICATE, Verdict.CHANGED, Verdict.NEW, Verdict.UNCHANGED)
    return next((verdict for verdict in order if roster.counts.get(verdict)), Verdict.NEW)


def shown(row: StagedRow) -> dict[str, Any]:
    values = row.values
    return {
        "sheet": row.sheet,
        "number": row.number,
        "name": values.get("name", ""),
        "tail": values.get("identity", "")[-4:],
        "organisation": values.get("organisation", ""),
        "department": values.get("department", ""),
        "post": values.get("post", ""),
        "category": category(values.get("category", "")),
        "reason": reasons.told(row.problems),
        "differences": [difference(*told) for told in row.differences],
        "repaired": [FIELD_NAMES[name] for name in row.repaired],
    }


def category(value: str) -> str:
    return str(Membership.Category(value).label) if value in Membership.Category.values else value


def difference(name: str, before: str, after: str) -> dict[str, str]:
    mask = {"phone": rules.mask_phone, "category": category}.get(name, str)
    if name == "identity":
        mask = ("…%s").__mod__
    return {"label": str(FIELD_NAMES[name]), "before": mask(before) if before else "", "after": mask(after)}


def mapped(sheet: staging.StagedSheet) -> dict[str, Any]:
    pairs: Iterable[tuple[str, int]] = sorted(sheet.columns.items(), key=lambda pair: pair[1])
    return {"name": sheet.name, "pairs": [(sheet.headers[column], FIELD_NAMES[name]) for name, column in pairs]}


@only_for(can_import_rosters)
@never_cache
def roster_columns(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    roster = find(request, pk)
    if roster.state != State.CHECKED or not roster.is_kept(now):
        raise Http404
    form = ColumnsForm(posted(request), staged=rosters.read_staged(roster))
    if form.is_bound and form.is_valid():
        try:
            rosters.correct_columns(roster, form.given(), by=request.user, now=now)
        except rosters.NotNow:
            messages.info(request, _("The roster is being imported already."))
        return redirect("people:roster_detail", pk)
    return render(request, "people/roster_columns.html", {"roster": roster, "form": form})


@only_for(can_import_rosters)
@require_POST
def roster_import(request: SignedIn, pk: int) -> HttpResponse:
    roster = find(request, pk)
    try:
        rosters.start_import(roster, by=request.user, now=timezone.now())
    except rosters.NotNow:
        messages.info(request, _("Nothing was started: the roster is imported already, or it is older than a day."))
    return redirect("people:roster_detail", pk)


@only_for(can_import_rosters)
@require_safe
def roster_problems(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    roster = find(request, pk)
    file = roster.problem_file
    if file is None or file.expires_at is None or file.expires_at <= now:
        raise Http404
    content = staging.kept(file)
    log("people.roster_problems_read", by=request.user, obj=roster, now=now)
    return attachment(content, _("Rows to put right") + ".xlsx", XLSX)
