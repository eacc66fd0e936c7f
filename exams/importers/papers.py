"""Questions from running text in the usual Chinese form: a number and a stem, A. B. C. D., 答案：, 解析：, below
headings such as 一、单选题. Each becomes a row as a workbook would hold it, so one reader judges both."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from exams.importers import keys, rows
from exams.importers.headers import Columns, read_header
from exams.importers.notes import Note, Refused, gettext_noop, note
from exams.importers.paper_marks import (
    CHAPTER,
    IN_BRACKETS,
    NUMBER_OF,
    TAG,
    Line,
    heading_kind,
    number_of,
    option_of,
    options_inside,
    segments,
)
from exams.importers.pictures import Picture, Pictures
from exams.importers.texts import NUMBERING, clean
from exams.importers.workbooks import NO_QUESTION, Reading, Remark, Row
from exams.importers.written import EMPTY_BRACKETS, WRITTEN

HEAD = ("题型", "题干", "选项", "正确答案", "解析", "难度", "章节", "知识点")
TABBED = re.compile(r"^(\s*\d{1,4})[ \u00a0]*\t")  # a number and a tab, of which cleaning leaves a space
LISTS = frozenset({"key", "explanation"})  # what may hold a numbered list of its own

KEY_IN_STEM = gettext_noop("The key stood in the brackets of the stem.")


def columns() -> Columns:
    found = read_header(HEAD)
    assert found
    return found


COLUMNS = columns()


@dataclass
class Item:
    """What was gathered of one question; `state` is the field that the next line without a mark goes on with."""

    line: int
    number: int = 0
    heading: str = ""
    chapter: str = ""
    kind: str = ""
    state: str = "stem"
    fields: dict[str, list[str]] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)
    listed: int = 0  # how far a list inside the key or the explanation has counted
    pictures: list[Any] = field(default_factory=list)
    fault: str = ""

    def add(self, name: str, text: str) -> None:
        self.state = name
        self.fields.setdefault(name, [])
        if text:
            self.fields[name].append(text)

    def told(self, name: str) -> str:
        return "\n".join(self.fields.get(name, []))

    @property
    def written(self) -> bool:
        return (keys.kind_of(self.kind) if self.kind else self.heading) in WRITTEN

    @property
    def is_question(self) -> bool:
        return bool(self.number or self.kind or self.options or "key" in self.fields)


def read_paper(file: str, lines: Sequence[Line], pictures: Pictures | None = None) -> Reading:
    reader = PaperReader(file, lines, pictures or Pictures())
    for place, line in enumerate(lines):
        reader.take(place, line)
    reader.finish()
    return reader.reading


class PaperReader:
    def __init__(self, file: str, lines: Sequence[Line], pictures: Pictures) -> None:
        self.file, self.lines, self.pictures = file, lines, pictures
        self.reading = Reading()
        self.item: Item | None = None
        self.heading = self.chapter = ""
        self.blank = True

    def take(self, place: int, line: Line) -> None:
        text = clean(TABBED.sub(r"\1. ", line.text))
        if not text and not line.pictures:
            self.blank = True
            return
        if kind := heading_kind(text):
            self.finish()
            self.heading = kind
        elif CHAPTER.fullmatch(text):
            self.finish()
            self.chapter = text
        else:
            self.take_text(place, line, text)
        self.blank = False

    def take_text(self, place: int, line: Line, text: str) -> None:
        number = number_of(line.text.lstrip())
        if self.starts(place, text, number):
            self.finish()
            self.item = Item(line.number, number, self.heading, self.chapter)
        item = self.item
        assert item
        item.pictures += line.pictures
        item.fault = item.fault or line.fault
        if number and item.state in LISTS and item.line != line.number:
            item.listed = number
        parts = [("", text)] if item.state == "explanation" and not segments(text)[0][0] else segments(text)
        for name, said in parts:
            self.take_part(item, name, said)

    def take_part(self, item: Item, name: str, said: str) -> None:
        if name == "kind":
            item.kind = said
        elif name:
            item.add(name, said)
            item.listed = number_of(said) if name in LISTS else 0
        elif item.state == "stem" and not item.fields:
            self.take_stem(item, said)
        elif item.state in {"stem", "options"} and option_of(said):
            take_options(item, said)
        elif item.state == "options":
            item.options[-1] += f" {said}"
        else:
            item.add(item.state, said)

    def take_stem(self, item: Item, text: str) -> None:
        """The first line: a kind in brackets, and options that stand behind the stem in the same line."""
        bare = text[match.end() :] if (match := NUMBER_OF.match(text) or NUMBERING.match(text)) else text
        if tag := TAG.match(bare):
            item.kind, text = tag[1], bare[tag.end() :]
        elif NUMBER_OF.match(text):
            text = bare
        stem, *choices = options_inside(text, "A")
        if len(choices) < 2:
            stem, choices = text, []
        item.add("stem", stem)
        for choice in choices:
            take_options(item, choice)

    # ── Where a question begins ──────────────────────────────────────────────
    def starts(self, place: int, text: str, number: int) -> bool:
        item = self.item
        if item is None or TAG.match(text):
            return True
        if segments(text)[0][0] or (item.state in {"stem", "options"} and option_of(text)):
            return False
        return self.numbered_starts(item, place, number) if number else self.plain_starts(item)

    def numbered_starts(self, item: Item, place: int, number: int) -> bool:
        if item.state == "explanation" or (item.state == "key" and item.written):
            return number != item.listed + 1 or self.key_comes_first(place)
        if item.state == "stem":  # the steps that a question is about may be numbered too
            return (
                not item.number
                or number == item.number + 1
                or any(IN_BRACKETS.search(told) for told in item.fields.get("stem", [])[-3:])
            )
        return True

    def plain_starts(self, item: Item) -> bool:
        """Without a number, a line begins a question only where questions have none, and the one before is whole."""
        if item.number:
            return False
        if not item.is_question:
            return self.blank
        return "key" in item.fields and (self.blank or (item.state == "key" and not item.written))

    def key_comes_first(self, place: int) -> bool:
        """Whether below this line a key stands before the next number: then it is a stem, not a point of a list."""
        for line in self.lines[place + 1 : place + 200]:
            text = clean(line.text)
            if any(name == "key" for name, _said in segments(text)):
                return True
            if number_of(text) or heading_kind(text):
                return False
        return False

    # ── The row ──────────────────────────────────────────────────────────────
    def finish(self) -> None:
        item, self.item = self.item, None
        if item is None:
            return
        mended = key_from_stem(item)
        if not item.is_question:
            self.reading.remarks.append(Remark(self.file, "", item.line, note(NO_QUESTION)))
            return
        row = Row(self.file, "", item.line, cells_of(item), HEAD, clean(item.told("stem")))
        try:
            self.settle(row, item, mended)
        except Refused as refusal:
            row.draft, row.fault = None, refusal.note
        self.reading.rows.append(row)

    def settle(self, row: Row, item: Item, mended: list[Note]) -> None:
        if item.fault:
            raise Refused(item.fault)
        draft, repairs = rows.read_row(row.cells, COLUMNS, item.heading)
        found: list[Picture] = item.pictures
        rows.check_picture(row.cells, COLUMNS, draft.stem, len(found))  # whoever puts one into a text wants it there
        row.picture = self.pictures.safe(found[0]) if found else None
        row.draft, row.repairs = draft, mended + repairs


def take_options(item: Item, text: str) -> None:
    item.state = "options"
    following = chr(ord(option_of(text)) + 1)
    item.options += options_inside(text, following)


def key_from_stem(item: Item) -> list[Note]:
    """（B） or （√） in the stem is the key, where there is no other and no other brackets ask for one."""
    stem = item.told("stem")
    found = IN_BRACKETS.findall(stem)
    if "key" in item.fields or item.written or len(found) != 1 or EMPTY_BRACKETS.search(stem):
        return []
    if re.fullmatch(r"[A-H]+", found[0]) and not item.options:
        return []
    item.fields["stem"], item.fields["key"] = [IN_BRACKETS.sub("（ ）", stem)], found
    return [note(KEY_IN_STEM)]


def cells_of(item: Item) -> tuple[Any, ...]:
    told: Callable[[str], str] = item.told
    return (
        item.kind,
        told("stem"),
        "\n".join(item.options),
        told("key"),
        told("explanation"),
        told("difficulty"),
        told("chapter") or item.chapter,
        told("point"),
    )


def lines_of(text: str) -> list[Line]:
    return [Line(number, line) for number, line in enumerate(text.splitlines(), 1)]
