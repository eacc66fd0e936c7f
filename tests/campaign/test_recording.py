from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from campaign import services
from campaign.models import Activity, ActivityDecision, ActivityVersion, SignIn
from campaign.services import correct_activity, record_activity, review, withdraw
from records.models import AuditEntry
from tests.campaign.factories import NOW, make_activity, make_approved, told

LATER = NOW + timedelta(hours=1)


def test_a_record_is_numbered_and_waits_for_review(village: Any, officer_north: Any) -> None:
    record = told(village, hazards=("flood",), materials={"leaflet": 100, "gift": 0})
    activity = record_activity(record, uid=uuid4(), by=officer_north, now=NOW).activity
    assert (activity.number, activity.state, activity.how) == ("KP2026-0001", "submitted", "direct")
    version = Activity.objects.get().current
    assert version is not None
    assert (version.serial, version.persons, version.hazards) == (1, 40, ["flood"])
    assert version.division == village.division
    assert version.scheme.key == "qijin_safety"
    assert [(one.kind, one.count) for one in version.materials.all()] == [("leaflet", 100)]
    assert AuditEntry.objects.filter(action="campaign.recorded").count() == 1


def test_the_same_record_sent_twice_is_one(village: Any, officer_north: Any) -> None:
    uid = uuid4()
    first = record_activity(told(village), uid=uid, by=officer_north, now=NOW)
    again = record_activity(told(village, persons=99), uid=uid, by=officer_north, now=LATER)
    assert (first.new, again.new) == (True, False)
    assert again.activity == first.activity
    assert ActivityVersion.objects.get().persons == 40


def test_nobody_takes_over_anothers_record_and_nobody_records_what_is_to_come(
    village: Any, officer_north: Any, editor: Any
) -> None:
    uid = uuid4()
    record_activity(told(village), uid=uid, by=officer_north, now=NOW)
    with pytest.raises(services.NotYours):
        record_activity(told(village), uid=uid, by=editor, now=NOW)
    with pytest.raises(services.InTheFuture):
        record_activity(told(village, starts_at=LATER), uid=uuid4(), by=editor, now=NOW)


def test_what_waited_on_a_phone_is_no_late_entry_and_a_paper_is(village: Any, officer_north: Any) -> None:
    long_ago = told(village, starts_at=NOW - timedelta(days=30))
    written = NOW - timedelta(days=29)
    phone = record_activity(long_ago, uid=uuid4(), by=officer_north, now=NOW, written_at=written).activity
    paper = record_activity(long_ago, uid=uuid4(), by=officer_north, now=NOW).activity
    assert (phone.how, phone.created_at, phone.received_at) == ("direct", written, NOW)
    assert paper.how == "paper"


# ── Review ───────────────────────────────────────────────────────────────────
def test_another_person_approves_it_and_only_then_it_counts(
    village: Any, officer_north: Any, training_officer: Any
) -> None:
    activity = make_activity(village, by=officer_north)
    assert not ActivityVersion.objects.counted(LATER).exists()
    review(activity, verdict="approve", by=training_officer, now=LATER)
    assert activity.state == "approved"
    assert not ActivityVersion.objects.counted(LATER - timedelta(seconds=1)).exists()
    assert ActivityVersion.objects.counted(LATER).get() == activity.current


def test_nobody_approves_his_own_record_and_nobody_decides_twice(
    village: Any, officer_north: Any, training_officer: Any
) -> None:
    activity = make_activity(village, by=officer_north)
    with pytest.raises(services.OwnRecord):
        review(activity, verdict="approve", by=officer_north, now=NOW)
    review(activity, verdict="approve", by=training_officer, now=NOW)
    with pytest.raises(services.AlreadyDecided):
        review(activity, verdict="return", reason="照片不清", by=training_officer, now=NOW)


def test_a_return_needs_a_reason_and_is_answered_by_another_version(
    village: Any, officer_north: Any, training_officer: Any
) -> None:
    activity = make_activity(village, by=officer_north)
    with pytest.raises(services.ReasonMissing):
        review(activity, verdict="return", by=training_officer, now=NOW)
    review(activity, verdict="return", reason="人数与照片不符", by=training_officer, now=NOW)
    assert activity.state == "returned"
    answer = correct_activity(activity, told(village), reason="已核对签到表", by=officer_north, now=LATER)
    assert answer is not None
    assert (answer.serial, activity.state) == (2, "submitted")


def test_whoever_reviews_must_have_read_what_stands_there_now(
    village: Any, officer_north: Any, training_officer: Any
) -> None:
    activity = make_activity(village, by=officer_north)
    correct_activity(activity, told(village, persons=41), reason="点错", by=officer_north, now=NOW)
    with pytest.raises(services.CorrectedMeanwhile):
        review(activity, verdict="approve", by=training_officer, now=LATER, seen=1)


# ── Correction ───────────────────────────────────────────────────────────────
def test_a_correction_waits_while_the_approved_version_goes_on_counting(
    village: Any, officer_north: Any, training_officer: Any
) -> None:
    activity = make_approved(village, by=officer_north, reviewer=training_officer)
    correct_activity(activity, told(village, persons=4), reason="多打一个零", by=officer_north, now=LATER)
    assert activity.state == "submitted"
    assert ActivityVersion.objects.counted(LATER).get().persons == 40
    review(activity, verdict="approve", by=training_officer, now=LATER)
    assert ActivityVersion.objects.counted(LATER).get().persons == 4
    assert ActivityVersion.objects.counted(NOW).get().persons == 40


def test_a_correction_that_is_returned_leaves_the_approved_version_counting(
    village: Any, officer_north: Any, training_officer: Any
) -> None:
    activity = make_approved(village, by=officer_north, reviewer=training_officer)
    correct_activity(activity, told(village, persons=4), reason="多打一个零", by=officer_north, now=LATER)
    review(activity, verdict="return", reason="签到表是40人", by=training_officer, now=LATER)
    assert ActivityVersion.objects.counted(LATER).get().persons == 40


def test_a_correction_says_why_and_something_else(village: Any, officer_north: Any) -> None:
    activity = make_activity(village, by=officer_north, materials={"leaflet": 5})
    same = told(village, materials={"leaflet": 5, "gift": 0})
    with pytest.raises(services.ReasonMissing):
        correct_activity(activity, same, reason=" ", by=officer_north, now=NOW)
    assert correct_activity(activity, same, reason="无", by=officer_north, now=NOW) is None
    other = correct_activity(
        activity, replace(same, materials={"leaflet": 6}), reason="数错", by=officer_north, now=NOW
    )
    assert other is not None
    assert {one.kind: one.count for one in other.materials.all()} == {"leaflet": 6}


def test_of_two_who_correct_at_once_the_second_sees_the_first(village: Any, officer_north: Any, editor: Any) -> None:
    activity = make_activity(village, by=officer_north)
    correct_activity(activity, told(village, persons=41), reason="补数", by=officer_north, now=NOW, seen=1)
    with pytest.raises(services.CorrectedMeanwhile):
        correct_activity(activity, told(village, persons=42), reason="补数", by=editor, now=NOW, seen=1)


# ── Withdrawal ───────────────────────────────────────────────────────────────
def test_what_is_withdrawn_counted_until_then_and_stays_as_it_was(
    village: Any, officer_north: Any, training_officer: Any
) -> None:
    activity = make_approved(village, by=officer_north, reviewer=training_officer)
    assert withdraw(activity, reason="重复录入", by=training_officer, now=LATER)
    assert not withdraw(activity, reason="重复录入", by=training_officer, now=LATER)
    assert not ActivityVersion.objects.counted(LATER).exists()
    assert ActivityVersion.objects.counted(NOW).exists()
    with pytest.raises(services.AlreadyWithdrawn):
        correct_activity(activity, told(village, persons=1), reason="改", by=officer_north, now=LATER)
    assert ActivityDecision.objects.filter(activity=activity).count() == 2


def test_a_person_signs_in_once_however_often_he_scans(village: Any, officer_north: Any, learner: Any) -> None:
    activity = make_activity(village, by=officer_north)
    assert services.sign_in(activity, by=learner, now=NOW)
    assert not services.sign_in(activity, by=learner, now=LATER)
    assert SignIn.objects.get().at == NOW
