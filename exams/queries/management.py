"""Reads of those who hold exams: the list, and what the banks have to offer."""

from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
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

from exams.models import Candidate, Exam, Question, QuestionBank, Sitting
from exams.permissions import HOLDING, exams_viewed_by
from people.models import Organisation
from people.permissions import scope_as
from people.scopes import scope_of


class Phase(TextChoices):
    """Where an exam stands at a moment; only draft and withdrawn were decided, the rest is the clock's."""

    DRAFT = "draft", _("Draft")
    COMING = "coming", _("Not yet open")
    OPEN = "open", _("Open now")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


def phase_of(exam: Exam, at: datetime) -> Phase:
    if exam.state != Exam.State.PUBLISHED:
        return Phase(exam.state)
    if at < exam.opens_at:
        return Phase.COMING
    return Phase.OPEN if at < exam.closes_at else Phase.CLOSED


def phase(at: datetime) -> Case:
    """The same for a list."""
    return Case(
        When(~Q(state=Exam.State.PUBLISHED), then=F("state")),
        When(opens_at__gt=at, then=Value(Phase.COMING)),
        When(closes_at__gt=at, then=Value(Phase.OPEN)),
        default=Value(Phase.CLOSED),
        output_field=CharField(),
    )


def exam_rows(user: Any, *, q: str, state: str, at: datetime) -> QuerySet[Exam]:
    """The exams that the user sees, each with `phase`, `candidates_here` and `done` among the people in his scope."""
    here = Candidate.objects.filter(scope_of(user, at).organisations_q("organisation__"), exam=OuterRef("pk"))
    here = here.filter(withdrawn_at=None).order_by()
    handed_in = Sitting.objects.filter(candidate=OuterRef("pk")).exclude(state=Sitting.State.OPEN)
    rows = exams_viewed_by(user).annotate(
        phase=phase(at),
        candidates_here=counted(here),
        done=counted(here.filter(Exists(handed_in))),
    )
    if q:
        rows = rows.filter(title__icontains=q)
    if state:
        rows = rows.filter(phase=state)
    return rows.select_related("organisation")


def counted(candidates: QuerySet[Candidate]) -> Coalesce:
    return Coalesce(Subquery(candidates.values("exam").annotate(count=Count("pk")).values("count")), 0)


def banks_for(user: Any) -> QuerySet[QuestionBank]:
    """What an exam of this user may draw from: the bureau's banks, and those of the organisations he works for."""
    scope = scope_as(user, *HOLDING)
    own = Q() if scope.everything else Q(organisation=None) | Q(organisation__in=scope.organisations)
    return QuestionBank.objects.filter(own).select_related("organisation").order_by("organisation__name", "name")


def organisations_for(user: Any) -> QuerySet[Organisation]:
    """Whose exams the user may hold, and whose people he may admit."""
    return Organisation.objects.filter(scope_as(user, *HOLDING).organisations_q()).order_by("name", "pk")


def stock(banks: QuerySet[QuestionBank]) -> dict[int, dict[str, int]]:
    """How many questions of each kind a bank can ask today."""
    askable = Question.objects.filter(bank__in=banks.values("pk"), retired_at=None, current__isnull=False)
    found: dict[int, dict[str, int]] = {}
    for bank, kind, count in askable.order_by().values_list("bank", "current__kind").annotate(count=Count("pk")):
        found.setdefault(bank, {})[kind] = count
    return found
