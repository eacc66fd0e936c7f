"""A package that proves itself: one .zip with a manifest of every file's size and SHA-256. Whoever holds the package
needs nothing else to check it, neither this platform nor its database.

The same files give the same bytes: names in order, no clock, nothing compressed (what is large in it is pictures, and
another version of a compressor would give other bytes)."""

import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

MANIFEST = "manifest.json"
FORMAT = 1
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a .zip can name
CHUNK = 64 * 1024
LARGEST_MANIFEST = 64 * 1024 * 1024
FORBIDDEN = re.compile(r'[\x00-\x1f<>:"/\\|?*\ud800-\udfff]')
ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")
LONGEST_NAME = 80


class Entry(NamedTuple):
    """A file to pack; `open` gives its bytes anew each time."""

    path: str
    open: Any


class Line(NamedTuple):
    path: str
    size: int
    sha256: str


def safe_name(name: str) -> str:
    """A file name that every system can hold; never empty, never a way out of its folder."""
    whole = FORBIDDEN.sub("_", name).strip(" .")
    told = ENDING.search(whole)
    ending = told[0] if told else ""
    return (whole.removesuffix(ending)[:LONGEST_NAME].strip(" .") or "_") + ending


def free_paths(paths: Iterable[str]) -> Iterator[str]:
    """Each path once: a second file of the name gets a number, whatever the case of its letters."""
    taken: set[str] = {MANIFEST}
    for path in paths:
        stem, dot, ending = path.rpartition(".")
        free, number = path, 1
        while free.lower() in taken:
            number += 1
            free = f"{stem}-{number}{dot}{ending}" if stem else f"{path}-{number}"
        taken.add(free.lower())
        yield free


# ── Packing ──────────────────────────────────────────────────────────────────
def pack(target: BinaryIO, entries: Iterable[Entry], about: Mapping[str, Any], tell: Any = None) -> bytes:
    """Write the package and return its manifest. `tell(done, path)` is called after each file."""
    wanted = sorted(entries, key=lambda entry: entry.path)
    lines = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for done, (entry, path) in enumerate(zip(wanted, free_paths(each.path for each in wanted), strict=True), 1):
            lines.append(put(archive, path, entry))
            if tell:
                tell(done, path)
        manifest = manifest_of(about, lines)
        archive.writestr(info(MANIFEST), manifest)
    return manifest


def put(archive: zipfile.ZipFile, path: str, entry: Entry) -> Line:
    digest, size = sha256(), 0
    with entry.open() as source, archive.open(info(path), "w", force_zip64=True) as out:
        while chunk := source.read(CHUNK):
            out.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return Line(path, size, digest.hexdigest())


def info(path: str) -> zipfile.ZipInfo:
    told = zipfile.ZipInfo(path, EPOCH)
    told.external_attr = 0o644 << 16
    told.create_system = 3
    return told


def manifest_of(about: Mapping[str, Any], lines: Iterable[Line]) -> bytes:
    files = [line._asdict() for line in lines]
    told = {"format": FORMAT, **about, "files": files}
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


# ── Checking ─────────────────────────────────────────────────────────────────
@dataclass
class Verdict:
    """What a look at a package has shown; `problems` are (what, path)."""

    manifest_hash: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    files: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.problems


def check(path: Path | str) -> Verdict:
    """Every file against the manifest: changed, missing, added or named twice."""
    verdict = Verdict()
    try:
        with zipfile.ZipFile(path) as archive:
            read(archive, verdict)
    except (zipfile.BadZipFile, OSError, EOFError):
        verdict.problems.append(("no_package", str(path)))
    except (ValueError, KeyError, TypeError, NotImplementedError, RuntimeError):
        verdict.problems.append(("bad_manifest", MANIFEST))
    return verdict


def read(archive: zipfile.ZipFile, verdict: Verdict) -> None:
    names = archive.namelist()
    if MANIFEST not in names:
        verdict.problems.append(("no_manifest", MANIFEST))
        return
    if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise ValueError("a manifest of this size is none")
    manifest = archive.read(MANIFEST)
    verdict.manifest_hash = sha256(manifest).hexdigest()
    told = json.loads(manifest)
    lines = [Line(str(each["path"]), int(each["size"]), str(each["sha256"])) for each in told.pop("files")]
    verdict.about, verdict.files = told, len(lines)
    listed = {line.path for line in lines}
    verdict.problems += [("twice", name) for name in sorted({name for name in names if names.count(name) > 1})]
    verdict.problems += [("added", name) for name in sorted(set(names) - listed - {MANIFEST})]
    for line in lines:
        if line.path not in names:
            verdict.problems.append(("missing", line.path))
        elif not matches(archive, line):
            verdict.problems.append(("changed", line.path))


def matches(archive: zipfile.ZipFile, line: Line) -> bool:
    """Reads no further than the manifest says: a file that unpacks to more is not the one."""
    digest, size = sha256(), 0
    try:
        with archive.open(line.path) as source:
            while size <= line.size and (chunk := source.read(CHUNK)):
                digest.update(chunk)
                size += len(chunk)
    except (zipfile.BadZipFile, EOFError):
        return False
    return size == line.size and digest.hexdigest() == line.sha256
