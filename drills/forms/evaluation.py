from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from drills.models import EvaluationSection, ItemScore, TemplateVersion
from drills.services.results import SHORTEST_RATIONALE
from ui.layout import page_form


class SharesForm(forms.Form):
    """One field a form: its share of the score in percent; empty or 0: not used."""

    def __init__(
        self, *args: Any, versions: Iterable[TemplateVersion], shares: Mapping[int, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.versions = list(versions)
        for version in self.versions:
            self.fields[f"share-{version.pk}"] = forms.IntegerField(
                label=version.template.title,
                help_text=_("%(items)d items, version %(number)d") % {"items": version.items, "number": version.number},  # type: ignore[attr-defined]
                required=False,
                min_value=0,
                max_value=100,
                initial=shares.get(version.pk),
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "percent-field"}),
            )
        self.helper = page_form(list(self.fields), _("Save the choice"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and sum(self.shares().values()) != 100:
            raise ValidationError(
                _("The shares come to %(sum)d %%, they have to come to 100 %%."),
                params={"sum": sum(self.shares().values())},
            )
        return data

    def shares(self) -> dict[int, int]:
        given = {version.pk: self.cleaned_data.get(f"share-{version.pk}") or 0 for version in self.versions}
        return {pk: percent for pk, percent in given.items() if percent}


class ItemsForm(forms.Form):
    """Which items an evaluator looks at in the field; drawn by the template, section by section."""

    items = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, items: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["items"]
        field.choices = [(str(item), str(item)) for item in items]

    def chosen(self) -> set[int]:
        return {int(item) for item in self.cleaned_data["items"]}


class ReconcileForm(forms.Form):
    item = forms.IntegerField(widget=forms.HiddenInput)
    value = forms.ChoiceField(choices=ItemScore.Value.choices, label=_("Counts as"))
    rationale = forms.CharField(
        max_length=300,
        min_length=SHORTEST_RATIONALE,
        label=_("Rationale"),
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )


class WeightsForm(forms.Form):
    """The weight of each section, and where the weights come from."""

    note = forms.CharField(max_length=200, min_length=2, label=_("Where the weights come from"))

    def __init__(self, *args: Any, sections: Iterable[EvaluationSection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = list(sections)
        for section in self.sections:
            self.fields[f"section-{section.code}"] = forms.IntegerField(
                label=format_lazy("{} {}", section.code, section.title),
                min_value=1,
                max_value=100,
                initial=section.weight,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "percent-field"}),
            )
        names = [name for name in self.fields if name != "note"]
        self.helper = page_form([Div(*names, css_class="pairs"), "note"], _("Save as the next version"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and self.weights() == {section.code: section.weight for section in self.sections}:
            raise ValidationError(_("No weight has changed."))
        return data

    def weights(self) -> dict[str, int]:
        return {section.code: self.cleaned_data[f"section-{section.code}"] for section in self.sections}
