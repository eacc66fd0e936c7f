"""The manager's page: how a programme stands, person by person."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from learning.models import Enrolment, Programme
from learning.queries.standing import Row, in_state, is_late, lessons_in, outcomes_of, rows_of, with_facts
from ui.clock import local_day

STATES = ("done", "learning", "exam_due", "not_begun", "late")
SORTS: dict[str, tuple[str, ...]] = {
    "department": ("department_name", "user__full_name"),
    "name": ("user__full_name",),
    "hours": ("credited", "user__full_name"),
    "due": ("due_on", "user__full_name"),
}
DEFAULT_SORT = "department"


@dataclass(frozen=True)
class Filter:
    """What of a programme's people is shown. `q` comes by POST and stands in no address."""

    state: str = ""
    organisation: int | None = None
    department: str = ""
    sort: str = DEFAULT_SORT  # a leading minus turns it round
    q: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.state or self.organisation or self.department or self.q)


@dataclass(frozen=True)
class Figures:
    """`done` + `learning` + `not_begun` = `all`; `exam_due` is among those learning, `late` among those not done."""

    all: int
    done: int
    learning: int
    exam_due: int
    not_begun: int
    late: int

    def shown(self, state: str) -> int:
        """How many a filter by this state shows."""
        return int(getattr(self, state or "all"))


@dataclass(frozen=True)
class Board:
    """A programme as somebody's office sees it."""

    programme: Programme
    people: QuerySet[Enrolment]  # everybody in his scope, annotated
    lessons: int
    now: datetime

    @property
    def today(self) -> date:
        return local_day(self.now)

    def figures(self, wanted: Filter) -> Figures:
        """Of the place chosen, whatever state is filtered: the figures are the filters."""
        counted = {state: Count("pk", filter=self.state_q(state)) for state in STATES}
        place = self.narrowed(replace(wanted, state="", q=""))
        return Figures(**place.order_by().aggregate(all=Count("pk"), **counted))

    def state_q(self, state: str) -> Q:
        if state == "late":
            return is_late(self.today)
        return in_state(state, lessons=self.lessons, exam=self.programme.exam_id is not None)

    def narrowed(self, wanted: Filter) -> QuerySet[Enrolment]:
        people = self.people.filter(self.state_q(wanted.state)) if wanted.state in STATES else self.people
        if wanted.organisation:
            people = people.filter(organisation=wanted.organisation)
        if wanted.department:
            people = people.filter(membership__department=wanted.department)
        if wanted.q:
            people = people.filter(found_by(wanted.q))
        return people

    def sorted(self, wanted: Filter) -> QuerySet[Enrolment]:
        name = wanted.sort.removeprefix("-")
        keys = SORTS.get(name, SORTS[DEFAULT_SORT])
        first = F(keys[0]).desc() if wanted.sort.startswith("-") else F(keys[0]).asc()
        named = self.narrowed(wanted).annotate(department_name=F("membership__department"))
        return named.select_related("user", "membership", "organisation", "certificate").order_by(
            first, *keys[1:], "pk"
        )

    def rows(self, enrolments: Iterable[Any], *, everybody: bool = False) -> list[Row]:
        enrolments = list(enrolments)
        for one in enrolments:
            one.programme = self.programme  # the same for all: ten thousand rows need not carry it
        users = None if everybody else [one.user_id for one in enrolments]
        outcomes = outcomes_of([self.programme.exam_id], users, self.now) if enrolments else {}
        return rows_of(enrolments, {self.programme.pk: self.lessons}, outcomes, self.now)

    def places(self) -> list[tuple[int, str, str]]:
        """The organisations and departments there are, each once: what the filter offers."""
        rows = self.people.order_by("organisation__name", "membership__department")
        return list(rows.values_list("organisation", "organisation__name", "membership__department").distinct())


def found_by(q: str) -> Q:
    words = Q(user__full_name__icontains=q) | Q(membership__department__icontains=q)
    return words | Q(membership__post__icontains=q) | Q(membership__employee_number=q)


def board(programme: Programme, user: Any, *, now: datetime) -> Board:
    people = Enrolment.objects.in_scope_of(user, now).current().filter(programme=programme)
    return Board(programme, with_facts(people), lessons_in([programme.pk]).get(programme.pk, 0), now)


def programme_rows(user: Any, *, state: str = "", q: str = "", now: datetime) -> QuerySet[Programme]:
    """The programmes in scope with how many of the people in scope are in them, done and late."""
    mine = Enrolment.objects.in_scope_of(user, now).current().order_by().values("pk")
    inside = Q(enrolments__in=mine)
    late = Q(enrolments__completed_at__isnull=True, enrolments__due_on__lt=local_day(now))
    rows = Programme.objects.visible_to(user, now).select_related("organisation")
    if state in Programme.State.values:
        rows = rows.filter(state=state)
    if q:
        rows = rows.filter(title__icontains=q)
    return rows.annotate(
        people=Count("enrolments", filter=inside),
        done=Count("enrolments", filter=inside & Q(enrolments__completed_at__isnull=False)),
        late=Count("enrolments", filter=inside & late),
    ).order_by("-opens_on", "-pk")
