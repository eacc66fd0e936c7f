"""The pictures of a poster, made part of its one file: a drawing as drawing, so that a printer can work on it, anything
else as data. What could run or fetch something is left behind."""

import base64
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, tostring

import segno
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.safestring import SafeString, mark_safe

from media.models import Image
from ui.templatetags.ui import FIXED_MASK, icon

SVG = "http://www.w3.org/2000/svg"
DRAWN = {
    *("svg", "g", "defs", "symbol", "title", "desc", "style", "linearGradient", "radialGradient", "stop", "clipPath"),
    *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "mask"),
}
REACHES_OUT = re.compile(r"url\((?!\s*['\"]?#)|@import|javascript:|expression\(", re.IGNORECASE)
ICON_HEAD = re.compile(r"^<svg [^>]*>")
MARGIN_OF_CODE = 4  # modules of white around a code, without which no phone finds it


def picture(image: Image, *, y: float, x: float, width: float, height: float) -> SafeString:
    """The image in this place, cut off evenly where it is of another shape."""
    place = {"x": x, "y": y, "width": width, "height": height}
    attributes = {name: f"{value:.2f}" for name, value in place.items()} | {"preserveAspectRatio": "xMidYMid slice"}
    element = drawing(image) if image.is_svg() else photograph(image)
    for name, value in attributes.items():
        element.set(name, value)
    return mark_safe(tostring(element, encoding="unicode"))  # noqa: S308  ours, or cleaned element by element


def drawing(image: Image) -> Element:
    """The drawing without whatever is not drawn; an empty one where the file is no drawing at all."""
    try:
        with image.file.open() as file:
            root: Element = fromstring(file.read())
    except (ParseError, DefusedXmlException, FileNotFoundError):
        return Element("svg")
    if not root.get("viewBox"):
        root.set("viewBox", f"0 0 {image.width} {image.height}")
    clean(root)
    return root


def clean(element: Element) -> None:
    """In place, and without the vocabulary's name before each word: it stands once, at the head of the poster."""
    element.tag = name_of(element)
    element.attrib = {name: value for name, value in element.attrib.items() if is_harmless(name, value)}
    for child in list(element):
        if name_of(child) not in DRAWN or REACHES_OUT.search(child.text or ""):
            element.remove(child)
        else:
            clean(child)


def name_of(element: Element) -> str:
    tag = element.tag
    return tag.removeprefix(f"{{{SVG}}}") if isinstance(tag, str) else ""


def is_harmless(name: str, value: str) -> bool:
    """Plain attributes of SVG; those of other vocabularies (xlink:href above all) stay behind."""
    return not (name.startswith(("on", "{")) or name == "href" or REACHES_OUT.search(value))


def icon_of(name: str, *, x: float, y: float, size: float, colour: str) -> SafeString:
    """An icon of ours in lines of one colour."""
    box = f'x="{x:.2f}" y="{y:.2f}" width="{size:.2f}" height="{size:.2f}" viewBox="0 0 48 48"'
    pen = f'fill="none" stroke="{colour}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"'
    return mark_safe(ICON_HEAD.sub(f"<svg {box} {pen}>", icon(name), count=1))  # noqa: S308  our own files


def photograph(image: Image) -> Element:
    """A photograph in the size that a sheet of A3 can show, inside the file."""
    rendition = image.get_rendition("max-2000x2000|format-jpeg|jpegquality-82")
    with rendition.file.open() as file:
        content = base64.b64encode(file.read()).decode()
    size = {"width": str(rendition.width), "height": str(rendition.height)}
    root = Element("svg", {"viewBox": f"0 0 {rendition.width} {rendition.height}"})
    root.append(Element("image", {"href": f"data:image/jpeg;base64,{content}"} | size))
    return root


def code(address: str, *, x: float, y: float, size: float) -> SafeString:
    """A QR code of medium error correction as one path."""
    rows = list(segno.make(address, error="m", mask=FIXED_MASK, micro=False, boost_error=False).matrix)
    whole = len(rows) + 2 * MARGIN_OF_CODE
    path = "".join(run for at, row in enumerate(rows) for run in runs(bytes(row), at + MARGIN_OF_CODE))
    box = f'x="{x:.2f}" y="{y:.2f}" width="{size}" height="{size}" viewBox="0 0 {whole} {whole}"'
    paper = f'<path fill="#fff" d="M0 0h{whole}v{whole}H0z"/>'
    return mark_safe(f'<svg {box}>{paper}<path d="{path}"/></svg>')  # noqa: S308  numbers only


def runs(row: bytes, y: int) -> Iterator[str]:
    """The dark modules of a row as rectangles, as long as they hang together."""
    for found in re.finditer(rb"\x01+", row):
        length = found.end() - found.start()
        yield f"M{found.start() + MARGIN_OF_CODE} {y}h{length}v1h-{length}z"
