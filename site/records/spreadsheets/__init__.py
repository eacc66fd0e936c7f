"""Workbooks in and out: reading what strangers made, writing what cannot bite."""

from records.spreadsheets.reading import Cell, Sheet, Unreadable, read_workbook
from records.spreadsheets.writing import OutSheet, write_workbook

__all__ = ["Cell", "OutSheet", "Sheet", "Unreadable", "read_workbook", "write_workbook"]
