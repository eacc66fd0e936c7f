"""What becomes of an uploaded file: checked, kept under a name nobody guesses, given a poster, a sound track, pages."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from media import probing
from media.models import Document, MediaFile
from media.probing import NotAVideo, Probe, ToolMissing
from records.errors import Permanent
from records.services import enqueue

POSTER_AT = 0.1  # of the film: past a black first frame
PAGE_WIDTH = 1200  # pixels
PAGES_AT_MOST = 100


class NotAPdf(Exception):
    """The file cannot be read as a PDF, or has more pages than are shown."""


# ── Taking in ────────────────────────────────────────────────────────────────
def add_video(
    file: File, *, title: str, by: Any, captions: File | None = None, synthetic_voice: bool = False
) -> MediaFile:
    """An MP4 that phones play, or NotAVideo."""
    with local_copy(file) as path:
        found = probing.probe(path)
    if not probing.is_playable(found):
        raise NotAVideo
    media = MediaFile(title=title, type="video", duration=found.duration, width=found.width, height=found.height)
    media.synthetic_voice = synthetic_voice
    media.uploaded_by_user = by
    media.file.save(f"{uuid.uuid4().hex}.mp4", file, save=False)
    if captions is not None:
        media.captions.save(f"{uuid.uuid4().hex}.vtt", captions, save=False)
    media.save()
    return media


def add_document(file: File, *, title: str, by: Any) -> Document:
    """A PDF, or NotAPdf. Who shows it page by page asks for `draw_later`."""
    with local_copy(file) as path:
        count_pages(path)
    document = Document(title=title, uploaded_by_user=by)
    document.file.save(f"{uuid.uuid4().hex}.pdf", file, save=False)
    document.file_size = file.size
    document.save()
    return document


def count_pages(path: Path) -> int:
    try:
        with pypdfium2.PdfDocument(path) as pdf:
            count = len(pdf)
    except pypdfium2.PdfiumError:
        raise NotAPdf from None
    if not 0 < count <= PAGES_AT_MOST:
        raise NotAPdf
    return count


@contextmanager
def local_copy(file: Any) -> Iterator[Path]:
    """The file where other programs can read it, whatever keeps it."""
    with tempfile.NamedTemporaryFile(prefix="media-") as copy:
        file.open("rb")
        file.seek(0)
        shutil.copyfileobj(file, copy)
        copy.flush()
        file.seek(0)
        yield Path(copy.name)


# ── Video ────────────────────────────────────────────────────────────────────
def lacks_something(media: MediaFile) -> bool:
    return media.type == "video" and bool(media.file) and not (media.thumbnail and media.duration)


def complete_later(media: MediaFile, *, by: Any = None) -> None:
    from media.tasks import complete_video  # noqa: PLC0415  tasks call services

    enqueue(complete_video, media.pk, key=completion_key(media), by=by)


def completion_key(media: MediaFile) -> str:
    return f"media.complete_video:{media.pk}:{media.file.name}"


def complete_video(pk: int) -> None:
    """Length, poster and sound track, whatever of it is missing; smaller copies are asked for. Harmless twice."""
    from media.services.renditions import renditions_later  # noqa: PLC0415  copies are made of what is here

    media = MediaFile.objects.get(pk=pk)
    try:
        with local_copy(media.file) as path:
            found = probing.probe(path)
            if not media.thumbnail:
                media.thumbnail = kept_poster(media, path, found)
            if found.audio and not default_storage.exists(audio_name(media)):
                keep_audio(media, path)
    except NotAVideo:
        raise Permanent(_("This file is no video that can be read.")) from None
    except ToolMissing:
        raise Permanent(_("ffmpeg is missing on the server: ask the administrator to install it.")) from None
    # Not by save(): it would ask for this again.
    MediaFile.objects.filter(pk=pk).update(
        duration=media.duration or found.duration,
        width=media.width or found.width,
        height=media.height or found.height,
        thumbnail=media.thumbnail.name,
    )
    renditions_later(media, found)


def kept_poster(media: MediaFile, path: Path, found: Probe) -> Any:
    with tempfile.TemporaryDirectory(prefix="poster-") as folder:
        picture = Path(folder) / "poster.jpg"
        probing.write_poster(path, picture, found.duration * POSTER_AT)
        with picture.open("rb") as file:
            media.thumbnail.save(f"{Path(media.file.name).stem}.jpg", File(file), save=False)
    return media.thumbnail


def keep_audio(media: MediaFile, path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="audio-") as folder:
        sound = Path(folder) / "sound.m4a"
        probing.write_audio(path, sound)
        with sound.open("rb") as file:
            default_storage.save(audio_name(media), File(file))


def audio_name(media: MediaFile) -> str:
    """Where the sound alone is kept, beside the film."""
    return f"{media.file.name.rpartition('.')[0]}.audio.m4a"


# ── Documents ────────────────────────────────────────────────────────────────
def draw_later(document: Document, *, by: Any = None) -> None:
    from media.tasks import draw_pages  # noqa: PLC0415  tasks call services

    enqueue(draw_pages, document.pk, key=f"media.draw_pages:{document.pk}:{document.file.name}", by=by)


def draw_pages(pk: int) -> None:
    """Each page of a PDF as a picture: a phone's browser shows no PDF, and a page left for one earns no time."""
    document = Document.objects.get(pk=pk)
    try:
        with local_copy(document.file) as path, pypdfium2.PdfDocument(path) as pdf:
            for number, page in enumerate(pdf, 1):
                keep_page(page, page_name(document, number))
    except pypdfium2.PdfiumError:
        raise Permanent(_("This file is no PDF that can be read.")) from None


def keep_page(page: Any, name: str) -> None:
    if default_storage.exists(name):
        return
    with tempfile.NamedTemporaryFile(prefix="page-", suffix=".jpg") as picture:
        drawn = page.render(scale=PAGE_WIDTH / page.get_width()).to_pil().convert("RGB")
        drawn.save(picture, "JPEG", quality=82, optimize=True, progressive=True)
        picture.seek(0)
        default_storage.save(name, File(picture))


def page_name(document: Document, number: int) -> str:
    return f"document_pages/{Path(document.file.name).stem}-{document.pk}/{number:03}.jpg"
