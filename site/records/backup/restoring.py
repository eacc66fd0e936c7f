import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from records.backup import archive, databases, sealing
from records.errors import Damaged

# What a start of the product makes by itself; anything else in the folder was put there by somebody.
MADE_ANEW = {"assets", "cache", "keys.json", "run", "static", "tls"}


@dataclass(frozen=True)
class Place:
    folder: Path  # a VAR_DIR
    database: Path | None  # None: the PostgreSQL database of DATABASE_URL


@dataclass(frozen=True)
class Compared:
    name: str
    then: int
    now: int


@dataclass(frozen=True)
class Restored:
    created: str
    compared: list[Compared]
    audit: str  # what verify_audit printed
    whole: bool


def restore_backup(data: Path, keys: Path, passphrase: str, *, into: Path | None) -> Restored:
    """Put a backup into an empty place: everything is checked before anything is put there."""
    content = sealing.unseal(read_keys(keys), passphrase)
    place = empty_place(content, into)
    check_environment(content)
    with staging(place.folder) as stage:
        checked = archive.check(data, stage)
        if (checked.sha256, checked.size) != (content.data_sha256, content.data_size):
            raise Damaged("The data file is not the one this key file was made for.")
        rows = put_database(stage, place, checked.manifest)
        put_files(stage, place, content)
    compared = compare(checked.manifest, rows, place.folder)
    whole, audit = verify_restored(place, content)
    return Restored(content.created, compared, audit, whole and all(each.then == each.now for each in compared))


def read_keys(keys: Path) -> bytes:
    if not keys.is_file():
        raise Damaged(f"There is no file {keys}.")
    return keys.read_bytes()


def empty_place(content: sealing.KeyFile, into: Path | None) -> Place:
    folder = (into or Path(settings.VAR_DIR)).absolute()
    in_the_way = sorted(each.name for each in folder.glob("*") if not harmless(each)) if folder.exists() else []
    if in_the_way:
        raise Damaged(f"{folder} is not empty ({', '.join(in_the_way[:3])}): a backup goes into an empty folder only.")
    if content.engine != databases.engine():
        raise Damaged(f"The backup holds a {content.engine} database, DATABASE_URL names {databases.engine()}.")
    if content.engine == databases.POSTGRESQL:
        if not databases.is_empty_postgresql():
            raise Damaged("The database of DATABASE_URL is not empty: a backup goes into an empty one only.")
        return Place(folder, None)
    database = folder / "db.sqlite3" if into else Path(settings.DATABASES["default"]["NAME"])
    if database.exists() and database.stat().st_size:
        raise Damaged(f"{database} is there already: nothing is written over.")
    return Place(folder, database)


def harmless(path: Path) -> bool:
    """Nothing of anybody's work: made anew by each start, or empty."""
    if path.name in MADE_ANEW:
        return True
    if path.is_dir():
        return not any(each.is_file() for each in path.rglob("*"))
    return path.stat().st_size == 0


def check_environment(content: sealing.KeyFile) -> None:
    """Keys named in the environment win over those put back: with others the data could not be read."""
    for name, value in content.keys.items():
        if name != "SECRET_KEY" and os.environ.get(name, value) != value:
            raise Damaged(f"{name} in the environment is another key than the backup's: take it out, then try again.")


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """On the same disk as the place, so that putting in place is renaming."""
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=".restore-", dir=folder))
    try:
        yield stage
    except BaseException:
        shutil.rmtree(stage)
        if made:
            folder.rmdir()
        raise
    shutil.rmtree(stage)


def put_database(stage: Path, place: Place, manifest: dict[str, Any]) -> dict[str, int]:
    """The rows of each table as they are now."""
    source = stage / databases.MEMBER[manifest["engine"]]
    if place.database is None:
        return databases.restore_postgresql(source)
    rows = databases.inspect_sqlite(source)
    if rows != manifest["rows"]:
        raise Damaged("The database does not hold the rows that the manifest names.")
    return rows


def put_files(stage: Path, place: Place, content: sealing.KeyFile) -> None:
    """The database comes last: where it is, everything else is."""
    for name in ("public", "private"):
        target = place.folder / "uploads" / name
        (stage / name).mkdir(exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            shutil.rmtree(target)  # empty folders, see `harmless`
        (stage / name).rename(target)
    put_keys(place.folder / "keys.json", content)
    if place.database:
        place.database.parent.mkdir(parents=True, exist_ok=True)
        (stage / databases.MEMBER[databases.SQLITE]).replace(place.database)


def put_keys(target: Path, content: sealing.KeyFile) -> None:
    draft = target.with_name("keys.json.restored")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(content.keys, indent=1))
    if target.exists():
        target.replace(target.with_name("keys.json.replaced"))
    draft.replace(target)


def compare(manifest: dict[str, Any], rows: dict[str, int], folder: Path) -> list[Compared]:
    compared = [
        Compared(name, manifest["rows"].get(name, 0), rows.get(name, 0)) for name in sorted(manifest["rows"] | rows)
    ]
    for name in ("public", "private"):
        there = sum(1 for each in (folder / "uploads" / name).rglob("*") if each.is_file())
        compared.append(Compared(f"files/{name}", manifest["files"][name], there))
    return compared


def verify_restored(place: Place, content: sealing.KeyFile) -> tuple[bool, str]:
    """In a process of its own: this one has the keys of the empty place."""
    environment = os.environ | {"VAR_DIR": str(place.folder)}
    if place.database:
        environment["DATABASE_URL"] = f"sqlite:///{place.database}"
    command = [sys.executable, str(Path(settings.ROOT) / "manage.py"), "verify_audit"]
    command += ["--skip-checks", "--head", content.head, "--at", content.created]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode == 0, (done.stderr + done.stdout).strip()
