"""Questions from a workbook: upload, check, import as a job."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from exams.exporters.question_template import question_template
from exams.forms.banks import UploadForm
from exams.importers.verdicts import IMPORTED
from exams.models import QuestionImport
from exams.permissions import banks_edited_by, edits_banks
from exams.queries import question_checks
from exams.services import question_imports as services
from exams.views.banks import edited
from people.gates import SignedIn, only_for, posted
from records.spreadsheets import Unreadable
from ui.http import XLSX, attachment

PER_PAGE = 50


def own(request: SignedIn, pk: int) -> QuestionImport:
    imports = QuestionImport.objects.visible_to(request.user).select_related("bank", "file", "problem_file", "job")
    return get_object_or_404(imports, pk=pk, bank__in=banks_edited_by(request.user))


@only_for(edits_banks)
@require_safe
def template(request: SignedIn) -> HttpResponse:
    return attachment(question_template(), _("Questions to import") + ".xlsx", XLSX)


@only_for(edits_banks)
def bank_import(request: SignedIn, pk: int) -> HttpResponse:
    bank = edited(request, pk)
    form = UploadForm(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            started = services.start_import(bank, file.name, file.read(), by=request.user, now=timezone.now())
        except Unreadable as unreadable:
            form.add_error("file", str(unreadable))
        else:
            return redirect("exams:import_check", started.pk)
    return render(request, "exams/bank_import.html", {"form": form, "bank": bank})


@only_for(edits_banks)
@require_safe
@never_cache
def import_check(request: SignedIn, pk: int) -> HttpResponse:
    """The verdict of every row as it would be now; once the rows are in, what became of them."""
    found = own(request, pk)
    context: dict[str, Any] = {"found": found, "bank": found.bank, "counts": found.counts}
    current = found.file is not None and (found.file.expires_at is None or found.file.expires_at > timezone.now())
    if found.state == QuestionImport.State.CHECKED and current:
        context |= checked(request, found)
    elif found.state == QuestionImport.State.CHECKED:
        context["expired"] = True
    return render(request, "exams/bank_import_check.html", context)


def checked(request: SignedIn, found: QuestionImport) -> dict[str, Any]:
    assert found.file
    with found.file.open() as file:
        check = services.check_file(found.bank, found.file_name, file.read())
    word = request.GET.get("rows", "")
    word = word if word in question_checks.NAMES else ""
    page = Paginator(question_checks.filtered(check, word), PER_PAGE).get_page(request.GET.get("page"))
    return {
        "counts": check.counts,
        "figures": question_checks.figures(check),
        "word": word,
        "page": page,
        "lines": question_checks.lines(page.object_list),
        "remarks": question_checks.remark_lines(check),
        "good": len(check.of(IMPORTED)),
    }


@only_for(edits_banks)
@require_POST
def import_commit(request: SignedIn, pk: int) -> HttpResponse:
    found = own(request, pk)
    if not services.ask_for_import(found, by=request.user, now=timezone.now()):
        messages.info(request, _("This file is being imported already."))
    return redirect("exams:import_check", found.pk)
