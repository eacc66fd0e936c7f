"""At the door of an exam on site, on a phone: look somebody up, tick the identity, let a walk-in in."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from exams.forms.halls import DoorForm, WalkInForm
from exams.models import Candidate, Exam
from exams.permissions import holds_exams, keeps_door_for
from exams.queries import halls as queries
from exams.services import ExamFault, door, find_ticket
from exams.views.candidates import admissible, look_up
from exams.views.exams import managed
from people.gates import SignedIn, only_for, posted

SHOWN = 20


@only_for(holds_exams)
@never_cache
def exam_door(request: SignedIn, pk: int) -> HttpResponse:
    """A name arrives by POST, so that it enters no address; so does the link on a ticket, typed or scanned."""
    exam = managed(request, pk, Exam.State.PUBLISHED)
    form = DoorForm(posted(request))
    words = form.words()
    if (by_ticket := ticket_in(words)) and by_ticket.exam_id == pk and keeps_door_for(request.user, by_ticket):
        return redirect("exams:door_candidate", by_ticket.pk)
    found = list(queries.at_the_door(exam, request.user, words)[: SHOWN + 1]) if words else []
    context = {
        "exam": exam,
        "form": form,
        "words": words,
        "found": found[:SHOWN],
        "more": len(found) > SHOWN,
        "latest": queries.arrived_last(exam, request.user)[:10],
        **queries.door_counts(exam, request.user),
    }
    return render(request, "exams/exam_door.html", context)


def ticket_in(words: str) -> Candidate | None:
    """Of a link such as …/exams/ticket/TOKEN/."""
    before, _mark, token = words.rstrip("/").rpartition("/ticket/")
    return find_ticket(token) if before and token else None


@only_for(holds_exams)
@never_cache
def door_candidate(request: SignedIn, pk: int) -> HttpResponse:
    candidate = look_up(request, pk, "seat__hall", "arrival__let_in_by", "arrival__verified_by")
    if not keeps_door_for(request.user, candidate):
        raise Http404
    if request.method == "POST":
        return let_in(request, candidate)
    context = {"candidate": candidate, "exam": candidate.exam}
    return render(request, "exams/door_candidate.html", context)


def let_in(request: SignedIn, candidate: Candidate) -> HttpResponse:
    verified = request.POST.get("identity") == "checked"
    try:
        done = door.let_in(candidate, verified=verified, by=request.user, now=timezone.now())
    except ExamFault as fault:
        messages.error(request, str(fault))
        return redirect("exams:door_candidate", candidate.pk)
    name = candidate.user.full_name
    if not done:
        messages.info(request, _("%(name)s was let in before: counted once.") % {"name": name})
    elif verified:
        messages.success(request, _("Identity of %(name)s checked.") % {"name": name})
    else:
        messages.warning(request, _("%(name)s is let in, identity not checked.") % {"name": name})
    return redirect("exams:exam_door", candidate.exam_id)


@only_for(holds_exams)
@never_cache
def door_walk_in(request: SignedIn, pk: int) -> HttpResponse:
    """Somebody stands there who is on no list: looked up among the people whom one may admit."""
    exam = managed(request, pk, Exam.State.PUBLISHED)
    now = timezone.now()
    form = WalkInForm(posted(request))
    words = form.words()
    rows: Any = queries.strangers(exam, admissible(request, exam), words, now).exclude(user=request.user.pk)
    if chosen := request.POST.get("membership", ""):
        return admit(request, exam, get_object_or_404(rows, pk=chosen if chosen.isdecimal() else 0))
    found = list(rows[: SHOWN + 1]) if words else []
    context = {"exam": exam, "form": form, "words": words, "found": found[:SHOWN], "more": len(found) > SHOWN}
    return render(request, "exams/door_walk_in.html", context)


def admit(request: SignedIn, exam: Exam, membership: Any) -> HttpResponse:
    try:
        candidate = door.walk_in(membership, exam, by=request.user, now=timezone.now())
    except ExamFault as fault:
        messages.error(request, str(fault))
        return redirect("exams:exam_door", exam.pk)
    messages.warning(request, _("Let in as a walk-in, identity not checked."))
    return redirect("exams:door_candidate", candidate.pk)
