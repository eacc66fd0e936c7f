"""What an editor can do with a page beside saving it: send it to review, take it back, take it off the site."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem, CancelWorkflowMenuItem, SubmitForModerationMenuItem
from wagtail.models import Page, WorkflowState

from portal.models import Piece
from portal.permissions import can_write
from portal.proofreading import Objection, objections
from portal.reviewing import given_back

NOT_OURS = {"action-restart-workflow", "action-unpublish"}  # sending again begins anew; taking off asks for a reason
IN_SIGHT = ("action-submit", "action-publish", "action-page-locked")


class SendItem(SubmitForModerationMenuItem):
    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        at = context["page"].current_workflow_state if context.get("page") else None
        again = at is not None and at.status == WorkflowState.STATUS_NEEDS_CHANGES
        return context | {"label": gettext("Send to review again") if again else gettext("Send to review")}


class TakeBackItem(CancelWorkflowMenuItem):
    label = _("Take back from review")


class WithdrawItem(ActionMenuItem):
    label = _("Take it off the site")
    name = "action-withdraw"
    icon_name = "download"

    def is_shown(self, context: dict[str, Any]) -> bool:
        page = context.get("page")
        if context["view"] != "edit" or not isinstance(page, Piece) or not can_write(context["request"].user):
            return False
        return bool(page.live or page.approved_schedule)

    def get_url(self, context: dict[str, Any]) -> str:
        return reverse("portal:withdraw", args=[context["page"].pk])


OURS = {"action-submit": SendItem, "action-cancel-workflow": TakeBackItem}


@hooks.register("register_page_action_menu_item")
def take_off_item() -> WithdrawItem:
    return WithdrawItem(order=45)


@hooks.register("construct_page_action_menu")
def sending_first(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Sending is the button in sight, the rest stands behind the arrow."""
    kept = [item for item in items if item.name not in NOT_OURS]
    kept = [OURS[item.name](item.order) if item.name in OURS else item for item in kept]
    items[:] = sorted(kept, key=lambda item: IN_SIGHT.index(item.name) if item.name in IN_SIGHT else len(IN_SIGHT))


# ── What the editor is told ──────────────────────────────────────────────────
def tell(request: HttpRequest, found: list[Objection]) -> None:
    for one in found:
        (messages.error if one.stops else messages.warning)(request, one.text)


def against(page: Page) -> list[Objection]:
    piece = page.specific
    return objections(piece, today=timezone.localdate()) if isinstance(piece, Piece) else []


@hooks.register("before_edit_page")
def say_why_it_came_back(request: HttpRequest, page: Page) -> None:
    returned = given_back(page) if request.method == "GET" else None
    if returned is not None:
        told = {"stage": returned.task.name, "name": returned.finished_by or "–", "reason": returned.comment}
        messages.warning(request, gettext("Given back at the %(stage)s by %(name)s: %(reason)s") % told)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def say_what_reviewers_will_see(request: HttpRequest, page: Page) -> None:
    """Before three people read it: what the check would say to each of them."""
    if request.POST.get("action-submit"):
        tell(request, against(page.get_latest_revision_as_object()))


@hooks.register("before_publish_page")
def proofread(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Of whoever may still publish by himself, a superuser: what speaks gravely against it keeps it a draft."""
    found = against(page)
    tell(request, found)
    if any(one.stops for one in found):
        messages.error(request, gettext("Saved as a draft, not published: put this right first."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None
