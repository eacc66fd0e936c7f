"""Workbooks that somebody brings to a page: kept for a day for him alone, looked at row by row, then entered once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from campaign.importers.rows import Reading
from campaign.services.imports import import_activities, import_venues
from records.models import PrivateFile
from records.services import open_private, store_private

KEPT = timedelta(hours=24)
MOST_ROWS = 3000  # what can be entered while somebody waits


@dataclass(frozen=True)
class Subject:
    name: str  # as it stands in the address
    kind: str  # of the private file
    bring: Callable[..., Reading]


VENUES = Subject("venues", "campaign.venue_list", import_venues)
LEDGER = Subject("ledger", "campaign.ledger_list", import_activities)
SUBJECTS = {one.name: one for one in (VENUES, LEDGER)}


class TooManyRows(ValueError):
    """Split the file."""


class OverAlready(Exception):
    """The file was entered a moment ago."""


def keep_list(subject: Subject, content: bytes, name: str, *, by: Any, now: datetime) -> PrivateFile:
    """Raises Unreadable and TooManyRows before anything is kept."""
    reading = subject.bring(content, name, by=by, now=now, dry_run=True)
    if len(reading.rows) > MOST_ROWS:
        raise TooManyRows
    return store_private(subject.kind, name, content, by=by, expires_at=now + KEPT)


def look_at(subject: Subject, file: PrivateFile, *, by: Any, now: datetime) -> Reading:
    """What would happen to each row if the list were entered now."""
    return subject.bring(content_of(file), file.name, by=by, now=now, dry_run=True)


@transaction.atomic
def enter_list(subject: Subject, file: PrivateFile, *, by: Any, now: datetime) -> Reading:
    """The good rows, judged once more. Raises OverAlready for whoever clicks twice."""
    if PrivateFile.objects.filter(pk=file.pk, expires_at__gt=now).update(expires_at=now) != 1:
        raise OverAlready
    return subject.bring(content_of(file), file.name, by=by, now=now)


def content_of(file: PrivateFile) -> bytes:
    with open_private(file) as content:
        return content.read()
