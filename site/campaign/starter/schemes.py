"""The campaign schemes that ship with the product; a new version of a scheme is a new row, never an edit."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from campaign.models import Entry, Scheme
from records.starter import Outcome

FOLDER = Path(__file__).parent.parent / "schemes"
ADDED = ("kinds", "by_households")  # what entries had not when the first schemes were shipped


def load() -> list[Outcome]:
    return [load_scheme(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.toml"))]


@transaction.atomic
def load_scheme(data: dict[str, Any]) -> Outcome:
    """Schemes are versioned: what is there already is left as it is."""
    rows = data.pop("entries")
    scheme, created = Scheme.objects.get_or_create(key=data["key"], version=data["version"], defaults=data)
    if not created:
        return complete(scheme, data, rows)
    Entry.objects.bulk_create(Entry(scheme=scheme, order=order, **row) for order, row in enumerate(rows, start=1))
    return Outcome.CREATED


def complete(scheme: Scheme, data: dict[str, Any], rows: list[dict[str, Any]]) -> Outcome:
    """A scheme that was loaded before entries knew their kinds of venue learns them; nothing was recorded under it
    until then, so nothing that counts changes."""
    entries = {entry.code: entry for entry in scheme.entries.all()}
    if any(entry.kinds or entry.by_households for entry in entries.values()):
        return Outcome.UNCHANGED
    known = [row for row in rows if row["code"] in entries]
    for row in known:
        Entry.objects.filter(pk=entries[row["code"]].pk).update(**{name: row[name] for name in ADDED if name in row})
    if scheme.active_from is None:
        Scheme.objects.filter(pk=scheme.pk).update(active_from=data.get("active_from"))
    return Outcome.UPDATED
