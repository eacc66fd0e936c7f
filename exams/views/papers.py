"""The frozen papers of an exam on paper, for a room without phones; the key sheet for whoever may see the keys."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from exams.exporters.paper_docx import paper_docx
from exams.exporters.printed import printed_paper
from exams.models import Exam
from exams.permissions import can_read_key, holds_exams
from exams.views.exams import managed
from people.gates import SignedIn, only_for
from records.services import log
from ui.http import PDF, attachment
from ui.pdf import render_pdf

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STATES = (Exam.State.PUBLISHED, Exam.State.WITHDRAWN)


@only_for(holds_exams)
def exam_papers(request: SignedIn, pk: int) -> HttpResponse:
    exam = managed(request, pk, *STATES)
    context: dict[str, Any] = {"exam": exam, "papers": exam.papers.all(), "key": can_read_key(request.user, exam)}
    return render(request, "exams/exam_papers.html", context)


@only_for(holds_exams)
@require_POST
def paper_print(request: SignedIn, pk: int, number: int, what: str, form: str) -> HttpResponse:
    """`what` is paper or key, `form` docx or pdf. Who took which one is logged: before the exam it is a secret."""
    exam = managed(request, pk, *STATES)
    paper = get_object_or_404(exam.papers, number=number)
    with_key = what == "key"
    if (
        what not in {"paper", "key"}
        or form not in {"docx", "pdf"}
        or (with_key and not can_read_key(request.user, exam))
    ):
        raise Http404
    now = timezone.now()
    printed = printed_paper(exam, paper, with_key=with_key)
    body = (
        paper_docx(printed, made_at=now) if form == "docx" else render_pdf("exams/paper_pdf.html", {"paper": printed})
    )
    log("exams.paper_printed", by=request.user, obj=exam, payload={"paper": number, "what": what}, now=now)
    return attachment(body, f"{exam.title}-{printed.subtitle}.{form}", DOCX if form == "docx" else PDF)
