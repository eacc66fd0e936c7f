from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people.importers import cells, reasons
from people.importers.cells import Read
from people.importers.roster import Row
from people.models import Membership
from ui.layout import page_form


class PersonForm(forms.Form):
    """One person by hand, read like a row of a roster: the same words mean the same, the same faults are told."""

    name = forms.CharField(label=_("Full name"), max_length=60)
    identity = forms.CharField(
        label=_("Identity number"),
        required=False,
        max_length=40,
        help_text=_("Without it the employee number is needed"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30, widget=forms.TextInput({"type": "tel"}))
    employee_number = forms.CharField(label=_("Employee number"), required=False, max_length=30)
    department = forms.CharField(label=_("Department"), required=False, max_length=60)
    post = forms.CharField(label=_("Post"), required=False, max_length=60)
    category = forms.ChoiceField(label=_("Category"), choices=Membership.Category.choices, initial="worker")
    hired = forms.CharField(
        label=_("Date of hiring"), required=False, max_length=20, help_text=_("2019-07-03, 2019-07 or 2019")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper = page_form(list(self.fields), _("Add the person"))

    def read(self, name: str, reader: Callable[[Any], Read]) -> str:
        told = reader(self.cleaned_data[name])
        if told.problem:
            about = {**told.about, "name": told.value}
            raise ValidationError(reasons.told([(told.problem, about)]))
        return told.value

    def clean_name(self) -> str:
        return self.read("name", cells.read_name)

    def clean_identity(self) -> str:
        return self.read("identity", lambda typed: cells.read_identity(typed, self.today))

    def clean_phone(self) -> str:
        return self.read("phone", cells.read_phone)

    def clean_employee_number(self) -> str:
        return self.read("employee_number", cells.read_number)

    def clean_hired(self) -> str:
        return self.read("hired", cells.read_hired)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data["identity"] and not data["employee_number"]:
            raise ValidationError(reasons.told([("identity_missing", {})]))
        return data

    def row(self) -> Row:
        return Row("", 0, dict(self.cleaned_data))


class EndForm(forms.Form):
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, membership: Membership, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership, self.today = membership, today
        self.fields["last_day"].initial = today
        self.helper = page_form(["last_day"], _("End the membership"), css_class="btn-danger")

    def clean_last_day(self) -> date:
        day = self.cleaned_data["last_day"]
        if day < self.membership.starts_on:
            raise ValidationError(_("The last day lies before the first."))
        if day > self.today:
            raise ValidationError(_("Say it on the day itself: the last day lies in the future."))
        return day
