"""Why a row was not taken, in words; every sentence says what to do."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

REASONS: Mapping[str, Any] = {
    # Both
    "too_long": _("A text has more than %(longest)s characters. Shorten it."),
    "number": _("“%(word)s” below “%(column)s” is no whole number. Write digits only."),
    "twice": _("The same as row %(row)s of the sheet “%(sheet)s”."),
    # Venues
    "name_missing": _("The name of the venue is missing."),
    "kind_missing": _("The kind of the venue is missing."),
    "kind": _(
        "“%(word)s” is no kind of venue. Use one of: enterprise, construction site, school, office, community, "
        "village, public place, market, hospital, scenic area."
    ),
    "place_missing": _("Township or village is missing."),
    "place": _("No township or village is called “%(word)s” here. Write it as in the list of divisions."),
    "place_several": _("Several places are called “%(word)s”. Write the township before the village."),
    "place_outside": _("“%(word)s” is outside the divisions you keep the venues of."),
    "venue_known": _("The venue is registered already; nothing was changed."),
    # Ledgers
    "venue_missing": _("The venue is missing."),
    "venue": _("No venue is called “%(word)s”. Enter it in the list of venues first, or write its name as there."),
    "venue_several": _("Several venues are called “%(word)s”. Name the township or the entry as well."),
    "venue_not_decided": _("What is imported counts at once: let whoever reviews at “%(word)s” bring it in."),
    "time_missing": _("The day is missing."),
    "time": _("“%(word)s” is no single day with its year. Write it like 2025-05-12; several days are several rows."),
    "time_future": _("The day lies in the future. A ledger tells what has been."),
    "form_missing": _("The form is missing."),
    "form": _(
        "“%(word)s” is no form known here. Use one of: lecture, display boards, drill, hands-on experience, stage "
        "show, visit to homes, broadcast, short video, advice, warning film."
    ),
    "basis": _("“%(word)s” is no way of counting. Write counted, estimated or signed in."),
    "persons_missing": _("The number of people is missing. Write 0 where nobody was counted."),
    "entry": _(
        "The row says “%(word)s”, but “%(venue)s” is registered as another kind of venue. Check which is right."
    ),
    "entry_households": _("The row says “%(word)s”, but not how many households were reached."),
    "known": _("%(number)s in the platform already tells of this activity; nothing was changed."),
}


def told(reasons: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """All that is wrong with a row, one sentence after the other."""
    return " ".join(str(REASONS[code]) % dict(about) for code, about in reasons).replace("。 ", "。")
