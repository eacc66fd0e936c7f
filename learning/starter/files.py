"""Films and papers of the shipped courses, made by setup/make_course_files.py, put into the shared library."""

import hashlib
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile

from learning.starter.shipped import ShippedCourse, ShippedLesson
from media.models import Document, MediaFile
from media.services import draw_later
from records.starter import Outcome, sync

VIDEOS: Final = Path(__file__).parent / "video"
DOCUMENTS: Final = Path(__file__).parent / "documents"
PARTS: Final = {"file": ".mp4", "captions": ".vtt", "thumbnail": ".jpg"}


def load_files(course: ShippedCourse) -> list[Outcome]:
    outcomes = []
    for lesson in course.lessons:
        if lesson.front["kind"] == "video":
            outcomes.append(load_video(lesson))
        elif lesson.front["kind"] == "document":
            outcomes.append(load_document(lesson))
    return outcomes


# ── Films ────────────────────────────────────────────────────────────────────
def load_video(lesson: ShippedLesson) -> Outcome:
    name = lesson.front["video"]
    parts = {part: (VIDEOS / f"{name}{suffix}").read_bytes() for part, suffix in PARTS.items()}
    return sync(
        f"media.video:{name}",
        {"seconds": float(lesson.front["seconds"])} | {part: digest(content) for part, content in parts.items()},
        find=MediaFile.objects.filter(title=lesson.front["title"]).first,
        read=read_video,
        write=partial(write_video, lesson, parts),
    )


def write_video(
    lesson: ShippedLesson, parts: dict[str, bytes], held: MediaFile | None, _shipped: dict[str, Any]
) -> MediaFile:
    film = held or MediaFile(title=lesson.front["title"], author=settings.WAGTAIL_SITE_NAME)
    film.type, film.duration, film.width, film.height = "video", lesson.front["seconds"], 1280, 720
    for part, content in parts.items():
        setattr(film, part, ContentFile(content, name=f"{lesson.front['video']}{PARTS[part]}"))
    film.save()
    return film


def read_video(film: MediaFile) -> dict[str, Any]:
    return {"seconds": float(film.duration)} | {part: digest(content_of(getattr(film, part))) for part in PARTS}


# ── Papers ───────────────────────────────────────────────────────────────────
def load_document(lesson: ShippedLesson) -> Outcome:
    name = lesson.front["document"]
    content = (DOCUMENTS / f"{name}.pdf").read_bytes()
    return sync(
        f"media.document:{name}",
        {"file": digest(content)},
        find=Document.objects.filter(title=lesson.front["title"]).first,
        read=lambda paper: {"file": digest(content_of(paper.file))},
        write=partial(write_document, lesson, content),
    )


def write_document(lesson: ShippedLesson, content: bytes, held: Document | None, _shipped: dict[str, Any]) -> Document:
    paper = held or Document(title=lesson.front["title"], author=settings.WAGTAIL_SITE_NAME)
    paper.file = ContentFile(content, name=f"{lesson.front['document']}.pdf")
    paper.file_size, paper.file_hash = len(content), hashlib.sha1(content, usedforsecurity=False).hexdigest()
    paper.save()
    draw_later(paper)  # phones show pictures of its pages
    return paper


# ── Contents ─────────────────────────────────────────────────────────────────
def content_of(file: FieldFile) -> bytes:
    """Empty where an editor took the file away or the disk lost it."""
    if not file or not file.storage.exists(str(file.name)):
        return b""
    with file.open("rb") as held:
        return bytes(held.read())


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
