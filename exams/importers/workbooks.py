"""All rows of a workbook, each with its draft or the reason why it has none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from exams.importers import keys, rows
from exams.importers.headers import Columns, find_header
from exams.importers.notes import Note, Refused, gettext_noop, note
from exams.importers.pictures import Picture, Pictures, SafePicture
from exams.importers.rows import Draft
from exams.importers.texts import clean, plain

HEADING = re.compile(
    r"(?:第?\s*[一二三四五六七八九十\d]{1,3}\s*(?:部分|大题)?\s*[、.．：:\s]?\s*)?"
    r"(?:单项选择题|单选题|单选|多项选择题|多选题|多选|判断题|是非题|判断|选择题)"
)
LONGEST_HEADING = 60

NO_HEADER = gettext_noop("No header with the stem and the key was found on this sheet; nothing was read from it.")
UNUSED = gettext_noop("These columns were not read: %(columns)s.")
NO_QUESTION = gettext_noop("This row holds no question: stem, options and key are empty.")
LOOSE_PICTURE = gettext_noop("A picture is anchored to this row, which holds no question; it was left out.")


class ReadSheet(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def rows(self) -> Sequence[Sequence[Any]]: ...


@dataclass
class Row:
    """One row of a workbook; `number` is the one on paper. Drafts without a fault may become questions."""

    file: str
    sheet: str
    number: int
    cells: Sequence[Any]
    head: Sequence[Any] = ()
    stem: str = ""
    draft: Draft | None = None
    repairs: list[Note] = field(default_factory=list)
    fault: Note | None = None
    picture: SafePicture | None = None


@dataclass(frozen=True)
class Remark:
    """Something about a workbook that is no row's verdict; `row` 0 is the whole sheet."""

    file: str
    sheet: str
    row: int
    note: Note


@dataclass
class Reading:
    rows: list[Row] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def read_workbook(file: str, sheets: Sequence[ReadSheet], pictures: Pictures) -> Reading:
    reading = Reading()
    for sheet in sheets:
        SheetReader(file, sheet, pictures, reading).read()
    return reading


class SheetReader:
    def __init__(self, file: str, sheet: ReadSheet, pictures: Pictures, reading: Reading) -> None:
        self.file, self.sheet, self.pictures, self.reading = file, sheet, pictures, reading
        self.heading = keys.kind_of(sheet.name) if HEADING.search(sheet.name) else ""

    def read(self) -> None:
        if not any(clean(plain(cell)) for cells in self.sheet.rows for cell in cells):
            return
        header = find_header(self.sheet.rows)
        if header is None:
            self.remark(0, note(NO_HEADER))
            return
        first, columns = header
        for cells in self.sheet.rows[:first]:
            self.heading = heading_of(cells) or self.heading
        if columns.unused:
            self.remark(0, note(UNUSED, columns="、".join(columns.unused)))
        taken = {row.number - 1 for row in self.questions(first, columns)}
        for name, index in self.pictures.anchored:
            if name == self.sheet.name and index not in taken:
                self.remark(index + 1, note(LOOSE_PICTURE))

    def questions(self, header: int, columns: Columns) -> Iterator[Row]:
        head = self.sheet.rows[header]
        for index, cells in enumerate(self.sheet.rows[header + 1 :], header + 1):
            if columns.repeats(cells):
                continue
            if heading := heading_of(cells):
                self.heading = heading
            elif rows.holds_question(cells, columns):
                stem = clean(plain(columns.get(cells, "stem")))
                row = Row(self.file, self.sheet.name, index + 1, cells, head, stem)
                self.settle(row, columns)
                self.reading.rows.append(row)
                yield row
            elif any(clean(plain(cell)) for cell in cells):
                self.remark(index + 1, note(NO_QUESTION))

    def settle(self, row: Row, columns: Columns) -> None:
        try:
            draft, repairs = rows.read_row(row.cells, columns, self.heading)
            found = self.pictures_of(row)
            repairs += rows.check_picture(row.cells, columns, draft.stem, len(found))
            row.picture = self.pictures.safe(found[0]) if found else None
        except Refused as refusal:
            row.fault = refusal.note
        else:
            row.draft, row.repairs = draft, repairs

    def pictures_of(self, row: Row) -> list[Picture]:
        anchored = self.pictures.anchored.get((row.sheet, row.number - 1), [])
        named = [self.pictures.named.get(name) for name in rows.cell_pictures(row.cells)]
        return [*anchored, *(picture for picture in named if picture)]

    def remark(self, row: int, said: Note) -> None:
        self.reading.remarks.append(Remark(self.file, self.sheet.name, row, said))


def heading_of(cells: Sequence[Any]) -> str:
    """The kind that a row of one cell announces: 二、多选题（每题 2 分）."""
    texts = [text for cell in cells if (text := clean(plain(cell)))]
    if len(texts) != 1 or len(texts[0]) > LONGEST_HEADING or not HEADING.match(texts[0]):
        return ""
    return keys.kind_of(texts[0])
