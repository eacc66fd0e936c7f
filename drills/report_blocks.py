"""What a report is made of: headings, texts and tables, the same for the PDF, the Word file and the preview."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    kind: str = "heading"


@dataclass(frozen=True)
class Text:
    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Table:
    """`widths` in percent; `numbers` are the columns that are right-aligned."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    numbers: frozenset[int] = frozenset()
    caption: str = ""
    kind: str = "table"

    @property
    def columns(self) -> list[tuple[str, int, bool]]:
        return [(name, self.widths[place], place in self.numbers) for place, name in enumerate(self.head)]

    @property
    def cells(self) -> list[list[tuple[str, str, bool]]]:
        """Each with its column's name and whether it is a number."""
        return [[(text, self.head[n], n in self.numbers) for n, text in enumerate(row)] for row in self.rows]


@dataclass(frozen=True)
class Pairs:
    rows: tuple[tuple[str, str], ...]
    kind: str = "pairs"


Block = Heading | Text | Table | Pairs


@dataclass(frozen=True)
class Paper:
    title: str
    drill: str  # with its mark
    lines: tuple[str, ...]  # below the title: whose it is, and the day
    blocks: tuple[Block, ...]
    signers: tuple[str, ...]
    signed_on: str  # where the day is written by hand
    annex: tuple[Block, ...]
    notes: tuple[str, ...]
    draft: bool = False


def printable(value: Any) -> Any:
    """The same without control characters, which a phone or a paste may have left in a text: Word refuses them, and
    in a PDF they spoil the search."""
    if isinstance(value, str):
        return UNPRINTABLE.sub("", value)
    if isinstance(value, Mapping):
        return {name: printable(each) for name, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, list | tuple) else value
