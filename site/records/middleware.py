import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from records import rules, trail


class RequestTrail:
    """Gives each request a number that the answer, the audit log and nginx's log share."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = rules.trusted_request_id(request.headers.get("X-Request-ID", "")) or uuid.uuid4().hex
        address = rules.client_address(
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            getattr(settings, "TRUSTED_PROXIES", 0),
        )
        token = trail.current.set(trail.Trail(request_id, address))
        try:
            response = self.get_response(request)
        finally:
            trail.current.reset(token)
        response.headers["X-Request-ID"] = request_id
        return response
