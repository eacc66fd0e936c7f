"""A sitting from its start to its hand-in: begun once, saved in any order, taken over, collected at its time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams import services
from exams.models import AnswerEvent, Candidate, Sitting
from exams.queries.papers import paper_for
from exams.sitting_rules import Forged, Save, Verdict
from records.models import AuditEntry, Job
from tests.exams.factories import (
    DEVICE,
    NOW,
    OTHER,
    answered,
    make_bank,
    make_candidate,
    make_published,
    make_sitting,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
GRACE = timedelta(seconds=60)


def save(slot: int, given: tuple[int, ...], revision: int = 1) -> Save:
    return Save(slot, given, revision, NOW)


def send(sitting: Sitting, *saves: Save, device: str = DEVICE, epoch: int = 1, now: datetime = NOW) -> list[str]:
    """The verdicts, in the order of the saves."""
    saved = services.save_answers(sitting.pk, saves, device=device, epoch=epoch, now=now)
    return [receipt.verdict for receipt in saved.receipts]


def fail(sitting: Sitting, now: datetime = NOW) -> None:
    services.submit_sitting(sitting, now=now)
    services.mark_sitting(sitting.pk, now=now)


# ── Beginning ────────────────────────────────────────────────────────────────
def test_a_sitting_begins_with_its_deadline_and_its_paper() -> None:
    sitting = make_sitting(now=NOW, duration_minutes=40)
    assert (sitting.number, sitting.state, sitting.epoch) == (1, "open", 1)
    assert sitting.deadline == NOW + 40 * MINUTE
    assert sitting.paper.exam == sitting.candidate.exam


def test_the_end_of_the_window_shortens_it_and_minutes_granted_lengthen_it() -> None:
    exam = make_published(now=NOW, closes_at=NOW + 30 * MINUTE)
    candidate = make_candidate(exam, now=NOW)
    services.extend(candidate, 5, reason="x", by=None, now=NOW)
    assert services.start_sitting(candidate, device=DEVICE, now=NOW).deadline == NOW + 35 * MINUTE


def test_the_same_device_is_given_the_same_sitting_again_and_another_is_told() -> None:
    sitting = make_sitting(now=NOW)
    assert services.start_sitting(sitting.candidate, device=DEVICE, now=NOW + MINUTE) == sitting
    with pytest.raises(services.OtherDevice) as told:
        services.start_sitting(sitting.candidate, device=OTHER, now=NOW)
    assert told.value.sitting == sitting
    assert Sitting.objects.count() == 1


def test_a_start_is_one_small_write() -> None:
    candidate = make_candidate(make_published(now=NOW), now=NOW)
    with CaptureQueriesContext(connection) as seen:
        services.start_sitting(candidate, device=DEVICE, now=NOW)
    kinds = [query["sql"].split()[0] for query in seen.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert kinds == ["SELECT"] * 3 + ["INSERT"]


def test_a_make_up_exam_shows_new_questions_first() -> None:
    exam = make_published(make_bank(single=10), now=NOW, parts=[("single", 2, 10)], attempts=5)
    candidate = make_candidate(exam, now=NOW)
    seen: set[int] = set()
    for number in range(1, 6):  # five papers of two share nothing, for the bank has ten
        sitting = services.start_sitting(candidate, device=DEVICE, now=NOW)
        asked = {slot["version"] for slot in sitting.paper.slots}
        assert (sitting.number, seen & asked) == (number, set())
        seen |= asked
        fail(sitting)
    with pytest.raises(services.MayNotStart, match="no_attempt_left"):
        services.start_sitting(candidate, device=DEVICE, now=NOW)
    services.grant_attempt(candidate, reason="x", by=None, now=NOW)
    assert services.start_sitting(candidate, device=DEVICE, now=NOW).number == 6


def test_papers_are_shared_out_evenly() -> None:
    exam = make_published(now=NOW)
    papers = [make_sitting(make_candidate(exam, now=NOW), now=NOW).paper_id for _person in range(10)]
    assert sorted(papers) == sorted(list(exam.papers.values_list("pk", flat=True)) * 2)


def test_nobody_begins_before_the_result_is_known() -> None:
    sitting = make_sitting(now=NOW)
    services.submit_sitting(sitting, now=NOW)
    with pytest.raises(services.MayNotStart, match="waits_for_result"):
        services.start_sitting(sitting.candidate, device=DEVICE, now=NOW)


@pytest.mark.parametrize(("at", "why"), [(-MINUTE, "not_yet"), (timedelta(days=1), "over")])
def test_the_window_is_kept(at: timedelta, why: str) -> None:
    candidate = make_candidate(make_published(now=NOW), now=NOW)
    with pytest.raises(services.MayNotStart, match=why):
        services.start_sitting(candidate, device=DEVICE, now=NOW + at)


def test_a_candidate_of_old_data_in_hand_is_judged_by_the_rows() -> None:
    candidate = make_candidate(make_published(now=NOW), now=NOW)
    Candidate.objects.filter(pk=candidate.pk).update(withdrawn_at=NOW)
    with pytest.raises(services.MayNotStart, match="withdrawn"):
        services.start_sitting(candidate, device=DEVICE, now=NOW)


# ── Saving ───────────────────────────────────────────────────────────────────
def test_what_is_saved_counts_and_is_in_the_journal() -> None:
    sitting = make_sitting(now=NOW)
    assert send(sitting, save(0, (1,)), save(3, (0, 2))) == ["accepted", "accepted"]
    assert answered(sitting) == {0: [1], 3: [0, 2]}
    assert send(sitting, save(0, (), 2)) == ["accepted"]
    assert answered(sitting) == {0: [], 3: [0, 2]}
    journal = AnswerEvent.objects.values_list("slot", "given", "revision", "verdict", "recorded_at")
    assert list(journal) == [
        (0, [1], 1, "accepted", NOW),
        (3, [0, 2], 1, "accepted", NOW),
        (0, [], 2, "accepted", NOW),
    ]


def test_a_batch_takes_few_statements_however_long_it_is() -> None:
    sitting = make_sitting(now=NOW)

    def statements(revision: int, slots: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            send(sitting, *[save(slot, (1,), revision) for slot in range(slots)])
        return len([query for query in seen.captured_queries if "SAVEPOINT" not in query["sql"]])

    assert [statements(1, 1), statements(2, 5)] == [5, 5]


def test_sent_again_it_gives_the_same_receipts_and_writes_nothing() -> None:
    sitting = make_sitting(now=NOW)
    batch = [save(0, (0,), 1), save(0, (1,), 2), save(0, (2,), 1)]
    first = services.save_answers(sitting.pk, batch, device=DEVICE, epoch=1, now=NOW).receipts
    again = services.save_answers(sitting.pk, batch, device=DEVICE, epoch=1, now=NOW + timedelta(days=9)).receipts
    assert first == again
    assert [receipt.verdict for receipt in first] == ["accepted", "accepted", "superseded"]
    assert [receipt.current for receipt in first] == [2, 2, 2]
    assert AnswerEvent.objects.count() == 2
    assert answered(sitting) == {0: [1]}


def test_an_older_revision_that_arrives_later_never_wins() -> None:
    sitting = make_sitting(now=NOW)
    assert send(sitting, save(0, (2,), 3), save(0, (0,), 1)) == ["accepted", "superseded"]
    assert send(sitting, save(0, (1,), 2)) == ["superseded"]
    assert answered(sitting) == {0: [2]}
    assert AnswerEvent.objects.count() == 3


def test_up_to_the_end_of_the_grace_it_counts_and_then_it_is_kept_but_late() -> None:
    sitting = make_sitting(now=NOW)
    last = sitting.deadline + GRACE
    assert send(sitting, save(0, (0,)), now=last) == ["accepted"]
    assert send(sitting, save(0, (1,), 2), save(1, (1,)), now=last + timedelta(microseconds=1)) == ["late", "late"]
    assert answered(sitting) == {0: [0]}
    assert AnswerEvent.objects.filter(verdict="late").count() == 2


def test_the_clock_of_the_device_decides_nothing() -> None:
    sitting = make_sitting(now=NOW)
    early = Save(0, (1,), 1, NOW - timedelta(days=400))
    assert send(sitting, early, now=sitting.deadline + GRACE + MINUTE) == ["late"]
    future = Save(1, (1,), 1, NOW + timedelta(days=400))
    assert send(sitting, future) == ["accepted"]


def test_minutes_granted_open_it_again_until_it_is_collected() -> None:
    sitting = make_sitting(now=NOW)
    after = sitting.deadline + GRACE + MINUTE
    assert send(sitting, save(0, (1,)), now=after) == ["late"]
    services.extend(sitting.candidate, 10, reason="x", by=None, now=after)
    assert send(sitting, save(0, (1,), 2), now=after) == ["accepted"]


def test_a_forged_save_stores_nothing_of_its_batch() -> None:
    sitting = make_sitting(now=NOW)
    with pytest.raises(Forged):
        send(sitting, save(0, (1,)), save(99, (1,)))
    assert (AnswerEvent.objects.count(), answered(sitting)) == (0, {})


@pytest.mark.parametrize("epoch", [0, 2, -1])
def test_an_epoch_that_never_was_is_forged(epoch: int) -> None:
    with pytest.raises(Forged):
        send(make_sitting(now=NOW), save(0, (1,)), epoch=epoch)


def test_two_tabs_that_give_one_number_to_two_answers_are_told() -> None:
    """The second is not in the journal under that number, so it must not look saved."""
    sitting = make_sitting(now=NOW)
    send(sitting, save(0, (1,), 1))
    saved = services.save_answers(sitting.pk, [save(0, (2,), 1)], device=DEVICE, epoch=1, now=NOW)
    assert [(receipt.verdict, receipt.current) for receipt in saved.receipts] == [(Verdict.SUPERSEDED, 1)]
    assert answered(sitting) == {0: [1]}
    assert send(sitting, save(0, (2,), 2)) == ["accepted"]


# ── Another device ───────────────────────────────────────────────────────────
def test_after_a_take_over_the_first_device_only_fills_what_is_untouched() -> None:
    sitting = make_sitting(now=NOW)
    send(sitting, save(0, (0,)), save(1, (0,)))
    services.take_over(sitting, device=OTHER, now=NOW)
    assert (sitting.device, sitting.epoch) == (OTHER, 2)
    assert send(sitting, save(0, (1,)), device=OTHER, epoch=2) == ["accepted"]
    verdicts = send(sitting, save(0, (2,), 2), save(1, (2,), 2), save(2, (2,)))
    assert verdicts == ["other_device", "accepted", "accepted"]
    assert answered(sitting) == {0: [1], 1: [2], 2: [2]}
    # What the new device answers later wins, though it counts from one.
    assert send(sitting, save(1, (3,)), device=OTHER, epoch=2) == ["accepted"]
    assert answered(sitting)[1] == [3]
    assert AnswerEvent.objects.filter(verdict="other_device", device=DEVICE).count() == 1


def test_the_first_device_can_neither_pose_as_the_second_nor_hand_in() -> None:
    sitting = make_sitting(now=NOW)
    services.take_over(sitting, device=OTHER, now=NOW)
    with pytest.raises(services.OtherDevice):
        send(sitting, save(0, (1,)), epoch=2)
    with pytest.raises(services.OtherDevice):
        services.hand_in(sitting.pk, [], device=DEVICE, epoch=1, now=NOW)
    assert Sitting.objects.get().state == "open"


def test_a_later_tab_of_the_same_browser_takes_over_from_the_earlier_one() -> None:
    sitting = make_sitting(now=NOW)
    services.take_over(sitting, device=DEVICE, now=NOW)
    assert send(sitting, save(0, (1,), 1), epoch=2) == ["accepted"]
    assert send(sitting, save(0, (2,), 2), epoch=1) == ["other_device"]
    assert AuditEntry.objects.filter(action="exams.device_taken_over").count() == 1


def test_what_is_handed_in_is_not_taken_over() -> None:
    sitting = make_sitting(now=NOW)
    services.submit_sitting(sitting, now=NOW)
    with pytest.raises(services.AlreadySubmitted):
        services.take_over(sitting, device=OTHER, now=NOW)


def test_leaving_the_page_is_counted_while_it_lasts() -> None:
    sitting = make_sitting(now=NOW)
    services.left_page(sitting)
    services.left_page(sitting)
    services.submit_sitting(sitting, now=NOW)
    services.left_page(sitting)
    sitting.refresh_from_db()
    assert sitting.times_left == 2


# ── Handing in ───────────────────────────────────────────────────────────────
def jobs() -> list[Any]:
    return list(Job.objects.filter(task="exams.mark_sitting").values_list("args", flat=True))


def test_the_hand_in_takes_the_last_saves_with_it_and_asks_for_the_marking() -> None:
    sitting = make_sitting(now=NOW)
    saved = services.hand_in(sitting.pk, [save(0, (1,))], device=DEVICE, epoch=1, now=NOW)
    sitting.refresh_from_db()
    assert (saved.handed_in, answered(sitting), jobs()) == (True, {0: [1]}, [[sitting.pk]])
    assert (sitting.state, sitting.submitted_at, sitting.ending) == ("submitted", NOW, "candidate")


def test_a_second_hand_in_changes_nothing_and_its_saves_are_kept_as_late() -> None:
    sitting = make_sitting(now=NOW)
    services.hand_in(sitting.pk, [save(0, (1,))], device=DEVICE, epoch=1, now=NOW)
    saved = services.hand_in(sitting.pk, [save(0, (1,)), save(0, (2,), 2)], device=DEVICE, epoch=1, now=NOW + MINUTE)
    assert (saved.handed_in, [receipt.verdict for receipt in saved.receipts]) == (False, ["accepted", "late"])
    assert (answered(sitting), jobs()) == ({0: [1]}, [[sitting.pk]])
    with pytest.raises(services.AlreadySubmitted):
        services.submit_sitting(sitting, now=NOW)


def test_what_is_open_past_its_grace_is_collected_and_nothing_else() -> None:
    exam = make_published(now=NOW, duration_minutes=30)
    long = make_published(make_bank("别的"), now=NOW, duration_minutes=30, grace_seconds=600)
    early, late = (make_sitting(make_candidate(exam, now=NOW), now=NOW + by * MINUTE) for by in (0, 2))
    patient = make_sitting(make_candidate(long, now=NOW), now=NOW)
    assert services.collect_overdue(early.deadline + GRACE) == 0
    at = early.deadline + GRACE + timedelta(seconds=6)
    assert [services.collect_overdue(at), services.collect_overdue(at)] == [1, 0]
    states = dict(Sitting.objects.values_list("pk", "state"))
    assert states == {early.pk: "submitted", late.pk: "open", patient.pk: "open"}
    early.refresh_from_db()
    assert (early.ending, early.submitted_at, jobs()) == ("time", at, [[early.pk]])


def test_many_are_collected_in_bulk() -> None:
    exam = make_published(now=NOW)
    sittings = [make_sitting(make_candidate(exam, now=NOW), now=NOW) for _person in range(12)]
    with CaptureQueriesContext(connection) as seen:
        assert services.collect_overdue(NOW + timedelta(hours=2)) == 12
    assert len(seen) <= 10
    assert jobs() == [[sitting.pk for sitting in sittings]]


# ── What the page gets ───────────────────────────────────────────────────────
def test_the_paper_shows_options_in_their_order_and_what_was_saved() -> None:
    sitting = make_sitting(now=NOW)
    send(sitting, save(0, (1,), 7))
    with CaptureQueriesContext(connection) as seen:
        asked = paper_for(Sitting.objects.get(pk=sitting.pk))
    assert len(seen) <= 5
    assert [each.kind for each in asked] == ["single"] * 3 + ["multiple", "true_false"]
    assert [[option.position for option in each.options] for each in asked] == [
        slot["order"] for slot in sitting.paper.slots
    ]
    assert [option.text for option in asked[4].options] == ["正确", "错误"]
    assert [(each.given, each.revision) for each in asked[:2]] == [([1], 7), ([], 0)]


def test_the_paper_never_holds_key_explanation_or_right_and_wrong() -> None:
    asked = paper_for(make_sitting(now=NOW))
    assert set(vars(asked[0])) == {
        *("slot", "kind", "points", "stem", "options", "picture", "given", "revision", "epoch")
    }
    assert "密钥" not in repr(asked)
    assert "answer" not in repr(asked)
