"""Keys that were wrong: which, who would change, and marking again. The keys are shown to whoever edits the bank."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exams.answer_lines import key_lines
from exams.models import Exam, KeyCorrection, QuestionVersion
from exams.permissions import banks_edited_by, holds_exams
from exams.queries import corrections as queries
from exams.queries.worth import keys_of
from exams.rules import QuestionFault
from exams.services import corrections as services
from exams.views.exams import managed
from people.gates import SignedIn, only_for, posted
from records.models import Job
from ui.forms import ReasonForm

PER_PAGE = 50
AT_ONCE = 200  # sittings that are marked again while one waits; more is a job's
HELD = (Exam.State.PUBLISHED, Exam.State.WITHDRAWN)


@only_for(holds_exams)
def exam_keys(request: SignedIn, pk: int) -> HttpResponse:
    exam = managed(request, pk, *HELD)
    context = {
        "exam": exam,
        "suspects": queries.suspects(exam, banks_edited_by(request.user)),
        "corrections": queries.corrections_of(exam),
        "certificates": queries.to_be_looked_at(exam),
    }
    return render(request, "exams/correction_list.html", context)


@only_for(holds_exams)
def exam_key(request: SignedIn, pk: int, version: int) -> HttpResponse:
    """The dry run; the POST with a reason does it."""
    exam = managed(request, pk, *HELD)
    asked = find_asked(request, exam, version)
    try:
        key = queries.key_from(asked, current_of(asked))
    except QuestionFault as fault:
        raise Http404 from fault
    form = ReasonForm(posted(request), button=_("Correct the key and mark again"))
    if form.is_bound and form.is_valid():
        return correct(request, exam, asked, form.cleaned_data["reason"])
    changes = list(queries.changes(exam, asked, key))
    in_force = keys_of(exam.pk, [asked.pk])[asked.pk]
    context = {
        "exam": exam,
        "asked": asked,
        "corrected": current_of(asked),
        "form": form,
        "page": Paginator(changes, PER_PAGE).get_page(request.GET.get("page")),
        "same": key == in_force,
        "before": lines(asked, in_force),
        "after": lines(asked, key),
        "sat": queries.sittings_asked(exam, asked).count(),
        "pass_now": sum(one.passed and not one.mark.passed for one in changes),
        "fail_now": sum(one.mark.passed and not one.passed for one in changes),
    }
    return render(request, "exams/correction_check.html", context)


def find_asked(request: SignedIn, exam: Exam, version: int) -> QuestionVersion:
    """Asked in this exam, and of a bank whose keys the user may see."""
    asked = QuestionVersion.objects.filter(question__bank__in=banks_edited_by(request.user))
    if version not in queries.versions_asked(exam):
        raise Http404
    return get_object_or_404(asked.select_related("question__current"), pk=version)


def current_of(asked: QuestionVersion) -> QuestionVersion:
    if asked.question.current is None:
        raise Http404
    return asked.question.current


def lines(asked: QuestionVersion, key: Any) -> list[str]:
    options = asked.options["left"] if isinstance(asked.options, dict) else asked.options
    return key_lines(asked.kind, asked.options, list(range(len(options))), key)


def correct(request: SignedIn, exam: Exam, asked: QuestionVersion, reason: str) -> HttpResponse:
    now = timezone.now()
    try:
        made = services.correct_key(exam, asked, current_of(asked), reason=reason, by=request.user, now=now)
    except services.SameKey:
        messages.info(request, _("The exam marks by this key already."))
        return redirect("exams:exam_keys", exam.pk)
    if queries.sittings_asked(exam, asked).count() > AT_ONCE:
        return redirect("records:job_detail", job_of(made).pk)
    told = ngettext(
        "The key is corrected: %(count)s result changed.",
        "The key is corrected: %(count)s results changed.",
        changed := services.apply_correction(made.pk, now=now),
    )
    messages.success(request, told % {"count": changed})
    return redirect("exams:exam_keys", exam.pk)


def job_of(made: KeyCorrection) -> Job:
    return Job.objects.get(key=services.job_key(made.pk))
