"""The candidate's way: list, waiting room, start, sitting, result; by signing in or by the ticket of one exam."""

import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from exams import services, sitting_rules
from exams.attempts import attempt_token
from exams.forms.exams import TicketForm
from exams.models import Candidate, Exam, Mark, QuestionVersion, Sitting
from exams.queries import results
from exams.queries.papers import Asked, paper_for
from exams.views import standing
from people import rules
from people.gates import SignedIn, posted
from people.models import User
from records.services import clear, hit

TICKET = "exam_ticket"  # in the session: [pk of the candidate, hash of the ticket, until]
TICKET_LASTS = 12 * 3600  # seconds, on a phone that may be borrowed
DEVICE = "exam_device"  # a cookie: which browser this is
DEVICE_LASTS = 180 * 24 * 3600
TRIES, TRIES_WITHIN = 5, timedelta(minutes=15)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SITTING_SCRIPTS = [f"exams/{name}.js" for name in ("clock", "journal", "tabs", "wire", "paper", "sitting")]
WAITING_SCRIPTS = [f"exams/{name}.js" for name in ("clock", "journal", "wire", "waiting")]
RESULT_SCRIPTS = [f"exams/{name}.js" for name in ("clock", "journal", "wire", "result")]


# ── Whose exam it is ─────────────────────────────────────────────────────────
def held_by(request: HttpRequest, now: Any) -> QuerySet[Candidate]:
    """The candidacies of whoever is signed in, and the one whose ticket opened this session. A ticket that was
    replaced opens nothing any more."""
    mine = Q(user=request.user.pk) if request.user.is_authenticated else Q(pk__in=[])
    pk, ticket, until = request.session.get(TICKET, [None, "", 0])
    if pk and now.timestamp() < until:
        mine |= Q(pk=pk, ticket_hash=ticket)
    return Candidate.objects.filter(mine, user__is_active=True).exclude(exam__state=Exam.State.DRAFT)


def for_candidates(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Strangers sign in; what belongs to somebody else does not exist."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponseBase:
        if not request.user.is_authenticated and TICKET not in request.session:
            return redirect_to_login(request.get_full_path())
        return view(request, pk)

    return guarded


def find_candidate(request: HttpRequest, pk: int, now: Any) -> Candidate:
    candidates = held_by(request, now).select_related("exam", "user", "organisation")
    return get_object_or_404(candidates, pk=pk)


def find_sitting(request: HttpRequest, pk: int, now: Any) -> Sitting:
    sittings = Sitting.objects.filter(candidate__in=held_by(request, now))
    whole = sittings.select_related("paper", "candidate__exam", "candidate__user", "candidate__organisation")
    return get_object_or_404(whole, pk=pk)


def device_of(request: HttpRequest) -> str:
    """The name that this browser keeps; empty where it keeps none, or one that is not of our making."""
    name = request.COOKIES.get(DEVICE, "")
    return name if sitting_rules.DEVICE.fullmatch(name) else ""


def with_device(request: HttpRequest, response: HttpResponse, device: str = "") -> HttpResponse:
    """The browser keeps a name for itself, so that a reload is no other device."""
    if not device_of(request):
        response.set_cookie(
            DEVICE,
            device or secrets.token_urlsafe(18),
            max_age=DEVICE_LASTS,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return response


def milliseconds(moment: Any) -> int:
    return int(moment.timestamp() * 1000)


def name_for(request: HttpRequest, person: User) -> str:
    """The own name in full; a ticket may have been found on the ground."""
    return person.full_name if request.user.pk == person.pk else person.masked_name


# ── Before ───────────────────────────────────────────────────────────────────
@login_required
@never_cache
@require_safe
def my_exams(request: SignedIn) -> HttpResponse:
    now = timezone.now()
    rows = standing.in_order(results.candidacies(request.user, now), now)
    return render(request, "exams/room_list.html", {"rows": rows})


@require_safe
@for_candidates
def waiting(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    candidate = find_candidate(request, pk, now)
    marks = Prefetch("marks", Mark.objects.order_by("pk"))
    sittings = list(candidate.sittings.prefetch_related(marks).order_by("number"))
    context = {
        "candidate": candidate,
        "exam": candidate.exam,
        "name": name_for(request, candidate.user),
        "row": standing.room_of(candidate, sittings, results.outcome(candidate, now), device_of(request)),
        "now_ms": milliseconds(now),
        "opens_ms": milliseconds(candidate.exam.opens_at),
        "scripts": WAITING_SCRIPTS,
    }
    return with_device(request, render(request, "exams/room_waiting.html", context))


@require_safe
@never_cache
def clock(request: HttpRequest) -> JsonResponse:
    """The server's time and a sign of life; asks the database nothing."""
    return JsonResponse({"server_time": timezone.now().isoformat()})


@require_POST
@for_candidates
def start(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    candidate = find_candidate(request, pk, now)
    device = device_of(request) or secrets.token_urlsafe(18)
    try:
        sitting = services.start_sitting(candidate, device=device, now=now)
    except services.MayNotStart as refused:
        messages.error(request, standing.why_not(refused.refusal, candidate.exam))
        return redirect("exams:waiting", pk)
    except services.OtherDevice:
        return redirect("exams:waiting", pk)
    return with_device(request, redirect("exams:sitting", sitting.pk), device)


# ── During ───────────────────────────────────────────────────────────────────
@require_safe
@for_candidates
def sitting(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    found = find_sitting(request, pk, now)
    if found.state != Sitting.State.OPEN:
        return redirect("exams:result", pk)
    if found.device != device_of(request):
        page = render(request, "exams/room_takeover.html", {"sitting": found, "exam": found.candidate.exam})
        return with_device(request, page)
    context = {
        "sitting": found,
        "exam": found.candidate.exam,
        "slots": [shown(asked) for asked in paper_for(found)],
        "token": attempt_token(found, found.device),
        "now_ms": milliseconds(now),
        "deadline_ms": milliseconds(found.deadline),
        "scripts": SITTING_SCRIPTS,
    }
    return render(request, "exams/sitting.html", context)


def shown(asked: Asked) -> dict[str, Any]:
    return {
        "number": asked.slot,
        "kind": asked.kind,
        "kind_label": QuestionVersion.Kind(asked.kind).label,
        "points": asked.points,
        "stem": asked.stem,
        "picture": asked.picture,
        "given_json": json.dumps(asked.given),
        "revision": asked.revision,
        "epoch": asked.epoch,
        "options": [
            {
                "letter": LETTERS[place],
                "text": option.text,
                "position": option.position,
                "given": option.position in asked.given,
            }
            for place, option in enumerate(asked.options)
        ],
    }


@require_POST
@for_candidates
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    found = find_sitting(request, pk, now)
    device = device_of(request) or secrets.token_urlsafe(18)
    try:
        services.take_over(found, device=device, now=now)
    except services.AlreadySubmitted:
        return redirect("exams:result", pk)
    return with_device(request, redirect("exams:sitting", pk), device)


# ── After ────────────────────────────────────────────────────────────────────
@require_safe
@for_candidates
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """Points and passed or not; never which question was right in an exam that counts."""
    now = timezone.now()
    found = find_sitting(request, pk, now)
    if found.state == Sitting.State.OPEN:
        return redirect("exams:sitting", pk)
    candidate, mark, device = found.candidate, found.result, device_of(request)
    outcome = results.outcome(candidate, now)
    context = {
        "sitting": found,
        "candidate": candidate,
        "exam": candidate.exam,
        "name": name_for(request, candidate.user),
        "mark": mark,
        "needed": standing.points_needed(candidate.exam, found.paper.total_points),
        "reason": mark.reason if mark and mark.by_id else "",
        "answered": sum(1 for given in found.answers.values_list("given", flat=True) if given),
        "questions": len(found.paper.slots),
        "attempts_left": outcome.attempts_left,
        "may_start": outcome.may_start,
        "token": attempt_token(found, device) if device else "",
        "scripts": RESULT_SCRIPTS,
    }
    return render(request, "exams/result.html", context)


# ── Tickets ──────────────────────────────────────────────────────────────────
@never_cache
@sensitive_post_parameters("tail")
def ticket(request: HttpRequest, token: str) -> HttpResponse:
    """Chat apps fetch links before anybody taps them, and a slip of paper gets lost: the holder also tells four
    characters of a number that does not stand on it."""
    now = timezone.now()
    candidate = services.find_ticket(token)
    if candidate is None:
        return render(request, "exams/ticket_bad.html", status=404)
    if request.user.is_authenticated and request.user.pk == candidate.user_id:
        return redirect("exams:waiting", candidate.pk)
    form = TicketForm(posted(request))
    if form.is_bound and form.is_valid():
        subject = f"exam-ticket:{candidate.pk}"
        if not hit(subject, limit=TRIES, window=TRIES_WITHIN, now=now).allowed:
            form.add_error(None, _("Too many wrong tries. Wait 15 minutes, then try again."))
        elif knows(candidate.user, form.cleaned_data["tail"]):
            clear(subject)
            return let_in(request, candidate, now)
        else:
            form.add_error("tail", _("These are not the last four characters of the number on record."))
    return render(request, "exams/ticket.html", {"candidate": candidate, "form": form})


def knows(person: User, tail: str) -> bool:
    typed = rules.normal_code(tail)
    known = [number for number in (person.identity_tail, (person.phone or "")[-4:]) if len(number) == 4]
    return any(constant_time_compare(typed.encode(), number.encode()) for number in known)


def let_in(request: HttpRequest, candidate: Candidate, now: Any) -> HttpResponse:
    until = int(now.timestamp()) + TICKET_LASTS
    if not request.user.is_authenticated:
        request.session.cycle_key()
        request.session.set_expiry(TICKET_LASTS)
    request.session[TICKET] = [candidate.pk, candidate.ticket_hash, until]
    return redirect("exams:waiting", candidate.pk)
