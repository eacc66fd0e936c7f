"""The statistics of an exam: the whole, its questions, and the workbook. For those who hold the exam."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exams import statistics_charts as charts
from exams.exporters.statistics import statistics_workbook
from exams.models import Exam, ExamStatistics
from exams.permissions import banks_edited_by, holds_exams
from exams.queries import statistics as queries
from exams.services import statistics as services
from exams.statistics_rules import THRESHOLDS
from exams.views.exams import managed
from people.gates import SignedIn, only_for
from records.services import log
from ui.clock import local
from ui.http import XLSX, attachment

PER_PAGE = 50
NOT_DRAFT = (Exam.State.PUBLISHED, Exam.State.WITHDRAWN)


@only_for(holds_exams)
def exam_statistics(request: SignedIn, pk: int) -> HttpResponse:
    exam = managed(request, pk, *NOT_DRAFT)
    kept = ExamStatistics.objects.filter(exam=exam).first()
    newest, count = services.standing(exam)
    context: dict[str, Any] = {"exam": exam, "kept": kept, "marked": count}
    if kept and kept.figures["sittings"]:
        lines = queries.lines(kept, request.user)
        context |= {
            "stale": (newest, count) != (kept.latest_mark, kept.figures["sittings"]),
            "figures": queries.figures(kept),
            "page": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
            "limits": THRESHOLDS,
            "mends": set(banks_edited_by(request.user).values_list("pk", flat=True)),
            **pictures(kept, lines),
        }
    return render(request, "exams/exam_statistics.html", context)


def pictures(kept: ExamStatistics, lines: list[queries.Line]) -> dict[str, Any]:
    counts = kept.figures["histogram"]
    known = [
        (line.version.stem[:40], line.facility, line.discrimination, line.urgent)
        for line in lines
        if line.facility is not None and line.discrimination is not None
    ]
    return {
        "bars": charts.bars(counts),
        "dots": charts.dots(known),
        "chart": {
            "width": charts.WIDTH,
            "height": charts.HEIGHT,
            "left": charts.LEFT,
            "right": charts.WIDTH - charts.RIGHT,
            "top": charts.TOP,
            "floor": charts.HEIGHT - charts.BOTTOM,
            "label": charts.HEIGHT - charts.BOTTOM + 26,
            "edge": charts.LEFT - 6,
            "zero": charts.up(0),
            "across": charts.percent_ticks(),
            "up": charts.discrimination_ticks(),
            "counts": charts.count_ticks(counts),
        },
    }


@only_for(holds_exams)
@require_POST
def exam_statistics_compute(request: SignedIn, pk: int) -> HttpResponse:
    exam = managed(request, pk, *NOT_DRAFT)
    if services.request(exam, by=request.user):
        messages.success(request, _("The statistics are being computed; open this page again in a moment."))
    else:
        messages.info(request, _("Nothing to compute: no mark has come or gone since."))
    return redirect("exams:exam_statistics", pk)


@only_for(holds_exams)
@require_POST
def exam_statistics_export(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    exam = managed(request, pk, *NOT_DRAFT)
    kept = ExamStatistics.objects.filter(exam=exam).select_related("exam").first()
    if kept is None:
        raise Http404
    body = statistics_workbook(kept, queries.figures(kept), queries.lines(kept, request.user))
    log("exams.statistics_exported", by=request.user, obj=exam, now=now)
    name = _("%(exam)s-statistics-%(time)s.xlsx") % {"exam": exam.title, "time": f"{local(now):%Y%m%d-%H%M}"}
    return attachment(body, name, XLSX)
