"""A table of events brought as a worksheet or pasted: a verdict for each row, then the good ones go in."""

import re
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from drills.forms.msel import ColumnsForm, HowForm, PasteForm, UploadForm
from drills.importers.msel import TooManyRows
from drills.importers.pasted import NoCells
from drills.importers.reasons import REASONS
from drills.models import Drill
from drills.permissions import holds_drills
from drills.queries import msel_checks
from drills.queries.msel_verdicts import judge
from drills.services import msel, msel_imports
from drills.services.msel_imports import PASTED, TAKEN, UPLOAD
from drills.views.fetch import managed
from drills.views.msel import above, design_or_back
from people.gates import SignedIn, only_for, posted
from records.models import PrivateFile
from records.spreadsheets import Unreadable
from ui.http import XLSX, attachment

PER_PAGE = 100
COLUMN = re.compile(r"[hc]\d")  # of the form in which columns are given their meaning
ASKED = frozenset({"times", "counts", "join", "replace", "rows", "page"})  # what the form of the check asks anew


def own(request: SignedIn, file: uuid.UUID, *kinds: str) -> PrivateFile:
    """What he brought himself, as long as it is kept."""
    mine = PrivateFile.objects.current(timezone.now()).filter(created_by=request.user, kind__in=kinds)
    return get_object_or_404(mine, pk=file)


@only_for(holds_drills)
def msel_import(request: SignedIn, pk: int) -> HttpResponse:
    drill = managed(request, pk, Drill.State.DRAFT)
    form = UploadForm(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = msel_imports.keep_upload(file.name, file.read(), by=request.user, now=timezone.now())
        except (Unreadable, TooManyRows) as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("drills:msel_check", pk, kept.pk)
    return render(request, "drills/msel/import.html", {"drill": drill, "form": form, "above": above(drill)})


@only_for(holds_drills)
def msel_paste(request: SignedIn, pk: int) -> HttpResponse:
    drill = managed(request, pk, Drill.State.DRAFT)
    form = PasteForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            kept = msel_imports.keep_pasted(form.cleaned_data["cells"], by=request.user, now=timezone.now())
        except NoCells as none:
            form.add_error("cells", str(REASONS[str(none)]))
        else:
            query = QueryDict(mutable=True)
            query["first"] = form.cleaned_data["first"]
            return redirect(f"{reverse('drills:msel_check', args=[pk, kept.pk])}?{query.urlencode()}")
    return render(request, "drills/msel/paste.html", {"drill": drill, "form": form, "above": above(drill)})


@only_for(holds_drills)
@require_safe
@never_cache
def msel_check(request: SignedIn, pk: int, file: uuid.UUID) -> HttpResponse:
    """The verdict on every row, as the address says that the file is meant."""
    drill = managed(request, pk, Drill.State.DRAFT)
    found = own(request, file, UPLOAD)
    sheets = msel_imports.sheets_of(found)
    how = how_of(request.GET, sheets, found)
    verdict = judge(sheets, drill, options=how.options(), replace=how.replaces)
    word = request.GET.get("rows", "")
    lines = msel_checks.lines_of(verdict, word if word in msel_checks.NAMES else "")
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "drill": drill,
        "found": found,
        "pasted": found.name == PASTED,
        "how": how,
        "verdict": verdict,
        "counts": verdict.counts,
        "figures": msel_checks.figures_of(verdict, request.GET),
        "word": word,
        "page": page,
        "remarks": msel_checks.remarks_of(verdict),
        "joinable": msel_checks.joinable(verdict),
        "columns": ColumnsForm(sheets=sheets, reading=verdict.reading),
        "query": request.GET.urlencode(),
        "kept": [(name, value) for name, value in request.GET.items() if name not in ASKED],
        "said": [(name, value) for name, value in request.GET.items() if not COLUMN.match(name) and name != "page"],
        "above": above(drill),
        "present": drill.events.count(),
    }
    return render(request, "drills/msel/check.html", context)


def how_of(told: QueryDict, sheets: Any, file: PrivateFile) -> HowForm:
    return HowForm(told, sheets=sheets, pasted=file.name == PASTED, first=told.get("first", ""))


@only_for(holds_drills)
@require_POST
def msel_commit(request: SignedIn, pk: int, file: uuid.UUID) -> HttpResponse:
    found = own(request, file, UPLOAD, TAKEN)

    def act(request: SignedIn, drill: Drill) -> HttpResponse:
        how = how_of(request.GET, msel_imports.sheets_of(found), found)
        items = msel_imports.commit_upload(
            found, drill, options=how.options(), replace=how.replaces, by=request.user, now=timezone.now()
        )
        if items is None:
            messages.info(request, _("These rows are in the table already."))
        else:
            said = ngettext("%(n)s event came into the table.", "%(n)s events came into the table.", len(items))
            messages.success(request, said % {"n": len(items)})
        return redirect("drills:msel", pk)

    try:
        return design_or_back(act, request, pk)
    except msel.TooMany:
        messages.error(request, _("That is more events than a drill may have."))
        return redirect(f"{reverse('drills:msel_check', args=[pk, file])}?{request.GET.urlencode()}")


@only_for(holds_drills)
@require_safe
def msel_problems(request: SignedIn, pk: int, file: uuid.UUID) -> HttpResponse:
    """The rows that do not come in, whole, each with its reason."""
    drill = managed(request, pk)
    found = own(request, file, UPLOAD, TAKEN)
    sheets = msel_imports.sheets_of(found)
    verdict = judge(sheets, drill, options=how_of(request.GET, sheets, found).options())
    if not verdict.counts["errors"]:
        raise Http404
    return attachment(msel_imports.problem_rows(verdict), _("Rows to correct") + ".xlsx", XLSX)
