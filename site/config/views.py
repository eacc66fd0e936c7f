"""The few addresses that belong to no subject: health, robots, published uploads, and the error pages."""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils._os import safe_join
from django.views.decorators.cache import cache_control

from records.queries import health
from ui.http import file_response


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """The process can work: the database answers, and background work moves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    state = health()
    return JsonResponse(state, status=200 if state["ready"] else 503)


def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: /{path}/" for path in ("admin", "account", "people", "records", "en/account")),
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@cache_control(public=True, max_age=3600)
def upload(request: HttpRequest, path: str) -> HttpResponseBase:
    """A published file. Behind nginx the same address is a plain folder; here it is served with byte ranges."""
    file = Path(safe_join(settings.MEDIA_ROOT, path))  # a path that climbs out is answered 400 by Django
    if not file.is_file():
        raise Http404
    content_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    response = file_response(request, file, content_type=content_type)
    # An uploaded SVG or HTML file opened by itself must not run anything in our name.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "ui/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "ui/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "ui/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render(request, "ui/500.html").content, status=500)
