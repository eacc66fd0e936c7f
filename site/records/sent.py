"""What a page that works without a network sends when there is one again (ui/offline/sender.js): a record as
JSON, then each of its files. Every request may be repeated without harm. Each room has three addresses for it:

GET  ready → {"code": "ok", "token", "user"}: a fresh form token (the kept page's may be of an ended session) and who is
  signed in. Whoever is not is led to the sign-in page as everywhere: the script takes a redirection for that.
POST send, field "record": {"uid", "user", "age": seconds since it was written, "fields": {…}}
  → {"code": "ok", "number", "url", "new"}; 400 "invalid" with {"errors": {field: [texts]}}; 400 "forged"; 413
  "too_large"; 404 "somebody_else": not written by who is signed in, or the uid is that of another's record
POST file of the record's uid, multipart "file", "kind", "uid" → {"code": "ok"}; 404 "unknown": the record is not here;
  400 "refused" with {"reason": text}
Both POSTs want X-CSRFToken; a stale one is answered by 403 and no JSON.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone

from records.late import written_at

LARGEST_BODY = 64 * 1024


@dataclass(frozen=True)
class Sent:
    uid: UUID
    fields: dict[str, str]
    written_at: datetime
    now: datetime


class Forged(ValueError):
    """Nothing that our page sends."""


class Unwelcome(Exception):
    """`answer` says why the record is not even looked at."""

    def __init__(self, answer: JsonResponse) -> None:
        super().__init__()
        self.answer = answer


def refused(code: str, status: int = 400, **more: Any) -> JsonResponse:
    return JsonResponse({"code": code, **more}, status=status)


def refused_file(form: Form) -> JsonResponse:
    return refused("refused", reason=" ".join(str(reason) for reasons in form.errors.values() for reason in reasons))


def ready(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"code": "ok", "token": get_token(request), "user": request.user.pk})


def taken(number: str, url: str, *, new: bool) -> JsonResponse:
    return JsonResponse({"code": "ok", "number": number, "url": url, "new": new})


def sent_record(request: HttpRequest) -> Sent:
    """The record that was sent by who is signed in. Raises Unwelcome."""
    now = timezone.now()
    if too_large(request):
        raise Unwelcome(refused("too_large", 413))
    try:
        sent = json.loads(request.POST["record"])
        written_by = sent["user"]
        told = Sent(UUID(sent["uid"]), fields_of(sent["fields"]), written_at(now, age_of(sent)), now)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Unwelcome(refused("forged")) from error
    if written_by != request.user.pk:
        raise Unwelcome(refused("somebody_else", 404))
    return told


def too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdigit() or int(length) > LARGEST_BODY


def fields_of(sent: Any) -> dict[str, str]:
    if not all(isinstance(value, str) for value in sent.values()):
        raise Forged("a field is a text")
    return dict(sent)


def age_of(sent: dict[str, Any]) -> float | None:
    age = sent.get("age")
    return age if isinstance(age, int | float) and not isinstance(age, bool) else None
