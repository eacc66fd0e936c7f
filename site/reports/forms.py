from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from drills.models import Drill
from duties.vocabulary import Hazard
from people.models import Division, Organisation, Sector
from people.scopes import scope_of
from reports.lens import OF_DRILLS, Lens
from reports.periods import Period, year_of
from ui.clock import local_day


class Labelled(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "label", obj))


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(required=False, label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class LensForm(forms.Form):
    """Period and place in the address; what is wrong in it is told and filters nothing. Without a period: this year."""

    first = day_field(_("From"))
    last = day_field(_("To"))
    division = Labelled(Division.objects.none(), required=False, label=_("Township"), empty_label=_("All townships"))
    sector = Labelled(Sector.objects.none(), required=False, label=_("Sector"), empty_label=_("All sectors"))
    organisation = forms.ModelChoiceField(Organisation.objects.none(), required=False, label=_("Organisation"))
    hazard = forms.ChoiceField(required=False, label=_("Hazard"), choices=[("", _("All hazards")), *Hazard.choices])
    level = forms.ChoiceField(required=False, label=_("Level"), choices=[("", _("All levels")), *Drill.Level.choices])
    form = forms.ChoiceField(required=False, label=_("Form"), choices=[("", _("All forms")), *Drill.Form.choices])
    entry = forms.ChoiceField(
        required=False, label=_("How entered"), choices=[("", _("All ways of entry")), *Drill.Entry.choices]
    )

    def __init__(self, data: QueryDict, *, user: Any, now: datetime) -> None:
        self.user, self.now = user, now
        super().__init__(self.with_period(data))
        fields: dict[str, Any] = self.fields
        fields["division"].queryset = townships_of(user)
        fields["sector"].queryset = sectors_of(user)
        # A unit is named by a link of the ledger, not chosen among ten thousand.
        fields["organisation"].queryset = Organisation.objects.visible_to(user)
        fields["organisation"].widget = forms.HiddenInput()
        for name, field in fields.items():
            kind = "form-control" if name in ("first", "last") else "form-select"
            field.widget.attrs |= {"class": kind, "aria-label": field.label}
        for name in ("division", "sector"):
            if fields[name].queryset.count() < 2:
                fields[name].widget = forms.HiddenInput()

    def with_period(self, data: QueryDict) -> QueryDict:
        """The period stands in its fields also where the address names none."""
        if data.get("first") or data.get("last"):
            return data
        year, told = year_of(local_day(self.now).year), data.copy()
        told["first"], told["last"] = f"{year.first}", f"{year.last}"
        return told

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            raise ValidationError(_("The period ends before it begins."))
        return data

    def lens(self) -> Lens:
        self.is_valid()
        data = self.cleaned_data
        narrowed: dict[str, Any] = {name: data.get(name) for name in ("division", "sector", "organisation")}
        narrowed |= {name: data.get(name) or "" for name in OF_DRILLS}
        return Lens(user=self.user, period=self.period(), known_at=self.now, **narrowed)

    def period(self) -> Period:
        today = local_day(self.now)
        data = {} if self.errors.get("__all__") else self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if not first and not last:
            return year_of(today.year)
        if not last:
            last = max(today, first or today)
        return Period(first or date(last.year, 1, 1), last)


def townships_of(user: Any) -> Any:
    scope = scope_of(user)
    seen = Division.objects.filter(level=Division.Level.TOWNSHIP)
    return seen if scope.everything else seen.filter(pk__in=Division.objects.visible_to(user).values("pk"))


def sectors_of(user: Any) -> Any:
    here = Organisation.objects.visible_to(user).filter(sector__isnull=False).order_by().values("sector")
    return Sector.objects.filter(pk__in=here)


class FreezeForm(forms.Form):
    title = forms.CharField(label=_("Name of the report"), max_length=120, min_length=2)
