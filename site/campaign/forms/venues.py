"""The list of venues: entering, changing and closing one, and the targets of a year."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.models import Entry, Target, Venue, VenueKind
from campaign.permissions import divisions_kept_by
from people.models import Division, Organisation
from people.rules import normal_code
from ui.layout import page_form

MOST_HOUSEHOLDS = 999_999
MOST_ACTIVITIES = 9_999


class PlaceChoice(forms.ModelChoiceField):
    def label_from_instance(self, division: Division) -> str:  # type: ignore[override]
        return "　" * max(0, division.depth - 2) + division.label


class VenueForm(forms.Form):
    """The kind is asked once: a place that turns into another kind is closed and entered anew."""

    name = forms.CharField(label=_("Name"), max_length=100, error_messages={"required": _("Please fill this in.")})
    kind = forms.ChoiceField(
        label=_("Kind of venue"),
        choices=[("", _("Choose …")), *VenueKind.choices],
        error_messages={"required": _("Please choose.")},
        help_text=_("It decides in which entry its activities count, and cannot be changed later."),
    )
    division = PlaceChoice(
        Division.objects.none(),
        label=_("administrative division"),
        empty_label=_("Choose …"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Please choose.")),
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        required=False,
        max_length=100,
        help_text=_("Full name or unified social credit code. Its safety officer can then record activities here."),
    )
    address = forms.CharField(label=_("Address"), required=False, max_length=200)
    households = forms.IntegerField(
        label=_("Households"),
        required=False,
        min_value=0,
        max_value=MOST_HOUSEHOLDS,
        help_text=_("Registered households of a village or community"),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("A whole number, or nothing.")),
    )
    opened_on = forms.DateField(
        label=_("Registered from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: as long as anybody remembers"),
    )

    def __init__(self, *args: Any, user: Any, venue: Venue | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.venue = user, venue
        fields: dict[str, Any] = self.fields
        fields["division"].queryset = divisions_kept_by(user).exclude(level=Division.Level.GRID).order_by("path")
        if venue is not None:
            del fields["kind"]
            self.initial = {**standing(venue), **self.initial}
        self.helper = page_form(list(fields), _("Save"))

    def clean_organisation(self) -> Organisation | None:
        typed = self.cleaned_data["organisation"].strip()
        if not typed:
            return None
        if self.venue is not None and self.venue.organisation and typed == self.venue.organisation.name:
            return self.venue.organisation
        seen = Organisation.objects.visible_to(self.user)
        found = list(seen.filter(name=typed)[:2]) or list(seen.filter(credit_code=normal_code(typed))[:2])
        if len(found) != 1:
            raise ValidationError(_("Give the full name or the credit code of one organisation."))
        return found[0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opened, closed = data.get("opened_on"), self.venue.closed_on if self.venue else None
        if opened and closed and closed < opened:
            self.add_error("opened_on", _("It was closed before this day."))
        return data


def standing(venue: Venue) -> dict[str, Any]:
    return {
        "name": venue.name,
        "division": venue.division_id,
        "organisation": venue.organisation.name if venue.organisation else "",
        "address": venue.address,
        "households": venue.households,
        "opened_on": venue.opened_on,
    }


class CloseForm(forms.Form):
    on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("From the next day on it is in no coverage figure. What was held there goes on counting."),
        error_messages=dict.fromkeys(("required", "invalid"), _("Choose a day.")),
    )

    def __init__(self, *args: Any, venue: Venue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.venue = venue
        self.helper = page_form(["on"], pgettext_lazy("venue", "Close the venue"), css_class="btn-danger")

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if self.venue.opened_on and on < self.venue.opened_on:
            raise ValidationError(_("It was opened after this day."))
        return on


class TargetsForm(forms.Form):
    """One field for each township and entry; empty: no target."""

    def __init__(
        self, *args: Any, towns: Iterable[Division], entries: Iterable[Entry], targets: Iterable[Target], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.towns, self.entries = list(towns), list(entries)
        known = {(one.division_id, one.entry): one.count for one in targets}
        for town in self.towns:
            for entry in self.entries:
                self.add_field(town, entry, known.get((town.pk, entry.code)))

    def add_field(self, town: Division, entry: Entry, count: int | None) -> None:
        told = _("A whole number up to 9999, or nothing.")
        field = forms.IntegerField(
            required=False,
            min_value=0,
            max_value=MOST_ACTIVITIES,
            initial=count,
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), told),
        )
        field.widget.attrs |= {
            "class": "form-control",
            "inputmode": "numeric",
            "aria-label": f"{town.label} {entry.label}",
            "min": 0,
        }
        self.fields[name_of(town, entry)] = field

    def lines(self) -> list[tuple[Division, list[tuple[Entry, Any]]]]:
        return [(town, [(entry, self[name_of(town, entry)]) for entry in self.entries]) for town in self.towns]

    def told(self) -> list[tuple[Division, str, int | None]]:
        """What was changed in this page: what somebody else changed meanwhile is left alone."""
        return [
            (town, entry.code, self.cleaned_data[name_of(town, entry)])
            for town in self.towns
            for entry in self.entries
            if name_of(town, entry) in self.changed_data
        ]


def name_of(town: Division, entry: Entry) -> str:
    return f"target-{town.pk}-{entry.code}"
