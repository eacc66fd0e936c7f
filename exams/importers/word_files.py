"""The lines of a Word file (.docx): text, pictures, and the numbers that Word counts by itself. Bounded like all that
strangers bring."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from exams.importers.notes import gettext_noop
from exams.importers.paper_marks import Line
from exams.importers.pictures import BROKEN, MAIN, Parts, Picture, Pictures, picture_of, relations

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
BODY = "word/document.xml"
MOST_LINES = 100_000
CHINESE = "零一二三四五六七八九十"

FORMULA = gettext_noop(
    "The question holds a formula of Word's, which can't be taken over. Write it as text or as a picture."
)


class NotWord(ValueError):
    """The file is no Word file that can be read."""


def is_word(content: bytes) -> bool:
    if not content.startswith(b"PK"):
        return False
    try:
        return BODY in zipfile.ZipFile(io.BytesIO(content)).namelist()
    except BROKEN:
        return False


def read_word(content: bytes) -> tuple[list[Line], Pictures]:
    try:
        parts = Parts(zipfile.ZipFile(io.BytesIO(content)))
        body = parts.xml(BODY)
        if body is None:
            raise NotWord
        links, counters = relations(parts, BODY), Counters(levels_of(parts))
    except BROKEN as error:
        raise NotWord from error
    lines = list[Line]()
    for paragraph in paragraphs(body):
        text, pictures, fault = contents(paragraph, links)
        marker = counters.next(paragraph)
        for place, piece in enumerate(text.split("\n")):
            told = f"{marker}{piece}" if place == 0 and piece.strip() else piece
            lines.append(Line(len(lines) + 1, told, tuple(pictures) if place == 0 else (), fault))
        if len(lines) > MOST_LINES:
            raise NotWord
    return lines, Pictures(parts.archive)


def paragraphs(xml: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """In reading order, those of tables included; what Word repeats for older programs is left out."""
    waiting = [iter(xml)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
        elif child.tag == W + "p":
            yield child
        elif child.tag != FALLBACK:
            waiting.append(iter(child))


def contents(paragraph: ElementTree.Element, links: dict[str, str]) -> tuple[str, list[Picture], str]:
    texts, pictures, fault = list[str](), list[Picture](), ""
    waiting = [iter(paragraph)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
            continue
        if child.tag == W + "t":
            texts.append(child.text or "")
        elif child.tag in {W + "br", W + "cr", W + "tab"}:
            texts.append("\t" if child.tag == W + "tab" else "\n")
        elif child.tag == MATHS:
            fault = FORMULA
        elif child.tag == W + "drawing":
            found = picture_of(child, links) if child.find(f".//{MAIN}blip") is not None else None
            pictures += [found] if found else []
        elif child.tag not in {FALLBACK, W + "pPr"}:
            waiting.append(iter(child))
    return "".join(texts), pictures, fault


# ── Numbers that Word counts ─────────────────────────────────────────────────
@dataclass(frozen=True)
class Level:
    style: str
    text: str  # such as “%1.”
    start: int


Levels = dict[tuple[str, str], Level]  # by number of the list and depth


def levels_of(parts: Parts) -> Levels:
    xml = parts.xml("word/numbering.xml")
    if xml is None:
        return {}
    abstract = {
        each.get(W + "abstractNumId", ""): {
            level.get(W + "ilvl", ""): level_of(level) for level in each.iter(W + "lvl")
        }
        for each in xml.iter(W + "abstractNum")
    }
    found: Levels = {}
    for each in xml.iter(W + "num"):
        for depth, level in abstract.get(value(each, "abstractNumId"), {}).items():
            found[each.get(W + "numId", ""), depth] = level
    return found


def level_of(xml: ElementTree.Element) -> Level:
    start = value(xml, "start")
    return Level(
        value(xml, "numFmt"), value(xml, "lvlText")[:20], int(start) if start.isdecimal() and len(start) < 5 else 1
    )


def value(xml: ElementTree.Element, name: str) -> str:
    child = xml.find(W + name)
    return child.get(W + "val", "") if child is not None else ""


class Counters:
    def __init__(self, levels: Levels) -> None:
        self.levels = levels
        self.counts: dict[tuple[str, str], int] = {}

    def next(self, paragraph: ElementTree.Element) -> str:
        """What Word shows before this paragraph; deeper levels of its list begin anew."""
        numbered = paragraph.find(f"{W}pPr/{W}numPr")
        if numbered is None:
            return ""
        place = (value(numbered, "numId"), value(numbered, "ilvl") or "0")
        level = self.levels.get(place)
        if level is None:
            return ""
        self.counts = {
            other: count for other, count in self.counts.items() if other[0] != place[0] or other[1] <= place[1]
        }
        self.counts[place] = self.counts.get(place, level.start - 1) + 1
        shown = numeral(self.counts[place], level.style)
        return level.text.replace(f"%{int(place[1]) + 1}", shown) if shown and place[1].isdecimal() else ""


def numeral(count: int, style: str) -> str:
    if style == "decimal":
        return str(count)
    if style in {"upperLetter", "lowerLetter"} and count <= 26:
        return chr(ord("A") + count - 1)
    if "hinese" in style and count < 100:
        return chinese(count)
    return ""


def chinese(count: int) -> str:
    """1 to 99 as 一 to 九十九."""
    tens, ones = divmod(count, 10)
    return f"{CHINESE[tens] if tens > 1 else ''}{'十' if tens else ''}{CHINESE[ones] if ones else ''}"
