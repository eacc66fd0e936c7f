"""Halls of an exam on site, the plan of seats, and the lists on paper."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from exams.forms.halls import HallForm
from exams.models import Candidate, Exam, ExamHall
from exams.permissions import exams_managed_by, holds_exams
from exams.queries import halls as queries
from exams.services import halls as services
from exams.services.exams import ExamFault
from exams.views.candidates import NOT_WITHDRAWN
from exams.views.exams import managed
from people.gates import SignedIn, only_for, posted
from ui.http import PDF, attachment
from ui.pdf import render_pdf

SHOWN = 30  # of those whom a new plan moves
LISTS = {"seats": "exams/hall_seats_pdf.html", "door": "exams/hall_door_pdf.html"}


def hall_of(request: SignedIn, pk: int) -> ExamHall:
    halls = ExamHall.objects.filter(exam__in=exams_managed_by(request.user)).select_related("exam__organisation")
    hall = get_object_or_404(halls, pk=pk)
    if hall.exam.state == Exam.State.WITHDRAWN:
        raise Http404
    return hall


@only_for(holds_exams)
def hall_list(request: SignedIn, pk: int) -> HttpResponse:
    exam = managed(request, pk, *NOT_WITHDRAWN)
    halls = list(queries.hall_rows(exam))
    people = exam.candidates.filter(withdrawn_at=None).count()
    context = {
        "exam": exam,
        "halls": halls,
        "people": people,
        "seats": sum(hall.seats for hall in halls),
        "waiting": queries.without_seat(exam),
    }
    return render(request, "exams/hall_list.html", context)


@only_for(holds_exams)
def hall_new(request: SignedIn, pk: int) -> HttpResponse:
    exam = managed(request, pk, *NOT_WITHDRAWN)
    return edit(request, ExamHall(exam=exam, opens_at=exam.opens_at))


@only_for(holds_exams)
def hall_edit(request: SignedIn, pk: int) -> HttpResponse:
    return edit(request, hall_of(request, pk))


def edit(request: SignedIn, hall: ExamHall) -> HttpResponse:
    form = HallForm(posted(request), instance=hall, exam=hall.exam)
    if form.is_bound and form.is_valid():
        try:
            services.save_hall(form.save(commit=False), by=request.user, now=timezone.now())
            messages.success(request, _("The hall is saved. Plan the seats when all halls are there."))
            return redirect("exams:hall_list", hall.exam_id)
        except services.HallTooSmall as fault:
            form.add_error("seats", str(fault))
    return render(request, "exams/hall_edit.html", {"exam": hall.exam, "hall": hall, "form": form})


@only_for(holds_exams)
@require_POST
def hall_remove(request: SignedIn, pk: int) -> HttpResponse:
    hall = hall_of(request, pk)
    try:
        services.remove_hall(hall, by=request.user, now=timezone.now())
        messages.success(request, _("The hall is removed."))
    except services.HallTaken as fault:
        messages.error(request, str(fault))
    return redirect("exams:hall_list", hall.exam_id)


# ── Seats ────────────────────────────────────────────────────────────────────
@only_for(holds_exams)
def hall_plan(request: SignedIn, pk: int) -> HttpResponse:
    """What the plan would change, and (by POST) the change itself."""
    exam = managed(request, pk, *NOT_WITHDRAWN)
    anew = (request.POST if request.method == "POST" else request.GET).get("anew") == "1"
    if request.method == "POST":
        try:
            done = services.seat_everybody(exam, anew=anew, by=request.user, now=timezone.now())
            messages.success(request, told(len(done.seated) + len(done.moved)))
        except ExamFault as fault:
            messages.error(request, str(fault))
        return redirect("exams:hall_list", pk)
    return render(request, "exams/hall_plan.html", {"exam": exam, "anew": anew, **preview(exam, anew=anew)})


def told(count: int) -> str:
    if not count:
        return _("Everybody had a seat already.")
    return ngettext("%(count)s seat was given.", "%(count)s seats were given.", count) % {"count": count}


def preview(exam: Exam, *, anew: bool) -> dict[str, Any]:
    try:
        plan = services.planned(exam, anew=anew)
    except services.TooFewSeats as fault:
        return {"fault": str(fault)}
    halls = {hall.pk: hall for hall in exam.halls.all()}
    moved = Candidate.objects.filter(pk__in=plan.changes.moved[:SHOWN])
    rows = [
        {"candidate": one, "hall": halls[plan.places[one.pk][0]], "number": plan.places[one.pk][1]}
        for one in moved.select_related("user", "organisation", "seat__hall").order_by("pk")
    ]
    return {"changes": plan.changes, "moved": rows, "more": len(plan.changes.moved) - len(rows)}


@only_for(holds_exams)
@require_safe
def hall_paper(request: SignedIn, pk: int, which: str) -> HttpResponse:
    """The list to put up (`seats`: nobody is named in full) or the one for those at the door (`door`)."""
    hall = hall_of(request, pk)
    if which not in LISTS:
        raise Http404
    people = list(queries.seated(hall))
    body = render_pdf(LISTS[which], {"hall": hall, "exam": hall.exam, "people": people, "at": timezone.now()})
    name = _("Seat list") if which == "seats" else _("Door list")
    return attachment(body, f"{hall.exam.title}-{hall.name}-{name}.pdf", PDF)
