from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from drills.forms.papers import PapersField
from drills.models import DrillFile, Submission
from drills.queries.submissions import Filter
from ui.layout import page_form


class PaperForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it is"), choices=DrillFile.Kind.choices)
    caption = forms.CharField(label=_("Caption"), max_length=120, required=False)
    papers = PapersField(label=_("Files"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(list(self.fields), _("Add the papers"))


class SubmitForm(forms.Form):
    note = forms.CharField(
        label=_("Note for the bureau"),
        max_length=200,
        required=False,
        help_text=_("Not needed; what was put right, where it was given back"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(list(self.fields), _("Submit to the bureau"))


class InboxFilter(forms.Form):
    """A wrong value in the address filters nothing."""

    state = forms.CharField(required=False, widget=forms.HiddenInput)
    township = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label=_("All townships"))
    q = forms.CharField(required=False, max_length=60, label=_("Drill, unit or number"))

    def __init__(self, *args: Any, townships: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["township"].choices = [("", fields["township"].label), *townships]
        for name, look in (("township", "form-select"), ("q", "form-control")):
            fields[name].widget.attrs |= {"class": look, "aria-label": fields[name].label}
        fields["q"].widget.attrs["placeholder"] = fields["q"].label

    def filter(self) -> Filter:
        self.is_valid()
        data = self.cleaned_data
        state = data.get("state") if data.get("state") in Submission.State.values else Submission.State.SENT
        return Filter(state or Submission.State.SENT, data.get("township"), (data.get("q") or "").strip())
