"""From arrived files to the library: each with its title, its words for those who cannot see, and its terms."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile, File
from django.db import transaction
from PIL import Image as Picture

from media import rules
from media.models import Document, Image, MediaFile, Upload
from media.probing import probe
from media.services.library import add_video
from records.photos import plain_jpeg
from records.services import log

Kind, State = Upload.Kind, Upload.State
LONG_SIDE = 3840  # of a photo in the library


@dataclass(frozen=True)
class Told:
    """What was said of one upload."""

    title: str
    alt: str = ""
    caption: str = ""
    credit: tuple[tuple[str, str], ...] = ()  # the fields of Credit
    film: MediaFile | None = None  # whose captions these are


def keep_uploads(told: Iterable[tuple[Upload, Told]], *, by: Any) -> tuple[list[Upload], list[Upload]]:
    """Those kept, and those that lack something: a picture its alternative text, captions their film."""
    pairs = sorted(told, key=lambda pair: pair[0].kind == Kind.CAPTIONS)  # after their films
    kept, lacking = list[Upload](), list[Upload]()
    for upload, words in pairs:
        film = words.film or film_called(upload) if upload.kind == Kind.CAPTIONS else None
        if (upload.needs_alt and not words.alt) or (upload.kind == Kind.CAPTIONS and film is None):
            lacking.append(upload)
        elif keep(upload, words, film, by=by):
            kept.append(upload)
    return kept, lacking


def film_called(upload: Upload) -> MediaFile | None:
    """The film in the library that came from a file of the same name; the newest."""
    stem = rules.stem_of(upload.name)
    films = Upload.objects.of(upload.owner).filter(state=State.KEPT, kind=Kind.VIDEO, media__isnull=False)
    found = films.select_related("media").order_by("-started_at")
    return next((one.media for one in found if rules.stem_of(one.name) == stem), None)


@transaction.atomic
def keep(upload: Upload, told: Told, film: MediaFile | None, *, by: Any) -> bool:
    """Once: False for whoever comes second."""
    if not Upload.objects.filter(pk=upload.pk, state=State.ARRIVED).update(state=State.KEPT):
        return False
    upload.state = State.KEPT
    match upload.kind:
        case Kind.IMAGE:
            upload.image = keep_image(upload, told, by)
        case Kind.DOCUMENT:
            upload.document = keep_document(upload, told, by)
        case Kind.CAPTIONS:
            upload.media = keep_captions(upload, film)
        case _:
            upload.media = keep_media(upload, told, by)
    upload.save(update_fields=["image", "document", "media"])
    log("media.kept", by=by, obj=upload.image or upload.document or upload.media, payload={"file": upload.name})
    transaction.on_commit(lambda: upload.path.unlink(missing_ok=True))
    return True


def extension(upload: Upload) -> str:
    with upload.path.open("rb") as file:
        return rules.sniff(file.read(rules.HEAD), upload.name)


def named(upload: Upload) -> str:
    """A name nobody guesses, with the ending that fits the content."""
    return f"{uuid4().hex}.{extension(upload)}"


def keep_image(upload: Upload, told: Told, by: Any) -> Image:
    image = Image(title=told.title, description=told.alt, caption=told.caption, uploaded_by_user=by)
    content = picture_of(upload)
    image.file, image.file_size = ContentFile(content, name=named(upload)), len(content)
    return credited(image, told)


def picture_of(upload: Upload) -> bytes:
    """A photo leaves behind where, when and on whose phone it was taken."""
    content = upload.path.read_bytes()
    if extension(upload) != "jpg":
        return content
    with Picture.open(upload.path) as picture:
        return plain_jpeg(upload.path, side=min(LONG_SIDE, max(picture.size)))


def keep_document(upload: Upload, told: Told, by: Any) -> Document:
    document = Document(title=told.title, uploaded_by_user=by, file_size=upload.size)
    with upload.path.open("rb") as file:
        document.file.save(named(upload), File(file), save=False)
    return credited(document, told)


def keep_media(upload: Upload, told: Told, by: Any) -> MediaFile:
    with upload.path.open("rb") as file:
        if upload.kind == Kind.VIDEO:
            return credited(add_video(File(file, upload.name), title=told.title, by=by), told)
        media = MediaFile(title=told.title, type="audio", uploaded_by_user=by, duration=probe(upload.path).duration)
        media.file.save(named(upload), File(file), save=False)
        return credited(media, told)


def keep_captions(upload: Upload, film: MediaFile | None) -> MediaFile:
    assert film is not None
    film.captions.save(f"{uuid4().hex}.vtt", ContentFile(Path(upload.path).read_bytes()), save=False)
    film.save()
    return film


def credited(thing: Any, told: Told) -> Any:
    for field, value in told.credit:
        setattr(thing, field, value)
    thing.save()
    return thing
