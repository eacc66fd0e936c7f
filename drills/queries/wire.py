"""What one part may know of its drill at this moment: the answer to a phone that polls."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, OuterRef, Subquery

from drills.models import Drill, MselItem, Participation, RunDevice, RunEvent
from drills.queries.field import is_hidden_from
from drills.queries.run_log import entries_of, planned_of, players_of
from drills.run_rules import Course, Entry, Planned, Standing, present, standing, stop, unacknowledged

Role = Participation.Role
MOST_DUE = 30  # of what comes next; a phone in the valley holds no table of two hundred
MOST_EXPECTED = 100
SEES_WHO_IS_MISSING = (*Participation.CONTROL, Role.SAFETY)
BUCKET = timedelta(minutes=1)  # what is due changes without an event


# ── Has anything changed? ────────────────────────────────────────────────────
def polling(device: str) -> Any:
    """The part with its drill, the last event of the log and when this device was last seen: one query."""
    last = RunEvent.objects.filter(drill=OuterRef("drill")).order_by().values("drill").annotate(last=Max("pk"))
    seen = RunDevice.objects.filter(drill=OuterRef("drill"), device=device, participation=OuterRef("pk"))
    return Participation.objects.select_related("drill", "user").annotate(
        last_event=Subquery(last.values("last")), device_seen_at=Subquery(seen.values("seen_at")[:1])
    )


def tag_of(part: Any, version: str, now: datetime) -> str:
    """The same as long as the answer would be the same. `part` as `polling` gives it."""
    told = [part.pk, part.epoch, part.last_event or 0, part.drill.state, version]
    if part.role not in Participation.PLAYING:
        told.append(int(now.timestamp() // BUCKET.total_seconds()))
    return f'"{"-".join(str(each) for each in told)}"'


# ── The answer ───────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class View:
    """Everything an answer is told from, fetched once."""

    part: Participation
    drill: Drill
    log: list[Entry]
    items: list[MselItem]
    planned: dict[int, Planned]
    standings: dict[int, Standing]
    parts: dict[int, Participation]
    now: datetime


def poll_of(part: Participation, *, version: str, now: datetime) -> dict[str, Any]:
    """Times are ISO moments, spans seconds."""
    if is_hidden_from(part):
        return {"server_time": now.isoformat(), "state": "waiting", "version": version, "clock": None} | NOTHING
    view = view_of(part, now)
    answer: dict[str, Any] = {
        "server_time": now.isoformat(),
        "state": view.drill.state,
        "version": version,
        "clock": clock_of(view.log, now),
        "items": [message_of(view, item) for item in view.items if is_sent_to(view, item)],
        "stop": stop_of(view),
        "mine": mine_of(view),
    }
    if part.role in Participation.CONTROL:
        answer |= {"due": due_of(view), "unacknowledged": missing_of(view)}
    if part.role in Participation.EVALUATING:
        answer["expected"] = expected_of(view)
    return answer


NOTHING: dict[str, Any] = {"items": [], "stop": None, "mine": {}}


def view_of(part: Participation, now: datetime) -> View:
    drill = part.drill
    log = entries_of(drill)
    items = list(drill.events.prefetch_related("receivers").order_by("position", "pk"))
    planned = planned_of(items)
    parts = {each.pk: each for each in drill.participations.select_related("user")}
    standings = standing(log, planned.values(), now, begins=drill.starts_at)
    return View(part, drill, log, items, planned, standings, parts, now)


def clock_of(log: Iterable[Entry], now: datetime) -> dict[str, Any]:
    told = Course(log).clock(now)
    return {
        "state": told.state,
        "running": told.running,
        "elapsed": round(told.elapsed_seconds, 3),
        "at": now.isoformat(),
        "started_at": told.started_at and told.started_at.isoformat(),
        "ended_at": told.ended_at and told.ended_at.isoformat(),
    }


def mine_of(view: View) -> dict[str, Any]:
    part = view.part
    here = present(view.log).get(part.pk)
    return {
        "part": part.pk,
        "name": part.label,
        "role": part.role,
        "team": part.team,
        "site": part.site,
        "signed_in_at": here and here.at.isoformat(),
    }


# ── Messages ─────────────────────────────────────────────────────────────────
def is_sent_to(view: View, item: MselItem) -> bool:
    """Players read what was sent to them, whoever runs or watches the drill all that is out."""
    if view.standings[item.pk].state != "released":
        return False
    receivers, part = view.planned[item.pk].receivers, view.part
    return part.role not in Participation.PLAYING or part.pk in receivers or (not receivers and is_player(part))


def is_player(part: Participation) -> bool:
    return part.role == Role.PLAYER


def message_of(view: View, item: MselItem) -> dict[str, Any]:
    stands, me = view.standings[item.pk], view.part.pk
    receivers = view.planned[item.pk].receivers
    acked, answered = stands.acks.get(me), stands.responses.get(me)
    return {
        "pk": item.pk,
        "number": item.number,
        **words_of(item, stands),
        "mode": item.mode,
        "mode_name": item.get_mode_display(),
        "sender": item.sender,
        "released_at": moment(stands.released_at),
        "for_me": me in receivers or (not receivers and is_player(view.part)),
        "acked_at": moment(acked),
        "answered_at": moment(answered),
    }


def words_of(item: MselItem, stands: Standing) -> dict[str, str]:
    """With the words that took the place of the planned ones, and marked: a message of a drill never looks real."""
    title, text = stands.amended.get("title") or item.title, stands.amended.get("text") or item.text
    return {"title": marked(title), "text": marked(text or title)}


def marked(text: str) -> str:
    return text if text.startswith("【演练】") else f"【演练】{text}"


def moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


# ── For those who run it ─────────────────────────────────────────────────────
def due_of(view: View) -> list[dict[str, Any]]:
    """What is still to be released: by time, then what waits for a condition."""
    waiting = [item for item in view.items if view.standings[item.pk].is_open and not view.planned[item.pk].watched]
    timed = [item for item in waiting if item.offset_seconds is not None]
    timed.sort(key=lambda item: (view.standings[item.pk].due_after or timedelta(), item.position))
    return [to_release(view, item) for item in [*timed[:MOST_DUE], *(each for each in waiting if each not in timed)]]


def to_release(view: View, item: MselItem) -> dict[str, Any]:
    stands = view.standings[item.pk]
    return {
        "pk": item.pk,
        "number": item.number,
        "kind": item.kind,
        "phase": item.phase,
        **words_of(item, stands),
        "mode": item.mode,
        "mode_name": item.get_mode_display(),
        "sender": item.sender,
        "receiver": item.receiver or "、".join(part.label for part in receivers_of(view, item)),
        "expected": item.expected,
        "within": item.within_seconds,
        "condition": item.condition,
        "state": stands.state,
        "due_at": moment(stands.due_at),
        "due_after": seconds(stands.due_after),
        "delay": seconds(stands.delay),
    }


def receivers_of(view: View, item: MselItem) -> list[Participation]:
    return [view.parts[pk] for pk in sorted(view.planned[item.pk].receivers)]


def seconds(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds(), 3)


def missing_of(view: View) -> list[dict[str, Any]]:
    numbers = {item.pk: item.number for item in view.items}
    players = [part.pk for part in players_of(view.parts.values())]
    return [
        {
            "item": each.item,
            "number": numbers[each.item],
            "part": each.part,
            "name": view.parts[each.part].label,
            "team": view.parts[each.part].team,
            "since": each.since.isoformat(),
        }
        for each in unacknowledged(view.standings.values(), view.planned, players)
    ]


# ── For evaluators ───────────────────────────────────────────────────────────
def expected_of(view: View) -> list[dict[str, Any]]:
    """What their team should do: what is under way first, then what comes."""
    looked_at = [
        item for item in view.items if (item.expected or view.planned[item.pk].watched) and is_theirs(view, item)
    ]
    far = view.now + timedelta(days=365)
    order = {
        item.pk: view.standings[item.pk].released_at or view.standings[item.pk].due_at or far for item in looked_at
    }
    looked_at.sort(key=lambda item: (order[item.pk], item.position))
    return [expectation(view, item) for item in looked_at[:MOST_EXPECTED]]


def is_theirs(view: View, item: MselItem) -> bool:
    """Of his team, or of all. Whoever has no team looks at every one."""
    team = view.part.team
    receivers = receivers_of(view, item)
    named = team in item.responsible or team in item.receiver
    return not team or not receivers or named or any(part.team == team for part in receivers)


def expectation(view: View, item: MselItem) -> dict[str, Any]:
    stands = view.standings[item.pk]
    verdict = stands.verdicts.get(view.part.pk)
    return {
        "pk": item.pk,
        "number": item.number,
        "title": words_of(item, stands)["title"],
        "expected": item.expected or item.title,
        "responsible": item.responsible,
        "within": item.within_seconds,
        "state": stands.state,
        "released_at": moment(stands.released_at),
        "due_at": moment(stands.due_at),
        "verdict": verdict.verdict if verdict else None,
        "verdict_at": moment(verdict.at if verdict else None),
        "late": stands.late,
    }


# ── Emergency stop ───────────────────────────────────────────────────────────
def stop_of(view: View) -> dict[str, Any] | None:
    called = stop(view.log)
    if called is None:
        return None
    by, me = view.parts.get(called.by or 0), view.part.pk
    told = {
        "uid": called.uid,
        "at": called.at.isoformat(),
        "by": by.label if by else "",
        "text": called.text,
        "mine": called.by == me,
        "acked": me in called.parts,
    }
    if view.part.role in SEES_WHO_IS_MISSING:
        told["missing"] = [
            part.label for part in who_must_know(view.parts.values(), view.log) if part.pk not in called.parts
        ]
    return told


def who_must_know(parts: Iterable[Participation], log: Sequence[Entry]) -> list[Participation]:
    """Whoever is there: has signed in, or has told anything."""
    here = present(log).keys() | {entry.part for entry in log if entry.device}
    return [part for part in parts if part.pk in here]
