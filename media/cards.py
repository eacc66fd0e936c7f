"""What the library adds to the work menu and to the home page."""

from django.utils.translation import gettext_lazy as _

from media.permissions import adds_media
from people.registry import Group, home_cards


def register() -> None:
    home_cards.add(
        _("Bulk upload"),
        "media:desk",
        adds_media,
        icon="upload",
        text=_("Many pictures, films and documents at once: title, licence and alternative text asked one time"),
        group=Group.SITE,
    )
