"""科普活动台账 as offices keep it: title, period and date of the data, who filled it in and who checked it. The record
asks for no audience and no readership: their columns stay free for the hand."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaign.models import Activity, ActivityMaterial, ActivityVersion
from campaign.queries import ledger as told
from campaign.queries.figures import Figures, figures
from campaign.queries.lens import Lens
from records.spreadsheets import OutSheet, write_workbook
from ui.clock import local
from ui.templatetags.ui import moment

Kind = ActivityMaterial.Kind

HEAD = (
    (lambda: _("No."), 6),
    (lambda: pgettext("ledger", "Name of the activity"), 30),
    (lambda: pgettext("ledger", "Scheme and version"), 22),
    (lambda: pgettext("ledger", "Entry"), 14),
    (lambda: pgettext("ledger", "Venue"), 22),
    (lambda: pgettext("ledger", "Township"), 14),
    (lambda: _("Time"), 17),
    (lambda: _("Theme day"), 16),
    (lambda: pgettext("ledger", "Held by"), 22),
    (lambda: _("Form"), 12),
    (lambda: pgettext("ledger", "Audience"), 12),
    (lambda: pgettext("ledger", "Educated (person-times)"), 12),
    (lambda: _("Way of counting"), 10),
    (lambda: pgettext("ledger", "Households reached"), 10),
    (lambda: pgettext("ledger", "Materials given out (copies)"), 12),
    (lambda: pgettext("ledger", "Display boards"), 10),
    (lambda: pgettext("ledger", "Banners"), 10),
    (lambda: pgettext("ledger", "Advice (person-times)"), 12),
    (lambda: pgettext("ledger", "Media readership"), 12),
    (lambda: _("Photos (number)"), 10),
    (lambda: pgettext("ledger", "In charge"), 12),
    (lambda: _("How entered"), 14),
    (lambda: _("Entered after (days)"), 12),
    (lambda: _("Corrections (number)"), 12),
    (lambda: pgettext("ledger", "Number"), 14),
)


def cells(place: int, version: Any) -> list[Any]:
    given = told.materials_of(version)
    return [
        place,
        told.title_of(version),
        f"{version.scheme.name} V{version.scheme.version}",
        "、".join(entry.name for entry in told.entries_of(version)),
        version.venue.name,
        version.division.name,
        local(version.starts_at),
        version.theme_day,
        told.hosts(version),
        str(ActivityVersion.Form(version.form).label),
        "",
        version.persons,
        str(ActivityVersion.Basis(version.basis).label),
        version.households,
        told.leaflets(version),
        given.get(Kind.BOARD, 0),
        given.get(Kind.BANNER, 0),
        version.consulted,
        "",
        version.photos,
        version.in_charge,
        str(Activity.How(version.activity.how).label),
        told.lag_of(version),
        told.corrections_of(version),
        version.activity.number,
    ]


def ledger_workbook(lens: Lens, *, title: str = "") -> bytes:
    """Exactly what the lens shows."""
    totals = figures(lens)
    sheet = OutSheet(
        name=_("Ledger of activities"),
        head=[text() for text, _width in HEAD],
        rows=lines(told.ledger(lens), totals),
        widths=[width for _text, width in HEAD],
        title=title or _("Ledger of safety education activities"),
        notes=[period_note(lens), signature_note(lens.known_at), totals_note(totals)],
    )
    return write_workbook([sheet])


def lines(rows: Iterable[Any], totals: Figures) -> Iterator[list[Any]]:
    yield from (cells(place, version) for place, version in enumerate(rows, 1))
    given = totals.materials
    copies = given.get(Kind.LEAFLET, 0) + given.get(Kind.BOOKLET, 0)
    sums = [totals.persons, "", totals.households, copies, given.get(Kind.BOARD, 0), given.get(Kind.BANNER, 0)]
    yield [pgettext("ledger", "Total"), *[""] * 10, *sums, totals.consulted]


def period_note(lens: Lens) -> str:
    return _("Period %(first)s to %(last)s; data as of %(moment)s") % {
        "first": f"{lens.first:%Y-%m-%d}",
        "last": f"{lens.last:%Y-%m-%d}",
        "moment": moment(lens.known_at),
    }


def signature_note(at: datetime) -> str:
    return _("Filled in by: ____________    Checked by: ____________    Filled in on: %(day)s") % {
        "day": f"{local(at):%Y-%m-%d}"
    }


def totals_note(totals: Figures) -> str:
    return _(
        "%(activities)s activities at %(venues)s venues; %(persons)s person-times, of them %(estimated)s estimated; "
        "%(households)s households reached; %(history)s imported from earlier ledgers"
    ) % vars(totals)
