"""Drills of organisation A that run, stand and are over. Its manager directs them, the learner plays in each."""

from datetime import datetime, timedelta
from typing import Any

from drills.models import Drill, Participation, RunEvent
from drills.services import run
from people.models import Organisation
from tests.drills.factories import make_item, make_part
from tests.drills.phones import make_ready

Role = Participation.Role


def run_scenery(cast: dict[str, Any], organisation_a: Organisation, now: datetime) -> dict[str, Any]:
    by, begun = cast["manager_a"], now - timedelta(minutes=20)
    running = ready(cast, organisation_a, begun, "running drill of A")
    group = make_part(running, Role.PLAYER, name="一组村民", is_group=True, expected=40)
    villager = make_part(running, Role.PLAYER, team="一组")
    items = [make_item(running, minute) for minute in (1, 40)]
    run.start_drill(running, by=by, now=begun)
    run.release_item(items[0], by=by, now=begun + timedelta(minutes=1))
    stopped = ready(cast, organisation_a, begun, "stopped drill of A")
    run.start_drill(stopped, by=by, now=begun)
    run.emergency_stop(stopped, by=by, now=begun + timedelta(minutes=2))
    over = ready(cast, organisation_a, begun, "ended drill of A")
    run.start_drill(over, by=by, now=begun)
    run.sign_in(over, list(over.participations.filter(role=Role.PLAYER)), by=by, now=begun)
    run.end_drill(over, by=by, now=now)
    return {
        "run_ready": ready(cast, organisation_a, now, "drill of A about to begin"),
        "run_live": running,
        "run_group": group,
        "run_part": villager,
        "run_released": items[0],
        "run_next": items[1],
        "run_stopped": stopped,
        "run_stopped_part": stopped.participations.get(role=Role.PLAYER),
        "run_over": over,
        "run_sign_in": over.log.get(kind=RunEvent.Kind.CHECKIN),
    }


def ready(cast: dict[str, Any], organisation: Organisation, starts_at: datetime, title: str) -> Drill:
    drill = make_ready(organisation, starts_at=starts_at, title=title)
    make_part(drill, Role.DIRECTOR, cast["manager_a"])
    make_part(drill, Role.PLAYER, cast["learner"])
    return drill
