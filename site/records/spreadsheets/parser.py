"""Runs in a process of its own, started by path: `reading` gives it a file on standard input, it answers one JSON line.

A workbook of a few hundred kilobytes can stand for gigabytes, and the reader is native code. Here it may take all the
memory and time it was allotted, and dies alone. No Django, nothing of ours: it must start in a few milliseconds.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import python_calamine as calamine

MEMORY = 1 << 30  # bytes of address space, the interpreter's own 100 MB included
SECONDS = 4  # of processor time: on an idle machine a bomb is told within five
MOST_CELLS = 3_000_000
MOST_CHARACTERS = 40_000_000
MOST_COLUMNS = 1_000
MOST_SHEETS = 200
MOST_MERGED = 20_000
MOST_XML = 200_000_000  # bytes of one sheet looked through for formulas
EXACT = 1e15  # from here on a number cell has lost digits

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
OTHERS = (b"%PDF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf", b"\x00\x00\x00", b"\x7fELF", b"MZ")
MARKUP = re.compile(rb"\s*(<\?xml|<!doctype|<html|<table|<meta|mime-version)", re.IGNORECASE)
LOCKED = re.compile(
    rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(\x86\x00\x00\x00)?\x2f\x00", re.DOTALL
)  # "FilePass" in .xls
CELL_WITH_FORMULA = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*><f')


class Refused(Exception):
    """The message is one of the codes that `reading` has words for."""


def main() -> None:
    try:
        answer: dict[str, Any] = {"sheets": list(sheets_of(sys.stdin.buffer.read()))}
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        answer = {"refused": "too_large"}
    json.dump(answer, sys.stdout, ensure_ascii=False, separators=(",", ":"))


def sheets_of(content: bytes) -> Iterator[dict[str, Any]]:
    if content.startswith(b"PK"):
        yield from zipped(content)
    elif content.startswith(OLE):
        yield from compound(content)
    elif content.startswith(PICTURES + OTHERS) or not content.strip():
        raise Refused("wrong_type" if content.strip() else "empty")
    elif MARKUP.match(content.removeprefix(b"\xef\xbb\xbf")):
        raise Refused("web_page")
    else:
        yield {"name": "", "rows": list(counted(text_rows(decoded(content))))}


# ── Workbooks ────────────────────────────────────────────────────────────────
def zipped(content: bytes) -> Iterator[dict[str, Any]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RecursionError):
        raise Refused("damaged") from None
    names = set(archive.namelist())
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"} and not any("workbook" in n for n in names):
        raise Refused("wrong_type")
    for sheet in workbook(content):
        yield sheet | {"formulas": formulas(archive, sheet["place"])}


def compound(content: bytes) -> Iterator[dict[str, Any]]:
    """.xls, or an .xlsx locked by a password: both are the same kind of container."""
    if "EncryptedPackage".encode("utf-16-le") in content or LOCKED.search(content):
        raise Refused("encrypted")
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book", "WORKBOOK", "BOOK")):
        raise Refused("wrong_type")
    yield from workbook(content)


def workbook(content: bytes) -> Iterator[dict[str, Any]]:
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        if len(book.sheet_names) > MOST_SHEETS:
            raise Refused("too_large")
        for place, kind in enumerate(book.sheets_metadata):
            if kind.typ == calamine.SheetTypeEnum.WorkSheet:
                hidden = kind.visible != calamine.SheetVisibleEnum.Visible
                sheet = book.get_sheet_by_index(place)
                rows = list(counted(sheet_rows(sheet)))
                merged = [(*first, *last) for first, last in (sheet.merged_cell_ranges or [])[:MOST_MERGED]]
                yield {"name": kind.name, "rows": rows, "hidden": hidden, "place": place, "merged": merged}
    except calamine.PasswordError:
        raise Refused("encrypted") from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Refused("encrypted" if "password" in str(error).lower() else "damaged") from None


def sheet_rows(sheet: Any) -> Iterator[list[Any]]:
    """Rows and columns where they stand in the sheet: the reader leaves out empty columns on the left."""
    if sheet.start is None:
        return
    left = [None] * sheet.start[1]
    if len(left) + sheet.width > MOST_COLUMNS:
        raise Refused("too_wide")
    for row in sheet.iter_rows():
        yield [*left, *map(plain, row)]


def plain(value: Any) -> Any:
    """Dates go as a list of one text, the only thing JSON has no word for."""
    if value == "":
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < EXACT else value
    if isinstance(value, str | bool | int):
        return value
    return [value.isoformat()] if isinstance(value, date | datetime) else str(value)


def formulas(archive: zipfile.ZipFile, place: int) -> list[tuple[int, int]]:
    """Row and column (from 0) of the cells that hold a formula; the number of a sheet's file is its place in all that
    other programs write, and where it is not, nothing is known."""
    try:
        with archive.open(f"xl/worksheets/sheet{place + 1}.xml") as file:
            xml = file.read(MOST_XML)
    except (KeyError, zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return []
    if b"<f" not in xml:
        return []
    return [(int(row) - 1, column_number(letters)) for letters, row in CELL_WITH_FORMULA.findall(xml)]


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


# ── Text ─────────────────────────────────────────────────────────────────────
def decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search(r"[\x00-\x08\x0e-\x1f]", text):
            break
        return text
    raise Refused("wrong_type")


def text_rows(text: str) -> Iterator[list[Any]]:
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text)):
            yield [forced_text(cell) or None for cell in row]
    except csv.Error:
        raise Refused("damaged") from None


def delimiter_of(text: str) -> str:
    """Whichever of comma, semicolon and tab stands most often in the first lines, quoted parts left out."""
    beginning = re.sub(r'"[^"]*"', "", text[:20_000])
    return max(",;\t", key=beginning.count)


def forced_text(cell: str) -> str:
    """="0012" is how a program makes Excel keep a number as text."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 3 else cell


# ── Bounds ───────────────────────────────────────────────────────────────────
def counted(rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    """Rows without their empty ends, as long as there are not too many cells or characters."""
    cells = characters = 0
    for row in rows:
        while row and row[-1] is None:
            row.pop()
        if len(row) > MOST_COLUMNS:
            raise Refused("too_wide")
        cells += len(row)
        characters += sum(len(cell) for cell in row if isinstance(cell, str))
        if cells > MOST_CELLS or characters > MOST_CHARACTERS:
            raise Refused("too_large")
        yield row


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
