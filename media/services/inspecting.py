"""What an arrived file is, by its content. Whatever its name says, it is opened with the reader of its kind before it
is shown to anybody."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.utils.translation import gettext as _
from PIL import Image as Picture
from PIL import UnidentifiedImageError

from media import captions, probing, rules
from media.probing import NotAVideo
from records.photos import MOST_PIXELS

UNPACKED_AT_MOST = 300 * rules.MB
ACTIVE = re.compile(r"^(script|foreignobject|iframe|object|embed|handler|set|animate)$", re.IGNORECASE)
CALLS = re.compile(r"^\s*(javascript|data:text|vbscript|https?:)", re.IGNORECASE)


class Hostile(Exception):
    """The file cannot be taken; the message says why, to whoever sent it."""


def inspect(path: Path, name: str) -> str:
    """The extension that fits the content, or Hostile. ToolMissing where a film comes to a machine without ffmpeg."""
    with path.open("rb") as file:
        found = rules.sniff(file.read(rules.HEAD), name)
    kind = rules.KIND_OF_EXTENSION.get(found)
    if kind is None:
        raise Hostile(refusal(found))
    if path.stat().st_size > rules.LARGEST[kind]:
        raise Hostile(too_large(kind))
    READERS[found if found in READERS else kind](path)
    return found


def refusal(found: str) -> str:
    match found:
        case rules.PROGRAM:
            return _("This is a program, whatever its name says. Programs are not taken.")
        case rules.PAGE:
            return _("This is a web page, whatever its name says. Web pages are not taken.")
        case rules.ARCHIVE:
            return _("This is an archive. Unpack it and send the files in it.")
    return _(
        "None of the kinds that are taken: pictures (JPEG, PNG, WebP, GIF, AVIF, SVG), MP4, MP3, M4A, PDF, Word, "
        "PowerPoint, Excel, WebVTT."
    )


def too_large(kind: str) -> str:
    words = {
        "image": _("Pictures may have at most %(most)d MB."),
        "video": _("Films may have at most %(most)d MB."),
        "audio": _("Recordings may have at most %(most)d MB."),
        "document": _("Documents may have at most %(most)d MB."),
        "captions": _("Captions may have at most %(most)d MB."),
    }
    return words[kind] % {"most": rules.LARGEST[kind] // rules.MB}


# ── One reader a kind ────────────────────────────────────────────────────────
def read_picture(path: Path) -> None:
    try:
        with Picture.open(path) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Hostile(_("The picture has more than fifty million pixels. Make it smaller and send it again."))
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Picture.DecompressionBombError) as broken:
        raise Hostile(_("The picture is damaged and cannot be opened.")) from broken


def read_svg(path: Path) -> None:
    """A drawing only: no script, nothing that moves or calls out."""
    try:
        for _event, element in iterparse(path, forbid_dtd=False, forbid_entities=True):
            if ACTIVE.match(local(element.tag)) or any(is_active(*one) for one in element.attrib.items()):
                raise Hostile(
                    _("The drawing holds a script or calls another address. Save it as a plain SVG or as PNG.")
                )
    except (ParseError, DefusedXmlException, ValueError) as broken:
        raise Hostile(_("The drawing is damaged and cannot be opened.")) from broken


def local(name: object) -> str:
    return str(name).rpartition("}")[2]


def is_active(name: str, value: str) -> bool:
    return local(name).lower().startswith("on") or (local(name) in ("href", "src") and bool(CALLS.match(value)))


def read_pdf(path: Path) -> None:
    try:
        with pypdfium2.PdfDocument(path) as pdf:
            if len(pdf):
                return
    except pypdfium2.PdfiumError as broken:
        raise Hostile(_("The PDF is damaged or locked by a password.")) from broken
    raise Hostile(_("The PDF has no pages."))


def read_office(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {entry.filename for entry in archive.infolist()}
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as broken:
        raise Hostile(_("The document is damaged and cannot be opened.")) from broken
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Hostile(_("The document holds macros. Save it without them, or as PDF."))
    if "[Content_Types].xml" not in names or unpacked > UNPACKED_AT_MOST:
        raise Hostile(_("The document is damaged and cannot be opened."))


def read_film(path: Path) -> None:
    try:
        found = probing.probe(path)
    except NotAVideo as broken:
        raise Hostile(_("The film is damaged and cannot be played.")) from broken
    if not probing.is_playable(found):
        raise Hostile(_("Phones cannot play this film. Export it as MP4 with H.264 and send it again."))


def read_recording(path: Path) -> None:
    try:
        found = probing.probe(path)
    except NotAVideo as broken:
        raise Hostile(_("The recording is damaged and cannot be played.")) from broken
    if not found.audio or not found.duration:
        raise Hostile(_("There is no sound in this recording."))


def read_captions(path: Path) -> None:
    try:
        captions.check(path.read_bytes())
    except captions.NotCaptions as fault:
        raise Hostile(_(fault.words) % fault.told) from fault


READERS: dict[str, Callable[[Path], None]] = {
    "image": read_picture,
    "svg": read_svg,
    "pdf": read_pdf,
    "document": read_office,
    "video": read_film,
    "audio": read_recording,
    "captions": read_captions,
}
