"""One person in a programme, for whoever looks after it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from learning.forms.programmes import ExtendForm
from learning.models import Enrolment
from learning.permissions import can_manage_programme, plans_training, sees_training
from learning.queries.standing import lessons_in, outcomes_of, rows_of, with_facts
from learning.queries.time import lessons_of
from learning.services import enrolment as services
from people.gates import SignedIn, only_for, posted
from ui.clock import local_day
from ui.forms import ReasonForm


def find(request: SignedIn, pk: int) -> Any:
    """In the scope of his office: one's own enrolment stands in 我的任务."""
    there = with_facts(Enrolment.objects.in_scope_of(request.user)).select_related(
        "user", "membership", "organisation", "programme__organisation", "programme__exam", "certificate"
    )
    return get_object_or_404(there, pk=pk)


@only_for(sees_training)
def enrolment_detail(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    enrolment = find(request, pk)
    programme = enrolment.programme
    outcomes = outcomes_of([programme.exam_id], [enrolment.user_id], now)
    (row,) = rows_of([enrolment], lessons_in([programme.pk]), outcomes, now)
    managed = can_manage_programme(request.user, programme)
    return render(
        request,
        "learning/enrolment_detail.html",
        {
            "enrolment": enrolment,
            "programme": programme,
            "row": row,
            "lessons": lessons_with_progress(enrolment),
            "may_change": managed and not enrolment.completed_at and not enrolment.withdrawn_at,
        },
    )


def lessons_with_progress(enrolment: Enrolment) -> list[tuple[Any, Any]]:
    progress = {row.lesson_id: row for row in enrolment.progress.all()}
    lessons = lessons_of({enrolment.programme_id})[enrolment.programme_id]
    return [(lesson, progress.get(lesson.pk)) for lesson in lessons]


def find_changeable(request: SignedIn, pk: int) -> Any:
    enrolment = find(request, pk)
    if not can_manage_programme(request.user, enrolment.programme) or enrolment.completed_at or enrolment.withdrawn_at:
        raise Http404
    return enrolment


@only_for(plans_training)
def enrolment_extend(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    enrolment = find_changeable(request, pk)
    after = max(enrolment.due_on, local_day(now))
    form = ExtendForm(posted(request), after=after, button=_("Extend the due date"))
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        services.extend_due_date(enrolment, data["due_on"], reason=data["reason"], by=request.user, now=now)
        messages.success(request, _("The due date is extended."))
        return redirect("learning:enrolment_detail", pk)
    return render(request, "learning/enrolment_extend.html", {"enrolment": enrolment, "form": form})


@only_for(plans_training)
def enrolment_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    enrolment = find_changeable(request, pk)
    form = ReasonForm(posted(request), button=_("Take out of the programme"), css_class="btn-danger")
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        services.withdraw_enrolment(enrolment, reason=reason, by=request.user, now=timezone.now())
        messages.success(request, _("Taken out. What was learnt stays on record."))
        return redirect("learning:programme_detail", enrolment.programme_id)
    return render(request, "learning/enrolment_withdraw.html", {"enrolment": enrolment, "form": form})
