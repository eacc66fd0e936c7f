"""What the page of one part in the field is made of. All of it is kept on the phone, so nothing is in it that this part
may not know."""

from typing import Any

from drills.field_rules import SCORES, SIGN_IN, faces
from drills.models import Attendance, Drill, EvaluationSheet, ItemScore, Participation, RunEvent
from drills.queries.evaluation import field_items
from drills.queries.run_log import entries_of
from drills.run_rules import counted

Role = Participation.Role


def is_hidden_from(part: Participation) -> bool:
    """A double-blind drill tells its players nothing before it has begun: no title, no place, no time."""
    drill = part.drill
    blind = drill.notice == Drill.Notice.DOUBLE_BLIND and drill.startex_at is None
    return blind and part.role in Participation.PLAYING


def director_of(drill: Drill) -> Participation | None:
    """Whom to call: the exercise director, where none is named the chief planner."""
    leading = drill.participations.filter(role__in=(Role.DIRECTOR, Role.PLANNER)).select_related("user")
    return min(leading, key=lambda part: (part.role != Role.DIRECTOR, part.pk), default=None)


def pack_of(part: Participation) -> dict[str, Any]:
    """What the page needs beside the poll: whom a controller signs in, what an evaluator looks at, what the server
    already has of this part."""
    offered = faces(part.role)
    pack: dict[str, Any] = {"part": part.pk, "role": part.role, "mine": said_by(part)}
    if SIGN_IN in offered:
        pack["people"] = people_of(part.drill)
    if SCORES in offered:
        pack |= {"evaluation": field_items(part), "handed_in": has_handed_in(part), "scores": scores_of(part)}
    return pack


# ── Signing in ───────────────────────────────────────────────────────────────
def people_of(drill: Drill) -> list[dict[str, Any]]:
    """Everybody with a part, and who has come so far. The number is on the card; `epoch` tells an old card."""
    standing = drill.attendances.filter(withdrawn_at=None).select_related("event")
    come = {row.participation_id: row for row in standing.order_by("happened_at")}
    parts = drill.participations.select_related("user", "organisation").order_by("team", "site", "role", "pk")
    return [person_of(part, come.get(part.pk)) for part in parts]


def person_of(part: Participation, row: Attendance | None) -> dict[str, Any]:
    return {
        "pk": part.pk,
        "epoch": part.epoch,
        "name": part.label,
        "role": part.get_role_display(),
        "place": " · ".join(word for word in (part.team, part.site) if word),
        "unit": str(part.organisation) if part.organisation else "",
        "group": part.is_group,
        "expected": part.expected,
        "uid": str(row.event.uid) if row and row.event else None,
        "at": row.happened_at.isoformat() if row else None,
        "count": row.count if row else None,
        "basis": row.basis if row else None,
    }


# ── Evaluating ───────────────────────────────────────────────────────────────
def has_handed_in(part: Participation) -> bool:
    return EvaluationSheet.objects.filter(evaluator=part).exclude(state=EvaluationSheet.State.DRAFT).exists()


def scores_of(part: Participation) -> dict[str, dict[str, Any]]:
    scores = ItemScore.objects.filter(sheet__evaluator=part).prefetch_related("evidence")
    return {
        str(score.item_id): {
            "value": score.value,
            "reason": score.reason,
            "evidence": [str(event.uid) for event in score.evidence.all()],
        }
        for score in scores
    }


# ── What the server has of this part already ─────────────────────────────────
SHOWN = (
    *(RunEvent.Kind.OBSERVATION, RunEvent.Kind.CHECKIN, RunEvent.Kind.HEADCOUNT, RunEvent.Kind.ACK),
    *(RunEvent.Kind.RESPONSE, RunEvent.Kind.STOP_ACK, RunEvent.Kind.RELEASED, RunEvent.Kind.VERDICT),
)


def said_by(part: Participation) -> list[dict[str, Any]]:
    """For a new phone, or one whose storage was cleared: what was said before and counts."""
    said = entries_of(part.drill, participation=part, kind__in=SHOWN)
    log = counted([*said, *entries_of(part.drill, kind=RunEvent.Kind.CORRECTION)])
    return [
        {
            "uid": entry.uid,
            "kind": entry.kind,
            "item": entry.item,
            "payload": entry.payload,
            "at": entry.happened_at.isoformat(),
        }
        for entry in log
        if entry.kind in SHOWN
    ]
