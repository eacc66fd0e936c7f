"""What leaves the house: the workbook of a programme and the list for the group."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from exams.queries.results import Outcome
from learning.models import Enrolment, Programme
from learning.queries.standing import Row
from learning.standing import State
from records.spreadsheets import OutSheet, write_workbook
from ui.clock import local_day
from ui.templatetags.ui import moment


def state_name(state: str) -> str:
    """A function and not a table: the language is that of the reader."""
    return {
        State.NOT_BEGUN: pgettext("standing", "Not begun"),
        State.LEARNING: pgettext("standing", "Learning"),
        State.EXAM_DUE: _("Exam to sit"),
        State.DONE: _("Completed"),
    }[State(state)]


def score(outcome: Outcome | None) -> str:
    if outcome is None or outcome.points is None:
        return ""
    return f"{outcome.points}/{outcome.total_points}"


def workbook(programme: Programme, rows: Iterable[Row], *, several: bool, now: datetime) -> bytes:
    head = [
        *([_("Organisation")] if several else []),
        _("Full name"),
        _("Department"),
        _("Post"),
        _("Employee number"),
        _("Hours credited"),
        _("Hours required"),
        _("Best result"),
        _("State"),
        _("Overdue"),
        _("Due"),
        _("Completed on"),
        _("Certificate number"),
    ]
    told = _("As of %(moment)s") % {"moment": moment(now)}
    sheet = OutSheet(
        name=_("People"),
        head=head,
        rows=(cells(row, several=several) for row in rows),
        widths=[*([24] if several else []), 12, 16, 16, 14, 10, 10, 10, 12, 8, 12, 12, 26],
        title=programme.title,
        notes=[told],
    )
    return write_workbook([sheet])


def cells(row: Row, *, several: bool) -> list[Any]:
    one = row.enrolment
    done = one.completed_at
    return [
        *([one.organisation.name] if several else []),
        one.user.full_name,
        one.membership.department,
        one.membership.post,
        one.membership.employee_number,
        row.hours,
        one.programme.required_hours,
        score(row.outcome),
        state_name(row.standing.state),
        _("yes") if row.standing.late else "",
        one.due_on,
        local_day(done) if done else None,
        one.certificate.number if one.certificate else "",
    ]


def late_list(people: QuerySet[Enrolment], *, several: bool) -> list[dict[str, Any]]:
    """By department (by organisation first where there are several): the names and how many they are."""
    rows = people.values_list("organisation__name", "membership__department", "user__full_name")
    groups = groupby(rows.iterator(), key=lambda row: (row[0] if several else "", row[1]))
    told = []
    for (organisation, department), members in groups:
        names = [name for _organisation, _department, name in members]
        told.append({"organisation": organisation, "department": department, "names": names, "count": len(names)})
    return told
