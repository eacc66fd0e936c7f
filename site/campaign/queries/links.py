"""The matrix with its ways: every figure leads to exactly the records or venues that it was counted from."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from campaign.models import Entry
from campaign.queries.cells import Cell, Line, Matrix
from campaign.queries.lens import ANY, Lens, has_own_line
from people.models import Division


@dataclass(frozen=True)
class Linked:
    """A cell and where its figures lead. `percent` is rounded down: 100 means all of them."""

    cell: Cell
    entry: Entry | None  # None: all of them
    shown: bool  # on a phone, where one entry stands at a time
    activities: str
    covered: str
    registered: str
    last_year: str
    targets: str

    @property
    def percent(self) -> int | None:
        share = self.cell.coverage
        return None if share is None else int(share * 100)


@dataclass(frozen=True)
class LinkedLine:
    division: Division | None
    cells: list[Linked]


def linked(matrix: Matrix, lens: Lens, shown: str) -> list[LinkedLine]:
    """The townships, then the sum of all."""
    known = shown if shown in {entry.code for entry in matrix.entries} else ""
    return [linked_line(matrix, line, lens, known) for line in [*matrix.lines, matrix.total]]


def linked_line(matrix: Matrix, line: Line, lens: Lens, shown: str) -> LinkedLine:
    place = lens if line.division is None else lens.narrowed(division=line.division, own=has_own_line(line.division))
    columns: list[Entry | None] = [None, *matrix.entries]
    return LinkedLine(line.division, [linked_cell(matrix, line, place, entry, shown) for entry in columns])


def linked_cell(matrix: Matrix, line: Line, place: Lens, entry: Entry | None, shown: str) -> Linked:
    code = entry.code if entry else ""
    cell = line.cells[code] if entry else line.total
    here = place.narrowed(scheme=matrix.scheme, entry=code or ANY)
    venues = place if cell.by_households else here
    homes = {"homes": "on"} if cell.by_households else {}
    return Linked(
        cell=cell,
        entry=entry,
        shown=code == shown,
        activities=to("campaign:activities", here, state="counted"),
        covered=to("campaign:activities", here, state="counted")
        if cell.by_households
        else to("campaign:venues", venues, reached="yes"),
        registered=to("campaign:venues", venues, **homes),
        last_year=to("campaign:activities", here.year_before(), state="counted"),
        targets=f"{reverse('campaign:targets')}?{urlencode({'year': place.last.year})}",
    )


def to(name: str, lens: Lens, **more: Any) -> str:
    return reverse(name) + lens.query + "".join(f"&{key}={value}" for key, value in more.items())
