"""The pages of a role card, without account and session: whoever holds the token has the part. What a page says to the
server while the drill runs goes to drills.views.wire; here are the page, what it keeps on the phone, and its check."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django_permissions_policy.decorators import permissions_policy_override

from drills.field_rules import BAD, CHECKS, GOOD, WARN, answers, faces
from drills.models import Drill, ItemScore, Participation, RunEvent
from drills.queries.field import director_of, is_hidden_from, pack_of
from drills.services.devices import Ready, report_ready
from drills.services.scores import REFUSALS
from drills.tokens import part_of_token

SCRIPTS = (
    "ui/offline/outbox.js",
    "drills/chain.js",
    "ui/offline/keeper.js",
    "drills/field_parts.js",
    "drills/field_clock.js",
    "drills/field_store.js",
    "drills/field_tab.js",
    "drills/field_wire.js",
    "drills/field_stop.js",
    "drills/field_photo.js",
    "drills/field_messages.js",
    "drills/field_control.js",
    "drills/field_sign_in.js",
    "drills/field_scan.js",
    "drills/field_scores.js",
    "drills/field_expected.js",
    "drills/field_notes.js",
    "drills/field.js",
)
CHECK_SCRIPTS = (
    *("ui/offline/outbox.js", "drills/chain.js", "ui/offline/keeper.js", "drills/field_parts.js"),
    *("drills/field_clock.js", "drills/field_store.js", "drills/field_wire.js", "drills/field_check.js"),
)
WAITING_SCRIPTS = ("ui/offline/keeper.js", "drills/field_parts.js", "drills/field_waiting.js")
#: Why the server takes an event never: the words for the codes of drills.intake_rules.
REASONS: dict[str, Any] = {
    "kind": _("The server does not know this kind of entry."),
    "role": _("Your part may not do this."),
    "item": _("It belongs to no event of this drill, or was meant for somebody else."),
    "payload": _("Something in it is missing, wrong or too long."),
    "uid": _("It has been entered with other words already."),
    "moment": _("Its time cannot be read."),
}
#: For wet fingers: what is noted most, one press each.
QUICK_WORDS = (
    pgettext_lazy("quick note", "in time"),
    pgettext_lazy("quick note", "late"),
    pgettext_lazy("quick note", "left out"),
    pgettext_lazy("quick note", "unsafe"),
    pgettext_lazy("quick note", "well done"),
)
#: What a check looks at, in the order of drills.field_rules.CHECKS.
LABELS = (
    ("browser", _("Browser")),
    ("secure", _("Secure address")),
    ("storage", _("Storage")),
    ("kept", _("Page kept")),
    ("clock", pgettext_lazy("phone", "Clock")),
    ("battery", _("Battery")),
    ("camera", _("Camera")),
)
LARGEST_BODY = 8 * 1024
DEVICE = re.compile(r"[0-9A-Za-z-]{8,40}")
# The house forbids every page the camera; here a controller scans cards with it.
with_camera = permissions_policy_override({**settings.PERMISSIONS_POLICY, "camera": ["self"]})
View = Callable[[HttpRequest, Participation], HttpResponse]


# ── The door ─────────────────────────────────────────────────────────────────
def holder(request: HttpRequest, token: str) -> Participation | None:
    """Whose card this is; none for a forged or replaced card and before the drill is approved."""
    part = part_of_token(token)
    return None if part is None or part.drill.state in Drill.DESIGN else part


def for_the_holder(view: View) -> Callable[..., HttpResponse]:
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        part = holder(request, token)
        if part is None:
            return render(request, "drills/field/bad_card.html", status=404)
        return view(request, part)

    return guarded


# ── The pages ────────────────────────────────────────────────────────────────
@require_safe
@with_camera
@for_the_holder
def page(request: HttpRequest, part: Participation) -> HttpResponse:
    context = about(request, part)
    if is_hidden_from(part):
        return render(request, "drills/field/waiting.html", {**context, "scripts": WAITING_SCRIPTS})
    offered = faces(part.role)
    context |= {
        "scripts": SCRIPTS,
        "faces": offered,
        "answers": answers(part.role),
        "director": director_of(part.drill),
        "values": ItemScore.Value.choices,
        "words": {"kinds": dict(RunEvent.Kind.choices), "reasons": {**REASONS, **REFUSALS}},
        "quick_words": QUICK_WORDS,
        "no_uid": UUID(int=0),
    }
    return render(request, "drills/field/page.html", context)


@require_safe
@with_camera
@for_the_holder
def check(request: HttpRequest, part: Participation) -> HttpResponse:
    """Is this phone fit for the valley? Looked at the evening before, where there is still a network."""
    hidden = is_hidden_from(part)
    context = about(request, part) | {
        "hidden": hidden,
        "scripts": CHECK_SCRIPTS,
        "kept": WAITING_SCRIPTS if hidden else SCRIPTS,
        "checks": LABELS,
    }
    return render(request, "drills/field/check.html", context)


def about(request: HttpRequest, part: Participation) -> dict[str, Any]:
    now = timezone.now()
    return {
        "part": part,
        "drill": part.drill,
        "token": request.resolver_match.kwargs["token"] if request.resolver_match else "",
        "now_ms": round(now.timestamp() * 1000),
        "secure_url": secure_url(request),
    }


def secure_url(request: HttpRequest) -> str:
    """This page under the HTTPS address of the house, where it was opened by another one; empty where it is that."""
    public = urlsplit(settings.PUBLIC_URL)
    if public.scheme != "https" or (request.is_secure() and request.get_host() == public.netloc):
        return ""
    return settings.PUBLIC_URL.rstrip("/") + request.path


@require_safe
@for_the_holder
def pack(request: HttpRequest, part: Participation) -> HttpResponse:
    """What the page keeps on the phone beside itself."""
    told = {"part": part.pk, "role": part.role, "mine": []} if is_hidden_from(part) else pack_of(part)
    return JsonResponse({"code": "ok", "server_time": timezone.now().isoformat(), **told})


# ── What a check found ───────────────────────────────────────────────────────
class Malformed(Exception):
    """A report that no page of ours has sent."""


@csrf_exempt
@require_POST
@never_cache
def ready(request: HttpRequest, token: str) -> JsonResponse:
    """{"device", "pack", "skew_ms", "waiting", "checks": {name: good|warn|bad}, "battery", "browser"} → {"fit"}."""
    part = holder(request, token)
    if part is None:
        return JsonResponse({"code": "unknown"}, status=404)
    try:
        fit = report_ready(part, ready_of(request), now=timezone.now())
    except Malformed as fault:
        return JsonResponse({"code": "malformed", "detail": str(fault)}, status=400)
    return JsonResponse({"code": "ok", "server_time": timezone.now().isoformat(), "fit": fit})


def ready_of(request: HttpRequest) -> Ready:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_BODY:
        raise Malformed("too large")
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(sent, dict) or not DEVICE.fullmatch(str(sent.get("device", ""))):
        raise Malformed("device")
    return Ready(
        device=sent["device"],
        pack=words(sent, "pack", 40),
        skew_ms=whole(sent, "skew_ms", 2**31 - 1),
        waiting=abs(whole(sent, "waiting", 2**31 - 1)),
        checks=checks_of(sent.get("checks")),
        battery=None if sent.get("battery") is None else abs(whole(sent, "battery", 100)),
        browser=words(sent, "browser", 80),
    )


def words(sent: dict[str, Any], name: str, longest: int) -> str:
    value = sent.get(name, "")
    if not isinstance(value, str) or "\0" in value:
        raise Malformed(name)
    return value[:longest]


def whole(sent: dict[str, Any], name: str, largest: int) -> int:
    """Clamped: a phone that lost its date is years off, and that is worth knowing, not worth refusing."""
    value = sent.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Malformed(name)
    return max(-largest, min(largest, value))


def checks_of(found: Any) -> dict[str, str]:
    if not isinstance(found, dict) or not all(state in (GOOD, WARN, BAD) for state in found.values()):
        raise Malformed("checks")
    return {name: found[name] for name in CHECKS if name in found}
