"""What a phone may tell of a run: who may say what, in which shape. Plain values in; nothing here asks what is already
in the log, so that the order in which phones find their network decides nothing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

MOST_EVENTS = 200  # in one batch
LONGEST_TEXT = 4000
LARGEST_PAYLOAD = 16 * 1024  # characters of JSON
MOST_HEADS = 100_000
MOST_EVIDENCE = 50
DEVICE = re.compile(r"[A-Za-z0-9_-]{8,40}")
HASH = re.compile(r"[0-9a-f]{64}")

ANYBODY = {"delivered", "checkin", "stop", "stop_ack"}
TAKES_PART = ANYBODY | {"ack", "response", "report", "correction"}
STAFF = TAKES_PART | {"observation"}
SIGNS_IN = STAFF | {"headcount"}
EVALUATES = STAFF | {"verdict", "score"}
CONTROLS = SIGNS_IN | {"verdict", "inject_released", "inject_delayed", "inject_skipped", "inject_amended"}
#: What each role may say. To begin, pause, go on and end is said at the console, where the server is asked at once.
MAY_SAY: Mapping[str, set[str]] = {
    "director": CONTROLS,
    "planner": CONTROLS,
    "controller": CONTROLS,
    "evaluator": EVALUATES,
    "lead_evaluator": EVALUATES,
    "safety": SIGNS_IN,
    "scribe": SIGNS_IN,
    "support": SIGNS_IN,
    "simulator": STAFF,
    "player": TAKES_PART,
    "observer": ANYBODY,
}
CONTROL = ("director", "planner", "controller")
WITH_ITEM = {
    *("inject_released", "inject_delayed", "inject_skipped", "inject_amended"),
    *("delivered", "ack", "response", "verdict"),
}
VERDICTS = ("done", "partly", "wrong", "not_done", "not_observed")
VALUES = ("0", "1", "3", "5", "na", "not_observed")
LOW = ("0", "1")  # a reason is needed

# Why an event is not taken, ever.
KIND, ROLE, ITEM, PAYLOAD, UID, MOMENT = "kind", "role", "item", "payload", "uid", "moment"


@dataclass(frozen=True)
class Teller:
    """The part whose phone it is."""

    pk: int
    role: str
    is_group: bool = False


class Ground(Protocol):
    """What of the drill decides; asked only where something depends on it."""

    @property
    def groups(self) -> Mapping[int, bool]:
        """The parts of the drill, and whether they are groups."""

    @property
    def receivers(self) -> Mapping[int, frozenset[int]]:
        """The events of its table, and to whom they go; none: every player."""


# ── The door ─────────────────────────────────────────────────────────────────
def refusal(kind: str, item: int | None, payload: Mapping[str, Any], teller: Teller, ground: Ground) -> str:
    """Empty where the event is taken."""
    if kind not in SHAPES:
        return KIND
    if kind not in MAY_SAY.get(teller.role, set()) and not (kind == "headcount" and teller.is_group):
        return ROLE
    if (kind in WITH_ITEM) != (item is not None) or (item is not None and item not in ground.receivers):
        return ITEM
    if not SHAPES[kind](payload):
        return PAYLOAD
    whom = payload.get("part", teller.pk)
    return of_whom(kind, whom, teller, ground) or of_message(kind, whom, item, ground)


def of_whom(kind: str, whom: int, teller: Teller, ground: Ground) -> str:
    """Who speaks of somebody else, and who is counted by heads."""
    if whom != teller.pk and whom not in ground.groups:
        return PAYLOAD
    if whom != teller.pk and not speaks_for_others(kind, teller):
        return ROLE
    is_group = teller.is_group if whom == teller.pk else ground.groups[whom]
    return PAYLOAD if kind == "headcount" and not is_group else ""


def speaks_for_others(kind: str, teller: Teller) -> bool:
    if kind in {"checkin", "headcount"}:
        return teller.role in SIGNING
    return kind in {"ack", "response"} and teller.role in CONTROL


def of_message(kind: str, whom: int, item: int | None, ground: Ground) -> str:
    """To whom a message did not go, he does not answer it."""
    if kind not in {"ack", "response"} or item is None:
        return ""
    receivers = ground.receivers[item]
    return ITEM if receivers and whom not in receivers else ""


SIGNING = tuple(role for role, kinds in MAY_SAY.items() if "headcount" in kinds)


# ── Shapes ───────────────────────────────────────────────────────────────────
Payload = Mapping[str, Any]


def is_text(value: Any, *, empty: bool = True) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and (empty or bool(value.strip()))


def is_whole(value: Any, low: int = 1, high: int = 2**62) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_uid(value: Any) -> bool:
    """As the hash covers it: small letters and hyphens."""
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def nothing_wrong(payload: Payload) -> bool:
    return is_text(payload.get("text", ""))


def answer(payload: Payload) -> bool:
    """Of oneself, or a controller's of somebody who answered by radio."""
    return is_text(payload.get("text", "")) and is_whole(payload.get("part", 1))


def checkin(payload: Payload) -> bool:
    return is_whole(payload.get("part")) and payload.get("how") in {"qr", "list"} and is_text(payload.get("card", ""))


def headcount(payload: Payload) -> bool:
    counted = is_whole(payload.get("count"), 0, MOST_HEADS)
    return is_whole(payload.get("part")) and counted and payload.get("basis") in {"counted", "estimated"}


def observation(payload: Payload) -> bool:
    item, photo = payload.get("evaluation_item"), payload.get("photo", False)
    told = is_text(payload.get("text", ""), empty=photo is True)
    return told and isinstance(photo, bool) and (item is None or is_whole(item))


def score(payload: Payload) -> bool:
    evidence, value = payload.get("evidence", []), payload.get("value")
    told = is_text(payload.get("reason", ""), empty=value not in LOW)
    proved = isinstance(evidence, list) and len(evidence) <= MOST_EVIDENCE and all(is_uid(each) for each in evidence)
    return is_whole(payload.get("item")) and value in VALUES and told and proved


def delayed(payload: Payload) -> bool:
    return is_whole(payload.get("seconds"), 1, 24 * 3600)


def reasoned(payload: Payload) -> bool:
    return is_text(payload.get("reason"), empty=False)


def amended(payload: Payload) -> bool:
    return is_text(payload.get("text"), empty=False) and is_text(payload.get("title", ""))


def verdict(payload: Payload) -> bool:
    return payload.get("verdict") in VERDICTS and is_text(payload.get("text", ""))


def corrected(payload: Payload) -> bool:
    """A phone may only take back what it told itself."""
    return is_uid(payload.get("of")) and reasoned(payload) and payload.get("decision", "taken_back") == "taken_back"


def reported(payload: Payload) -> bool:
    return is_text(payload.get("chain", "")) and is_text(payload.get("text"), empty=False)


def stop_known(payload: Payload) -> bool:
    return "stop" not in payload or is_uid(payload["stop"])


SHAPES: Mapping[str, Callable[[Payload], bool]] = {
    "delivered": nothing_wrong,
    "checkin": checkin,
    "headcount": headcount,
    "stop": nothing_wrong,
    "stop_ack": stop_known,
    "ack": answer,
    "response": lambda payload: answer(payload) and is_text(payload.get("text"), empty=False),
    "report": reported,
    "correction": corrected,
    "observation": observation,
    "verdict": verdict,
    "score": score,
    "inject_released": nothing_wrong,
    "inject_delayed": delayed,
    "inject_skipped": reasoned,
    "inject_amended": amended,
}


# ── Moments ──────────────────────────────────────────────────────────────────
def happened(device_time: datetime, skew_ms: int, now: datetime) -> datetime:
    """On the server's clock; nothing happens after it has arrived."""
    try:
        return min(device_time + timedelta(milliseconds=skew_ms), now)
    except OverflowError:
        return now
