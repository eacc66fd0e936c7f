from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from people import services, sessions
from people.forms.codes import ChoosePasswordForm, FirstSignInForm, TokenForm
from people.gates import SignedIn, posted
from people.models import User
from people.permissions import is_staff
from people.services.codes import find_token

CHOOSE_WITHIN = timedelta(minutes=30)


@never_cache
@sensitive_post_parameters("code", "proof")
def first_sign_in(request: HttpRequest) -> HttpResponse:
    form = FirstSignInForm(posted(request))
    if form.is_bound and form.is_valid():
        person = redeem(request, form)
        if person is not None:
            return let_in(request, person, own_phone=form.cleaned_data["own_phone"])
    return render(request, "people/first_sign_in.html", {"form": form})


def redeem(request: HttpRequest, form: FirstSignInForm) -> User | None:
    """Errors go to the form; they never say which of the two was wrong."""
    now, address = timezone.now(), get_adapter().get_client_ip(request)
    try:
        services.admit_code(address, now=now)
        return services.redeem_code(form.cleaned_data["code"], form.cleaned_data["proof"], now=now)
    except services.LockedOut:
        form.add_error(None, _("Too many wrong tries. Wait 15 minutes, then try again."))
    except services.BadCode:
        services.code_failed(address, now=now)
        form.add_error(
            None,
            _(
                "This code and number do not belong together, or the code is used up. Check both; after five wrong "
                "tries ask your safety officer for a new slip."
            ),
        )
    return None


@never_cache
def first_sign_in_token(request: HttpRequest, token: str) -> HttpResponse:
    """Chat apps fetch links before anybody taps them, so looking uses nothing up."""
    now = timezone.now()
    row = find_token(token, now=now)
    if row is None:
        return render(request, "people/bad_token.html", status=404)
    form = TokenForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            person = services.redeem_token(token, now=now)
        except services.BadCode:
            return render(request, "people/bad_token.html", status=404)
        return let_in(request, person, own_phone=form.cleaned_data["own_phone"])
    return render(request, "people/token.html", {"person": row.user, "form": form})


def let_in(request: HttpRequest, person: User, *, own_phone: bool) -> Any:
    """Through allauth's stages: who has a second factor is still asked for it."""
    if request.user.is_authenticated:
        logout(request)
    until = int((timezone.now() + CHOOSE_WITHIN).timestamp())
    request.session[sessions.OWN_PHONE] = own_phone
    request.session[sessions.CHOOSE] = [person.pk, until]
    record_authentication(request, person, method="code")
    return perform_login(request, person, redirect_url=reverse("people:choose_password"))


@login_required
@never_cache
@sensitive_post_parameters("password1", "password2")
def choose_password(request: SignedIn) -> HttpResponse:
    """Only in the half hour after a one-time code: later the present password is asked for."""
    now = timezone.now()
    holder, until = request.session.get(sessions.CHOOSE, [None, 0])
    if holder != request.user.pk or now.timestamp() > until:
        raise Http404
    form = ChoosePasswordForm(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        services.set_password(request.user, form.cleaned_data["password1"], by=request.user, now=now)
        update_session_auth_hash(request, request.user)
        del request.session[sessions.CHOOSE]
        messages.success(request, _("Your password is saved."))
        return redirect("people:home")
    return render(request, "people/choose_password.html", {"form": form, "may_skip": not is_staff(request.user)})
