"""The statistics of an exam as a workbook: the figures of the whole, one row for each question, its options."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from exams.models import ExamStatistics
from exams.queries.statistics import Figure, Line
from records.spreadsheets import OutSheet, write_workbook
from ui.clock import local


def statistics_workbook(kept: ExamStatistics, figures: Sequence[Figure], lines: Sequence[Line]) -> bytes:
    notes = [_("As of %(moment)s") % {"moment": f"{local(kept.computed_at):%Y-%m-%d %H:%M}"}]
    title = kept.exam.title
    whole = OutSheet(
        _("The whole exam"),
        [_("Figure"), pgettext("figure", "Value"), _("What it tells")],
        [(one.label, one.value, one.words) for one in figures],
        widths=[26, 14, 80],
        title=title,
        notes=notes,
    )
    head = [
        _("Question bank"),
        _("Question"),
        _("Version"),
        pgettext("question", "Kind"),
        _("Stem"),
        _("Points"),
        _("Sittings"),
        _("Facility"),
        _("Discrimination"),
        _("Efficiency"),
        _("Weight"),
        _("Guessing"),
        _("Needs a look"),
    ]
    widths = [20, 14, 8, 12, 50, 8, 8, 10, 10, 10, 10, 10, 40]
    rows = [row(line) for line in lines]
    questions = OutSheet(_("Questions"), head, rows, widths=widths, title=title, notes=notes)
    chosen = OutSheet(
        _("Options chosen"),
        [_("Question"), _("Version"), _("Option"), _("Text"), _("Times"), _("Per cent")],
        [
            (line.version.question.key, line.version.number, one.letter, one.text, one.count, one.percent)
            for line in lines
            for one in line.choices
        ],
        widths=[14, 8, 8, 50, 8, 10],
        title=title,
        notes=notes,
    )
    return write_workbook([whole, questions, chosen])


def row(line: Line) -> list[Any]:
    version = line.version
    return [
        version.question.bank.name,
        version.question.key,
        version.number,
        str(version.get_kind_display()),
        version.stem,
        line.points,
        line.count,
        *(rounded(value) for value in (line.facility, line.discrimination, line.efficiency, line.weight, line.guess)),
        "；".join(str(words) for _tag, words in line.reasons),
    ]


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
