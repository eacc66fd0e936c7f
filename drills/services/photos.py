"""Photos of observations: they may reach us before or after what they belong to, and often more than once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models, transaction

from drills.models import Drill, Participation, RunEvent
from drills.services.run import NotNow
from records.models import PrivateFile
from records.photos import NotAPhoto, plain_jpeg
from records.services import log, store_private

__all__ = ["NotAPhoto", "attach_waiting", "plain_jpeg", "take_photo"]

#: Before the approval and after the papers are closed a drill takes nothing in; preparation is scored in between.
DEAF = (Drill.State.DRAFT, Drill.State.IN_REVIEW, Drill.State.CANCELLED, Drill.State.ARCHIVED)
KIND = "drills.photo"
LARGEST = 3 * 1024 * 1024  # bytes
WAITS = timedelta(days=30)  # for its observation: a phone may lie in a drawer


def take_photo(participation: Participation, uid: UUID, content: Any, *, now: datetime) -> bool:
    """Keep it for the observation of this uid; whether it is new. Raises NotAPhoto, and NotNow as for events."""
    if participation.drill.state in DEAF:
        raise NotNow
    if has_photo(participation, uid, now):
        return False
    kept = store_private(
        KIND,
        name_of(participation, uid),
        plain_jpeg(content),
        by=participation.user,
        expires_at=now + WAITS,
        content_type="image/jpeg",
    )
    observed = RunEvent.objects.filter(participation=participation, uid=uid).first()
    return attach(observed, kept, now=now) if observed else True


def has_photo(participation: Participation, uid: UUID, now: datetime) -> bool:
    if RunEvent.objects.filter(participation=participation, uid=uid, file__isnull=False).exists():
        return True
    return waiting_for(participation, [uid], now).exists()


def waiting_for(participation: Participation, uids: list[UUID], now: datetime) -> models.QuerySet[PrivateFile]:
    names = [name_of(participation, uid) for uid in uids]
    return PrivateFile.objects.current(now).filter(kind=KIND, name__in=names, expires_at__isnull=False)


def name_of(participation: Participation, uid: UUID) -> str:
    """Of the part too: nobody hangs a picture on what another observed."""
    return f"{participation.pk}-{uid}.jpg"


def attach_waiting(participation: Participation, events: list[RunEvent], *, now: datetime) -> None:
    """Observations that have just come in, to photos that came before them."""
    pictured = {name_of(participation, event.uid): event for event in events if event.payload.get("photo") is True}
    if pictured:
        for kept in waiting_for(participation, [event.uid for event in pictured.values()], now):
            attach(pictured[kept.name], kept, now=now)


@transaction.atomic
def attach(event: RunEvent, kept: PrivateFile, *, now: datetime) -> bool:
    """Once: of two that come at the same moment the second lapses."""
    if RunEvent.objects.filter(pk=event.pk, file__isnull=True).update(file=kept) != 1:
        return False
    PrivateFile.objects.filter(pk=kept.pk).update(expires_at=None)
    told = {"event": str(event.uid), "sha256": kept.sha256}
    log("drills.photo_attached", by=event.actor, obj=event.drill, payload=told, now=now)
    return True
