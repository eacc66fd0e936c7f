"""What the phones of a drill say to the server: small JSON, no session, no form token. The token of the part stands in
the path; it is nothing that a browser sends by itself, so no other site can use it.

POST events/  {"device": "…", "device_time": "2026-11-24T01:00:00.000Z", "skew_ms": 120, "waiting": 3, "pack": "…",
               "events": [{"uid", "kind", "item", "payload", "device_seq", "device_time", "prev_hash", "hash",
                           "skew_ms"}]}
  → {"code": "ok", "server_time", "receipts": [{"uid", "verdict": "taken|known|refused", "reason"}], "poll": {…}}
  Moments as Date.toISOString() writes them: the hash covers that text. `skew_ms` (server minus device, as the device
  measured it) of an event goes before that of the batch; without either it is told from the batch's arrival. `waiting`
  (how many are still on the phone) and `pack` are optional. At most 200 events; also none: that a device is there.
POST photo/<uid>/  multipart, "photo" a JPEG of at most 3 MB: for the observation of that uid, which may come before or
  after it → {"code": "ok", "verdict": "taken|known"}
GET poll/  with If-None-Match and, so that the console knows the device, the headers X-Device and X-Waiting
  → 304, or {"server_time", "state", "version", "clock", "items", "stop", "mine"} and, for those who run the drill,
  "due" and "unacknowledged", for evaluators "expected". drills.queries.wire says what is in them.

Refusals: {"code": …} "unknown" 404 (no such card, or taken back), "forged" 400, "too_large" 413, "too_often" 429 with
Retry-After, "not_now" 409 (the drill takes nothing yet, or no more; keep the events and ask again). Reasons of a
refused event: "kind", "role", "item", "payload", "uid", and those of drills.services.scores. It will never be taken.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from drills.intake_rules import DEVICE, HASH, LARGEST_PAYLOAD, MOST_EVENTS
from drills.models import Participation
from drills.queries.wire import poll_of, polling, tag_of
from drills.services import intake, photos
from drills.services.run import NotNow
from drills.tokens import read_part
from records.services import hit
from ui.offline import static_version

LARGEST_BODY = 512 * 1024
LARGEST_PHOTO = photos.LARGEST + 64 * 1024  # with the multipart around it
POSTS_A_MINUTE = 120  # of one part: a phone that was away for an hour sends a dozen
PHOTOS_A_MINUTE = 30
MINUTE = timedelta(minutes=1)
SAID_AGAIN = timedelta(seconds=30)  # a poll notes that the phone is there at most this often
MOST_WAITING = 100_000


class TooLarge(Exception):
    """Of the body."""


class TooOften(Exception):
    """Of one part."""


class Forged(Exception):
    """No page of ours has sent this."""


# ── The door ─────────────────────────────────────────────────────────────────
View = Callable[..., HttpResponse]


def with_part(view: View) -> View:
    """Only for whoever holds the card; for everybody else there is nothing here."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **place: Any) -> HttpResponse:
        now = timezone.now()
        part = read_part(token, polling(device_in_header(request)))
        if part is None or part.drill.state in part.drill.DESIGN:
            return refused("unknown", 404)
        try:
            return view(request, part, now, **place)
        except TooLarge:
            return refused("too_large", 413)
        except TooOften:
            answer = refused("too_often", 429)
            answer["Retry-After"] = str(int(MINUTE.total_seconds()))
            return answer
        except Forged as fault:
            return refused("forged", 400, detail=str(fault))
        except NotNow:
            return refused("not_now", 409)

    return guarded


def refused(code: str, status: int, **more: Any) -> JsonResponse:
    return JsonResponse({"code": code, "server_time": timezone.now().isoformat(), **more}, status=status)


def device_in_header(request: HttpRequest) -> str:
    named = request.headers.get("X-Device", "")
    return named if DEVICE.fullmatch(named) else ""


def count(what: str, part: Participation, limit: int, now: datetime) -> None:
    if not hit(f"drills.{what}:{part.pk}", limit=limit, window=MINUTE, now=now).allowed:
        raise TooOften


def bounded(request: HttpRequest, largest: int) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > largest:
        raise TooLarge


# ── Events ───────────────────────────────────────────────────────────────────
@require_POST
@with_part
def field_events(request: HttpRequest, part: Participation, now: datetime) -> HttpResponse:
    bounded(request, LARGEST_BODY)
    sent = body_of(request)
    device = named(sent, "device", DEVICE)
    skew = skew_of(sent, fallback=skew_at_arrival(sent, now))
    listed = sent.get("events", [])
    if not isinstance(listed, list) or len(listed) > MOST_EVENTS:
        raise Forged("events")
    told = intake.DeviceState(skew, whole(sent, "waiting", MOST_WAITING), pack_of(sent))
    events = [event_of(each, skew) for each in listed]
    count("events", part, POSTS_A_MINUTE, now)
    receipts = intake.take_events(part, device, events, now=now, told=told)
    return JsonResponse(
        {
            "code": "ok",
            "server_time": now.isoformat(),
            "receipts": [{"uid": each.uid, "verdict": each.verdict, "reason": each.reason} for each in receipts],
            "poll": poll_of(fresh(part), version=static_version(), now=now),
        }
    )


def fresh(part: Participation) -> Participation:
    """With the drill as the events have left it."""
    part.drill.refresh_from_db()
    return part


def body_of(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise Forged("not JSON") from None
    if not isinstance(sent, dict):
        raise Forged("not an object")
    return sent


def event_of(each: Any, skew: int) -> intake.SentEvent:
    if not isinstance(each, dict):
        raise Forged("an event is an object")
    item = each.get("item")
    return intake.SentEvent(
        uid=text(each, "uid", 40),
        kind=text(each, "kind", 40),
        item=None if item is None else whole(each, "item", 2**62),
        payload=payload_of(each),
        device_seq=whole(each, "device_seq", 2**31 - 1),
        device_time=moment(each),
        prev_hash=hash_of(each, "prev_hash"),
        hash=hash_of(each, "hash"),
        skew_ms=skew_of(each, fallback=skew),
    )


def payload_of(each: dict[str, Any]) -> dict[str, Any]:
    """Kept as it was sent, since the hash covers it; only what no database can keep is turned away."""
    payload = each.get("payload", {})
    if not isinstance(payload, dict):
        raise Forged("payload is an object")
    try:
        told = json.dumps(payload, ensure_ascii=False, allow_nan=False)
        told.encode()
    except (ValueError, RecursionError):
        raise Forged("payload") from None
    if len(told) > LARGEST_PAYLOAD or "\\u0000" in told.replace("\\\\", ""):
        raise Forged("payload")
    return payload


def text(each: dict[str, Any], name: str, longest: int) -> str:
    value = each.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise Forged(name)
    return value


def named(each: dict[str, Any], name: str, pattern: Any) -> str:
    value = text(each, name, 64)
    if not pattern.fullmatch(value):
        raise Forged(name)
    return value


def hash_of(each: dict[str, Any], name: str) -> str:
    """Empty on a page without crypto."""
    return named(each, name, HASH) if each.get(name) else ""


def pack_of(sent: dict[str, Any]) -> str | None:
    return text(sent, "pack", 40).replace("\0", "") if sent.get("pack") is not None else None


def whole(each: dict[str, Any], name: str, largest: int) -> int:
    value = each.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= largest:
        raise Forged(name)
    return value


def moment(each: dict[str, Any], name: str = "device_time") -> datetime:
    """By the device's clock, which may be years off; a time without a zone is none."""
    value = each.get(name)
    try:
        parsed = parse_datetime(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is None or not 1971 <= parsed.year <= 9998:
        raise Forged(name)
    return parsed


def skew_of(each: dict[str, Any], *, fallback: int) -> int:
    """Milliseconds; of a clock that is years off there are many."""
    value = each.get("skew_ms")
    if value is None:
        return fallback
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 10**13:
        raise Forged("skew_ms")
    return value


def skew_at_arrival(sent: dict[str, Any], now: datetime) -> int:
    return round((now - moment(sent)) / timedelta(milliseconds=1))


# ── Photos ───────────────────────────────────────────────────────────────────
@require_POST
@with_part
def field_photo(request: HttpRequest, part: Participation, now: datetime, *, uid: UUID) -> HttpResponse:
    bounded(request, LARGEST_PHOTO)
    try:
        photo = request.FILES.get("photo")
    except (MultiPartParserError, ValueError):
        raise Forged("not a form") from None
    if photo is None:
        raise Forged("photo")
    if (photo.size or 0) > photos.LARGEST:
        raise TooLarge
    count("photo", part, PHOTOS_A_MINUTE, now)
    try:
        new = photos.take_photo(part, uid, photo, now=now)
    except photos.NotAPhoto:
        raise Forged("not a JPEG") from None
    return JsonResponse({"code": "ok", "server_time": now.isoformat(), "verdict": "taken" if new else "known"})


# ── The poll ─────────────────────────────────────────────────────────────────
@require_safe
@with_part
def field_poll(request: HttpRequest, part: Any, now: datetime) -> HttpResponse:
    """One query while nothing is new, and twice a minute a second one: that the phone is there."""
    note_device(request, part, now)
    version = static_version()
    tag = tag_of(part, version, now)
    known = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
    if tag in known:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = JsonResponse(poll_of(part, version=version, now=now))
    answer["ETag"] = tag
    return answer


def note_device(request: HttpRequest, part: Any, now: datetime) -> None:
    device, waiting = device_in_header(request), request.headers.get("X-Waiting", "")
    if device and (part.device_seen_at is None or now - part.device_seen_at >= SAID_AGAIN):
        left = min(int(waiting), MOST_WAITING) if waiting.isascii() and waiting.isdigit() else None
        intake.heard_of_device(part, device, waiting=left, now=now)
