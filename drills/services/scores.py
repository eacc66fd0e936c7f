"""The values that stand on the evaluation sheets, told from the score events of the run log."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from drills.evaluation_rules import Scored, read_scored
from drills.models import Drill, EvaluationSheet, ItemScore, Participation, RunEvent, SheetItem
from drills.queries.run_log import entries_of, entry_of
from drills.run_rules import counted

Kind = RunEvent.Kind
#: When a value may be given: from the approval, for what is prepared before the start, until the report.
SCORING = (
    Drill.State.APPROVED,
    Drill.State.READY,
    Drill.State.RUNNING,
    Drill.State.PAUSED,
    Drill.State.ENDED,
    Drill.State.EVALUATING,
    Drill.State.ABORTED,
)
#: What `score_refusal` answers, in words.
REFUSALS: dict[str, Any] = {
    "forged": _("This is no value of the form."),
    "no_sheet": _("No item is assigned to this evaluator."),
    "not_now": _("This drill is not evaluated now."),
    "handed_in": _("The sheet is handed in already."),
    "not_on_sheet": _("This item is not on the evaluator's sheet."),
    "reason_missing": _("At 0 and 1 a reason is needed."),
}


def score_refusal(participation: Participation, payload: Any) -> str:
    """Why this value may not be taken from this evaluator now, a key of REFUSALS; empty when it may."""
    scored = read_scored(payload)
    if scored is None:
        return "forged"
    sheet = EvaluationSheet.objects.filter(evaluator=participation).select_related("drill").first()
    if sheet is None:
        return "no_sheet"
    if sheet.drill.state not in SCORING:
        return "not_now"
    if sheet.state != EvaluationSheet.State.DRAFT:
        return "handed_in"
    if not sheet.items.filter(item=scored.item).exists():
        return "not_on_sheet"
    return "reason_missing" if scored.lacks_reason else ""


# ── The projection ───────────────────────────────────────────────────────────
def project_scores(drill: Drill, events: Sequence[RunEvent]) -> None:
    """Bring the sheets of `drill` up to date with new events; the latest by (happened_at, uid) stands, so that the
    order in which phones find their network changes nothing. An observation may come after the value it bears out."""
    sheets = EvaluationSheet.objects.filter(drill=drill)
    if not any(event.kind == Kind.CORRECTION for event in events):
        sheets = sheets.filter(evaluator__in=parts_told_of(drill, events))
    project_sheets(sheets)


def parts_told_of(drill: Drill, events: Sequence[RunEvent]) -> set[int | None]:
    """Whose sheets may change by these events."""
    parts = {event.participation_id for event in events if event.kind == Kind.SCORE}
    seen = {str(event.uid) for event in events if event.kind == Kind.OBSERVATION}
    scored = ItemScore.objects.filter(sheet__drill=drill).select_related("event") if seen else ()
    return parts | {row.event.participation_id for row in scored if seen & set(evidence_of(row.event))}


def evidence_of(event: RunEvent) -> tuple[str, ...]:
    scored = read_scored(event.payload)
    return scored.evidence if scored else ()


@transaction.atomic
def project_sheets(sheets: Iterable[EvaluationSheet]) -> None:
    """Tell these sheets anew from the log; what stands already is left alone."""
    chosen = [sheet.pk for sheet in sheets]
    held = list(EvaluationSheet.objects.select_for_update(of=("self",)).select_related("drill").filter(pk__in=chosen))
    if not held:
        return
    wanted = dict(standing_events(held))
    rows = ItemScore.objects.filter(sheet__in=held).prefetch_related("evidence")
    present = {(row.sheet_id, row.item_id): row for row in rows}
    ItemScore.objects.filter(pk__in=[row.pk for key, row in present.items() if key not in wanted]).delete()
    observations = observations_named(held[0].drill, wanted.values())
    for key, told in wanted.items():
        write(key, told, present.get(key), observations)


@dataclass(frozen=True)
class Told:
    event: RunEvent
    scored: Scored


def standing_events(sheets: Sequence[EvaluationSheet]) -> Iterator[tuple[tuple[int, int], Told]]:
    """Of each sheet and item the values that count, in the order of the log: a later one takes the place of an
    earlier."""
    by_part = {sheet.evaluator_id: sheet for sheet in sheets}
    on_sheet = set(SheetItem.objects.filter(sheet__in=sheets).values_list("sheet", "item"))
    for event in events_told_by(by_part, sheets[0].drill):
        sheet, scored = by_part[event.participation_id or 0], read_scored(event.payload)
        if scored is None or scored.lacks_reason or (sheet.pk, scored.item) not in on_sheet:
            continue
        if sheet.submitted_at is None or event.recorded_at <= sheet.submitted_at:
            yield (sheet.pk, scored.item), Told(event, scored)


def events_told_by(parts: Iterable[int], drill: Drill) -> list[RunEvent]:
    """Their score events in order, without what was taken back."""
    return without_taken_back(drill, RunEvent.objects.filter(kind=Kind.SCORE, participation__in=parts))


def observations_named(drill: Drill, wanted: Iterable[Told]) -> dict[str, RunEvent]:
    uids = {uid for told in wanted for uid in told.scored.evidence}
    found = RunEvent.objects.filter(drill=drill, kind=Kind.OBSERVATION, uid__in=uids)
    return {str(event.uid): event for event in without_taken_back(drill, found.select_related("participation"))}


def may_bear_out(seen: RunEvent, score: RunEvent) -> bool:
    """His own observation, or one of whoever does not evaluate."""
    teller = seen.participation
    return teller is None or teller.pk == score.participation_id or teller.role not in Participation.EVALUATING


def without_taken_back(drill: Drill, found: Iterable[RunEvent]) -> list[RunEvent]:
    events = {str(event.uid): event for event in found}
    log = [*(entry_of(event) for event in events.values()), *entries_of(drill, kind=Kind.CORRECTION)]
    return [events[entry.uid] for entry in counted(log) if entry.uid in events]


def write(key: tuple[int, int], told: Told, row: ItemScore | None, observations: dict[str, RunEvent]) -> None:
    scored = told.scored
    if row is None or row.event_id != told.event.pk:
        values = {"value": scored.value, "reason": scored.reason, "event": told.event}
        row, _created = ItemScore.objects.update_or_create(sheet_id=key[0], item_id=key[1], defaults=values)
    named = (observations[uid] for uid in scored.evidence if uid in observations)
    evidence = {seen for seen in named if may_bear_out(seen, told.event)}
    if evidence != set(row.evidence.all()):
        row.evidence.set(evidence)
