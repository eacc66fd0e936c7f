"""Where a learner learns: the list of lessons, a lesson, and what its player says to the server."""

from datetime import datetime
from math import ceil
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from exams.models import QuestionVersion
from learning import wording
from learning.errors import NotLearning, QuestionChanged, TooEarly, TooSoon
from learning.forms.lessons import AnswerForm, CloseForm, OpenForm, SignForm
from learning.models import Enrolment, Lesson, Segment
from learning.queries.lessons import by_course, lesson_rows, own_enrolments, told_of
from learning.queries.shown import shown_of
from learning.queries.time import progress_of, unearned_in
from learning.services import time
from learning.services.checks import answer_check
from people.gates import SignedIn


def find(request: SignedIn, pk: int) -> Enrolment:
    return get_object_or_404(own_enrolments(request.user), pk=pk)


def find_lesson(enrolment: Enrolment, pk: int) -> Lesson:
    lessons = Lesson.objects.filter(course__parts__programme=enrolment.programme_id)
    return get_object_or_404(lessons.select_related("course", "video", "document", "check_question__current"), pk=pk)


# ── Pages ────────────────────────────────────────────────────────────────────
@login_required
def lesson_list(request: SignedIn, enrolment: int) -> HttpResponse:
    found = find(request, enrolment)
    rows = lesson_rows(found)
    return render(
        request,
        "learning/lesson_list.html",
        {
            "enrolment": found,
            "courses": by_course(rows),
            "progress": progress_of([found])[found.pk],
            "next": next((row for row in rows if not row.is_done), None),
        },
    )


@login_required
@never_cache
def lesson(request: SignedIn, enrolment: int, pk: int) -> HttpResponse:
    found = find(request, enrolment)
    shown = find_lesson(found, pk)
    rows = lesson_rows(found)
    here = next(row for row in rows if row.lesson.pk == shown.pk)
    state = told_of(found, here.progress, time.ground_of(shown, here.progress))
    return render(
        request,
        "learning/lesson.html",
        {
            "enrolment": found,
            "lesson": shown,
            "row": here,
            "total": len(rows),
            "next": next((row for row in rows if row.number == here.number + 1), None),
            "state": state,
            "shown": shown_of(shown),
            "check": check_of(shown, passed=state["passed"]),
            "may_learn": time.may_learn(found, timezone.now()),
            "hours": progress_of([found])[found.pk].hours,
            "reasons": wording.reasons_in_words(unearned_in(found, shown)),
            "beat": settings.LEARNING_BEAT,
            "idle": settings.LEARNING_IDLE,
            "speed": settings.LEARNING_SPEED / 100,
            "daily_hours": settings.LEARNING_DAILY_HOURS,
        },
    )


def check_of(lesson: Lesson, *, passed: bool, **more: Any) -> dict[str, Any]:
    """The check question for its template: the key only once it was answered rightly."""
    version = lesson.check_question.current
    assert version is not None
    places = [(place, text, passed and place in version.answer) for place, text in enumerate(version.options)]
    return {"version": version, "options": places, "passed": passed, **more}


# ── What a player says ───────────────────────────────────────────────────────
def answered(standing: time.Standing, enrolment: Enrolment, *, more: bool = False, **extra: Any) -> JsonResponse:
    """`more` on opening and closing: what takes further queries to tell."""
    segment = standing.segment
    told = told_of(enrolment, standing.progress, standing.ground) | extra
    told |= {"open": standing.is_open, "segment": segment.pk if segment else None}
    told["why"] = "" if standing.is_open else standing.why or (segment.ending if segment else "")
    if more:
        told["hours"] = str(progress_of([enrolment])[enrolment.pk].hours)
        told["reasons"] = wording.reasons_in_words(unearned_in(enrolment, standing.progress.lesson))
    return JsonResponse(told)


@login_required
@require_POST
def lesson_open(request: SignedIn, enrolment: int, pk: int) -> HttpResponse:
    found = find(request, enrolment)
    form = OpenForm(request.POST)
    lesson = find_lesson(found, pk)
    if not form.is_valid():
        return refused("form", 400)
    try:
        standing = time.open_segment(found, lesson, **form.cleaned_data, by=request.user, now=timezone.now())
    except NotLearning:
        return refused("closed", 409)
    return answered(standing, found, more=True)


@login_required
@require_POST
def segment_beat(request: SignedIn, pk: int) -> HttpResponse:
    form = SignForm(request.POST)
    if not form.is_valid():
        return refused("form", 400)
    try:
        standing = time.beat(pk, form.sign(), by=request.user, now=timezone.now())
    except Segment.DoesNotExist:
        raise Http404 from None
    return answered(standing, enrolment_of(standing))


@login_required
@require_POST
def segment_close(request: SignedIn, pk: int) -> HttpResponse:
    form = CloseForm(request.POST)
    if not form.is_valid():
        return refused("form", 400)
    try:
        ending = form.cleaned_data["ending"]
        standing = time.close(pk, form.sign(), ending=ending, by=request.user, now=timezone.now())
    except Segment.DoesNotExist:
        raise Http404 from None
    return answered(standing, enrolment_of(standing), more=True)


def enrolment_of(standing: time.Standing) -> Enrolment:
    assert standing.segment is not None
    return standing.segment.enrolment


def refused(why: str, status: int, **more: Any) -> JsonResponse:
    return JsonResponse({"open": False, "why": why, **more}, status=status)


# ── The check question ───────────────────────────────────────────────────────
@login_required
@require_POST
def lesson_check(request: SignedIn, enrolment: int, pk: int) -> HttpResponse:
    found = find(request, enrolment)
    shown = find_lesson(found, pk)
    current = shown.check_question.current
    assert current is not None
    form = AnswerForm(request.POST, options=len(current.options))
    if not form.is_valid():
        return refused("form", 400)
    version = get_object_or_404(QuestionVersion, pk=form.cleaned_data["version"], question=shown.check_question)
    now = timezone.now()
    try:
        checked = answer_check(found, shown, version, form.cleaned_data["given"], by=request.user, now=now)
    except NotLearning:
        return refused("closed", 409)
    except QuestionChanged:
        return refused("changed", 409)
    except TooEarly as early:
        return refused("early", 409, check_in=early.seconds, check_line=wording.check_line(early.seconds))
    except TooSoon as soon:
        return refused("soon", 409, wait=seconds_until(soon.retry_at, now))
    state = told_of(found, checked.progress, time.ground_of(shown, checked.progress))
    if not checked.right:
        return JsonResponse(state | {"right": False, "wait": seconds_until(checked.retry_at, now)})
    hours = str(progress_of([found])[found.pk].hours)
    context = {"check": check_of(shown, passed=True, fresh=True), "lesson": shown, "enrolment": found, "state": state}
    html = render_to_string("learning/lesson_check.html", context, request)
    return JsonResponse(state | {"right": True, "hours": hours, "html": html})


def seconds_until(moment: datetime | None, now: datetime) -> int:
    return ceil((moment - now).total_seconds()) if moment else 0
