"""The public search: its page, and what is offered below the field while somebody types."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from portal import facets, queries, search, suggestions
from portal.services import readers
from portal.synonyms import Reading
from ui.context import current_language

OFFERED_FOR = 300  # seconds that a browser, or a cache before us, may offer the same


def search_pages(request: HttpRequest) -> HttpResponse:
    """What holds the reader's words or words of equal meaning; without words, the hazards to choose from."""
    reading, language = search.read(request.GET.get("q", "").strip()), current_language()
    exact = bool(reading.parts) and request.GET.get("exact") == "1"
    hits = search.hits(Reading(reading.query) if exact else reading, language)
    context = {"query": reading.query, "exact": exact, "others": reading.other_words}
    context |= results(hits, reading, request.GET) if hits else nothing(reading.query, language)
    if reading.query and not hits and not exact:
        readers.note_missed_search(reading.query, language, today=timezone.localdate())
    context["other_way"] = same_search(request.GET, exact=not exact)
    return render(request, "portal/search.html", context)


def results(hits: list[int], reading: Reading, asked: QueryDict) -> dict[str, Any]:
    narrowed, choices = facets.narrow(hits, asked)
    sheet = queries.sheet(narrowed, asked)
    found = [search.present(entry, reading) for entry in search.entries_of(sheet)]
    everything = same_search(asked, without=tuple(facets.NAMES))
    return {"sheet": sheet, "found": found, "facets": choices, "hits": len(hits), "everything": everything}


def nothing(query: str, language: str) -> dict[str, Any]:
    return {
        "instead": suggestions.instead_of(query, language) if query else [],
        "topics": queries.topics(language),
    }


def same_search(asked: QueryDict, *, exact: bool | None = None, without: tuple[str, ...] = ()) -> str:
    """Its query string from the first sheet on, with or without words of equal meaning, less what is named."""
    query = asked.copy()
    for name in ("page", *without):
        query.pop(name, None)
    if exact is not None:
        query.pop("exact", None)
    if exact:
        query["exact"] = "1"
    return "?" + query.urlencode()


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """The same for everybody, so that caches may keep it for a while."""
    offered = suggestions.while_typing(request.GET.get("q", ""), current_language())
    response = JsonResponse({"suggestions": [asdict(one) for one in offered]})
    patch_cache_control(response, public=True, max_age=OFFERED_FOR)
    return response
