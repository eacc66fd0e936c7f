import logging
import mimetypes
import os
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from records import registry
from records.models import PrivateFile

logger = logging.getLogger(__name__)

LINK_LASTS = timedelta(minutes=1)
ORPHAN_AFTER = timedelta(days=1)  # longer than any transaction that has written its file but not yet its row
signer = signing.Signer(salt="records.file")


def store_private(
    kind: str,
    name: str,
    content: bytes | File,
    *,
    by: Any,
    expires_at: datetime | None = None,
    content_type: str = "",
) -> PrivateFile:
    """Keep a file that has no URL. `kind` must be registered, with the rule that says who may read it."""
    registry.private_files.check(kind)
    now, pk = timezone.now(), uuid.uuid4()
    path = f"{kind}/{now:%Y/%m}/{pk.hex}"
    size, digest = write_whole(Path(settings.PRIVATE_ROOT) / path, content)
    return PrivateFile.objects.create(
        id=pk,
        kind=kind,
        name=Path(name).name[-200:],
        content_type=content_type or mimetypes.guess_type(name)[0] or "application/octet-stream",
        size=size,
        sha256=digest,
        path=path,
        created_by=by if by is not None and by.is_authenticated else None,
        created_at=now,
        expires_at=expires_at,
    )


def write_whole(target: Path, content: bytes | File) -> tuple[int, str]:
    """On the disk before the row is: a row never names a file that a power cut took."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft, digest, size = target.with_suffix(".part"), sha256(), 0
    file = ContentFile(content) if isinstance(content, bytes) else content
    with draft.open("xb") as out:
        os.chmod(draft, settings.FILE_UPLOAD_PERMISSIONS or 0o640)
        for chunk in file.chunks():
            out.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(target)
    return size, digest.hexdigest()


def open_private(file: PrivateFile) -> BinaryIO:
    return file.open()


# ── A link for a minute ──────────────────────────────────────────────────────


class Ticket(NamedTuple):
    file: str
    user: int | None
    until: int  # seconds since 1970


def signed_url(file: PrivateFile, now: datetime, *, by: Any = None) -> str:
    """Opens this file for a minute without a session (another browser, a download manager); `by` is logged."""
    ticket = Ticket(file.pk.hex, getattr(by, "pk", None), int((now + LINK_LASTS).timestamp()))
    return f"{reverse('records:file', args=[file.pk])}?t={signer.sign_object(ticket)}"


def read_ticket(token: str, file: PrivateFile, now: datetime) -> Ticket | None:
    """None when the link is forged, for another file or more than a minute old."""
    try:
        ticket = Ticket(*signer.unsign_object(token))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return ticket if ticket.file == file.pk.hex and ticket.until >= now.timestamp() else None


# ── What is no longer kept ───────────────────────────────────────────────────


def purge_files(now: datetime) -> int:
    """Delete what has expired and what no row names; how many files went."""
    gone = sum(purge_file(file) for file in PrivateFile.objects.expired(now))
    return gone + sum(purge_orphan(path) for path in orphans(now))


def purge_file(file: PrivateFile) -> bool:
    try:
        with transaction.atomic():
            file.delete()
    except ProtectedError:
        logger.warning("private file %s has expired, but records still refer to it", file.pk)
        return False
    file.absolute.unlink(missing_ok=True)
    return True


def orphans(now: datetime) -> Iterator[Path]:
    """Files whose transaction was rolled back, or whose writer died half-way."""
    before = (now - ORPHAN_AFTER).timestamp()
    for folder, _folders, names in os.walk(settings.PRIVATE_ROOT):
        old = [path for path in (Path(folder) / name for name in names) if path.stat().st_mtime < before]
        relative = {str(path.relative_to(settings.PRIVATE_ROOT)): path for path in old}
        known = set(PrivateFile.objects.filter(path__in=relative).values_list("path", flat=True))
        yield from (path for name, path in relative.items() if name not in known)


def purge_orphan(path: Path) -> bool:
    path.unlink(missing_ok=True)
    return True
