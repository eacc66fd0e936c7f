"""A worksheet as it would come into a drill: every row that says something, judged against what stands there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drills import msel_rules
from drills.importers.msel import Options, Reading, read_msel
from drills.importers.reckoning import Frame
from drills.importers.rows import Outcome, Row
from drills.models import Drill, Objective
from records.spreadsheets import Sheet
from ui.clock import local

OBJECTIVE = "演练目标"
NUMBER = "number"


@dataclass(frozen=True)
class Verdict:
    """A file as it would come into a drill: every row that says something, told."""

    reading: Reading
    #: What an event becomes, by the row it stands in; an objective of the drill in place of its name.
    values: Mapping[int, Mapping[str, Any]]

    @property
    def counts(self) -> dict[str, int]:
        events = self.reading.events
        return {
            "rows": len(self.reading.rows),
            "imported": len(events),
            "repaired": sum(bool(row.notes) for row in events),
            "sections": len(self.reading.of(Outcome.SECTION)),
            "explained": len(self.reading.of(Outcome.EXPLAINED, Outcome.SECTION)),
            "errors": len(self.reading.of(Outcome.ERROR)),
        }

    def rows(self) -> list[Mapping[str, Any]]:
        return [self.values[id(row)] for row in self.reading.events]


def judge(
    sheets: Sequence[Sheet], drill: Drill | None, *, options: Options | None = None, replace: bool = False
) -> Verdict:
    """What would become of each row in this drill, or in a new one. With `replace` its present events are no matter."""
    reading = read_msel(sheets, frame=frame_of(drill), options=options)
    objectives = list(drill.objectives.all()) if drill else []
    taken = set(drill.events.values_list(NUMBER, flat=True)) if drill and not replace else set()
    number_rows(reading.events, taken)
    return Verdict(reading, {id(row): values_of(row, objectives) for row in reading.events})


def frame_of(drill: Drill | None) -> Frame:
    if drill is None:
        return Frame()
    begins, ends = local(drill.starts_at), local(drill.ends_at)
    return Frame(begins.replace(tzinfo=None), ends.replace(tzinfo=None))


def number_rows(rows: Iterable[Row], taken: set[str]) -> None:
    """Each event its own number; who has one keeps it where it is free."""
    held = list(rows)
    given = [row.values[NUMBER] for row in held if row.values[NUMBER]]
    used, all_known = set(taken), {*taken, *given}
    for row in held:
        old = row.values[NUMBER]
        if old and old not in used:
            used.add(old)
            continue
        new = msel_rules.next_number(all_known)
        row.values[NUMBER] = new
        used.add(new)
        all_known.add(new)
        if old:
            row.notes.append(("number_changed", {"old": old, "new": new}))


def values_of(row: Row, objectives: Sequence[Objective]) -> dict[str, Any]:
    name = row.values["objective"]
    objective = objective_named(name, objectives)
    extra = dict(row.extra)
    if name and objective is None:
        extra[OBJECTIVE] = name
        row.notes.append(("objective_unknown", {"name": name[:40]}))
    return {**row.values, "objective": objective, "extra": extra}


def objective_named(name: str, objectives: Sequence[Objective]) -> Objective | None:
    """By its whole wording, its task, or its number."""
    key = msel_rules.key_of(name).removeprefix("目标")
    for objective in objectives:
        names = {str(objective), objective.task, str(objective.position)}
        if key and key in {msel_rules.key_of(each) for each in names}:
            return objective
    return None
