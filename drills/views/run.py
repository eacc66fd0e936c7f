"""The console: one page that shows how the drill stands, and a plain form for everything that can be done with it."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from drills.forms.run import (
    AbortForm,
    AmendForm,
    DelayForm,
    EndForm,
    NoteForm,
    ObservationForm,
    SkipForm,
)
from drills.models import Drill, MselItem, Participation, RunEvent
from drills.permissions import can_control, can_direct, can_read_log, evaluations_seen_by, part_of, sees_drills
from drills.queries.console import Console, next_in, tag_of
from drills.services import run as services
from drills.services.states import CannotMove
from people.gates import SignedIn, only_for, posted
from ui.clock import local

State = Drill.State
BEFORE = (State.DRAFT, State.IN_REVIEW, State.APPROVED, State.CANCELLED)


# ── Fetching ─────────────────────────────────────────────────────────────────
def watched(request: SignedIn, pk: int) -> Drill:
    """From its readiness on, by whoever reads its log; for everybody else there is no console."""
    drills = Drill.objects.visible_to(request.user).filter(entry=Drill.Entry.RUN).exclude(state__in=BEFORE)
    drill = get_object_or_404(drills.select_related("organisation"), pk=pk)
    if not can_read_log(request.user, drill):
        raise Http404
    return drill


def controlled(request: SignedIn, pk: int) -> Drill:
    drill = watched(request, pk)
    if not can_control(request.user, drill):
        raise Http404
    return drill


def directed(request: SignedIn, pk: int) -> Drill:
    drill = watched(request, pk)
    if not can_direct(request.user, drill):
        raise Http404
    return drill


def event_of(drill: Drill, item: int) -> MselItem:
    return get_object_or_404(drill.events.select_related("drill"), pk=item)


def part_in(drill: Drill, part: int) -> Participation:
    return get_object_or_404(drill.participations.select_related("drill", "user"), pk=part)


# ── The page ─────────────────────────────────────────────────────────────────
@only_for(sees_drills)
@never_cache
@require_safe
def console(request: SignedIn, pk: int) -> HttpResponse:
    drill, now = watched(request, pk), timezone.now()
    return render(request, "drills/run/console.html", context_of(request, drill, now))


@only_for(sees_drills)
@never_cache
@require_safe
def console_live(request: SignedIn, pk: int) -> HttpResponse:
    """The parts of the page that change. 304 while they would be the same; seconds are counted by the page itself."""
    drill, now = watched(request, pk), timezone.now()
    tag = tag_of(drill, now)
    if tag == request.headers.get("If-None-Match", "").removeprefix("W/"):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = render(request, "drills/run/poll.html", context_of(request, drill, now))
    response["ETag"] = tag
    response["X-Now"] = str(milliseconds(now))
    return response


def context_of(request: SignedIn, drill: Drill, now: datetime) -> dict[str, Any]:
    board = Console(drill, now)
    return {
        "drill": drill,
        "board": board,
        "now_ms": milliseconds(now),
        "elapsed_ms": int(board.clock.elapsed_seconds * 1000),
        "next_in": next_in(board.next, now),
        "may_control": can_control(request.user, drill),
        "may_direct": can_direct(request.user, drill),
        "may_stop": drill.state in Drill.LIVE,
        "is_live": drill.state in Drill.LIVE,
        "is_over": drill.state not in (State.READY, *Drill.LIVE),
        "uid": uuid.uuid4(),
        "evaluation_url": evaluation_url(request, drill),
    }


def evaluation_url(request: SignedIn, drill: Drill) -> str:
    """Empty for whoever reads the log and has nothing to do with the evaluation."""
    sees = evaluations_seen_by(request.user).filter(pk=drill.pk).exists()
    return reverse("drills:evaluation", args=[drill.pk]) if sees else ""


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


# ── What somebody does ───────────────────────────────────────────────────────
Act = Callable[..., None]


def acts(fetch: Callable[[SignedIn, int], Drill]) -> Callable[[Act], Callable[..., HttpResponse]]:
    """A POST from the console that leads back to it; what could not be done is said there."""

    def door(act: Act) -> Callable[..., HttpResponse]:
        @only_for(sees_drills)
        @require_POST
        @wraps(act)
        def guarded(request: SignedIn, pk: int, **place: int) -> HttpResponse:
            drill = fetch(request, pk)
            try:
                act(request, drill, **place, now=timezone.now())
            except (services.RunError, CannotMove) as refused:
                messages.warning(request, told(refused))
            return redirect("drills:console", pk)

        return guarded

    return door


def told(refused: Exception) -> str:
    if isinstance(refused, services.AlreadyDone):
        event = refused.event
        done = {"what": event.get_kind_display(), "who": who(event), "at": f"{local(event.happened_at):%H:%M:%S}"}
        return _("Done already: %(what)s, %(who)s at %(at)s.") % done
    if isinstance(refused, Unclear):
        return str(refused)
    if isinstance(refused, services.DirectorDecides):
        return _("After an emergency stop only the exercise director lets the drill go on.")
    return _("This cannot be done now: the drill has moved on. The page shows how it stands.")


def who(event: RunEvent) -> str:
    return event.participation.label if event.participation else str(event.actor or "")


def cleaned(form: Any) -> dict[str, Any]:
    """Of the small forms in the page; what is wrong with them is said on top of it."""
    if not form.is_valid():
        raise Unclear("; ".join(str(error) for errors in form.errors.values() for error in errors))
    return form.cleaned_data


class Unclear(services.RunError):
    """A form of the page that was not filled in."""


@acts(directed)
def run_start(request: SignedIn, drill: Drill, *, now: datetime) -> None:
    services.start_drill(drill, by=request.user, now=now)


@acts(controlled)
def run_pause(request: SignedIn, drill: Drill, *, now: datetime) -> None:
    services.pause_drill(drill, by=request.user, now=now)


@acts(controlled)
def run_resume(request: SignedIn, drill: Drill, *, now: datetime) -> None:
    services.resume_drill(drill, by=request.user, now=now)


@acts(watched)
def run_stop(request: SignedIn, drill: Drill, *, now: datetime) -> None:
    """Whoever has the console before him may call it, whatever else he may do."""
    text = cleaned(NoteForm(request.POST))["text"]
    services.emergency_stop(drill, text=text, by=request.user, now=now)


@acts(controlled)
def run_stop_ack(request: SignedIn, drill: Drill, part: int, *, now: datetime) -> None:
    services.acknowledge_stop(part_in(drill, part), by=request.user, now=now)


@acts(controlled)
def run_release(request: SignedIn, drill: Drill, item: int, *, now: datetime) -> None:
    services.release_item(event_of(drill, item), by=request.user, now=now)


@acts(controlled)
def run_delay(request: SignedIn, drill: Drill, item: int, *, now: datetime) -> None:
    event, form = event_of(drill, item), cleaned(DelayForm(request.POST))
    services.delay_item(event, seconds=form["seconds"], uid=form["uid"], by=request.user, now=now)


@acts(controlled)
def run_skip(request: SignedIn, drill: Drill, item: int, *, now: datetime) -> None:
    event, form = event_of(drill, item), cleaned(SkipForm(request.POST))
    services.skip_item(event, reason=form["reason"], by=request.user, now=now)


@acts(controlled)
def run_ack(request: SignedIn, drill: Drill, item: int, part: int, *, now: datetime) -> None:
    services.acknowledge_for(event_of(drill, item), part_in(drill, part), by=request.user, now=now)


@acts(watched)
def run_note(request: SignedIn, drill: Drill, *, now: datetime) -> None:
    """Whoever keeps the record writes down what he sees or hears."""
    if part_of(request.user, drill) is None and not can_control(request.user, drill):
        raise Http404
    form = cleaned(ObservationForm(request.POST))
    services.note(drill, text=form["text"], uid=form["uid"], by=request.user, now=now)


# ── What wants a page of its own ─────────────────────────────────────────────
def confirmed(
    request: SignedIn, drill: Drill, form: Any, template: str, act: Callable[[dict[str, Any]], Any], **more: Any
) -> HttpResponse:
    """Shown, confirmed, done; back to the console either way."""
    if form.is_bound and form.is_valid():
        try:
            act(form.cleaned_data)
        except (services.RunError, CannotMove) as refused:
            messages.warning(request, told(refused))
        return redirect("drills:console", drill.pk)
    return render(request, template, {"drill": drill, "form": form, **more})


@only_for(sees_drills)
def run_end(request: SignedIn, pk: int) -> HttpResponse:
    drill, now = directed(request, pk), timezone.now()
    in_states(drill, *Drill.LIVE)

    def end(_data: dict[str, Any]) -> None:
        services.end_drill(drill, by=request.user, now=now)
        messages.success(request, _("The drill has ended. It counts from now on."))

    return confirmed(request, drill, EndForm(posted(request)), "drills/run/end.html", end, board=Console(drill, now))


@only_for(sees_drills)
def run_abort(request: SignedIn, pk: int) -> HttpResponse:
    drill, now = directed(request, pk), timezone.now()
    in_states(drill, *Drill.LIVE)

    def abort(data: dict[str, Any]) -> None:
        services.abort_drill(drill, why=data["why"], reason=data["reason"], by=request.user, now=now)

    return confirmed(request, drill, AbortForm(posted(request)), "drills/run/abort.html", abort)


@only_for(sees_drills)
def run_amend(request: SignedIn, pk: int, item: int) -> HttpResponse:
    drill, now = controlled(request, pk), timezone.now()
    in_states(drill, State.READY, *Drill.LIVE)
    event = event_of(drill, item)
    words = services.message_of(event)
    bare = {name: text.removeprefix(services.MARK) for name, text in words.items()}

    def amend(data: dict[str, Any]) -> None:
        services.amend_item(event, **data, by=request.user, now=now)

    form = AmendForm(posted(request), initial=bare)
    return confirmed(request, drill, form, "drills/run/amend.html", amend, item=event)


def in_states(drill: Drill, *states: str) -> None:
    if drill.state not in states:
        raise Http404
