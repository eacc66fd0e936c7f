"""The forms of the table of events: one event, a worksheet to bring, how its times and columns are meant."""

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from drills.importers.columns import ORDER, kept_columns, letter
from drills.importers.msel import Options, Reading
from drills.importers.reckoning import AUTO, FIRST, RELATIVE, START, Choice
from drills.models import Drill, MselItem
from drills.msel_times import duration_text, offset_text, read_duration, read_offset
from drills.queries.msel import COLUMN_NAMES, COLUMN_OF, kept_label, known_names
from records.spreadsheets import Sheet
from records.spreadsheets.reading import LARGEST
from ui.layout import page_form

LONGEST_TEXT = 5_000
MOST_SHEETS, MOST_COLUMNS = 12, 60  # whose meaning can be set on the page


class OffsetField(forms.CharField):
    """Seconds from STARTEX, typed as minutes or hours and minutes."""

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        try:
            return read_offset(text)
        except ValueError:
            raise ValidationError(_("Write minutes, or hours and minutes: 15, +00:15, -5.")) from None

    def prepare_value(self, value: Any) -> Any:
        return offset_text(value) if isinstance(value, int) else value


class DurationField(forms.CharField):
    """Seconds, typed as minutes."""

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        try:
            return read_duration(text)
        except ValueError:
            raise ValidationError(_("Write minutes, or seconds with their unit: 5, 90 s.")) from None

    def prepare_value(self, value: Any) -> Any:
        return duration_text(value) if isinstance(value, int) else value


class EventForm(forms.ModelForm[MselItem]):
    """One event. `values()` is what the services take; the instance itself is not saved."""

    offset_seconds = OffsetField(
        label=_("Time"),
        required=False,
        help_text=_("From the beginning: 15 or 0:15 after it, -5 before it."),
    )
    within_seconds = DurationField(label=_("Within (minutes)"), required=False)

    class Meta:
        model = MselItem
        fields = (
            "number",
            "offset_seconds",
            "kind",
            "phase",
            "sender",
            "receiver",
            "mode",
            "title",
            "text",
            "expected",
            "within_seconds",
            "responsible",
            "objective",
            "condition",
            "scenario_time",
            "notes",
        )
        widgets = {
            "text": forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_TEXT}),
            "expected": forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_TEXT}),
            "notes": forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_TEXT}),
            "phase": forms.TextInput(attrs={"list": "msel-phases"}),
            "sender": forms.TextInput(attrs={"list": "msel-names"}),
            "receiver": forms.TextInput(attrs={"list": "msel-names"}),
            "responsible": forms.TextInput(attrs={"list": "msel-names"}),
        }

    def __init__(self, *args: Any, drill: Drill, with_kept: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.drill, self.with_kept = drill, with_kept
        fields: dict[str, Any] = self.fields
        fields["number"].required = False
        fields["number"].help_text = _("Empty: the next one")
        fields["receiver"].help_text = _("Roles, teams, units or people, parted by commas; empty: every player.")
        fields["text"].help_text = _("Without 【演练】: the platform puts it before every message.")
        for name in set(self.Meta.fields) - {"within_seconds"}:
            fields[name].label = COLUMN_NAMES[COLUMN_OF.get(name, name)]
        fields["objective"].queryset = drill.objectives.all()
        fields["objective"].empty_label = pgettext_lazy("objective", "None")
        for name in ("text", "expected", "notes"):
            fields[name].max_length = LONGEST_TEXT
        if with_kept:
            self.add_kept()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = self.layout()

    def add_kept(self) -> None:
        for place, name in enumerate(kept_columns()):
            initial = self.instance.extra.get(name, "")
            self.fields[f"kept_{place}"] = forms.CharField(
                label=kept_label(name), max_length=200, required=False, initial=initial
            )

    def layout(self) -> Layout:
        kept = [name for name in self.fields if name.startswith("kept_")]
        return Layout(
            Div("number", "kind", css_class="pairs"),
            Div("phase", "offset_seconds", css_class="pairs"),
            Div("sender", "receiver", css_class="pairs"),
            Div("mode", "scenario_time", css_class="pairs"),
            "title",
            "text",
            "condition",
            "expected",
            Div("within_seconds", "responsible", css_class="pairs"),
            "objective",
            *([Fieldset(_("For the script"), Div(*kept, css_class="pairs"))] if kept else []),
            "notes",
        )

    def clean_number(self) -> str:
        number = self.cleaned_data["number"]
        others = self.drill.events.exclude(pk=self.instance.pk)
        if number and others.filter(number=number).exists():
            raise ValidationError(_("Another event has this number."))
        return number

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("text", "expected", "notes"):
            if len(data.get(name) or "") > LONGEST_TEXT:
                self.add_error(name, _("At most %(longest)s characters.") % {"longest": LONGEST_TEXT})
        return data

    def values(self) -> dict[str, Any]:
        told = {name: self.cleaned_data[name] for name in self.Meta.fields}
        if self.with_kept:
            kept = {name: self.cleaned_data[f"kept_{place}"] for place, name in enumerate(kept_columns())}
            told["extra"] = {name: text for name, text in {**self.instance.extra, **kept}.items() if text}
        return told


def lists_of(drill: Drill) -> dict[str, Any]:
    """What the fields of a row suggest while somebody types."""
    phases = dict.fromkeys(drill.events.exclude(phase="").values_list("phase", flat=True))
    return {"names": known_names(drill), "phases": list(phases)}


# ── A worksheet to bring ─────────────────────────────────────────────────────
class UploadForm(forms.Form):
    file = forms.FileField(label=_("Excel file"), widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("The file is too large: at most 20 MB."))
        return file


class PasteForm(forms.Form):
    cells = forms.CharField(
        label=_("Cells copied from a worksheet"), strip=False, widget=forms.Textarea(attrs={"rows": 12})
    )
    first = forms.ChoiceField(choices=[(name, name) for name in ORDER], required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cells"].help_text = _("With or without the head of the table.")
        self.helper = page_form(list(self.fields), _("Check the rows"))


class HowForm(forms.Form):
    """How a worksheet is meant, in the address of its check: from where clock times count, what T+2 counts, whether
    the same message to several receivers is one event, what each column holds."""

    times = forms.ChoiceField(
        label=_("Times by the clock count from"),
        required=False,
        choices=[
            ("", _("what fits best")),
            (START, _("the planned beginning of the drill")),
            (FIRST, _("the first of them")),
            (RELATIVE, _("the beginning already: 00:15 is +00:15")),
        ],
    )
    counts = forms.ChoiceField(
        label=_("What T+2 counts"),
        required=False,
        choices=[
            ("", _("not said")),
            ("minutes", pgettext_lazy("times count", "minutes")),
            ("hours", pgettext_lazy("times count", "hours")),
            ("days", pgettext_lazy("times count", "days")),
        ],
    )
    join = forms.BooleanField(label=_("One event for the same message to several receivers"), required=False)
    replace = forms.BooleanField(label=_("In place of the present events"), required=False)

    def __init__(self, data: Mapping[str, Any], *, sheets: Sequence[Sheet], pasted: bool, first: str = "") -> None:
        super().__init__(data)
        self.sheets, self.pasted = sheets[:MOST_SHEETS], pasted
        self.first = first if first in ORDER else ORDER[0]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-check-input" if name in {"join", "replace"} else "form-select"
        self.is_valid()

    def options(self) -> Options:
        told = self.cleaned_data
        return Options(
            given=self.given(),
            choice=Choice(told.get("times") or AUTO, told.get("counts") or ""),
            join=told.get("join") or False,
            headless=self.pasted,
            first=self.first,
        )

    @property
    def replaces(self) -> bool:
        return self.cleaned_data.get("replace") or False

    def given(self) -> dict[str, Any]:
        """What a person said about the columns, by sheet: `h0` is the row of its head (0: none), `c0_3` what its fourth
        column holds. Of two columns for the same the first counts, the other is kept beside."""
        found = {}
        for place, sheet in enumerate(self.sheets):
            head = str(self.data.get(f"h{place}") or "")
            if not head.isdigit() or int(head) > len(sheet.rows):
                continue
            columns: dict[str, int] = {}
            for column in range(width_of(sheet)):
                columns.setdefault(str(self.data.get(f"c{place}_{column}") or ""), column)
            columns.pop("", None)
            found[str(place)] = {"head": int(head) - 1, "columns": columns}
        return found


class ColumnsForm(forms.Form):
    """What each column of a worksheet means: one select a column, as `HowForm.given` reads them from the address."""

    def __init__(self, *args: Any, sheets: Sequence[Sheet], reading: Reading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheets = sheets[:MOST_SHEETS]
        self.tables = {table.sheet: table for table in reading.tables}
        self.widths = [width_of(sheet) for sheet in self.sheets]
        for place, _sheet in enumerate(self.sheets):
            self.add_sheet(place)

    def add_sheet(self, place: int) -> None:
        table = self.tables.get(place)
        rows = len(self.sheets[place].rows)
        self.fields[f"h{place}"] = forms.IntegerField(
            label=_("Row of the head (0: none)"), min_value=0, max_value=rows, initial=table.head + 1 if table else 0
        )
        self.fields[f"h{place}"].widget.attrs["class"] = "form-control"
        meant = {column: name for name, column in table.columns.items()} if table else {}
        for column in range(self.widths[place]):
            self.fields[f"c{place}_{column}"] = forms.ChoiceField(
                choices=FIELD_CHOICES, required=False, initial=meant.get(column, ""), label=letter(column)
            )
            self.fields[f"c{place}_{column}"].widget.attrs |= {"class": "form-select", "aria-label": letter(column)}

    def shown(self) -> list[dict[str, Any]]:
        """Sheet by sheet: its columns with their head, two examples and the select."""
        return [self.shown_sheet(place, sheet) for place, sheet in enumerate(self.sheets)]

    def shown_sheet(self, place: int, sheet: Sheet) -> dict[str, Any]:
        table = self.tables.get(place)
        head = table.head if table else -1
        columns = [
            {
                "letter": letter(column),
                "header": cell_at(sheet.rows[head], column) if head >= 0 else "",
                "samples": samples_of(sheet.rows[head + 1 :], column),
                "field": self[f"c{place}_{column}"],
            }
            for column in range(self.widths[place])
        ]
        return {"name": sheet.name, "head": self[f"h{place}"], "columns": columns, "found": table is not None}


FIELD_CHOICES = [("", _("kept beside")), *COLUMN_NAMES.items()]


def width_of(sheet: Sheet) -> int:
    """In columns, as far as they can be told apart on one page."""
    return min(MOST_COLUMNS, max((len(row) for row in sheet.rows), default=0))


def cell_at(row: Sequence[Any], column: int) -> str:
    return "" if column >= len(row) or row[column] is None else " ".join(str(row[column]).split())


def samples_of(rows: Sequence[Sequence[Any]], column: int) -> list[str]:
    found = dict.fromkeys(text[:30] for row in rows[:200] if (text := cell_at(row, column)))
    return list(found)[:2]


class SheetRow(EventForm):
    """The cells of one row of the sheet; every cell says what it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=False, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"aria-label": str(field.label), "autocomplete": "off", "rows": "1"}
            field.widget.attrs.pop("required", None)
            if not isinstance(field.widget, forms.Textarea):
                del field.widget.attrs["rows"]
        self.use_required_attribute = False
