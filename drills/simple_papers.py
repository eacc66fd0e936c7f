"""Photos and scans that people send: told by what they are, not by their name, and drawn anew, so that nothing but the
picture is kept — no place, no camera, nothing behind its end."""

import io
import warnings
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.core.files import File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST = 20 * 1024 * 1024  # bytes of one file
MOST_PIXELS = 64_000_000
LONGEST_SIDE = 1600  # of what is kept: a signed sheet can be read at it
SMALL_SIDE = 360
FORMATS = ("JPEG", "PNG", "WEBP")
APPLE_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"heif")
ACCEPTED_PHOTOS = "image/jpeg,image/png,image/webp"
ACCEPTED_PAPERS = f"{ACCEPTED_PHOTOS},application/pdf"


@dataclass(frozen=True)
class Paper:
    """A file that may be kept."""

    content: bytes
    content_type: str
    suffix: str


class Refused(ValueError):
    """The message says what to do instead, in the language of the page."""


def safe_paper(file: File, *, pdf: bool = False) -> Paper:
    """A JPEG of the picture, or (where `pdf` is welcome) the PDF as it is. Raises Refused."""
    if (file.size or 0) > LARGEST:
        raise Refused(_("The file is larger than 20 MB. Take a photo of the page instead."))
    content = file.read()
    if not content:
        raise Refused(_("The file is empty."))
    if pdf and content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise Refused(_("The PDF is not complete. Save it once more and choose it again."))
        return Paper(content, "application/pdf", ".pdf")
    return Paper(redrawn(content), "image/jpeg", ".jpg")


def redrawn(content: bytes) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we count the pixels ourselves
            image: Any = Image.open(io.BytesIO(content), formats=FORMATS)
            if not 0 < image.width * image.height <= MOST_PIXELS:
                raise Refused(too_many_pixels())
            return as_jpeg(image, LONGEST_SIDE)
    except Refused:
        raise
    except Image.DecompressionBombError as bomb:
        raise Refused(too_many_pixels()) from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as unknown:
        raise Refused(why_unknown(content)) from unknown


def too_many_pixels() -> str:
    return _("The picture has too many pixels. Take it again with a smaller setting.")


def why_unknown(content: bytes) -> str:
    if content[4:8] == b"ftyp" and content[8:12] in APPLE_BRANDS:
        return _("This is an HEIC photo, which not every device can show. Save it as JPEG, or take it with this page.")
    return _("This is no photo that can be shown. Choose a JPEG, PNG or WebP picture.")


def as_jpeg(image: Any, side: int) -> bytes:
    """Upright, on white, no side longer than `side`."""
    image.draft("RGB", (side, side))  # a JPEG decoded at once near the size that is wanted
    upright = ImageOps.exif_transpose(image)
    flat = upright.convert("RGBA")
    ground = Image.new("RGBA", flat.size, "white")
    ground.alpha_composite(flat)
    result = ground.convert("RGB")
    result.thumbnail((side, side))
    out = io.BytesIO()
    result.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def small(file: BinaryIO) -> bytes:
    """The same picture for a list."""
    with Image.open(file, formats=("JPEG",)) as image:
        return as_jpeg(image, SMALL_SIDE)
