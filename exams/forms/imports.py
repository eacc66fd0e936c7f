"""How questions are brought: a file, or a text pasted into a box."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from records.spreadsheets import Unreadable
from records.spreadsheets.reading import LARGEST

LONGEST_PASTE = 300_000


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.docx,.txt,.gift,.xml"}),
        error_messages={"required": _("Choose a file first.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(str(Unreadable("too_large")))
        return file

    def brought(self) -> tuple[str, bytes]:
        file = self.cleaned_data["file"]
        return file.name, file.read()


class PasteForm(forms.Form):
    """`pasted` is in the form's button, so that the page knows which of its two forms was sent."""

    text = forms.CharField(
        label=_("Questions as text"),
        max_length=LONGEST_PASTE,
        widget=forms.Textarea(attrs={"rows": 12, "class": "form-control", "spellcheck": "false"}),
        error_messages={"required": _("Paste the questions first.")},
    )

    def brought(self) -> tuple[str, bytes]:
        return gettext("Pasted questions") + ".txt", self.cleaned_data["text"].encode()
