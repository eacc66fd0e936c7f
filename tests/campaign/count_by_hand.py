"""Counts the exported rows again, with the standard library only: what an inspector could do with the files and an
afternoon. It knows the definitions of the figures and nothing of the product."""

import csv
import io
import zipfile
from collections import defaultdict
from datetime import date, datetime
from typing import Any

Row = dict[str, str]


class County:
    def __init__(self, archive: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            read = {name: rows(files.read(name)) for name in files.namelist()}
        self.venues = {row["venue"]: row for row in read["venues.csv"]}
        self.versions = {row["version"]: row for row in read["versions.csv"]}
        self.decisions = read["decisions.csv"]
        self.schemes = read["schemes.csv"]
        self.targets = read["targets.csv"]

    # ── What counts ──────────────────────────────────────────────────────────
    def counted(self, first: date, last: date, known_at: datetime) -> list[Row]:
        """The version of the last approval of each activity, as known then, held on these days."""
        approved: dict[str, Row] = {}
        withdrawn = set()
        for decision in self.decisions:  # they stand in the order of their moments
            if moment(decision["at"]) > known_at:
                continue
            if decision["verdict"] == "approve":
                approved[decision["activity"]] = self.versions[decision["version"]]
            if decision["verdict"] == "withdraw":
                withdrawn.add(decision["activity"])
        standing = [version for activity, version in approved.items() if activity not in withdrawn]
        return [version for version in standing if first <= day(version["held_on"]) <= last]

    def figures(self, first: date, last: date, known_at: datetime) -> dict[str, Any]:
        counted = self.counted(first, last, known_at)
        kinds = ("leaflet", "booklet", "board", "banner", "film", "gift")
        given = {kind: sum(int(row[kind]) for row in counted) for kind in kinds}
        return {
            "activities": len(counted),
            "persons": sum(int(row["persons"]) for row in counted),
            "estimated": sum(int(row["persons"]) for row in counted if row["basis"] == "estimated"),
            "households": sum(int(row["households"]) for row in counted),
            "consulted": sum(int(row["consulted"]) for row in counted),
            "venues": len({row["venue"] for row in counted}),
            "history": sum(row["how"] == "history" for row in counted),
            "materials": {kind: count for kind, count in given.items() if count},
        }

    # ── Townships and entries ────────────────────────────────────────────────
    def columns(self, key: str, version: str) -> list[Row]:
        return [row for row in self.schemes if row["scheme"] == key and row["scheme_version"] == version]

    def entries(self, row: Row, key: str, version: str) -> set[str]:
        """By the list it was recorded under where that is of the same scheme, else by the list that is asked for."""
        own = row["scheme_version"] if row["scheme"] == key else version
        kind = self.venues[row["venue"]]["kind"]
        found = set()
        for column in self.columns(key, own):
            if kind in column["kinds"].split() or (column["by_households"] == "1" and int(row["households"]) > 0):
                found.add(column["entry"])
        return found

    def matrix(self, key: str, version: str, first: date, last: date, known_at: datetime) -> dict[Any, dict[str, Any]]:
        """(township, entry) → what is in the cell; "" stands for all."""
        cells: dict[Any, dict[str, Any]] = defaultdict(empty_cell)
        for row in self.counted(first, last, known_at):
            codes = self.entries(row, key, version)
            for where in around(row["township"], codes):
                add(cells[where], row)
        for row in self.counted(earlier(first), earlier(last), known_at):
            for where in around(row["township"], self.entries(row, key, version)):
                cells[where]["last_year"] += 1
                cells[where]["last_year_persons"] += int(row["persons"])
        self.register(cells, key, version, first, last, known_at)
        known = {column["entry"] for column in self.columns(key, version)}
        for target in self.targets:
            if int(target["year"]) == last.year and target["entry"] in known:
                for where in around(target["township"], {target["entry"]}):
                    cells[where]["target"] += int(target["count"])
        return cells

    def register(self, cells: Any, key: str, version: str, first: date, last: date, known_at: datetime) -> None:
        visited = {row["venue"] for row in self.counted(first, last, known_at)}
        columns = self.columns(key, version)
        for venue in self.venues.values():
            if not is_open(venue, last) or moment(venue["recorded_at"]) > known_at:
                continue
            codes = {column["entry"] for column in columns if venue["kind"] in column["kinds"].split()}
            for where in around(venue["township"], codes):
                cells[where]["registered"] += 1
                cells[where]["covered"] += venue["venue"] in visited
            for column in columns:
                if column["by_households"] == "1":
                    cells[venue["township"], column["entry"]]["registered"] += int(venue["households"] or 0)
                    cells["", column["entry"]]["registered"] += int(venue["households"] or 0)


def rows(content: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def earlier(one: date) -> date:
    if (one.month, one.day) == (2, 29):
        return date(one.year - 1, 2, 28)
    return date(one.year - 1, one.month, one.day)


def is_open(venue: Row, on: date) -> bool:
    begun = not venue["opened_on"] or day(venue["opened_on"]) <= on
    return begun and (not venue["closed_on"] or day(venue["closed_on"]) >= on)


def around(town: str, codes: set[str]) -> list[tuple[str, str]]:
    """The cells of a row and the sums it stands in; what belongs to no entry is in none."""
    return [(line, code) for line in (town, "") for code in [*sorted(codes), ""]] if codes else []


def empty_cell() -> dict[str, Any]:
    numbers = ("activities", "persons", "estimated", "households", "last_year", "last_year_persons")
    return {**dict.fromkeys((*numbers, "covered", "registered", "target"), 0), "venues": set()}


def add(cell: dict[str, Any], row: Row) -> None:
    cell["activities"] += 1
    cell["persons"] += int(row["persons"])
    cell["estimated"] += int(row["persons"]) if row["basis"] == "estimated" else 0
    cell["households"] += int(row["households"])
    cell["venues"].add(row["venue"])
