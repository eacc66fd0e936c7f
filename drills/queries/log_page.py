"""The run log for people: who, what, when by which clock, how late it came, and what proves it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from drills.models import Drill, EvaluationSheet, ItemScore, Participation, RunDevice, RunEvent
from drills.queries.run_log import entries_of
from drills.run_rules import Conflict, Entry, conflicts, counted, decisions, is_taken_back

Kind = RunEvent.Kind
LATE = timedelta(seconds=60)  # from happening to arriving: longer than a slow network takes
GROUPS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "clock": (
        gettext_lazy("Clock and stops"),
        (Kind.STARTEX, Kind.PAUSE, Kind.RESUME, Kind.ENDEX, Kind.ABORT, Kind.STOP, Kind.STOP_ACK),
    ),
    "events": (
        gettext_lazy("Events of the table"),
        (Kind.RELEASED, Kind.DELAYED, Kind.SKIPPED, Kind.AMENDED, Kind.DELIVERED),
    ),
    "answers": (gettext_lazy("Answers"), (Kind.ACK, Kind.RESPONSE, Kind.REPORT)),
    "seen": (gettext_lazy("Observations and verdicts"), (Kind.OBSERVATION, Kind.VERDICT, Kind.SCORE)),
    "there": (gettext_lazy("Sign-in"), (Kind.CHECKIN, Kind.HEADCOUNT)),
    "corrections": (gettext_lazy("Corrections"), (Kind.CORRECTION,)),
}


@dataclass(frozen=True)
class Row:
    event: RunEvent
    text: str
    whom: Participation | None
    decision: Entry | None

    @property
    def lag(self) -> timedelta:
        return self.event.recorded_at - self.event.happened_at

    @property
    def is_late(self) -> bool:
        return self.lag > LATE

    @property
    def taken_back(self) -> bool:
        return is_taken_back(self.decision)


def log_rows(drill: Drill, *, group: str = "", part: int | None = None, late: bool = False) -> QuerySet[RunEvent]:
    rows = drill.log.select_related("participation__user", "actor", "item", "seal").order_by("happened_at", "uid")
    if group in GROUPS:
        rows = rows.filter(kind__in=GROUPS[group][1])
    if part is not None:
        rows = rows.filter(participation=part)
    return rows.filter(recorded_at__gt=F("happened_at") + LATE) if late else rows


def told(drill: Drill, events: Iterable[RunEvent]) -> list[Row]:
    """For reading. What an evaluator has given stays hidden until his sheet is locked."""
    found = list(events)
    parts = {part.pk: part for part in drill.participations.select_related("user")}
    decided = decisions(entries_of(drill, kind__in=kinds_with(found)))
    open_sheets = EvaluationSheet.objects.filter(drill=drill).exclude(state=EvaluationSheet.State.LOCKED)
    hidden: set[int | None] = set(open_sheets.values_list("evaluator", flat=True))
    return [row_of(event, parts, decided, hidden) for event in found]


def kinds_with(events: Sequence[RunEvent]) -> set[str]:
    """A correction is told with what it speaks of, so both are needed."""
    return {event.kind for event in events} | {Kind.CORRECTION}


def row_of(event: RunEvent, parts: dict[int, Participation], decided: dict[str, Entry], hidden: set[int | None]) -> Row:
    named = event.payload.get("part")
    whom = parts.get(named) if isinstance(named, int) and named != event.participation_id else None
    text = words(event, hidden=event.participation_id in hidden)
    return Row(event, text, whom, decided.get(str(event.uid)))


def words(event: RunEvent, *, hidden: bool = False) -> str:
    """What an event says beside its kind."""
    said = event.payload
    if event.kind == Kind.SCORE:
        return "" if hidden else score_words(said)
    told = WORDS.get(event.kind)
    return told(said) if told else str(said.get("text") or said.get("reason") or "")


def score_words(said: dict[str, Any]) -> str:
    value = str(said.get("value", ""))
    named = ItemScore.Value(value).label if value in ItemScore.Value.values else value
    return f"{named} {said.get('reason', '')}".strip()


def heads_words(said: dict[str, Any]) -> str:
    count = said.get("count", 0)
    told = ngettext("%(count)s person", "%(count)s people", count) % {"count": count}
    return f"{told} · {Drill.Basis(said['basis']).label}" if said.get("basis") in Drill.Basis.values else told


def delay_words(said: dict[str, Any]) -> str:
    return _("by %(minutes)s min") % {"minutes": f"{said.get('seconds', 0) / 60:g}"}


def verdict_words(said: dict[str, Any]) -> str:
    names = {
        "done": _("Done as expected"),
        "partly": _("Partly done"),
        "wrong": _("Done otherwise"),
        "not_done": _("Not done"),
        "not_observed": _("Not observed"),
    }
    return " · ".join(word for word in (names.get(said.get("verdict", ""), ""), said.get("text", "")) if word)


def decision_words(said: dict[str, Any]) -> str:
    decided = _("Stands") if said.get("decision") == "stands" else _("Does not count")
    return f"{decided}：{said.get('reason', '')}"


def checkin_words(said: dict[str, Any]) -> str:
    return _("QR code") if said.get("how") == "qr" else _("Ticked on the list")


def abort_words(said: dict[str, Any]) -> str:
    names = {
        "real_incident": _("A real emergency"),
        "unsafe": _("It was no longer safe"),
        "weather": _("Weather"),
        "other": _("Another cause"),
    }
    return f"{names.get(said.get('why', ''), '')} {said.get('reason', '')}".strip()


WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    Kind.HEADCOUNT: heads_words,
    Kind.DELAYED: delay_words,
    Kind.VERDICT: verdict_words,
    Kind.CORRECTION: decision_words,
    Kind.CHECKIN: checkin_words,
    Kind.ABORT: abort_words,
    Kind.RESUME: lambda _said: "",
    Kind.RELEASED: lambda said: str(said.get("text") or said.get("title") or ""),
}


# ── Merge ────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Odd:
    """A conflict with the events it is about, for the director's decision."""

    conflict: Conflict
    rows: Sequence[Row]

    @property
    def decided(self) -> bool:
        return self.conflict.decision is not None


@dataclass(frozen=True)
class Arrived:
    """A phone, and whether it has brought everything."""

    device: RunDevice
    events: int
    missing: int

    @property
    def waits(self) -> bool:
        return bool(self.device.waiting or self.missing)


class Merge:
    """合并核对: what has arrived, which phones are still out, what does not fit together."""

    def __init__(self, drill: Drill, now: datetime) -> None:
        self.drill, self.now = drill, now
        self.log = entries_of(drill)
        found = conflicts(self.log)
        events = drill.log.select_related("participation__user", "actor", "item", "seal")
        needed = {uid for each in found for uid in each.uids}
        rows = {str(row.event.uid): row for row in told(drill, events.filter(uid__in=needed))}
        self.odd = [Odd(each, [rows[uid] for uid in each.uids if uid in rows]) for each in found]
        self.phones = self.arrived(found)

    def arrived(self, found: Iterable[Conflict]) -> list[Arrived]:
        """Those that still hold something back first."""
        gaps: dict[str, int] = {}
        for each in found:
            if each.kind == "number_missing":
                gaps[each.device] = gaps.get(each.device, 0) + each.value
        counts: dict[str, int] = {}
        for entry in self.log:
            counts[entry.device] = counts.get(entry.device, 0) + 1
        devices = self.drill.devices.select_related("participation__user").order_by("participation", "device")
        phones = [Arrived(each, counts.get(each.device, 0), gaps.get(each.device, 0)) for each in devices]
        return sorted(phones, key=lambda each: (not each.waits, not self.is_out(each)))

    def is_out(self, phone: Arrived) -> bool:
        """Was there, and has not been heard since the end."""
        return self.drill.endex_at is not None and phone.device.seen_at < self.drill.endex_at

    @property
    def out(self) -> list[Arrived]:
        return [each for each in self.phones if self.is_out(each) or each.waits]

    @property
    def arrived_whole(self) -> list[Arrived]:
        return [each for each in self.phones if each not in self.out]

    @property
    def open(self) -> list[Odd]:
        return [each for each in self.odd if not each.decided]

    @property
    def decided(self) -> list[Odd]:
        return [each for each in self.odd if each.decided]

    @property
    def silent_parts(self) -> list[Participation]:
        """Has a part, and neither came nor told anything: nobody knows whether he was there."""
        heard = RunEvent.objects.filter(drill=self.drill, participation=OuterRef("pk"))
        parts = self.drill.participations.select_related("user").exclude(role=Participation.Role.OBSERVER)
        here = {entry.whom for entry in counted(self.log)}
        return [part for part in parts.exclude(Exists(heard)) if part.pk not in here]
