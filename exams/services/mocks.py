"""Mock exams: drawn for one person, saved on the way, handed in once."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from exams import practice_rules
from exams.models import Exam, MockExam, QuestionVersion
from exams.paper_rules import Part, Slot, draw_paper
from exams.queries.practice import Choice, Ground, times_seen
from exams.services.practice import Given, answer_practice
from people.models import User


class NothingToAsk(ValueError):
    """No question is left that may be practised."""


def parts_of_bank(ground: Ground, counts: Mapping[str, int]) -> list[Part]:
    return [part(ground, Choice(kind=kind), count) for kind, count in counts.items() if count]


def parts_of_exam(user: User, exam: Exam, secret: set[int], *, now: datetime) -> list[Part]:
    """The blueprint's lines. `secret` are the questions of the exam's own papers: the mock exam asks none of them."""
    lines = []
    for line in exam.parts.all():
        ground = Ground(user, [line.bank], now=now, besides=secret)
        difficulty = str(line.difficulty or "")
        lines.append(part(ground, Choice(kind=line.kind, point=line.point, difficulty=difficulty), line.count))
    return lines


def part(ground: Ground, choice: Choice, count: int) -> Part:
    """Without the numbers of options: a question's order is told when it is drawn."""
    versions = ground.questions(choice).order_by().values_list("current", flat=True)
    return Part(choice.kind, count, 1, dict.fromkeys(versions, 0))


def start_mock(
    user: User, title: str, parts: Sequence[Part], *, minutes: int, now: datetime, exam: Exam | None = None
) -> MockExam:
    """The one that is open, or a new one with the questions this person has seen least."""
    there = MockExam.objects.filter(user=user, handed_in_at=None).first()
    if there:
        return there
    slots = draw(user, parts)
    if not slots:
        raise NothingToAsk
    ends = practice_rules.ends_at(now, minutes)
    try:
        with transaction.atomic():
            return MockExam.objects.create(
                user=user, title=title, exam=exam, slots=slots, started_at=now, deadline=ends
            )
    except IntegrityError:  # a double click: the other one was first
        return MockExam.objects.get(user=user, handed_in_at=None)


def draw(user: User, parts: Sequence[Part]) -> list[Slot]:
    seen = times_seen(user)
    slots = draw_paper(parts, seen, random.Random())  # noqa: S311  no secret: a draw for practice
    versions = QuestionVersion.objects.only("kind", "options").in_bulk([slot["version"] for slot in slots])
    return [{**slot, "order": order_of(versions[slot["version"]])} for slot in slots]


def order_of(version: QuestionVersion) -> list[int]:
    there = version.options["right"] if version.kind == "matching" else version.options
    return practice_rules.shown_order(version.kind, len(there), f"{version.pk}-{random.random()}")  # noqa: S311


def save_mock(mock: MockExam, given: Mapping[int, Sequence[Any]], *, now: datetime) -> bool:
    """What the page held; False when the time is over or it was handed in already."""
    if not practice_rules.counts_still(mock.deadline, now):
        return False
    kept = {str(place): list(answer) for place, answer in given.items() if answer}
    return bool(MockExam.objects.filter(pk=mock.pk, handed_in_at=None).update(given=kept))


@transaction.atomic
def hand_in_mock(mock: MockExam, *, now: datetime) -> bool:
    """What was saved becomes practice answers, once. A question left open is none: an evening broken off does not fill
    the wrong ones. Neither is one that an open exam asks by now. False for whoever comes second."""
    if not MockExam.objects.filter(pk=mock.pk, handed_in_at=None).update(handed_in_at=min(now, mock.deadline)):
        return False
    mock.refresh_from_db()
    versions = QuestionVersion.objects.select_related("question__bank").in_bulk(
        [slot["version"] for slot in mock.slots]
    )
    banks = {version.question.bank for version in versions.values()}
    secret = Ground(mock.user, banks, now=now).secret
    given = [
        Given(versions[slot["version"]], mock.given[str(place)], f"mock-{mock.pk}-{place}", place)
        for place, slot in enumerate(mock.slots)
        if str(place) in mock.given and versions[slot["version"]].question_id not in secret
    ]
    answer_practice(mock.user, given, now=now, mock=mock)
    return True
