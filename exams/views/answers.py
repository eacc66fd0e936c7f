"""What was right and what was not, once an exam that shows it has closed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from exams.models import Sitting
from exams.queries.answers import marked_paper
from exams.queries.marking import shows_answers_now
from exams.views.room import find_sitting, for_candidates


@require_safe
@for_candidates
def sitting_answers(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    sitting = find_sitting(request, pk, now)
    exam, mark = sitting.candidate.exam, sitting.result
    if sitting.state != Sitting.State.MARKED or mark is None or not shows_answers_now(exam, now):
        raise Http404
    context = {"sitting": sitting, "exam": exam, "mark": mark, "paper": marked_paper(sitting, mark)}
    return render(request, "exams/sitting_answers.html", context)
