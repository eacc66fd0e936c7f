"""`{% load drill_design %}`: how the pages of planning show a state and the way back."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from drills.models import Drill
from people.permissions import has_office
from ui.registry import MenuItem

register = template.Library()
State = Drill.State
TAGS = {
    State.DRAFT: "",
    State.PAUSED: "tag-late",
    State.CLOSED: "tag-ok",
    State.ARCHIVED: "tag-ok",
    State.CANCELLED: "tag-off",
    State.ABORTED: "tag-off",
}


@register.filter
def state_tag(state: str) -> str:
    """Orange for what waits for somebody's hand, green for what is done, blue for what is under way."""
    return TAGS.get(State(state), "tag-wait")


@register.filter
def roles_of(holding: dict[int, list[str]], user: int) -> list[str]:
    return holding.get(user, [])


@register.inclusion_tag("ui/parts/crumbs.html", takes_context=True)
def drill_crumbs(context: dict[str, Any], drill: Drill | None = None, above: MenuItem | None = None) -> dict[str, Any]:
    """From the list (of those without an office: their own drills) down to this drill and the page above this one."""
    office = has_office(context["request"].user)
    top = (_("Drills"), "drills:drill_list") if office else (_("My drills"), "drills:my_drills")
    items = [MenuItem(top[0], reverse(top[1]))]
    if drill is not None and drill.pk:
        items.append(MenuItem(drill.title, reverse("drills:drill_detail", args=[drill.pk])))
    return {"items": [*items, *([above] if above else [])]}
