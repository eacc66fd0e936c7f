from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people import rules
from people.models import Organisation, RosterImport
from people.permissions import can_import_for_all, organisations_managed_by
from people.services.slips import Selection
from ui.layout import page_form


class SlipsForm(forms.Form):
    """Whose slips to print. With a roster it is whom that roster brought, and nothing else is asked."""

    roster = forms.IntegerField(required=False, widget=forms.HiddenInput)
    organisation = forms.CharField(
        label=_("Organisation"), max_length=100, help_text=_("Full name or unified social credit code")
    )
    department = forms.CharField(
        label=_("Department"), required=False, max_length=60, help_text=_("Leave it empty for the whole organisation")
    )
    unsigned = forms.BooleanField(label=_("Only people who have never signed in"), required=False, initial=True)

    def __init__(self, *args: Any, user: Any, roster: RosterImport | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brought = roster
        self.managed = organisations_managed_by(user)
        if roster is not None:
            del self.fields["organisation"], self.fields["department"]
            self.fields["roster"].initial = roster.pk
        elif not can_import_for_all(user):
            choice = forms.ModelChoiceField(self.managed, label=_("Organisation"), empty_label=None)
            self.fields["organisation"] = choice
        self.helper = page_form(list(self.fields), _("Print the slips"))

    def clean_organisation(self) -> Organisation:
        typed = self.cleaned_data["organisation"]
        if isinstance(typed, Organisation):
            return typed
        found = list(self.managed.filter(name=typed.strip())[:2]) or list(
            self.managed.filter(credit_code=rules.normal_code(typed))
        )
        if len(found) != 1:
            raise ValidationError(_("Give the full name or the credit code of one organisation."))
        return found[0]

    def selection(self) -> Selection:
        organisation = self.cleaned_data.get("organisation")
        return Selection(
            organisation=organisation.pk if organisation else None,
            department=self.cleaned_data.get("department", "").strip(),
            roster=self.brought.pk if self.brought else None,
            unsigned=self.cleaned_data["unsigned"],
        )
