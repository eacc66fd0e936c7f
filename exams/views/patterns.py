"""Odd patterns after an exam: worth a look, no proof of anything. A person decides about each and says so."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from exams import services
from exams.forms.oversight import PatternForm
from exams.models import Exam, ExamStatistics
from exams.pattern_rules import LIMITS
from exams.permissions import holds_exams
from exams.queries import patterns as queries
from exams.views.exams import managed
from people.gates import SignedIn, only_for, posted

PER_PAGE = 30
NOT_DRAFT = (Exam.State.PUBLISHED, Exam.State.WITHDRAWN)


@only_for(holds_exams)
def exam_patterns(request: SignedIn, pk: int) -> HttpResponse:
    exam = managed(request, pk, *NOT_DRAFT)
    kept = ExamStatistics.objects.filter(exam=exam).select_related("exam").first()
    form = PatternForm(posted(request))
    if form.is_bound and form.is_valid():
        decide(request, exam, kept, form.cleaned_data)
        messages.success(request, _("Your decision is written down."))
        return redirect(request.get_full_path())
    context: dict[str, Any] = {"exam": exam, "kept": kept, "form": form}
    if kept:
        kind = request.GET.get("kind", "")
        kind = kind if kind in queries.KINDS else ""
        undecided = request.GET.get("state") == "undecided"
        rows = queries.pattern_rows(kept, kind=kind, undecided=undecided)
        context |= {
            "kind": kind,
            "undecided": undecided,
            "counts": queries.counts(kept),
            "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "limits": LIMITS,
        }
    return render(request, "exams/exam_patterns.html", context)


def decide(request: SignedIn, exam: Exam, kept: ExamStatistics | None, data: dict[str, Any]) -> None:
    known = {one["key"] for one in kept.patterns} if kept else set()
    if data["pattern"] not in known:
        raise Http404
    services.review_pattern(exam, **data, by=request.user, now=timezone.now())
