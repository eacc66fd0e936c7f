"""From locked sheets to the score: talking over what differs, and the release."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from drills import evaluation_rules as rules
from drills.models import Drill, EvaluationItem, Reconciliation, ScoreResult
from drills.queries.evaluation import are_locked, inputs_of
from drills.services.evaluation import Refused, held
from drills.services.scores import project_sheets
from records.services import log

SHORTEST_RATIONALE = 4


@transaction.atomic
def reconcile(
    drill: Drill, item: EvaluationItem, value: str, *, rationale: str, by: Any, now: datetime
) -> Reconciliation:
    """会商: what counts for an item about which evaluators differ. Decided again, the later row stands."""
    drill = held(drill, Drill.State.EVALUATING)
    if not are_locked(drill):
        raise Refused(_("Differences are talked over when the sheets are locked."))
    standing = rules.standings(inputs_of(drill)).get(item.pk)
    if standing is None or not standing.differs:
        raise Refused(_("About this item the evaluators do not differ."))
    if value not in rules.VALUES or len(rationale.strip()) < SHORTEST_RATIONALE:
        raise Refused(_("Choose a value and say why."))
    row = Reconciliation.objects.create(drill=drill, item=item, value=value, rationale=rationale.strip(), by=by, at=now)
    log("drills.item_reconciled", by=by, obj=drill, payload={"item": item.pk, "value": value}, now=now)
    return row


@transaction.atomic
def release_score(drill: Drill, *, by: Any, now: datetime) -> ScoreResult:
    """Freeze the score with everything it is made of. Released again with nothing changed, it is the same row."""
    drill = held(drill, Drill.State.EVALUATING)
    if not are_locked(drill):
        raise Refused(_("The score is released when the sheets are locked."))
    project_sheets(drill.sheets.all())
    inputs = inputs_of(drill)
    if rules.open_items(inputs):
        raise Refused(_("Evaluators differ too much about an item: talk it over first."))
    told = inputs.told()
    last = drill.results.order_by("computed_at", "pk").last()
    if last is not None and last.inputs_hash == rules.digest(told):
        return last
    result = ScoreResult.objects.create(drill=drill, computed_at=now, computed_by=by, **computed(told))
    payload = {"total": result.total, "grade": result.grade, "inputs": result.inputs_hash}
    log("drills.score_released", by=by, obj=drill, payload=payload, now=now)
    return result


def computed(told: dict[str, Any]) -> dict[str, Any]:
    """The columns of a result, from its inputs alone: whoever computes it again gets the same bytes."""
    outcome = rules.score(rules.inputs_from(told))
    return {
        "formula": told["formula"],
        "inputs": told,
        "inputs_hash": rules.digest(told),
        "sections": [section for form in outcome.told()["forms"] for section in form["sections"]],
        "total": outcome.total,
        "grade": outcome.grade,
        "vetoes": list(outcome.vetoes),
    }


def is_reproducible(result: ScoreResult) -> bool:
    """Computed again from what was frozen, it says the same."""
    again = computed(result.inputs)
    return all(getattr(result, name) == value for name, value in again.items())
