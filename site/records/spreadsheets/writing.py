import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils import timezone

LIVE = ("=", "+", "-", "@", "\t", "\r", "\n")  # how a text begins that a spreadsheet may take for a formula
LONGEST = 32_767  # characters of a cell
INLINE_LIST = 255  # characters that a drop-down list may have where it stands


@dataclass(frozen=True)
class OutSheet:
    """One sheet to write. `widths` are in characters, column by column; `choices` gives columns (from 0) a drop-down
    list; `title` stands above the head, `notes` one a row below the title."""

    name: str
    head: Sequence[Any]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[float] = ()
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    title: str = ""
    notes: Sequence[str] = ()


def write_workbook(sheets: Iterable[OutSheet]) -> bytes:
    """An .xlsx in which no cell is a formula or a link: texts are texts, also those that begin with = + - or @."""
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        writer, names = Writer(book), set[str]()
        for sheet in sheets:
            writer.write(sheet, free_name(sheet.name, names))
    return target.getvalue()


def free_name(wanted: str, taken: set[str]) -> str:
    """What Excel allows as a sheet's name, once in the workbook."""
    name = base = re.sub(r"[\[\]:*?/\\]", " ", wanted).strip("' ")[:31] or "Sheet"
    number = 1
    while name.lower() in taken:
        number += 1
        name = f"{base[: 30 - len(str(number))]} {number}"
    taken.add(name.lower())
    return name


class Writer:
    def __init__(self, book: Any) -> None:
        self.book = book
        edge = {"border": 1, "border_color": "#c8ced6"}
        wrapped = {"text_wrap": True, "valign": "vcenter"}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"font_color": "#5b6673"})
        self.head = book.add_format({"bold": True, "bg_color": "#e8eef5", **wrapped, **edge})
        self.text = book.add_format({"num_format": "@", "valign": "top"})
        # The apostrophe that Excel would show in the line above: the text stays one even when somebody edits it.
        self.quoted = book.add_format({"num_format": "@", "valign": "top", "quote_prefix": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self.minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"})
        self.number = book.add_format({"valign": "top"})
        self.lists = 0

    def write(self, sheet: OutSheet, name: str) -> None:
        page = self.book.add_worksheet(name)
        page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        for column, width in enumerate(sheet.widths or [14] * len(sheet.head)):
            page.set_column(column, column, width)
        top = self.write_top(page, sheet)
        page.freeze_panes(top + 1, 0)
        row = top
        for row, cells in enumerate(sheet.rows, top + 1):
            for column, cell in enumerate(cells):
                self.write_cell(page, row, column, cell)
        page.repeat_rows(top)
        for column, choices in sheet.choices.items():
            self.add_choices(page, column, top + 1, max(row, top + 1000), choices)

    def write_top(self, page: Any, sheet: OutSheet) -> int:
        """Title, notes and head; the row of the head."""
        above = [(sheet.title, self.title)] if sheet.title else []
        above += [(note, self.note) for note in sheet.notes]
        for row, (text, style) in enumerate(above):
            page.write_string(row, 0, str(text), style)
        for column, text in enumerate(sheet.head):
            page.write_string(len(above), column, str(text), self.head)
        return len(above)

    def write_cell(self, page: Any, row: int, column: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, datetime):
            moment = timezone.localtime(value) if timezone.is_aware(value) else value
            page.write_datetime(row, column, moment.replace(tzinfo=None), self.minute)
        elif isinstance(value, date):
            page.write_datetime(row, column, datetime.combine(value, time()), self.day)
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool) and exact(value):
            page.write_number(row, column, value, self.number)
        else:
            text = str(value)
            page.write_string(row, column, text[:LONGEST], self.quoted if text.startswith(LIVE) else self.text)

    def add_choices(self, page: Any, column: int, first: int, last: int, choices: Sequence[str]) -> None:
        source: Any = [str(choice) for choice in choices]
        if len(",".join(source)) > INLINE_LIST:
            source = self.listed(source)
        page.data_validation(first, column, last, column, {"validate": "list", "source": source})

    def listed(self, choices: Sequence[str]) -> str:
        """A list too long to stand in the rule itself, on a hidden sheet."""
        self.lists += 1
        page = self.book.add_worksheet(f"_list{self.lists}")
        page.hide()
        for row, choice in enumerate(choices):
            page.write_string(row, 0, choice)
        return f"=_list{self.lists}!$A$1:$A${len(choices)}"


def exact(value: Any) -> bool:
    """A number that a spreadsheet keeps to its last digit."""
    return math.isfinite(value) and abs(value) < 1e15
