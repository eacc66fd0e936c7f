"""What is written when somebody practises: answers, and what the person himself says of one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from exams import practice_rules
from exams.models import MockExam, Practice, PracticeAnswer, QuestionBank, QuestionVersion
from people.models import User
from records.services import log

COUNTS = ("asked", "right", "in_a_row", "wrong_at", "answered_at")


@dataclass(frozen=True)
class Given:
    """An answer as it came in. `key` was made with the page: the same key is the same click."""

    version: QuestionVersion
    given: Sequence[Any]
    key: str
    place: int | None = None


@transaction.atomic
def answer_practice(
    user: User, given: Collection[Given], *, now: datetime, mock: MockExam | None = None
) -> list[PracticeAnswer]:
    """The answers as they are kept: what came before under its key is given back, and counts once."""
    rows = rows_of(user, [one.version.question_id for one in given])
    kept = {
        (answer.practice_id, answer.key): answer
        for answer in PracticeAnswer.objects.filter(practice__in=rows.values(), key__in=[one.key for one in given])
    }
    fresh = [one for one in given if (rows[one.version.question_id].pk, one.key) not in kept]
    for one in fresh:
        practice = rows[one.version.question_id]
        right = practice_rules.judge(one.version.kind, one.version.answer, one.given)
        practice.take(practice_rules.answered(practice.record, right, now))
        practice.answered_at = now
        kept[practice.pk, one.key] = PracticeAnswer(
            practice=practice, version=one.version, given=list(one.given), right=right, at=now, key=one.key,
            mock=mock, place=one.place,
        )  # fmt: skip
    PracticeAnswer.objects.bulk_create([answer for answer in kept.values() if answer.pk is None])
    Practice.objects.bulk_update({rows[one.version.question_id] for one in fresh}, COUNTS)
    return [kept[rows[one.version.question_id].pk, one.key] for one in given]


def rows_of(user: User, questions: Collection[int]) -> dict[int, Practice]:
    """The person's rows of these questions, held until the end of the transaction, by question."""
    missing = [Practice(user=user, question_id=question) for question in sorted(set(questions))]
    Practice.objects.bulk_create(missing, ignore_conflicts=True)
    held = Practice.objects.select_for_update().filter(user=user, question__in=questions).order_by("pk")
    return {practice.question_id: practice for practice in held}


@transaction.atomic
def judge_own(answer: PracticeAnswer, right: bool, *, now: datetime) -> bool:
    """The person says of his short answer or essay whether it was right; False where it is judged already."""
    practice = Practice.objects.select_for_update().get(pk=answer.practice_id)
    if answer.right is not None or PracticeAnswer.objects.filter(judges=answer).exists():
        return False
    PracticeAnswer.objects.create(
        practice=practice, version_id=answer.version_id, given=[], right=right, at=now, key=f"own-{answer.pk}",
        judges=answer,
    )  # fmt: skip
    practice.take(practice_rules.judged(practice.record, right, now))
    practice.save(update_fields=COUNTS)
    return True


# ── Opening a bank ───────────────────────────────────────────────────────────
@transaction.atomic
def open_for_practice(bank: QuestionBank, opened: bool, *, by: User, now: datetime) -> bool:
    """False when it stood so already."""
    done = QuestionBank.objects.filter(pk=bank.pk).exclude(open_for_practice=opened).update(open_for_practice=opened)
    if done:
        log("exams.bank_opened" if opened else "exams.bank_closed", by=by, obj=bank, now=now)
    return bool(done)


@transaction.atomic
def mark_reviewed(bank: QuestionBank, versions: Collection[int], *, by: User, now: datetime) -> int:
    """Somebody has read these versions and stands for them. How many were unreviewed."""
    unread = QuestionVersion.objects.filter(question__bank=bank, pk__in=versions, reviewed_at=None)
    count = unread.update(reviewed_at=now, reviewed_by=by)
    if count:
        log("exams.questions_reviewed", by=by, obj=bank, payload={"questions": count}, now=now)
    return count
