"""What readers send in. No cookie is set and none is needed: a request from another site is refused by its origin, and
all it could do is count one more."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from wagtail.models import Page

from portal.forms import CorrectionForm
from portal.models import Correction, Piece
from portal.services import readers
from records import trail
from records.services import hit

HOUR = timedelta(hours=1)
MOST_COUNTS, MOST_CORRECTIONS = 600, 10  # an hour from one address: a school behind it reads together
NOT_FOR_YOU, TOO_MANY = 403, 429

View = Callable[..., HttpResponse]


def from_here(view: View) -> View:
    """Answers only what a page of ours asked."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and not is_ours(request):
            return HttpResponse(status=NOT_FOR_YOU)
        return view(request, *args, **kwargs)

    return guarded


def is_ours(request: HttpRequest) -> bool:
    """By what the browser says of where the request began; very old ones say nothing and are believed."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site:
        return site == "same-origin"
    return not origin or urlsplit(origin).netloc == request.get_host()


def allowed(what: str, most: int) -> bool:
    return hit(f"{what}:{trail.current.get().address}", limit=most, window=HOUR, now=timezone.now()).allowed


def live_page(pk: int) -> Page:
    return get_object_or_404(Page.objects.live().type(Piece), pk=pk)


@from_here
@require_POST
def count(request: HttpRequest, pk: int, counter: str) -> HttpResponse:
    """The beacon of a page that was really looked at, or a press on "of use" or "of no use"."""
    page = live_page(pk)
    if allowed("reads", MOST_COUNTS):
        readers.count(page.pk, counter, today=timezone.localdate())
    return HttpResponse()


@from_here
@never_cache
def correction_new(request: HttpRequest, pk: int) -> HttpResponse:
    page = live_page(pk)
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    too_often = False
    if form.is_bound and form.is_valid():
        if allowed("corrections", MOST_CORRECTIONS):
            sent = readers.send_correction(page, form.cleaned_data["text"], now=timezone.now())
            return redirect("portal:correction", sent.token)
        too_often = True
    context = {"page": page, "form": form, "too_often": too_often}
    return render(request, "portal/readers/correction_new.html", context, status=TOO_MANY if too_often else 200)


@never_cache
def correction(request: HttpRequest, token: str) -> HttpResponse:
    """What was sent, and the answer once there is one: for whoever has the address."""
    sent = get_object_or_404(Correction.objects.select_related("page__locale"), token=token)
    return render(request, "portal/readers/correction.html", {"sent": sent})
