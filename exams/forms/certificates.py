from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from exams import certificate_rules as rules
from exams import numbering
from exams.models import Certificate
from ui.forms import LookUpForm
from ui.layout import page_form

LARGEST = 5 * 1024 * 1024  # ours have a tenth of that


class VerifyForm(forms.Form):
    """By POST: neither the number nor the name enters an address or a log."""

    number = forms.CharField(
        label=_("Certificate number"), max_length=60, help_text=_("As printed; spaces and small letters do not matter")
    )
    name = forms.CharField(label=_("Full name"), max_length=60, help_text=_("The whole name of the holder"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
        self.fields["number"].widget.attrs["autocapitalize"] = "characters"
        self.helper: FormHelper = page_form(list(self.fields), _("Check"))

    def clean_number(self) -> str:
        """Told from the number alone: it says nothing of what is on record."""
        number = numbering.normal_number(self.cleaned_data["number"])
        if numbering.is_misread(number):
            raise ValidationError(_("One character of the number is wrong. Compare it with the paper once more."))
        return number


class CompareForm(forms.Form):
    """The file that somebody was sent, or the check code printed on it, held against the record."""

    file = forms.FileField(label=_("The PDF or picture you were given"), required=False)
    code = forms.CharField(label=_("Check code on the paper"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = "application/pdf,image/png"
        self.fields["code"].widget.attrs["autocomplete"] = "off"
        self.helper: FormHelper = page_form(list(self.fields), _("Compare"), css_class="btn-quiet")
        self.helper.form_action = "#compare"

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST:
            raise ValidationError(_("This file is larger than any certificate."))
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("file") and not data.get("code"):
            raise ValidationError(_("Choose the file or type the check code."))
        return data


class CertificateFilter(forms.Form):
    kind = forms.ChoiceField(required=False, label=_("All kinds of certificates"))
    state = forms.ChoiceField(required=False, label=_("All states"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        states = {rules.VALID: _("In force"), rules.EXPIRED: _("Past its term"), rules.REVOKED: _("Revoked")}
        fields["kind"].choices = [("", _("All kinds of certificates")), *Certificate.Kind.choices]
        fields["state"].choices = [("", _("All states")), *states.items()]
        for field in fields.values():
            field.widget.attrs |= {"class": "form-select", "aria-label": field.label}

    def filters(self) -> dict[str, str]:
        """What was understood; a wrong value in the address filters nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


class CertificateSearch(LookUpForm):
    what = _("Name, number or organisation")


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        min_length=4,
        help_text=_("Kept on record and shown to the holder; the public page only says that and when it was revoked"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper: FormHelper = page_form(["reason"], _("Revoke the certificate"), css_class="btn-danger")
