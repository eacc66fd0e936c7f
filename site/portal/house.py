"""What the public site hands down to every page: the menu from the page tree, the footer from the masthead."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.addresses import HOME_DEPTH, address, masthead, sections
from portal.models import Masthead
from ui.context import current_language
from ui.registry import Footer, MenuItem


def menu(request: HttpRequest) -> list[MenuItem]:
    """The sections below the home page of the language, then the door to the working part."""
    pages = [page for page in sections(request, current_language()) if page.depth > HOME_DEPTH]
    items = [(page.title, address(page)) for page in pages]
    if request.user.is_authenticated:
        items.append((_("My work"), reverse("people:home")))
    else:
        items.append((_("Sign in"), reverse("account_login")))
    return [MenuItem(label, url, current=request.path.startswith(url)) for label, url in items]


def footer(request: HttpRequest) -> Footer:
    particulars = masthead(request)
    return Footer(
        host=particulars.organiser,
        contact=particulars.duty_phone,
        icp=particulars.icp_number,
        police=particulars.police_number,
        site_code=particulars.site_code,
        links=[
            MenuItem(_("Check a certificate"), reverse("exams:verify")),
            MenuItem(_("My village's card"), reverse("portal:villages")),
            MenuItem(_("Themed days of safety"), reverse("portal:days")),
            MenuItem(_("Kept pages"), reverse("portal:kept")),
        ],
    )


def organiser() -> str:
    """Who runs the site, where there is no request to ask."""
    kept = Masthead.objects.filter(site__is_default_site=True).values_list("organiser", flat=True).first()
    return kept or Masthead().organiser


def name(request: HttpRequest) -> str:
    """The home page's title: what an editor calls the site in this language."""
    homes = [page.title for page in sections(request, current_language()) if page.depth == HOME_DEPTH]
    return homes[0] if homes else ""
