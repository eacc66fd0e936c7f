"""Which matrix: the scheme, the period, and on a phone the one entry that is shown."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from campaign.models import Scheme
from campaign.periods import KINDS, QUARTER, YEAR, Period, named_period, period_around
from campaign.queries.lens import Lens
from campaign.queries.schemes import active_schemes
from ui.clock import local_day

UNITS = {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}


class MatrixForm(forms.Form):
    """What the address does not say: the leading scheme, this year, all entries."""

    scheme = forms.ModelChoiceField(
        Scheme.objects.none(), required=False, label=_("campaign scheme"), empty_label=None, widget=forms.Select
    )
    period = forms.CharField(required=False, max_length=7)
    entry = forms.SlugField(required=False, max_length=30)

    def __init__(self, data: QueryDict, *, user: Any, now: datetime) -> None:
        super().__init__(data)
        self.user, self.now, self.today = user, now, local_day(now)
        self.offered = list(active_schemes(self.today))
        fields: dict[str, Any] = self.fields
        fields["scheme"].queryset = Scheme.objects.all()
        fields["scheme"].widget.attrs |= {"class": "form-select", "aria-label": fields["scheme"].label}
        self.is_valid()

    def chosen_scheme(self) -> Scheme | None:
        """Of those in force; a link may name another version. None where none was ever loaded."""
        asked = self.cleaned_data.get("scheme")
        return asked or next(iter(self.offered), None) or Scheme.objects.order_by("-version").first()

    def chosen_period(self) -> Period:
        return named_period(self.cleaned_data.get("period", "")) or period_around(self.today, YEAR)

    def chosen_entry(self) -> str:
        return str(self.cleaned_data.get("entry") or "")

    def lens(self) -> Lens:
        period = self.chosen_period()
        return Lens(first=period.first, last=period.last, known_at=self.now, user=self.user)

    def units(self) -> list[tuple[str, Any, bool]]:
        """Month, quarter and year around the last day shown that is not to come: code, name, whether it is shown."""
        shown = self.chosen_period()
        day = min(shown.last, max(self.today, shown.first))
        return [(period_around(day, kind).code, UNITS[kind], kind == shown.kind) for kind in KINDS]


class VisitForm(forms.Form):
    """A visit is planned for a day to come."""

    on = forms.DateField(
        label=_("Planned on"),
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Choose a day.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on < self.today:
            raise forms.ValidationError(_("This day is over. Choose one to come."))
        if on.year > self.today.year + 1:
            raise forms.ValidationError(_("A visit is planned until the end of next year at most."))
        return on


def name_of(period: Period) -> str:
    """2026, the third quarter of 2026, 2026-09."""
    if period.kind == QUARTER:
        return str(_("Q%(quarter)s %(year)s")) % {"quarter": period.quarter, "year": period.first.year}
    return f"{period.first.year}" if period.kind == YEAR else f"{period.first:%Y-%m}"
