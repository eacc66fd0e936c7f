"""How organisations, townships and sectors did: for whoever is in charge of them, and only of them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exams.exporters.comparison import comparison_workbook
from exams.queries import comparison as queries
from exams.views.exams import seen
from people.gates import SignedIn, only_for
from people.permissions import has_office
from records.services import log
from ui.clock import local
from ui.http import XLSX, attachment


def chosen(request: SignedIn) -> queries.By:
    by = request.GET.get("by", "")
    return queries.By(by) if by in queries.By.values else queries.By.ORGANISATION


@only_for(has_office)
def exam_comparison(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    exam, by = seen(request, pk), chosen(request)
    groups = queries.comparison(exam, request.user, now, by)
    context = {"exam": exam, "by": by, "choices": queries.By.choices, "groups": groups, "at": now}
    return render(request, "exams/exam_comparison.html", context | {"whole": queries.total(groups)})


@only_for(has_office)
@require_POST
def exam_comparison_export(request: SignedIn, pk: int) -> HttpResponse:
    """All three, a sheet each."""
    now = timezone.now()
    exam = seen(request, pk)
    sheets = [(str(by.label), queries.comparison(exam, request.user, now, by)) for by in queries.By]
    log("exams.comparison_exported", by=request.user, obj=exam, now=now)
    body = comparison_workbook(exam, sheets, now)
    name = _("%(exam)s-comparison-%(time)s.xlsx") % {"exam": exam.title, "time": f"{local(now):%Y%m%d-%H%M}"}
    return attachment(body, name, XLSX)
