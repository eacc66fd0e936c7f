"""What the sheet on the page says to the server: one row at a time, as JSON in the form field `told`. Each request may
be repeated without harm; whoever saves names the row as he saw it."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from drills.forms.msel import EventForm, PasteForm, SheetRow, lists_of
from drills.models import Drill, MselItem
from drills.permissions import holds_drills
from drills.queries.msel import Event, Said, Table, seen, shown_fields, table_of
from drills.services import msel as services
from drills.views.fetch import managed
from drills.views.msel import above
from people.gates import SignedIn, only_for
from ui.clock import local

LONGEST_MESSAGE = 100_000  # characters


class Refused(Exception):
    def __init__(self, code: str, status: int, **more: Any) -> None:
        super().__init__(code)
        self.response = JsonResponse({"code": code, **more}, status=status)


Act = Callable[[SignedIn, Drill, dict[str, Any]], dict[str, Any]]


@only_for(holds_drills)
@require_safe
@never_cache
def msel_sheet(request: SignedIn, pk: int) -> HttpResponse:
    drill = managed(request, pk, Drill.State.DRAFT)
    table = table_of(drill)
    return render(
        request,
        "drills/msel/sheet.html",
        {
            "drill": drill,
            "form": SheetRow(drill=drill, instance=MselItem(drill=drill)),
            "rows": [row_of(event.item) for event in in_place(table)],
            "state": state_of(table),
            "lists": lists_of(drill),
            "paste": PasteForm(auto_id=False),
            "above": above(drill),
        },
    )


def in_place(table: Table) -> list[Event]:
    """As the rows stand, not as they are read: nothing jumps away under the hand that types."""
    return sorted(table.events, key=lambda event: (event.item.position, event.item.pk))


def row_of(item: MselItem) -> dict[str, Any]:
    return {"pk": item.pk, "seen": seen(item), "fields": shown_fields(item)}


def state_of(table: Table) -> dict[str, Any]:
    """What follows from the whole table: remarks by row and planned clock times."""
    return {
        "remarks": {event.item.pk: [remark_of(said) for said in event.remarks] for event in table.events},
        "clocks": {event.item.pk: f"{event.planned_at:%H:%M}" for event in table.events if event.planned_at},
        "general": [said.text_with_label for said in table.remarks if said.event is None],
        "grave": table.grave,
        "hints": table.hints,
    }


def remark_of(said: Said) -> dict[str, Any]:
    return {"field": said.remark.field, "text": said.text, "grave": said.grave}


# ── The door ─────────────────────────────────────────────────────────────────
def on_rows(act: Act) -> Callable[..., HttpResponse]:
    @only_for(holds_drills)
    @require_POST
    @never_cache
    @wraps(act)
    def view(request: SignedIn, pk: int) -> HttpResponse:
        drill = managed(request, pk)
        try:
            told = act(request, drill, body_of(request))
        except Refused as refused:
            return refused.response
        except services.Frozen:
            return JsonResponse({"code": "frozen"}, status=409)
        except services.TooMany:
            return JsonResponse({"code": "too_many"}, status=409)
        return JsonResponse({"code": "ok", **told, "state": state_of(table_of(drill)), "server_time": now_text()})

    return view


def now_text() -> str:
    return f"{local(timezone.now()):%H:%M:%S}"


def body_of(request: HttpRequest) -> dict[str, Any]:
    told = request.POST.get("told", "")
    if len(told) > LONGEST_MESSAGE:
        raise Refused("too_large", 413)
    try:
        sent = json.loads(told)
    except (ValueError, RecursionError):
        raise Refused("forged", 400) from None
    if not isinstance(sent, dict):
        raise Refused("forged", 400)
    return sent


def item_named(drill: Drill, value: Any) -> MselItem | None:
    """None for no key, and for a row that is gone."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused("forged", 400)
    return drill.events.filter(pk=value).select_related("drill", "objective").first()


# ── One row ──────────────────────────────────────────────────────────────────
@on_rows
def msel_save(request: SignedIn, drill: Drill, sent: dict[str, Any]) -> dict[str, Any]:
    """{"pk": 7 | null, "seen": "…", "after": 6 | null, "fields": {"number": "01", …}} → the row as it stands now."""
    fields = sent.get("fields")
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise Refused("forged", 400)
    item = item_named(drill, sent.get("pk"))
    if item is None and sent.get("pk") is not None:
        raise Refused("gone", 409)
    form = EventForm(fields, drill=drill, instance=item_named(drill, sent.get("pk")) or MselItem(drill=drill))
    if not form.is_valid() and not is_the_same_again(drill, item, form):
        raise Refused("invalid", 422, errors={name: " ".join(map(str, errors)) for name, errors in form.errors.items()})
    try:
        return {"row": row_of(written(request, drill, item, form, sent))}
    except services.NumberTaken:
        raise Refused("invalid", 422, errors={"number": _("Another event has this number.")}) from None
    except services.Stale as stale:
        raise refused_stale(stale) from None


def is_the_same_again(drill: Drill, item: MselItem | None, form: EventForm) -> bool:
    """A new row whose answer was lost on its way comes a second time: its number is taken, by itself."""
    if item is not None or set(form.errors) != {"number"}:
        return False
    number = form.data.get("number", "").strip()
    form.cleaned_data["number"] = number
    return bool(number) and drill.events.filter(number=number, title=form.cleaned_data.get("title")).exists()


def written(request: SignedIn, drill: Drill, item: MselItem | None, form: EventForm, sent: dict[str, Any]) -> MselItem:
    now = timezone.now()
    if item is not None:
        return services.save_event(item, form.values(), seen_as=str(sent.get("seen", "")), by=request.user, now=now)
    after = item_named(drill, sent.get("after"))
    added = services.add_event(drill, form.values(), after=after, by=request.user, now=now)
    if sent.get("first") is True:
        services.move_event(added, None, by=request.user, now=now)
    return added


def refused_stale(stale: services.Stale) -> Refused:
    if stale.item is None:
        return Refused("gone", 409)
    return Refused("stale", 409, row=row_of(stale.item))


@on_rows
def msel_move(request: SignedIn, drill: Drill, sent: dict[str, Any]) -> dict[str, Any]:
    """{"pk": 7, "after": 6 | null}: behind that row, or to the top."""
    item = item_named(drill, sent.get("pk"))
    if item is None:
        raise Refused("gone", 409)
    services.move_event(item, item_named(drill, sent.get("after")), by=request.user, now=timezone.now())
    return {}


@on_rows
def msel_remove(request: SignedIn, drill: Drill, sent: dict[str, Any]) -> dict[str, Any]:
    """{"pk": 7, "seen": "…"}: gone, unless somebody changed it since."""
    item = item_named(drill, sent.get("pk"))
    if item is None:
        return {}
    try:
        services.delete_event(item, seen_as=str(sent.get("seen", "")), by=request.user, now=timezone.now())
    except services.Stale as stale:
        raise refused_stale(stale) from None
    return {}
