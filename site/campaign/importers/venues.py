"""A list of venues: name, kind, township or village, address, households; one row a venue."""

from collections.abc import Sequence
from typing import Any

from campaign.importers.cells import Read, read_number, read_text, read_word
from campaign.importers.places import Places
from campaign.importers.rows import Reading, Row
from campaign.importers.tables import Table, find_table
from campaign.models import Venue
from records.spreadsheets import OutSheet, Sheet, write_workbook

SECTION, NEEDED = "venues", frozenset({"name", "kind"})
TEMPLATE = ("场所名称", "场所类别", "乡镇", "村（社区）", "地址", "户数")
KINDS = ("企业", "工地", "学校", "机关", "社区", "农村", "公共场所", "市场", "医院", "景区")


def read_venues(sheets: Sequence[Sheet], *, kept: set[int] | None = None) -> Reading:
    """Every row with its verdict. `kept`: keys of the divisions in which the user may enter venues (None: all)."""
    tables, rows, left_out = list[Table](), list[Row](), list[str]()
    places = Places(kept)
    for sheet in sheets:
        table = find_table(sheet, SECTION, NEEDED)
        if table is None:
            left_out += [sheet.name] if any(sheet.rows) else []
            continue
        tables.append(table)
        rows += [read_row(table, number, cells, places) for number, cells in table.rows()]
    mark_known(rows)
    return Reading(tables, rows, left_out)


def read_row(table: Table, number: int, cells: tuple[Any, ...], places: Places) -> Row:
    row = Row(table.sheet.name, number, cells)
    name = row.take("name", read_text(table.cell(cells, "name"), 100))
    if name == "":
        row.refuse("name_missing")
    if row.take("kind", read_word(table.cell(cells, "kind"), "kinds", "kind")) == "":
        row.refuse("kind_missing")
    row.take("address", read_text(table.cell(cells, "address"), 200))
    households = row.take("households", read_number(table.cell(cells, "households"), "户数"))
    row.values["households"] = households.amount if households else None
    place = [read_text(table.cell(cells, name), 60).value or "" for name in ("place", "township", "village")]
    row.take("division", Read(places.find(row, *place)))
    return row


def key_of(row: Row) -> tuple[int, str, str]:
    return row.values["division"].pk, row.values["kind"], row.values["name"]


def mark_known(rows: Sequence[Row]) -> None:
    """The first good row of a venue stays; what is registered already is not touched."""
    known = set(Venue.objects.values_list("division", "kind", "name"))
    first: dict[tuple[int, str, str], Row] = {}
    for row in rows:
        if row.problems:
            continue
        before = first.setdefault(key_of(row), row)
        if before is not row:
            row.duplicate = "twice", {"row": before.number, "sheet": before.sheet}
        elif key_of(row) in known:
            row.duplicate = "venue_known", {}


def template() -> bytes:
    """An empty list to fill in; its words are Chinese, whatever language the page has."""
    sheet = OutSheet(name="场所", head=TEMPLATE, rows=[], widths=[28, 12, 16, 16, 36, 10], choices={1: KINDS})
    return write_workbook([sheet])
