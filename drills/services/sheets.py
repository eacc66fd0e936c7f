"""A sheet from its first value to its lock. A value is an event of the run log, wherever it is given."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from drills.evaluation_rules import Scored
from drills.models import Drill, EvaluationSheet, RunEvent
from drills.queries.evaluation import are_locked
from drills.services.evaluation import Refused, begin_evaluation, held
from drills.services.run import record
from drills.services.scores import REFUSALS, project_sheets, score_refusal
from records.services import log

State = EvaluationSheet.State
OVER = (Drill.State.ENDED, Drill.State.EVALUATING)


@transaction.atomic
def score_item(sheet: EvaluationSheet, scored: Scored, *, by: Any, now: datetime) -> RunEvent | None:
    """None where the same stands already: a second click is no second event. Raises Refused."""
    drill, part = held(sheet.drill), sheet.evaluator
    payload = {
        "item": scored.item,
        "value": scored.value,
        "reason": scored.reason,
        "evidence": list(scored.evidence),
    }
    if refusal := score_refusal(part, payload):
        raise Refused(REFUSALS[refusal])
    if stands(sheet, scored):
        return None
    if drill.state == Drill.State.ENDED:
        begin_evaluation(drill, by=by, now=now)
    return record(drill, RunEvent.Kind.SCORE, by=by, now=now, participation=part, payload=payload)


def stands(sheet: EvaluationSheet, scored: Scored) -> bool:
    row = sheet.scores.filter(item=scored.item, value=scored.value, reason=scored.reason).first()
    return row is not None and {str(event.uid) for event in row.evidence.all()} == set(scored.evidence)


@transaction.atomic
def hand_in(sheet: EvaluationSheet, *, reason: str = "", by: Any, now: datetime) -> None:
    """Once the drill is over. What has no value counts as not observed. The lead evaluator hands in for somebody else
    (who has no account, or whose phone is lost) with a reason."""
    drill = held(sheet.drill, *OVER)
    begin_evaluation(drill, by=by, now=now)
    project_sheets([sheet])
    claimed = EvaluationSheet.objects.filter(pk=sheet.pk, state=State.DRAFT).update(
        state=State.SUBMITTED, submitted_at=now
    )
    if not claimed:
        raise Refused(REFUSALS["handed_in"])
    told = {"part": sheet.evaluator_id, "reason": reason}
    log("drills.sheet_handed_in", by=by, obj=drill, payload=told, now=now)


@transaction.atomic
def give_back(sheet: EvaluationSheet, *, reason: str, by: Any, now: datetime) -> None:
    """To be filled in further, until the sheets are locked."""
    drill = held(sheet.drill, *OVER)
    claimed = EvaluationSheet.objects.filter(pk=sheet.pk, state=State.SUBMITTED).update(
        state=State.DRAFT, submitted_at=None
    )
    if not claimed:
        raise Refused(_("Only a sheet that is handed in and not locked can be given back."))
    project_sheets([sheet])
    log("drills.sheet_given_back", by=by, obj=drill, payload={"part": sheet.evaluator_id, "reason": reason}, now=now)


@transaction.atomic
def lock_sheets(drill: Drill, *, by: Any, now: datetime) -> None:
    """All of them at once: while one is open, nobody sees another's values, so nobody is led by them."""
    drill = held(drill, *OVER)
    if are_locked(drill):
        return
    if not drill.sheets.exists() or drill.sheets.filter(state=State.DRAFT).exists():
        raise Refused(_("The sheets are locked together, when all of them are handed in."))
    project_sheets(drill.sheets.all())
    locked = drill.sheets.filter(state=State.SUBMITTED).update(state=State.LOCKED, locked_at=now)
    log("drills.sheets_locked", by=by, obj=drill, payload={"sheets": locked}, now=now)
