"""A report as a PDF."""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from drills.report_blocks import Paper
from ui.pdf import is_printable, render_pdf

#: Every font for Chinese has these; whatever else comes up (an emoji from a phone) is asked for, one by one.
UNUSUAL = re.compile(r"[^\s!-~·–—‘’“”…　-〃《-】〔-〕一-鿿！-～]")
INSTEAD = "□"


def report_pdf(paper: Paper) -> bytes:
    return render_pdf("drills/report_pdf.html", {"paper": each_text(paper, in_print)})


def in_print(text: str) -> str:
    """What no installed font has is an empty box, drawn as one: a missing glyph would spoil the search in the file."""
    return UNUSUAL.sub(lambda found: found[0] if is_printable(found[0]) else INSTEAD, text)


def each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The same with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(each_text(one, change) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{part.name: each_text(getattr(value, part.name), change) for part in fields(value)})
    return value
