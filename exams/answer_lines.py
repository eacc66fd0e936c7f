"""An answer and its key as lines to read, told from plain values; `order` is how the options were shown."""

from collections.abc import Sequence
from typing import Any

from exams.rules import BY_HAND, CHOICES

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OPEN = "–"


def given_lines(kind: str, options: Any, order: Sequence[int], given: Sequence[Any]) -> list[str]:
    if kind == "fill" or kind in BY_HAND:
        return [str(text) or OPEN for text in given]
    return position_lines(kind, options, order, given)


def key_lines(kind: str, options: Any, order: Sequence[int], key: Sequence[Any]) -> list[str]:
    if kind == "fill":
        return [blank_line(blank) for blank in key]
    if kind in BY_HAND:
        return [str(line["text"]) for line in key]
    return position_lines(kind, options, order, key)


def position_lines(kind: str, options: Any, order: Sequence[int], positions: Sequence[int]) -> list[str]:
    if kind in CHOICES:
        shown = sorted(order.index(position) for position in positions)
        return [f"{LETTERS[place]}. {options[order[place]]}" for place in shown]
    if kind == "ordering":
        return [f"{place}. {options[position]}" for place, position in enumerate(positions, 1)]
    return [
        f"{left} → {options['right'][position] if position >= 0 else OPEN}"
        for left, position in zip(options["left"], positions, strict=False)
    ]


def blank_line(blank: dict[str, Any]) -> str:
    if "number" not in blank:
        return " / ".join(str(text) for text in blank["accept"])
    tolerance = f" ± {blank['tolerance']}" if str(blank.get("tolerance") or "0") != "0" else ""
    return f"{blank['number']}{tolerance} {blank.get('unit', '')}".strip()
