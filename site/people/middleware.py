from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from people import rules, sessions
from people.permissions import is_staff
from records.queries import last_work

GetResponse = Callable[[HttpRequest], HttpResponse]


def carries_session(request: HttpRequest) -> bool:
    """Without the cookie there is nobody to look up: no query, no new cookie, no Vary."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def send_to(request: HttpRequest, url: str) -> HttpResponse:
    """A whole new page, also where htmx asked for a piece of one."""
    return HttpResponseClientRedirect(url) if request.headers.get("HX-Request") else redirect(url)


class SessionTerms:
    """Staff are signed out after half an hour of rest; a learner's own phone stays signed in for thirty days."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if carries_session(request) and request.user.is_authenticated:
            return self.check(request) or self.get_response(request)
        return self.get_response(request)

    def check(self, request: HttpRequest) -> HttpResponse | None:
        now = timezone.now()
        terms = sessions.terms(request.session, staff=is_staff(request.user), now=now)
        if is_over(terms, now) and is_over(sessions.with_work(terms, last_work(request.user, now)), now):
            return self.end(request)
        fresh = sessions.SEEN not in request.session
        if fresh or rules.touch_due(staff=terms.staff, own_phone=terms.own_phone, seen_at=terms.seen_at, now=now):
            sessions.touch(request.session, now=now)
        return None

    def end(self, request: HttpRequest) -> HttpResponse:
        logout(request)
        messages.info(request, _("You were signed out because this page had not been used for a while. Sign in again."))
        url = resolve_url(settings.LOGIN_URL)
        if request.method == "GET" and not request.headers.get("HX-Request"):
            url += "?" + urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
        return send_to(request, url)


def is_over(terms: sessions.Terms, now: datetime) -> bool:
    return rules.session_over(
        staff=terms.staff,
        own_phone=terms.own_phone,
        signed_in_at=terms.signed_in_at,
        seen_at=terms.seen_at,
        now=now,
        staff_idle=settings.STAFF_IDLE,
    )


class StaffSecondFactor:
    """Whoever sees more than one organisation sets up an authenticator before anything else."""

    open_prefixes = ("account_", "mfa_")
    open_names = frozenset({"people:choose_password"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not carries_session(request) or not request.user.is_authenticated or self.is_open(request):
            return None
        if not is_staff(request.user) or has_second_factor(request.user):
            return None
        messages.info(request, _("Your work needs a second factor: set up an authenticator app before you go on."))
        return send_to(request, resolve_url("mfa_activate_totp"))

    def is_open(self, request: HttpRequest) -> bool:
        name = request.resolver_match.view_name if request.resolver_match else ""
        return name.startswith(self.open_prefixes) or name in self.open_names


def has_second_factor(user: Any) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
