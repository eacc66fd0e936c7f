"""Halls with how full they are, and the people at the door."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from exams.models import Arrival, Candidate, Exam, ExamHall
from people import rules
from people.models import Membership


def hall_rows(exam: Exam) -> QuerySet[ExamHall]:
    """Each with `seated` and, of those, `arrived`."""
    came = Count("taken", filter=Q(taken__candidate__arrival__isnull=False))
    return exam.halls.annotate(seated=Count("taken"), arrived=came)


def without_seat(exam: Exam) -> int:
    return exam.candidates.filter(withdrawn_at=None, seat=None).count()


def seated(hall: ExamHall) -> QuerySet[Candidate]:
    """In the order of the seats."""
    people = Candidate.objects.filter(seat__hall=hall).select_related("user", "organisation", "seat", "arrival")
    return people.order_by("seat__number")


def expected(exam: Exam, user: Any) -> QuerySet[Candidate]:
    """Whom somebody at the door may let in."""
    return Candidate.objects.visible_to(user).filter(exam=exam, withdrawn_at=None)


def door_counts(exam: Exam, user: Any) -> dict[str, int]:
    return expected(exam, user).aggregate(
        expected=Count("pk"),
        arrived=Count("arrival"),
        unchecked=Count("arrival", filter=Q(arrival__verified_at=None)),
    )


def at_the_door(exam: Exam, user: Any, words: str) -> QuerySet[Candidate]:
    """By part of the name, the last four of the identity number, the employee number, the phone, or the seat's number
    with or without the hall before it."""
    fits = Q(user__full_name__icontains=words) | Q(user__identity_tail=rules.normal_code(words))
    members = Membership.objects.filter(employee_number=rules.plain(words), ends_on=None).values("user")
    fits |= Q(user__in=members)
    if rules.is_mobile(words):
        fits |= Q(user__phone=rules.normal_phone(words))
    hall, _blank, number = words.rpartition(" ")
    if number.isascii() and number.isdecimal() and len(number) <= 4:
        fits |= Q(seat__number=int(number), seat__hall__name__icontains=hall)
    people = expected(exam, user).filter(fits).select_related("user", "organisation", "seat__hall", "arrival")
    return people.order_by("user__full_name", "pk")


def arrived_last(exam: Exam, user: Any) -> QuerySet[Candidate]:
    came = expected(exam, user).exclude(arrival=None)
    return came.select_related("user", "organisation", "seat__hall", "arrival").order_by("-arrival__arrived_at", "-pk")


def strangers(exam: Exam, organisations: Any, words: str, at: Any) -> QuerySet[Membership]:
    """Today's members of these organisations who are no candidates: one row a person."""
    known = exam.candidates.filter(withdrawn_at=None).values("user")
    fits = Q(user__full_name__icontains=words) | Q(user__identity_tail=rules.normal_code(words))
    fits |= Q(employee_number=rules.plain(words))
    if rules.is_mobile(words):
        fits |= Q(user__phone=rules.normal_phone(words))
    rows = Membership.objects.active(at).filter(fits, organisation__in=organisations, user__is_active=True)
    first = Membership.objects.active(at).filter(organisation__in=organisations, user=OuterRef("user")).order_by("pk")
    rows = rows.exclude(user__in=known).filter(pk=Subquery(first.values("pk")[:1]))
    return rows.select_related("user", "organisation").order_by("user__full_name", "pk")


def unchecked_before(user: Any, at: Any) -> QuerySet[Arrival]:
    """Exams that the person was let into without a check of identity."""
    rows = Arrival.objects.filter(candidate__user=user, verified_at=None, arrived_at__lte=at)
    return rows.select_related("candidate__exam")
