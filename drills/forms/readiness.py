from django import forms
from django.utils.translation import gettext_lazy as _


class NoteForm(forms.Form):
    """What somebody adds when he passes a line: who answered the telephone, which channel."""

    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class AirspaceForm(forms.Form):
    number = forms.CharField(label=_("Number of the approval"), max_length=100)


class LineForm(forms.Form):
    """A line that only this drill has."""

    text = forms.CharField(
        label=_("What else is to be checked"),
        max_length=160,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    mandatory = forms.BooleanField(
        label=_("Mandatory"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
