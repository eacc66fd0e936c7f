from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from drills.models import Drill
from drills.queries.log_page import Row
from drills.templatetags.drill_run import full
from records.spreadsheets import OutSheet, write_workbook
from ui.templatetags.ui import moment


def workbook(drill: Drill, rows: Iterable[Row], *, now: datetime) -> bytes:
    head = [
        *(_("Happened at"), _("What"), _("Told by"), _("Role"), _("Of whom"), _("Event no."), _("Words")),
        *(_("Arrived at"), _("Lag (s)"), _("Decision"), _("Device"), _("No. on the device"), _("Time of the device")),
        *(_("Clock difference (ms)"), _("Hash"), _("Hash before it"), _("Seal"), _("Mark of the entry")),
    ]
    sheet = OutSheet(
        name=_("Run log"),
        head=head,
        rows=(cells(row) for row in rows),
        widths=[24, 14, 14, 14, 14, 10, 50, 24, 10, 24, 22, 12, 24, 14, 20, 20, 8, 38],
        title=f"{drill.marked_title} · {_('Run log')}",
        notes=[_("As of %(moment)s") % {"moment": moment(now)}],
    )
    return write_workbook([sheet])


def cells(row: Row) -> list[Any]:
    event = row.event
    told_by = event.participation
    return [
        full(event.happened_at),
        event.get_kind_display(),
        told_by.label if told_by else str(event.actor or ""),
        told_by.get_role_display() if told_by else "",
        row.whom.label if row.whom else "",
        event.item.number if event.item else "",
        row.text,
        full(event.recorded_at),
        round(row.lag.total_seconds(), 3),
        decision_of(row),
        event.device,
        event.device_seq or None,
        full(event.device_time),
        event.skew_ms if event.device else None,
        event.hash,
        event.prev_hash,
        event.seal.number if event.seal else None,
        str(event.uid),
    ]


def decision_of(row: Row) -> str:
    if row.decision is None:
        return ""
    decided = _("Does not count") if row.taken_back else _("Stands")
    return f"{decided}：{row.decision.payload.get('reason', '')}"
