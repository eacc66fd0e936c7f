"""What campaigns add to the work menu and to the home page."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.permissions import records_activities, reviews_activities, sees_campaign
from people.registry import Group, home_cards


def register() -> None:
    register_record()
    register_desk()
    register_year()


def register_record() -> None:
    home_cards.add(
        _("Record an activity"),
        "campaign:activity_new",
        records_activities,
        icon="edit",
        text=_("Ninety seconds on the phone, also without a network"),
        group=Group.CAMPAIGN,
    )


def register_desk() -> None:
    home_cards.add(
        _("Activities"),
        "campaign:activities",
        sees_campaign,
        icon="log",
        text=_("What was recorded, where it stands, and what it adds up to"),
        group=Group.CAMPAIGN,
    )
    home_cards.add(
        pgettext_lazy("campaign", "Review"),
        "campaign:review",
        reviews_activities,
        icon="check",
        text=_("Records that wait for you: approve them, or return them with a reason"),
        group=Group.CAMPAIGN,
    )
    home_cards.add(
        _("Venues"),
        "campaign:venues",
        sees_campaign,
        icon="division",
        text=_("Enterprises, schools, villages and the other places that activities are held at"),
        group=Group.CAMPAIGN,
    )


def register_year() -> None:
    home_cards.add(
        _("Townships and entries"),
        "campaign:matrix",
        sees_campaign,
        icon="entry-community",
        text=_("Activities and coverage by township and entry, every figure with its rows"),
        group=Group.CAMPAIGN,
    )
    home_cards.add(
        _("Themed days"),
        "campaign:days",
        sees_campaign,
        icon="calendar",
        text=_("The days and weeks of the year, with theme, dates and the activities that suit"),
        group=Group.CAMPAIGN,
    )
    home_cards.add(
        _("Ledger of activities"),
        "campaign:ledger",
        sees_campaign,
        icon="document",
        text=_("Every activity that counts, in the columns that offices keep"),
        group=Group.FIGURES,
    )
