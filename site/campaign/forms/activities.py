"""Correcting a record: what it says once more, and why."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.forms.record import HOW_COUNTED, STEPS, FactsForm
from campaign.models import Activity, ActivityVersion, Venue
from campaign.services import facts
from people.models import Organisation
from ui.clock import local

SIGNED = ActivityVersion.Basis.SIGNED
ALIKE = (
    "form", "persons", "basis", "minutes", "theme_day", "in_charge", "households", "consulted", "words",
)  # fmt: skip


class CorrectForm(FactsForm):
    """`seen` is the serial of the version that stood there when the page was made."""

    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=200,
        min_length=4,
        error_messages=dict.fromkeys(("required", "min_length"), _("Say why, in at least four characters.")),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        assert activity.current is not None
        self.activity, self.before = activity, activity.current
        super().__init__(*args, **kwargs)
        self.initial = {**self.standing(), **self.initial}
        self.fields["reason"].widget.attrs["class"] = "form-control"

    def set_up_choices(self) -> None:
        super().set_up_choices()
        fields: dict[str, Any] = self.fields
        if self.before.basis == SIGNED:
            fields["basis"].choices = [*HOW_COUNTED, (SIGNED.value, SIGNED.label)]
        if self.before.held_by:
            known = Q(pk__in=fields["held_by"].queryset.order_by().values("pk")) | Q(pk=self.before.held_by_id)
            fields["held_by"].queryset = Organisation.objects.filter(known).order_by("name", "pk")

    def offer(self, venues: Any) -> None:
        """The venue it was held at may be named still, also where it has closed since."""
        offered = Q(pk=self.before.venue_id) | Q(pk__in=venues.order_by().values("pk"))
        super().offer(Venue.objects.filter(offered).select_related("division").order_by("name", "pk"))

    def standing(self) -> dict[str, Any]:
        told = facts(self.before)
        return {name: getattr(told, name) for name in ALIKE} | {
            "venue": told.venue.pk,
            "held_by": told.held_by.pk if told.held_by else None,
            "hazards": list(told.hazards),
            "starts_at": local(told.starts_at),
            "seen": self.before.serial,
            **{kind: told.materials.get(kind) for kind in STEPS},
        }
