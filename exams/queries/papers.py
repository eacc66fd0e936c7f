"""What a candidate's page may know of his paper: never the key, the explanation, or right and wrong."""

from dataclasses import dataclass

from django.urls import reverse

from exams.attempts import picture_token
from exams.models import QuestionVersion, Sitting


@dataclass(frozen=True)
class Option:
    position: int  # the author's, which is what an answer names
    text: str


@dataclass(frozen=True)
class Asked:
    """One question of the paper as this person sees it."""

    slot: int
    kind: str
    points: int
    stem: str
    options: list[Option]  # in the order shown
    picture: str  # an address, or nothing
    given: list[int]
    revision: int  # 0 where nothing is saved
    epoch: int


def paper_for(sitting: Sitting) -> list[Asked]:
    """Three statements. `revision` is where the device goes on counting."""
    slots = sitting.paper.slots
    fields = ("kind", "stem", "options", "picture_id")
    versions = QuestionVersion.objects.only(*fields).in_bulk([slot["version"] for slot in slots])
    answers = {answer.slot: answer for answer in sitting.answers.all()}
    asked = []
    for place, slot in enumerate(slots):
        version, answer = versions[slot["version"]], answers.get(place)
        asked.append(
            Asked(
                slot=place,
                kind=version.kind,
                points=slot["points"],
                stem=version.stem,
                options=[Option(position, version.options[position]) for position in slot["order"]],
                picture=picture_address(sitting, place) if version.picture_id else "",
                given=answer.given if answer else [],
                revision=answer.revision if answer else 0,
                epoch=answer.epoch if answer else 0,
            )
        )
    return asked


def picture_address(sitting: Sitting, slot: int) -> str:
    address = reverse("exams:sitting_picture", args=[sitting.pk, slot])
    return f"{address}?t={picture_token(sitting.pk, slot)}"
