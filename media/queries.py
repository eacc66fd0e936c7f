"""What has been made of a file so far."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage

from media import rules
from media.models import Document, MediaFile, Upload
from media.services import audio_name, page_name, rendition_name
from media.services.library import completion_key
from media.services.renditions import job_key
from records.models import Job

PHONE = "(max-width: 640px)"
LATELY = 24


@dataclass(frozen=True)
class Kept:
    url: str
    size: int


def audio_of(media: MediaFile) -> Kept | None:
    """The sound alone, where the film has one and it has been drawn out."""
    name = audio_name(media)
    return Kept(default_storage.url(name), default_storage.size(name)) if default_storage.exists(name) else None


def pages_of(document: Document) -> list[str]:
    """Addresses of the drawn pages in order; empty until they are drawn."""
    folder = str(Path(page_name(document, 1)).parent)
    if not default_storage.exists(folder):
        return []
    _folders, names = default_storage.listdir(folder)
    return [default_storage.url(f"{folder}/{name}") for name in sorted(names) if name.endswith(".jpg")]


# ── Films ────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Source:
    """One of the files a player may choose from; the first that fits is taken."""

    url: str
    size: int
    screens: str = ""  # a media query; empty fits all


def sources_of(media: MediaFile) -> list[Source]:
    """The phone's copy first: browsers that know no media query for films are those of old phones."""
    kept = [(height, rendition_name(media, height)) for height in rules.HEIGHTS]
    there = [(height, name) for height, name in kept if default_storage.exists(name)]
    smaller = [
        Source(default_storage.url(name), default_storage.size(name), PHONE if height == rules.HEIGHTS[0] else "")
        for height, name in there
    ]
    return [*smaller, Source(media.file.url, media.file.size if default_storage.exists(media.file.name) else 0)]


@dataclass(frozen=True)
class FilmState:
    """How far the copies of a film are: told from its jobs."""

    state: str  # of Job.State
    percent: int = 0
    cause: str = ""


def film_states(films: Collection[MediaFile]) -> dict[int, FilmState]:
    """By film; one without jobs has all it needs."""
    keys = {key: film.pk for film in films for key in keys_of(film)}
    jobs: dict[int, list[Job]] = {film.pk: [] for film in films}
    for job in Job.objects.filter(key__in=keys):
        jobs[keys[job.key]].append(job)
    return {pk: state_of(found) for pk, found in jobs.items()}


def keys_of(film: MediaFile) -> list[str]:
    return [completion_key(film), *(job_key(film, height) for height in rules.HEIGHTS)]


def state_of(jobs: list[Job]) -> FilmState:
    """What is wrong is said first, then what goes on, then what waits."""
    for state in (Job.State.FAILED, Job.State.RUNNING, Job.State.QUEUED):
        found = next((job for job in jobs if job.state == state), None)
        if found:
            return FilmState(state, found.percent, found.error if state == Job.State.FAILED else "")
    return FilmState(Job.State.DONE)


def library_films() -> Any:
    """Films that came into the library for everybody, not with the lesson of one organisation."""
    return MediaFile.objects.filter(type="video", uploads__kind=Upload.Kind.VIDEO).distinct()


def kept_lately(user: Any) -> list[Upload]:
    """The last files of this person that are in the library."""
    kept = Upload.objects.of(user).filter(state=Upload.State.KEPT)
    rows = kept.select_related("image", "document", "media").order_by("-started_at", "-pk")[:LATELY]
    return [row for row in rows if row.image or row.document or row.media]
