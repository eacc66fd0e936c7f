from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from config import views

# Signing in to the admin is signing in to the house: no second door past the second factor.
closed_door = RedirectView.as_view(url=reverse_lazy(settings.LOGIN_URL), query_string=True)


def for_the_desk(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For everybody else signed in the admin does not exist. Wagtail would send them to sign in, where they are in
    already and would be sent back, round and round."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path("uploads/<path:path>", views.upload, name="upload"),
    path("admin/login/", closed_door),
    path("admin/", include(decorate_urlpatterns(wagtailadmin_urls.urlpatterns, for_the_desk))),
    path("documents/", include(wagtaildocs_urls)),
]
urlpatterns += i18n_patterns(
    path("account/", include("people.account_urls")),
    path("people/", include("people.urls")),
    path("", include("exams.urls")),  # below /exams/ and /verify/
    path("", include("media.urls")),  # /desk/media/ and below /media/
    path("learning/", include("learning.urls")),
    path("campaign/", include("campaign.urls")),
    path("drills/", include("drills.urls")),
    path("reports/", include("reports.urls")),
    path("records/", include("records.urls")),
    path("styleguide/", include("ui.urls")),
    path("", include("portal.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
