"""Small files of every kind that people bring."""

import io
import zipfile

from docx import Document
from PIL import Image
from pypdf import PdfWriter


def pdf(*, locked: bool = False, pages: int = 1) -> bytes:
    writer, target = PdfWriter(), io.BytesIO()
    for _page in range(pages):
        writer.add_blank_page(210, 297)
    if locked:
        writer.encrypt("预案")
    writer.write(target)
    return target.getvalue()


def docx(text: str = "预案") -> bytes:
    document, target = Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(target)
    return target.getvalue()


def with_part(content: bytes, name: str) -> bytes:
    """The same zip with one more part."""
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, b"x")
    return target.getvalue()


def zipped(name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, b"x")
    return target.getvalue()


def picture(form: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (4, 3), "white").save(target, form)
    return target.getvalue()
