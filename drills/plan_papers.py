"""Papers that people hand in: told by what they are, not by what they are called, and bounded in size."""

import io
import warnings
import zipfile
from collections.abc import Collection
from pathlib import PurePath
from typing import Any, NamedTuple

import pypdfium2
from django.utils.translation import gettext_lazy as _
from PIL import Image

PDF, DOCX, DOC, JPEG, PNG = "pdf", "docx", "doc", "jpg", "png"
DOCUMENTS = (PDF, DOCX, DOC)
SCANS = (PDF, JPEG, PNG)
CONTENT_TYPES = {
    PDF: "application/pdf",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DOC: "application/msword",
    JPEG: "image/jpeg",
    PNG: "image/png",
}
ACCEPT: dict[tuple[str, ...], str] = {
    DOCUMENTS: ".pdf,.docx,.doc",
    SCANS: ".pdf,.jpg,.jpeg,.png",
}
LARGEST = 30 * 1024 * 1024
MOST_PIXELS = 60_000_000  # a page of A3 at 600 dpi
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD_STREAM = "WordDocument".encode("utf-16-le")

REFUSALS: dict[str, Any] = {
    "empty": _("The file is empty."),
    "too_large": _("The file is larger than 30 MB. Save it smaller, or leave out the pictures."),
    "not_a_document": _("This is neither a PDF nor a Word document."),
    "not_a_scan": _("This is neither a PDF nor a JPEG or PNG picture."),
    "damaged": _("The file is damaged. Open it and save it again, then choose it once more."),
    "locked": _("The file is protected by a password. Save it without the password, then try again."),
    "macros": _("The Word document contains macros. Save it as an ordinary .docx, then try again."),
}


class BadPaper(Exception):
    """`code` tells programs why, the message people."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return str(REFUSALS[self.code])


class Paper(NamedTuple):
    """Checked, under a name whose ending says what it is."""

    name: str
    content: bytes
    content_type: str


def read_paper(upload: Any, kinds: Collection[str] = DOCUMENTS) -> Paper:
    """The uploaded file, or BadPaper."""
    if upload.size > LARGEST:
        raise BadPaper("too_large")
    content = upload.read()
    if not content:
        raise BadPaper("empty")
    kind = kind_of(content, PurePath(upload.name).suffix.lower())
    if kind not in kinds:
        raise BadPaper("not_a_document" if DOCX in kinds else "not_a_scan")
    check(kind, content)
    stem = PurePath(upload.name).stem.strip(". ")[:150] or kind
    return Paper(f"{stem}.{kind}", content, CONTENT_TYPES[kind])


def kind_of(content: bytes, suffix: str) -> str:
    """Empty for what is none of ours. An encrypted .docx is an old container too: its ending tells what it was."""
    if b"%PDF-" in content[:1024]:
        return PDF
    if content.startswith(b"PK\x03\x04"):
        return DOCX if is_word(content) else ""
    if content.startswith(OLD_OFFICE):
        return DOC if WORD_STREAM in content or suffix == ".docx" else ""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    return PNG if content.startswith(b"\x89PNG\r\n\x1a\n") else ""


def is_word(content: bytes) -> bool:
    """By the list of its parts; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def check(kind: str, content: bytes) -> None:
    if kind == PDF:
        check_pdf(content)
    elif kind == DOCX:
        check_word(content)
    elif kind == DOC and WORD_STREAM not in content:
        raise BadPaper("locked")
    elif kind in {JPEG, PNG}:
        check_picture(content)


def check_pdf(content: bytes) -> None:
    try:
        with pypdfium2.PdfDocument(content) as pdf:
            pages = len(pdf)
    except pypdfium2.PdfiumError as error:
        raise BadPaper("locked" if "password" in str(error).lower() else "damaged") from error
    if not pages:
        raise BadPaper("damaged")


def check_word(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise BadPaper("macros")


def check_picture(content: bytes) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
        pixels = picture.width * picture.height
        picture.verify()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadPaper("damaged") from error
    if not 0 < pixels <= MOST_PIXELS:
        raise BadPaper("too_large")
