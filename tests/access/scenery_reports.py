from datetime import datetime
from typing import Any

from reports.lens import Lens
from reports.periods import year_of
from reports.services import freeze_figures


def reports_scenery(manager: Any, now: datetime) -> dict[str, Any]:
    """Figures that the manager of A made final."""
    lens = Lens(user=manager, period=year_of(now.year), known_at=now)
    return {"saved_report": freeze_figures(lens, title="final", by=manager, now=now)}
