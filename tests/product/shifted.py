"""The product's own settings on a clock that a test puts forward: the seconds in VAR_DIR/forward come on top of now."""

from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from config.settings.base import *  # noqa: F403  settings modules are flat by design
from config.settings.base import VAR_DIR

FORWARD = Path(VAR_DIR) / "forward"
true_now = timezone.now


def shifted_now() -> datetime:
    ahead = float(FORWARD.read_text()) if FORWARD.exists() else 0.0
    return true_now() + timedelta(seconds=ahead)


timezone.now = shifted_now
