"""Venue guides for the app below: which there are, by kind of venue."""

from collections.abc import Mapping

from campaign.registry import Guide
from portal.addresses import address
from portal.models import GuidePage
from ui.context import current_language


def by_kind() -> Mapping[str, Guide]:
    pages = GuidePage.objects.live().filter(locale__language_code=current_language()).select_related("locale")
    return {page.venue_kind: Guide(page.title, address(page)) for page in pages.defer("body")}
