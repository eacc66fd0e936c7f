"""What an editor finds on his first page: the shortest way to a new article, and the sheet that shows how. And, for
whoever decides a stage of review, what waits for him."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.permissions import has_office
from people.registry import Group, home_cards
from portal.permissions import can_start_article, can_write, keeps_cards, reviews
from portal.reviewing import count_waiting_for


def to_review(user: Any) -> str:
    """With the number of texts where any wait; asked once a request, which carries its own user."""
    if not hasattr(user, "_texts_to_review"):
        user._texts_to_review = count_waiting_for(user)
    count = user._texts_to_review
    return gettext("For my review (%(count)s)") % {"count": count} if count else gettext("For my review")


def register() -> None:
    register_review()
    home_cards.add(
        _("Write an article"),
        "write_article",
        can_start_article,
        icon="edit",
        text=_("Opens an empty article: text, picture, steps and quiz"),
        group=Group.SITE,
    )
    home_cards.add(
        _("Editor's guide"),
        "portal:editor_guide",
        can_write,
        icon="print",
        text=_("From signing in to the published page, on one sheet to print"),
        group=Group.SITE,
    )
    home_cards.add(
        _("Pass it on"),
        "portal:outlet_list",
        has_office,
        icon="share",
        text=_("Each piece of the public site as a script for the loudspeaker and for the chat account"),
        group=Group.SITE,
    )
    home_cards.add(
        _("Editor's desk"),
        "portal:desk",
        can_write,
        icon="case",
        text=_("What readers say and seek in vain, and what has to be read again"),
        group=Group.SITE,
    )
    home_cards.add(
        _("Village cards"),
        "portal:card_list",
        keeps_cards,
        icon="home",
        text=_("Way, shelter, signal and duty phone of each village"),
        group=Group.SITE,
    )


def register_review() -> None:
    home_cards.add(
        to_review,
        "portal:review_list",
        reviews,
        icon="check",
        text=_("Texts of the public site that wait for your decision"),
        own=True,
    )
