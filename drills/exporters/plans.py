"""The ledger of emergency plans as the workbook that is handed round and signed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from drills.plan_rules import ADVISED
from drills.queries.plan_terms import Term
from drills.queries.plans import PlanRow, Totals
from records.spreadsheets import OutSheet, write_workbook
from ui.templatetags.ui import day

WIDTHS = (6, 30, 20, 24, 8, 12, 24, 12, 14, 12, 14, 12, 20, 12, 10, 14)


def workbook(rows: Iterable[PlanRow], totals: Totals, *, by: Any, told: Sequence[str], today: Any) -> bytes:
    """Exactly the lines shown, in their order. `told` is the filter in words."""
    head = [
        _("No."),
        _("Name of the plan"),
        _("Kind of plan"),
        _("Drawn up by"),
        _("Version"),
        _("Issued on"),
        _("Filing number"),
        _("Filed on"),
        _("How reviewed"),
        _("Last evaluated"),
        _("Conclusion of the evaluation"),
        _("Next evaluation"),
        _("Note on it"),
        _("Last drill"),
        _("Proposals to decide"),
        _("No longer used since"),
    ]
    lines = [cells(number, row) for number, row in enumerate(rows, start=1)]
    summed = _("In all %(plans)d plans of %(organisations)d organisations") % {
        "plans": totals.plans,
        "organisations": totals.organisations,
    }
    sheet = OutSheet(
        name=_("Ledger of emergency plans"),
        head=head,
        rows=[*lines, [None, summed]],
        widths=WIDTHS,
        title=_("Ledger of emergency plans"),
        notes=[
            _("Filled in by: %(name)s      Checked by:                As of: %(day)s")
            % {"name": by.full_name, "day": day(today)},
            *([_("Only: %(filter)s") % {"filter": "、".join(told)}] if told else []),
            _("Next evaluations are computed from the rulebook as of that day; they are no finding of the authority."),
        ],
    )
    return write_workbook([sheet])


def cells(number: int, row: PlanRow) -> list[Any]:
    plan, version = row.plan, row.version
    return [
        number,
        plan.title,
        plan.get_kind_display(),
        plan.organisation.name,
        f"V{version.number}" if version else _("Draft"),
        version.issued_on if version else None,
        filing_number(row),
        row.filing.filed_on if row.filing else None,
        version.get_review_display() if version else "",
        row.evaluation.held_on if row.evaluation else None,
        row.evaluation.get_conclusion_display() if row.evaluation else "",
        row.term.due if row.term else None,
        term_note(row.term),
        plan.drilled_on,
        plan.open_proposals,
        plan.withdrawn_on,
    ]


def filing_number(row: PlanRow) -> str:
    if row.filing is None:
        return ""
    if row.earlier_filing:
        return f"{row.filing.number}（V{row.filing.version.number}）"
    return row.filing.number


def term_note(term: Term | None) -> str:
    if term is None:
        return ""
    if term.is_doubtful:
        return _("To be verified")
    if term.is_overdue:
        return _("Overdue")
    return pgettext("rule", "Recommended") if term.force == ADVISED else ""
