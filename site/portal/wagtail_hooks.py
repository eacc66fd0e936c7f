"""Wagtail's admin as the desk of a county's editor: what he needs in the menu and on his first page, our colours."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from portal import page_actions  # noqa: F401  its hooks
from portal.choosers import QuizChooserViewSet, quiz_chooser
from portal.models import SynonymGroup, WrongWord
from portal.permissions import can_write
from portal.queries import library_of_articles

NOT_FOR_EDITORS = {"reports", "help"}
TO_MODERATE = "workflow_objects_to_moderate"  # reviews have a list of their own, /desk/review/


@hooks.register("register_admin_viewset")
def choose_quizzes() -> QuizChooserViewSet:
    return quiz_chooser


# ── The menu and the first page ──────────────────────────────────────────────
@hooks.register("construct_main_menu")
def only_what_an_editor_uses(request: HttpRequest, items: list[Any]) -> None:
    """Wagtail's reports list edits of every page type there is, and its help leads to other hosts."""
    items[:] = [item for item in items if item.name not in NOT_FOR_EDITORS]


def address_of_new(kind: str) -> str:
    """Where an editor writes a new piece of the kind, below the Chinese library; empty without a library."""
    library = library_of_articles()
    return reverse("wagtailadmin_pages:add", args=["portal", kind, library.pk]) if library else ""


class Beginnings(Component):
    """What an editor comes for, each one click away."""

    name = "beginnings"
    order = 50
    template_name = "portal/admin/beginnings.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        wanted = [
            (_("Write an article"), "articlepage"),
            (_("New quiz"), "quizpage"),
            (_("New case"), "casepage"),
            (_("New poster"), "posterpage"),
            (_("New venue guide"), "guidepage"),
        ]
        links = [(label, address_of_new(kind)) for label, kind in wanted]
        links.append((_("New question"), reverse("wagtailsnippets_exams_question:add")))
        return {"links": [(label, url) for label, url in links if url]}


@hooks.register("construct_homepage_panels")
def begin_here(request: HttpRequest, panels: list[Component]) -> None:
    if can_write(request.user):
        panels.append(Beginnings())
    panels[:] = [panel for panel in panels if getattr(panel, "name", "") != TO_MODERATE]


def write_article(request: HttpRequest) -> HttpResponse:
    """One address for cards and printed guides, whatever number the library has here."""
    url = address_of_new("articlepage")
    if not url:
        raise Http404
    return redirect(url)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Wagtail lets nobody in here without the permission to enter its admin."""
    return [path("write/", write_article, name="write_article")]


class WrongWordViewSet(SnippetViewSet):
    model = WrongWord
    icon = "cross"
    add_to_admin_menu = True
    menu_order = 320
    list_display = ["wrong", "right", "reason"]
    search_fields = ["wrong", "right"]
    inspect_view_enabled = False


class SynonymGroupViewSet(SnippetViewSet):
    model = SynonymGroup
    icon = "search"
    add_to_admin_menu = True
    menu_order = 330
    list_display = ["words"]
    search_fields = ["words"]
    inspect_view_enabled = False


register_snippet(WrongWordViewSet)
register_snippet(SynonymGroupViewSet)


# ── How it looks ─────────────────────────────────────────────────────────────
@hooks.register("insert_global_admin_css")
def our_colours() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("portal/admin.css"))
