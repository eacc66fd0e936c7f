"""allauth's forms in our words, laid out by crispy."""

from datetime import timedelta
from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second_factor
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm as BaseGenerateForm
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people import services, sessions
from people.adapters import AccountAdapter
from people.models import User
from people.permissions import is_staff
from people.services import lockout
from records.services import hit
from ui.layout import page_form, relabel

CODE_REUSE = timedelta(minutes=5)  # longer than any authenticator code is accepted


class LoginForm(account.LoginForm):
    organisation = forms.CharField(
        label=_("Organisation (only with an employee number)"),
        required=False,
        max_length=100,
        help_text=_("Its full name or its unified social credit code"),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(
            self,
            login=_("Phone number, employee number or e-mail"),
            password=_("Password"),
            remember=_("This is my own phone: stay signed in for 30 days"),
        )
        self.fields["login"].max_length = 254
        self.fields["login"].widget = forms.TextInput(attrs={"autocomplete": "username", "autofocus": ""})
        self.fields["password"].help_text = ""
        self.helper = page_form(["login", "password", "organisation", "remember"], _("Sign in"))

    def user_credentials(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("login", "password", "organisation")}

    def login(self, request: Any, redirect_url: str | None = None) -> Any:
        request.session[sessions.OWN_PHONE] = self.cleaned_data["remember"]
        response = super().login(request, redirect_url)
        if request.user.is_authenticated:  # allauth has just set an expiry of its own
            sessions.begin(request.session, staff=is_staff(request.user), now=timezone.now())
        return response


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, password=_("Password"))
        self.fields["password"].help_text = ""
        self.helper = page_form(["password"], _("Confirm"))


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(
            self,
            oldpassword=_("Present password"),
            password1=_("New password"),
            password2=_("New password once more"),
        )
        self.fields["oldpassword"].help_text = ""
        self.helper = page_form(["oldpassword", "password1", "password2"], _("Change password"))


class SetPasswordForm(account.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, password1=_("New password"), password2=_("New password once more"))
        self.helper = page_form(["password1", "password2"], _("Save password"))


class ResetPasswordForm(account.ResetPasswordForm):
    users: list[User]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, email=_("E-mail address"))
        self.helper = page_form(["email"], _("Send me a link"))

    def clean_email(self) -> str:
        """The addresses on people's own records only: allauth's table of addresses would remember old ones."""
        email = self.cleaned_data["email"].lower()
        self.users = list(User.objects.filter(email=email, is_active=True).order_by("pk")[:5])
        return email


class ResetPasswordKeyForm(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, password1=_("New password"), password2=_("New password once more"))
        self.helper = page_form(["password1", "password2"], _("Save password"))


class CountedCode(forms.Form):
    """Second-factor codes: five tries a quarter of an hour, counted in rows, and no code twice."""

    user: User

    def clean_code(self) -> str:
        now, adapter = timezone.now(), AccountAdapter()
        account, address = f"second-factor:{self.user.pk}", adapter.get_client_ip(adapter.request)
        adapter.admit(account, address, now)
        try:
            code = super().clean_code()  # type: ignore[misc]  # the allauth form beside this one has it
        except forms.ValidationError:
            services.failed(account, address, now=now)
            raise
        digits = "".join(code.split())
        if not hit(f"code-used:{self.user.pk}:{digits}", limit=1, window=CODE_REUSE, now=now).allowed:
            raise adapter.validation_error("incorrect_code")
        lockout.succeeded(account)
        return code


def code_field(form: Any, label: Any) -> None:
    relabel(form, code=label)
    form.fields["code"].widget.attrs |= {"class": "form-code", "inputmode": "numeric", "maxlength": "12"}


class AuthenticateForm(CountedCode, second_factor.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_field(self, _("Six digits from the authenticator app, or a recovery code"))
        self.helper = page_form(["code"], _("Sign in"))


class ReauthenticateByCodeForm(CountedCode, second_factor.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_field(self, _("Six digits from the authenticator app, or a recovery code"))
        self.helper = page_form(["code"], _("Confirm"))


class ActivateTOTPForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_field(self, _("Six digits that the app shows now"))
        self.helper = page_form(["code"], _("Switch on"))
        self.secret_groups = [self.secret[place : place + 4] for place in range(0, len(self.secret), 4)]


class DeactivateTOTPForm(totp.DeactivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form([], _("Switch off"), css_class="btn-danger")


class GenerateRecoveryCodesForm(BaseGenerateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form([], _("Make new codes"))
