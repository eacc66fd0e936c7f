"""What a row says, cell by cell. Pure: values in, values and what had to be said about them out."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from drills.importers.columns import normal, words
from drills.msel_rules import CONTINGENCY, INJECT, one_line, tidy
from drills.msel_times import duration_text, plain, read_duration

Note = tuple[str, dict[str, Any]]  # a code of `reasons` and what its sentence needs

#: Characters of the fields that are one line; `text`, `expected` and `notes` have no bound.
LENGTHS = {
    "number": 20, "phase": 60, "scenario_time": 40, "sender": 60, "receiver": 120, "title": 120, "responsible": 60,
    "condition": 160,
}  # fmt: skip
LONG = frozenset({"text", "expected", "notes"})
LONGEST_TEXT = 20_000  # fewer than a cell of a worksheet holds
PROMPT = re.compile(r"[。！？!?\n]|\.\s")  # where the first sentence of a message ends


class Read(NamedTuple):
    """`rest` is what the cell said and the field cannot hold: it is kept beside."""

    value: Any = ""
    rest: str = ""
    note: Note | None = None


def text_of(cell: Any) -> str:
    """The cell as text; a whole number without its point, a day without its midnight."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}".removesuffix(":00").removesuffix(" 00:00")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return tidy(cell)


def read_line(name: str, cell: Any) -> Read:
    """One line, cut where the field ends; then the whole is kept beside."""
    text, longest = one_line(text_of(cell)), LENGTHS[name]
    if len(text) <= longest:
        return Read(text)
    return Read(f"{text[: longest - 1]}…", text, ("cut", {"field": name, "longest": longest}))


def read_kind(cell: Any) -> Read:
    word = one_line(text_of(cell))
    if not word:
        return Read()
    kind = words().kinds.get(normal(word), "")
    return Read(kind) if kind else Read("", word, ("kind_unknown", {"word": word[:30]}))


def read_mode(cell: Any) -> Read:
    word = one_line(text_of(cell))
    if not word:
        return Read()
    mode = words().modes.get(normal(word), "")
    return Read(mode) if mode else Read("", word, ("mode_unknown", {"word": word[:30]}))


def read_within(cell: Any, unit: int) -> Read:
    """Seconds. A bare number counts minutes, unless the column's head says something else."""
    text = one_line(text_of(cell))
    if plain(text) in words().nothing:
        return Read(None)
    try:
        if re.fullmatch(r"\d{1,6}(\.\d+)?", text):
            return Read(round(float(text) * (unit or 60)))
        return Read(read_duration(text))
    except ValueError:
        return Read(None, text, ("within_unclear", {"text": text[:30]}))


def title_from(values: Mapping[str, Any]) -> str:
    """The first sentence of the message, or of what is expected, for an event without a title."""
    told = str(values.get("text") or values.get("expected") or "")
    first = one_line(PROMPT.split(told.strip(), maxsplit=1)[0])
    return first if len(first) <= LENGTHS["title"] else f"{first[: LENGTHS['title'] - 1]}…"


def kind_of(said: str, waits: bool) -> str:
    return said or (CONTINGENCY if waits else INJECT)


def span_text(seconds: int) -> str:
    return duration_text(seconds, second="秒") + ("" if seconds % 60 else "分钟")
