"""The life of a corrective action (整改措施), told from plain values: no queries, no clock, no Django.

提出 → 进行中 → 提交复核 → 已复核 → 已销号; given back from the check, dropped with a reason. Nobody checks what is his
own: neither whoever answers for it nor whoever handed it in."""

from dataclasses import dataclass
from datetime import date

# The values of CorrectiveAction.State.
PROPOSED, IN_PROGRESS, SUBMITTED, RETURNED = "proposed", "in_progress", "submitted", "returned"
VERIFIED, CLOSED, CANCELLED = "verified", "closed", "cancelled"
SETTLED = (CLOSED, CANCELLED)

# What somebody can do about one.
ACCEPT, PROGRESS, SUBMIT, EXTEND = "accept", "progress", "submit", "extend"
VERIFY, RETURN, CLOSE, DROP = "verify", "return", "close", "drop"

#: Whence each step may be taken, and where it leads; None: it stays where it is.
STEPS: dict[str, tuple[frozenset[str], str | None]] = {
    ACCEPT: (frozenset({PROPOSED}), IN_PROGRESS),
    PROGRESS: (frozenset({IN_PROGRESS, RETURNED}), None),
    SUBMIT: (frozenset({IN_PROGRESS, RETURNED}), SUBMITTED),
    RETURN: (frozenset({SUBMITTED}), RETURNED),
    VERIFY: (frozenset({SUBMITTED}), VERIFIED),
    CLOSE: (frozenset({VERIFIED}), CLOSED),
    EXTEND: (frozenset({PROPOSED, IN_PROGRESS, RETURNED}), None),
    DROP: (frozenset({PROPOSED, IN_PROGRESS, SUBMITTED, RETURNED}), CANCELLED),
}
WORKING = (ACCEPT, PROGRESS, SUBMIT)
CHECKING = (RETURN, VERIFY)
DECIDING = (CLOSE, EXTEND, DROP)

# Why somebody may not.
NOT_NOW, NOT_YOURS, OWN = "not_now", "not_yours", "own"


@dataclass(frozen=True)
class Standing:
    """Where an action stands: its state, who answers for it and who handed it in last (keys of people)."""

    state: str
    owner: int
    submitted_by: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who wants to do something: `works` for the responsible side, `checks` and `decides` for who held the drill."""

    pk: int
    works: bool = False
    checks: bool = False
    decides: bool = False


def refusal(step: str, at: Standing, actor: Actor) -> str:
    """Empty where the step may be taken. The first reason that counts: it is not his, it is his own, it is too late."""
    if not offers(step, at, actor):
        return NOT_YOURS
    if step in (*CHECKING, EXTEND, DROP) and actor.pk == at.owner:
        return OWN
    if step in CHECKING and actor.pk == at.submitted_by:
        return OWN
    return "" if at.state in STEPS[step][0] else NOT_NOW


def offers(step: str, at: Standing, actor: Actor) -> bool:
    if step in WORKING:
        return actor.works or actor.pk == at.owner
    return actor.checks if step in CHECKING else actor.decides


def steps_open(at: Standing, actor: Actor) -> list[str]:
    """What this person can do now, in the order of the work."""
    return [step for step in STEPS if not refusal(step, at, actor)]


def is_overdue(state: str, due_on: date, day: date) -> bool:
    """The due day itself is still in time."""
    return state not in SETTLED and due_on < day
