"""What the answers of a sitting are worth: those that count, by the keys of today, with what markers gave."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from exams import sitting_rules as rules
from exams.models import AnswerEvent, KeyCorrection, QuestionVersion, Sitting


def counting(sitting: Sitting, admitted: Iterable[AnswerEvent] = ()) -> dict[int, Sequence[Any]]:
    """By slot: what was saved in time, over it the late answers that were let count before, and those let count now."""
    answers: dict[int, Sequence[Any]] = dict(sitting.answers.values_list("slot", "given"))
    before = AnswerEvent.objects.filter(pk__in=admitted_before(sitting)).order_by("pk")
    return answers | {event.slot: event.given for event in [*before, *admitted]}


def admitted_before(sitting: Sitting) -> list[int]:
    mark = sitting.result
    return list(mark.admitted) if mark else []


def worth_of(
    sitting: Sitting, answers: Mapping[int, Sequence[Any]], known: Mapping[int, Decimal] | None = None
) -> rules.Worth:
    """`known` are points of slots that people have still to mark again."""
    slots, exam = sitting.paper.slots, sitting.candidate.exam
    keys = keys_of(exam.pk, {slot["version"] for slot in slots})
    return rules.mark(slots, answers, keys, exam.pass_percent, dict(known or {}) | hand_points(sitting, answers))


def keys_of(exam: int, versions: Collection[int]) -> dict[int, Any]:
    """The key of each version as this exam marks it."""
    own = dict(QuestionVersion.objects.filter(pk__in=versions).values_list("pk", "answer"))
    return own | {version: key for version, key in KeyCorrection.objects.in_force(exam).items() if version in own}


def hand_points(sitting: Sitting, answers: Mapping[int, Sequence[Any]]) -> dict[int, Decimal]:
    """By slot: what markers gave to the very text that counts."""
    given = sitting.hand_answers.filter(points__isnull=False)
    return {
        answer.slot: Decimal(answer.points or 0) for answer in given if answer.text == text_of(answers, answer.slot)
    }


def text_of(answers: Mapping[int, Sequence[Any]], slot: int) -> str:
    return "\n".join(str(text) for text in answers.get(slot, ()))
