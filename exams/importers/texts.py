"""Cells as texts, and texts made alike."""

import re
import unicodedata
from datetime import date
from typing import Any

INVISIBLE = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
NUMBERING = re.compile(
    r"\s*(?:\d{1,4}\s*[.．、]\s*(?:(?!\d)|(?=(?:19|20)\d\d\s*年))|\d{1,4}[ \u00a0]*\t\s*|[(（]\d{1,4}[)）]\s*)"
)


def plain(cell: Any) -> str:
    """The cell as it stands in the sheet, as far as its value tells."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return str(cell)


def clean(text: str) -> str:
    """One space where there were many, no invisible characters; line breaks stay."""
    text = INVISIBLE.sub("", text.replace("_x000D_", "\n").replace("\r", "\n"))
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def without_number(stem: str) -> str:
    """`12.`, `12．`, `12、`, `12<tab>` and `(12)` before a stem go; `1.5米` is no numbering."""
    return stem[match.end() :] if (match := NUMBERING.match(stem)) else stem


def alike(text: str) -> str:
    """The same for texts that differ in width, case, spaces and the stop at the end only."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", "", folded).rstrip(".。;,!?")
