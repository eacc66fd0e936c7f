"""Passing a piece on: to the loudspeaker of a village, to the bureau's chat account."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from people.gates import SignedIn, only_for
from people.permissions import has_office
from portal import outlets, queries, search
from portal.models import LOUDSPEAKER_LONGEST, Piece
from portal.templatetags.portal import address
from ui.context import current_language


@only_for(has_office)
def outlet_list(request: SignedIn) -> HttpResponse:
    """What can be passed on: every piece the public reads, newest first, or what holds the words typed."""
    query, language = request.GET.get("q", "").strip()[: search.LONGEST_QUERY], current_language()
    sheet = queries.sheet(queries.pieces_to_pass_on(language, query), request.GET)
    return render(request, "portal/outlets/list.html", {"query": query, "sheet": sheet})


@only_for(has_office)
def outlet(request: SignedIn, pk: int) -> HttpResponse:
    """One piece as script for the loudspeaker and as text for the chat account, each copied by one button."""
    piece = get_object_or_404(
        Piece.objects.live().filter(content_type__model__in=queries.TOLD_IN_WORDS), pk=pk
    ).specific
    link = settings.PUBLIC_URL + address(piece)
    context = {
        "piece": piece,
        "link": link,
        "script": outlets.script_of(piece),
        "is_drawn": not piece.loudspeaker.strip(),
        "longest": LOUDSPEAKER_LONGEST,
        "chat": outlets.chat_html(piece, link),
    }
    return render(request, "portal/outlets/piece.html", context)
