"""An exam on site: halls, seats, tickets and lists on paper."""

import io
from datetime import timedelta

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exams import tickets
from exams.models import ExamHall, Seat
from exams.services import withdraw_candidates
from exams.services.halls import HallTaken, HallTooSmall, TooFewSeats, planned, remove_hall, save_hall, seat_everybody
from records.models import AuditEntry
from tests.exams.factories import make_candidate, make_published
from tests.people.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"exams:{name}", args=args)


def make_hall(exam, seats=10, name="一号考场", **fields):
    fields = {"place": "县委党校三楼", "opens_at": exam.opens_at} | fields
    return ExamHall.objects.create(exam=exam, name=name, seats=seats, **fields)


def words_of(pdf):
    return "".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture(autouse=True)
def kept_in(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def exam():
    return make_published()


@pytest.fixture
def officer(cast):
    return cast["exam_officer"]


def places(exam):
    return {seat.candidate_id: (seat.hall_id, seat.number) for seat in Seat.objects.filter(hall__exam=exam)}


# ── Halls ────────────────────────────────────────────────────────────────────
def test_a_hall_is_added_changed_and_removed(exam, officer, client_of):
    client = client_of(officer)
    opens = f"{timezone.localtime(exam.opens_at):%Y-%m-%dT%H:%M}"
    data = {"name": "一号考场", "place": "党校", "seats": 30, "opens_at": opens}
    assert client.post(url("hall_new", exam.pk), data).status_code == 302
    hall = exam.halls.get()
    again = client.post(url("hall_new", exam.pk), data)
    assert "name" in again.context["form"].errors
    client.post(url("hall_edit", hall.pk), data | {"seats": 40})
    hall.refresh_from_db()
    assert (hall.name, hall.place, hall.seats) == ("一号考场", "党校", 40)
    client.post(url("hall_remove", hall.pk))
    assert not exam.halls.exists()


def test_a_hall_with_people_is_neither_removed_nor_made_too_small(exam, officer):
    hall, now = make_hall(exam), timezone.now()
    for _number in range(3):
        make_candidate(exam)
    seat_everybody(exam, anew=False, by=officer, now=now)
    with pytest.raises(HallTaken):
        remove_hall(hall, by=officer, now=now)
    hall.seats = 2
    with pytest.raises(HallTooSmall):
        save_hall(hall, by=officer, now=now)


# ── Seats ────────────────────────────────────────────────────────────────────
def test_everybody_is_seated_and_who_comes_later_moves_nobody(exam, officer):
    hall, now = make_hall(exam, seats=4), timezone.now()
    first = [make_candidate(exam) for _number in range(2)]
    done = seat_everybody(exam, anew=False, by=officer, now=now)
    assert (done.seated, done.moved, done.freed) == ([one.pk for one in first], [], [])
    before = places(exam)
    withdraw_candidates(first[:1], reason="离职", by=officer, now=now)
    late = make_candidate(exam)
    assert planned(exam, anew=False).changes.seated == [late.pk]
    done = seat_everybody(exam, anew=False, by=officer, now=now)
    assert (done.seated, done.moved, done.freed) == ([late.pk], [], [first[0].pk])
    assert places(exam) == {first[1].pk: before[first[1].pk], late.pk: (hall.pk, 1)}
    assert not seat_everybody(exam, anew=False, by=officer, now=now)
    assert AuditEntry.objects.filter(action="exams.seats_planned").count() == 2


def test_planned_anew_people_swap_seats_without_a_clash(exam, officer):
    hall, now = make_hall(exam, seats=3), timezone.now()
    one, two, three = (make_candidate(exam) for _number in range(3))
    for number, candidate in enumerate((three, one, two), 1):
        Seat.objects.create(candidate=candidate, hall=hall, number=number)
    assert seat_everybody(exam, anew=True, by=officer, now=now).moved
    assert sorted(places(exam).values()) == [(hall.pk, 1), (hall.pk, 2), (hall.pk, 3)]
    assert not planned(exam, anew=True).changes


def test_too_few_seats_are_told_before_anything_changes(exam, officer, client_of):
    make_hall(exam, seats=1)
    make_candidate(exam)
    make_candidate(exam)
    with pytest.raises(TooFewSeats):
        seat_everybody(exam, anew=False, by=officer, now=timezone.now())
    client = client_of(officer)
    assert "fault" in client.get(url("hall_plan", exam.pk)).context
    client.post(url("hall_plan", exam.pk), {"anew": "0"})
    assert not Seat.objects.exists()


def test_the_page_shows_what_a_new_plan_moves(exam, officer, client_of):
    hall = make_hall(exam, seats=5)
    candidate = make_candidate(exam)
    Seat.objects.create(candidate=candidate, hall=hall, number=4)
    client = client_of(officer)
    assert not client.get(url("hall_plan", exam.pk)).context["changes"]
    page = client.get(url("hall_plan", exam.pk), {"anew": "1"})
    assert [(row["candidate"], row["number"]) for row in page.context["moved"]] == [(candidate, 1)]
    client.post(url("hall_plan", exam.pk), {"anew": "1"})
    assert places(exam) == {candidate.pk: (hall.pk, 1)}


def test_the_list_of_halls_costs_the_same_for_many(exam, officer, client_of):
    client = client_of(officer)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url("hall_list", exam.pk)).status_code == 200
        return len(seen)

    make_hall(exam)
    cost()
    few = cost()
    for number in range(4):
        make_hall(exam, name=f"考场{number}")
        make_candidate(exam)
    seat_everybody(exam, anew=False, by=officer, now=timezone.now())
    assert cost() == few


# ── On paper ─────────────────────────────────────────────────────────────────
def test_the_list_to_put_up_names_nobody_and_the_one_for_the_door_does(exam, officer, client_of):
    hall = make_hall(exam)
    candidate = make_candidate(exam, MembershipFactory(user__full_name="欧阳小明"))
    seat_everybody(exam, anew=False, by=officer, now=timezone.now())
    client = client_of(officer)
    shown = words_of(client.get(url("hall_paper", hall.pk, "seats")).content)
    door = words_of(client.get(url("hall_paper", hall.pk, "door")).content)
    assert "欧阳小明" not in shown
    assert candidate.user.masked_name in shown
    assert "欧阳小明" in door
    assert client.get(url("hall_paper", hall.pk, "other")).status_code == 404


def test_tickets_carry_the_seat_where_there_is_one(exam, officer):
    make_hall(exam, opens_at=exam.opens_at + timedelta(minutes=30))
    make_candidate(exam)
    seat_everybody(exam, anew=False, by=officer, now=timezone.now())
    make_candidate(exam)  # came later and has none
    (file,) = tickets.print_tickets(exam, only_new=True, by=officer, now=timezone.now())
    printed = words_of(file.absolute.read_bytes())
    assert printed.count("一号考场") == 1
    assert "县委党校三楼" in printed
