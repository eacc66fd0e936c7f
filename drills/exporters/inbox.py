"""What lies in the bureau's box as a workbook."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from records.spreadsheets import OutSheet, write_workbook
from ui.templatetags.ui import moment


def workbook(rows: Iterable[Any], *, now: datetime) -> bytes:
    """`rows` are submissions with their `named` and `heads`."""
    head = [
        _("No."),
        _("Drill"),
        _("Number"),
        _("Organised by"),
        _("Place"),
        _("Held on"),
        _("Form"),
        _("How entered"),
        _("By name (people)"),
        _("By head-count (person-times)"),
        _("Submitted"),
        _("State"),
        _("Receipt number"),
        _("Decided"),
        _("Reason"),
    ]
    sheet = OutSheet(
        name=_("Submitted drills"),
        head=head,
        rows=(cells(number, row) for number, row in enumerate(rows, 1)),
        widths=[6, 30, 14, 26, 20, 12, 10, 12, 10, 12, 16, 10, 16, 16, 30],
        title=_("Results of drills submitted to the bureau"),
        notes=[_("As of %(moment)s") % {"moment": moment(now)}],
    )
    return write_workbook([sheet])


def cells(number: int, row: Any) -> list[Any]:
    drill = row.drill
    return [
        number,
        drill.marked_title,
        drill.number,
        drill.organisation.name,
        drill.division.name,
        drill.held_on,
        drill.get_form_display(),
        drill.get_entry_display(),
        row.named,
        row.heads,
        row.sent_at,
        row.get_state_display(),
        row.receipt,
        row.decided_at,
        row.reason,
    ]
