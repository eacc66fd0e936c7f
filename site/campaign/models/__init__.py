"""Campaigns (七进): the schemes, the places safety is brought to, and what was done there."""

from campaign.models.activities import (
    Activity,
    ActivityDecision,
    ActivityMaterial,
    ActivityPhoto,
    ActivityVersion,
    SignIn,
)
from campaign.models.days import ThemedDay, ThemedYear
from campaign.models.schemes import Entry, Scheme
from campaign.models.venues import PlannedVisit, Target, Venue, VenueKind

__all__ = [
    "Activity",
    "ActivityDecision",
    "ActivityMaterial",
    "ActivityPhoto",
    "ActivityVersion",
    "Entry",
    "PlannedVisit",
    "Scheme",
    "SignIn",
    "Target",
    "ThemedDay",
    "ThemedYear",
    "Venue",
    "VenueKind",
]
