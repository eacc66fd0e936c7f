"""Marking by hand: the questions that wait, and one answer after the other without a name. No address, page or order
tells whose answer it is, and nobody is shown what another marker gave."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from exams.forms.marking import MarkForm
from exams.models import Exam, HandAnswer, HandMark, QuestionVersion, Sitting
from exams.models.sittings import tidy
from exams.permissions import can_manage_exam, exams_marked_by, marks_exams
from exams.queries import marking as queries
from exams.services import hand_marking as services
from people.gates import SignedIn, only_for, posted
from ui.clock import local

PER_PAGE = 25


def to_mark(request: SignedIn, pk: int) -> Exam:
    return get_object_or_404(exams_marked_by(request.user).select_related("organisation"), pk=pk)


@only_for(marks_exams)
def marking_list(request: SignedIn) -> HttpResponse:
    page = Paginator(queries.exams_to_mark(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "exams/marking_list.html", {"page": page})


@only_for(marks_exams)
def exam_marking(request: SignedIn, pk: int) -> HttpResponse:
    exam = to_mark(request, pk)
    works = queries.works(exam, request.user)
    context = {"exam": exam, "works": works, "may_manage": can_manage_exam(request.user, exam)}
    return render(request, "exams/marking_exam.html", context)


@only_for(marks_exams)
def marking_question(request: SignedIn, pk: int, version: int) -> HttpResponse:
    """The next answer that waits for this marker."""
    exam = to_mark(request, pk)
    question = get_object_or_404(queries.questions_of(exam), pk=version)
    answer = queries.next_answer(exam, question, request.user)
    if answer is None:
        work, last = queries.work_of(exam, question, request.user), queries.my_last(exam, question, request.user)
        context = {"exam": exam, "question": question, "work": work, "last": last}
        return render(request, "exams/marking_done.html", context)
    return answer_page(request, exam, answer, form_for(answer, None), None)


@only_for(marks_exams)
def marking_answer(request: SignedIn, pk: int, version: int, code: str) -> HttpResponse:
    """One answer: what a marker saves, and what he goes back to."""
    exam = to_mark(request, pk)
    question = get_object_or_404(queries.questions_of(exam), pk=version)
    answers = queries.of_question(exam, question).exclude(sitting__candidate__user=request.user)
    answer = get_object_or_404(answers, code=code)
    mine = services.latest_marks(answer).get(request.user.pk)
    if mine is None and answer.points is not None:
        return too_late(request, exam, question)
    form = form_for(answer, mine, posted(request))
    if not (form.is_bound and form.is_valid()):
        return answer_page(request, exam, answer, form, mine)
    data = form.cleaned_data
    try:
        mark = services.mark_answer(
            answer,
            form.points(),
            comment=data["comment"],
            reason=data.get("reason", ""),
            by=request.user,
            now=timezone.now(),
        )
    except services.MayNotMark:
        return too_late(request, exam, question)
    except services.NeedsReason:  # the result came while he was writing
        messages.warning(request, _("The result of this paper has become known meanwhile: say why the mark changes."))
        return redirect("exams:marking_answer", pk, version, code)
    messages.success(request, receipt(answer, mark))
    return redirect("exams:marking_question", pk, version)


def too_late(request: SignedIn, exam: Exam, question: QuestionVersion) -> HttpResponse:
    messages.info(request, _("Others have marked this answer meanwhile: here is the next one."))
    return redirect("exams:marking_question", exam.pk, question.pk)


def receipt(answer: HandAnswer, mark: HandMark) -> str:
    told = {"points": mark.points, "most": points_of(answer), "time": f"{local(mark.recorded_at):%H:%M:%S}"}
    return _("Saved at %(time)s: %(points)s of %(most)s points.") % told


def points_of(answer: HandAnswer) -> int:
    return int(answer.sitting.paper.slots[answer.slot]["points"])


def form_for(answer: HandAnswer, mine: HandMark | None, data: Any = None) -> MarkForm:
    most = services.most_of(answer.sitting, answer)
    lines = [(str(line["text"]), top) for line, top in zip(answer.version.answer, most, strict=True)]
    known: dict[str, Any] = {}
    if mine:
        known = {f"line_{place}": plain(points) for place, points in enumerate(mine.rubric)}
        known["comment"] = mine.comment
    known_result = mine is not None and answer.sitting.state == Sitting.State.MARKED
    return MarkForm(data, lines=lines, needs_reason=known_result, initial=known)


def plain(points: str) -> str:
    return str(tidy(Decimal(points)))


def answer_page(
    request: SignedIn, exam: Exam, answer: HandAnswer, form: MarkForm, mine: HandMark | None
) -> HttpResponse:
    work = queries.work_of(exam, answer.version, request.user)
    last = queries.my_last(exam, answer.version, request.user)
    context = {
        "exam": exam,
        "question": answer.version,
        "answer": answer,
        "form": form,
        "mine": mine,
        "work": work,
        "all_mine": work.mine + work.waiting,
        "points": points_of(answer),
        "last": last if last and last.answer_id != answer.pk else None,
    }
    return render(request, "exams/marking_answer.html", context)
