"""A marked paper as its candidate may read it afterwards: answers, right answers, explanations."""

from dataclasses import dataclass
from typing import Any

from exams.answer_lines import given_lines, key_lines
from exams.models import HandMark, Mark, QuestionVersion, Sitting
from exams.queries.worth import counting, keys_of


@dataclass(frozen=True)
class Read:
    """One question of a marked paper."""

    version: QuestionVersion
    points: Any
    most: int
    given: list[str]
    right: list[str]
    articles: list[Any]
    comments: list[str]

    @property
    def whole(self) -> bool:
        return str(self.points) == str(self.most)


def marked_paper(sitting: Sitting, mark: Mark) -> list[Read]:
    """By the keys that the mark went by."""
    slots = sitting.paper.slots
    wanted = {slot["version"] for slot in slots}
    versions = QuestionVersion.objects.prefetch_related("articles__regulation").in_bulk(wanted)
    keys, answers = keys_of(sitting.candidate.exam_id, wanted), counting(sitting)
    comments = comments_of(sitting)
    read = []
    for place, slot in enumerate(slots):
        version = versions[slot["version"]]
        read.append(
            Read(
                version=version,
                points=mark.slots[place],
                most=slot["points"],
                given=given_lines(version.kind, version.options, slot["order"], answers.get(place, ())),
                right=key_lines(version.kind, version.options, slot["order"], keys[version.pk]),
                articles=list(version.articles.all()),
                comments=comments.get(place, []),
            )
        )
    return read


def comments_of(sitting: Sitting) -> dict[int, list[str]]:
    """By slot: the latest word of each marker, without his name."""
    latest: dict[tuple[int, int], str] = {}
    marks = HandMark.objects.filter(answer__sitting=sitting).select_related("answer").order_by("pk")
    for mark in marks:
        latest[mark.answer.slot, mark.by_id] = mark.comment
    told: dict[int, list[str]] = {}
    for (slot, _by), comment in latest.items():
        if comment:
            told.setdefault(slot, []).append(comment)
    return told
