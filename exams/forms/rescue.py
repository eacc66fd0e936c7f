from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from exams.importers.rescue import LARGEST, Rescue, RescueFault, read_rescue
from ui.layout import page_form

WORDS = {
    "no_rescue": _("This is no answer backup: choose the file that the candidate's page saved, as it is."),
    "other_version": _("This answer backup was made by another version of the platform."),
    "changed": _("This answer backup was changed after it was saved, or it comes from another platform."),
    "damaged": _("This answer backup is incomplete: have it saved or copied once more."),
}


class RescueForm(forms.Form):
    file = forms.FileField(
        label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ".json,application/json"})
    )
    text = forms.CharField(
        label=_("or the copied content"),
        required=False,
        strip=True,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Where the phone saves no files, the candidate copies the content and sends it to you."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(list(self.fields), _("Take in the answers"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST:
            raise ValidationError(WORDS["no_rescue"])
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if not data.get("file") and not data.get("text"):
            raise ValidationError(_("Choose the file, or paste its content."))
        field = "file" if data.get("file") else "text"
        try:
            data["rescue"] = read_rescue(data["file"].read().decode("utf-8-sig") if field == "file" else data["text"])
        except UnicodeDecodeError:
            self.add_error(field, WORDS["no_rescue"])
        except RescueFault as fault:
            self.add_error(field, WORDS[fault.code])
        return data

    @property
    def rescue(self) -> Rescue:
        return self.cleaned_data["rescue"]
