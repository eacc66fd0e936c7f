import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

PARSER = Path(__file__).with_name("parser.py")
LARGEST = 20 * 1024 * 1024  # bytes
SECONDS = 20  # by the clock; the parser's own bound is 4 of processor time, so a busy machine refuses nobody's file

Cell = None | str | int | float | bool | date | datetime

REFUSALS: dict[str, Any] = {
    "empty": _("The file is empty."),
    "too_large": _("The file is too large: at most 20 MB, and no sheet with millions of cells. Split it."),
    "too_wide": _("A sheet reaches beyond column 1000. Delete what stands far to the right, then try again."),
    "wrong_type": _("This is not a workbook. Choose an .xlsx, .xls or .csv file."),
    "web_page": _("This is a web page under the name of a workbook. Open it in Excel or WPS and save it as .xlsx."),
    "encrypted": _("The workbook is protected by a password. Save it without the password, then try again."),
    "damaged": _("The file is damaged. Open it in Excel or WPS and save it again as .xlsx."),
    "too_slow": _("Reading the file took too long. Save the sheet alone in a new workbook, then try again."),
}


class Unreadable(Exception):
    """The file can't be read as a workbook; `code` tells why for programs, the message for people."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return str(REFUSALS[self.code])


@dataclass(frozen=True)
class Sheet:
    """Cells where they stand: the row number on paper is the index + 1, empty rows and columns before included.

    Rows end with their last cell that holds something. A whole number of up to 15 digits is an int; a number of more
    digits stays a float, since the workbook itself has lost its end. A formula is its last result, never computed
    here: `formulas` names those cells (row, column, from 0) where the workbook tells. `merged` gives the blocks of
    merged cells (first row and column, last row and column); their value stands in the first cell only.
    """

    name: str
    rows: list[tuple[Cell, ...]]
    hidden: bool = False
    formulas: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()


def read_workbook(content: bytes, name: str = "") -> list[Sheet]:
    """The sheets of an .xlsx, .xls or .csv, told by what the file is, not by its name. Raises Unreadable.

    A text file is one sheet named like the file. The work is done by a process of its own with 4 seconds of processor
    time and a gigabyte at most.
    """
    if len(content) > LARGEST:
        raise Unreadable("too_large")
    answer = ask_parser(content)
    if "refused" in answer:
        raise Unreadable(answer["refused"])
    return [sheet_from(told, Path(name).stem) for told in answer["sheets"]]


def ask_parser(content: bytes) -> dict[str, Any]:
    command = [sys.executable, "-I", str(PARSER)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False, env=QUIET)
    except subprocess.TimeoutExpired:
        raise Unreadable("too_slow") from None
    if done.returncode:  # killed by a limit, or by memory it was not given
        raise Unreadable("too_slow" if done.returncode in CLOCKED_OUT else "too_large")
    return json.loads(done.stdout)


QUIET = {"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1", "RUST_BACKTRACE": "0"}
CLOCKED_OUT = {-24, -9}  # SIGXCPU, SIGKILL


def sheet_from(told: dict[str, Any], name: str) -> Sheet:
    rows = [tuple(row) if not any(type(cell) is list for cell in row) else dated(row) for row in told["rows"]]
    formulas = frozenset((row, column) for row, column in told.get("formulas", ()))
    merged = tuple((top, left, bottom, right) for top, left, bottom, right in told.get("merged", ()))
    return Sheet(told["name"] or name, rows, told.get("hidden", False), formulas, merged)


def dated(row: list[Any]) -> tuple[Cell, ...]:
    return tuple(moment(cell[0]) if type(cell) is list else cell for cell in row)


def moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
