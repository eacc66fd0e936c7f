"""The first sentences of a yearly report, written from the figures. Each figure is a piece of its own, so that a page
can link it to its rows; nothing is rounded, and nothing that the platform does not hold is told."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from duties.vocabulary import Hazard
from reports.figures import FIGURES
from reports.lens import Lens

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Piece:
    """Text, or a figure with its name; `hazard` narrows the figure to one kind of drill."""

    text: str
    figure: str = ""
    hazard: str = ""

    def stored(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class Sentence:
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def values(lens: Lens) -> dict[str, int]:
    return {name: figure.value(figure.rows(lens)) for name, figure in FIGURES.items()}


def sentences(lens: Lens, numbers: Mapping[str, int]) -> list[Sentence]:
    """Drills, training, plans; a subject without a row says so in its own words instead of printing noughts."""
    return [
        Sentence(tuple(pieces(text, numbers, hazards(lens) if numbers["drills"] else ())))
        for text in (drills_text(numbers), training_text(numbers), plans_text(numbers))
    ]


def hazards(lens: Lens) -> tuple[Piece, ...]:
    """The kinds of drill named, most frequent first, each a figure of its own."""
    rows = lens.drills().order_by().values("hazard").annotate(rows=Count("pk")).order_by("-rows", "hazard")
    named = [Piece(str(Hazard(row["hazard"]).label), "drills", row["hazard"]) for row in rows]
    comma = Piece(_(", "))
    return tuple(piece for one in named for piece in (comma, one))[1:]


def drills_text(numbers: Mapping[str, int]) -> str:
    if not numbers["drills"]:
        return _("No drill is on record for this period.")
    text = _("Drills on {hazards} were held {drills} times by and with {units} units.")
    if numbers["named"]:
        text += _(" By name {named} person-times ({persons} people) took part.")
    if numbers["heads"]:
        text += _(" Another {heads} person-times were counted by heads.")
    if numbers["history"]:
        text += _(" Of the drills, {history} were imported from earlier ledgers.")
    return text


def training_text(numbers: Mapping[str, int]) -> str:
    if not numbers["completions"]:
        return _("No training was completed in this period.")
    text = _("Training was completed {completions} person-times ({trained} people) in {trained_units} units.")
    if numbers["certificates"]:
        text += _(" {certificates} certificates were issued.")
    return text


def plans_text(numbers: Mapping[str, int]) -> str:
    if not numbers["plans"]:
        return _("No emergency plan is in use at the end of this period.")
    covered = _(" They cover {plan_townships} townships, {plan_sectors} sectors and {plan_units} units.")
    return _("{plans} emergency plans are in use.") + covered


def pieces(text: str, numbers: Mapping[str, int], named: tuple[Piece, ...]) -> Iterator[Piece]:
    """The text cut at its placeholders."""
    for place, part in enumerate(PLACEHOLDER.split(text)):
        if place % 2 == 0:
            yield from [Piece(part)] if part else []
        elif part == "hazards":
            yield from named
        else:
            yield Piece(str(numbers[part]), part)


def restored(stored: list[list[dict[str, Any]]]) -> list[Sentence]:
    return [Sentence(tuple(Piece(**piece) for piece in sentence)) for sentence in stored]
