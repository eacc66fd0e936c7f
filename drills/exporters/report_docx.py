"""A report as a Word file: fonts and heading levels of official papers (一、（一）1.（1）), so that WPS and Word find
what they know; no red head, no number, no seal."""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from drills.report_blocks import Heading, Pairs, Paper, Table, Text

FANGSONG, HEITI, KAITI, SONG, TITLE = "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体", "方正小标宋简体"
LATIN = "Times New Roman"
BODY, SMALL, NOTE = Pt(16), Pt(10.5), Pt(9)
LINE = Pt(28)
WIDTH = 156  # mm of an A4 page between its margins
BLACK = RGBColor(0, 0, 0)


def report_docx(paper: Paper, *, made_at: datetime) -> bytes:
    book = docx.Document()
    set_up_styles(book)
    set_up_page(book, paper)
    title(book, paper)
    for block in paper.blocks:
        write(book, block)
    signatures(book, paper)
    for block in paper.annex:
        write(book, block)
    for note in paper.notes:
        book.add_paragraph(note, style="Note")
    book.core_properties.title = f"{paper.drill}{paper.title}"
    book.core_properties.author = ""
    book.core_properties.created = book.core_properties.modified = made_at.replace(tzinfo=None)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


# ── Styles ───────────────────────────────────────────────────────────────────
def set_up_styles(book: Any) -> None:
    for language in book.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    dress(book.styles["Normal"], FANGSONG, BODY, indent=2)
    for level, font in ((1, HEITI), (2, KAITI), (3, FANGSONG), (4, FANGSONG)):
        dress(book.styles[f"Heading {level}"], font, BODY, indent=2, keep=True)
    dress(book.styles["Title"], TITLE, Pt(22), centred=True)
    dress(add_style(book, "Lines"), KAITI, BODY, centred=True)
    dress(add_style(book, "Cell"), FANGSONG, SMALL, line=Pt(15))
    dress(add_style(book, "Cell head"), HEITI, SMALL, line=Pt(15))
    dress(add_style(book, "Note"), FANGSONG, NOTE, line=Pt(14))
    for name in ("Header", "Footer"):
        dress(book.styles[name], KAITI if name == "Header" else SONG, Pt(10.5) if name == "Header" else Pt(14))


def add_style(book: Any, name: str) -> Any:
    return book.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)


def dress(
    style: Any, font: str, size: Any, *, indent: int = 0, line: Any = LINE, centred: bool = False, keep: bool = False
) -> None:
    """`indent` in characters, as Chinese papers measure it."""
    style.font.name, style.font.size = LATIN, size
    style.font.bold, style.font.italic, style.font.color.rgb = False, False, BLACK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), font)
    shape = style.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, line
    shape.keep_with_next = keep
    if centred:
        shape.alignment = WD_ALIGN_PARAGRAPH.CENTER
    place = style.element.get_or_add_pPr().get_or_add_ind()
    place.set(qn("w:firstLineChars"), str(indent * 100))
    place.set(qn("w:firstLine"), str(int(indent * size.pt * 20)))
    border = style.element.pPr.find(qn("w:pBdr"))
    if border is not None:  # Word's own title is underlined
        style.element.pPr.remove(border)


def set_up_page(book: Any, paper: Paper) -> None:
    (section,) = book.sections
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header.paragraphs[0].text = f"【演练】{paper.title}"
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("— ")
    page_number(foot.add_run())
    foot.add_run(" —")


def page_number(run: Any) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.set(qn("xml:space"), "preserve")
            part.text = text
        run._r.append(part)


# ── Blocks ───────────────────────────────────────────────────────────────────
def title(book: Any, paper: Paper) -> None:
    book.add_paragraph(paper.drill, style="Title")
    book.add_paragraph(paper.title, style="Title")
    book.add_paragraph("　　".join(paper.lines), style="Lines")
    book.add_paragraph("", style="Lines")


def write(book: Any, block: Heading | Text | Table | Pairs) -> None:
    if isinstance(block, Heading):
        book.add_heading(block.text, block.level)
    elif isinstance(block, Text):
        book.add_paragraph(block.text)
    elif isinstance(block, Pairs):
        add_table(book, (26, 74), [], block.rows, named=True)
    else:
        add_table(book, block.widths, block.head, block.rows, numbers=block.numbers)


def add_table(
    book: Any,
    widths: Iterable[int],
    head: Iterable[str],
    rows: Iterable[Iterable[str]],
    *,
    numbers: frozenset[int] = frozenset(),
    named: bool = False,
) -> None:
    """`named`: the first column is the head of its row. A row is never torn, the head stands on every page."""
    widths, head = list(widths), list(head)
    grid = book.add_table(rows=0, cols=len(widths), style="Table Grid")
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for place, percent in enumerate(widths):
        grid.columns[place].width = Mm(WIDTH * percent / 100)
    if head:
        mark(add_row(grid, head, widths, numbers, {*range(len(head))}), "w:tblHeader")
    for row in rows:
        add_row(grid, row, widths, numbers, {0} if named else set())
    book.add_paragraph("", style="Note")


def add_row(grid: Any, texts: Iterable[str], widths: list[int], numbers: frozenset[int], heads: set[int]) -> Any:
    row = grid.add_row()
    mark(row, "w:cantSplit")
    for place, text in enumerate(texts):
        cell = row.cells[place]
        cell.width = Mm(WIDTH * widths[place] / 100)
        line = cell.paragraphs[0]
        line.text, line.style = text, "Cell head" if place in heads else "Cell"
        if place in numbers:
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return row


def mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def signatures(book: Any, paper: Paper) -> None:
    grid = book.add_table(rows=2, cols=len(paper.signers))
    for place, signer in enumerate(paper.signers):
        for row, text in enumerate((f"{signer}：", paper.signed_on)):
            line = grid.rows[row].cells[place].paragraphs[0]
            line.text, line.style = text, "Lines"
            line.alignment = WD_ALIGN_PARAGRAPH.LEFT
    book.add_paragraph("", style="Note")
