"""What a candidate's page may know of his paper: never the key, the explanation, or right and wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.urls import reverse

from exams.attempts import picture_token
from exams.models import Answer, QuestionVersion, Sitting
from exams.paper_rules import Slot
from exams.rules import BLANK


@dataclass(frozen=True)
class Option:
    position: int  # the author's, which is what an answer names
    text: str


@dataclass(frozen=True)
class Case:
    """What a run of questions shares; `first` and `last` are their numbers on the paper."""

    first: int
    last: int
    material: str


@dataclass(frozen=True)
class Asked:
    """One question of the paper as this person sees it."""

    slot: int
    kind: str
    points: int
    stem: str
    options: list[Option]  # in the order shown; of a matching question the right side
    picture: str  # an address, or nothing
    given: list[Any]
    revision: int  # 0 where nothing is saved
    epoch: int
    left: list[str] = field(default_factory=list)  # of a matching question
    blanks: int = 0
    case: Case | None = None


def paper_for(sitting: Sitting) -> list[Asked]:
    """Three statements. `revision` is where the device goes on counting."""
    slots = sitting.paper.slots
    fields = ("kind", "stem", "options", "material", "picture_id")
    versions = QuestionVersion.objects.only(*fields).in_bulk([slot["version"] for slot in slots])
    answers = {answer.slot: answer for answer in sitting.answers.all()}
    cases = dict(cases_of(slots, [versions[slot["version"]].material for slot in slots]))
    return [
        asked(sitting, place, versions[slot["version"]], answers.get(place), cases.get(place))
        for place, slot in enumerate(slots)
    ]


def asked(sitting: Sitting, place: int, version: Any, answer: Answer | None, case: Case | None) -> Asked:
    slot = sitting.paper.slots[place]
    sides = version.options if isinstance(version.options, dict) else {"left": [], "right": version.options}
    return Asked(
        slot=place,
        kind=version.kind,
        points=slot["points"],
        stem=version.stem,
        options=[Option(position, sides["right"][position]) for position in slot["order"]],
        picture=picture_address(sitting, place) if version.picture_id else "",
        given=answer.given if answer else [],
        revision=answer.revision if answer else 0,
        epoch=answer.epoch if answer else 0,
        left=sides["left"],
        blanks=max(1, version.stem.count(BLANK)) if version.kind == "fill" else 0,
        case=case,
    )


def cases_of(slots: Sequence[Slot], materials: Sequence[str]) -> Iterator[tuple[int, Case]]:
    """By slot. Neighbours of one case share its description, be it written at one of them or at each; a question may
    have one for itself alone."""
    for name, run in groupby(range(len(slots)), key=lambda place: slots[place].get("case") or place):
        places = list(run)
        material = next((materials[place] for place in places if materials[place].strip()), "")
        if material or (isinstance(name, str) and len(places) > 1):
            case = Case(places[0] + 1, places[-1] + 1, material)
            yield from ((place, case) for place in places)


def picture_address(sitting: Sitting, slot: int) -> str:
    address = reverse("exams:sitting_picture", args=[sitting.pk, slot])
    return f"{address}?t={picture_token(sitting.pk, slot)}"
