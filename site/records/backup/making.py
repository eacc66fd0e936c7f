import base64
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from records import services, verification
from records.backup import archive, databases, sealing
from records.errors import Damaged


@dataclass(frozen=True)
class Made:
    size: int
    tables: int
    rows: int
    files: int
    head: str


def make_backup(data: Path, keys: Path, passphrase: str, *, now: datetime) -> Made:
    """Two files that are of use only together: the data, and the keys sealed by the passphrase. Read back once made."""
    for path in (data, keys):
        if path.exists():
            raise Damaged(f"{path} is there already: nothing is written over.")
        path.parent.mkdir(parents=True, exist_ok=True)
    with draft(data) as data_draft, draft(keys) as keys_draft:
        services.seal_audit(now)
        head = str(verification.head())
        about = write_data(data_draft, now)
        checked = archive.check(data_draft)
        if checked.manifest != about:
            raise Damaged("What was read back is not what was written.")
        content = sealing.KeyFile(
            installation_keys(), now.isoformat(), databases.engine(), checked.sha256, checked.size, head
        )
        keys_draft.write_bytes(sealing.seal(content, passphrase))
        if sealing.unseal(keys_draft.read_bytes(), passphrase) != content:
            raise Damaged("The key file can't be read back.")
        put_in_place({data_draft: data, keys_draft: keys})
    files = about["files"]["public"] + about["files"]["private"]
    services.log("records.backup_made", payload={"bytes": checked.size, "files": files}, now=now)
    return Made(checked.size, len(about["rows"]), sum(about["rows"].values()), files, head)


def write_data(target: Path, now: datetime) -> dict:
    """What the manifest says, apart from its list of members."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        copy = Path(folder) / "database"
        rows = databases.dump(copy)
        with target.open("wb") as file, tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
            writer = archive.Writer(tar)
            writer.add(databases.MEMBER[databases.engine()], copy)
            files = {
                "public": writer.add_folder("public", Path(settings.MEDIA_ROOT)),
                "private": writer.add_folder("private", Path(settings.PRIVATE_ROOT)),
            }
            about = {
                "version": 1,
                "created": now.isoformat(),
                "engine": databases.engine(),
                "rows": rows,
                "files": files,
            }
            writer.finish(about)
    return about


def installation_keys() -> dict[str, str]:
    """In the form of VAR_DIR/keys.json."""
    return {
        "SECRET_KEY": settings.SECRET_KEY,
        "DATA_KEY": base64.b64encode(settings.DATA_KEY).decode(),
        "SEAL_KEY": base64.b64encode(settings.SEAL_KEY).decode(),
    }


@contextmanager
def draft(path: Path) -> Iterator[Path]:
    """A file beside the one to be, readable by its owner only, gone unless it was put in place."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    beside.touch(mode=0o600)
    try:
        yield beside
    finally:
        beside.unlink(missing_ok=True)


def put_in_place(drafts: dict[Path, Path]) -> None:
    for beside in drafts:
        with beside.open("rb") as file:
            os.fsync(file.fileno())
    for beside, path in drafts.items():
        beside.replace(path)
