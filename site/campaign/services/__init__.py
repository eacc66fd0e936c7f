"""Every write of `campaign` that has a meaning; views and apps above import from here."""

from campaign.services.days import say_of_year
from campaign.services.photos import add_photo
from campaign.services.recording import correct_activity, record_activity
from campaign.services.reviewing import review, withdraw
from campaign.services.sign_in import sign_in
from campaign.services.told import (
    AlreadyDecided,
    AlreadyWithdrawn,
    CorrectedMeanwhile,
    InTheFuture,
    NotYours,
    OwnRecord,
    ReasonMissing,
    Recorded,
    Told,
    TooMany,
    facts,
)
from campaign.services.venues import (
    AlreadyThere,
    cancel_visit,
    change_venue,
    close_venue,
    create_venue,
    plan_visit,
    set_target,
)
from records.photos import NotAPhoto

__all__ = [
    "AlreadyDecided",
    "AlreadyThere",
    "AlreadyWithdrawn",
    "CorrectedMeanwhile",
    "InTheFuture",
    "NotAPhoto",
    "NotYours",
    "OwnRecord",
    "ReasonMissing",
    "Recorded",
    "Told",
    "TooMany",
    "add_photo",
    "cancel_visit",
    "change_venue",
    "close_venue",
    "correct_activity",
    "create_venue",
    "facts",
    "plan_visit",
    "record_activity",
    "review",
    "say_of_year",
    "set_target",
    "sign_in",
    "withdraw",
]
