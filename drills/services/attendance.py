"""Who was there, told from the sign-ins and head-counts of the run log. A row of Attendance is never edited: where the
log tells otherwise (an earlier sign-in arrives, a group is counted again) it is withdrawn and a new one written."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from drills.models import Attendance, Drill, Participation, RunEvent
from drills.queries.run_log import entries_of
from drills.run_rules import Entry, Heads, Kind, Present, heads, present

SIGNS = (Kind.CHECKIN, Kind.HEADCOUNT)


def project_attendance(drill: Drill, *, parts: Collection[int] | None = None, now: datetime) -> None:
    """Bring the rows of these parts (None: of all) up to date."""
    wanted = told_by_the_log(drill, parts)
    rows = list(rows_that_stand(drill, parts).values_list("pk", "participation", "event__uid"))
    right = {pk: part for pk, part, uid in rows if part in wanted and wanted[part].uid == str(uid)}
    wrong = [pk for pk, _part, _uid in rows if pk not in right]
    if wrong:
        drill.attendances.filter(pk__in=wrong).update(withdrawn_at=now)
    if new := [wanted[part] for part in sorted(wanted.keys() - right.values())]:
        write(new, now=now)


def told_by_the_log(drill: Drill, parts: Collection[int] | None) -> dict[int, Present | Heads]:
    """By part. A group is there by its count, anybody else by his name."""
    log = signs_of(drill, parts)
    named, counted = present(log), heads(log)
    groups = set(drill.participations.filter(is_group=True, pk__in=named.keys() | counted).values_list("pk", flat=True))
    people: dict[int, Present | Heads] = {part: told for part, told in named.items() if part not in groups}
    return people | {part: told for part, told in counted.items() if part in groups}


def signs_of(drill: Drill, parts: Collection[int] | None) -> list[Entry]:
    """Sign-ins and counts of these parts, and whatever takes something back."""
    narrowed: dict[str, Any] = {} if parts is None else {"payload__part__in": list(parts)}
    return [*entries_of(drill, kind__in=SIGNS, **narrowed), *entries_of(drill, kind=Kind.CORRECTION)]


def rows_that_stand(drill: Drill, parts: Collection[int] | None) -> Any:
    """Those the log made; what was entered later from paper is none of its business."""
    rows = drill.attendances.filter(event__isnull=False, withdrawn_at__isnull=True)
    return rows if parts is None else rows.filter(participation__in=parts)


def write(told: Collection[Present | Heads], *, now: datetime) -> None:
    events = {str(event.uid): event for event in RunEvent.objects.filter(uid__in=[each.uid for each in told])}
    parts = Participation.objects.in_bulk([each.part for each in told])
    again = set(Attendance.objects.filter(event__in=events.values()).values_list("event__uid", flat=True))
    Attendance.objects.bulk_create(
        row_of(each, parts[each.part], events[each.uid], since=now if events[each.uid].uid in again else None)
        for each in told
    )


def row_of(told: Present | Heads, part: Participation, event: RunEvent, *, since: datetime | None) -> Attendance:
    """`since` of an event that was put aside and stands again: its row of then stays withdrawn."""
    if isinstance(told, Heads):
        words = {"named": False, "count": told.count, "basis": told.basis, "how": Attendance.How.HEADCOUNT}
    else:
        words = {"named": True, "count": 1, "basis": Drill.Basis.COUNTED, "how": told.how}
    return Attendance(
        drill_id=part.drill_id,
        participation=part,
        user_id=part.user_id,
        organisation_id=part.organisation_id,
        role=part.role,
        event=event,
        happened_at=told.at,
        recorded_at=since or event.recorded_at,
        recorded_by_id=event.actor_id,
        **words,
    )
