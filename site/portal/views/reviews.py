"""待我审: what waits at one's stage, one text with all that speaks for and against it, and the decision in one tap."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState

from people.gates import SignedIn, only_for, posted
from portal import reviewing
from portal.changes import changes
from portal.forms import APPROVE, ReviewForm, WithdrawForm
from portal.models import Piece, Step
from portal.permissions import can_write, reviews
from portal.proofreading import objections
from portal.reviewing import Standing
from portal.rules import Bar
from portal.services import reviews as services


@only_for(reviews)
def review_list(request: SignedIn) -> HttpResponse:
    standings = reviewing.at_hand(request.user)
    barred = [(one, bar) for one in standings if (bar := one.bar_to(request.user))]
    theirs = {one.state.pk for one, _bar in barred}
    context = {
        "waiting": [one for one in standings if one.state.pk not in theirs],
        "barred": [(one, words_of(bar)) for one, bar in barred],
    }
    return render(request, "portal/review/list.html", context)


def words_of(bar: Bar) -> str:
    return {
        Bar.OWN_TEXT: _("You wrote or sent this text: somebody else decides on it."),
        Bar.DECIDED_BEFORE: _(
            "You have decided an earlier stage of this text: another person decides this one. "
            "That holds in a small office, too."
        ),
    }[bar]


@only_for(reviews)
def review(request: SignedIn, pk: int) -> HttpResponse:
    standing = standing_of(request, pk)
    form = ReviewForm(posted(request))
    if form.is_bound and form.is_valid():
        return decided(request, standing, **form.cleaned_data)
    return render(request, "portal/review/text.html", all_about(request, standing) | {"form": form})


def standing_of(request: SignedIn, pk: int) -> Standing:
    return Standing(get_object_or_404(reviewing.at_stages_of(request.user), pk=pk))


def all_about(request: SignedIn, standing: Standing) -> dict[str, Any]:
    page = get_object_or_404(Page, pk=standing.state.revision.object_id).specific
    new = standing.state.revision.as_object()
    found = objections(new, today=timezone.localdate()) if isinstance(new, Piece) else []
    bar = standing.bar_to(request.user)
    waits = standing.state.status == TaskState.STATUS_IN_PROGRESS
    return {
        "standing": standing,
        "new": new,
        "is_live": page.live,
        "changes": changes(page, new) if page.live else [],
        "found": found,
        "stopped": waits and standing.step == Step.FINAL and any(one.stops for one in found),
        "waits": waits,
        "bar": words_of(bar) if bar and waits else "",
        "remarks": standing.state.workflow_state.task_states.all(),
    }


def decided(request: SignedIn, standing: Standing, *, verdict: str, reason: str) -> HttpResponse:
    """Whatever comes of it is told on the list; only what can still be mended leads back to the text."""
    try:
        if verdict == APPROVE:
            page = services.approve(standing.state.pk, by=request.user, now=timezone.now())
            messages.success(request, words_of_approval(standing, page))
        else:
            page = services.give_back(standing.state.pk, reason=reason, by=request.user, now=timezone.now())
            messages.success(request, _("“%(title)s” goes back with your reason.") % {"title": page.title})
    except services.AlreadyDecided:
        tell_who_decided(request, standing.state.pk)
    except services.ChangedMeanwhile:
        messages.warning(request, _("Another version was saved meanwhile. Nothing was decided; send it again."))
    except services.Barred as refusal:
        messages.error(request, words_of(refusal.bar))
    except services.Stopped as refusal:
        for one in refusal.found:
            messages.error(request, one.text)
        messages.error(request, _("Not published: this has to be put right first. Give it back with a reason."))
        return redirect("portal:review", standing.state.pk)
    return redirect("portal:review_list")


def words_of_approval(standing: Standing, page: Page) -> str:
    if standing.step != Step.FINAL:
        return _("“%(title)s” goes on to the next stage.") % {"title": standing.title}
    scheduled = page.scheduled_revision
    if scheduled is None:
        return _("“%(title)s” is published.") % {"title": standing.title}
    hour = timezone.localtime(scheduled.approved_go_live_at).strftime("%Y-%m-%d %H:%M")
    return _("“%(title)s” is approved and goes live at %(hour)s.") % {"title": standing.title, "hour": hour}


def tell_who_decided(request: SignedIn, pk: int) -> None:
    """The second tap of one finger is no mistake; somebody else's decision is news."""
    state = TaskState.objects.select_related("finished_by").get(pk=pk)
    if state.finished_by_id == request.user.pk:
        messages.info(request, _("You have decided this already; once is enough."))
    elif state.status == TaskState.STATUS_CANCELLED:
        messages.warning(request, _("It was taken back from review meanwhile. Nothing was decided."))
    else:
        words = _("%(name)s has decided this meanwhile. Your decision was not needed.")
        messages.warning(request, words % {"name": state.finished_by or "–"})


@only_for(reviews)
def text(request: SignedIn, pk: int) -> HttpResponse:
    """The text as readers will see it, in a page of its own: it stands in a frame of the page that decides."""
    page = standing_of(request, pk).state.revision.as_object()
    response: HttpResponse = page.make_preview_request(request, page.default_preview_mode)
    return response


@only_for(can_write)
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    page = get_object_or_404(Piece, pk=pk, alias_of=None)
    if not page.live and not page.approved_schedule:
        raise Http404
    form = WithdrawForm(posted(request))
    if form.is_bound and form.is_valid():
        services.withdraw(page.specific, **form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("“%(title)s” no longer stands on the site.") % {"title": page.title})
        return redirect("portal:desk")
    return render(request, "portal/review/withdraw.html", {"page": page, "form": form})
