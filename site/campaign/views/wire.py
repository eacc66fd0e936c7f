"""How the page of the record sends what it has kept on the phone: by the words of records/sent.py."""

from uuid import UUID

from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from campaign.forms.record import RecordForm, SentPhoto, given
from campaign.models import Activity
from campaign.permissions import records_activities
from campaign.services import AlreadyWithdrawn, NotAPhoto, NotYours, Recorded, TooMany, add_photo
from campaign.services.on_the_spot import record_on_the_spot, recorded_before
from campaign.services.photos import MOST_PHOTOS
from people.gates import SignedIn, only_for
from records.sent import Sent, Unwelcome, ready, refused, refused_file, sent_record, taken


@only_for(records_activities)
@never_cache
@require_GET
def record_ready(request: SignedIn) -> JsonResponse:
    return ready(request)


@only_for(records_activities)
@never_cache
@require_POST
def record_send(request: SignedIn) -> JsonResponse:
    try:
        return take(request, sent_record(request))
    except Unwelcome as unwelcome:
        return unwelcome.answer
    except NotYours:
        return refused("somebody_else", 404)


def take(request: SignedIn, sent: Sent) -> JsonResponse:
    known = recorded_before(sent.uid, request.user)
    if known is not None:  # its answer got lost; the venue may be closed by now, and it is taken all the same
        return answer(Recorded(known, new=False))
    form = RecordForm(given(sent.fields), user=request.user, now=sent.now)
    if not form.is_valid():
        return refused("invalid", errors=form.errors)
    told, by = form.told(), request.user
    return answer(record_on_the_spot(told, uid=sent.uid, by=by, now=sent.now, written_at=sent.written_at))


def answer(recorded: Recorded) -> JsonResponse:
    url = reverse("campaign:activity", args=[recorded.activity.pk])
    return taken(recorded.activity.number, url, new=recorded.new)


@only_for(records_activities)
@never_cache
@require_POST
def record_photo(request: SignedIn, uid: UUID) -> JsonResponse:
    activity = Activity.objects.filter(uid=uid, created_by=request.user).first()
    if activity is None:
        return refused("unknown", 404)
    form = SentPhoto(request.POST, request.FILES)
    if not form.is_valid():
        return refused_file(form)
    data, now = form.cleaned_data, timezone.now()
    try:
        add_photo(activity, data["file"], uid=data["uid"], by=request.user, now=now)
    except NotAPhoto:
        return refused("refused", reason=_("This is no photo that can be shown. Take it anew with this page."))
    except TooMany:
        return refused("refused", reason=_("At most %(most)s photos go with an activity.") % {"most": MOST_PHOTOS})
    except AlreadyWithdrawn:
        return refused("refused", reason=_("The record was withdrawn meanwhile: nothing is added to it."))
    return JsonResponse({"code": "ok"})
