"""How the page of the simple record sends what it has kept on the phone: by the words of records/sent.py. `kind` of a
file is photo or sign_in."""

from uuid import UUID

from django import forms
from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from drills.forms.simple import PaperField, SimpleForm
from drills.models import Drill, DrillFile
from drills.permissions import drills_managed_by, holds_drills
from drills.services import simple as services
from people.gates import SignedIn, only_for
from records.sent import Sent, Unwelcome, ready, refused, refused_file, sent_record, taken


@only_for(holds_drills)
@never_cache
@require_GET
def simple_ready(request: SignedIn) -> JsonResponse:
    return ready(request)


# ── The record ───────────────────────────────────────────────────────────────
@only_for(holds_drills)
@never_cache
@require_POST
def simple_send(request: SignedIn) -> JsonResponse:
    try:
        return take(request, sent_record(request))
    except Unwelcome as unwelcome:
        return unwelcome.answer


def take(request: SignedIn, sent: Sent) -> JsonResponse:
    form = SimpleForm(sent.fields, user=request.user, now=sent.now)
    if not form.is_valid():
        return refused("invalid", errors=form.errors)
    try:
        recorded = services.record_simple(
            form.cleaned_data["organisation"],
            form.told(),
            uid=sent.uid,
            by=request.user,
            now=sent.now,
            written_at=sent.written_at,
        )
    except services.NotYours:
        return refused("somebody_else", 404)
    url = reverse("drills:simple_detail", args=[recorded.drill.pk])
    return taken(recorded.drill.number, url, new=recorded.new)


# ── Its files ────────────────────────────────────────────────────────────────
class SentFile(forms.Form):
    uid = forms.UUIDField()
    kind = forms.ChoiceField(choices=[(kind, kind) for kind in (DrillFile.Kind.PHOTO, DrillFile.Kind.SIGN_IN)])
    file = PaperField(pdf=True, several=False)


@only_for(holds_drills)
@never_cache
@require_POST
def simple_file(request: SignedIn, uid: UUID) -> JsonResponse:
    mine = drills_managed_by(request.user).filter(created_by=request.user)
    drill = mine.exclude(entry=Drill.Entry.RUN).filter(uid=uid).first()
    if drill is None:
        return refused("unknown", 404)
    form = SentFile(request.POST, request.FILES)
    if not form.is_valid():
        return refused_file(form)
    data = form.cleaned_data
    sheet = services.Sheet(data["file"][0], data["kind"], data["uid"])
    try:
        services.add_file(drill, sheet, by=request.user, now=timezone.now())
    except services.TooMany:
        return refused("refused", reason=_("At most %(most)s files go with a record.") % {"most": services.MOST_FILES})
    return JsonResponse({"code": "ok"})
