"""The list of corrective actions as a workbook."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from drills.models import CorrectiveAction
from records.spreadsheets import OutSheet, write_workbook
from ui.clock import local_day
from ui.templatetags.ui import moment


def workbook(actions: Iterable[CorrectiveAction], *, now: datetime) -> bytes:
    head = [
        _("Number"),
        _("Drill"),
        _("Problem"),
        _("Severity"),
        _("Corrective action"),
        _("Responsible organisation"),
        _("Responsible person"),
        _("Due"),
        _("Done when"),
        _("State"),
        _("Overdue (days)"),
    ]
    day = local_day(now)
    sheet = OutSheet(
        name=_("Corrective actions"),
        head=head,
        rows=(cells(number, action, day) for number, action in enumerate(actions, 1)),
        widths=[6, 28, 36, 8, 36, 22, 10, 12, 28, 10, 10],
        title=_("Corrective actions from drills"),
        notes=[_("As of %(moment)s") % {"moment": moment(now)}],
    )
    return write_workbook([sheet])


def cells(number: int, action: CorrectiveAction, day: Any) -> list[Any]:
    return [
        number,
        action.finding.drill.marked_title,
        action.finding.text,
        action.finding.get_severity_display(),
        action.text,
        action.organisation.name,
        action.owner.full_name,
        action.due_on,
        action.criterion,
        action.get_state_display(),
        (day - action.due_on).days if action.is_overdue(day) else None,
    ]
