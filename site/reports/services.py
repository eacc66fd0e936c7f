"""定稿: the figures as known at a moment, with the keys of their rows, under a hash."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from records.services import log
from reports.figures import FIGURES
from reports.lens import Lens
from reports.models import SavedReport
from reports.sentences import hazards, sentences


def canonical(figures: Any) -> bytes:
    return json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def figures_now(lens: Lens) -> dict[str, dict[str, Any]]:
    """name → {"value", "rows": keys in order}; a kind of drill stands as "drills.flood"."""
    found = {}
    for name, figure in FIGURES.items():
        rows = figure.rows(lens)
        found[name] = {"value": figure.value(rows), "rows": list(rows.values_list("pk", flat=True))}
    for piece in hazards(lens):
        if piece.hazard:
            narrowed = FIGURES["drills"].rows(lens.narrowed(hazard=piece.hazard))
            keys = list(narrowed.values_list("pk", flat=True))
            found[f"drills.{piece.hazard}"] = {"value": len(keys), "rows": keys}
    return found


@transaction.atomic
def freeze_figures(lens: Lens, *, title: str, by: Any, now: datetime) -> SavedReport:
    figures = figures_now(lens)
    numbers = {name: one["value"] for name, one in figures.items()}
    told = [[piece.stored() for piece in sentence.pieces] for sentence in sentences(lens, numbers)]
    saved = SavedReport.objects.create(
        title=title,
        first=lens.period.first,
        last=lens.period.last,
        division=lens.division,
        sector=lens.sector,
        organisation=lens.organisation,
        known_at=lens.known_at,
        figures=figures,
        sentences=told,
        figures_hash=sha256(canonical(figures)).hexdigest(),
        frozen_by=by,
        frozen_at=now,
    )
    log("reports.figures_frozen", by=by, obj=saved, payload={"hash": saved.figures_hash}, now=now)
    return saved
