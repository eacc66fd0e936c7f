"""Pictures of the editor's that have arrived, one of them waiting for its description; the training officer's, too."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from media.models import Upload
from media.services import start_upload, take_part
from tests.media.sending import picture


def media_scenery(editor: Any, training_officer: Any, now: datetime) -> dict[str, Any]:
    waiting(training_officer, now)
    return {"upload": waiting(editor, now), "upload_whole": whole(editor, now)}


def waiting(editor: Any, now: datetime) -> Upload:
    upload = whole(editor, now)
    upload.state, upload.kind = Upload.State.ARRIVED, Upload.Kind.IMAGE
    upload.save()
    return upload


def whole(editor: Any, now: datetime) -> Upload:
    """All its bytes are here."""
    content = picture()
    digest = sha256(content).hexdigest()
    upload = start_upload(name="flood.jpg", size=len(content), digest=digest, by=editor, now=now)
    take_part(upload, 0, content)
    return upload
