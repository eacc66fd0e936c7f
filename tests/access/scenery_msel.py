"""Tables of events for the access matrix: events of A's draft and of the bureau's drill, a draft of A's whose numbers
are not in order, and a worksheet that A's manager is about to bring."""

from datetime import datetime
from typing import Any

from drills.models import Drill
from drills.services.msel_imports import keep_pasted
from people.models import Organisation
from tests.drills.factories import make_drill, make_item

CELLS = "标题\t时间\n预警\t0:05\n会商\t不久"  # one row that fits, one that does not


def msel_scenery(
    cast: dict[str, Any], organisation_a: Organisation, draft: Drill, county: Drill, now: datetime
) -> dict[str, Any]:
    unsorted = make_drill(organisation_a, starts_at=now)
    make_item(unsorted, 5, number="09")
    last = make_item(unsorted, 9, number="08")
    return {
        "draft_event": draft.events.get(number="01"),
        "county_event": county.events.get(number="01"),
        "drill_unsorted": unsorted,
        "last_event": last,
        "msel_file": keep_pasted(CELLS, by=cast["manager_a"], now=now),
    }
