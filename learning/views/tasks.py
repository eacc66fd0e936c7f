"""我的任务: what a learner sees first."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from exams.models import Certificate
from learning.queries.shown import shown_of
from learning.queries.tasks import tasks_of
from people.gates import SignedIn
from ui.clock import local_day


@login_required
def tasks(request: SignedIn) -> HttpResponse:
    now = timezone.now()
    mine = tasks_of(request.user, now=now)
    lesson = mine.next.next_lesson if mine.next else None
    return render(
        request,
        "learning/tasks.html",
        {
            "tasks": mine,
            "shown": shown_of(lesson) if lesson else None,
            "certificates": Certificate.objects.filter(user=request.user).count(),
            "today": local_day(now),
        },
    )
