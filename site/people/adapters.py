import base64
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people import services
from people.models import User
from people.permissions import is_staff
from people.services import lockout
from records import crypto
from records.rules import client_address
from ui.templatetags.ui import qr

TOTP = "people.second_factor"
FRESH = 300  # seconds after signing in during which nobody is asked for the password again


def display_name(user: User) -> str:
    return user.full_name


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "These details do not match. Check the number and the password; with an employee number also give the "
            "organisation."
        ),
        "too_many_login_attempts": _("Too many wrong tries. Wait 15 minutes, then try again."),
        "incorrect_password": _("This password is not right."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right. Check that the phone shows the right time."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the audit log keeps too: one rule for both."""
        return client_address(
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            getattr(settings, "TRUSTED_PROXIES", 0),
        )

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Counted in rows instead of allauth's cache, so that a lock holds across processes and restarts."""
        now, address = timezone.now(), self.get_client_ip(request)
        account = lockout.account_key(credentials["login"], credentials.get("organisation", ""))
        self.admit(account, address, now)
        user = authenticate(request, **credentials)
        if user is None:
            services.failed(account, address, now=now)
        else:
            services.succeeded(account)
        return user  # type: ignore[return-value]  # our backend gives our user

    def reauthenticate(self, user: Any, password: str) -> bool:
        now, address = timezone.now(), self.get_client_ip(self.request)
        account = lockout.account_key(f"again-{user.pk}")
        self.admit(account, address, now)
        right = user.check_password(password)
        if right:
            services.succeeded(account)
        else:
            services.failed(account, address, now=now)
        return right

    def admit(self, account: str, address: str, now: Any) -> None:
        try:
            services.admit(account, address, now=now)
        except services.LockedOut as error:
            raise self.validation_error("too_many_login_attempts") from error

    def set_password(self, user: Any, password: str) -> None:
        actor = self.request.user if self.request.user.is_authenticated else user
        services.set_password(user, password, by=actor, now=timezone.now())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Somebody who signed in a moment ago has just shown who he is."""
        records = get_authentication_records(self.request, self.request.user)
        fresh = any(time.time() - record["at"] < FRESH for record in records)
        return not fresh and super().is_reauthentication_required(app=app, **kwargs)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:profile")


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Check that the phone shows the right time."),
        "cannot_delete_authenticator": _("Your work needs a second factor: it cannot be switched off."),
    }

    def get_totp_label(self, user: Any) -> str:
        return user.full_name

    def get_totp_issuer(self) -> str:
        return settings.WAGTAIL_SITE_NAME

    def build_totp_svg(self, url: str) -> str:
        return qr(url)

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.encrypt(text, TOTP)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(base64.b64decode(encrypted_text), TOTP)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not is_staff(authenticator.user)
