"""Photos of activities: they may be sent more than once, and never enter the shared library."""

import io
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from campaign.models import Activity, ActivityPhoto
from campaign.services.told import AlreadyWithdrawn, TooMany
from records.photos import NotAPhoto, fingerprint, plain_jpeg
from records.services import log, store_private

__all__ = ["ACCEPTED", "KIND", "LARGEST", "MOST_PHOTOS", "NotAPhoto", "add_photo"]

KIND = "campaign.photo"
MOST_PHOTOS = 9
LARGEST = 20 * 1024 * 1024  # bytes of one upload
LONG_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")
ACCEPTED = "image/jpeg,image/png,image/webp"


@transaction.atomic
def add_photo(activity: Activity, content: Any, *, uid: UUID, by: Any, now: datetime) -> ActivityPhoto:
    """The photo once, however often it is sent; `content` is a file or bytes. Raises NotAPhoto, TooMany,
    AlreadyWithdrawn."""
    state = Activity.objects.select_for_update().values_list("state", flat=True).get(pk=activity.pk)
    known = activity.photos.filter(file__name=name_of(uid)).first()
    if known is not None:
        return known
    if state == Activity.State.WITHDRAWN:
        raise AlreadyWithdrawn
    if activity.photos.count() >= MOST_PHOTOS:
        raise TooMany
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    jpeg = plain_jpeg(source, side=LONG_SIDE, formats=FORMATS)
    file = store_private(KIND, name_of(uid), jpeg, by=by, content_type="image/jpeg")
    photo = ActivityPhoto.objects.create(
        activity=activity, file=file, fingerprint=fingerprint(io.BytesIO(jpeg)), added_by=by, added_at=now
    )
    log("campaign.photo_added", by=by, obj=activity, payload={"sha256": file.sha256}, now=now)
    return photo


def name_of(uid: UUID) -> str:
    return f"{uid}.jpg"
