"""What a candidate's page says to the server while it is sat: small JSON, no session, no form token. The attempt token
in the header `X-Attempt` (or, for a beacon, in the body) says which sitting and which device; it is nothing that a
browser sends by itself, so no other site can use it."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from exams import services
from exams.attempts import Attempt, opens_picture, read_attempt
from exams.models import QuestionVersion, Sitting
from exams.sitting_rules import Forged, Save
from ui.http import file_response

LARGEST_BODY = 64 * 1024
LONGEST_TOKEN = 300
View = Callable[..., JsonResponse]


class TooLarge(Exception):
    """Of the body."""


# ── The door ─────────────────────────────────────────────────────────────────
def with_attempt(view: Callable[[HttpRequest, Attempt, dict[str, Any]], JsonResponse]) -> View:
    """Only for the page that holds this sitting's token; for everybody else the sitting does not exist."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> JsonResponse:
        try:
            attempt = named_in_header(request) or named_in_body(request)
            if attempt is None or attempt.sitting != pk:
                return refused("unknown", 404)
            sent = body_of(request)
            return view(request, attempt, sent)
        except TooLarge:
            return refused("too_large", 413)
        except Forged as fault:
            return refused("forged", 400, detail=str(fault))
        except services.OtherDevice as held:
            return refused("other_device", 409, **told(held.sitting))
        except Sitting.DoesNotExist:
            return refused("unknown", 404)

    return guarded


def body_of(request: HttpRequest) -> dict[str, Any]:
    if request.method != "POST":
        return {}
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_BODY:
        raise TooLarge
    try:
        sent = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise Forged("not JSON") from None
    if not isinstance(sent, dict):
        raise Forged("not an object")
    return sent


def named_in_header(request: HttpRequest) -> Attempt | None:
    return read_attempt(request.headers.get("X-Attempt", "")[:LONGEST_TOKEN])


def named_in_body(request: HttpRequest) -> Attempt | None:
    """Whoever holds no token learns nothing about his body either."""
    try:
        token = body_of(request).get("token")
    except Forged:
        return None
    return read_attempt(token[:LONGEST_TOKEN]) if isinstance(token, str) else None


def refused(code: str, status: int, **more: Any) -> JsonResponse:
    return JsonResponse({"code": code, "server_time": timezone.now().isoformat(), **more}, status=status)


# ── Parsing ──────────────────────────────────────────────────────────────────
def saves_of(sent: dict[str, Any]) -> list[Save]:
    saves = sent.get("saves", [])
    if not isinstance(saves, list):
        raise Forged("saves are a list")
    return [save_of(each) for each in saves]


def save_of(each: Any) -> Save:
    if not isinstance(each, dict):
        raise Forged("a save is an object")
    given = each.get("given")
    if not isinstance(given, list):
        raise Forged("given is a list")
    positions = sorted({whole(position, "given") for position in given})
    return Save(
        whole(each.get("slot"), "slot"), tuple(positions), whole(each.get("revision"), "revision"), moment(each)
    )


def whole(value: Any, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**31 - 1:
        raise Forged(f"{name} is a whole number")
    return value


def moment(each: dict[str, Any]) -> datetime:
    """By the device's clock, which may be years off; a time without a zone is none."""
    text = each.get("happened_at")
    try:
        parsed = parse_datetime(text) if isinstance(text, str) and len(text) <= 40 else None
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is None or not 1971 <= parsed.year <= 9998:
        raise Forged("happened_at is a moment with its zone")
    return parsed


# ── The answers ──────────────────────────────────────────────────────────────
def told(sitting: Sitting) -> dict[str, Any]:
    """What every reply tells, so that the page can set its countdown and know whether it is still the one."""
    return {
        "deadline": sitting.deadline.isoformat(),
        "epoch": sitting.epoch,
        "state": sitting.state,
        "submitted_at": sitting.submitted_at.isoformat() if sitting.submitted_at else None,
    }


def reply(saved: services.Saved, now: datetime, *, code: str = "ok", status: int = 200) -> JsonResponse:
    receipts = [
        {"slot": each.slot, "revision": each.revision, "verdict": each.verdict, "current": each.current}
        for each in saved.receipts
    ]
    answer = {"code": code, "server_time": now.isoformat(), **told(saved.sitting), "receipts": receipts}
    return JsonResponse(answer, status=status)


@require_POST
@with_attempt
def save(request: HttpRequest, attempt: Attempt, sent: dict[str, Any]) -> JsonResponse:
    """{"epoch": 1, "saves": [{"slot": 0, "given": [2], "revision": 1, "happened_at": "…+08:00"}]} → receipts."""
    now = timezone.now()
    saves, epoch = saves_of(sent), whole(sent.get("epoch"), "epoch")
    return reply(services.save_answers(attempt.sitting, saves, device=attempt.device, epoch=epoch, now=now), now)


@require_POST
@with_attempt
def hand_in(request: HttpRequest, attempt: Attempt, sent: dict[str, Any]) -> JsonResponse:
    """Takes the last saves with it. 409 `already_submitted` where it was over before; the receipts stand either way."""
    now = timezone.now()
    saves, epoch = saves_of(sent), whole(sent.get("epoch"), "epoch")
    saved = services.hand_in(attempt.sitting, saves, device=attempt.device, epoch=epoch, now=now)
    return reply(saved, now) if saved.handed_in else reply(saved, now, code="already_submitted", status=409)


@require_POST
@with_attempt
def left(request: HttpRequest, attempt: Attempt, sent: dict[str, Any]) -> JsonResponse:
    sitting = Sitting.objects.get(pk=attempt.sitting)
    services.left_page(sitting)
    return reply(services.Saved(sitting), timezone.now())


@require_GET
@with_attempt
def state(request: HttpRequest, attempt: Attempt, sent: dict[str, Any]) -> JsonResponse:
    """Where things stand, with the answers that count, for a page that was reloaded or was away."""
    now = timezone.now()
    sitting = Sitting.objects.get(pk=attempt.sitting)
    answers = list(sitting.answers.values("slot", "given", "revision", "epoch"))
    mine = sitting.device == attempt.device
    return JsonResponse(
        {"code": "ok", "server_time": now.isoformat(), **told(sitting), "this_device": mine, "answers": answers}
    )


@require_GET
@never_cache
def picture(request: HttpRequest, pk: int, slot: int) -> HttpResponseBase:
    """Of one question, while the sitting lasts; the address is made for the candidate's page."""
    if not opens_picture(request.GET.get("t", "")[:LONGEST_TOKEN], pk, slot):
        raise Http404
    sitting = Sitting.objects.filter(pk=pk, state=Sitting.State.OPEN).select_related("paper").first()
    if sitting is None or not 0 <= slot < len(sitting.paper.slots):
        raise Http404
    version = QuestionVersion.objects.select_related("picture").get(pk=sitting.paper.slots[slot]["version"])
    if version.picture is None:
        raise Http404
    return file_response(request, version.picture.absolute, content_type=version.picture.content_type)
