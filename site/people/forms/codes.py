from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from people import rules
from people.models import User
from ui.layout import page_form


class FirstSignInForm(forms.Form):
    code = forms.CharField(
        label=_("The eight characters on the slip"),
        max_length=20,
        help_text=_("For example 7K3M-9PQ4. Capital or small letters, with or without the hyphen."),
        widget=forms.TextInput(
            attrs={
                "class": "form-code",
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "autofocus": "",
            }
        ),
    )
    proof = forms.CharField(
        label=_("Your phone number, or the last four characters of your identity number"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "tel"}),
    )
    own_phone = forms.BooleanField(
        label=_("This is my own phone: stay signed in for 30 days"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(["code", "proof", "own_phone"], _("Sign in"))

    def clean_code(self) -> str:
        code = rules.normal_typed_code(self.cleaned_data["code"])
        if len(code) != rules.CODE_LENGTH:
            raise forms.ValidationError(_("The code has eight characters; count them once more."))
        return code


class TokenForm(forms.Form):
    own_phone = forms.BooleanField(
        label=_("This is my own phone: stay signed in for 30 days"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(["own_phone"], _("Yes, this is me: sign in"))


class ChoosePasswordForm(forms.Form):
    password1 = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validation.password_validators_help_text_html(),
    )
    password2 = forms.CharField(
        label=_("New password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.helper = page_form(["password1", "password2"], _("Save password"))

    def clean_password1(self) -> str:
        password_validation.validate_password(self.cleaned_data["password1"], self.user)
        return self.cleaned_data["password1"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password1") and data.get("password2") and data["password1"] != data["password2"]:
            self.add_error("password2", _("The two passwords differ."))
        return data


class IssueCodeForm(forms.Form):
    send_sms = forms.BooleanField(label=_("Also send the code as a text message"), required=False)

    def __init__(self, *args: Any, sms_possible: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sms_possible:
            del self.fields["send_sms"]
        self.helper = page_form(list(self.fields), _("Issue a sign-in code"))
