"""Corrective actions from proposal to 销号: one function a step, one row of evidence a step."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from drills import action_rules as rules
from drills.models import ActionStep, CorrectiveAction, Drill, Finding
from drills.permissions import actor_of
from drills.plan_papers import Paper
from drills.queries.actions import OpenThings, open_things
from drills.services.findings import OPEN_IN
from drills.services.states import CannotMove, move
from records.models import PrivateFile
from records.services import log, store_private

FILES = "drills.action"
State, Kind = CorrectiveAction.State, ActionStep.Kind
ROWS = {
    rules.ACCEPT: Kind.ACCEPTED,
    rules.PROGRESS: Kind.PROGRESS,
    rules.SUBMIT: Kind.SUBMITTED,
    rules.RETURN: Kind.RETURNED,
    rules.VERIFY: Kind.VERIFIED,
    rules.CLOSE: Kind.CLOSED,
    rules.EXTEND: Kind.EXTENDED,
    rules.DROP: Kind.CANCELLED,
}


class Refused(Exception):
    """This person cannot take this step now; `why` is a word of `action_rules`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def words(self) -> str:
        return {
            rules.OWN: _("Nobody checks or decides what is his own: somebody else has to do it."),
            rules.NOT_YOURS: _("This step is not yours to take."),
        }.get(self.why, _("Somebody was faster: the action stands elsewhere by now."))


class StillOpen(Exception):
    """The drill cannot be closed; `what` names each thing that is open."""

    def __init__(self, what: OpenThings) -> None:
        super().__init__(f"{len(what)} open")
        self.what = what


# ── An action ────────────────────────────────────────────────────────────────
@transaction.atomic
def propose_action(action: CorrectiveAction, *, by: Any, now: datetime) -> CorrectiveAction:
    """The first action of a reported drill sets its improvement going."""
    drill = Drill.objects.select_for_update().get(pk=action.finding.drill_id)
    if drill.state not in OPEN_IN or drill.withdrawn_at is not None or action.finding.kind != Finding.Kind.GAP:
        raise Refused(rules.NOT_NOW)
    action.state, action.created_by, action.created_at = State.PROPOSED, by, now
    action.save()
    ActionStep.objects.create(action=action, kind=Kind.PROPOSED, due_on=action.due_on, by=by, at=now)
    log("drills.action_proposed", by=by, obj=action, payload={"due": action.due_on}, now=now)
    if drill.state == Drill.State.REPORTED:
        begin_improvement(drill, by=by, now=now)
    return action


def begin_improvement(drill: Drill, *, by: Any, now: datetime) -> None:
    move(drill, Drill.State.IMPROVING, by=by, now=now, action="drills.improvement_begun")


@transaction.atomic
def change_action(action: CorrectiveAction, *, by: Any, now: datetime) -> CorrectiveAction:
    """What was proposed may be worded anew until it is accepted; the instance carries the new words."""
    names = ("text", "owner", "organisation", "due_on", "criterion", "mandatory")
    values = {name: getattr(action, name) for name in names}
    if not CorrectiveAction.objects.filter(pk=action.pk, state=State.PROPOSED).update(**values):
        raise Refused(rules.NOT_NOW)
    ActionStep.objects.create(
        action=action, kind=Kind.PROPOSED, note=_("Worded anew"), due_on=action.due_on, by=by, at=now
    )
    log("drills.action_changed", by=by, obj=action, payload={"due": action.due_on, "owner": action.owner_id}, now=now)
    return action


def accept_action(action: CorrectiveAction, *, by: Any, now: datetime) -> None:
    take(rules.ACCEPT, action, by=by, now=now)


def tell_progress(
    action: CorrectiveAction, *, note: str, papers: Sequence[Paper] = (), seen: int = 0, by: Any, now: datetime
) -> None:
    """`seen`: how many steps stood on the page, so that a second click does not tell it twice."""
    take(rules.PROGRESS, action, note=note, papers=papers, seen=seen, by=by, now=now)


def submit_action(action: CorrectiveAction, *, note: str, papers: Sequence[Paper] = (), by: Any, now: datetime) -> None:
    take(rules.SUBMIT, action, note=note, papers=papers, by=by, now=now)


def return_action(action: CorrectiveAction, *, reason: str, by: Any, now: datetime) -> None:
    take(rules.RETURN, action, note=reason, by=by, now=now)


def verify_action(action: CorrectiveAction, *, note: str, papers: Sequence[Paper] = (), by: Any, now: datetime) -> None:
    """复核通过: raises Refused for the owner and for whoever handed it in."""
    take(rules.VERIFY, action, note=note, papers=papers, by=by, now=now)


def close_action(action: CorrectiveAction, *, by: Any, now: datetime) -> None:
    """销号."""
    take(rules.CLOSE, action, by=by, now=now)


def extend_action(action: CorrectiveAction, *, due_on: date, reason: str, by: Any, now: datetime) -> None:
    if due_on <= action.due_on:
        raise ValueError("an extension leads to a later day")
    take(rules.EXTEND, action, note=reason, due_on=due_on, by=by, now=now)


def drop_action(action: CorrectiveAction, *, reason: str, by: Any, now: datetime) -> None:
    take(rules.DROP, action, note=reason, by=by, now=now)


@transaction.atomic
def take(
    step: str,
    action: CorrectiveAction,
    *,
    by: Any,
    now: datetime,
    note: str = "",
    papers: Sequence[Paper] = (),
    due_on: date | None = None,
    seen: int = 0,
) -> None:
    """Check who, claim the state the page was made from, and leave the rows; the last paper stands with the step."""
    if why := rules.refusal(step, standing_of(action), actor_of(by, action)):
        raise Refused(why)
    changed: dict[str, Any] = {"due_on": due_on} if due_on else {}
    changed["state"] = rules.STEPS[step][1] or action.state
    there = CorrectiveAction.objects.filter(pk=action.pk, state=action.state, due_on=action.due_on)
    if not there.update(**changed) or (seen and action.steps.count() != seen):
        raise Refused(rules.NOT_NOW)
    kept: list[PrivateFile | None] = [keep(paper, by=by) for paper in papers]
    *before, last = kept or [None]
    told = {"action": action, "by": by, "at": now}
    rows = [ActionStep(kind=Kind.PROGRESS, file=file, **told) for file in before]
    rows.append(ActionStep(kind=ROWS[step], note=note, file=last, due_on=due_on, **told))
    ActionStep.objects.bulk_create(rows)
    payload = {"from": action.state, "to": changed["state"], "note": note, "due": due_on, "papers": len(papers)}
    log(f"drills.action_{ROWS[step]}", by=by, obj=action, payload=payload, now=now)
    for name, value in changed.items():
        setattr(action, name, value)


def keep(paper: Paper, *, by: Any) -> PrivateFile:
    return store_private(FILES, paper.name, paper.content, by=by, content_type=paper.content_type)


def standing_of(action: CorrectiveAction) -> rules.Standing:
    handed_in = action.steps.filter(kind=Kind.SUBMITTED).order_by("-at", "-pk").values_list("by", flat=True)
    return rules.Standing(action.state, action.owner_id, handed_in.first())


# ── The drill ────────────────────────────────────────────────────────────────
def can_be_closed(drill: Drill) -> bool:
    return drill.state in (Drill.State.REPORTED, Drill.State.IMPROVING)


@transaction.atomic
def close_drill(drill: Drill, *, by: Any, now: datetime) -> None:
    """The circle is closed. Raises StillOpen with what is open, CannotMove where the drill is not at the point."""
    Drill.objects.select_for_update().get(pk=drill.pk)  # no action is proposed meanwhile
    if not can_be_closed(drill):
        raise CannotMove(drill, Drill.State.CLOSED)
    if things := open_things(drill):
        raise StillOpen(things)
    move(drill, Drill.State.CLOSED, by=by, now=now, action="drills.drill_closed")
