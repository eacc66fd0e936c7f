"""The data file of a backup: a tar.gz whose last member, manifest.json, names every other with its hash and size.

Written and read as a stream: a county's videos don't fit into memory.
"""

import gzip
import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Any

from records.errors import Damaged

MANIFEST = "manifest.json"
TOPS = {"database", "public", "private"}
PIECE = 1024 * 1024
NOT_WHOLE = "The data file is cut or was changed."


class Hashing(io.RawIOBase):
    """Passes a file on and hashes what it passed."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest, self.size = file, sha256(), 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        self.size += len(data)
        return data


@dataclass
class Writer:
    tar: tarfile.TarFile
    members: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, source: Path) -> None:
        with source.open("rb") as file:
            info = self.tar.gettarinfo(arcname=name, fileobj=file)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            info.mode = 0o640
            hashing = Hashing(file)
            self.tar.addfile(info, hashing)
        self.members[name] = {"sha256": hashing.digest.hexdigest(), "size": info.size}

    def add_folder(self, top: str, folder: Path) -> int:
        """Every file below `folder`; one that is deleted meanwhile was not wanted any more."""
        count = 0
        for path in sorted(each for each in folder.rglob("*") if each.is_file() and not each.is_symlink()):
            try:
                self.add(f"{top}/{path.relative_to(folder).as_posix()}", path)
            except FileNotFoundError:
                continue
            count += 1
        return count

    def finish(self, about: dict[str, Any]) -> None:
        text = json.dumps(about | {"members": self.members}, indent=1, sort_keys=True).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(text), 0o640
        self.tar.addfile(info, io.BytesIO(text))


@dataclass(frozen=True)
class Checked:
    manifest: dict[str, Any]
    sha256: str
    size: int


def check(data: Path, into: Path | None = None) -> Checked:
    """Read all of it, compare every hash and, with `into`, lay the members there. Raises Damaged at the first flaw."""
    with data.open("rb") as file:
        whole = Hashing(file)
        try:
            manifest, found = read_members(whole, into)
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError, KeyError, TypeError) as error:
            raise Damaged(NOT_WHOLE) from error
    if found != manifest.pop("members", None):
        raise Damaged("The data file's members are not those its manifest names.")
    return Checked(manifest, whole.digest.hexdigest(), whole.size)


def read_members(whole: Hashing, into: Path | None) -> tuple[dict[str, Any], dict[str, Any]]:
    manifest, found = None, {}
    with gzip.GzipFile(fileobj=whole) as unzipped, tarfile.open(fileobj=unzipped, mode="r|") as tar:
        for info in tar:
            if manifest is not None:
                raise Damaged("The data file goes on after its manifest.")
            stream = tar.extractfile(checked(info))
            assert stream
            if info.name == MANIFEST:
                manifest = json.load(stream)
            else:
                found[info.name] = take(stream, into / info.name if into else None)
        while unzipped.read(PIECE):  # to the very end: only there gzip says whether all was well
            pass
    if not isinstance(manifest, dict):
        raise Damaged(NOT_WHOLE)
    return manifest, found


def checked(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Only plain files, only below our own folders: a foreign archive must not write anywhere else."""
    path = PurePosixPath(info.name)
    inside = not path.is_absolute() and ".." not in path.parts and (info.name == MANIFEST or path.parts[0] in TOPS)
    if not info.isreg() or not inside or path.as_posix() != info.name or "\\" in info.name:
        raise Damaged(f"The data file holds something that does not belong there: {info.name!r}.")
    return info


def take(stream: IO[bytes], target: Path | None) -> dict[str, Any]:
    hashing = Hashing(stream)
    if target is None:
        for _piece in pieces(hashing):
            pass
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            for piece in pieces(hashing):
                out.write(piece)
    return {"sha256": hashing.digest.hexdigest(), "size": hashing.size}


def pieces(file: Hashing) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
