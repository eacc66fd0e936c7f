"""A printed paper as a Word file, so that the office can still set it as it is used to."""

import io
from datetime import datetime
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from exams.exporters.printed import PrintedPaper, PrintedQuestion

SONG, HEITI, LATIN = "宋体", "黑体", "Times New Roman"
WIDEST_PICTURE = 90  # mm
RULE = "_" * 78


def paper_docx(paper: PrintedPaper, *, made_at: datetime) -> bytes:
    book = docx.Document()
    set_up(book)
    head(book, paper)
    for section in paper.sections:
        book.add_heading(section.heading, 1)
        for question in section.questions:
            write(book, question)
    book.core_properties.title = paper.title
    book.core_properties.author = ""
    book.core_properties.created = book.core_properties.modified = made_at.replace(tzinfo=None)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def set_up(book: Any) -> None:
    for language in book.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    dress(book.styles["Normal"], SONG, Pt(10.5))
    dress(book.styles["Heading 1"], HEITI, Pt(12))
    dress(book.styles["Title"], HEITI, Pt(18))
    border = book.styles["Title"].element.get_or_add_pPr().find(qn("w:pBdr"))
    if border is not None:  # Word's own title is underlined
        book.styles["Title"].element.pPr.remove(border)
    (section,) = book.sections
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    page_number(foot.add_run())


def dress(style: Any, font: str, size: Any) -> None:
    style.font.name, style.font.size = LATIN, size
    style.font.bold, style.font.italic, style.font.color.rgb = False, False, RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), font)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(2), Pt(2)
    style.paragraph_format.line_spacing = 1.3


def page_number(run: Any) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.set(qn("xml:space"), "preserve")
            part.text = text
        run._r.append(part)


def head(book: Any, paper: PrintedPaper) -> None:
    for text, style in ((paper.title, "Title"), (paper.subtitle, "Normal"), (paper.facts, "Normal")):
        book.add_paragraph(text, style=style).alignment = WD_ALIGN_PARAGRAPH.CENTER
    if paper.with_key:
        return
    names = "　　".join(f"{name}：________________" for name in paper.fields)
    book.add_paragraph(names).alignment = WD_ALIGN_PARAGRAPH.CENTER
    columns = ["题号", *paper.numerals, "总分"]
    grid = book.add_table(rows=2, cols=len(columns), style="Table Grid")
    for place, text in enumerate(columns):
        grid.rows[0].cells[place].text = text
    grid.rows[1].cells[0].text = "得分"
    book.add_paragraph("")


def write(book: Any, question: PrintedQuestion) -> None:
    if question.material:
        book.add_paragraph(question.material)
    stem = book.add_paragraph(f"{question.number}. {question.stem}")
    stem.paragraph_format.keep_with_next = bool(question.lines)
    if question.picture:
        with question.picture.open() as file:
            shown = book.add_picture(file)
        if shown.width > Mm(WIDEST_PICTURE):
            shown.width, shown.height = Mm(WIDEST_PICTURE), int(shown.height * Mm(WIDEST_PICTURE) / shown.width)
    for line in question.lines:
        book.add_paragraph(line).paragraph_format.left_indent = Mm(7)
    for _line in range(question.room):
        book.add_paragraph(RULE)
    for place, line in enumerate(question.key):
        book.add_paragraph(f"答案：{line}" if place == 0 else line).paragraph_format.left_indent = Mm(7)
    if question.explanation:
        book.add_paragraph(f"解析：{question.explanation}").paragraph_format.left_indent = Mm(7)
