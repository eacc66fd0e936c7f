"""The phones in the field: what a page offers to whom, and when a phone is fit for the valley. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

# What a page may hold.
MESSAGES, CONTROL, SIGN_IN, SCORES, EXPECTED, NOTES = "messages", "control", "sign_in", "scores", "expected", "notes"

#: By role (the values of Participation.Role), in the order of the page.
FACES: dict[str, tuple[str, ...]] = {
    "director": (CONTROL, SIGN_IN, NOTES),
    "planner": (CONTROL, SIGN_IN, NOTES),
    "controller": (CONTROL, SIGN_IN, NOTES),
    "evaluator": (SCORES, EXPECTED, NOTES, MESSAGES),
    "lead_evaluator": (SCORES, EXPECTED, NOTES, MESSAGES),
    "safety": (NOTES, MESSAGES),
    "scribe": (NOTES, SIGN_IN, MESSAGES),
    "simulator": (MESSAGES, NOTES),
    "player": (MESSAGES,),
    "observer": (MESSAGES,),
    "support": (SIGN_IN, NOTES, MESSAGES),
}
#: Whose released messages want an answer; the others only read them.
ANSWERING = frozenset({"player", "simulator"})

GOOD, WARN, BAD = "good", "warn", "bad"
#: What must be good before a phone may be relied on without network.
MUST = ("browser", "secure", "storage", "kept")
#: What is worth knowing and keeps nobody from going.
MAY = ("clock", "battery", "camera")
CHECKS = MUST + MAY
CLOCK_OFF_MS = 30_000  # from here on the merged log calls the skew a conflict
FRESH_HOURS = 48  # checked longer ago than this, a phone is to be checked again


def faces(role: str) -> tuple[str, ...]:
    return FACES.get(role, (MESSAGES,))


def answers(role: str) -> bool:
    return role in ANSWERING


def is_fit(found: Mapping[str, str]) -> bool:
    """可离线: what the phone has not told counts as bad."""
    return all(found.get(name) == GOOD for name in MUST)


@dataclass(frozen=True)
class Fitness:
    """What a phone's last check came to, at a moment."""

    checked_at: datetime | None
    fit: bool
    failing: tuple[str, ...]

    def is_fresh(self, at: datetime) -> bool:
        return self.checked_at is not None and (at - self.checked_at).total_seconds() <= FRESH_HOURS * 3600

    def word(self, at: datetime) -> str:
        """ready, paper (nothing to rely on: write on paper), old, unchecked."""
        if self.checked_at is None:
            return "unchecked"
        if not self.fit:
            return "paper"
        return "ready" if self.is_fresh(at) else "old"


UNCHECKED = Fitness(None, False, ())


def fitness(told: Mapping[str, object]) -> Fitness:
    """Out of RunDevice.fitness, as services.devices wrote it."""
    at, found = told.get("at"), told.get("checks")
    if not isinstance(at, str) or not isinstance(found, Mapping):
        return UNCHECKED
    failing = tuple(name for name in MUST if found.get(name) != GOOD)
    return Fitness(datetime.fromisoformat(at), not failing, failing)
