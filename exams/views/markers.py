"""Who marks an exam by hand, beside those who hold it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exams.forms.marking import AppointForm
from exams.permissions import holds_exams
from exams.services import hand_marking as services
from exams.views.exams import managed
from people.gates import SignedIn, only_for, posted


@only_for(holds_exams)
def exam_markers(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    exam = managed(request, pk)
    form = AppointForm(posted(request), by=request.user, now=now)
    if form.is_bound and form.is_valid():
        try:
            services.appoint_marker(exam, form.cleaned_data["person"], by=request.user, now=now)
        except services.AlreadyCandidate:
            form.add_error("person", _("Whoever is a candidate of this exam can't mark it."))
        else:
            messages.success(request, _("The marker is appointed and finds the answers under “Marking”."))
            return redirect("exams:exam_markers", pk)
    appointed = exam.appointments.filter(ended_at=None).select_related("user", "appointed_by")
    return render(request, "exams/marking_markers.html", {"exam": exam, "form": form, "appointed": appointed})


@only_for(holds_exams)
@require_POST
def marker_end(request: SignedIn, pk: int, appointment: int) -> HttpResponse:
    exam = managed(request, pk)
    found = get_object_or_404(exam.appointments.filter(ended_at=None).select_related("exam"), pk=appointment)
    services.end_appointment(found, by=request.user, now=timezone.now())
    messages.success(request, _("The appointment has ended; what was marked stays."))
    return redirect("exams:exam_markers", pk)
