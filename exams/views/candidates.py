"""Who sits an exam: admitting people, their tickets, one candidate with sittings and journal, what is granted."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from exams import tickets
from exams.forms.exams import AdmitForm, ExtraTimeForm
from exams.models import Candidate, Exam, Mark, Sitting
from exams.permissions import can_manage_candidate, exams_viewed_by, holds_exams
from exams.queries import management, results
from exams.queries.journal import journal_of, late_answers
from exams.services import admit_late
from exams.services import exams as services
from exams.tasks import print_tickets
from exams.views.exams import managed
from people.gates import SignedIn, only_for, posted
from people.permissions import has_office
from records.models import PrivateFile
from records.services import enqueue
from ui.forms import ReasonForm

NOT_WITHDRAWN = (Exam.State.DRAFT, Exam.State.PUBLISHED)


# ── Admitting ────────────────────────────────────────────────────────────────
@only_for(holds_exams)
def exam_admit(request: SignedIn, pk: int) -> HttpResponse:
    """First how many people the choice means, then (the second button) the admission itself."""
    now = timezone.now()
    exam = managed(request, pk, *NOT_WITHDRAWN)
    form = AdmitForm(request.POST or None, organisations=admissible(request, exam))
    members = None
    if form.is_bound and form.is_valid():
        members = form.members(now)
        if "admit" in request.POST:
            count = services.admit(exam, members, by=request.user, now=now)
            messages.success(request, admitted(count))
            return redirect("exams:exam_detail", pk)
    here = exam.candidates.filter(withdrawn_at=None)
    context = {"exam": exam, "form": form, "people": here.count()}
    if members is not None:
        known = here.filter(user__in=members.values("user")).count()
        context |= {"found": members.values("user").distinct().count(), "known": known}
    return render(request, "exams/exam_admit.html", context)


def admissible(request: SignedIn, exam: Exam) -> Any:
    """An organisation's exam is for its own people; the bureau's for those of every organisation."""
    organisations = management.organisations_for(request.user)
    return organisations.filter(pk=exam.organisation_id) if exam.organisation_id else organisations


def admitted(count: int) -> str:
    if not count:
        return _("Nobody was added: these people were candidates already.")
    return ngettext("%(count)s candidate was added.", "%(count)s candidates were added.", count) % {"count": count}


# ── Tickets ──────────────────────────────────────────────────────────────────
@only_for(holds_exams)
def exam_tickets(request: SignedIn, pk: int) -> HttpResponse:
    """All tickets on paper: made in the background, since their codes can be read only while they are made."""
    exam = managed(request, pk, Exam.State.PUBLISHED)
    people = exam.candidates.filter(withdrawn_at=None)
    if request.method == "POST":
        only_new = request.POST.get("which") != "all"
        job = enqueue(print_tickets, exam.pk, request.user.pk, only_new, by=request.user)
        return redirect("records:job_detail", job.pk)
    files = PrivateFile.objects.current(timezone.now()).filter(
        kind=tickets.KIND, created_by=request.user, name__startswith=tickets.file_prefix(exam)
    )
    context = {
        "exam": exam,
        "people": people.count(),
        "without": people.filter(ticket_hash=None).count(),
        "files": files[:5],
    }
    return render(request, "exams/exam_tickets.html", context)


@only_for(holds_exams)
@require_POST
@never_cache
def candidate_ticket(request: SignedIn, pk: int) -> HttpResponse:
    """A ticket for one person, shown by the answer to the POST and never again: it is kept as a hash only."""
    candidate = granted_to(request, pk)
    if candidate.exam.state != Exam.State.PUBLISHED or candidate.withdrawn_at:
        raise Http404
    token = services.issue_tickets([candidate], by=request.user, now=timezone.now())[candidate.pk]
    link = settings.PUBLIC_URL + reverse("exams:ticket", args=[token])
    return render(request, "exams/exam_ticket.html", {"candidate": candidate, "exam": candidate.exam, "link": link})


# ── One candidate ────────────────────────────────────────────────────────────
def granted_to(request: SignedIn, pk: int) -> Candidate:
    """A candidate to whom the user may grant something."""
    candidate = look_up(request, pk)
    if not can_manage_candidate(request.user, candidate):
        raise Http404
    return candidate


def look_up(request: SignedIn, pk: int) -> Candidate:
    candidates = Candidate.objects.visible_to(request.user).select_related("exam", "user", "organisation")
    return get_object_or_404(candidates.filter(exam__in=exams_viewed_by(request.user)), pk=pk)


@only_for(has_office)
def exam_candidate(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    candidate = look_up(request, pk)
    marks = Prefetch("marks", Mark.objects.select_related("by").order_by("pk"))
    sittings = list(candidate.sittings.select_related("paper").prefetch_related(marks).order_by("-number"))
    may_manage = can_manage_candidate(request.user, candidate)
    return render(
        request,
        "exams/exam_candidate.html",
        {
            "candidate": candidate,
            "exam": candidate.exam,
            "outcome": results.outcome(candidate, now),
            "sittings": [
                {"sitting": sitting, **journal_of(sitting), "late": late_answers(sitting).count() if may_manage else 0}
                for sitting in sittings
            ],
            "open": any(sitting.state == Sitting.State.OPEN for sitting in sittings),
            "may_manage": may_manage,
        },
    )


@only_for(holds_exams)
def candidate_attempt(request: SignedIn, pk: int) -> HttpResponse:
    candidate = granted_to(request, pk)
    form = ReasonForm(posted(request), button=_("Grant a further attempt"))
    if form.is_bound and form.is_valid():
        services.grant_attempt(candidate, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        messages.success(request, _("One more attempt is granted."))
        return redirect("exams:exam_candidate", pk)
    return grant_page(request, candidate, form, _("Grant a further attempt"), attempt_note(candidate))


def attempt_note(candidate: Candidate) -> str:
    if candidate.exam.closes_at <= timezone.now():
        return _("The exam has closed: a further attempt can be sat only while an exam is open.")
    return _("A make-up exam for this person alone; questions not seen yet come first.")


@only_for(holds_exams)
def candidate_time(request: SignedIn, pk: int) -> HttpResponse:
    candidate = granted_to(request, pk)
    form = ExtraTimeForm(posted(request), button=_("Grant the time"))
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        services.extend(candidate, data["minutes"], reason=data["reason"], by=request.user, now=timezone.now())
        messages.success(request, _("The time is granted; a running exam shows it within half a minute."))
        return redirect("exams:exam_candidate", pk)
    note = _("For this person in this exam: the sitting that is going on included.")
    return grant_page(request, candidate, form, _("Grant extra minutes"), note)


@only_for(holds_exams)
def candidate_late(request: SignedIn, pk: int, sitting: int) -> HttpResponse:
    """Answers that came after the deadline, the network's fault perhaps: a person decides whether they count."""
    candidate = granted_to(request, pk)
    found = get_object_or_404(candidate.sittings.filter(state=Sitting.State.MARKED), pk=sitting)
    late = list(late_answers(found))
    if not late:
        raise Http404
    form = ReasonForm(posted(request), button=_("Let them count"))
    if form.is_bound and form.is_valid():
        admit_late(late, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        messages.success(request, _("The late answers count: a new mark is in force, the old one stays on record."))
        return redirect("exams:exam_candidate", pk)
    note = ngettext(
        "%(count)s answer arrived after the deadline of this attempt. The journal shows when it was given.",
        "%(count)s answers arrived after the deadline of this attempt. The journal shows when they were given.",
        len(late),
    ) % {"count": len(late)}
    return grant_page(request, candidate, form, _("Let late answers count"), note)


@only_for(holds_exams)
def candidate_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    candidate = granted_to(request, pk)
    form = ReasonForm(posted(request), button=_("Withdraw the candidate"), css_class="btn-danger")
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        if services.withdraw_candidates([candidate], reason=reason, by=request.user, now=timezone.now()):
            messages.success(request, _("The candidate is withdrawn and can't begin any more."))
        else:
            messages.error(request, _("Nothing was changed: the person is sitting at this moment."))
        return redirect("exams:exam_candidate", pk)
    note = _("What the person has sat so far stays on record. Admitting the person again undoes the withdrawal.")
    return grant_page(request, candidate, form, _("Withdraw the candidate"), note)


def grant_page(request: SignedIn, candidate: Candidate, form: Any, title: str, note: str) -> HttpResponse:
    context = {"candidate": candidate, "exam": candidate.exam, "form": form, "title": title, "note": note}
    return render(request, "exams/exam_grant.html", context)
