"""The queue of whoever reviews: what waits, the longest first, each with its pictures and those that look like them."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from campaign.models import Activity, ActivityPhoto, Entry
from campaign.permissions import activities_reviewed_by
from campaign.queries.photos import near

RELATED = (
    "current__venue", "current__division", "current__scheme", "current__held_by", "current__recorded_by",
)  # fmt: skip


def queue(user: Any) -> QuerySet[Activity]:
    photos = Prefetch("photos", ActivityPhoto.objects.select_related("file").order_by("added_at", "pk"))
    entries = Prefetch("current__scheme__entries", Entry.objects.order_by("order"))
    waiting: QuerySet[Activity] = activities_reviewed_by(user).select_related(*RELATED)
    return waiting.prefetch_related(photos, entries, "current__materials").order_by("current__recorded_at", "pk")


def alike(shown: list[Activity], user: Any) -> dict[int, list[tuple[ActivityPhoto, list[ActivityPhoto]]]]:
    """By record: its photos that look like one of another record in the user's scope, with those. However many records
    are shown, the fingerprints are read once."""
    own = [photo for activity in shown for photo in activity.photos.all()]
    if not own:
        return {}
    others = ActivityPhoto.objects.filter(activity__in=Activity.objects.visible_to(user).order_by())
    known = list(others.values_list("pk", "fingerprint", "activity"))
    pairs = {photo: near(photo.fingerprint, elsewhere(photo, known)) for photo in own}
    found = ActivityPhoto.objects.select_related("activity__current__venue", "file").in_bulk(
        [pk for keys in pairs.values() for pk in keys]
    )
    result: dict[int, list[tuple[ActivityPhoto, list[ActivityPhoto]]]] = {}
    for photo, keys in pairs.items():
        if keys:
            result.setdefault(photo.activity_id, []).append((photo, [found[pk] for pk in keys]))
    return result


def elsewhere(photo: ActivityPhoto, known: list[tuple[int, str, int]]) -> list[tuple[int, str]]:
    return [(pk, fingerprint) for pk, fingerprint, activity in known if activity != photo.activity_id]
