"""Pausing, annulling, incidents: what an invigilator decides, and what follows from it."""

from datetime import timedelta

import pytest

from exams import services
from exams.models import AnswerEvent, Exam, Mark, Sitting
from exams.queries.results import State, outcome
from exams.services import statistics
from exams.sitting_rules import Refusal, Save
from exams.tasks import mark_sitting
from records.models import AuditEntry
from tests.exams.factories import DEVICE, NOW, make_bank, make_candidate, make_published, make_sitting, right_answers

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sitting():
    return make_sitting(now=NOW)


def pause(sitting, by, at, reason="停电"):
    return services.pause(Sitting.objects.filter(pk=sitting.pk), reason=reason, by=by, now=at)


def resume(sitting, by, at):
    return services.resume(Sitting.objects.filter(pk=sitting.pk), by=by, now=at)


def fresh(sitting):
    return Sitting.objects.get(pk=sitting.pk)


def save(sitting, at, slot=0, given=(0,), revision=1):
    return services.save_answers(sitting.pk, [Save(slot, given, revision, at)], device=DEVICE, epoch=1, now=at)


def sat(candidate, *, now=NOW, right=True):
    sitting = services.start_sitting(candidate, device=DEVICE, now=now)
    answers = right_answers(sitting) if right else {}
    saves = [Save(slot, tuple(given), 1, now) for slot, given in answers.items()]
    services.save_answers(sitting.pk, saves, device=DEVICE, epoch=1, now=now)
    services.submit_sitting(sitting, now=now)
    services.mark_sitting(sitting.pk, now=now)
    return fresh(sitting)


# ── Pausing ──────────────────────────────────────────────────────────────────
def test_the_time_of_a_pause_is_added_to_the_deadline(sitting, exam_officer):
    assert pause(sitting, exam_officer, NOW + 10 * MINUTE) == 1
    assert resume(sitting, exam_officer, NOW + 25 * MINUTE) == 1
    after = fresh(sitting)
    assert (after.deadline, after.paused_at) == (sitting.deadline + 15 * MINUTE, None)
    assert [(one.action, one.payload.get("reason")) for one in AuditEntry.objects.order_by("pk")][-2:] == [
        ("exams.sittings_paused", "停电"),
        ("exams.sittings_resumed", None),
    ]


def test_a_second_pause_or_resume_changes_nothing(sitting, exam_officer):
    pause(sitting, exam_officer, NOW + MINUTE)
    assert pause(sitting, exam_officer, NOW + 2 * MINUTE) == 0
    resume(sitting, exam_officer, NOW + 3 * MINUTE)
    assert resume(sitting, exam_officer, NOW + 9 * MINUTE) == 0
    assert fresh(sitting).deadline == sitting.deadline + 2 * MINUTE


def test_the_deadline_cannot_pass_while_paused(sitting, exam_officer):
    pause(sitting, exam_officer, NOW + 59 * MINUTE)
    assert services.collect_overdue(NOW + 300 * MINUTE) == 0
    save(sitting, NOW + 300 * MINUTE)
    assert list(AnswerEvent.objects.values_list("verdict", flat=True)) == ["accepted"]
    resume(sitting, exam_officer, NOW + 300 * MINUTE)
    assert services.collect_overdue(NOW + 301 * MINUTE) == 0
    assert services.collect_overdue(NOW + 303 * MINUTE) == 1
    assert fresh(sitting).ending == Sitting.Ending.BY_TIME


def test_extra_minutes_granted_during_a_pause_add_to_it(sitting, exam_officer):
    pause(sitting, exam_officer, NOW + MINUTE)
    services.extend(sitting.candidate, 5, reason="手机坏了", by=exam_officer, now=NOW + 2 * MINUTE)
    resume(sitting, exam_officer, NOW + 4 * MINUTE)
    assert fresh(sitting).deadline == sitting.deadline + 8 * MINUTE


def test_who_is_over_time_or_has_handed_in_is_not_paused(sitting, exam_officer):
    assert pause(sitting, exam_officer, sitting.deadline) == 0
    services.submit_sitting(sitting, now=NOW)
    assert pause(sitting, exam_officer, NOW + MINUTE) == 0


def test_a_candidate_may_hand_in_during_a_pause(sitting, exam_officer):
    pause(sitting, exam_officer, NOW + MINUTE)
    done = services.hand_in(sitting.pk, [], device=DEVICE, epoch=1, now=NOW + 100 * MINUTE)
    assert (done.handed_in, done.sitting.ending) == (True, Sitting.Ending.BY_CANDIDATE)


# ── Signs of life ────────────────────────────────────────────────────────────
def test_a_sign_of_life_is_kept_to_the_half_minute(sitting):
    services.heard(sitting, NOW + timedelta(seconds=19))
    assert fresh(sitting).heard_at is None  # the start itself is one
    services.heard(sitting, NOW + timedelta(seconds=20))
    services.heard(fresh(sitting), NOW + timedelta(seconds=39))
    assert fresh(sitting).heard_at == NOW + timedelta(seconds=20)


def test_a_save_is_a_sign_only_where_the_page_has_long_given_none(sitting):
    save(sitting, NOW + timedelta(seconds=39))
    assert fresh(sitting).heard_at is None
    save(sitting, NOW + timedelta(seconds=40), revision=2)
    assert fresh(sitting).heard_at == NOW + timedelta(seconds=40)


# ── Annulling ────────────────────────────────────────────────────────────────
def test_an_annulled_attempt_counts_for_nothing_and_uses_up_none(exam_officer):
    candidate = make_candidate(make_published(now=NOW), now=NOW)
    first = sat(candidate)
    assert outcome(candidate, NOW).state == State.PASSED
    assert services.annul(first, reason="他人代考", uses_attempt=False, by=exam_officer, now=NOW + MINUTE)
    told = outcome(candidate, NOW)
    assert (told.state, told.points, told.used, told.attempts_left) == (State.NOT_BEGUN, None, 0, 2)
    assert Mark.objects.filter(sitting=first).count() == 1  # stays on record
    assert services.start_sitting(candidate, device=DEVICE, now=NOW + MINUTE).number == 2


def test_an_annulled_attempt_may_use_up_one(exam_officer):
    candidate = make_candidate(make_published(now=NOW, attempts=1), now=NOW)
    services.annul(sat(candidate), reason="夹带", uses_attempt=True, by=exam_officer, now=NOW)
    told = outcome(candidate, NOW)
    assert (told.state, told.points, told.attempts_left) == (State.FAILED, None, 0)
    with pytest.raises(services.MayNotStart) as refused:
        services.start_sitting(candidate, device=DEVICE, now=NOW)
    assert refused.value.refusal == Refusal.NO_ATTEMPT_LEFT


def test_an_open_attempt_ends_by_being_annulled_and_later_saves_are_late(sitting, exam_officer):
    services.annul(sitting, reason="替考被发现", uses_attempt=True, by=exam_officer, now=NOW + MINUTE)
    after = fresh(sitting)
    assert (after.state, after.submitted_at, after.annulled_by) == ("annulled", NOW + MINUTE, exam_officer)
    assert save(sitting, NOW + 2 * MINUTE).receipts[0].verdict == "late"
    assert not services.annul(sitting, reason="again", uses_attempt=True, by=exam_officer, now=NOW)


def test_annulled_before_it_was_marked_it_is_never_marked(sitting, exam_officer):
    services.submit_sitting(sitting, now=NOW)
    services.annul(sitting, reason="替考被发现", uses_attempt=True, by=exam_officer, now=NOW)
    mark_sitting(sitting.pk)  # the job that was waiting
    assert Mark.objects.count() == 0
    with pytest.raises(services.NotMarkable):
        services.mark_sitting(sitting.pk, now=NOW)


# ── Notes ────────────────────────────────────────────────────────────────────
def test_an_incident_is_kept_with_its_author(sitting, exam_officer):
    candidate = sitting.candidate
    services.record_incident(candidate.exam, "10:05 停电", candidate=candidate, by=exam_officer, now=NOW)
    kept = candidate.exam.incidents.get()
    assert (kept.text, kept.candidate, kept.by, kept.at) == ("10:05 停电", candidate, exam_officer, NOW)


# ── Statistics ───────────────────────────────────────────────────────────────
@pytest.fixture
def exam():
    """Two who know everything, one who answers nothing."""
    bank = make_bank(single=3, multiple=1, true_false=1)
    exam = make_published(bank, now=NOW)
    for right in (True, True, False):
        sat(make_candidate(exam, now=NOW), right=right)
    return exam


def test_statistics_are_those_of_the_marked_sittings(exam):
    kept = statistics.compute(exam, now=NOW + MINUTE)
    assert (kept.computed_at, kept.figures["sittings"], kept.figures["questions"]) == (NOW + MINUTE, 3, 5)
    assert kept.figures["test"]["median"] == 10_000  # hundredths of a point
    assert (kept.figures["histogram"][0], kept.figures["histogram"][-1], sum(kept.figures["histogram"])) == (1, 2, 3)
    assert [round(row["facility"], 3) for row in kept.figures["versions"]] == [0.667] * 5
    assert [round(row["weight"]) for row in kept.figures["versions"]] == [20] * 5
    assert {row["chosen"]["-1"] for row in kept.figures["versions"]} == {1}


def test_questions_drawn_at_random_have_no_weight_of_their_own():
    exam = make_published(make_bank(single=30, multiple=1, true_false=1), now=NOW)
    for right in (True, False, True, False):
        sat(make_candidate(exam, now=NOW), right=right)
    figures = statistics.compute(exam, now=NOW).figures
    assert figures["questions"] == 5
    everybody = [row["count"] == 4 for row in figures["versions"]]
    assert everybody == [row["weight"] is not None for row in figures["versions"]]
    assert sum(everybody) < len(everybody)


def test_an_annulled_sitting_leaves_the_statistics(exam, exam_officer):
    kept = statistics.compute(exam, now=NOW)
    assert statistics.is_current(kept, exam)
    services.annul(exam.candidates.first().sittings.get(), reason="代考", uses_attempt=True, by=exam_officer, now=NOW)
    assert not statistics.is_current(kept, exam)
    assert statistics.compute(exam, now=NOW).figures["sittings"] == 2


def test_statistics_are_asked_for_once_for_the_same_marks(exam):
    after = exam.closes_at + MINUTE
    assert statistics.refresh(NOW) == 0  # still open
    assert statistics.refresh(after) == 1
    statistics.compute(exam, now=after)
    assert statistics.refresh(after) == 0
    assert not statistics.request(exam)


def test_of_an_exam_that_nobody_sat_there_is_little_to_say():
    exam = make_published(now=NOW)
    assert not statistics.request(exam)
    kept = statistics.compute(exam, now=NOW)
    assert (kept.figures["sittings"], kept.figures["versions"], kept.patterns) == (0, [], [])


def test_partial_points_are_counted_exactly():
    assert [statistics.hundredths(points) for points in (5, "6.67", "0.5")] == [500, 667, 50]


def test_a_device_in_two_hands_and_a_page_left_often_are_patterns(exam):
    Sitting.objects.filter(candidate=exam.candidates.first()).update(times_left=12)
    kept = statistics.compute(exam, now=NOW)
    assert [(one["kind"], one["facts"]) for one in kept.patterns] == [
        ("left", {"times": 12}),
        ("device", {"people": 3}),
    ]


def test_an_exam_is_a_question_of_its_own_marks(exam):
    assert statistics.standing(
        Exam.objects.create(title="另一场", opens_at=NOW, closes_at=NOW + MINUTE, created_at=NOW)
    ) == (0, 0)
    assert statistics.standing(exam)[1] == 3
