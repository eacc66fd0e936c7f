"""The rescue file at the examiner's desk: answers that were only on a candidate's device come into the journal."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exams import services
from exams.forms.rescue import RescueForm
from exams.models import AnswerEvent
from exams.permissions import holds_exams
from exams.views.candidates import granted_to
from people.gates import SignedIn, only_for, posted


@only_for(holds_exams)
def candidate_rescue(request: SignedIn, pk: int) -> HttpResponse:
    candidate, now = granted_to(request, pk), timezone.now()
    form = RescueForm(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        (sitting, device), saves = form.rescue.attempt, form.rescue.saves
        try:
            taken = services.take_in_rescue(candidate, sitting, saves, device=device, by=request.user, now=now)
        except services.RescueMisfit:
            form.add_error(
                None, _("This answer backup belongs to another person or another exam: nothing was taken in.")
            )
        else:
            messages.success(request, told(taken))
            return redirect("exams:exam_candidate", pk)
    context = {"candidate": candidate, "exam": candidate.exam, "form": form}
    return render(request, "exams/exam_rescue.html", context)


def told(taken: services.TakenIn) -> str:
    counts = {str(label): taken.verdicts[value] for value, label in AnswerEvent.Verdict.choices}
    each = [f"{label}: {count}" for label, count in counts.items() if count]
    whole = ngettext("The backup holds %(count)s answer.", "The backup holds %(count)s answers.", taken.sent) % {
        "count": taken.sent
    }
    if not each:
        return " ".join([whole, _("All of it had been on record already.")])
    return " ".join([whole, _("New on record:"), " · ".join(each)])
