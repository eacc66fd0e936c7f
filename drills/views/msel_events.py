"""One event on a page of its own: for a phone, and without any script."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from drills.forms.msel import EventForm, lists_of
from drills.models import Drill, MselItem
from drills.permissions import holds_drills
from drills.queries.msel import Difference, differences, seen
from drills.services import msel as services
from drills.views.fetch import managed
from drills.views.msel import above, design_or_back
from people.gates import SignedIn, only_for, posted


def item_of(drill: Drill, item: int) -> MselItem:
    return get_object_or_404(drill.events.select_related("objective", "drill"), pk=item)


@only_for(holds_drills)
def event_new(request: SignedIn, pk: int) -> HttpResponse:
    return design_or_back(new, request, pk)


def new(request: SignedIn, drill: Drill) -> HttpResponse:
    drill = managed(request, drill.pk, Drill.State.DRAFT)
    last = drill.events.order_by("position", "pk").last()
    initial = {"phase": last.phase, "kind": last.kind, "mode": last.mode} if last else {}
    form = EventForm(posted(request), instance=MselItem(drill=drill), drill=drill, with_kept=True, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            item = services.add_event(drill, form.values(), by=request.user, now=timezone.now())
        except services.NumberTaken:
            form.add_error("number", _("Another event has this number."))
        except services.TooMany:
            form.add_error(None, _("That is more events than a drill may have."))
        else:
            messages.success(request, _("Event %(number)s is in the table.") % {"number": item.number})
            return redirect("drills:event_new" if "more" in request.POST else "drills:msel", drill.pk)
    return page(request, drill, form)


@only_for(holds_drills)
def event_edit(request: SignedIn, pk: int, item: int) -> HttpResponse:
    return design_or_back(lambda request, drill: edit(request, drill, item), request, pk)


def edit(request: SignedIn, drill: Drill, item_pk: int) -> HttpResponse:
    drill = managed(request, drill.pk, Drill.State.DRAFT)
    item = item_of(drill, item_pk)
    form = EventForm(posted(request), instance=item_of(drill, item_pk), drill=drill, with_kept=True)
    changed: list[Difference] = []
    if form.is_bound and form.is_valid():
        try:
            services.save_event(
                item, form.values(), seen_as=request.POST.get("seen", ""), by=request.user, now=timezone.now()
            )
        except services.NumberTaken:
            form.add_error("number", _("Another event has this number."))
        except services.Stale as stale:
            if stale.item is None:
                raise Http404 from stale
            item, changed = stale.item, differences(stale.item, form.values())
        else:
            messages.success(request, _("Event %(number)s is saved.") % {"number": item.number})
            return redirect("drills:msel", drill.pk)
    return page(request, drill, form, item=item, changed=changed)


def page(
    request: SignedIn,
    drill: Drill,
    form: EventForm,
    *,
    item: MselItem | None = None,
    changed: list[Difference] | None = None,
) -> HttpResponse:
    context = {"drill": drill, "form": form, "item": item, "seen": seen(item) if item else "", "changed": changed}
    return render(request, "drills/msel/event.html", {**context, "lists": lists_of(drill), "above": above(drill)})


@only_for(holds_drills)
@require_POST
def event_delete(request: SignedIn, pk: int, item: int) -> HttpResponse:
    def act(request: SignedIn, drill: Drill) -> HttpResponse:
        found = item_of(drill, item)
        try:
            services.delete_event(found, seen_as=request.POST.get("seen", ""), by=request.user, now=timezone.now())
        except services.Stale:
            messages.error(request, _("Somebody changed this event meanwhile. Look at it before you delete it."))
            return redirect("drills:event_edit", pk, item)
        messages.success(
            request, _("Event %(number)s is deleted; the log keeps what it said.") % {"number": found.number}
        )
        return redirect("drills:msel", pk)

    return design_or_back(act, request, pk)
