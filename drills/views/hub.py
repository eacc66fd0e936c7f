"""The page of one drill."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from drills.models import Approval, Drill
from drills.permissions import sees_drills
from drills.queries import hub
from drills.queries.drills import told_when
from drills.queries.next_thing import next_of
from drills.rules import can_move
from drills.services.role_cards import field_link
from drills.views.fetch import seen
from people.gates import SignedIn, only_for

State = Drill.State
CARDED = (State.READY, *Drill.LIVE)  # when one's own card is of use


@only_for(sees_drills)
def drill_detail(request: SignedIn, pk: int) -> HttpResponse:
    drill = seen(request, pk)
    if drill.is_simple:
        return simple(drill)
    who = hub.who_is(request.user, drill)
    context = {
        "drill": drill,
        "who": who,
        "steps": hub.steps_of(drill),
        "knows_when": told_when(request.user).filter(pk=drill.pk).exists(),
        "cards": [(part, field_link(part)) for part in who.parts] if drill.state in CARDED else [],
        "live": drill.state in Drill.LIVE,
        "units": [unit.organisation for unit in drill.taking_part.select_related("organisation")],
    }
    if who.plays:
        return render(request, "drills/design/part.html", context)
    counts = hub.counts_of(drill)
    context |= {
        "next": next_of(drill, who, counts),
        "design": hub.links_of(drill, who, hub.DESIGN_WAYS, counts),
        "conduct": hub.links_of(drill, who, hub.RUN_WAYS),
        "decision": last_decision(drill),
        "may_edit": who.manages and drill.state == State.DRAFT,
        "may_withdraw": who.manages and drill.state in (State.IN_REVIEW, State.APPROVED, State.READY),
        "may_cancel": who.manages and can_move(drill.state, State.CANCELLED),
        "clones": drill.clones.filter(pk__in=Drill.objects.visible_to(request.user)),
    }
    return render(request, "drills/design/detail.html", context)


def simple(drill: Drill) -> HttpResponse:
    """A record of what was held has a page of its own."""
    if not hub.address("drills:simple_detail", drill.pk):
        raise Http404
    return redirect("drills:simple_detail", drill.pk)


def last_decision(drill: Drill) -> Approval | None:
    """Why a draft is one again, or why a drill was called off: nobody should have to ask."""
    if drill.state not in (State.DRAFT, State.CANCELLED):
        return None
    return drill.approvals.select_related("by").order_by("-at", "-pk").first()
