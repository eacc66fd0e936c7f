"""A poster to print or to take to a print shop. Each wording of a poster is printed once a size and then kept, so that
a stranger who asks again and again makes no work; how many new ones an address may cause is counted besides."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header, http_date
from django.views.decorators.http import require_safe

from portal import posters
from portal.models import PosterPage
from portal.views.readers import TOO_MANY, allowed
from ui.http import PDF

MOST_NEW = 60  # an hour from one address: all posters in both sizes several times over


def live_poster(pk: int) -> PosterPage:
    return get_object_or_404(PosterPage.objects.live().select_related("locale", "illustration"), pk=pk)


@require_safe
def poster_svg(request: HttpRequest, pk: int) -> HttpResponse:
    poster = live_poster(pk)
    drawn = posters.draw(poster)
    stamped = posters.stamp(drawn, "svg")
    return not_modified(request, poster, stamped) or dressed(
        HttpResponse(drawn, content_type="image/svg+xml"), poster, stamped, "A3.svg"
    )


@require_safe
def poster_pdf(request: HttpRequest, pk: int, size: str) -> HttpResponse:
    poster = live_poster(pk)
    drawn = posters.draw(poster, size=size)
    stamped = posters.stamp(drawn, size)
    if response := not_modified(request, poster, stamped):
        return response
    content = posters.kept_pdf(stamped)
    if content is None:
        if not allowed("posters", MOST_NEW):
            return render(request, "portal/posters/busy.html", {"page": poster}, status=TOO_MANY)
        content = posters.make_pdf(poster, drawn, size=size, stamped=stamped)
    return dressed(HttpResponse(content, content_type=PDF), poster, stamped, f"{size.upper()}.pdf")


def not_modified(request: HttpRequest, poster: PosterPage, stamped: str) -> HttpResponse | None:
    published = poster.last_published_at
    answer: HttpResponse | None = get_conditional_response(
        request, etag=f'"{stamped}"', last_modified=int(published.timestamp()) if published else None
    )
    return answer


def dressed(response: HttpResponse, poster: PosterPage, stamped: str, ending: str) -> HttpResponse:
    """A browser opens the PDF, where it can be printed at once; the drawing is taken along."""
    name = f"{poster.title}-{ending}"
    response["Content-Disposition"] = content_disposition_header(ending.endswith("svg"), name) or ""
    response["ETag"] = f'"{stamped}"'
    if poster.last_published_at:
        response["Last-Modified"] = http_date(poster.last_published_at.timestamp())
    patch_cache_control(response, public=True, no_cache=True)  # kept, but asked for each time: words may be mended
    return response
