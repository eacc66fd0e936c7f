"""A key that was wrong: what the corrected version says about the version that was asked, and what a mark becomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exams.rules import BY_HAND, CHOICES, QuestionFault
from exams.sitting_rules import in_json


@dataclass(frozen=True)
class Wording:
    """`options` and `answer` as `exams.rules` tells for each kind."""

    kind: str
    options: Any
    answer: Any


def corrected_key(asked: Wording, corrected: Wording) -> list[Any]:
    """The corrected key in the positions of the version that was asked, since answers name those. Raises QuestionFault
    where the two do not ask the same."""
    kind = asked.kind
    if kind in BY_HAND:
        raise QuestionFault("A person marks it: there is no key to correct.")
    if corrected.kind != kind:
        raise QuestionFault("The corrected version is of another kind.")
    if kind == "fill":
        if len(corrected.answer) != len(asked.answer):
            raise QuestionFault("The corrected version has another number of blanks.")
        return list(corrected.answer)
    if kind == "matching":
        return matching_key(asked.options, corrected)
    key = places(corrected.options, asked.options)
    moved = [key[position] for position in corrected.answer]
    return sorted(moved) if kind in CHOICES else moved


def matching_key(asked: Any, corrected: Wording) -> list[int]:
    left = places(asked["left"], corrected.options["left"])
    right = places(corrected.options["right"], asked["right"])
    return [right[corrected.answer[place]] for place in left]


def places(texts: Sequence[str], among: Sequence[str]) -> list[int]:
    """Where each text stands among the others, of which there are as many."""
    if sorted(texts) != sorted(among):
        raise QuestionFault("The corrected version has other options.")
    return [list(among).index(text) for text in texts]


@dataclass(frozen=True)
class Remarked:
    points: Decimal
    passed: bool
    slots: list[int | str]


def remarked(slots: Sequence[int | str], place: int, points: Decimal, *, total: int, pass_percent: int) -> Remarked:
    """A mark in which one question gets other points; all the others stay as they were given."""
    each = [points if other == place else Decimal(str(given)) for other, given in enumerate(slots)]
    whole = sum(each, Decimal(0))
    return Remarked(whole, whole * 100 >= pass_percent * total, [in_json(one) for one in each])
