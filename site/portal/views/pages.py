"""The pages that everybody reads, and the sheet that shows an editor how they are made."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve

from portal import addresses
from portal.page_cache import for_everybody
from ui.context import current_language


def page(request: HttpRequest, path: str) -> HttpResponse:
    """A page of the public tree: found our short way, served Wagtail's way with its hooks and restrictions."""
    found = addresses.page_at(path, current_language())
    addresses.masthead(request)
    request._wagtail_route_for_request = RouteResult(found)  # type: ignore[attr-defined]  # where Wagtail keeps its own
    return for_everybody(wagtail_serve(request, path))


@login_required
def editor_guide(request: HttpRequest) -> HttpResponse:
    """One sheet to print and lay beside the keyboard: every action from signing in to seeing the article."""
    if not request.user.has_perm("wagtailadmin.access_admin"):  # type: ignore[union-attr]  # signed in
        raise Http404
    return render(request, "portal/editor_guide.html", {"start": settings.PUBLIC_URL + reverse("people:home")})
