"""At the door: who came in, whose identity was checked, and who was on no list."""

import pytest
from django.urls import reverse
from django.utils import timezone

from exams.models import Arrival, Candidate, Seat
from exams.queries.halls import door_counts
from exams.services import issue_tickets, withdraw_candidates
from exams.services.door import KnownAlready, NotAdmitted, let_in, walk_in
from exams.services.halls import seat_everybody
from records.models import AuditEntry
from tests.exams.factories import make_candidate, make_certificate, make_published
from tests.exams.test_halls import make_hall, url
from tests.people.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam():
    return make_published()


@pytest.fixture
def officer(cast):
    return cast["exam_officer"]


@pytest.fixture
def at_door(client_of, officer):
    return client_of(officer)


def test_two_taps_count_once_and_the_first_check_stays(exam, officer, cast):
    candidate, now = make_candidate(exam), timezone.now()
    assert let_in(candidate, verified=True, by=officer, now=now)
    assert not let_in(candidate, verified=True, by=cast["training_officer"], now=timezone.now())
    assert not let_in(candidate, verified=False, by=officer, now=timezone.now())
    arrival = Arrival.objects.get()
    assert (arrival.arrived_at, arrival.verified_at, arrival.verified_by) == (now, now, officer)
    assert door_counts(exam, officer) == {"expected": 1, "arrived": 1, "unchecked": 0}
    assert AuditEntry.objects.filter(action="exams.identity_checked").count() == 1


def test_who_came_in_unchecked_can_be_checked_later(exam, officer):
    candidate = make_candidate(exam)
    let_in(candidate, verified=False, by=officer, now=timezone.now())
    assert door_counts(exam, officer) == {"expected": 1, "arrived": 1, "unchecked": 1}
    assert let_in(candidate, verified=True, by=officer, now=timezone.now())
    assert door_counts(exam, officer) == {"expected": 1, "arrived": 1, "unchecked": 0}


def test_who_was_withdrawn_is_not_let_in(exam, officer):
    candidate = make_candidate(exam)
    withdraw_candidates([candidate], reason="离职", by=officer, now=timezone.now())
    with pytest.raises(NotAdmitted):
        let_in(candidate, verified=True, by=officer, now=timezone.now())


def test_a_walk_in_becomes_a_candidate_with_the_first_free_seat_and_unchecked(exam, officer):
    hall, member = make_hall(exam, seats=2), MembershipFactory()
    make_candidate(exam)
    seat_everybody(exam, anew=False, by=officer, now=timezone.now())
    candidate = walk_in(member, exam, by=officer, now=timezone.now())
    assert (candidate.user, candidate.arrival.walk_in, candidate.came_unchecked) == (member.user, True, True)
    assert (candidate.seat.hall, candidate.seat.number) == (hall, 2)
    with pytest.raises(KnownAlready):
        walk_in(member, exam, by=officer, now=timezone.now())
    third = walk_in(MembershipFactory(), exam, by=officer, now=timezone.now())
    assert not Seat.objects.filter(candidate=third).exists()


# ── Pages ────────────────────────────────────────────────────────────────────
def test_somebody_is_found_by_name_seat_and_ticket(exam, officer, at_door):
    make_hall(exam)
    wang = make_candidate(exam, MembershipFactory(user__full_name="王小二"))
    make_candidate(exam, MembershipFactory(user__full_name="李大"))
    seat_everybody(exam, anew=False, by=officer, now=timezone.now())
    number = Seat.objects.get(candidate=wang).number
    for words in ("小二", str(number), f"一号 {number}"):
        assert at_door.post(url("exam_door", exam.pk), {"q": words}).context["found"] == [wang]
    token = issue_tickets([wang], by=officer, now=timezone.now())[wang.pk]
    link = reverse("exams:ticket", args=[token])
    here = url("door_candidate", wang.pk)
    assert at_door.post(url("exam_door", exam.pk), {"q": f"https://x{link}"}).url == here
    assert at_door.get(link).url == here


def test_the_tick_at_the_door_shows_in_the_results(exam, officer, at_door):
    checked, unchecked = (make_candidate(exam) for _number in range(2))
    at_door.post(url("door_candidate", checked.pk), {"identity": "checked"})
    at_door.post(url("door_candidate", unchecked.pk), {"identity": ""})
    assert set(Arrival.objects.values_list("candidate", "verified_by")) == {
        (checked.pk, officer.pk),
        (unchecked.pk, None),
    }
    rows = at_door.get(url("exam_results", exam.pk)).context["page"]
    assert [row for row in rows if row.came_unchecked] == [unchecked]
    assert officer.full_name in at_door.get(url("exam_candidate", checked.pk)).content.decode()
    counts = at_door.get(url("exam_door", exam.pk)).context
    assert (counts["expected"], counts["arrived"], counts["unchecked"]) == (2, 2, 1)


def test_a_walk_in_is_looked_up_among_the_organisations_people(organisation_a, organisation_b, cast, client_of):
    exam = make_published(organisation=organisation_a)
    mine = MembershipFactory(organisation=organisation_a, user__full_name="赵临时")
    MembershipFactory(organisation=organisation_b, user__full_name="赵外人")
    make_candidate(exam, MembershipFactory(organisation=organisation_a, user__full_name="赵考生"))
    client = client_of(cast["manager_a"])
    assert client.post(url("door_walk_in", exam.pk), {"q": "赵"}).context["found"] == [mine]
    client.post(url("door_walk_in", exam.pk), {"q": "赵", "membership": mine.pk})
    assert Candidate.objects.get(user=mine.user).came_unchecked


def test_nobody_vouches_for_himself(cast, client_of):
    exam = make_published()
    candidate = make_candidate(exam, MembershipFactory(user=cast["exam_officer"]))
    assert client_of(cast["exam_officer"]).post(url("door_candidate", candidate.pk)).status_code == 404


def test_a_certificate_says_whose_identity_was_not_checked(exam, officer, at_door):
    member = MembershipFactory()
    let_in(make_candidate(exam, member), verified=False, by=officer, now=timezone.now())
    certificate = make_certificate(member)
    for name in ("certificate_detail", "certificate_pdf"):
        assert exam.title in at_door.get(url(name, certificate.pk)).content.decode()
