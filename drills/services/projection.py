"""What is read fast and told from the run log: the state of the drill, who was there, the scores on the sheets."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from drills.models import Drill, RunEvent
from drills.queries.run_log import entries_of
from drills.run_rules import CLOCK, Clock, Kind, clock
from drills.services.attendance import SIGNS, project_attendance
from drills.services.scores import project_scores
from ui.clock import local_day

TELLS_THE_STATE = (*CLOCK, Kind.CORRECTION)
TELLS_THE_SCORES = (RunEvent.Kind.SCORE, RunEvent.Kind.OBSERVATION, RunEvent.Kind.CORRECTION)


def hold(drill: Drill) -> Drill:
    """The drill as it stands, and its log to ourselves until the transaction ends: events of one drill are written one
    transaction after the other, so their keys grow in the order in which they can be seen."""
    return Drill.objects.select_for_update(no_key=True).get(pk=drill.pk)


def project(drill: Drill, events: Sequence[RunEvent], *, now: datetime) -> None:
    """Bring everything up to date with events that were just written."""
    if any(event.kind in TELLS_THE_STATE for event in events):
        project_state(drill, now=now)
    if any(event.kind == Kind.CORRECTION for event in events):
        project_attendance(drill, now=now)
    elif parts := {event.payload["part"] for event in events if event.kind in SIGNS}:
        project_attendance(drill, parts=parts, now=now)
    if seen := [event for event in events if event.kind in TELLS_THE_SCORES]:
        project_scores(drill, seen)


def project_state(drill: Drill, *, now: datetime) -> None:
    """Begun, paused, running, over. What came after the run (evaluation, reports) is not the log's to say."""
    if drill.state not in {Drill.State.READY, *Drill.LIVE, Drill.State.ENDED, Drill.State.ABORTED}:
        return
    log = entries_of(drill, kind__in=TELLS_THE_STATE)
    told = columns_of(drill, clock(log, max([now, *(entry.happened_at for entry in log)])))
    if any(getattr(drill, name) != value for name, value in told.items()):
        Drill.objects.filter(pk=drill.pk).update(**told)
        for name, value in told.items():
            setattr(drill, name, value)


def columns_of(drill: Drill, clock: Clock) -> dict[str, object]:
    if clock.started_at is None:
        return {}
    state = {"ended": Drill.State.ENDED, "aborted": Drill.State.ABORTED, "paused": Drill.State.PAUSED}
    over = clock.ended_at is not None
    return {
        "state": state.get(clock.state, Drill.State.RUNNING),
        "startex_at": clock.started_at,
        "endex_at": clock.ended_at,
        "held_on": local_day(clock.started_at) if over else None,
        "counted_at": (drill.counted_at or clock.ended_at) if over else None,
    }


@transaction.atomic
def rebuild(drill: Drill, *, now: datetime) -> None:
    """Everything anew from the log alone: what a restart or a restored backup finds is what was there before."""
    drill = hold(drill)
    project_state(drill, now=now)
    project_attendance(drill, now=now)
    project_scores(drill, list(drill.log.filter(kind__in=TELLS_THE_SCORES)))
