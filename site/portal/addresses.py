"""From an address to its page in one look-up, and from a page to its address in none.

Wagtail asks for the site, the locale, the root page's translation and then each part of the path in turn; a public page
may not cost that much. There is one site with one tree a language, so the last part and the depth find the page.
"""

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest
from django.urls import get_script_prefix
from wagtail.models import Page

from portal.models import HomePage, Masthead, PublicPage

HOME_DEPTH = 2  # the root is 1
# What a page's first screen needs beside itself: field → what to join.
SHOWN = {name: name for name in ("illustration", "audio", "regulation", "entry")} | {"quiz": "quiz__locale"}


def address(page: Page) -> str:
    """The path of a page of the public tree; its locale must be loaded."""
    _empty, _home, *rest = page.url_path.split("/")
    code = page.locale.language_code
    prefix = get_script_prefix() if code == settings.LANGUAGE_CODE else f"{get_script_prefix()}{code}/"
    return prefix + "/".join(rest)


def page_at(path: str, language: str) -> PublicPage:
    """The live page under a path such as "hazards/gas/", as its own type; Http404 where there is none."""
    parts = [part for part in path.split("/") if part]
    if not parts:
        return fetch(HomePage, locale__language_code=language, depth=HOME_DEPTH)
    found = Page.objects.filter(
        live=True, slug=parts[-1], depth=HOME_DEPTH + len(parts), locale__language_code=language
    )
    for page in found:
        if page.url_path.split("/")[2:-1] == parts:
            return fetch(page.specific_class, pk=page.pk)
    raise Http404


def fetch(model: type[PublicPage], **wanted: object) -> PublicPage:
    """The page with its pictures and recording, and whether another language has it, in one query."""
    names = {field.name for field in model._meta.concrete_fields}
    others = Page.objects.filter(translation_key=OuterRef("translation_key"), live=True).exclude(pk=OuterRef("pk"))
    pages = model._default_manager.filter(live=True, **wanted).annotate(translated=Exists(others))
    page = pages.select_related("locale", "alias_of", *(SHOWN[name] for name in SHOWN.keys() & names)).first()
    if page is None:
        raise Http404
    return page


def masthead(request: HttpRequest) -> Masthead:
    """The particulars of the site; the site itself is remembered on the request for whoever asks Wagtail for it."""
    if not hasattr(request, "_masthead"):
        found = Masthead.objects.filter(site__is_default_site=True).select_related("site__root_page").first()
        request._masthead = found or Masthead()  # type: ignore[attr-defined]
        if found:
            request._wagtail_site = found.site  # type: ignore[attr-defined]
    return request._masthead  # type: ignore[attr-defined,no-any-return]


def sections(request: HttpRequest, language: str) -> list[Page]:
    """Home and what stands in the menu, in order; asked once a request."""
    if not hasattr(request, "_sections"):
        pages = Page.objects.live().filter(locale__language_code=language).select_related("locale")
        below = pages.filter(depth=HOME_DEPTH + 1, show_in_menus=True)
        request._sections = list((pages.filter(depth=HOME_DEPTH) | below).order_by("path"))  # type: ignore[attr-defined]
    return request._sections  # type: ignore[attr-defined,no-any-return]
