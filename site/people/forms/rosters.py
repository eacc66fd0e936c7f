import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people import rules
from people.importers.columns import FIELDS
from people.models import Organisation
from people.permissions import can_import_for_all, organisations_managed_by
from people.services.rosters.staging import Staged, StagedSheet
from records.spreadsheets.reading import LARGEST

FIELD_NAMES = {
    "name": _("Full name"),
    "identity": _("Identity number"),
    "phone": _("Phone"),
    "employee_number": _("Employee number"),
    "organisation": _("Organisation"),
    "credit_code": _("Credit code"),
    "department": _("Department"),
    "post": _("Post"),
    "category": _("Category"),
    "hired": _("Date of hiring"),
}
NUMBER = re.compile(r"\d{7,}[\dXx]?")


class UploadForm(forms.Form):
    """For whom is asked only of those who have a choice."""

    roster = forms.FileField(
        label=_("Roster"),
        error_messages={"required": _("Choose the workbook first."), "empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        required=False,
        max_length=100,
        help_text=_("Full name or unified social credit code. Leave it empty when each row says its own credit code."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.managed = organisations_managed_by(user)
        self.for_all = can_import_for_all(user)
        self.only = None if self.for_all else self.single()
        if self.only:
            del self.fields["organisation"]
        elif not self.for_all:
            self.fields["organisation"] = forms.ModelChoiceField(self.managed, label=_("Organisation"))

    def single(self) -> Organisation | None:
        first = list(self.managed.order_by("name", "pk")[:2])
        return first[0] if len(first) == 1 else None

    def clean_roster(self) -> Any:
        file = self.cleaned_data["roster"]
        if file.size > LARGEST:
            raise ValidationError(_("The file is larger than 20 MB. Split it."))
        return file

    def clean_organisation(self) -> Organisation | None:
        typed = self.cleaned_data["organisation"]
        if isinstance(typed, Organisation) or not typed:
            return typed or None
        found = list(self.managed.filter(name=typed.strip())[:2]) or list(
            self.managed.filter(credit_code=rules.normal_code(typed))
        )
        if len(found) != 1:
            raise ValidationError(_("Give the full name or the credit code of one organisation."))
        return found[0]

    def chosen(self) -> Organisation | None:
        return self.only or self.cleaned_data.get("organisation")


class ColumnsForm(forms.Form):
    """Which row is the head and what each column means, sheet by sheet."""

    def __init__(self, *args: Any, staged: Staged, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staged = staged
        self.choices = [("", gettext("Not used")), *((name, FIELD_NAMES[name]) for name in FIELDS)]
        for sheet in staged.sheets:
            self.add_sheet(sheet)

    def add_sheet(self, sheet: StagedSheet) -> None:
        head = forms.IntegerField(min_value=1, max_value=2000, initial=sheet.head + 1, label=_("Row of the head"))
        head.widget.attrs |= {"class": "form-control", "inputmode": "numeric"}
        self.fields[f"head-{sheet.place}"] = head
        meant = {column: name for name, column in sheet.columns.items()}
        for column in range(width(sheet)):
            field = forms.ChoiceField(choices=self.choices, required=False, initial=meant.get(column, ""))
            label = gettext("Meaning of column %(column)s") % {"column": letter(column)}
            field.widget.attrs |= {"class": "form-select", "aria-label": label}
            self.fields[f"column-{sheet.place}-{column}"] = field

    def shown(self) -> list[dict[str, Any]]:
        """The sheets with their columns, for the page."""
        return [
            {
                "name": sheet.name,
                "found": bool(sheet.columns),
                "head": self[f"head-{sheet.place}"],
                "columns": [self.shown_column(sheet, column) for column in range(width(sheet))],
            }
            for sheet in self.staged.sheets
        ]

    def shown_column(self, sheet: StagedSheet, column: int) -> dict[str, Any]:
        samples = [masked(row[column]) for row in sheet.samples if column < len(row) and row[column]]
        header = sheet.headers[column] if column < len(sheet.headers) else ""
        field = self[f"column-{sheet.place}-{column}"]
        return {"letter": letter(column), "header": header, "samples": samples[:4], "field": field}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            given = self.given()
            if not any(told["columns"] for told in given.values()):
                raise ValidationError(_("Say at least which column holds the names."))
            for sheet in self.staged.sheets:
                self.check_sheet(sheet, given[str(sheet.place)]["columns"])
        return data

    def check_sheet(self, sheet: StagedSheet, columns: dict[str, int]) -> None:
        chosen = [self.cleaned_data[f"column-{sheet.place}-{column}"] for column in range(width(sheet))]
        for name in columns:
            if chosen.count(name) > 1:
                told = {"sheet": sheet.name, "field": FIELD_NAMES[name]}
                self.add_error(None, gettext("“%(sheet)s”: two columns are set to “%(field)s”.") % told)
        if columns and "name" not in columns:
            self.add_error(None, gettext("“%(sheet)s”: no column holds the names.") % {"sheet": sheet.name})

    def given(self) -> dict[str, Any]:
        """As `services.rosters.correct_columns` takes it."""
        return {
            str(sheet.place): {
                "head": self.cleaned_data[f"head-{sheet.place}"] - 1,
                "columns": {
                    self.cleaned_data[f"column-{sheet.place}-{column}"]: column
                    for column in range(width(sheet))
                    if self.cleaned_data[f"column-{sheet.place}-{column}"]
                },
            }
            for sheet in self.staged.sheets
        }


def width(sheet: StagedSheet) -> int:
    return min(max(map(len, (sheet.headers, *sheet.samples)), default=0), 60)


def letter(column: int) -> str:
    return (chr(64 + column // 26) if column > 25 else "") + chr(65 + column % 26)


def masked(text: str) -> str:
    """Enough to tell what a column holds, not whose number it is."""
    return NUMBER.sub(lambda found: found[0][:3] + "*" * (len(found[0]) - 5) + found[0][-2:], text)[:30]
