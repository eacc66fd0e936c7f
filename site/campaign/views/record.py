"""The page on which an activity is recorded: one for the phone. Its script keeps what is written on the phone first
(campaign/static/campaign/record.js); without scripts it is a form like any other."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from campaign.forms.record import RecordForm
from campaign.models import Activity
from campaign.permissions import records_activities
from campaign.services import NotAPhoto, NotYours, add_photo
from campaign.services.on_the_spot import record_on_the_spot
from campaign.services.photos import MOST_PHOTOS
from people.gates import SignedIn, only_for, posted
from ui.offline import worker

#: What the worker keeps on the phone, below /campaign/.
PAGES = (r"activities/new/",)


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    return worker("campaign", PAGES)


@only_for(records_activities)
@ensure_csrf_cookie
def activity_new(request: SignedIn) -> HttpResponse:
    form = RecordForm(posted(request), request.FILES or None, user=request.user, now=timezone.now())
    if form.is_bound and form.is_valid():
        return record(request, form)
    return render(request, "campaign/record.html", {"form": form, "most_photos": MOST_PHOTOS})


def record(request: SignedIn, form: RecordForm) -> HttpResponse:
    try:
        recorded = record_on_the_spot(form.told(), uid=form.uid_given(), by=request.user, now=form.now)
    except NotYours as error:
        raise Http404 from error
    number = recorded.activity.number
    messages.success(request, _("The activity is recorded under the number %(number)s.") % {"number": number})
    for file in form.cleaned_data["photos"] if recorded.new else ():
        keep_photo(request, recorded.activity, file)
    return redirect("campaign:activity", recorded.activity.pk)


def keep_photo(request: SignedIn, activity: Activity, file: Any) -> None:
    try:
        add_photo(activity, file, uid=uuid4(), by=request.user, now=timezone.now())
    except NotAPhoto:
        words = _("%(name)s is no photo that can be shown: choose a JPEG, PNG or WebP picture.")
        messages.warning(request, words % {"name": file.name})
