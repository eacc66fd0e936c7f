"""A file that comes in parts: what was taken is on the disk before it is said to be; the same part twice does no harm.

A part that does not begin where the last one ended changes nothing: the answer says where the next one has to begin."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum

from media import rules
from media.models import Upload
from media.services.inspecting import Hostile, inspect, refusal, too_large

State = Upload.State
LOST_AFTER = timedelta(days=1)  # a file in the folder that no row names


class TooLarge(Exception):
    """Of its kind; the message says how large it may be."""


class AllTaken(Exception):
    """This person has as many files, or as many bytes, on their way as one may have."""


class Damaged(Exception):
    """What arrived is not what was sent: it has to be sent again from the beginning."""


class NotThere(Exception):
    """Parts are missing; the upload says how much has arrived."""


# ── Beginning ────────────────────────────────────────────────────────────────
def start_upload(*, name: str, size: int, digest: str, by: Any, now: datetime) -> Upload:
    """The upload of this file: the one there is, wherever it was begun, or a new one."""
    going_on = Upload.objects.of(by).unfinished().current(now).filter(sha256=digest, size=size).first()
    if going_on:
        return going_on
    kind = rules.KIND_OF_EXTENSION.get(rules.extension_of(name))
    if kind is None:
        raise Hostile(refusal(rules.UNKNOWN))  # told before half an hour is spent on sending it
    if size > rules.LARGEST[kind]:
        raise TooLarge(too_large(kind))
    check_room(size, by, now)
    told = {"name": Path(name).name[-200:], "size": size, "started_at": now, "expires_at": now + rules.KEPT}
    try:
        with transaction.atomic():
            Upload.objects.of(by).unfinished().filter(sha256=digest).exclude(expires_at__gt=now).delete()
            return Upload.objects.create(owner=by, sha256=digest, **told)
    except IntegrityError:  # two tabs in the same moment
        return Upload.objects.of(by).unfinished().get(sha256=digest)


def check_room(size: int, by: Any, now: datetime) -> None:
    there = Upload.objects.of(by).unfinished().current(now)
    taken = there.aggregate(bytes=Sum("size"))["bytes"] or 0
    if there.count() >= rules.OPEN_FILES or taken + size > rules.OPEN_BYTES:
        raise AllTaken


# ── Parts ────────────────────────────────────────────────────────────────────
@contextmanager
def held(upload: Upload) -> Iterator[BinaryIO]:
    """The file with nobody else writing to it, and the row as it is now."""
    upload.path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(upload.path, os.O_RDWR | os.O_CREAT, settings.FILE_UPLOAD_PERMISSIONS or 0o640)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        upload.refresh_from_db()
        yield file


def take_part(upload: Upload, offset: int, part: bytes) -> bool:
    """Add what is new in the part; False where it does not begin at, or before, the end of what is there."""
    with held(upload) as file:
        end = offset + len(part)
        if upload.state != State.ARRIVING or end <= upload.received:
            return True
        if offset > upload.received or end > upload.size:
            return False
        file.seek(offset)
        file.write(part)
        file.flush()
        os.fsync(file.fileno())
        Upload.objects.filter(pk=upload.pk, state=State.ARRIVING).update(received=end)
    upload.received = end
    return True


def finish_upload(upload: Upload) -> Upload:
    """Compare size and hash, then look into it. Once; whoever comes second sees how it ended.

    Raises NotThere or Damaged while there is something to send, ToolMissing where the server cannot look."""
    with held(upload) as file:
        if upload.state != State.ARRIVING:
            return upload
        upload.received = min(upload.received, os.fstat(file.fileno()).st_size)
        if upload.received < upload.size:
            upload.save(update_fields=["received"])
            raise NotThere
        file.seek(0)
        if file_digest(file, "sha256").hexdigest() != upload.sha256:  # type: ignore[arg-type]
            Upload.objects.filter(pk=upload.pk).update(received=0)
            file.truncate(0)
            raise Damaged
        settle(upload)
    return upload


def settle(upload: Upload) -> None:
    """Arrived, or refused and its bytes gone."""
    try:
        found = inspect(upload.path, upload.name)
    except Hostile as reason:
        upload.state, upload.fault = State.REFUSED, str(reason)
        upload.path.unlink()
    else:
        upload.state, upload.kind = State.ARRIVED, rules.KIND_OF_EXTENSION[found]
    upload.save(update_fields=["state", "kind", "fault"])


def receive_whole(file: Any, *, by: Any, now: datetime) -> Upload:
    """A file that a plain form sent in one piece."""
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    upload = start_upload(name=file.name, size=file.size, digest=digest.hexdigest(), by=by, now=now)
    file.seek(0)
    offset = 0
    for chunk in file.chunks(rules.PART):
        take_part(upload, offset, chunk)
        offset += len(chunk)
    return finish_upload(upload)


# ── What goes away ───────────────────────────────────────────────────────────
@transaction.atomic
def discard_upload(upload: Upload) -> None:
    """Before it was kept; afterwards the library's own pages delete."""
    path = upload.path
    gone, _rows = Upload.objects.filter(pk=upload.pk).exclude(state=State.KEPT).delete()
    if gone:
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def purge_uploads(now: datetime) -> int:
    """Whatever nobody finished within its days, and files that no row names; how many went."""
    dead = list(Upload.objects.exclude(state=State.KEPT).filter(expires_at__lte=now))
    for upload in dead:
        discard_upload(upload)
    return len(dead) + sum(purge_lost(path, now) for path in arriving_files())


def arriving_files() -> list[Path]:
    folder = Path(settings.ARRIVING_ROOT)
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def purge_lost(path: Path, now: datetime) -> bool:
    if path.stat().st_mtime > (now - LOST_AFTER).timestamp() or named(path):
        return False
    path.unlink(missing_ok=True)
    return True


def named(path: Path) -> bool:
    """By a row that still has use for it."""
    return Upload.objects.unfinished().filter(pk=path.name).exists() if len(path.name) == 32 else False
