"""Cells as a worksheet hands them to the clipboard: parted by tabs, a cell with a line break or a tab in quotes."""

import csv
import io
from typing import Any

LARGEST = 400_000  # characters
MOST_ROWS = 2_000
MOST_COLUMNS = 60


class NoCells(ValueError):
    """The message is a code of `reasons`."""


def read_cells(text: str) -> list[tuple[Any, ...]]:
    """Raises NoCells for too much, or for text that is no table."""
    if len(text) > LARGEST:
        raise NoCells("pasted_large")
    told = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    lone = told.count('"') % 2 == 1  # a lone quote opens no cell
    try:
        lines = io.StringIO(told, newline="")
        read = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE if lone else csv.QUOTE_MINIMAL)
        rows = [tuple(cell.strip() or None for cell in row) for row in read]
    except csv.Error:
        raise NoCells("pasted_broken") from None
    if len(rows) > MOST_ROWS or any(len(row) > MOST_COLUMNS for row in rows):
        raise NoCells("pasted_large")
    if not any(cell for row in rows for cell in row):
        raise NoCells("pasted_empty")
    return rows
