"""What the matrix of townships and entries is made of."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from campaign.models import ActivityVersion, Entry, Scheme
from campaign.rules import coverage
from people.models import Division


class Row(NamedTuple):
    """A version that counts."""

    scheme: int
    venue: int
    kind: str
    town: str  # the path of its township, or of the county
    persons: int
    basis: str
    households: int


class Place(NamedTuple):
    """A venue of the denominator."""

    pk: int
    kind: str
    town: str
    households: int
    reached: bool


@dataclass
class Tally:
    """What was held: of one cell, or of all cells of a line."""

    activities: int = 0
    persons: int = 0
    estimated: int = 0
    households: int = 0
    venues: set[int] = field(default_factory=set)

    def add(self, row: Row) -> None:
        self.activities += 1
        self.persons += row.persons
        self.estimated += row.persons if row.basis == ActivityVersion.Basis.ESTIMATED else 0
        self.households += row.households
        self.venues.add(row.venue)

    @property
    def reached(self) -> int:
        """Distinct venues, closed ones too."""
        return len(self.venues)


@dataclass
class Cell:
    """`covered` of `registered` venues (of a by_households entry: households reached of households registered).
    A venue that closed before the last day was reached, but is not part of what had to be covered."""

    held: Tally = field(default_factory=Tally)
    last_year: Tally = field(default_factory=Tally)
    covered: int = 0
    registered: int = 0
    target: int | None = None
    by_households: bool = False

    @property
    def coverage(self) -> Fraction | None:
        """None where nothing is registered. Of households it may pass 1: who was visited twice is told twice."""
        return coverage(self.held.households if self.by_households else self.covered, self.registered)

    @property
    def missing(self) -> int | None:
        """Activities to the target."""
        return None if self.target is None else max(0, self.target - self.held.activities)


@dataclass
class Line:
    """A township; what lies in no township stands in the county's own line; None is the sum of all."""

    division: Division | None
    cells: dict[str, Cell]
    total: Cell


@dataclass(frozen=True)
class Matrix:
    scheme: Scheme
    entries: list[Entry]
    lines: list[Line]
    total: Line

    def cell(self, division: Division | None, code: str = "") -> Cell:
        """Of a township (None: of all) and an entry (empty: of all)."""
        found = next((one for one in self.lines if one.division == division), None) if division else self.total
        assert found is not None, division
        return found.cells[code] if code else found.total
