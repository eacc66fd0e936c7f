"""The seals of a run log, told from plain values. Each seal covers the digest of the one before it: no event can be
changed, taken out or put in afterwards, and no seal be taken out, without it showing."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from records.rules import canonical


class Line(NamedTuple):
    """What a seal vouches for."""

    id: int
    uid: str
    kind: str
    part: int | None
    actor: int | None
    item: int | None
    happened_at: datetime
    recorded_at: datetime
    device: str
    device_seq: int
    device_time: datetime | None
    skew_ms: int
    prev_hash: str
    hash: str
    payload: Any


@dataclass(frozen=True)
class Sealed:
    """A seal as it was written, with the lines that stand under it now."""

    number: int
    count: int
    digest: str
    lines: Sequence[Line]


class Break(NamedTuple):
    what: str  # missing_seal, changed_count, changed_seal
    seal: int


def told(line: Line) -> list[Any]:
    moments = {
        name: value.astimezone(UTC).isoformat(timespec="microseconds")
        for name, value in line._asdict().items()
        if isinstance(value, datetime)
    }
    return [moments.get(name, value) for name, value in line._asdict().items()]


def digest(key: bytes, number: int, previous: str, lines: Iterable[Line]) -> str:
    """`previous` is the digest of seal `number - 1`, empty for the first."""
    mac = hmac.new(key, canonical([number, previous]), sha256)
    for line in sorted(lines):
        mac.update(hmac.digest(key, canonical(told(line)), sha256))
    return mac.hexdigest()


def breaks(key: bytes, seals: Iterable[Sealed]) -> list[Break]:
    """All that is wrong with the seals of one log, given by number; empty when nothing is."""
    found, expected, previous = [], 1, ""
    for seal in seals:
        found += [Break("missing_seal", number) for number in range(expected, seal.number)]
        if len(seal.lines) != seal.count:
            found.append(Break("changed_count", seal.number))
        elif seal.number == expected and digest(key, seal.number, previous, seal.lines) != seal.digest:
            found.append(Break("changed_seal", seal.number))
        expected, previous = seal.number + 1, seal.digest
    return found
