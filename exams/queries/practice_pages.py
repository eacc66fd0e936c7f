"""A question as practice shows it: its fields before the answer; the key, what was answered and why afterwards."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from exams.models import PracticeAnswer, QuestionVersion
from exams.rules import BY_HAND, LONGEST_TEXT, fits

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Shown:
    """A question with its fields. `name` begins the names of the fields; `order` are the author's positions as shown;
    `given` is what the fields hold already."""

    version: QuestionVersion
    name: str
    order: list[int]
    given: list[Any] = field(default_factory=list)

    @property
    def picture(self) -> str:
        return reverse("exams:practice_picture", args=[self.version.pk]) if self.version.picture_id else ""

    @property
    def longest(self) -> int:
        return LONGEST_TEXT.get(self.version.kind, 0)

    @property
    def text(self) -> str:
        return str(self.given[0]) if self.given else ""

    def choices(self) -> list[tuple[int, str, str, bool]]:
        """Position, letter, text, chosen."""
        texts = self.version.options
        return [(place, letter(place), texts[place], place in self.given) for place in self.order]

    def blanks(self) -> list[tuple[str, int, str]]:
        held = [*self.given, *[""] * len(self.version.answer)]
        return [(f"{self.name}-{place}", place + 1, held[place]) for place in range(len(self.version.answer))]

    def items(self) -> list[tuple[str, str, list[tuple[int, bool]]]]:
        """What is to be put in order: field, text, and the numbers to choose from."""
        numbers = range(1, len(self.order) + 1)
        placed = {item: place + 1 for place, item in enumerate(self.given)}
        return [
            (f"{self.name}-{item}", self.version.options[item], [(one, placed.get(item) == one) for one in numbers])
            for item in self.order
        ]

    def pairs(self) -> list[tuple[str, str, list[tuple[int, str, bool]]]]:
        """What is to be matched: field, text of the left side, and the right side to choose from."""
        left, right = self.version.options["left"], self.version.options["right"]
        held = [*self.given, *[-1] * len(left)]
        return [
            (f"{self.name}-{place}", text, [(one, right[one], held[place] == one) for one in self.order])
            for place, text in enumerate(left)
        ]


@dataclass(frozen=True)
class Line:
    """A line of the key: what stands there, what was given, whether it is a right one."""

    text: str
    given: str = ""
    right: bool = False
    chosen: bool = False


@dataclass(frozen=True)
class Explained:
    """An answer with its key. `right` is None where the person has still to judge, or will not."""

    version: QuestionVersion
    given: list[Any]
    answer: PracticeAnswer | None = None

    @property
    def right(self) -> bool | None:
        if self.answer is None:
            return None
        judgement = getattr(self.answer, "judgement", None)
        return judgement.right if judgement else self.answer.right

    @property
    def picture(self) -> str:
        return reverse("exams:practice_picture", args=[self.version.pk]) if self.version.picture_id else ""

    @property
    def by_hand(self) -> bool:
        return self.version.kind in BY_HAND

    @property
    def asks_oneself(self) -> bool:
        return self.by_hand and self.answer is not None and self.right is None

    def lines(self) -> list[Line]:
        told: dict[str, Any] = {"fill": self.blanks, "ordering": self.items, "matching": self.pairs}
        if self.by_hand:
            return [Line(one["text"]) for one in self.version.answer]
        found: list[Line] = told.get(self.version.kind, self.choices)()
        return found

    def choices(self) -> list[Line]:
        return [
            Line(f"{letter(place)}. {text}", right=place in self.version.answer, chosen=place in self.given)
            for place, text in enumerate(self.version.options)
        ]

    def blanks(self) -> list[Line]:
        held = [*self.given, *[""] * len(self.version.answer)]
        return [
            Line(accepted(key), given=held[place], right=fits("fill", key, held[place]))
            for place, key in enumerate(self.version.answer)
        ]

    def items(self) -> list[Line]:
        """In the right order; beside each what was put in its place."""
        texts = self.version.options
        held = [texts[item] for item in self.given] + [""] * len(texts)
        return [Line(text, given=held[place], right=held[place] == text) for place, text in enumerate(texts)]

    def pairs(self) -> list[Line]:
        left, right = self.version.options["left"], self.version.options["right"]
        held = [*self.given, *[-1] * len(left)]
        return [
            Line(f"{text} — {right[key]}", given=right[chosen] if chosen >= 0 else "", right=chosen == key)
            for text, key, chosen in zip(left, self.version.answer, held, strict=False)
        ]


def letter(place: int) -> str:
    return LETTERS[place] if place < len(LETTERS) else str(place + 1)


def accepted(key: Any) -> str:
    if "number" in key:
        tolerance = f" ± {key['tolerance']}" if str(key.get("tolerance") or "0") != "0" else ""
        return f"{key['number']}{tolerance}{key.get('unit', '')}"
    return " / ".join(key["accept"])
