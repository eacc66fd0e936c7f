"""The service worker of the field pages and of the simple record."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ui.offline import worker

PAGES = (r"field/[^/]+/(pack/)?", r"simple/new/")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    return worker("drills", PAGES)
