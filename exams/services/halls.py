"""Halls of an exam and the plan of seats in them."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exams import seat_rules
from exams.models import Candidate, Exam, ExamHall, Seat
from exams.services.exams import ExamFault
from people.models import User
from records.services import log

AT_ONCE = 1000


class HallTaken(ExamFault):
    def __init__(self) -> None:
        super().__init__(_("People have seats in this hall: plan the seats anew without it, or leave it."))


class HallTooSmall(ExamFault):
    def __init__(self, last: int) -> None:
        super().__init__(_("Seat %(number)s of this hall is taken: it can't have fewer seats.") % {"number": last})


class TooFewSeats(ExamFault):
    def __init__(self, missing: int) -> None:
        told = ngettext("%(count)s seat is missing: add a hall.", "%(count)s seats are missing: add a hall.", missing)
        super().__init__(told % {"count": missing})


@dataclass(frozen=True)
class Plan:
    places: dict[int, seat_rules.Place]
    changes: seat_rules.Changes


@transaction.atomic
def save_hall(hall: ExamHall, *, by: User, now: datetime) -> ExamHall:
    """A new hall, or a changed one; never with fewer seats than are taken. Raises HallTooSmall."""
    held(hall.exam)
    last = Seat.objects.filter(hall=hall.pk, number__gt=hall.seats).order_by("-number").first() if hall.pk else None
    if last:
        raise HallTooSmall(last.number)
    hall.save()
    payload = {"hall": hall.name, "place": hall.place, "seats": hall.seats}
    log("exams.hall_saved", by=by, obj=hall.exam, payload=payload, now=now)
    return hall


@transaction.atomic
def remove_hall(hall: ExamHall, *, by: User, now: datetime) -> None:
    """Raises HallTaken unless it is empty."""
    held(hall.exam)
    if hall.taken.exists():
        raise HallTaken
    hall.delete()
    log("exams.hall_removed", by=by, obj=hall.exam, payload={"hall": hall.name}, now=now)


def held(exam: Exam) -> Exam:
    """Whoever seats people waits for whoever is seating them."""
    return Exam.objects.select_for_update().get(pk=exam.pk)


def planned(exam: Exam, *, anew: bool) -> Plan:
    """The plan as it would be, and what that changes: those who have a seat keep it, unless it is made anew. Raises
    TooFewSeats."""
    candidates = exam.candidates.filter(withdrawn_at=None).values_list("pk", "organisation")
    rooms = [seat_rules.Room(pk, seats) for pk, seats in exam.halls.values_list("pk", "seats")]
    taken = Seat.objects.filter(hall__exam=exam).values_list("candidate", "hall", "number")
    old = {candidate: (hall, number) for candidate, hall, number in taken}
    try:
        places = seat_rules.plan([seat_rules.Person(*one) for one in candidates], rooms, kept=None if anew else old)
    except seat_rules.TooFewSeats as fault:
        raise TooFewSeats(fault.missing) from fault
    return Plan(places, seat_rules.changes(old, places))


@transaction.atomic
def seat_everybody(exam: Exam, *, anew: bool, by: User, now: datetime) -> seat_rules.Changes:
    """Carry out what `planned` tells. Raises TooFewSeats."""
    held(exam)
    plan = planned(exam, anew=anew)
    gone = plan.changes.moved + plan.changes.freed
    for start in range(0, len(gone), AT_ONCE):
        Seat.objects.filter(candidate__in=gone[start : start + AT_ONCE]).delete()
    Seat.objects.bulk_create(
        (
            Seat(candidate_id=candidate, hall_id=plan.places[candidate][0], number=plan.places[candidate][1])
            for candidate in plan.changes.seated + plan.changes.moved
        ),
        batch_size=AT_ONCE,
    )
    if plan.changes:
        counts = {name: len(getattr(plan.changes, name)) for name in ("seated", "moved", "freed")}
        log("exams.seats_planned", by=by, obj=exam, payload=counts, now=now)
    return plan.changes


def seat_one(candidate: Candidate) -> Seat | None:
    """The first free seat, for somebody who stands at the door; None where all are taken."""
    exam = held(candidate.exam)
    if seat := Seat.objects.filter(candidate=candidate).first():
        return seat
    for hall in exam.halls.all():
        taken = set(hall.taken.values_list("number", flat=True))
        if free := next((number for number in range(1, hall.seats + 1) if number not in taken), None):
            return Seat.objects.create(candidate=candidate, hall=hall, number=free)
    return None
