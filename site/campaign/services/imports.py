"""What enters in bulk: every row has its verdict, good rows are written, and the same file again changes nothing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from campaign.importers.ledger import read_ledger
from campaign.importers.rows import Reading, Row
from campaign.importers.venues import read_venues
from campaign.models import Activity, ActivityDecision, ActivityMaterial, ActivityVersion, Venue
from campaign.numbering import next_activity_number
from campaign.permissions import divisions_kept_by, venues_recorded_at_by, venues_reviewed_by
from campaign.services.told import columns, given
from records.services import log
from records.spreadsheets import read_workbook

Basis = ActivityVersion.Basis


def import_venues(content: bytes, name: str, *, by: Any, now: datetime, dry_run: bool = False) -> Reading:
    """Register the venues of a workbook in the divisions that `by` keeps (None: on the server's console, in all).
    Raises Unreadable."""
    kept = None if by is None else set(divisions_kept_by(by).values_list("pk", flat=True))
    sheets = read_workbook(content, name)
    with transaction.atomic():
        reading = read_venues(sheets, kept=kept)
        if not dry_run and reading.good:
            Venue.objects.bulk_create([venue_of(row, by, now) for row in reading.good])
            log("campaign.venues_imported", by=by, payload=counts(reading, name), now=now)
    return reading


def venue_of(row: Row, by: Any, now: datetime) -> Venue:
    fields = {field: row.values[field] for field in ("name", "kind", "division", "address", "households")}
    return Venue(**fields, created_by=by, created_at=now)


def import_activities(
    content: bytes, name: str, *, by: Any, now: datetime, dry_run: bool = False, basis: str = Basis.ESTIMATED
) -> Reading:
    """Bring in a ledger of earlier years: its activities count from `now` on and say 历史导入, so that it is refused
    at venues where `by` may not decide. Raises Unreadable."""
    venues = None if by is None else venues_recorded_at_by(by)
    decided = None if by is None else set(venues_reviewed_by(by).values_list("pk", flat=True))
    sheets = read_workbook(content, name)
    with transaction.atomic():
        reading = read_ledger(sheets, now=now, venues=venues, decided=decided, basis=basis)
        if not dry_run and reading.good:
            write_history(reading.good, by, now)
            log("campaign.imported", by=by, payload=counts(reading, name), now=now)
    return reading


def counts(reading: Reading, name: str) -> dict[str, Any]:
    report = reading.report()
    told = {key: len(value) if isinstance(value, list) else value for key, value in report.items()}
    return {"file": name[-200:], **told}


def write_history(rows: Iterable[Row], by: Any, now: datetime) -> None:
    """A ledger was signed by the office that kept it: its lines need no second review, and say who brought them in."""
    rows = list(rows)
    activities = Activity.objects.bulk_create(
        Activity(
            uid=row.values["uid"],
            number=next_activity_number(now),
            state=Activity.State.APPROVED,
            how=Activity.How.HISTORY,
            created_by=by,
            created_at=now,
            received_at=now,
        )
        for row in rows
    )
    pairs = list(zip(rows, activities, strict=True))
    versions = ActivityVersion.objects.bulk_create(
        ActivityVersion(activity=one, serial=1, recorded_at=now, recorded_by=by, **columns(row.values["told"]))
        for row, one in pairs
    )
    for one, version in zip(activities, versions, strict=True):
        one.current = version
    Activity.objects.bulk_update(activities, ["current"], batch_size=500)
    ActivityMaterial.objects.bulk_create(
        ActivityMaterial(version=version, kind=kind, count=count)
        for row, version in zip(rows, versions, strict=True)
        for kind, count in given(row.values["told"].materials).items()
    )
    ActivityDecision.objects.bulk_create(
        ActivityDecision(activity=version.activity, version=version, verdict="approve", by=by, at=now)
        for version in versions
    )
