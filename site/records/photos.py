"""Photos as phones take them: drawn anew, so that nothing but the picture is kept, and told apart by how they look."""

import io
from itertools import pairwise
from typing import Any, BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000
LONG_SIDE = 2560
QUALITY = 88
COLUMNS, ROWS = 9, 8  # of the small grey picture whose neighbours are compared: 64 differences


class NotAPhoto(ValueError):
    """No picture of these formats, broken, or larger than any phone takes them."""


def plain_jpeg(content: Any, *, side: int = LONG_SIDE, formats: tuple[str, ...] = ("JPEG",)) -> bytes:
    """Upright, of a sensible size, and without what the camera wrote into it: place, device, owner."""
    try:
        with Image.open(content, formats=formats) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotAPhoto("too many pixels")
            image.draft("RGB", (side, side))
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as broken:
        raise NotAPhoto("not a photo") from broken
    upright.thumbnail((side, side))
    for name in list(upright.info):
        del upright.info[name]
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def fingerprint(jpeg: BinaryIO) -> str:
    """64-bit difference hash, hexadecimal: each bit tells whether a spot is brighter than the one to its right. The
    same picture sent once more, smaller or compressed anew, differs in a few bits only."""
    with Image.open(jpeg, formats=("JPEG",)) as image:
        small = image.convert("L").resize((COLUMNS, ROWS), Image.Resampling.LANCZOS)
    grey = list(small.tobytes())
    lines = [grey[start : start + COLUMNS] for start in range(0, COLUMNS * ROWS, COLUMNS)]
    bits = "".join(str(int(left > right)) for line in lines for left, right in pairwise(line))
    return f"{int(bits, 2):016x}"


def differing_bits(one: str, other: str) -> int:
    """Between two fingerprints: 0 the same picture, about 32 two that have nothing in common."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
