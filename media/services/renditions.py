"""Smaller copies of a film, so that a phone need not load what a big screen shows; one job for each, the phone's first.

Other jobs get their turn in between: a copy asks for the next only when it is done."""

import tempfile
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from media import probing, rules
from media.models import MediaFile
from media.probing import NotAVideo, Probe, ToolMissing
from media.services.library import local_copy
from records.errors import Permanent
from records.models import Job
from records.services import enqueue, report_progress


def rendition_name(media: MediaFile, height: int) -> str:
    """Where the copy is kept, beside the film."""
    return f"{media.file.name.rpartition('.')[0]}.{height}p.mp4"


def job_key(media: MediaFile, height: int) -> str:
    return f"media.make_rendition:{media.pk}:{height}:{media.file.name}"


def renditions_later(media: MediaFile, found: Probe, *, by: Any = None) -> None:
    """The smallest copy that is worth making and not there yet."""
    wanted = rules.wanted_heights(found.width, found.height, media.file.size, found.duration)
    missing = [height for height in wanted if not default_storage.exists(rendition_name(media, height))]
    if missing:
        rendition_later(media, missing[0], by=by)


def rendition_later(media: MediaFile, height: int, *, by: Any = None) -> Job:
    from media.tasks import make_rendition as task  # noqa: PLC0415  tasks call services

    return enqueue(task, media.pk, height, key=job_key(media, height), by=by)


def make_rendition(pk: int, height: int) -> None:
    """The copy, unless it is there; then the next is asked for."""
    media = MediaFile.objects.get(pk=pk)
    try:
        with local_copy(media.file) as path:
            found = probing.probe(path)
            if not default_storage.exists(rendition_name(media, height)):
                keep_rendition(media, path, found, height)
    except NotAVideo:
        raise Permanent(_("A smaller copy of this film could not be made. Export it anew and send it again.")) from None
    except ToolMissing:
        raise Permanent(_("ffmpeg is missing on the server: ask the administrator to install it.")) from None
    renditions_later(media, found)


def keep_rendition(media: MediaFile, path: Path, found: Probe, height: int) -> None:
    with tempfile.TemporaryDirectory(prefix="rendition-") as folder:
        target = Path(folder) / "copy.mp4"
        note = _("%(height)dp copy") % {"height": height}
        for percent in probing.write_rendition(path, target, height, rules.BITRATE[height], found.duration):
            report_progress(percent, 100, note)
        with target.open("rb") as file:
            default_storage.save(rendition_name(media, height), File(file))
