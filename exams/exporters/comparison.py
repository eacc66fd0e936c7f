"""The comparison of an exam's results as a workbook."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from exams.models import Exam
from exams.queries.comparison import Group, total
from records.spreadsheets import OutSheet, write_workbook
from ui.clock import local


def comparison_workbook(exam: Exam, sheets: Iterable[tuple[str, Sequence[Group]]], now: datetime) -> bytes:
    notes = [_("As of %(moment)s") % {"moment": f"{local(now):%Y-%m-%d %H:%M}"}]
    head = [_("Name"), _("Candidates"), _("Sat"), _("Passed"), _("Pass rate (%)"), _("Mean (% of the points)")]
    return write_workbook(
        OutSheet(
            name,
            head,
            [row(group) for group in [*groups, total(groups)]],
            widths=[32, 10, 10, 10, 12, 18],
            title=exam.title,
            notes=notes,
        )
        for name, groups in sheets
    )


def row(group: Group) -> list[Any]:
    return [group.name, group.candidates, group.sat, group.passed, group.pass_rate, group.mean]
