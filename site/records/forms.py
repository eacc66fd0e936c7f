from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records import registry
from records.models import Job


class JobFilter(forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All states")), *Job.State.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class AuditFilter(forms.Form):
    """A person is chosen by following a row's link, so that no name stands in an address."""

    action = forms.ChoiceField(label=_("Action"), required=False, widget=forms.Select(attrs={"class": "form-select"}))
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "form-control"})
    )
    actor = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        action = self.fields["action"]
        assert isinstance(action, forms.ChoiceField)
        action.choices = [("", _("All actions")), *registry.audit_actions.choices()]
