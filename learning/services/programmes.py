"""A programme from its draft to its end. What it asks is frozen once it is published."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from duties.models import Article
from exams.models import Certificate, Exam
from learning.models import Course, Lesson, Programme, ProgrammeCourse
from records.services import log
from ui.clock import local_day


class ProgrammeNotReady(Exception):
    """It cannot be published as it stands; `problems` say what to do, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class NotADraft(Exception):
    """Published or closed meanwhile: what people were assigned to is not changed under their feet."""


@transaction.atomic
def save_draft(
    programme: Programme, *, courses: Sequence[Course], articles: Iterable[Article] = (), by: Any, now: datetime
) -> Programme:
    """Create or change a draft: the instance carries its fields, the courses come in their order."""
    new = programme.pk is None
    if new:
        programme.created_by, programme.created_at = by, now
    elif not Programme.objects.select_for_update().filter(pk=programme.pk, state=Programme.State.DRAFT).exists():
        raise NotADraft
    programme.save()
    programme.articles.set(articles)
    set_courses(programme, courses)
    log("learning.programme_created" if new else "learning.programme_edited", by=by, obj=programme, now=now)
    return programme


def set_courses(programme: Programme, courses: Sequence[Course]) -> None:
    programme.parts.all().delete()
    in_order = dict.fromkeys(courses)  # each once, where it was named first
    ProgrammeCourse.objects.bulk_create(
        ProgrammeCourse(programme=programme, course=course, position=number)
        for number, course in enumerate(in_order, start=1)
    )


@transaction.atomic
def publish_programme(programme: Programme, *, by: Any, now: datetime) -> None:
    """From now on people can be assigned. Raises ProgrammeNotReady, or NotADraft when somebody was faster."""
    problems = what_is_missing(programme, now=now)
    if problems:
        raise ProgrammeNotReady(problems)
    published = Programme.objects.filter(pk=programme.pk, state=Programme.State.DRAFT).update(
        state=Programme.State.PUBLISHED
    )
    if not published:
        raise NotADraft
    programme.state = Programme.State.PUBLISHED
    log("learning.programme_published", by=by, obj=programme, now=now)


@transaction.atomic
def close_programme(programme: Programme, *, reason: str, by: Any, now: datetime) -> bool:
    """Nobody is assigned any more, by hand or by a rule, and no learning is credited. False: it was not published."""
    closed = Programme.objects.filter(pk=programme.pk, state=Programme.State.PUBLISHED).update(
        state=Programme.State.CLOSED
    )
    if closed:
        programme.state = Programme.State.CLOSED
        log("learning.programme_closed", by=by, obj=programme, payload={"reason": reason}, now=now)
    return bool(closed)


# ── What is missing ──────────────────────────────────────────────────────────
def what_is_missing(programme: Programme, *, now: datetime) -> list[str]:
    """Empty when it can be published."""
    window = [_("The last day has passed: choose a later one.")] if programme.closes_on < local_day(now) else []
    return [*window, *course_problems(programme), *exam_problems(programme, now), *certificate_problems(programme)]


def course_problems(programme: Programme) -> list[str]:
    courses = list(programme.courses.order_by("parts__position"))
    if not courses:
        return [_("Choose at least one course.")]
    problems = [
        _("The course “%(title)s” is not published yet.") % {"title": course.title}
        for course in courses
        if course.published_at is None
    ]
    there = minutes_of(courses)
    needed = programme.required_hours * programme.minutes_per_hour
    if there < needed:
        text = _("The courses earn %(there)d min at most, the hours ask for %(needed)d: add a course or ask for less.")
        problems.append(text % {"there": there, "needed": needed})
    return problems


def minutes_of(courses: Iterable[Course]) -> int:
    return Lesson.objects.filter(course__in=list(courses)).aggregate(all=Sum("minutes"))["all"] or 0


def exam_problems(programme: Programme, now: datetime) -> list[str]:
    exam = programme.exam
    if exam is None:
        return []
    if exam.state != Exam.State.PUBLISHED:
        return [_("The exam is not published: publish it first, then the programme.")]
    if exam.closes_at <= now:
        return [_("The exam is over: choose another one.")]
    if local_day(exam.opens_at) > programme.closes_on:
        return [_("The exam opens after the last day of the programme.")]
    return []


def certificate_problems(programme: Programme) -> list[str]:
    """Where an authority assesses, nothing of ours may look like its certificate; and only who was assessed passed."""
    kind = programme.certificate_kind
    if not kind:
        return []
    if assessed_by_authority(programme) and kind != Certificate.Kind.MOCK:
        return [_("An authority assesses this training: only the proof of study (mock exam) may be issued.")]
    if kind != Certificate.Kind.STUDY and programme.exam is None:
        return [_("This certificate says that an exam was passed: choose an exam, or the proof of study.")]
    return []


def assessed_by_authority(programme: Programme) -> bool:
    return programme.duty is not None and bool(programme.duty.values.get("mock_only"))
