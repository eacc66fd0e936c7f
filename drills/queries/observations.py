"""The observations of a run, for whoever looks for evidence."""

from drills.models import Drill, RunEvent
from drills.queries.run_log import entries_of
from drills.run_rules import Kind, counted


def observations_of(drill: Drill) -> list[RunEvent]:
    """In the order of the log, without those that were taken back."""
    log = counted(entries_of(drill, kind__in=(Kind.OBSERVATION, Kind.CORRECTION)))
    stands = {entry.uid for entry in log}
    rows = drill.log.filter(kind=RunEvent.Kind.OBSERVATION).select_related("participation__user")
    return [row for row in rows.order_by("happened_at", "uid") if str(row.uid) in stands]
