"""What a lesson has to show besides its text: a film with what it costs to load, a document with its pages."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from learning.models import Lesson
from media.models import Document, MediaFile
from media.queries import Kept, Source, audio_of, pages_of, sources_of


@dataclass(frozen=True)
class Shown:
    url: str = ""
    size: int = 0  # of what a desk's screen loads
    phone_size: int = 0  # where a phone loads less
    sources: list[Source] = field(default_factory=list)  # of a film, in the order a player tries them
    poster: str = ""
    captions: str = ""
    audio: Kept | None = None
    synthetic_voice: bool = False
    pages: list[str] = field(default_factory=list)


def shown_of(lesson: Lesson) -> Shown:
    if lesson.kind == Lesson.Kind.VIDEO and lesson.video is not None:
        return film(lesson.video)
    if lesson.kind == Lesson.Kind.DOCUMENT and lesson.document is not None:
        return document(lesson.document)
    return Shown()


def film(video: MediaFile) -> Shown:
    sources = sources_of(video)
    on_a_desk = next(source for source in sources if not source.screens)
    return Shown(
        url=video.file.url,
        size=on_a_desk.size,
        phone_size=sources[0].size if sources[0].screens else 0,
        sources=sources,
        poster=video.thumbnail.url if video.thumbnail else "",
        captions=video.captions.url if video.captions else "",
        audio=audio_of(video),
        synthetic_voice=video.synthetic_voice,
    )


def document(one: Document) -> Shown:
    url = reverse("wagtaildocs_serve", args=[one.pk, one.filename])
    return Shown(url=url, size=one.file_size or size_of(one.file), pages=pages_of(one))


def size_of(file: Any) -> int:
    """A row whose file is gone shows its page all the same."""
    return file.size if file.storage.exists(file.name) else 0
