"""What happens at the doors (Django's and allauth's signals) becomes terms of the session and rows of the log."""

from typing import Any

from allauth.mfa import signals as second_factor
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from people import sessions
from people.permissions import is_staff
from records.services import log


def signed_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    now = timezone.now()
    sessions.begin(request.session, staff=is_staff(user), now=now)
    log("people.signed_in", by=user, obj=user, now=now)


def signed_out(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None:
        log("people.signed_out", by=user, obj=user, now=timezone.now())


def second_factor_on(sender: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    log("people.second_factor_on", by=user, obj=user, payload={"type": authenticator.type}, now=timezone.now())


def second_factor_off(sender: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    log("people.second_factor_off", by=user, obj=user, payload={"type": authenticator.type}, now=timezone.now())


def second_factor_failed(sender: Any, user: Any, **kwargs: Any) -> None:
    log("people.second_factor_failed", obj=user, now=timezone.now())


def connect() -> None:
    user_logged_in.connect(signed_in, dispatch_uid="people.signed_in")
    user_logged_out.connect(signed_out, dispatch_uid="people.signed_out")
    second_factor.authenticator_added.connect(second_factor_on, dispatch_uid="people.second_factor_on")
    second_factor.authenticator_reset.connect(second_factor_on, dispatch_uid="people.second_factor_renewed")
    second_factor.authenticator_removed.connect(second_factor_off, dispatch_uid="people.second_factor_off")
    second_factor.authentication_failed.connect(second_factor_failed, dispatch_uid="people.second_factor_failed")
