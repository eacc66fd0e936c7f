"""Files in parts, for a script; every request may be repeated without harm.

POST uploads/ {name, size, sha256 of the whole} → the upload, new or the one there is: {"url", "received", "state", …}
GET  uploads/<token>/ → how much has arrived
PUT or POST uploads/<token>/?offset=N with at most 5 MB as the body → the same; 409 with "received" where N is not the
  end of what is there
POST uploads/<token>/finish/ → "arrived", or "refused" with "reason"; 409 where bytes are missing or damaged
DELETE uploads/<token>/ forgets it.
Refusals are JSON with "reason", in words for the person who sends."""

import errno
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from media import rules, services
from media.forms import OffsetForm, StartForm
from media.models import Upload
from media.permissions import adds_media, uploads_of
from media.probing import ToolMissing
from people.gates import SignedIn, only_for
from records.photos import NotAPhoto, plain_jpeg

SMALL_SIDE = 240
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")


def refused(reason: str, status: int = 400, **more: Any) -> JsonResponse:
    return JsonResponse({"reason": reason, **more}, status=status)


def answer(request: HttpRequest, upload: Upload, status: int = 200, **more: Any) -> JsonResponse:
    told = {
        "token": upload.pk.hex,
        "url": reverse("media:upload", args=[upload.pk]),
        "name": upload.name,
        "size": upload.size,
        "received": upload.received,
        "state": upload.state,
        "reason": upload.fault,
        "csrf": get_token(request),  # the page's may be of an ended session
    }
    return JsonResponse(told | more, status=status)


def find(request: SignedIn, pk: UUID) -> Upload:
    return get_object_or_404(uploads_of(request.user).current(timezone.now()), pk=pk)


@only_for(adds_media)
@never_cache
@require_http_methods(["GET", "POST"])
def uploads(request: SignedIn) -> JsonResponse:
    if request.method == "GET":
        there = uploads_of(request.user).current(timezone.now()).unfinished()
        rows = there.values("id", "name", "size", "received", "state")
        return JsonResponse({"uploads": list(rows), "csrf": get_token(request)})
    form = StartForm(request.POST)
    if not form.is_valid():
        return refused(_("Name, size and SHA-256 of the file are needed; an empty file is not taken."))
    data = form.cleaned_data
    told = {"name": data["name"], "size": data["size"], "digest": data["sha256"]}
    try:
        return answer(request, services.start_upload(**told, by=request.user, now=timezone.now()))
    except (services.TooLarge, services.Hostile) as reason:
        return refused(str(reason), 413)
    except services.AllTaken:
        return refused(room_is_taken(), 429)


def room_is_taken() -> str:
    words = _("%(files)d files or %(size)d GB are on their way already. Describe and save some, or remove them, first.")
    return words % {"files": rules.OPEN_FILES, "size": rules.OPEN_BYTES // (1024 * rules.MB)}


@only_for(adds_media)
@never_cache
@require_http_methods(["GET", "POST", "PUT", "DELETE"])
def upload(request: SignedIn, pk: UUID) -> HttpResponse:
    found = find(request, pk)
    if request.method == "DELETE":
        services.discard_upload(found)
        return JsonResponse({})
    return answer(request, found) if request.method == "GET" else take_part(request, found)


def take_part(request: SignedIn, found: Upload) -> JsonResponse:
    form = OffsetForm(request.GET)
    if not form.is_valid():
        return refused(_("The address has to say where the part begins: ?offset="))
    part = request.read(rules.PART + 1)
    if len(part) > rules.PART:
        return refused(_("A part may have at most %(most)d MB.") % {"most": rules.PART // rules.MB}, 413)
    try:
        fits = services.take_part(found, form.cleaned_data["offset"], part)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        return refused(_("The server's disk is full. Tell the administrator; what has arrived stays."), 507)
    except Upload.DoesNotExist as gone:  # another tab removed it
        raise Http404 from gone
    return answer(request, found, 200 if fits else 409)


@only_for(adds_media)
@never_cache
@require_POST
def upload_finish(request: SignedIn, pk: UUID) -> JsonResponse:
    found = find(request, pk)
    try:
        return answer(request, services.finish_upload(found))
    except services.NotThere:
        return answer(request, found, 409)
    except services.Damaged:
        words = _("What arrived is not what was sent. It is sent again from the beginning.")
        return answer(request, found, 409, received=0, reason=words)
    except ToolMissing:
        words = _("The server cannot check films: ffmpeg is missing. Tell the administrator; the file is kept.")
        return answer(request, found, 503, reason=words)


@only_for(adds_media)
@never_cache
@require_safe
def upload_picture(request: SignedIn, pk: UUID) -> HttpResponse:
    """A small picture of one that waits."""
    found = find(request, pk)
    if found.state != Upload.State.ARRIVED or found.kind != Upload.Kind.IMAGE:
        raise Http404
    try:
        return HttpResponse(plain_jpeg(found.path, side=SMALL_SIDE, formats=FORMATS), content_type="image/jpeg")
    except NotAPhoto as drawing:
        raise Http404 from drawing
