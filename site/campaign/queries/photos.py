"""Near-identical pictures in two records are shown to whoever reviews; what follows from it he decides."""

from typing import Any

from campaign.models import Activity, ActivityPhoto
from campaign.rules import differs_little
from records.photos import differing_bits


def lookalikes(activity: Activity, user: Any) -> dict[ActivityPhoto, list[ActivityPhoto]]:
    """The photos of this record that look like one of another record in his scope, with those."""
    own = list(activity.photos.select_related("file"))
    if not own:
        return {}
    others = ActivityPhoto.objects.filter(activity__in=Activity.objects.visible_to(user).order_by())
    known = list(others.exclude(activity=activity).values_list("pk", "fingerprint"))
    alike = {photo: near(photo.fingerprint, known) for photo in own}
    found = ActivityPhoto.objects.select_related("activity__current__venue", "file").in_bulk(
        [pk for keys in alike.values() for pk in keys]
    )
    return {photo: [found[pk] for pk in keys] for photo, keys in alike.items() if keys}


def near(fingerprint: str, known: list[tuple[int, str]]) -> list[int]:
    return [pk for pk, other in known if differs_little(differing_bits(fingerprint, other))]
