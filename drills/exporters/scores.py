"""Every value of an evaluation with its weights, one a row: enough to count the score again by hand."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from drills.models import Drill, ItemScore
from drills.queries.evaluation import Point
from drills.queries.results import FormShown, SectionShown, Shown
from records.spreadsheets import OutSheet, write_workbook
from ui.templatetags.ui import moment

WIDTHS = (26, 10, 22, 8, 8, 60, 8, 14, 12, 40, 10, 12, 40)


def workbook(drill: Drill, shown: Shown, *, now: datetime) -> bytes:
    sheet = OutSheet(
        name=_("Evaluation values"),
        head=head(),
        rows=rows(shown),
        widths=WIDTHS,
        title=f"{drill.marked_title} · {_('Evaluation values')}",
        notes=[_("As of %(moment)s") % {"moment": moment(now)}, told(shown)],
    )
    return write_workbook([sheet])


def told(shown: Shown) -> str:
    outcome = shown.outcome
    total = _("no score") if outcome.total is None else f"{outcome.total} {outcome.grade}"
    return _("Score: %(total)s · formula %(formula)s") % {"total": total, "formula": shown.inputs.formula}


def head() -> list[str]:
    return [
        _("Evaluation form"),
        _("Share (%)"),
        _("Section"),
        _("Weight"),
        _("Item no."),
        _("Item"),
        _("Veto item"),
        _("Evaluator"),
        _("Value"),
        pgettext("score", "Reason"),
        _("Observations"),
        _("Settled as"),
        _("Rationale"),
    ]


def rows(shown: Shown) -> Iterator[list[Any]]:
    for form in shown.forms:
        for section in form.sections:
            for point in section.points:
                yield from rows_of(form, section, point)


def rows_of(form: FormShown, section: SectionShown, point: Point) -> Iterator[list[Any]]:
    """One a value; an item without any has one row all the same."""
    score, item, decision = section.score, point.item, point.decision
    place = [form.score.title, form.score.percent, f"{score.code} {score.title}", score.weight, item.code, item.text]
    settled = [label(point.standing.reconciled), decision.rationale if decision else ""]
    scores: Sequence[ItemScore | None] = point.scores or [None]
    for one in scores:
        given = [one.sheet.evaluator.label, label(one.value), one.reason, len(one.evidence.all())] if one else [""] * 4
        yield [*place, _("yes") if item.veto else "", *given, *settled]


def label(value: str) -> str:
    """The number of a point, a word for what is none."""
    if value in {"0", "1", "3", "5", ""}:
        return value
    return str(ItemScore.Value(value).label)
