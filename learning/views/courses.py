"""The author's desk: courses, their lessons, publishing, a look through a learner's eyes."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exams.models import Question
from exams.permissions import banks_usable_by
from learning.errors import LessonInUse, NothingToTeach
from learning.forms.courses import CourseForm, LessonForm
from learning.models import Course, Lesson, LessonProgress
from learning.permissions import can_edit_course, courses_edited_by, courses_viewed_by, plans_training, sees_training
from learning.queries.lessons import LessonRow
from learning.queries.shown import shown_of
from learning.services import courses as services
from learning.services.time import ground_of
from learning.views.lessons import check_of
from people.gates import SignedIn, only_for, posted
from people.models import Organisation, Role
from people.permissions import scope_as

PER_PAGE, FOUND_AT_MOST = 25, 20
MANAGING = (Role.ORG_MANAGER, Role.TRAINING_OFFICER)


def find_own(request: SignedIn, pk: int) -> Course:
    return get_object_or_404(courses_edited_by(request.user).select_related("organisation"), pk=pk)


def find_lesson(course: Course, pk: int) -> Lesson:
    lessons = course.lessons.select_related("video", "document", "check_question__bank", "check_question__current")
    return get_object_or_404(lessons, pk=pk)


# ── Courses ──────────────────────────────────────────────────────────────────
@only_for(sees_training)
def course_list(request: SignedIn) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:60]
    courses = courses_viewed_by(request.user).filter(Q(title__icontains=q) if q else Q())
    rows = courses.select_related("organisation").annotate(count=Count("lessons"), minutes=Sum("lessons__minutes"))
    page = Paginator(rows.order_by("title", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "learning/course_list.html", {"page": page, "q": q, "may_write": plans_training(request.user)}
    )


@only_for(sees_training)
def course_detail(request: SignedIn, pk: int) -> HttpResponse:
    course = get_object_or_404(courses_viewed_by(request.user).select_related("organisation"), pk=pk)
    lessons = course.lessons.select_related("check_question__current").order_by("position")
    return render(
        request,
        "learning/course_detail.html",
        {
            "course": course,
            "lessons": lessons,
            "minutes": sum(lesson.minutes for lesson in lessons),
            "may_edit": can_edit_course(request.user, course),
        },
    )


@only_for(plans_training)
def course_new(request: SignedIn) -> HttpResponse:
    return edit_course(request, Course())


@only_for(plans_training)
def course_edit(request: SignedIn, pk: int) -> HttpResponse:
    return edit_course(request, find_own(request, pk))


def edit_course(request: SignedIn, course: Course) -> HttpResponse:
    scope = scope_as(request.user, *MANAGING)
    organisations = Organisation.objects.filter(pk__in=scope.organisations)
    form = CourseForm(posted(request), instance=course, organisations=organisations, bureau=scope.everything)
    if form.is_bound and form.is_valid():
        services.save_course(form.save(commit=False), by=request.user, now=timezone.now())
        messages.success(request, _("The course is saved."))
        return redirect("learning:course_detail", course.pk)
    return render(request, "learning/course_form.html", {"form": form, "course": course})


@only_for(plans_training)
@require_POST
def course_publish(request: SignedIn, pk: int) -> HttpResponse:
    course = find_own(request, pk)
    try:
        services.publish_course(course, by=request.user, now=timezone.now())
    except NothingToTeach:
        messages.error(request, _("Write at least one lesson first."))
    else:
        messages.success(request, _("The course is published: programmes can ask for it."))
    return redirect("learning:course_detail", pk)


# ── Lessons ──────────────────────────────────────────────────────────────────
@only_for(plans_training)
def lesson_new(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    if kind not in Lesson.Kind.values:
        raise Http404
    return edit_lesson(request, Lesson(course=find_own(request, pk), kind=kind, minutes=10))


@only_for(plans_training)
def lesson_edit(request: SignedIn, pk: int, lesson: int) -> HttpResponse:
    return edit_lesson(request, find_lesson(find_own(request, pk), lesson))


def edit_lesson(request: SignedIn, lesson: Lesson) -> HttpResponse:
    course, chosen = lesson.course, lesson.check_question if lesson.pk else None
    questions = usable_questions(request, course)
    form = LessonForm(posted(request), request.FILES or None, instance=lesson, questions=questions, by=request.user)
    if form.is_bound and form.is_valid() and save_lesson(request, form):
        messages.success(request, _("The lesson is saved."))
        return redirect("learning:course_detail", course.pk)
    context = {"form": form, "lesson": lesson, "course": course, "chosen": None if form.own else chosen}
    return render(request, "learning/lesson_form.html", context)


@transaction.atomic
def save_lesson(request: SignedIn, form: LessonForm) -> bool:
    """File, question and lesson stand together or not at all."""
    if not form.take_upload():
        return False
    form.take_question()
    services.save_lesson(form.instance, by=request.user, now=timezone.now())
    return True


def usable_questions(request: HttpRequest, course: Course) -> Any:
    """A check question is plain text: one with a picture would need the exam room's page."""
    banks = banks_usable_by(request.user, course.organisation)
    asked = Question.objects.filter(bank__in=banks, retired_at__isnull=True, current__picture__isnull=True)
    return asked.exclude(current=None).select_related("current", "bank")


@only_for(plans_training)
def course_questions(request: SignedIn, pk: int) -> HttpResponse:
    """Questions with these words, to choose one from; a piece of a page."""
    course, q = find_own(request, pk), request.GET.get("q", "").strip()[:60]
    found = usable_questions(request, course).filter(current__stem__icontains=q).order_by("pk") if q else []
    return render(request, "learning/lesson_questions.html", {"found": found[:FOUND_AT_MOST], "q": q})


@only_for(plans_training)
@require_POST
def lesson_move(request: SignedIn, pk: int, lesson: int, direction: str) -> HttpResponse:
    if direction not in (services.UP, services.DOWN):
        raise Http404
    services.move_lesson(find_lesson(find_own(request, pk), lesson), direction, by=request.user, now=timezone.now())
    return redirect("learning:course_detail", pk)


@only_for(plans_training)
@require_POST
def lesson_remove(request: SignedIn, pk: int, lesson: int) -> HttpResponse:
    try:
        services.remove_lesson(find_lesson(find_own(request, pk), lesson), by=request.user, now=timezone.now())
    except LessonInUse:
        messages.error(request, _("Somebody has learnt in this lesson: it stays, so that the record stays true."))
    else:
        messages.success(request, _("The lesson is removed."))
    return redirect("learning:course_detail", pk)


@only_for(sees_training)
def lesson_preview(request: SignedIn, pk: int, lesson: int) -> HttpResponse:
    course = get_object_or_404(courses_viewed_by(request.user), pk=pk)
    shown = find_lesson(course, lesson)
    lessons = list(course.lessons.order_by("position"))
    number = [one.pk for one in lessons].index(shown.pk) + 1
    rows = [LessonRow(one, place, LessonProgress(lesson=one), 0) for place, one in enumerate(lessons, 1)]
    return render(
        request,
        "learning/lesson.html",
        {
            "preview": True,
            "lesson": shown,
            "row": rows[number - 1],
            "total": len(lessons),
            "next": rows[number] if number < len(rows) else None,
            "state": {"most": ground_of(shown, LessonProgress()).most, "passed": False, "check_in": 0},
            "shown": shown_of(shown),
            "check": check_of(shown, passed=False),
        },
    )
