"""What is true of jobs, seals, limits and files, told from plain values: no queries, no clock, no Django."""

import hmac
import ipaddress
import json
import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

BACK_OFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
SCHEDULE_PREFIX = "schedule:"
CAUSE_LENGTH = 500
PASSPHRASE_LENGTH = 12

# ── Jobs ─────────────────────────────────────────────────────────────────────


def retry_at(attempts: int, now: datetime) -> datetime:
    """When to try again after `attempts` failures (1 or more)."""
    return now + BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def cause(error: BaseException) -> str:
    """One line a person can read. Databases put the offending values (names, numbers) in the lines after the first."""
    lines = str(error).strip().splitlines()
    told = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    return told[:CAUSE_LENGTH]


def percent(done: int, total: int) -> int:
    return min(100, done * 100 // total) if total else 0


def period_key(name: str, every: timedelta, now: datetime) -> str:
    """The same for every clock that looks at a schedule entry within one period."""
    return f"{SCHEDULE_PREFIX}{name}:{int(now.timestamp() // every.total_seconds())}"


# ── Audit log ────────────────────────────────────────────────────────────────


class Line(NamedTuple):
    """What a seal vouches for. Names, addresses and payloads are not in it: the law may have them erased."""

    id: int
    at: datetime
    actor: int | None
    action: str
    object_type: str
    object_id: str
    request_id: str
    payload_hash: str


class Fingerprint(NamedTuple):
    """Kept by the seal for each entry, so that a break can name the entry it happened to."""

    id: int
    mac: bytes


FINGERPRINT = struct.Struct(">q8s")


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def line_mac(key: bytes, line: Line) -> bytes:
    told = (line.id, line.at.astimezone(UTC).isoformat(timespec="microseconds"), *line[2:])
    return hmac.digest(key, canonical(told), sha256)


def fingerprint(key: bytes, line: Line) -> Fingerprint:
    return Fingerprint(line.id, line_mac(key, line)[:8])


def seal_digest(key: bytes, number: int, previous: str, lines: Iterable[Line]) -> str:
    """`lines` in the order of their ids; `previous` is the digest of seal `number - 1`, empty for the first."""
    told = hmac.new(key, canonical([number, previous]), sha256)
    for line in lines:
        told.update(line_mac(key, line))
    return told.hexdigest()


def pack(fingerprints: Iterable[Fingerprint]) -> bytes:
    return b"".join(FINGERPRINT.pack(*each) for each in fingerprints)


def unpack(packed: bytes) -> list[Fingerprint]:
    whole = len(packed) - len(packed) % FINGERPRINT.size
    return [Fingerprint(*each) for each in FINGERPRINT.iter_unpack(packed[:whole])]


@dataclass(frozen=True)
class Break:
    """`what` is one of the words in `records.verification.TOLD`; `seal` and `entry` say where."""

    what: str
    seal: int | None = None
    entry: int | None = None


def breaks_of_seal(
    key: bytes, number: int, previous: str, digest: str, packed: bytes, lines: Sequence[Line]
) -> list[Break]:
    """All that is wrong with one seal and its entries; empty when nothing is."""
    kept, found = dict(unpack(packed)), {line.id: fingerprint(key, line).mac for line in lines}
    breaks = [Break("missing_entry", number, id) for id in kept.keys() - found.keys()]
    breaks += [Break("added_entry", number, id) for id in found.keys() - kept.keys()]
    breaks += [Break("changed_entry", number, id) for id in kept.keys() & found.keys() if kept[id] != found[id]]
    if not breaks and not hmac.compare_digest(seal_digest(key, number, previous, lines), digest):
        breaks = [Break("changed_seal", number)]
    return sorted(breaks, key=lambda each: each.entry or 0)


def mask_address(address: str) -> str:
    """A network, not a person: the last part of an IPv4 address and the last 80 bits of an IPv6 address go."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False).network_address)


def client_address(remote: str, forwarded: str, proxies: int) -> str:
    """The address that the outermost of our own `proxies` saw; what a client wrote before it is not believed."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    return hops[-proxies] if 0 < proxies <= len(hops) else remote


REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def trusted_request_id(given: str) -> str:
    return given if REQUEST_ID.fullmatch(given) else ""


# ── Files ────────────────────────────────────────────────────────────────────

SHOWN_IN_PAGE = {"application/pdf", "image/avif", "image/jpeg", "image/png", "image/webp", "text/plain"}


def shown_in_page(content_type: str) -> bool:
    """Other types are saved, not opened: an HTML or SVG file of a stranger must not run on our address."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind in SHOWN_IN_PAGE or kind.startswith(("audio/", "video/"))


def wants_beginning(range_header: str) -> bool:
    """A player asks for a video in many pieces: only the first is the reading of the file."""
    return not range_header or range_header.replace(" ", "").startswith("bytes=0-")
