"""Drills of organisation A at every step of their evaluation; the learner evaluates each of them."""

from datetime import datetime
from typing import Any

from drills.models import Drill, Participation
from drills.services import sheets
from tests.drills.evaluated import give, items_of, make_form, say, use
from tests.drills.factories import make_drill, make_part

Role = Participation.Role


def evaluation_scenery(learner: Any, organisation: Any, now: datetime) -> dict[str, Any]:
    version = make_form((10, 2))
    planned = drill_of(organisation, version, learner, now, state="approved")
    ended, handed_in, settled, differing = (drill_of(organisation, version, learner, now) for _ in range(4))
    for drill, value in ((settled, "5"), (differing, "3")):
        item = items_of(version)["1.1"]
        for sheet, given in zip(drill.sheets.order_by("pk"), ("5", value), strict=True):
            say(sheet.evaluator, item, given, now=now)
    for drill in (handed_in, settled, differing):
        for sheet in drill.sheets.all():
            sheets.hand_in(sheet, by=learner, now=now)
    for drill in (settled, differing):
        sheets.lock_sheets(drill, by=learner, now=now)
    return {
        "form_version": version,
        "form_item": items_of(version)["1.1"],
        "evaluation_planned": planned,
        "evaluation_ended": ended,
        "evaluation_handed_in": handed_in,
        "evaluation_settled": settled,
        "evaluation_differing": differing,
    }


def drill_of(organisation: Any, version: Any, learner: Any, now: datetime, **fields: Any) -> Drill:
    drill = make_drill(organisation, **{"state": "ended", "startex_at": now, "starts_at": now, **fields})
    use(drill, version)
    mine, other = make_part(drill, Role.EVALUATOR, learner), make_part(drill, Role.EVALUATOR)
    for part in (mine, other):
        give(part, *items_of(version).values())
    return drill
