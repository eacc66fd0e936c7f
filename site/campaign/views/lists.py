"""A list of venues, or a ledger of earlier years: bring the workbook, see what would happen to each row, enter the good
ones."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from campaign.importers.rows import Reading, Row, Verdict, problem_workbook
from campaign.importers.venues import template as venue_template
from campaign.models import ActivityVersion, VenueKind
from campaign.permissions import keeps_venues
from campaign.services import lists as services
from campaign.services.lists import LEDGER, SUBJECTS, VENUES, Subject
from people.gates import SignedIn, only_for, posted
from records.models import PrivateFile
from records.spreadsheets import Unreadable
from records.spreadsheets.reading import LARGEST
from ui.clock import local
from ui.http import XLSX, attachment

PER_PAGE = 50
DONE = {VENUES.name: "campaign:venues", LEDGER.name: "campaign:ledger"}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        error_messages={
            "required": gettext_lazy("Choose the workbook first."),
            "empty": gettext_lazy("The file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("The file is larger than 20 MB. Split it."))
        return file


def subject_of(name: str) -> Subject:
    if name not in SUBJECTS:
        raise Http404
    return SUBJECTS[name]


@only_for(keeps_venues)
def list_import(request: SignedIn, name: str) -> HttpResponse:
    subject, now = subject_of(name), timezone.now()
    form = UploadForm(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = services.keep_list(subject, file.read(), file.name, by=request.user, now=now)
        except Unreadable as refusal:
            form.add_error("file", str(refusal))
        except services.TooManyRows:
            form.add_error("file", _("More than %(most)s rows: split the file.") % {"most": services.MOST_ROWS})
        else:
            return redirect("campaign:list_check", name, kept.pk)
    return render(request, "campaign/list_import.html", {"form": form, "name": name})


@only_for(keeps_venues)
@require_safe
def list_template(request: SignedIn) -> HttpResponse:
    return attachment(venue_template(), _("Venue template") + ".xlsx", XLSX)


def find(request: SignedIn, subject: Subject, pk: UUID) -> PrivateFile:
    """His own, for a day and until it is entered."""
    mine = PrivateFile.objects.filter(kind=subject.kind, created_by=request.user).current(timezone.now())
    return get_object_or_404(mine, pk=pk)


# ── What would happen ────────────────────────────────────────────────────────
@only_for(keeps_venues)
@require_safe
@never_cache
def list_check(request: SignedIn, name: str, pk: UUID) -> HttpResponse:
    subject = subject_of(name)
    file = find(request, subject, pk)
    reading = services.look_at(subject, file, by=request.user, now=timezone.now())
    figures = figures_of(reading)
    show = request.GET.get("show", "")
    if show not in figures:
        show = next((verdict for verdict in ("error", "duplicate", "repaired", "ok") if figures[verdict][1]), "ok")
    rows = [row for row in reading.rows if row.verdict == show]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "name": name,
        "file": file,
        "reading": reading,
        "good": len(reading.good),
        "bad": len(reading.rows) - len(reading.good),
        "figures": [(verdict, *told) for verdict, told in figures.items()],
        "show": show,
        "show_label": figures[show][0],
        "page": page,
        "rows": [line(name, row) for row in page.object_list],
        "several": len(reading.tables) > 1,
    }
    return render(request, "campaign/list_check.html", context)


def figures_of(reading: Reading) -> dict[str, tuple[str, int]]:
    labels = {
        Verdict.OK: pgettext("row of a file", "Good"),
        Verdict.REPAIRED: pgettext("row of a file", "Good after tidying"),
        Verdict.DUPLICATE: pgettext("row of a file", "There already"),
        Verdict.ERROR: pgettext("row of a file", "To put right"),
    }
    return {
        str(verdict.value): (label, sum(row.verdict == verdict for row in reading.rows))
        for verdict, label in labels.items()
    }


def line(name: str, row: Row) -> dict[str, Any]:
    told = {"number": row.number, "sheet": row.sheet, "reason": row.reason}
    cells = [str(cell) for cell in row.cells if cell is not None][:4]
    described = (venue_line if name == VENUES.name else ledger_line)(row) if row.good else {}
    return {"first": "", "second": " · ".join(cells), "number_of": None} | told | described


def venue_line(row: Row) -> dict[str, Any]:
    values = row.values
    told = f"{VenueKind(values['kind']).label} · {values['division'].label}"
    return {"first": values["name"], "second": told, "number_of": values["households"]}


def ledger_line(row: Row) -> dict[str, Any]:
    told = row.values["told"]
    second = f"{local(told.starts_at):%Y-%m-%d} · {ActivityVersion.Form(told.form).label}"
    basis = ActivityVersion.Basis(told.basis).label
    return {"first": told.venue.name, "second": second, "number_of": f"{told.persons} {basis}"}


@only_for(keeps_venues)
@require_safe
def list_problems(request: SignedIn, name: str, pk: UUID) -> HttpResponse:
    subject = subject_of(name)
    reading = services.look_at(subject, find(request, subject, pk), by=request.user, now=timezone.now())
    content = problem_workbook(reading)
    if not content:
        raise Http404
    return attachment(content, _("Rows to put right") + ".xlsx", XLSX)


@only_for(keeps_venues)
@require_POST
def list_enter(request: SignedIn, name: str, pk: UUID) -> HttpResponse:
    subject = subject_of(name)
    file = find(request, subject, pk)
    try:
        reading = services.enter_list(subject, file, by=request.user, now=timezone.now())
    except services.OverAlready:
        messages.info(request, _("The list was entered a moment ago."))
        return redirect(DONE[name])
    words = {
        VENUES.name: _("Entered: %(n)s venues."),
        LEDGER.name: _("Entered: %(n)s activities. Every figure says how many come from earlier ledgers."),
    }
    messages.success(request, words[name] % {"n": len(reading.good)})
    return redirect(DONE[name])
