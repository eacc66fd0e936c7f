"""The one thing to do next with a drill: for whom it is, with the way there; for the others what is waited for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from drills.models import Drill, Participation
from drills.queries.hub import Who, address

State = Drill.State


@dataclass(frozen=True)
class Case:
    """A drill as the next thing depends on it."""

    who: Who
    counts: Mapping[str, int]  # of `hub.counts_of`
    directed: bool
    scored: bool


@dataclass(frozen=True)
class Offer:
    name: str  # of an address that takes the drill
    label: Any
    text: Any
    mine: Callable[[Case], bool]


@dataclass(frozen=True)
class Next:
    text: Any
    label: Any = ""
    url: str = ""


def next_of(drill: Drill, who: Who, counts: Mapping[str, int]) -> Next | None:
    """The first offer that is his and whose page exists; else what is waited for, if there is anything to say."""
    directed = drill.participations.filter(role=Participation.Role.DIRECTOR).exists()
    case = Case(who, counts, directed, scored=drill.state == State.EVALUATING and drill.results.exists())
    for offer in OFFERS.get(drill.state, ()):
        url = address(offer.name, drill.pk)
        if url and offer.mine(case):
            return Next(offer.text, offer.label, url)
    return Next(WAITING[drill.state]) if drill.state in WAITING else None


EVALUATE = Offer(
    "drills:evaluation",
    _("Evaluate"),
    _("The evaluators complete their sheets; the lead evaluator settles where they differ."),
    lambda case: case.who.leads_evaluation or case.who.evaluates,
)
RUNNING = Offer("drills:console", _("Open the console"), _("The drill is running."), lambda case: case.who.controls)
OFFERS: dict[str, tuple[Offer, ...]] = {
    State.DRAFT: (
        Offer(
            "drills:objectives_edit",
            _("Write the objectives"),
            _("First say what the drill is for: who does what, to which standard."),
            lambda case: case.who.manages and not case.counts["drills:objectives"],
        ),
        Offer(
            "drills:parts",
            _("Name the director"),
            _("Say who has which part; without a director nobody leads the drill."),
            lambda case: case.who.manages and not case.directed,
        ),
        Offer(
            "drills:msel",
            _("Write the table of events"),
            _("Say what happens when, and what is expected of whom."),
            lambda case: case.who.manages and not case.counts["drills:msel"],
        ),
        Offer(
            "drills:approval",
            _("Check and submit"),
            _("Look through the design, then submit it for approval."),
            lambda case: case.who.manages,
        ),
    ),
    State.IN_REVIEW: (
        Offer(
            "drills:approval",
            _("Look through and decide"),
            _("The design waits for your decision."),
            lambda case: case.who.approves,
        ),
    ),
    State.APPROVED: (
        Offer(
            "drills:readiness",
            _("Sign as safety officer"),
            _("The readiness list needs your signature."),
            lambda case: case.who.signs_safety and not case.who.manages,
        ),
        Offer(
            "drills:readiness",
            _("Go through the readiness list"),
            _("Every mandatory line is passed before the drill can begin."),
            lambda case: case.who.controls,
        ),
    ),
    State.READY: (
        Offer(
            "drills:console",
            _("Open the console"),
            _("Everything is ready. The director begins the drill; it never begins by itself."),
            lambda case: case.who.controls,
        ),
    ),
    State.RUNNING: (RUNNING,),
    State.PAUSED: (RUNNING,),
    State.ENDED: (EVALUATE,),
    State.EVALUATING: (
        Offer(
            "drills:documents",
            _("Write the report"),
            _("The score stands: the evaluation report is written from it, then made final."),
            lambda case: case.scored and case.who.reads_outcome and (case.who.manages or case.who.leads_evaluation),
        ),
        EVALUATE,
    ),
    State.REPORTED: (
        Offer(
            "drills:findings",
            _("Put the problems right"),
            _("The report is final: each problem gets its corrective action."),
            lambda case: case.who.reads_outcome,
        ),
    ),
    State.IMPROVING: (
        Offer(
            "drills:findings",
            _("Follow the corrective actions"),
            _("The drill is closed when every action has been checked."),
            lambda case: case.who.reads_outcome,
        ),
    ),
    State.CLOSED: (
        Offer(
            "drills:documents",
            _("File the papers"),
            _("Everything of the drill goes into one package with its hashes."),
            lambda case: case.who.manages,
        ),
    ),
}
WAITING: dict[str, Any] = {
    State.IN_REVIEW: _("The design waits for a decision. Until then nobody changes it."),
    State.READY: _("Everything is ready."),
    State.RUNNING: _("The drill is running."),
    State.PAUSED: _("The drill is paused."),
    State.ENDED: _("The drill is over and is being evaluated."),
    State.EVALUATING: _("The drill is over and is being evaluated."),
}
