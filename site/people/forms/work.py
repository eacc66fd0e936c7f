from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people import rules
from people.models import Division, Organisation, Role, Sector, User
from people.models.roles import COUNTY_ROLES
from people.queries import find_people
from ui.layout import page_form


class DivisionChoice(forms.ModelChoiceField):
    def label_from_instance(self, division: Division) -> str:  # type: ignore[override]
        return "　" * (division.depth - 1) + division.label


class SectorChoice(forms.ModelChoiceField):
    def label_from_instance(self, sector: Sector) -> str:  # type: ignore[override]
        return sector.label


class OrganisationFilter(forms.Form):
    q = forms.CharField(required=False, max_length=100, label=_("Name or credit code"))
    division = DivisionChoice(Division.objects.none(), required=False, label=_("All divisions"))
    sector = SectorChoice(Sector.objects.all(), required=False, label=_("All sectors"))
    kind = forms.ChoiceField(required=False, label=_("All kinds"))

    def __init__(self, *args: Any, divisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["division"].queryset = divisions
        fields["kind"].choices = [("", _("All kinds")), *Organisation.Kind.choices]
        for field in fields.values():
            field.widget.attrs |= {"class": "form-select", "aria-label": field.label}
        for name in ("division", "sector"):
            fields[name].empty_label = fields[name].label
        fields["q"].widget.attrs |= {"class": "form-control", "placeholder": fields["q"].label}

    def filters(self) -> dict[str, Any]:
        """What was understood; a wrong value in the address filters nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in ("q", "kind")} | {
            name: self.cleaned_data.get(name) for name in ("division", "sector")
        }


class GrantForm(forms.Form):
    person = forms.CharField(label=_("Person"), max_length=254, help_text=_("Phone number, e-mail or account"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    organisation = forms.CharField(
        label=_("Organisation"), required=False, max_length=100, help_text=_("Full name or unified social credit code")
    )
    division = DivisionChoice(Division.objects.all(), required=False, label=_("Administrative division"))
    sector = SectorChoice(Sector.objects.all(), required=False, label=_("Sector"))
    ends_at = forms.DateTimeField(
        label=_("Until"),
        required=False,
        help_text=_("Leave empty for no end; an inspector needs one"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, min_length=4, help_text=_("For example the order's number")
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.helper = page_form(list(self.fields), _("Give the role"))

    def clean_person(self) -> User:
        found = find_people(self.cleaned_data["person"])
        if not found:
            raise ValidationError(_("Nobody has this phone number, e-mail or account."))
        if len(found) > 1:
            raise ValidationError(_("Several people share it: give the account, which stands on the person's page."))
        return found[0]

    def clean_organisation(self) -> Organisation | None:
        typed = self.cleaned_data["organisation"].strip()
        if not typed:
            return None
        found = list(Organisation.objects.filter(name=typed)[:2]) or list(
            Organisation.objects.filter(credit_code=rules.normal_code(typed))
        )
        if len(found) != 1:
            raise ValidationError(_("Give the full name or the credit code of one organisation."))
        return found[0]

    def clean_ends_at(self) -> datetime | None:
        ends_at = self.cleaned_data["ends_at"]
        if ends_at is not None and ends_at <= self.now:
            raise ValidationError(_("The end lies in the past."))
        return ends_at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "role" in data and not self.errors:
            self.check_scope(data)
        return data

    def check_scope(self, data: dict[str, Any]) -> None:
        """The same rule as the constraint in the database, in words."""
        given = {name for name in ("organisation", "division", "sector") if data.get(name)}
        role = data["role"]
        wanted = {
            Role.ORG_MANAGER: {"organisation"},
            Role.TOWNSHIP_OFFICER: {"division"},
            Role.SECTOR_SUPERVISOR: {"sector"},
        }.get(role, set())
        if role == Role.INSPECTOR:
            if len(given) != 1 or not data.get("ends_at"):
                raise ValidationError(_("An inspector needs one organisation, division or sector, and an end."))
        elif role in COUNTY_ROLES and given:
            raise ValidationError(
                _("This role is for the whole county: leave organisation, division and sector empty.")
            )
        elif given != wanted:
            raise ValidationError(
                _("A safety officer needs one organisation, a township officer one division, a supervisor one sector.")
            )

    def grant_fields(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("organisation", "division", "sector", "ends_at", "reason")}
