"""How the pages of planning get at a drill: through what the user may see, read or manage; else it does not exist."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from drills.models import Drill
from drills.permissions import can_read_script, drills_managed_by
from people.gates import SignedIn

RELATED = ("organisation", "division", "plan_version__plan", "created_by")


def seen(request: SignedIn, pk: int) -> Drill:
    return get_object_or_404(Drill.objects.visible_to(request.user).select_related(*RELATED), pk=pk)


def readable(request: SignedIn, pk: int, *states: str) -> Drill:
    """Planned here, by somebody whose design the user may read; with `states`, only in one of them."""
    drill = seen(request, pk)
    if drill.is_simple or not can_read_script(request.user, drill):
        raise Http404
    return in_one_of(drill, states)


def managed(request: SignedIn, pk: int, *states: str) -> Drill:
    """Planned here, and his to look after."""
    drills = drills_managed_by(request.user).filter(entry=Drill.Entry.RUN).select_related(*RELATED)
    return in_one_of(get_object_or_404(drills, pk=pk), states)


def in_one_of(drill: Drill, states: tuple[str, ...]) -> Drill:
    if states and drill.state not in states:
        raise Http404
    return drill
