"""Where a drill counts for the campaign, too."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.models import Venue
from campaign.permissions import venues_recorded_at_by
from drills.models import Drill


class AlsoCampaignForm(forms.Form):
    venue = forms.ModelChoiceField(
        Venue.objects.none(),
        label=_("At which venue"),
        empty_label=_("Choose …"),
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Please choose.")),
    )

    def __init__(self, *args: Any, drill: Drill, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["venue"]
        field.queryset = venues_for(drill, user)
        own = [venue.pk for venue in field.queryset if venue.organisation_id == drill.organisation_id]
        if len(own) == 1:
            self.initial.setdefault("venue", own[0])


def venues_for(drill: Drill, user: Any) -> Any:
    """Open on the day of the drill: of its organisation, or in the division in which it was held."""
    near = Q(organisation=drill.organisation_id) | Q(division__path__startswith=drill.division.path)
    return venues_recorded_at_by(user).registered(drill.held_on).filter(near).order_by("name", "pk")
