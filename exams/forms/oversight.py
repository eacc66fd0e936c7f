"""The forms of the invigilator's board and of what is looked at afterwards."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from exams.models import PatternReview
from exams.queries.board import Place
from people.models import Organisation
from ui.forms import ReasonForm
from ui.layout import page_form


class BoardFilter(forms.Form):
    place = forms.ChoiceField(required=False, label=_("Everybody"), choices=[("", _("Everybody")), *Place.choices])
    organisation = forms.ModelChoiceField(Organisation.objects.none(), required=False, label=_("All organisations"))

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset, field.empty_label = organisations, field.label
        for one in self.fields.values():
            one.widget.attrs |= {"class": "form-select", "aria-label": one.label}

    def filters(self) -> dict[str, Any]:
        """What was understood; a wrong value in the address filters nothing."""
        self.is_valid()
        return {"place": self.cleaned_data.get("place") or "", "organisation": self.cleaned_data.get("organisation")}


class AnnulForm(ReasonForm):
    uses_attempt = forms.BooleanField(label=_("It uses up an attempt all the same"), required=False)
    field_order = ("reason", "uses_attempt")


class IncidentForm(forms.Form):
    text = forms.CharField(
        label=_("What happened"), max_length=500, min_length=4, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(["text"], _("Write it down"))


class PatternForm(forms.Form):
    pattern = forms.CharField(max_length=120, widget=forms.HiddenInput)
    decision = forms.ChoiceField(label=_("Decision"), choices=PatternReview.Decision)
    note = forms.CharField(label=_("Note"), max_length=300, min_length=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, style in (("decision", "form-select"), ("note", "form-control")):
            self.fields[name].widget.attrs |= {"class": style}
