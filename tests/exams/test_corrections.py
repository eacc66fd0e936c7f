"""A key was wrong: a dry run of who changes, then new marks for them and for nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams import services, tasks
from exams.models import AnswerEvent, Exam, KeyCorrection, Mark, QuestionBank, QuestionVersion, Sitting
from exams.queries import corrections as queries
from exams.registry import certificates_resting
from exams.rules import QuestionFault
from exams.services.corrections import SameKey, apply_correction, correct_key
from exams.signals import sitting_marked
from exams.sitting_rules import Save
from records.models import AuditEntry, Job
from tests.exams.factories import (
    DEVICE,
    NOW,
    make_bank,
    make_candidate,
    make_certificate,
    make_exam,
    make_question,
    make_sitting,
    right_answers,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam() -> Exam:
    """Of the two questions there are: one to tick of 40, one of several of 60; passed by 60 of 100."""
    bank = make_bank("题库", single=1, multiple=1)
    parts = [("single", 1, 40), ("multiple", 1, 60)]
    return services.publish_exam(make_exam(bank, now=NOW, parts=parts, pass_percent=60), by=None, now=NOW)


@pytest.fixture
def asked(exam: Exam) -> QuestionVersion:
    return QuestionVersion.objects.get(kind="multiple")  # the key is 甲 and 丙


def corrected(**changed: Any) -> QuestionVersion:
    return make_question(QuestionBank.objects.get(), "multiple", 1, **{"answer": [0, 1], **changed}).current


def sat(exam: Exam, *positions: int, ticked: bool = True, mark: bool = True) -> Sitting:
    sitting = make_sitting(make_candidate(exam, now=NOW), now=NOW)
    saves = [Save(1, positions, 1, NOW)]
    if ticked:
        saves.append(Save(0, tuple(right_answers(sitting)[0]), 1, NOW))
    services.save_answers(sitting.pk, saves, device=DEVICE, epoch=1, now=NOW)
    services.submit_sitting(sitting, now=NOW)
    if mark:
        services.mark_sitting(sitting.pk, now=NOW)
    return sitting


def ledger(sitting: Sitting) -> list[Any]:
    return [(mark.points, mark.passed, mark.slots, mark.by, mark.reason) for mark in sitting.marks.order_by("pk")]


def test_the_dry_run_tells_who_changes_and_writes_nothing(exam: Exam, asked: QuestionVersion) -> None:
    loses, gains, same = sat(exam, 0, 2), sat(exam, 0, 1), sat(exam, 3)
    version = corrected()
    told = queries.changes(exam, asked, queries.key_from(asked, version))
    assert {(one.mark.sitting, one.mark.points, one.mark.passed, one.points, one.passed) for one in told} == {
        (loses, 100, True, 40, False),
        (gains, 40, False, 100, True),
    }
    assert (Mark.objects.count(), ledger(same)) == (3, [(40, False, [40, 0], None, "")])


def test_those_who_change_get_a_new_mark_and_nobody_else(exam: Exam, asked: QuestionVersion, exam_officer: Any) -> None:
    loses, gains, same = sat(exam, 0, 2), sat(exam, 0, 1), sat(exam, 3)
    made = correct_key(exam, asked, corrected(), reason="教材第5页", by=exam_officer, now=NOW)
    news: list[Any] = []

    def hear(**told: Any) -> None:
        news.append(told["sitting"])

    sitting_marked.connect(hear)
    assert [apply_correction(made.pk, now=NOW), apply_correction(made.pk, now=NOW)] == [2, 0]
    sitting_marked.disconnect(hear)
    assert news == [loses, gains]
    assert ledger(loses)[1:] == [(40, False, [40, 0], exam_officer, "教材第5页")]
    assert ledger(gains)[1:] == [(100, True, [40, 60], exam_officer, "教材第5页")]
    assert len(ledger(same)) == 1
    assert set(made.marks.values_list("sitting", flat=True)) == {loses.pk, gains.pk}
    logged = AuditEntry.objects.get(action="exams.key_corrected")
    assert (logged.actor, logged.payload["reason"]) == (exam_officer, "教材第5页")


def test_a_job_does_the_same_and_finds_nothing_left(exam: Exam, asked: QuestionVersion, exam_officer: Any) -> None:
    sitting = sat(exam, 0, 1)
    made = correct_key(exam, asked, corrected(), reason="教材第5页", by=exam_officer, now=NOW)
    assert Job.objects.filter(task="exams.remark").values_list("args", flat=True)[0] == [made.pk]
    tasks.remark(made.pk)
    assert apply_correction(made.pk, now=NOW) == 0
    assert sitting.result.points == 100


def test_whoever_is_marked_later_is_marked_by_the_corrected_key(
    exam: Exam, asked: QuestionVersion, exam_officer: Any
) -> None:
    waiting = sat(exam, 0, 1, mark=False)
    made = correct_key(exam, asked, corrected(), reason="教材第5页", by=exam_officer, now=NOW)
    assert apply_correction(made.pk, now=NOW) == 0
    services.mark_sitting(waiting.pk, now=NOW)
    assert ledger(waiting) == [(100, True, [40, 60], None, "")]


def test_the_correction_holds_for_this_exam_alone(exam: Exam, asked: QuestionVersion, exam_officer: Any) -> None:
    bank = QuestionBank.objects.get()
    other = services.publish_exam(make_exam(bank, now=NOW, parts=[("multiple", 1, 60)]), by=None, now=NOW)
    correct_key(exam, asked, corrected(), reason="教材第5页", by=exam_officer, now=NOW)
    sitting = make_sitting(make_candidate(other, now=NOW), now=NOW)
    services.save_answers(sitting.pk, [Save(0, (0, 2), 1, NOW)], device=DEVICE, epoch=1, now=NOW)
    services.submit_sitting(sitting, now=NOW)
    services.mark_sitting(sitting.pk, now=NOW)
    assert sitting.result.points == 60


def test_a_second_correction_takes_the_place_of_the_first(
    exam: Exam, asked: QuestionVersion, exam_officer: Any
) -> None:
    sitting = sat(exam, 0, 2)
    first = correct_key(exam, asked, corrected(), reason="第一次", by=exam_officer, now=NOW)
    apply_correction(first.pk, now=NOW)
    second = correct_key(exam, asked, corrected(answer=[0, 2]), reason="第二次", by=exam_officer, now=NOW)
    apply_correction(second.pk, now=NOW)
    assert apply_correction(first.pk, now=NOW) == 0
    assert [(mark.points, mark.reason) for mark in sitting.marks.order_by("pk")] == [
        (100, ""),
        (40, "第一次"),
        (100, "第二次"),
    ]


def test_the_key_there_is_and_a_question_of_another_kind_are_refused(
    exam: Exam, asked: QuestionVersion, exam_officer: Any
) -> None:
    with pytest.raises(SameKey):
        correct_key(exam, asked, corrected(answer=[0, 2], stem="同一个答案"), reason="x", by=exam_officer, now=NOW)
    other = corrected(options=["甲", "乙", "戊", "己"])
    with pytest.raises(QuestionFault):
        correct_key(exam, asked, other, reason="x", by=exam_officer, now=NOW)
    assert (KeyCorrection.objects.count(), Job.objects.filter(task="exams.remark").count()) == (0, 0)


def test_a_late_answer_that_counts_is_marked_again_too(exam: Exam, asked: QuestionVersion, exam_officer: Any) -> None:
    sitting = sat(exam, 3)
    late = [Save(1, (0, 2), 2, NOW)]
    services.save_answers(sitting.pk, late, device=DEVICE, epoch=1, now=NOW + timedelta(days=1))
    services.admit_late(list(AnswerEvent.objects.filter(verdict="late")), reason="断网", by=exam_officer, now=NOW)
    version = corrected()
    told = list(queries.changes(exam, asked, queries.key_from(asked, version)))
    assert [(one.mark.points, one.points) for one in told] == [(100, 40)]
    apply_correction(correct_key(exam, asked, version, reason="教材", by=exam_officer, now=NOW).pk, now=NOW)
    assert sitting.result.slots == [40, 0]


def test_suspects_are_the_questions_whose_key_is_another_now(
    exam: Exam, asked: QuestionVersion, exam_officer: Any
) -> None:
    banks = QuestionBank.objects.all()
    assert queries.suspects(exam, banks) == []
    corrected(answer=[0, 2], stem="只改了题干")
    assert queries.suspects(exam, banks) == []
    version = corrected()
    assert [(one.asked, one.corrected, one.fault, one.done) for one in queries.suspects(exam, banks)] == [
        (asked, version, "", None)
    ]
    made = correct_key(exam, asked, version, reason="教材第5页", by=exam_officer, now=NOW)
    assert [one.done for one in queries.suspects(exam, banks)] == [made]
    corrected(options=["甲", "乙", "戊", "己"])
    assert [bool(one.fault) for one in queries.suspects(exam, banks)] == [True]
    assert queries.suspects(exam, banks.none()) == []


def test_the_dry_run_takes_the_same_statements_however_many_sat(exam: Exam, asked: QuestionVersion) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            told = list(queries.changes(exam, asked, [0, 1]))
            [(one.mark.sitting.candidate.user.full_name, one.mark.sitting.candidate.organisation.name) for one in told]
        return len(seen)

    sat(exam, 0, 2)
    one = statements()
    for _person in range(3):
        sat(exam, 0, 1)
    assert statements() == one == 3


def test_certificates_of_those_who_pass_no_more_are_named_and_not_touched(
    exam: Exam, asked: QuestionVersion, exam_officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    loses, keeps = sat(exam, 0, 2), sat(exam, 0, 1)
    rests = [make_certificate(one.candidate.user.memberships.get(), now=NOW) for one in (loses, keeps)]
    monkeypatch.setattr(
        certificates_resting, "_tell", lambda exam, users: type(rests[0]).objects.filter(user__in=users)
    )
    made = correct_key(exam, asked, corrected(), reason="教材第5页", by=exam_officer, now=NOW)
    assert list(queries.to_be_looked_at(exam)) == []
    apply_correction(made.pk, now=NOW)
    assert [(one, one.revoked_at) for one in queries.to_be_looked_at(exam)] == [(rests[0], None)]
