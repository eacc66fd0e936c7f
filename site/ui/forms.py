from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from ui.layout import page_form


class ReasonForm(forms.Form):
    """Whoever decides says why, in at least a word or two."""

    reason = forms.CharField(label=_("Reason"), max_length=200, min_length=4)

    def __init__(self, *args: Any, button: Any, css_class: str = "btn-primary", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(list(self.fields), button, css_class=css_class)


class LookUpForm(forms.Form):
    """Names and numbers of people are looked up by POST: they do not belong in addresses."""

    what: Any = _("Name, number, department or phone")
    q = forms.CharField(required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["q"]
        field.label = self.what
        field.widget.attrs |= {"class": "form-control", "aria-label": self.what, "placeholder": self.what}

    def words(self) -> str:
        return str(self.cleaned_data["q"]).strip() if self.is_bound and self.is_valid() else ""


class TellingSelect(forms.Select):
    """Each option tells the page's script what follows from it."""

    facts: Mapping[str, Mapping[str, Any]] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"] |= {f"data-{key}": fact for key, fact in self.facts.get(str(value), {}).items()}
        return option


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class SpecimenForm(forms.Form):
    """One field of each kind, for the style guide."""

    title = forms.CharField(label=_("Name of the activity"), help_text=_("As it should stand in the ledger."))
    quantity = forms.IntegerField(label=_("People present"))
    kind = forms.ChoiceField(label=_("How counted"), choices=[("counted", _("Counted")), ("estimated", _("Estimated"))])
    place = forms.ChoiceField(
        label=_("Where"),
        widget=forms.RadioSelect,
        required=False,
        choices=[("indoors", _("Indoors")), ("outdoors", _("Outdoors"))],
    )
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    sheet = forms.FileField(label=_("Sign-in sheet"), required=False)
    agree = forms.BooleanField(label=_("I have checked the figures"), required=False)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper
