"""What a page of activities or venues is narrowed by, in its address."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.models import Activity, ActivityVersion, Entry, Scheme, Venue, VenueKind
from campaign.periods import YEAR, period_around
from campaign.permissions import venues_viewed_by
from campaign.queries.lens import ANY, WORDS, Lens, has_own_line
from campaign.queries.schemes import scheme_of
from duties.vocabulary import Hazard
from people.models import Division
from people.scopes import scope_of
from ui.clock import local_day

COUNTED = "counted"


class Labelled(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "label", obj))


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(required=False, label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def narrow_by(label: Any, all_of_them: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, label=label, choices=[("", all_of_them), *choices])


def townships_of(user: Any) -> Any:
    """That he sees, or in which something that he sees lies."""
    towns = Division.objects.filter(level=Division.Level.TOWNSHIP).order_by("path")
    scope = scope_of(user)
    return towns if scope.everything else towns.filter(pk__in=Division.objects.visible_to(user).order_by().values("pk"))


class LensForm(forms.Form):
    """Period and place in the address; what is wrong in it is told and filters nothing. Without a period: this year."""

    first = day_field(_("From"))
    last = day_field(_("To"))
    division = Labelled(Division.objects.none(), required=False, label=_("Township"), empty_label=_("All townships"))
    own = forms.BooleanField(required=False, widget=forms.HiddenInput)
    scheme = forms.ModelChoiceField(
        Scheme.objects.all(), required=False, label=_("campaign scheme"), widget=forms.HiddenInput
    )
    venue = forms.ModelChoiceField(
        Venue.objects.none(), required=False, label=pgettext_lazy("campaign", "Venue"), widget=forms.HiddenInput
    )
    entry = narrow_by(_("Entry"), _("All entries"), [])
    kind = narrow_by(_("Kind of venue"), _("All kinds of venue"), VenueKind.choices)
    form = narrow_by(_("Form"), _("All forms"), ActivityVersion.Form.choices)
    hazard = narrow_by(_("Hazard"), _("All hazards"), Hazard.choices)
    how = narrow_by(_("How entered"), _("All ways of entry"), Activity.How.choices)
    basis = narrow_by(_("Way of counting"), _("Counted or estimated"), ActivityVersion.Basis.choices)

    def __init__(self, data: QueryDict, *, user: Any, now: datetime) -> None:
        self.user, self.now = user, now
        super().__init__(self.with_period(data))
        fields: dict[str, Any] = self.fields
        # Names of places are known to all; what lies there is read through the scope. A link may name any of them.
        fields["division"].queryset = Division.objects.all()
        fields["division"].choices = places = list(self.place_choices())
        self.has_towns = len(places) > 1
        if len(places) <= 2:  # nothing to choose among
            fields["division"].widget = forms.HiddenInput()
        fields["venue"].queryset = venues_viewed_by(user)
        self.scheme_shown = self.scheme_asked(data)
        fields["entry"].choices = list(self.entry_choices())
        for name, field in fields.items():
            kind = "form-control" if name in ("first", "last") else "form-select"
            field.widget.attrs |= {"class": kind, "aria-label": field.label}

    def with_period(self, data: QueryDict) -> QueryDict:
        """The period stands in its fields also where the address names none."""
        if data.get("first") or data.get("last"):
            return data
        year, told = period_around(local_day(self.now), YEAR), data.copy()
        told["first"], told["last"] = f"{year.first}", f"{year.last}"
        return told

    def place_choices(self) -> Iterator[tuple[Any, str]]:
        towns = [(one.pk, one.label) for one in townships_of(self.user)]
        yield ("", str(_("All townships")))
        yield from towns
        asked = self.data.get("division", "")
        if asked.isdigit() and int(asked) not in dict(towns):  # a link named another place: it stays chosen
            own = bool(self.data.get("own"))
            for one in Division.objects.filter(pk=asked):
                yield (one.pk, str(_("%(place)s: own venues")) % {"place": one.label} if own else one.label)

    def scheme_asked(self, data: QueryDict) -> Scheme | None:
        """Whose entries are offered: the one that the address names, else the leading one in force. None: none was
        ever loaded."""
        asked = data.get("scheme", "")
        named = Scheme.objects.filter(pk=asked).first() if asked.isdigit() else None
        if named is None and not Scheme.objects.exists():
            return None
        return named or scheme_of(local_day(self.now))

    def entry_choices(self) -> Iterator[tuple[str, str]]:
        yield ("", str(_("All entries")))
        if self.scheme_shown is None:
            return
        known = {entry.code: entry.label for entry in self.scheme_shown.entries.order_by("order")}
        yield from known.items()
        asked = self.data.get("entry", "")
        if asked == ANY:
            yield (ANY, str(_("Any of the entries")))
        elif asked:  # a link of the matrix may name an entry that an earlier version had
            earlier = Entry.objects.filter(scheme__key=self.scheme_shown.key, code=asked)
            yield from ((one.code, one.label) for one in earlier.exclude(code__in=known)[:1])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            raise ValidationError(_("The period ends before it begins."))
        return data

    # ── What was understood ──────────────────────────────────────────────────
    def lens(self) -> Lens:
        self.is_valid()
        data = self.cleaned_data
        first, last = self.days()
        return Lens(
            first=first,
            last=last,
            known_at=self.now,
            user=self.user,
            division=data.get("division"),
            own=bool(data.get("own")) and has_own_line(data.get("division")),
            venue=data.get("venue"),
            scheme=self.scheme_shown if data.get("entry") else None,
            **{name: data.get(name) or "" for name in WORDS},
        )

    def days(self) -> tuple[date, date]:
        """What is left out is as wide as it can be: until today, from the first of January on."""
        today = local_day(self.now)
        data = {} if self.errors.get("__all__") else self.cleaned_data
        first: date | None = data.get("first")
        last: date | None = data.get("last")
        if first is None and last is None:
            year = period_around(today, YEAR)
            return year.first, year.last
        until = last or max(today, first or today)
        return first or date(until.year, 1, 1), until

    def chosen(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    def kept(self, *names: str) -> list[Any]:
        """Hidden fields for what a link narrowed by and this page does not offer."""
        return [self[name].as_hidden() for name in names if self.data.get(name)]


class ActivityFilter(LensForm):
    """Which records: those that count, or by where they stand."""

    state = narrow_by(
        _("State"),
        _("All that stand"),
        [(COUNTED, pgettext_lazy("activity", "In the figures")), *Activity.State.choices],
    )

    def hidden(self) -> list[Any]:
        return self.kept("own", "scheme", "venue", "form", "hazard", "how", "basis")


class LedgerFilter(LensForm):
    def hidden(self) -> list[Any]:
        return self.kept("own", "scheme", "venue", "kind", "hazard", "how", "basis")


class VenueFilter(LensForm):
    """Venues through the same lens; a name is no personal data and may stand in the address."""

    OPEN, CLOSED, ALL = "", "closed", "all"

    q = forms.CharField(required=False, max_length=60, label=_("Name or address"))
    state = forms.ChoiceField(
        required=False,
        label=_("State"),
        choices=[
            (OPEN, pgettext_lazy("venue", "Registered")),
            (CLOSED, pgettext_lazy("venue", "Closed")),
            (ALL, pgettext_lazy("venue", "Registered and closed")),
        ],
    )
    reached = narrow_by(
        pgettext_lazy("venue", "Reached"),
        pgettext_lazy("venue", "Reached or not"),
        [("yes", pgettext_lazy("venue", "Reached")), ("no", pgettext_lazy("venue", "Not reached"))],
    )
    homes = forms.BooleanField(required=False, widget=forms.HiddenInput, label=_("With households"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["q"]
        field.widget.attrs |= {"class": "form-control", "placeholder": field.label}

    def hidden(self) -> list[Any]:
        return self.kept("own", "scheme", "homes")


def a_year_until(day: date) -> tuple[date, date]:
    """The 365 days that end with it."""
    return day - timedelta(days=364), day
