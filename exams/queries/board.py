"""What the invigilator's board shows: how many stand where, and the people of one page. Few statements, however many
candidates there are, since it is asked again every few seconds."""

import zlib
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from exams.models import Answer, Candidate, Exam, Sitting
from exams.permissions import candidates_managed_by
from ui.clock import local

SILENT_AFTER = timedelta(seconds=60)  # twice the time between two signs of life


class Place(TextChoices):
    """Where a candidate is in the exam room."""

    SILENT = "silent", _("Silent for a minute")
    PAUSED = "paused", _("Paused")
    WRITING = "writing", _("Writing")
    WAITING = "waiting", _("Not begun")
    HANDED_IN = "handed_in", _("Handed in")
    ANNULLED = "annulled", _("Annulled")


def board_rows(exam: Exam, user: Any, at: datetime, *, place: str = "", organisation: Any = None) -> QuerySet[Any]:
    """The exam's candidates whom `user` may see, each with `place` and what is known of the latest sitting."""
    latest = Sitting.objects.filter(candidate=OuterRef("pk")).order_by("-number")
    rows = Candidate.objects.visible_to(user, at).filter(Q(exam=exam) & Q(withdrawn_at=None))
    if organisation:
        rows = rows.filter(organisation=organisation)
    moment, text = DateTimeField(null=True), CharField(null=True)
    rows = rows.annotate(
        state=Subquery(latest.values("state")[:1], output_field=text),
        paused_at=Subquery(latest.values("paused_at")[:1], output_field=moment),
        heard_at=Subquery(
            latest.annotate(sign=Coalesce("heard_at", "started_at")).values("sign")[:1], output_field=moment
        ),
    ).annotate(place=place_at(at))
    return rows.filter(place=place) if place else rows


def place_at(at: datetime) -> Case:
    return Case(
        When(state=None, then=Value(Place.WAITING)),
        When(state=Sitting.State.ANNULLED, then=Value(Place.ANNULLED)),
        When(~Q(state=Sitting.State.OPEN), then=Value(Place.HANDED_IN)),
        When(paused_at__isnull=False, then=Value(Place.PAUSED)),
        When(heard_at__lte=at - SILENT_AFTER, then=Value(Place.SILENT)),
        default=Value(Place.WRITING),
        output_field=CharField(),
    )


def counts(exam: Exam, user: Any, at: datetime, *, organisation: Any = None) -> dict[str, int]:
    """How many stand where, every place named; one statement."""
    rows = board_rows(exam, user, at, organisation=organisation).order_by()
    return dict.fromkeys(Place.values, 0) | dict(rows.values_list("place").annotate(people=Count("pk")))


def people(rows: QuerySet[Any]) -> QuerySet[Any]:
    """In a fixed order, with what a line shows."""
    latest = Sitting.objects.filter(candidate=OuterRef("pk")).order_by("-number")
    whole = rows.annotate(
        sitting=Subquery(latest.values("pk")[:1]),
        deadline=Subquery(latest.values("deadline")[:1], output_field=DateTimeField(null=True)),
        left=Subquery(latest.values("times_left")[:1]),
    )
    return whole.select_related("user", "organisation").order_by("organisation__name", "user__full_name", "pk")


def lines(candidates: list[Any]) -> list[dict[str, Any]]:
    """As the page's script takes them; two lines with the same `stamp` look the same."""
    saved = Answer.objects.filter(sitting__in=[one.sitting for one in candidates if one.sitting]).exclude(given=[])
    answered = dict(saved.order_by().values_list("sitting").annotate(n=Count("pk")))
    return [line(one, answered.get(one.sitting, 0)) for one in candidates]


def line(one: Any, answered: int) -> dict[str, Any]:
    open_now = one.state == Sitting.State.OPEN
    told = {
        "pk": one.pk,
        "place": one.place,
        "label": str(Place(one.place).label),
        "answered": answered if one.sitting else None,
        "deadline": f"{local(one.deadline):%H:%M:%S}" if open_now else "",
        "heard": f"{local(one.heard_at):%H:%M:%S}" if open_now else "",
        "left": one.left or 0,
        "extra": one.extra_minutes,
    }
    # Not `heard`: it moves every half minute, and what matters of it is the place.
    seen = [value for name, value in told.items() if name != "heard"]
    return told | {"stamp": f"{zlib.crc32(repr(seen).encode()):08x}"}


def open_sittings(exam: Exam, user: Any) -> QuerySet[Sitting]:
    """What a pause for all means: never one's own."""
    theirs = candidates_managed_by(user).filter(exam=exam).order_by()
    return Sitting.objects.filter(candidate__in=theirs.values("pk"), state=Sitting.State.OPEN)


def incidents(exam: Exam, user: Any, at: datetime) -> QuerySet[Any]:
    seen = Candidate.objects.visible_to(user, at).filter(exam=exam)
    return exam.incidents.filter(Q(candidate=None) | Q(candidate__in=seen)).select_related(
        "by", "candidate__user", "candidate__organisation"
    )
