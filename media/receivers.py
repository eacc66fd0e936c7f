from typing import Any

from django.db.models.signals import post_save

from media.models import MediaFile
from media.services import complete_later, lacks_something


def complete(sender: Any, instance: MediaFile, raw: bool = False, **kwargs: Any) -> None:
    if not raw and lacks_something(instance):
        complete_later(instance)


def connect() -> None:
    post_save.connect(complete, sender=MediaFile, dispatch_uid="media.complete")
