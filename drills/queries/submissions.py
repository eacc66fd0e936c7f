"""The bureau's box: what was sent in, by state, township and words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from drills.models import Attendance, Submission
from drills.permissions import submissions_received_by
from people.models import Division
from ui.clock import local_day

State = Submission.State


@dataclass(frozen=True)
class Filter:
    state: str = State.SENT
    township: int | None = None
    q: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.township or self.q) or self.state != State.SENT


@dataclass(frozen=True)
class Figures:
    sent: int
    received: int
    returned: int


def inbox(user: Any, wanted: Filter) -> QuerySet[Submission]:
    """What waits comes first in, first out; what is decided, the latest first."""
    rows = within(user, wanted).filter(state=wanted.state)
    order = ("sent_at", "pk") if wanted.state == State.SENT else ("-decided_at", "-pk")
    return with_people(rows.select_related("drill__organisation", "drill__division", "sent_by")).order_by(*order)


def within(user: Any, wanted: Filter) -> QuerySet[Submission]:
    rows = submissions_received_by(user)
    if wanted.township:
        township = Division.objects.filter(pk=wanted.township).first()
        rows = rows.filter(drill__division__path__startswith=township.path) if township else rows.none()
    for word in wanted.q.split():
        told = Q(drill__title__icontains=word) | Q(drill__organisation__name__icontains=word)
        rows = rows.filter(told | Q(drill__number__iexact=word) | Q(receipt__iexact=word))
    return rows


def figures(user: Any, wanted: Filter) -> Figures:
    counts = {state: Count("pk", filter=Q(state=state)) for state in State.values}
    return Figures(**within(user, wanted).aggregate(**counts))


def with_people(rows: Any) -> Any:
    """`named` people and `heads` counted, never added up."""
    there = Attendance.objects.counted().filter(drill=OuterRef("drill")).order_by().values("drill")
    named = there.filter(named=True).annotate(n=Count("pk")).values("n")
    heads = there.filter(named=False).annotate(n=Sum("count")).values("n")
    return rows.annotate(named=Coalesce(Subquery(named), 0), heads=Coalesce(Subquery(heads), 0))


def townships() -> list[tuple[int, str]]:
    return list(Division.objects.filter(level=Division.Level.TOWNSHIP).order_by("code").values_list("pk", "name"))


def waiting_days(submission: Submission, day: date) -> int:
    return (day - local_day(submission.sent_at)).days
