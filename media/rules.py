"""What may come into the library, told from names and bytes: no queries, no clock, no Django."""

import re
from datetime import timedelta
from pathlib import PurePath

MB = 1024 * 1024
PART = 5 * MB
HEAD = 4096  # bytes that tell what a file is
KEPT = timedelta(days=7)
OPEN_FILES, OPEN_BYTES = 60, 3 * 1024 * MB  # of one person: not yet in the library

LARGEST = {"image": 20 * MB, "video": 200 * MB, "audio": 50 * MB, "document": 30 * MB, "captions": 1 * MB}
LARGEST_OF_ALL = max(LARGEST.values())

# What a name promises; what the bytes say has the last word.
KIND_OF_EXTENSION = {
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "avif", "svg"), "image"),
    "mp4": "video",
    **dict.fromkeys(("mp3", "m4a"), "audio"),
    **dict.fromkeys(("pdf", "docx", "pptx", "xlsx"), "document"),
    "vtt": "captions",
}
ACCEPTED = ",".join(f".{extension}" for extension in KIND_OF_EXTENSION)

PROGRAM, PAGE, ARCHIVE, UNKNOWN = "program", "page", "archive", "unknown"
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"dex\n")
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
PICTURES = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png", b"GIF87a": "gif", b"GIF89a": "gif"}
BRANDS = {b"avif": "avif", b"M4A ": "m4a"} | dict.fromkeys((b"heic", b"heix", b"mif1"), UNKNOWN)
PAGES = re.compile(rb"<(?:!doctype html|html|head|body|script|iframe|\?php)\b", re.IGNORECASE)
SVG = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg\b", re.S)


def extension_of(name: str) -> str:
    return PurePath(name.lower()).suffix.removeprefix(".")


def stem_of(name: str) -> str:
    """What a film and its captions have in common: clip.mp4, clip.vtt, clip.zh.vtt."""
    stem = PurePath(name).name.rpartition(".")[0] or name
    return re.sub(r"\.(zh|zh-cn|zh-hans|en)$", "", stem, flags=re.IGNORECASE).casefold()


def sniff(head: bytes, name: str = "") -> str:
    """The extension that fits the first bytes; else PROGRAM, PAGE, ARCHIVE or UNKNOWN. `name` tells apart the Office
    files, which are archives all."""
    for begins, extension in PICTURES.items():
        if head.startswith(begins):
            return extension
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12], "mp4")
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xf3", b"\xf2")):
        return "mp3"
    return sniff_text(head, extension_of(name))


def sniff_text(head: bytes, extension: str) -> str:
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(PROGRAMS):
        return PROGRAM
    if head.startswith(ARCHIVES):
        return extension if head.startswith(b"PK\x03\x04") and extension in ("docx", "pptx", "xlsx") else ARCHIVE
    if head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
        return "vtt"
    if SVG.match(head):
        return "svg"
    return PAGE if PAGES.search(head) else UNKNOWN


# ── Titles ───────────────────────────────────────────────────────────────────
def title_from(name: str) -> str:
    """A file's name as a person would write it: without ending and underscores."""
    stem = PurePath(name).name.rpartition(".")[0] or name
    return re.sub(r"[\s_]+", " ", stem).strip()[:200] or name


def numbered(words: str, number: int, total: int) -> str:
    return words if total == 1 else f"{words} {number}"


# ── Films ────────────────────────────────────────────────────────────────────
HEIGHTS = (480, 720)  # short sides in pixels: a phone's, and a desk's
BITRATE = {480: 900_000, 720: 2_200_000}  # per second; above it a copy saves something even at the same size


def wanted_heights(width: int, height: int, size: int, duration: float) -> list[int]:
    """Which smaller copies are worth making, the smallest first."""
    side, rate = min(width, height), size * 8 / duration if duration else 0
    return [one for one in HEIGHTS if side > one or (side == one and rate > 1.5 * BITRATE[one])]
