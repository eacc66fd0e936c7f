"""The photos of an activity: small ones for pages, and adding some to a record that is there already."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaign.forms.record import PhotosField
from campaign.models import Activity, ActivityPhoto
from campaign.permissions import (
    activities_corrected_by,
    activities_viewed_by,
    can_read_photo,
    records_activities,
    sees_campaign,
)
from campaign.services import AlreadyWithdrawn, NotAPhoto, TooMany, add_photo
from campaign.services.photos import MOST_PHOTOS
from people.gates import SignedIn, only_for, posted
from records.photos import plain_jpeg
from records.services import open_private

SMALL_SIDE = 360


@only_for(sees_campaign)
@require_safe
@never_cache
def photo_small(request: SignedIn, pk: int, photo: int) -> HttpResponse:
    activity = get_object_or_404(activities_viewed_by(request.user), pk=pk)
    row = get_object_or_404(ActivityPhoto.objects.select_related("file"), activity=activity, pk=photo)
    if not can_read_photo(request.user, row.file) or not row.file.absolute.is_file():
        raise Http404
    with open_private(row.file) as content:
        return HttpResponse(plain_jpeg(content, side=SMALL_SIDE), content_type="image/jpeg")


class PhotosForm(forms.Form):
    photos = PhotosField(label=gettext_lazy("Photos"))


@only_for(records_activities)
def photo_add(request: SignedIn, pk: int) -> HttpResponse:
    activity = get_object_or_404(activities_corrected_by(request.user).select_related("current__venue"), pk=pk)
    form = PhotosForm(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid() and keep(request, activity, form):
        messages.success(request, _("The photos are kept with the record."))
        return redirect("campaign:activity", pk)
    left = MOST_PHOTOS - activity.photos.count()
    return render(request, "campaign/record_photos.html", {"activity": activity, "form": form, "left": left})


def keep(request: SignedIn, activity: Activity, form: Any) -> bool:
    """False where one was refused: the others are kept all the same."""
    for file in form.cleaned_data["photos"]:
        try:
            add_photo(activity, file, uid=uuid4(), by=request.user, now=timezone.now())
        except NotAPhoto:
            words = _("%(name)s is no photo that can be shown: choose a JPEG, PNG or WebP picture.")
            form.add_error("photos", words % {"name": file.name})
        except TooMany:
            form.add_error("photos", _("At most %(most)s photos go with an activity.") % {"most": MOST_PHOTOS})
            return False
        except AlreadyWithdrawn as error:
            raise Http404 from error
    return not form.errors
