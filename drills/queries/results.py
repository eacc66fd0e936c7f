"""The score as it is shown: with everything it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from drills import evaluation_rules as rules
from drills.models import Drill, Participation, ScoreResult
from drills.permissions import can_lead_evaluation, part_of
from drills.queries.evaluation import Point, are_locked, inputs_of, points_of


def shows_values(user: Any, drill: Drill) -> bool:
    """What the others gave: to whoever evaluates or leads, once the sheets are locked."""
    evaluates = part_of(user, drill, *Participation.EVALUATING) is not None or can_lead_evaluation(user, drill)
    return evaluates and are_locked(drill)


def sees_early(user: Any, drill: Drill) -> bool:
    """The score before its release; once there is a report, only what was released counts for anybody."""
    return drill.state == Drill.State.EVALUATING and shows_values(user, drill)


@dataclass(frozen=True)
class SectionShown:
    score: rules.SectionScore
    points: Sequence[Point]


@dataclass(frozen=True)
class FormShown:
    score: rules.FormScore
    weights: int
    sections: Sequence[SectionShown]


@dataclass(frozen=True)
class Shown:
    """`result` is the latest release; `is_current` when nothing was decided after it."""

    inputs: rules.Inputs
    outcome: rules.Outcome
    forms: Sequence[FormShown]
    agreement: rules.Agreement
    vetoes: Sequence[Point]
    open: int
    result: ScoreResult | None
    is_current: bool

    @property
    def hash(self) -> str:
        return rules.digest(self.inputs.told())


def score_page(drill: Drill, *, early: bool) -> Shown | None:
    """None where there is nothing for this reader yet. `early`: he sees what is not released."""
    result = drill.results.select_related("computed_by").order_by("computed_at", "pk").last()
    if result is None and not early:
        return None
    frozen = rules.inputs_from(result.inputs) if result else None
    now = inputs_of(drill) if early else frozen
    assert now is not None
    is_current = frozen is not None and rules.digest(now.told()) == rules.digest(frozen.told())
    return shown(drill, now, result, is_current=is_current)


def shown(drill: Drill, inputs: rules.Inputs, result: ScoreResult | None, *, is_current: bool) -> Shown:
    outcome, points = rules.score(inputs), points_of(drill, inputs)
    forms = [
        FormShown(
            told,
            sum(section.weight for section in form.sections),
            [
                SectionShown(score, [points[item.pk] for item in section.items])
                for section, score in zip(form.sections, told.sections, strict=True)
            ],
        )
        for form, told in zip(inputs.forms, outcome.forms, strict=True)
    ]
    return Shown(
        inputs=inputs,
        outcome=outcome,
        forms=forms,
        agreement=rules.agreement(point.standing for point in points.values()),
        vetoes=[point for point in points.values() if point.standing.vetoes],
        open=sum(point.open for point in points.values()),
        result=result,
        is_current=is_current,
    )
