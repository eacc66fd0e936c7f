"""Lists as they are shown, as workbooks."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaign.exporters.ledger import period_note
from campaign.queries.lens import Lens
from campaign.queries.listing import Totals, entry_names
from records.spreadsheets import OutSheet, write_workbook
from ui.clock import local

RECORDS = (
    (lambda: pgettext("ledger", "Number"), 14),
    (lambda: _("Time"), 17),
    (lambda: pgettext("ledger", "Venue"), 24),
    (lambda: _("Kind of venue"), 14),
    (lambda: pgettext("ledger", "Township"), 16),
    (lambda: pgettext("ledger", "Entry"), 18),
    (lambda: _("Form"), 12),
    (lambda: pgettext("ledger", "Educated (person-times)"), 12),
    (lambda: _("Way of counting"), 10),
    (lambda: pgettext("ledger", "Households reached"), 10),
    (lambda: _("State"), 12),
    (lambda: _("How entered"), 14),
    (lambda: pgettext("ledger", "Recorded by"), 12),
    (lambda: _("Recorded at"), 17),
)


def records_workbook(lens: Lens, rows: Iterable[Any], totals: Totals) -> bytes:
    sheet = OutSheet(
        name=_("Activities"),
        head=[text() for text, _width in RECORDS],
        rows=record_lines(rows, totals),
        widths=[width for _text, width in RECORDS],
        title=_("Safety education activities"),
        notes=[period_note(lens)],
    )
    return write_workbook([sheet])


def record_lines(rows: Iterable[Any], totals: Totals) -> Iterator[list[Any]]:
    for one in rows:
        yield [
            one.activity.number,
            local(one.starts_at),
            one.venue.name,
            one.venue.get_kind_display(),
            one.division.label,
            "、".join(entry_names(one)),
            one.get_form_display(),
            one.persons,
            one.get_basis_display(),
            one.households,
            one.activity.get_state_display(),
            one.activity.get_how_display(),
            one.recorded_by.full_name if one.recorded_by else "",
            local(one.recorded_at),
        ]
    yield [pgettext("ledger", "Total"), *[""] * 6, totals.persons, "", totals.households]


VENUES = (
    (lambda: pgettext("campaign", "Venue"), 28),
    (lambda: _("Kind of venue"), 16),
    (lambda: _("administrative division"), 20),
    (lambda: _("Address"), 28),
    (lambda: _("Organisation"), 28),
    (lambda: _("Households"), 10),
    (lambda: pgettext("venue", "Activities in the period"), 12),
    (lambda: pgettext("venue", "Last reached on"), 14),
    (lambda: pgettext("venue", "Closed on"), 14),
)


def venues_workbook(lens: Lens, rows: Iterable[Any]) -> bytes:
    sheet = OutSheet(
        name=_("Venues"),
        head=[text() for text, _width in VENUES],
        rows=venue_lines(rows),
        widths=[width for _text, width in VENUES],
        title=_("Venues"),
        notes=[period_note(lens)],
    )
    return write_workbook([sheet])


def venue_lines(rows: Iterable[Any]) -> Iterator[list[Any]]:
    for one in rows:
        place = (one.name, one.get_kind_display(), one.division.label, one.address)
        unit = one.organisation.name if one.organisation else ""
        yield [*place, unit, one.households, one.held, one.last_held, one.closed_on]
