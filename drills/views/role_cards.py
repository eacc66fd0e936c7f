"""Role cards on paper, and which phones are fit: for whoever controls the drill."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from drills.forms.role_cards import PrintForm
from drills.models import Drill, Participation
from drills.permissions import can_control, sees_drills
from drills.queries.devices import devices_of, latest_by_part, on_paper
from drills.services import role_cards as services
from drills.views.fetch import seen
from drills.views.trust import authority_file
from people.gates import SignedIn, only_for
from records.models import Job, PrivateFile
from ui.http import PDF, attachment


def controlled(request: SignedIn, pk: int) -> Drill:
    drill = seen(request, pk)
    if drill.is_simple or not can_control(request.user, drill):
        raise Http404
    return drill


#: From its approval on a drill hands out cards: before, parts come and go.
NO_CARDS = (*Drill.DESIGN, Drill.State.CANCELLED)


def parts_of(drill: Drill) -> list[Participation]:
    """In the order in which cards are handed out: by team and post."""
    parts = drill.participations.select_related("user", "organisation")
    return list(parts.order_by("team", "site", "role", "pk"))


@only_for(sees_drills)
def cards(request: SignedIn, pk: int) -> HttpResponse:
    now, drill = timezone.now(), controlled(request, pk)
    parts = parts_of(drill)
    latest = latest_by_part(devices_of(drill, now=now))
    context = {
        "drill": drill,
        "rows": [{"part": part, "phone": latest.get(part.pk)} for part in parts],
        "form": PrintForm(parts=parts),
        "open": drill.state not in NO_CARDS,
        "insecure": not settings.PUBLIC_URL.startswith("https://"),
        "address": settings.PUBLIC_URL,
        "paper": on_paper(parts, latest),
        "trust": trust_link(),
        **printing(request, drill, now),
    }
    return render(request, "drills/field/cards.html", context)


def trust_link() -> str:
    """Where phones get the certificate of this installation; empty where they need none."""
    with override(settings.LANGUAGE_CODE):
        return settings.PUBLIC_URL.rstrip("/") + reverse("drills:trust") if authority_file() else ""


def printing(request: SignedIn, drill: Drill, now: datetime) -> dict[str, Any]:
    """The job under way, and what is ready to print: his own, for a day."""
    mine = Job.objects.filter(task="drills.print_cards", requested_by=request.user)
    job = mine.order_by("-pk").first()
    files = PrivateFile.objects.current(now).filter(kind=services.KIND, created_by=request.user)
    return {
        "job": job if job and job.state not in {Job.State.DONE, Job.State.CANCELLED} else None,
        "files": files.filter(name__startswith=services.file_prefix(drill))[:5],
    }


@only_for(sees_drills)
@require_POST
def cards_print(request: SignedIn, pk: int) -> HttpResponse:
    drill = handing_out(request, pk)
    form = PrintForm(request.POST, parts=parts_of(drill))
    if form.is_valid():
        services.start_cards(drill, form.chosen(), size=form.cleaned_data["size"], by=request.user)
    else:
        messages.error(request, form.first_fault())
    return redirect("drills:cards", pk)


@only_for(sees_drills)
@require_POST
def card_print(request: SignedIn, pk: int, part: int) -> HttpResponse:
    """One card, straight into the hand of whoever asked."""
    drill = handing_out(request, pk)
    found = one_of(drill, part)
    body = services.print_one(found, by=request.user, now=timezone.now())
    return attachment(body, f"{drill.marked_title} {found.label}.pdf", PDF)


@only_for(sees_drills)
@require_safe
def sheets_print(request: SignedIn, pk: int) -> HttpResponse:
    drill = handing_out(request, pk)
    body = services.sheets_pdf(drill, some(parts_of(drill)))
    return attachment(body, f"{drill.marked_title} {_('Sign-in sheet')}.pdf", PDF)


def some(parts: Sequence[Participation]) -> Sequence[Participation]:
    if not parts:
        raise Http404
    return parts


def handing_out(request: SignedIn, pk: int) -> Drill:
    drill = controlled(request, pk)
    if drill.state in NO_CARDS:
        raise Http404
    return drill


@only_for(sees_drills)
@never_cache
def card(request: SignedIn, pk: int, part: int) -> HttpResponse:
    """One card on the screen, to be scanned from it."""
    drill = handing_out(request, pk)
    found = one_of(drill, part)
    rows = [row for row in devices_of(drill, now=timezone.now()) if row.part.pk == found.pk]
    context: dict[str, Any] = {"drill": drill, "part": found, "link": services.field_link(found), "phones": rows}
    return render(request, "drills/field/card.html", context)


def one_of(drill: Drill, pk: int) -> Participation:
    return get_object_or_404(drill.participations.select_related("user", "organisation", "drill"), pk=pk)


@only_for(sees_drills)
@require_POST
def card_reissue(request: SignedIn, pk: int, part: int) -> HttpResponse:
    """`epoch` says which card is lost: a second press does not make the new one worthless, too."""
    drill = handing_out(request, pk)
    found, epoch = one_of(drill, part), request.POST.get("epoch", "")
    if epoch.isdecimal() and services.reissue_card(found, int(epoch), by=request.user, now=timezone.now()):
        messages.success(request, _("The old card is worthless now. Hand out this one."))
    else:
        messages.error(request, _("Nothing was changed: the card had been replaced already. This is the one in force."))
    return redirect("drills:card", pk, part)
