"""The service worker of the readers: it keeps what a reader has asked to keep, and nothing else."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the top of the house, because a worker serves only what lies below its own address."""
    script = render_to_string("portal/readers/sw.js", {"static_url": settings.STATIC_URL})
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    patch_cache_control(response, no_cache=True)
    return response


@require_safe
def kept_pages(request: HttpRequest) -> HttpResponse:
    """The list is in the reader's own browser; the page only has the words for it."""
    return render(request, "portal/readers/kept.html")
