"""People mark what the machine can't: blind, once or twice, and the result is there when the last answer is settled."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from exams import services
from exams.models import AnswerEvent, Exam, HandAnswer, HandMark, Mark, MarkerAppointment, Sitting
from exams.permissions import can_mark_exam, exams_marked_by, is_marker
from exams.queries import marking as queries
from exams.queries.journal import late_answers
from exams.queries.results import outcome
from exams.services.hand_marking import (
    AlreadyCandidate,
    MayNotMark,
    NeedsReason,
    appoint_marker,
    end_appointment,
    mark_answer,
)
from exams.signals import sitting_marked
from exams.sitting_rules import Refusal, Save
from records.models import AuditEntry
from tests.exams.factories import DEVICE, NOW, hand_in_texts, make_candidate, make_sitting, make_written_exam
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def news() -> Iterator[list[Any]]:
    heard: list[Any] = []

    def hear(**told: Any) -> None:
        heard.append((told["sitting"].pk, told["mark"].points, told["mark"].passed))

    sitting_marked.connect(hear, weak=False)
    yield heard
    sitting_marked.disconnect(hear)


def give(answer: HandAnswer, first: Any, second: Any, by: Any, **more: Any) -> HandMark:
    lines = [Decimal(str(first)), Decimal(str(second))]
    return mark_answer(answer, lines, **{"comment": "", "by": by, "now": NOW, **more})


def ledger(sitting: Sitting) -> list[Any]:
    return [(mark.points, mark.slots, mark.by, mark.reason) for mark in sitting.marks.order_by("pk")]


def state_of(sitting: Sitting) -> str:
    return Sitting.objects.get(pk=sitting.pk).state


# ── Waiting ──────────────────────────────────────────────────────────────────
def test_a_written_answer_waits_and_the_candidate_has_no_result(news: list[Any]) -> None:
    sitting = hand_in_texts(make_written_exam(now=NOW), "先断电，再报警。", now=NOW)
    assert (sitting.state, Mark.objects.count(), news) == ("by_hand", 0, [])
    told = outcome(sitting.candidate, NOW)
    assert (told.state, told.points, told.refusal) == ("handed_in", None, Refusal.WAITS_FOR_RESULT)
    with pytest.raises(services.MayNotStart):
        make_sitting(sitting.candidate, now=NOW)
    assert services.mark_sitting(sitting.pk, now=NOW) is None


def test_an_empty_written_answer_needs_nobody(news: list[Any]) -> None:
    sitting = hand_in_texts(make_written_exam(now=NOW), "  ", now=NOW)
    assert (sitting.state, ledger(sitting)) == ("marked", [(10, [0, 10], None, "")])


def test_the_code_of_an_answer_tells_nothing_and_differs_for_the_same_text() -> None:
    exam = make_written_exam(now=NOW)
    for _person in range(3):
        hand_in_texts(exam, "先断电。", now=NOW)
    codes = set(HandAnswer.objects.values_list("code", flat=True))
    assert {len(code) for code in codes} == {32}
    assert len(codes) == 3


# ── One marker ───────────────────────────────────────────────────────────────
def test_the_last_answer_marked_is_the_mark_of_the_machine(news: list[Any], exam_officer: Any) -> None:
    sitting = hand_in_texts(make_written_exam(now=NOW, questions=2), "先断电。", "再报警。", now=NOW)
    first, second = HandAnswer.objects.order_by("slot")
    give(first, 6, "2.5", exam_officer)
    assert (state_of(sitting), news) == ("by_hand", [])
    give(second, 0, 4, exam_officer)
    assert ledger(sitting) == [(Decimal("22.5"), ["8.5", 4, 10], None, "")]
    assert (state_of(sitting), news) == ("marked", [(sitting.pk, Decimal("22.5"), False)])


def test_points_that_the_rubric_does_not_have_are_refused(exam_officer: Any) -> None:
    hand_in_texts(make_written_exam(now=NOW), "先断电。", now=NOW)
    for lines in ((7, 0), (-1, 0), (0, "4.01")):
        with pytest.raises(ValueError, match="no such points"):
            give(HandAnswer.objects.get(), *lines, exam_officer)
    assert HandMark.objects.count() == 0


def test_nobody_marks_his_own_answer(exam_officer: Any) -> None:
    exam = make_written_exam(now=NOW)
    sitting = hand_in_texts(exam, "先断电。", now=NOW, membership=exam_officer.memberships.get())
    answer = HandAnswer.objects.get()
    with pytest.raises(MayNotMark):
        give(answer, 6, 4, exam_officer)
    assert queries.next_answer(exam, answer.version, exam_officer) is None
    assert state_of(sitting) == "by_hand"


def test_the_same_mark_sent_again_is_one_row(exam_officer: Any) -> None:
    hand_in_texts(make_written_exam(now=NOW), "先断电。", now=NOW)
    answer = HandAnswer.objects.get()
    assert give(answer, 6, 4, exam_officer) == give(answer, "6.00", 4, exam_officer)
    assert (HandMark.objects.count(), Mark.objects.count()) == (1, 1)


def test_who_comes_second_is_told_that_it_is_settled(exam_officer: Any, training_officer: Any) -> None:
    hand_in_texts(make_written_exam(now=NOW), "先断电。", now=NOW)
    give(HandAnswer.objects.get(), 6, 4, exam_officer)
    with pytest.raises(MayNotMark):
        give(HandAnswer.objects.get(), 0, 0, training_officer)


def test_a_marker_thinks_better_of_it_before_the_result_is_there(exam_officer: Any) -> None:
    sitting = hand_in_texts(make_written_exam(now=NOW, questions=2), "先断电。", "再报警。", now=NOW)
    first, second = HandAnswer.objects.order_by("slot")
    give(first, 0, 0, exam_officer)
    give(first, 6, 0, exam_officer)
    give(second, 6, 4, exam_officer)
    assert ledger(sitting) == [(26, [6, 10, 10], None, "")]
    assert [mark.points for mark in first.marks.all()] == [0, 6]


def test_after_the_result_a_change_is_a_new_result_with_author_and_reason(news: list[Any], exam_officer: Any) -> None:
    sitting = hand_in_texts(make_written_exam(now=NOW), "先断电。", now=NOW)
    answer = HandAnswer.objects.get()
    give(answer, 0, 0, exam_officer)
    with pytest.raises(NeedsReason):
        give(answer, 6, 4, exam_officer)
    give(answer, 6, 4, exam_officer, reason="漏看了第二页")
    assert ledger(sitting) == [(10, [0, 10], None, ""), (20, [10, 10], exam_officer, "漏看了第二页")]
    assert [points for _pk, points, _passed in news] == [10, 20]
    assert AuditEntry.objects.filter(action="exams.hand_mark_changed", actor=exam_officer).count() == 1


# ── Two markers ──────────────────────────────────────────────────────────────
@pytest.fixture
def three() -> list[Any]:
    return [UserFactory() for _marker in range(3)]


def test_two_marks_that_agree_are_their_mean(three: list[Any]) -> None:
    sitting = hand_in_texts(make_written_exam(now=NOW, markers=2), "先断电。", now=NOW)
    answer = HandAnswer.objects.get()
    give(answer, 6, 0, three[0])
    assert (state_of(sitting), HandAnswer.objects.get().points) == ("by_hand", None)
    give(answer, 6, "1.25", three[1])
    assert ledger(sitting) == [(Decimal("16.63"), ["6.63", 10], None, "")]
    with pytest.raises(MayNotMark):
        give(answer, 6, 4, three[2])


def test_two_that_differ_too_much_leave_it_to_a_third(three: list[Any]) -> None:
    exam = make_written_exam(now=NOW, markers=2, moderation_percent=10)
    sitting = hand_in_texts(exam, "先断电。", now=NOW)
    answer = HandAnswer.objects.get()
    give(answer, 6, 4, three[0])
    give(answer, 0, 4, three[1])
    assert state_of(sitting) == "by_hand"
    works = {marker: queries.works(exam, three[marker])[0] for marker in range(3)}
    assert [(work.waiting, work.disputed, work.mine) for work in works.values()] == [(0, 1, 1), (0, 1, 1), (1, 1, 0)]
    give(answer, 3, 4, three[2])
    assert ledger(sitting) == [(17, [7, 10], None, "")]


def test_a_change_that_sets_two_apart_calls_a_third_and_keeps_the_result_until_then(three: list[Any]) -> None:
    sitting = hand_in_texts(make_written_exam(now=NOW, markers=2), "先断电。", now=NOW)
    answer = HandAnswer.objects.get()
    give(answer, 6, 4, three[0])
    give(answer, 6, 4, three[1])
    give(answer, 0, 0, three[1], reason="抄自别处")
    assert (state_of(sitting), [mark.points for mark in sitting.marks.all()]) == ("by_hand", [20])
    give(answer, 0, 0, three[2])
    assert ledger(sitting) == [(20, [10, 10], None, ""), (10, [0, 10], three[2], "抄自别处")]


def test_each_marker_goes_through_all_answers_once(three: list[Any]) -> None:
    exam = make_written_exam(now=NOW, markers=2)
    for number in range(5):
        hand_in_texts(exam, f"第{number}份", now=NOW)
    version = HandAnswer.objects.all()[0].version
    for marker in three[:2]:
        seen = []
        while answer := queries.next_answer(exam, version, marker):
            seen.append(answer.text)
            give(answer, 6, 4, marker)
        assert sorted(seen) == [f"第{number}份" for number in range(5)]
    assert set(Sitting.objects.values_list("state", flat=True)) == {"marked"}


# ── Late answers ─────────────────────────────────────────────────────────────
def test_a_late_text_that_is_let_count_goes_to_the_markers(exam_officer: Any, training_officer: Any) -> None:
    sitting = hand_in_texts(make_written_exam(now=NOW), "先断电。", now=NOW)
    give(HandAnswer.objects.get(), 6, 0, exam_officer)
    late = [Save(0, ("先断电，再报警。",), 2, NOW)]
    services.save_answers(sitting.pk, late, device=DEVICE, epoch=1, now=NOW + timedelta(days=1))
    services.admit_late(list(late_answers(sitting)), reason="考场断网", by=training_officer, now=NOW)
    assert (state_of(sitting), list(late_answers(sitting))) == ("by_hand", [])
    give(HandAnswer.objects.get(points=None), 6, 4, exam_officer)
    assert ledger(sitting) == [
        (16, [6, 10], None, ""),
        (16, [6, 10], training_officer, "考场断网"),
        (20, [10, 10], exam_officer, "考场断网"),
    ]
    assert AnswerEvent.objects.get(verdict="late").pk in sitting.result.admitted


# ── Who marks ────────────────────────────────────────────────────────────────
def test_a_marker_marks_while_he_is_appointed(exam_officer: Any) -> None:
    exam, person = make_written_exam(now=NOW), UserFactory()
    assert not can_mark_exam(person, exam)
    made = appoint_marker(exam, person, by=exam_officer, now=NOW)
    assert appoint_marker(exam, person, by=exam_officer, now=NOW) == made
    assert (can_mark_exam(person, exam), is_marker(person), list(exams_marked_by(person))) == (True, True, [exam])
    assert end_appointment(made, by=exam_officer, now=NOW) is True
    assert end_appointment(made, by=exam_officer, now=NOW) is False
    assert (can_mark_exam(person, exam), list(exams_marked_by(person))) == (False, [])
    actions = AuditEntry.objects.filter(action__startswith="exams.marker").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["exams.marker_appointed", "exams.marker_ended"]


def test_who_sits_an_exam_is_not_appointed_to_mark_it(exam_officer: Any) -> None:
    exam, member = make_written_exam(now=NOW), MembershipFactory()
    make_candidate(exam, member, now=NOW)
    with pytest.raises(AlreadyCandidate):
        appoint_marker(exam, member.user, by=exam_officer, now=NOW)
    assert MarkerAppointment.objects.count() == 0


def test_who_holds_an_exam_marks_it_once_it_is_no_draft(exam_officer: Any, manager_a: Any, leader: Any) -> None:
    exam = make_written_exam(now=NOW)
    assert [can_mark_exam(user, exam) for user in (exam_officer, manager_a, leader)] == [True, False, False]
    Exam.objects.filter(pk=exam.pk).update(state="draft", published_at=None)
    assert list(exams_marked_by(exam_officer)) == []
