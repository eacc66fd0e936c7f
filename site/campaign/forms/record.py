"""What a township officer says of an activity on the phone, and the photo that goes with it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.models import ActivityMaterial, ActivityVersion, Venue, VenueKind
from campaign.queries.days import Happening, lately
from campaign.queries.record import (
    divisions_for,
    hazards_by_use,
    hosts_for,
    last_version,
    recent_venues,
    venues_for,
)
from campaign.registry import Guide, venue_guides
from campaign.services import Told
from campaign.services.photos import ACCEPTED, LARGEST, MOST_PHOTOS
from duties.vocabulary import Hazard
from people.models import Division, Organisation
from ui.clock import local, local_day
from ui.forms import SeveralFiles, TellingSelect

LONGEST_TEXT = 400
MOST = 999_999
MOST_MINUTES = 2 * 24 * 60
USUAL_MINUTES = 60
OFFERED = 8  # hazards in sight; the others are one tap away
FILL = {"required": _("Please fill this in.")}
CHOOSE = dict.fromkeys(("required", "invalid_choice"), _("Please choose."))
COUNTED = dict.fromkeys(("required", "invalid_choice"), _("Say whether they were counted or estimated."))
HOW_COUNTED = [(kind.value, kind.label) for kind in (ActivityVersion.Basis.COUNTED, ActivityVersion.Basis.ESTIMATED)]
#: By how many a stepper counts: what comes in bundles, in bundles.
STEPS: dict[str, int] = {"leaflet": 50, "booklet": 10, "board": 1, "banner": 1, "film": 1, "gift": 10}
UNITS: dict[str, Any] = {
    "leaflet": pgettext_lazy("unit of leaflets", "copies"),
    "booklet": pgettext_lazy("unit of booklets", "copies"),
    "board": pgettext_lazy("unit of boards", "boards"),
    "banner": pgettext_lazy("unit of banners", "banners"),
    "film": pgettext_lazy("unit of films", "showings"),
    "gift": pgettext_lazy("unit of gifts", "pieces"),
}
IN_SIGHT = ("leaflet", "board", "banner")


def given(sent: Mapping[str, str]) -> MultiValueDict[str, str]:
    """What the page sent, as a form takes it: the hazards come in one text, parted by spaces."""
    data: MultiValueDict[str, str] = MultiValueDict({name: [value] for name, value in sent.items()})
    data.setlist("hazards", sent.get("hazards", "").split())
    return data


def whole(label: Any, text: Any, *, most: int = MOST, least: int = 0, required: bool = False) -> forms.IntegerField:
    errors = dict.fromkeys(("required", "invalid", "min_value", "max_value"), text)
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        min_value=least, max_value=most, required=required, label=label, error_messages=errors, widget=widget
    )


class DivisionChoice(forms.ModelChoiceField):
    def label_from_instance(self, division: Division) -> str:  # type: ignore[override]
        return division.label


class PhotosField(forms.FileField):
    """Files of a form without scripts. What is no photo is told when the record is kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=SeveralFiles(attrs={"accept": ACCEPTED}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        chosen = data if isinstance(data, list | tuple) else [data]
        files = [file for one in chosen if (file := super(PhotosField, self).clean(one, initial))]
        if len(files) > MOST_PHOTOS:
            raise ValidationError(_("At most %(most)s photos go with an activity."), params={"most": MOST_PHOTOS})
        return files


class FactsForm(forms.Form):
    """What a record says, whoever says it and wherever."""

    venue = forms.ModelChoiceField(
        Venue.objects.none(),
        label=pgettext_lazy("campaign", "Venue"),
        empty_label=_("Choose …"),
        widget=TellingSelect,
        error_messages={"required": _("Choose the venue."), "invalid_choice": _("Choose the venue anew.")},
    )
    form = forms.ChoiceField(
        choices=ActivityVersion.Form.choices, label=_("Form"), widget=forms.RadioSelect, error_messages=CHOOSE
    )
    starts_at = forms.DateTimeField(
        label=_("Began"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages=FILL | {"invalid": _("Please fill in the day and the time.")},
    )
    persons = whole(_("People reached"), _("A number from 1 to 999999."), least=1, required=True)
    basis = forms.ChoiceField(
        choices=HOW_COUNTED, label=_("How counted"), widget=forms.RadioSelect, error_messages=COUNTED
    )
    households = whole(_("Households reached"), _("A whole number, or nothing."))
    hazards = forms.MultipleChoiceField(
        choices=Hazard.choices,
        required=False,
        label=_("Hazards"),
        widget=forms.CheckboxSelectMultiple,
        error_messages=CHOOSE,
    )
    words = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        label=_("In a few words"),
        widget=forms.Textarea(
            attrs={"rows": 2, "placeholder": _("For example: how to get out of a burning house, with questions")}
        ),
    )
    minutes = whole(_("Took (minutes)"), _("Whole minutes, at least 1 and at most 2880."), least=1, most=MOST_MINUTES)
    consulted = whole(_("People advised"), _("A whole number, or nothing."))
    theme_day = forms.CharField(
        required=False, max_length=60, label=_("Theme day"), widget=forms.TextInput(attrs={"list": "theme-days"})
    )
    held_by = forms.ModelChoiceField(
        Organisation.objects.none(),
        required=False,
        label=_("Held by"),
        empty_label=_("Not named"),
        error_messages=CHOOSE,
    )
    in_charge = forms.CharField(required=False, max_length=60, label=_("Person in charge"))

    def __init__(self, *args: Any, user: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.now, self.today = user, now, local_day(now)
        self.add_materials()
        self.set_up_choices()
        for name, field in self.fields.items():
            plain = not isinstance(field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.HiddenInput)
            if plain:
                style = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
                field.widget.attrs["class"] = f"{style} is-invalid" if name in self.errors else style

    def add_materials(self) -> None:
        for kind in ActivityMaterial.Kind:
            field = whole(kind.label, _("A whole number, or nothing."))
            field.widget.attrs |= {"placeholder": "0", "step": "1"}
            self.fields[kind.value] = field

    def set_up_choices(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["held_by"].queryset = hosts_for(self.user, self.today)
        labels = dict(Hazard.choices)
        fields["hazards"].choices = [(code, labels[code]) for code in hazards_by_use(self.user)]
        self.offer(venues_for(self.user, self.today))

    def offer(self, venues: Any) -> None:
        """The last used first; each option tells what it is and where."""
        field: Any = self.fields["venue"]
        field.queryset = venues
        recent = recent_venues(self.user)
        rank = {pk: place for place, pk in enumerate(recent)}
        guides = venue_guides()
        found = sorted(venues, key=lambda one: rank.get(one.pk, len(recent)))
        field.widget.facts = {str(one.pk): self.facts_of(one, guides, recent=one.pk in rank) for one in found}
        field.choices = [("", field.empty_label), *((one.pk, one.name) for one in found)]
        self.has_venues = bool(found)

    @staticmethod
    def facts_of(venue: Venue, guides: Mapping[str, Guide], *, recent: bool) -> dict[str, Any]:
        told = {"about": f"{venue.get_kind_display()} · {venue.division.label}"}
        told |= {"guide": guides[venue.kind].url} if venue.kind in guides else {}
        return told | {"recent": "yes"} if recent else told

    # ── For the page ───────────────────────────────────────────────────────────
    def hazards_in_sight(self) -> list[Any]:
        return self.split_hazards()[0]

    def other_hazards(self) -> list[Any]:
        return self.split_hazards()[1]

    def split_hazards(self) -> tuple[list[Any], list[Any]]:
        """Those most often told of, and whatever is ticked; the others are folded."""
        boxes = list(self["hazards"])
        ticked = [box for box in boxes[OFFERED:] if box.data.get("selected")]
        return boxes[:OFFERED] + ticked, [box for box in boxes[OFFERED:] if box not in ticked]

    def steppers(self) -> Iterator[tuple[Any, int, Any, bool]]:
        """Field, step, unit, and whether it is in sight or folded."""
        for kind, step in STEPS.items():
            yield self[kind], step, UNITS[kind], kind in IN_SIGHT

    def theme_days(self) -> list[Happening]:
        """What a record may be of; the page's script offers those of its day. Others are typed."""
        return lately(self.today)

    # ── What it says ───────────────────────────────────────────────────────────
    def clean_starts_at(self) -> datetime:
        starts_at: datetime = self.cleaned_data["starts_at"]
        if starts_at > self.now:
            raise ValidationError(_("This lies in the future. A record tells what has been."))
        return starts_at

    def told(self) -> Told:
        data = self.cleaned_data
        same = ("form", "starts_at", "persons", "basis", "minutes", "held_by", "theme_day", "in_charge")
        return Told(
            venue=self.venue_told(),
            households=data["households"] or 0,
            consulted=data["consulted"] or 0,
            hazards=tuple(data["hazards"]),
            words=data["words"].replace("\r\n", "\n"),
            materials={kind: data[kind] for kind in STEPS if data[kind]},
            **{name: data[name] for name in same},
        )

    def venue_told(self) -> Venue:
        venue: Venue = self.cleaned_data["venue"]
        return venue


class RecordForm(FactsForm):
    """A new record. A venue that nobody has entered is named with its kind and place, by those who keep the list."""

    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    new_name = forms.CharField(required=False, max_length=100, label=_("Name of the new venue"))
    new_kind = forms.ChoiceField(
        choices=[("", _("Choose …")), *VenueKind.choices],
        required=False,
        label=_("Kind of venue"),
        error_messages=CHOOSE,
    )
    new_division = DivisionChoice(
        Division.objects.none(),
        required=False,
        label=_("Where it lies"),
        empty_label=_("Choose …"),
        error_messages=CHOOSE,
    )
    photos = PhotosField(required=False, label=_("Photos"))

    def __init__(self, *args: Any, user: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, user=user, now=now, **kwargs)
        if not self.is_bound:
            self.initial = {**self.likeliest(last_version(user)), **self.initial}

    def set_up_choices(self) -> None:
        super().set_up_choices()
        fields: dict[str, Any] = self.fields
        fields["new_division"].queryset = divisions_for(self.user)
        self.may_name = fields["new_division"].queryset.exists()
        fields["venue"].required = False  # it or the new one: see clean

    @property
    def can_record(self) -> bool:
        return self.has_venues or self.may_name

    def likeliest(self, last: ActivityVersion | None) -> dict[str, Any]:
        """Today an hour ago, in the form and about the hazards of last time. Never how many came, nor how counted."""
        begun = local(self.now - timedelta(hours=1))
        return {
            "uid": uuid4(),
            "starts_at": begun.replace(minute=begun.minute // 5 * 5, second=0, microsecond=0),
            "minutes": last.minutes if last and last.minutes else USUAL_MINUTES,
            "form": last.form if last else "",
            "hazards": last.hazards if last else [],
            "theme_day": last.theme_day if last and self.is_this_month(last) else "",
            "in_charge": last.in_charge if last else self.user.full_name,
            "held_by": last.held_by_id if last else self.own_host(),
        }

    def is_this_month(self, last: ActivityVersion) -> bool:
        """A theme month ends: what lies folded must not be said again unseen."""
        return (last.held_on.year, last.held_on.month) == (self.today.year, self.today.month)

    def own_host(self) -> int | None:
        employer = self.user.memberships.active(self.today).first()
        return employer.organisation_id if employer else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("venue") is None and "venue" not in self.errors:
            self.clean_new_venue(data)
        return data

    def clean_new_venue(self, data: dict[str, Any]) -> None:
        name, kind, division = (data.get(field) for field in ("new_name", "new_kind", "new_division"))
        if not (name and self.may_name):
            self.add_error("venue", _("Choose the venue."))
            return
        for field, value in (("new_kind", kind), ("new_division", division)):
            if not value and field not in self.errors:
                self.add_error(field, _("Please choose."))
        if kind and division and self.closed(name, kind, division):
            self.add_error(
                "new_name", _("A venue of this name was closed before this day. Choose another, or ask the bureau.")
            )

    def closed(self, name: str, kind: str, division: Division) -> bool:
        same = Venue.objects.filter(name=name, kind=kind, division=division)
        return same.exists() and not same.registered(self.today).exists()

    def venue_told(self) -> Venue:
        """Not saved yet, where it is new."""
        data = self.cleaned_data
        if data["venue"] is not None:
            return super().venue_told()
        return Venue(name=data["new_name"], kind=data["new_kind"], division=data["new_division"])

    def uid_given(self) -> UUID:
        return self.cleaned_data["uid"] or uuid4()


class SentPhoto(forms.Form):
    uid = forms.UUIDField()
    file = forms.FileField(error_messages={"empty": _("The file is empty.")})

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("The photo is larger than 20 MB. Take it again with a smaller setting."))
        return file
