from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from ui.context import current_language
from ui.forms import SpecimenForm
from ui.specimens import SECTIONS, specimens
from ui.templatetags.ui import ICONS
from ui.tokens import read_tokens

DRAWINGS = ("entry-", "hazard-")


def styleguide(request: HttpRequest) -> HttpResponseBase:
    """Every token, icon and component in the language of the page, for the people who write pages."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not request.user.has_perm("ui.view_styleguide"):
        raise Http404
    names = sorted(path.stem for path in ICONS.glob("*.svg"))
    context = {
        "sections": SECTIONS,
        "tokens": read_tokens(),
        "drawings": [name for name in names if name.startswith(DRAWINGS)],
        "line_icons": [name for name in names if not name.startswith(DRAWINGS)],
        "form": SpecimenForm({"quantity": "twelve"}),
        "page_obj": Paginator(range(96), 20).page(2),
        "say": specimens(current_language()),
    }
    return render(request, "ui/styleguide.html", context)
