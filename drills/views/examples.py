"""Example drills: read them, print nothing, begin from them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from drills.examples import Example, examples
from drills.forms.examples import UseExampleForm
from drills.models import Drill, MselItem, Participation
from drills.permissions import holds_drills
from drills.services.examples import draft_from_example
from duties.vocabulary import hazard_icon
from people.gates import SignedIn, only_for, posted


@only_for(holds_drills)
def example_list(request: SignedIn) -> HttpResponse:
    shown = [{"example": one, "icon": hazard_icon(one.front["hazard"])} for one in examples().values()]
    return render(request, "drills/example_list.html", {"shown": shown})


@only_for(holds_drills)
def example_detail(request: SignedIn, key: str) -> HttpResponse:
    example = examples().get(key)
    if example is None:
        raise Http404
    now = timezone.now()
    form = UseExampleForm(posted(request), user=request.user, now=now)
    if form.is_bound and form.is_valid():
        drill = draft_from_example(example, by=request.user, now=now, **form.cleaned_data)
        messages.success(request, _("The draft is made. Put in names, places and the plan it is held under."))
        return redirect("drills:drill_detail", drill.pk)
    return render(request, "drills/example_detail.html", {"example": example, "form": form, **told(example)})


def told(example: Example) -> dict[str, object]:
    """The closed words by their names."""
    events = [one | {"kind_name": MselItem.Kind(one["kind"]).label} for one in example.events]
    parts = [one | {"role_name": Participation.Role(one["role"]).label} for one in example.parts]
    return {"events": events, "parts": parts, "level": Drill.Level(example.front["level"]).label}
