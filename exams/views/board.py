"""The invigilator's board: where everybody is, and what can be done about it. Live by asking again and again."""

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from exams import services
from exams.forms.oversight import AnnulForm, BoardFilter, IncidentForm
from exams.models import Candidate, Exam, Sitting
from exams.permissions import candidates_managed_by, holds_exams
from exams.queries import board
from exams.views.candidates import grant_page, granted_to
from exams.views.exams import managed
from people.gates import SignedIn, only_for, posted
from people.models import Organisation
from ui.clock import local
from ui.forms import ReasonForm

PER_PAGE = 50
KNOWN = re.compile(r"(\d{1,18})\.([0-9a-f]{8})")  # what the page shows already: a candidate and the stamp of the line
NOT_DRAFT = (Exam.State.PUBLISHED, Exam.State.WITHDRAWN)


def board_filter(request: SignedIn, exam: Exam) -> BoardFilter:
    theirs = Candidate.objects.visible_to(request.user).filter(exam=exam).order_by()
    return BoardFilter(
        request.GET, organisations=Organisation.objects.filter(pk__in=theirs.values("organisation").distinct())
    )


# ── Looking ──────────────────────────────────────────────────────────────────
@only_for(holds_exams)
@require_safe
def exam_board(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    exam = managed(request, pk, *NOT_DRAFT)
    form = board_filter(request, exam)
    filters = form.filters()
    rows = board.people(board.board_rows(exam, request.user, now, **filters))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    here = list(page.object_list)
    counted = board.counts(exam, request.user, now, organisation=filters["organisation"])
    return render(
        request,
        "exams/exam_board.html",
        {
            "exam": exam,
            "form": form,
            "place": filters["place"],
            "organisation": filters["organisation"],
            "filtered": any(filters.values()),
            "counts": [(place, place.label, counted[place]) for place in board.Place],
            "page": page,
            "rows": list(zip(here, board.lines(here), strict=True)),
            "managed": set(
                candidates_managed_by(request.user).filter(pk__in=[one.pk for one in here]).values_list("pk", flat=True)
            ),
            "incidents": board.incidents(exam, request.user, now)[:20],
            "any_open": counted["writing"] + counted["silent"],
            "any_paused": counted["paused"],
            "at": f"{local(now):%H:%M:%S}",
        },
    )


@only_for(holds_exams)
@require_safe
@never_cache
def exam_board_state(request: SignedIn, pk: int) -> JsonResponse:
    """The counts, and of the people whom the page shows (`known`: number.stamp,…) those whose line has changed."""
    now = timezone.now()
    exam = managed(request, pk, *NOT_DRAFT)
    known = dict(KNOWN.findall(request.GET.get("known", "")[: PER_PAGE * 32]))
    organisation = board_filter(request, exam).filters()["organisation"]
    rows = board.people(board.board_rows(exam, request.user, now).filter(pk__in=list(known)[:PER_PAGE]))
    changed = [line for line in board.lines(list(rows)) if line["stamp"] != known[str(line["pk"])]]
    counted = board.counts(exam, request.user, now, organisation=organisation)
    return JsonResponse({"at": f"{local(now):%H:%M:%S}", "counts": counted, "rows": changed})


# ── For all ──────────────────────────────────────────────────────────────────
@only_for(holds_exams)
def exam_pause(request: SignedIn, pk: int) -> HttpResponse:
    exam = managed(request, pk, *NOT_DRAFT)
    now = timezone.now()
    form = ReasonForm(posted(request), button=_("Pause for all"), css_class="btn-danger")
    sittings = board.open_sittings(exam, request.user)
    if form.is_bound and form.is_valid():
        count = services.pause(sittings, reason=form.cleaned_data["reason"], by=request.user, now=now)
        messages.success(request, paused_words(count))
        return redirect("exams:exam_board", pk)
    context = {"exam": exam, "form": form, "people": sittings.filter(paused_at=None).count()}
    return render(request, "exams/exam_pause.html", context)


def paused_words(count: int) -> str:
    if not count:
        return _("Nobody is sitting the exam at this moment.")
    return ngettext("The clock of %(n)s person stands.", "The clock of %(n)s people stands.", count) % {"n": count}


@only_for(holds_exams)
@require_POST
def exam_resume(request: SignedIn, pk: int) -> HttpResponse:
    exam = managed(request, pk, *NOT_DRAFT)
    now = timezone.now()
    count = services.resume(board.open_sittings(exam, request.user), by=request.user, now=now)
    messages.success(request, resumed_words(count))
    return redirect("exams:exam_board", pk)


def resumed_words(count: int) -> str:
    told = ngettext(
        "%(n)s person goes on; the time of the pause is added.",
        "%(n)s people go on; the time of the pause is added.",
        count,
    )
    return told % {"n": count} if count else _("Nobody was paused.")


@only_for(holds_exams)
def exam_incident(request: SignedIn, pk: int) -> HttpResponse:
    """About the room, or about one person (`?candidate=` from his line)."""
    exam = managed(request, pk, *NOT_DRAFT)
    candidate = named(request, exam)
    form = IncidentForm(posted(request))
    if form.is_bound and form.is_valid():
        services.record_incident(
            exam, form.cleaned_data["text"], candidate=candidate, by=request.user, now=timezone.now()
        )
        messages.success(request, _("It is written down, with your name and the time."))
        return redirect("exams:exam_board", pk)
    return render(request, "exams/exam_incident.html", {"exam": exam, "form": form, "candidate": candidate})


def named(request: SignedIn, exam: Exam) -> Candidate | None:
    text = request.GET.get("candidate", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Http404
    there = Candidate.objects.visible_to(request.user).filter(exam=exam).select_related("user", "organisation")
    return get_object_or_404(there, pk=int(text))


# ── For one ──────────────────────────────────────────────────────────────────
@only_for(holds_exams)
def candidate_pause(request: SignedIn, pk: int) -> HttpResponse:
    candidate = granted_to(request, pk)
    form = ReasonForm(posted(request), button=_("Pause"))
    if form.is_bound and form.is_valid():
        count = services.pause(
            Sitting.objects.filter(candidate=candidate),
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, paused_words(count))
        return redirect("exams:exam_board", candidate.exam_id)
    note = _("The clock of this person stands until you let it go on; the time of the pause is added to the deadline.")
    return grant_page(request, candidate, form, _("Pause"), note)


@only_for(holds_exams)
@require_POST
def candidate_resume(request: SignedIn, pk: int) -> HttpResponse:
    candidate = granted_to(request, pk)
    count = services.resume(Sitting.objects.filter(candidate=candidate), by=request.user, now=timezone.now())
    messages.success(request, resumed_words(count))
    return redirect("exams:exam_board", candidate.exam_id)


@only_for(holds_exams)
def candidate_annul(request: SignedIn, pk: int, sitting: int) -> HttpResponse:
    candidate = granted_to(request, pk)
    theirs: Any = candidate.sittings.exclude(state=Sitting.State.ANNULLED)
    found = get_object_or_404(theirs, pk=sitting)
    form = AnnulForm(posted(request), button=_("Annul the attempt"), css_class="btn-danger")
    if form.is_bound and form.is_valid():
        services.annul(found, **form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("The attempt is annulled. Its answers and marks stay on record."))
        return redirect("exams:exam_candidate", pk)
    note = _(
        "It counts for nothing any more, and this can't be undone. The person reads your reason. A certificate that was"
        " issued for it has to be revoked apart."
    )
    return grant_page(request, candidate, form, _("Annul the attempt"), note)
