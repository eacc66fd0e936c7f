"""The one door through which a drill goes from state to state."""

from datetime import datetime
from typing import Any

from django.db import transaction

from drills.models import Drill
from drills.rules import can_move
from records.services import log


class CannotMove(Exception):
    """The drill does not stand where this move begins: somebody was faster, or the page is old."""

    def __init__(self, drill: Drill, to: str) -> None:
        super().__init__(f"drill {drill.pk}: {drill.state} → {to}")
        self.drill, self.to = drill, to


@transaction.atomic
def move(
    drill: Drill, to: str, *, by: Any, now: datetime, action: str, payload: dict[str, Any] | None = None, **columns: Any
) -> None:
    """Claim the move from the state `drill` was read in and write one line of the audit log. `columns` are further
    fields of the drill that change in the same statement. Raises CannotMove; then nothing was written."""
    old = drill.state
    if not can_move(old, to):
        raise CannotMove(drill, to)
    if Drill.objects.filter(pk=drill.pk, state=old).update(state=to, **columns) != 1:
        raise CannotMove(drill, to)
    log(action, by=by, obj=drill, payload={"from": old, "to": to, **(payload or {})}, now=now)
    for name, value in {"state": to, **columns}.items():
        setattr(drill, name, value)
