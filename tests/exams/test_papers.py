"""Publishing draws and freezes; what is wrong is told before anything is written; candidates come in bulk."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams import services
from exams.models import Candidate, Exam, Paper, Question, QuestionVersion
from people.models import Membership, User
from records.models import AuditEntry
from tests.exams.factories import (
    DEVICE,
    NOW,
    make_bank,
    make_candidate,
    make_exam,
    make_published,
    make_question,
    make_sitting,
)
from tests.people.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


# ── Publishing ───────────────────────────────────────────────────────────────
def test_a_published_exam_has_its_papers(exam_officer: User) -> None:
    exam = services.publish_exam(make_exam(now=NOW), by=exam_officer, now=NOW)
    exam.refresh_from_db()
    assert (exam.state, exam.published_at) == (Exam.State.PUBLISHED, NOW)
    assert list(exam.papers.values_list("number", "total_points")) == [(number, 100) for number in range(1, 6)]
    assert actions() == ["exams.exam_published"]


def test_a_question_mended_later_is_asked_as_it_was() -> None:
    bank = make_bank(single=3)
    exam = make_published(bank, now=NOW, parts=[("single", 3, 10)])
    before = list(exam.papers.values_list("slots", flat=True))
    make_question(bank, "single", 1, stem="改过的问法")
    Question.objects.filter(key="single-2").update(retired_at=NOW)
    assert list(exam.papers.values_list("slots", flat=True)) == before
    pinned = {slot["version"] for slots in before for slot in slots}
    assert set(QuestionVersion.objects.filter(pk__in=pinned).values_list("number", flat=True)) == {1}


def test_only_what_is_current_and_not_retired_is_drawn() -> None:
    bank = make_bank(single=4)
    Question.objects.filter(key="single-1").update(retired_at=NOW)
    newer = make_question(bank, "single", 2, stem="新的问法")
    exam = make_published(bank, now=NOW, parts=[("single", 3, 10)])
    drawn = {slot["version"] for paper in exam.papers.all() for slot in paper.slots}
    assert newer.current_id in drawn
    assert drawn == set(bank.questions.filter(retired_at=None).values_list("current", flat=True))


def test_too_few_questions_are_told_with_bank_kind_and_numbers() -> None:
    exam = make_exam(make_bank("煤矿", single=2, multiple=1), now=NOW, parts=[("single", 3, 10), ("multiple", 2, 5)])
    with pytest.raises(services.NotEnoughQuestions) as told:
        services.publish_exam(exam, by=None, now=NOW)
    assert (told.value.bank.name, told.value.kind, told.value.needed, told.value.there) == ("煤矿", "single", 3, 2)
    faults: list[Any] = services.publishing_faults(exam, NOW)
    assert [(fault.kind, fault.needed, fault.there) for fault in faults] == [("single", 3, 2), ("multiple", 2, 1)]
    exam.refresh_from_db()
    assert (exam.state, Paper.objects.count(), actions()) == (Exam.State.DRAFT, 0, [])


def test_an_exam_without_parts_or_with_its_window_past_is_refused() -> None:
    exam = make_exam(now=NOW - timedelta(days=2))
    exam.parts.all().delete()
    faults = [type(fault) for fault in services.publishing_faults(exam, NOW)]
    assert faults == [services.WindowPast, services.NoParts]


def test_a_bank_of_another_organisation_is_refused(organisation_a: Any, organisation_b: Any) -> None:
    exam = make_exam(make_bank(organisation=organisation_b), now=NOW, organisation=organisation_a)
    assert {type(fault) for fault in services.publishing_faults(exam, NOW)} == {services.ForeignBank}
    own = make_exam(make_bank(organisation=organisation_a), now=NOW, organisation=organisation_a)
    of_the_bureau = make_exam(make_bank(name="局题库"), now=NOW, organisation=organisation_a)
    assert services.publishing_faults(own, NOW) == services.publishing_faults(of_the_bureau, NOW) == []


def test_nothing_is_published_twice() -> None:
    exam = make_published(now=NOW)
    stale = Exam.objects.get(pk=exam.pk)
    stale.state = Exam.State.DRAFT  # another desk had it open
    with pytest.raises(services.WrongState):
        services.publish_exam(stale, by=None, now=NOW)
    assert exam.papers.count() == 5


def test_a_withdrawn_exam_lets_nobody_begin_but_whoever_sits_goes_on(exam_officer: User) -> None:
    sitting = make_sitting(now=NOW)
    exam = sitting.candidate.exam
    waiting = make_candidate(exam, now=NOW)
    services.withdraw_exam(exam, reason="试题有误", by=exam_officer, now=NOW)
    with pytest.raises(services.MayNotStart, match="not_published"):
        services.start_sitting(waiting, device=DEVICE, now=NOW)
    assert services.start_sitting(sitting.candidate, device=DEVICE, now=NOW) == sitting
    with pytest.raises(services.WrongState):
        services.withdraw_exam(exam, reason="再次", by=exam_officer, now=NOW)
    assert AuditEntry.objects.get(action="exams.exam_withdrawn").payload == {"reason": "试题有误"}


# ── Candidates ───────────────────────────────────────────────────────────────
def test_admission_again_changes_nothing(manager_a: User) -> None:
    exam, people = make_exam(now=NOW), [MembershipFactory() for _person in range(3)]
    admitted = [services.admit(exam, some, by=manager_a, now=NOW) for some in (people[:2], people, people)]
    assert admitted == [2, 1, 0]
    assert set(exam.candidates.values_list("user", "organisation")) == {
        (person.user_id, person.organisation_id) for person in people
    }
    assert actions() == ["exams.candidates_admitted"] * 2


def test_whoever_has_two_posts_is_one_candidate() -> None:
    exam, first = make_exam(now=NOW), MembershipFactory()
    second = MembershipFactory(user=first.user)
    assert services.admit(exam, Membership.objects.filter(pk__in=[first.pk, second.pk]), by=None, now=NOW) == 1


def test_ten_thousand_are_admitted_in_bulk() -> None:
    exam, organisation = make_exam(now=NOW), OrganisationFactory()
    users = User.objects.bulk_create(User(full_name=f"员工{number}", password="!") for number in range(10_000))
    Membership.objects.bulk_create(
        Membership(user=user, organisation=organisation, starts_on="2020-01-01") for user in users
    )
    with CaptureQueriesContext(connection) as seen:
        assert services.admit(exam, Membership.objects.all(), by=None, now=NOW) == 10_000
    assert len(seen) < 100  # SQLite takes a hundred rows in one, PostgreSQL a thousand
    with CaptureQueriesContext(connection) as seen:
        assert services.admit(exam, Membership.objects.all(), by=None, now=NOW) == 0
    assert len(seen) <= 4


def test_withdrawn_candidates_come_back_when_they_are_admitted_again() -> None:
    exam, person = make_published(now=NOW), MembershipFactory()
    candidate = make_candidate(exam, person, now=NOW)
    assert services.withdraw_candidates([candidate], reason="调离", by=None, now=NOW) == 1
    assert services.withdraw_candidates([candidate], reason="调离", by=None, now=NOW) == 0
    with pytest.raises(services.MayNotStart, match="withdrawn"):
        services.start_sitting(candidate, device=DEVICE, now=NOW)
    assert services.admit(exam, [person], by=None, now=NOW) == 1
    assert services.start_sitting(candidate, device=DEVICE, now=NOW).number == 1


def test_whoever_is_sitting_is_not_withdrawn() -> None:
    sitting = make_sitting(now=NOW)
    assert services.withdraw_candidates([sitting.candidate], reason="调离", by=None, now=NOW) == 0


# ── Tickets ──────────────────────────────────────────────────────────────────
def test_a_ticket_finds_its_candidate_and_is_kept_as_a_hash_only() -> None:
    exam = make_published(now=NOW)
    candidates = [make_candidate(exam, now=NOW) for _person in range(3)]
    tokens = services.issue_tickets(candidates, by=None, now=NOW)
    assert [services.find_ticket(tokens[candidate.pk]) for candidate in candidates] == candidates
    kept = list(Candidate.objects.values_list("ticket_hash", flat=True))
    assert not set(kept) & set(tokens.values())
    assert not any(token in str(entry.payload) for token in tokens.values() for entry in AuditEntry.objects.all())


def test_a_new_ticket_takes_the_place_of_the_old_one() -> None:
    candidate = make_candidate(make_published(now=NOW), now=NOW)
    old, new = (services.issue_tickets([candidate], by=None, now=NOW)[candidate.pk] for _turn in range(2))
    assert [services.find_ticket(old), services.find_ticket(new)] == [None, candidate]


@pytest.mark.parametrize("closed", ["draft", "withdrawn candidate", "inactive user", "forged"])
def test_a_ticket_opens_nothing_else(closed: str) -> None:
    candidate = make_candidate(make_exam(now=NOW) if closed == "draft" else make_published(now=NOW), now=NOW)
    token = services.issue_tickets([candidate], by=None, now=NOW)[candidate.pk]
    if closed == "withdrawn candidate":
        services.withdraw_candidates([candidate], reason="x", by=None, now=NOW)
    if closed == "inactive user":
        User.objects.filter(pk=candidate.user_id).update(is_active=False)
    assert services.find_ticket(token + ("x" if closed == "forged" else "")) is None


# ── What is granted to one person ────────────────────────────────────────────
def test_minutes_granted_lengthen_the_sitting_that_is_going_on(manager_a: User) -> None:
    sitting = make_sitting(now=NOW)
    services.extend(sitting.candidate, 15, reason="设备故障", by=manager_a, now=NOW)
    sitting.refresh_from_db()
    assert sitting.deadline == NOW + timedelta(minutes=75)
    assert sitting.candidate.extra_minutes == 15
    assert AuditEntry.objects.get(action="exams.time_extended").payload == {"minutes": 15, "reason": "设备故障"}


def test_minutes_are_never_taken_away() -> None:
    candidate = make_candidate(make_published(now=NOW), now=NOW)
    with pytest.raises(ValueError, match="added"):
        services.extend(candidate, 0, reason="x", by=None, now=NOW)


def test_a_further_attempt_is_logged_with_its_reason(manager_a: User) -> None:
    candidate = make_candidate(make_published(now=NOW), now=NOW)
    services.grant_attempt(candidate, reason="停电", by=manager_a, now=NOW)
    assert services.grant_attempt(candidate, reason="停电", by=manager_a, now=NOW).extra_attempts == 2
    assert [entry.payload for entry in AuditEntry.objects.filter(action="exams.attempt_granted")] == [
        {"reason": "停电"}
    ] * 2
