"""The figures of a period, and the matrix of townships and entries.

场次 is one activity. 人次 is the sum of the persons told, of which estimates are named apart. 场所 are distinct; 户 is
the sum of households reached. An activity may stand in two entries (its venue's, and 家庭): a total counts it once, so
entries are never added up. The number of queries is fixed, whatever the county's size: rows are read once and counted
here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Substr

from campaign.models import Activity, ActivityMaterial, ActivityVersion, Entry, Scheme, SignIn, Target
from campaign.queries.cells import Cell, Line, Matrix, Place, Row
from campaign.queries.lens import Lens
from campaign.queries.schemes import rules_of
from campaign.rules import EntryRule, entry_codes
from people.models import Division
from people.scopes import EVERYTHING, scope_of

__all__ = ["Figures", "Matrix", "figures", "matrix"]


# ── The figures of a period ──────────────────────────────────────────────────
@dataclass(frozen=True)
class Figures:
    activities: int
    persons: int  # 人次, estimates included
    estimated: int  # 其中估计
    households: int
    consulted: int
    venues: int  # distinct
    history: int  # of the activities, imported from earlier ledgers
    signed_in: int  # distinct people who signed in by code
    materials: Mapping[str, int]  # by ActivityMaterial.Kind, those there were any of


def figures(lens: Lens) -> Figures:
    rows = lens.versions().order_by()
    counts = rows.aggregate(
        count_activities=Count("pk"),
        sum_persons=Coalesce(Sum("persons"), 0),
        sum_estimated=Coalesce(Sum("persons", filter=Q(basis=ActivityVersion.Basis.ESTIMATED)), 0),
        sum_households=Coalesce(Sum("households"), 0),
        sum_consulted=Coalesce(Sum("consulted"), 0),
        count_venues=Count("venue", distinct=True),
        count_history=Count("pk", filter=Q(activity__how=Activity.How.HISTORY)),
    )
    given = ActivityMaterial.objects.filter(version__in=rows.values("pk")).order_by()
    by_kind = dict(given.values_list("kind").annotate(sum=Sum("count")))
    signed = SignIn.objects.filter(activity__in=rows.values("activity"), at__lte=lens.known_at).order_by()
    people = signed.aggregate(people=Count("user", distinct=True))["people"]
    in_order = {kind: by_kind[kind] for kind in ActivityMaterial.Kind.values if by_kind.get(kind)}
    named = {name.partition("_")[2]: value for name, value in counts.items()}
    return Figures(**named, signed_in=people, materials=in_order)


# ── The matrix ───────────────────────────────────────────────────────────────
def matrix(lens: Lens, scheme: Scheme) -> Matrix:
    """Townships × entries of the scheme, in their order. Targets are those of the year of the last day."""
    count = Counting(scheme)
    for row in rows_of(lens, count.width):
        count.hold(row)
    for row in rows_of(lens.year_before(), count.width):
        count.hold_last_year(row)
    for place in places_of(lens, count.width):
        count.register(place)
    towns = towns_of(lens, count.towns_with_rows())
    for target in targets_of(lens, towns):
        count.aim(target)
    return count.result(towns)


def town_width() -> int:
    """Characters of a division's path down to its township; below one county all townships lie at one depth."""
    depth = Division.objects.filter(level=Division.Level.TOWNSHIP).values_list("depth", flat=True).first()
    return Division.steplen * (depth or 1)


def rows_of(lens: Lens, width: int) -> Iterator[Row]:
    rows = lens.versions().order_by().annotate(kind=F("venue__kind"), town=Substr("division__path", 1, width))
    told = rows.values_list("scheme", "venue", "kind", "town", "persons", "basis", "households")
    return (Row(*values) for values in told.iterator(chunk_size=5000))


def places_of(lens: Lens, width: int) -> Iterator[Place]:
    rows = lens.venues().order_by().annotate(town=Substr("division__path", 1, width), reached=lens.reached())
    told = rows.values_list("pk", "kind", "town", Coalesce("households", Value(0)), "reached")
    return (Place(*values) for values in told.iterator(chunk_size=5000))


def towns_of(lens: Lens, used: set[str]) -> list[Division]:
    """The townships of scope and lens, in their order, and the county where it has rows of its own."""
    scope = EVERYTHING if lens.user is None else scope_of(lens.user, lens.known_at)
    towns = Division.objects.active(lens.last).filter(scope.divisions_q(), level=Division.Level.TOWNSHIP)
    inside = Division.objects.filter(Q(path__in=used) | Q(pk__in=towns.order_by().values("pk"))).order_by("path")
    return [town for town in inside if town.path in used or lies_in(town, lens.division)]


def lies_in(town: Division, place: Division | None) -> bool:
    return place is None or town.path.startswith(place.path)


def targets_of(lens: Lens, towns: list[Division]) -> QuerySet[Target]:
    """Of the townships that are seen whole: what a single school did is not held against its township's target."""
    scope = EVERYTHING if lens.user is None else scope_of(lens.user, lens.known_at)
    aims = Target.objects.filter(scope.divisions_q("division__"), year=lens.last.year, division__in=towns)
    return aims.select_related("division")


class Counting:
    """Counts rows into cells, by the path of the township and the code of the entry; "" is the sum."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme, self.width = scheme, town_width()
        versions: dict[int, list[Entry]] = {scheme.pk: []}
        for entry in Entry.objects.filter(scheme__key=scheme.key).order_by("-scheme__version", "order"):
            versions.setdefault(entry.scheme_id, []).append(entry)
        self.entries = versions[scheme.pk]
        self.rules: Mapping[int, list[EntryRule]] = {pk: rules_of(listed) for pk, listed in versions.items()}
        self.dropped = {entry.code: entry for listed in versions.values() for entry in listed}
        self.cells: dict[tuple[str, str], Cell] = {}

    def cell(self, town: str, code: str) -> Cell:
        return self.cells.setdefault((town, code), Cell(by_households=self.counts_households(code)))

    def counts_households(self, code: str) -> bool:
        return bool(code) and self.dropped[code].by_households

    def codes(self, row: Row) -> list[str]:
        """By the version it was recorded under; what was recorded under another scheme, by this one."""
        return entry_codes(self.rules.get(row.scheme, self.rules[self.scheme.pk]), row.kind, row.households)

    def around(self, town: str, codes: list[str]) -> Iterator[Cell]:
        """The cells of these entries, and the sums; nothing for what belongs to no entry of the scheme."""
        if codes:
            yield from (self.cell(*where) for line in (town, "") for where in ((line, code) for code in [*codes, ""]))

    def hold(self, row: Row) -> None:
        for cell in self.around(row.town, self.codes(row)):
            cell.held.add(row)

    def hold_last_year(self, row: Row) -> None:
        for cell in self.around(row.town, self.codes(row)):
            cell.last_year.add(row)

    def register(self, place: Place) -> None:
        """A venue counts in the column of its kind, its households in that of 家庭."""
        kinds = [one.code for one in self.rules[self.scheme.pk] if place.kind in one.kinds]
        for cell in self.around(place.town, kinds):
            cell.registered += 1
            cell.covered += place.reached
        for code in (one.code for one in self.rules[self.scheme.pk] if one.by_households):
            for town in (place.town, ""):
                self.cell(town, code).registered += place.households

    def aim(self, target: Target) -> None:
        """Only at columns that there are; the targets of a line add up."""
        if target.entry in (entry.code for entry in self.entries):
            for cell in self.around(target.division.path, [target.entry]):
                cell.target = (cell.target or 0) + target.count

    def towns_with_rows(self) -> set[str]:
        return {town for town, _code in self.cells if town}

    def result(self, towns: list[Division]) -> Matrix:
        codes = {code for _town, code in self.cells}
        own = {entry.code for entry in self.entries}
        older = [entry for code, entry in self.dropped.items() if code in codes - own]
        columns = [*self.entries, *older]
        return Matrix(self.scheme, columns, [self.line(town, columns) for town in towns], self.line(None, columns))

    def line(self, town: Division | None, columns: list[Entry]) -> Line:
        path = town.path if town else ""
        return Line(town, {entry.code: self.cell(path, entry.code) for entry in columns}, self.cell(path, ""))
