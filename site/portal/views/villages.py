"""本村避险卡 for the people of a village, and for the township that keeps them."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.gates import SignedIn, only_for, posted
from people.models import Division
from portal.forms import VillageCardForm
from portal.models import VillageCard
from portal.permissions import cards_kept_by, keeps_cards, villages_kept_by
from portal.services.villages import save_card
from portal.templatetags.portal import dial
from ui.http import PDF, attachment
from ui.pdf import render_pdf


def public_cards() -> QuerySet[VillageCard]:
    return VillageCard.objects.filter(public=True).select_related("division").order_by("division__path")


# ── For everybody ────────────────────────────────────────────────────────────
def village_list(request: HttpRequest) -> HttpResponse:
    """The villages that have a card, by township: one's own is chosen once and kept by the browser."""
    cards = list(public_cards())
    townships = {path_of_township(card.division.path) for card in cards}
    names = {one.path: one for one in Division.objects.filter(path__in=townships)}
    groups: dict[Any, list[VillageCard]] = {}
    for card in cards:
        groups.setdefault(names.get(path_of_township(card.division.path)), []).append(card)
    return render(request, "portal/villages/list.html", {"groups": groups.items()})


def path_of_township(path: str) -> str:
    return path[: -Division.steplen]


def village(request: HttpRequest, code: str) -> HttpResponse:
    card = get_object_or_404(public_cards(), division__code=code)
    numbers = [(card.duty_phone, _("Duty phone of the village")), *dial(["119", "120"])]
    context = {"card": card, "township": card.division.get_parent(), "numbers": numbers}
    return render(request, "portal/villages/card.html", context)


def village_poster(request: HttpRequest, code: str) -> HttpResponse:
    """To hang up at the village hall: the card in large letters, with the code that opens it in large print."""
    card = get_object_or_404(public_cards(), division__code=code)
    link = f"{settings.PUBLIC_URL}{reverse('portal:village', args=[code])}?elder=1"
    context = {"card": card, "township": card.division.get_parent(), "link": link}
    name = f"{card.division.name}{_('Village card')}.pdf"
    return attachment(render_pdf("portal/villages/poster.html", context), name, PDF)


# ── For the township ─────────────────────────────────────────────────────────
@only_for(keeps_cards)
def card_list(request: SignedIn) -> HttpResponse:
    """Every village of the scope, with its card or without one."""
    cards = {card.division_id: card for card in cards_kept_by(request.user)}
    villages = villages_kept_by(request.user).order_by("path")
    rows = [(one, cards.get(one.pk)) for one in villages]
    context = {"rows": rows, "written": len(cards), "missing": len(rows) - len(cards)}
    return render(request, "portal/villages/cards.html", context)


@only_for(keeps_cards)
def card_edit(request: SignedIn, code: str) -> HttpResponse:
    division = get_object_or_404(villages_kept_by(request.user), code=code)
    card = VillageCard.objects.filter(division=division).first() or VillageCard(division=division)
    form = VillageCardForm(posted(request), instance=card)
    if form.is_bound and form.is_valid():
        save_card(form.save(commit=False), by=request.user, now=timezone.now())
        messages.success(request, _("The card of %(village)s is written.") % {"village": division.label})
        return redirect("portal:card_list")
    return render(request, "portal/villages/card_form.html", {"form": form, "division": division})
