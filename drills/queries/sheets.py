"""A sheet as its evaluator fills it in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from drills.models import Drill, EvaluationSheet, ItemScore, Participation, RunEvent, SheetItem
from drills.queries.evaluation import IN_ORDER
from drills.queries.observations import observations_of

TELLERS = "evidence__participation__user"


@dataclass(frozen=True)
class Line:
    """An item with what stands for it, and the observations that its evaluator may tick for it."""

    place: SheetItem
    score: ItemScore | None
    named: Sequence[RunEvent]  # what was observed with this item in mind, and what is ticked already
    ticked: frozenset[str]

    @property
    def item_id(self) -> int:
        return self.place.item_id


@dataclass(frozen=True)
class Block:
    """A section of a form, as far as it is on this sheet: in the field or afterwards."""

    form: str
    section: str
    in_field: bool
    lines: Sequence[Line]


def blocks_of(sheet: EvaluationSheet) -> list[Block]:
    places = sheet.items.select_related("item__section__version__template").order_by("-in_field", *IN_ORDER)
    scores = {row.item_id: row for row in sheet.scores.select_related("event").prefetch_related(TELLERS)}
    seen = observations_for(sheet)
    lines = [line_of(place, scores.get(place.item_id), seen) for place in places]
    return [
        Block(title, section, in_field, list(inside))
        for (in_field, title, section), inside in groupby(lines, key=heading)
    ]


def heading(line: Line) -> tuple[bool, str, str]:
    section = line.place.item.section
    return line.place.in_field, section.version.template.title, str(section)


def line_of(place: SheetItem, score: ItemScore | None, seen: Iterable[RunEvent]) -> Line:
    ticked = list(score.evidence.all()) if score else []
    uids = frozenset(str(event.uid) for event in ticked)
    named = [event for event in seen if event.payload.get("evaluation_item") == place.item_id]
    more = [event for event in ticked if event not in named]
    return Line(place, score, [*named, *more], uids)


def observations_for(sheet: EvaluationSheet) -> list[RunEvent]:
    """His own and those of whoever does not evaluate: what another evaluator has noted would lead him."""
    return [event for event in observations_of(sheet.drill) if is_open_to(sheet, event)]


def is_open_to(sheet: EvaluationSheet, event: RunEvent) -> bool:
    teller = event.participation
    return teller is None or teller.pk == sheet.evaluator_id or teller.role not in Participation.EVALUATING


def line_for(sheet: EvaluationSheet, place: SheetItem) -> Line:
    """One item with every observation there is for him, those noted for it first."""
    score = sheet.scores.filter(item=place.item_id).select_related("event").prefetch_related(TELLERS).first()
    seen = observations_for(sheet)
    line = line_of(place, score, seen)
    return replace(line, named=[*line.named, *(event for event in seen if event not in line.named)])


def progress(sheet: EvaluationSheet) -> tuple[int, int]:
    """How many items have a value, and how many there are."""
    return sheet.scores.count(), sheet.items.count()


def has_ended(drill: Drill) -> bool:
    return drill.state in (Drill.State.ENDED, Drill.State.EVALUATING)
