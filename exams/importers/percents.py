"""Numbers that a sheet shows as percentages: who typed 15% finds 0.15 in the file, and an option must say 15%."""

import io
import re
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from exams.importers.pictures import BROKEN, SHEETS, Parts, read_entry, sheet_paths

LARGEST_SHEETS = 100 * 1024 * 1024  # bytes of all sheets together
BUILT_IN = {"9", "10"}  # 0% and 0.00%
CELL = re.compile(rb"<c\s([^>]{1,200})>")
PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
STYLE = re.compile(rb'\bs="(\d{1,6})"')

Places = dict[str, set[tuple[int, int]]]


def percent_places(content: bytes) -> Places:
    """Row and column (from 0) of such cells, by sheet; nothing where the file is no .xlsx or can't be read."""
    try:
        parts = Parts(zipfile.ZipFile(io.BytesIO(content)))
        styles = percent_styles(parts)
        return places_of(parts, styles) if styles else {}
    except BROKEN:
        return {}


def percent_styles(parts: Parts) -> set[bytes]:
    xml = parts.xml("xl/styles.xml")
    if xml is None:
        return set()
    formats = BUILT_IN | {
        each.get("numFmtId", "") for each in xml.iter(SHEETS + "numFmt") if "%" in each.get("formatCode", "")
    }
    cells = xml.find(SHEETS + "cellXfs")
    found = list(cells) if cells is not None else []
    return {str(number).encode() for number, style in enumerate(found) if style.get("numFmtId") in formats}


def places_of(parts: Parts, styles: set[bytes]) -> Places:
    places, left = Places(), LARGEST_SHEETS
    for name, path in sheet_paths(parts):
        xml = read_entry(parts.archive, path, left)
        left -= len(xml)
        for match in CELL.finditer(xml):
            style, place = STYLE.search(match[1]), PLACE.search(match[1])
            if style and place and style[1] in styles:
                places.setdefault(name, set()).add((int(place[2]) - 1, column_number(place[1])))
    return places


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def as_shown(rows: Sequence[Sequence[Any]], places: set[tuple[int, int]]) -> list[Any]:
    """The rows with percentages as texts, exact to the last digit."""
    touched = {row for row, _column in places}
    return [
        tuple(
            percentage(cell) if (row, column) in places and is_number(cell) else cell
            for column, cell in enumerate(cells)
        )
        if row in touched
        else cells
        for row, cells in enumerate(rows)
    ]


def is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def percentage(number: float) -> str:
    hundredfold = Decimal(repr(number)) * 100
    return f"{hundredfold.normalize():f}%"
