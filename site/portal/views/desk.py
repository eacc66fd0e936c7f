"""The editor's desk: what readers say, what they seek in vain, what is due, what speaks against what is published."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from people.gates import SignedIn, only_for, posted
from portal import days, desk, reviewing
from portal.forms import AnswerForm
from portal.models import Correction
from portal.permissions import can_write
from portal.services import readers


@only_for(can_write)
def overview(request: SignedIn) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "in_review": reviewing.in_review(),
        "returned": reviewing.returned(),
        "scheduled": reviewing.scheduled(),
        "corrections": desk.open_corrections(),
        "missed": desk.missed_searches(today),
        "due": desk.due_for_review(today),
        "spoken": desk.spoken_against(today),
        "readings": desk.readings(today),
        "days": days.for_the_desk(today, settings.LANGUAGE_CODE),
        "ahead": days.DESK_DAYS,
    }
    return render(request, "portal/desk/overview.html", context)


@only_for(can_write)
def correction_answer(request: SignedIn, pk: int) -> HttpResponse:
    sent = get_object_or_404(Correction.objects.select_related("page__locale", "answered_by"), pk=pk)
    form = AnswerForm(posted(request))
    if form.is_bound and form.is_valid():
        answered = readers.answer_correction(sent, **form.cleaned_data, by=request.user, now=timezone.now())
        if answered:
            messages.success(request, _("Answered. The reader sees it at his address."))
        else:
            messages.warning(request, _("Somebody else has answered meanwhile."))
        return redirect("portal:desk")
    return render(request, "portal/desk/correction.html", {"sent": sent, "form": form})
