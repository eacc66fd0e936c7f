"""Pictures out of an .xlsx: anchored to cells by a drawing, or inside cells as WPS writes them. Bounded in every way:
the file comes from a stranger."""

import io
import posixpath
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree

from PIL import Image, ImageOps, UnidentifiedImageError

from exams.importers.notes import Refused, gettext_noop

LARGEST_XML = 24 * 1024 * 1024  # of all drawings and links together
LARGEST_PICTURE = 10 * 1024 * 1024
MOST_PICTURES = 5000
MOST_PIXELS = 40_000_000  # of one picture
MOST_PIXELS_TOGETHER = 400_000_000  # of one workbook: what can be drawn anew in a few seconds
LONGEST_SIDE = 1600
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
PARTS = 100_000  # of a picture's side, in which a crop is measured

# All that Python's zip and XML readers raise for what strangers made: encrypted, cut off, of an unknown compression.
BROKEN = (zipfile.BadZipFile, ElementTree.ParseError, ValueError, OSError, NotImplementedError, RuntimeError)
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
MAIN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SHEETS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

UNSHOWABLE = gettext_noop("The picture is of a type that can't be shown. Save it as PNG or JPEG and insert it again.")
TOO_LARGE = gettext_noop("The picture is too large: at most 10 MB and 40 million pixels.")
TOO_MANY = gettext_noop("The pictures of this workbook are too large together. Make them smaller, or split the file.")


@dataclass(frozen=True)
class Picture:
    """A file inside the workbook and what is cut off at its left, top, right and bottom (in 1/100,000)."""

    path: str
    crop: tuple[int, int, int, int] = (0, 0, 0, 0)


class Pictures:
    """`anchored` by the sheet's name and the row's index (from 0); `named` by WPS's name of a cell picture."""

    def __init__(self, archive: zipfile.ZipFile | None = None) -> None:
        self.archive = archive
        self.anchored: dict[tuple[str, int], list[Picture]] = {}
        self.named: dict[str, Picture] = {}
        self.drawn: dict[Picture, SafePicture] = {}
        self.pixels = 0

    def safe(self, picture: Picture) -> "SafePicture":
        """The picture drawn anew; each is read once, however many questions show it."""
        if picture not in self.drawn:
            content = read_entry(self.archive, picture.path, LARGEST_PICTURE + 1) if self.archive else b""
            if len(content) > LARGEST_PICTURE:
                raise Refused(TOO_LARGE)
            self.drawn[picture] = made_safe(content, picture.crop)
            self.pixels += self.drawn[picture].pixels
            if self.pixels > MOST_PIXELS_TOGETHER:
                raise Refused(TOO_MANY)
        return self.drawn[picture]


def read_pictures(content: bytes) -> Pictures:
    """Where the pictures are; nothing where the file is no .xlsx or its drawings can't be read."""
    try:
        parts = Parts(zipfile.ZipFile(io.BytesIO(content)))
        found = Pictures(parts.archive)
        for sheet, path in sheet_paths(parts):
            for row, picture in anchors(parts, path):
                found.anchored.setdefault((sheet, row), []).append(picture)
        found.named = dict(cell_images(parts))
    except BROKEN:
        return Pictures()
    return found


class Parts:
    """The XML inside a workbook, as much of it as one may ask us to read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive, self.left = archive, LARGEST_XML

    def xml(self, path: str) -> ElementTree.Element | None:
        content = read_entry(self.archive, path, self.left)
        self.left -= len(content)
        if not content or self.left <= 0 or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            return None
        return ElementTree.fromstring(content)  # noqa: S314  no document type, so no entities, and bounded


def read_entry(archive: zipfile.ZipFile, path: str, limit: int) -> bytes:
    """At most so many bytes, whatever its header says; nothing where it is missing or broken."""
    try:
        with archive.open(path) as file:
            return file.read(max(0, limit))
    except (KeyError, EOFError, *BROKEN):
        return b""


def relations(parts: Parts, path: str) -> dict[str, str]:
    """Where the links of a part lead inside the archive."""
    folder, name = posixpath.split(path)
    xml = parts.xml(f"{folder}/_rels/{name}.rels")
    found = {}
    for link in xml.iter(RELATION) if xml is not None else ():
        if link.get("TargetMode") != "External" and link.get("Target"):
            target = posixpath.join("/" + folder, link.get("Target", ""))
            found[link.get("Id", "")] = posixpath.normpath(target).lstrip("/")
    return found


def sheet_paths(parts: Parts) -> Iterator[tuple[str, str]]:
    book = parts.xml("xl/workbook.xml")
    links = relations(parts, "xl/workbook.xml")
    for sheet in book.iter(SHEETS + "sheet") if book is not None else ():
        if path := links.get(sheet.get(LINK + "id", "")):
            yield sheet.get("name", ""), path


def anchors(parts: Parts, sheet: str) -> Iterator[tuple[int, Picture]]:
    """A picture belongs to the row in which its upper left corner lies."""
    drawings = [path for path in relations(parts, sheet).values() if "/drawings/drawing" in path]
    for drawing in drawings:
        xml, links = parts.xml(drawing), relations(parts, drawing)
        for anchor in list(xml)[:MOST_PICTURES] if xml is not None else ():
            row = anchor.findtext(f"{DRAWING}from/{DRAWING}row")
            for shown in anchor.iter(DRAWING + "pic"):
                picture = picture_of(shown, links)
                if picture and row and row.isascii() and row.isdigit():
                    yield int(row), picture


def picture_of(shown: ElementTree.Element, links: dict[str, str]) -> Picture | None:
    blip = shown.find(f".//{MAIN}blip")
    path = links.get(blip.get(LINK + "embed", "")) if blip is not None else None
    if path is None:
        return None
    cut = shown.find(f".//{MAIN}srcRect")
    sides = [cut.get(side, "0") if cut is not None else "0" for side in "ltrb"]
    left, top, right, bottom = (int(side) if side.isascii() and side.isdigit() else 0 for side in sides)
    fits = left + right < PARTS and top + bottom < PARTS
    return Picture(path, (left, top, right, bottom) if fits else (0, 0, 0, 0))


def cell_images(parts: Parts) -> Iterator[tuple[str, Picture]]:
    xml, links = parts.xml("xl/cellimages.xml"), relations(parts, "xl/cellimages.xml")
    for shown in xml.iter(DRAWING + "pic") if xml is not None else ():
        named = shown.find(f".//{DRAWING}cNvPr")
        picture = picture_of(shown, links)
        if named is not None and picture:
            yield named.get("name", ""), picture


# ── Made safe ────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class SafePicture:
    content: bytes
    content_type: str
    name: str  # the same for the same picture, whichever workbook brought it
    pixels: int = 0


def made_safe(content: bytes, crop: tuple[int, int, int, int] = (0, 0, 0, 0)) -> SafePicture:
    """Drawn anew, so that nothing but the picture itself is kept: no metadata, nothing behind its end."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Any = Image.open(io.BytesIO(content), formats=FORMATS)
            if not 0 < image.width * image.height <= MOST_PIXELS:
                raise Refused(TOO_LARGE)
            photo = image.format == "JPEG"
            pixels, name = image.width * image.height, sha256(content + repr(crop).encode()).hexdigest()[:24]
            image = ImageOps.exif_transpose(image)
            return written(cropped(image, crop), name, pixels, photo=photo)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Refused(TOO_LARGE) from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as unknown:
        if isinstance(unknown, Refused):
            raise
        raise Refused(UNSHOWABLE) from unknown


def cropped(image: Any, crop: tuple[int, int, int, int]) -> Any:
    left, top, right, bottom = crop
    if not any(crop):
        return image
    width, height = image.size
    box = (
        width * left // PARTS,
        height * top // PARTS,
        width - width * right // PARTS,
        height - height * bottom // PARTS,
    )
    return image.crop(box) if box[2] > box[0] and box[3] > box[1] else image


def written(image: Any, name: str, pixels: int, *, photo: bool) -> SafePicture:
    """Photographs as JPEG, everything else as PNG on white: drawings with transparent ground are read in the dark
    too."""
    flat = image.convert("RGBA")
    ground = Image.new("RGBA", flat.size, "white")
    ground.alpha_composite(flat)
    result = ground.convert("RGB")
    result.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    if photo:
        result.save(out, "JPEG", quality=88, optimize=True)
        return SafePicture(out.getvalue(), "image/jpeg", f"{name}.jpg", pixels)
    result.save(out, "PNG", optimize=True)
    return SafePicture(out.getvalue(), "image/png", f"{name}.png", pixels)
