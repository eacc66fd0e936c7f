"""What a saved report shows later: its own rows, and what the ledgers have learnt of since."""

from typing import Any

from drills.models import Drill
from reports.figures import Figure
from reports.lens import Lens
from reports.models import SavedReport
from reports.periods import Period


def lens_of(saved: SavedReport, user: Any) -> Lens:
    """What `user` would be told today for the same period and place."""
    return Lens(
        user=user,
        period=Period(saved.first, saved.last),
        known_at=saved.known_at,
        division=saved.division,
        sector=saved.sector,
        organisation=saved.organisation,
    )


def frozen_keys(saved: SavedReport, name: str, hazard: str = "") -> list[int]:
    """Of the rows that were counted, in their order; KeyError where the report has no such figure."""
    keys: list[int] = saved.figures[f"{name}.{hazard}" if hazard else name]["rows"]
    return keys


def frozen_rows(figure: Figure, saved: SavedReport, keys: list[int]) -> list[Any]:
    """These rows as they stand today: rows are never deleted, and what changed since stands in the log."""
    model = figure.rows(lens_of(saved, saved.frozen_by)).model
    found = figure.shown(model._default_manager.filter(pk__in=keys)).in_bulk()
    return [found[key] for key in keys if key in found]


def recorded_since(saved: SavedReport, user: Any, now: Any) -> Any:
    """定稿后补录: drills of the period that the ledgers learnt of after it was final."""
    lens = lens_of(saved, user).narrowed(known_at=now)
    return lens.drills().filter(counted_at__gt=saved.known_at).select_related("organisation").order_by("counted_at")


def withdrawn_since(saved: SavedReport) -> Any:
    """Drills that were counted and have been withdrawn since."""
    keys = saved.figures["drills"]["rows"]
    return Drill.objects.filter(pk__in=keys, withdrawn_at__isnull=False).select_related("organisation")
