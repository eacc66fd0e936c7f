"""What the county says of a themed day in one year."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.models import ThemedDay, ThemedYear
from ui.layout import page_form

MOST_DAYS = 366


class DayYearForm(forms.ModelForm):
    class Meta:
        model = ThemedYear
        fields = ["theme", "first", "last"]
        labels = {
            "theme": pgettext_lazy("themed day", "Theme of the year"),
            "first": _("First day"),
            "last": _("Last day"),
        }
        help_texts = {"theme": _("As it was announced; empty until it is.")}
        widgets = {name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in ("first", "last")}

    def __init__(self, *args: Any, day: ThemedDay, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day, self.year = day, year
        text = _("Left empty, it falls where the rule says.") if day.falls else _("Left empty, it is not shown.")
        self.fields["first"].help_text = text
        self.helper = page_form(list(self.fields), _("Save"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if bool(first) != bool(last) and not self.errors:
            self.add_error("last" if first else "first", _("Give the first day and the last, or neither."))
        if first and first.year != self.year:
            self.add_error("first", _("It has to begin in %(year)s.") % {"year": self.year})
        if first and last and not first <= last:
            self.add_error("last", _("It ends before it begins."))
        if first and last and (last - first).days > MOST_DAYS:
            self.add_error("last", _("This is longer than a year."))
        return data
