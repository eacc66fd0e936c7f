"""Deciding on a text at its stage, once; and taking a page off the site, which waits for nobody."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, Revision, TaskState

from portal.models import Piece, Step
from portal.proofreading import Objection, objections
from portal.reviewing import Standing, stage_states
from portal.rules import Bar
from records.services import log


class Refusal(Exception):
    """A decision that does not count; what stands in its way."""


class AlreadyDecided(Refusal):
    pass


class ChangedMeanwhile(Refusal):
    """Another version of the page was saved since this one was sent."""


class Barred(Refusal):
    def __init__(self, bar: Bar) -> None:
        super().__init__(bar.value)
        self.bar = bar


class Stopped(Refusal):
    def __init__(self, found: list[Objection]) -> None:
        super().__init__("; ".join(one.text for one in found))
        self.found = found


@transaction.atomic
def approve(pk: int, *, by: Any, now: datetime) -> Page:
    """Pass the text on to the next stage; the last one publishes it, or sets it down for its hour. Returns the page."""
    standing = claim(pk, by)
    if standing.step == Step.FINAL:
        check_and_stamp(standing.state.revision, now)
    decide(standing, "approve", by=by, comment="")
    page = page_of(standing)
    if standing.step == Step.FINAL:
        hold_stand_ins_back(page)
    note("portal.review_approved", standing, page, by=by, now=now)
    return page


@transaction.atomic
def give_back(pk: int, *, reason: str, by: Any, now: datetime) -> Page:
    """To whoever wrote it, with the reason; sent again, it begins at the first stage."""
    standing = claim(pk, by)
    decide(standing, "reject", by=by, comment=reason)
    page = page_of(standing)
    note("portal.review_returned", standing, page, by=by, now=now, reason=reason)
    return page


def claim(pk: int, by: Any) -> Standing:
    """The state, held until the decision is written: of two who decide at once the second is told so."""
    held = TaskState.objects.select_for_update().get(pk=pk)
    if held.status != TaskState.STATUS_IN_PROGRESS:
        raise AlreadyDecided
    standing = Standing(stage_states().get(pk=pk))
    if page_of(standing).latest_revision_id != held.revision_id:
        raise ChangedMeanwhile
    bar = standing.bar_to(by)
    if bar:
        raise Barred(bar)
    return standing


def page_of(standing: Standing) -> Page:
    return Page.objects.get(pk=standing.state.revision.object_id)


def decide(standing: Standing, action: str, *, by: Any, comment: str) -> None:
    state = TaskState.objects.get(pk=standing.state.pk)
    state.task.specific.on_action(state, by, action, comment=comment)


def check_and_stamp(revision: Revision, now: datetime) -> None:
    """Nothing that is gravely spoken against is published. The day of the last review stands on the page itself, so
    that it is not asked for again tomorrow."""
    page = revision.as_object()
    if not isinstance(page, Piece):
        return
    today = timezone.localdate(now)
    grave = [one for one in objections(page, today=today) if one.stops]
    if grave:
        raise Stopped(grave)
    revision.content["reviewed_on"] = today.isoformat()
    revision.save(update_fields=["content"])


def hold_stand_ins_back(page: Page) -> None:
    """Wagtail shows the other languages' stand-ins at once, also of a page that only goes live at its hour."""
    if not page.live:
        for alias in page.aliases.filter(live=True).specific():
            alias.unpublish()


def note(action: str, standing: Standing, page: Page, *, by: Any, now: datetime, reason: str = "") -> None:
    payload = {"stage": standing.step.value, "revision": standing.state.revision_id}
    log(action, by=by, obj=page, payload=payload | ({"reason": reason} if reason else {}), now=now)


# ── Off the site ─────────────────────────────────────────────────────────────
@transaction.atomic
def withdraw(page: Page, *, reason: str, by: Any, now: datetime) -> bool:
    """Take a page off, and off the calendar: a wrong sentence may cost a life, so this needs one person. Coming back
    it takes the three reviews. False where it stands nowhere any more."""
    waiting = page.revisions.filter(approved_go_live_at__isnull=False).update(approved_go_live_at=None)
    if not page.live and not waiting:
        return False
    if page.live:
        UnpublishPageAction(page, user=by).execute(skip_permission_checks=True)
    log("portal.page_withdrawn", by=by, obj=page, payload={"reason": reason}, now=now)
    return True
