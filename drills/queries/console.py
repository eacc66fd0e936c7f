"""What the console shows: everything about a run at this moment, told from the log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Max

from drills.models import Drill, MselItem, Participation, RunDevice, RunEvent
from drills.queries.run_log import entries_of, planned_of, players_of
from drills.queries.wire import who_must_know, words_of
from drills.run_rules import (
    Clock,
    Course,
    Entry,
    Planned,
    Standing,
    Stop,
    counted,
    heads,
    present,
    standing,
    stop,
    unacknowledged,
)

SILENT = timedelta(seconds=90)  # a phone with the page open asks every few seconds
LATEST = 8  # observations
FAR = timedelta(days=3650)
BUCKET = 10  # seconds: what turns silent or late does so without an event


def tag_of(drill: Drill, now: datetime) -> str:
    """The same as long as the console would look the same."""
    last = RunEvent.objects.filter(drill=drill).aggregate(last=Max("pk"))["last"] or 0
    return f'"console-{drill.pk}-{last}-{drill.state}-{int(now.timestamp() // BUCKET)}"'


@dataclass(frozen=True)
class Line:
    """An event of the table as the console shows it."""

    item: MselItem
    stands: Standing
    planned: Planned
    receivers: Sequence[Participation]
    missing: Sequence[Participation]

    @property
    def title(self) -> str:
        return words_of(self.item, self.stands)["title"].removeprefix("【演练】")

    @property
    def text(self) -> str:
        return self.stands.amended.get("text") or self.item.text

    @property
    def to(self) -> str:
        return self.item.receiver or "、".join(part.label for part in self.receivers)

    @property
    def awaited(self) -> list[tuple[Participation, datetime | None]]:
        """Who has not acknowledged it, and since when his phone shows it: out is not yet arrived."""
        return [(part, self.stands.shown.get(part.pk)) for part in self.missing]

    @property
    def acknowledged(self) -> int:
        return len(self.stands.acks)

    @property
    def asked(self) -> int:
        return len(self.stands.acks.keys() | {part.pk for part in self.missing})

    @property
    def took(self) -> timedelta | None:
        """Until what was expected was done; where nobody judged it, until the first answer."""
        latency = self.stands.latency
        return latency.done if latency.done is not None else latency.response


@dataclass
class Team:
    """到位情况: people by name and heads of groups, never added up."""

    name: str
    people: int = 0
    here: int = 0
    heads_expected: int = 0
    heads: int = 0
    estimated: bool = False
    groups_missing: int = 0

    @property
    def complete(self) -> bool:
        return self.here == self.people and not self.groups_missing


@dataclass(frozen=True)
class Phone:
    device: RunDevice
    part: Participation
    silent: bool
    acked_at: datetime | None = None


@dataclass(frozen=True)
class Known:
    """Who has acknowledged the stop, by part; phones stand in the list of phones."""

    part: Participation
    acked_at: datetime | None
    phones: Sequence[Phone]


class Console:
    """Told when asked, each thing once; ten queries whatever the size of the drill."""

    def __init__(self, drill: Drill, now: datetime) -> None:
        self.drill, self.now = drill, now

    @cached_property
    def log(self) -> list[Entry]:
        return entries_of(self.drill)

    @cached_property
    def clock(self) -> Clock:
        return Course(self.log).clock(self.now)

    @cached_property
    def parts(self) -> dict[int, Participation]:
        return {part.pk: part for part in self.drill.participations.select_related("user", "organisation")}

    # ── The table of events ──────────────────────────────────────────────────
    @cached_property
    def items(self) -> list[MselItem]:
        return list(self.drill.events.prefetch_related("receivers").order_by("position", "pk"))

    @cached_property
    def planned(self) -> dict[int, Planned]:
        return planned_of(self.items)

    @cached_property
    def standings(self) -> dict[int, Standing]:
        return standing(self.log, self.planned.values(), self.now, begins=self.drill.starts_at)

    @cached_property
    def lines(self) -> list[Line]:
        missing: dict[int, list[Participation]] = {}
        players = [part.pk for part in players_of(self.parts.values())]
        for each in unacknowledged(self.standings.values(), self.planned, players):
            missing.setdefault(each.item, []).append(self.parts[each.part])
        return [self.line(item, missing.get(item.pk, [])) for item in self.items]

    def line(self, item: MselItem, missing: Sequence[Participation]) -> Line:
        planned = self.planned[item.pk]
        receivers = [self.parts[pk] for pk in sorted(planned.receivers)]
        return Line(item, self.standings[item.pk], planned, receivers, missing)

    @cached_property
    def coming(self) -> list[Line]:
        """To be released by time, the next first."""
        timed = [each for each in self.lines if self.is_to_release(each) and each.item.offset_seconds is not None]
        return sorted(timed, key=lambda each: (each.stands.due_after or timedelta(), each.item.position))

    @cached_property
    def contingencies(self) -> list[Line]:
        """备用导调信息: when their condition comes true."""
        return [each for each in self.lines if self.is_to_release(each) and each.item.offset_seconds is None]

    @staticmethod
    def is_to_release(line: Line) -> bool:
        return line.stands.is_open and not line.planned.watched

    @property
    def next(self) -> Line | None:
        return self.coming[0] if self.coming else None

    @property
    def after_next(self) -> list[Line]:
        return self.coming[1:]

    @cached_property
    def released(self) -> list[Line]:
        """The latest first."""
        out = [each for each in self.lines if each.stands.state == "released"]
        return sorted(out, key=lambda each: each.stands.released_at or self.now, reverse=True)

    @cached_property
    def watched(self) -> list[Line]:
        """Expected actions that stand in the table as rows of their own: due, and nobody has seen them done."""
        due = [each for each in self.lines if each.planned.watched and each.stands.state == "due"]
        return [each for each in due if each.stands.latency.done is None]

    @property
    def skipped(self) -> list[Line]:
        return [each for each in self.lines if each.stands.state == "skipped"]

    @property
    def unacknowledged(self) -> list[Line]:
        return [each for each in self.released if each.missing]

    @property
    def late(self) -> list[Line]:
        return [each for each in self.released if each.stands.late]

    # ── People and phones ────────────────────────────────────────────────────
    @cached_property
    def teams(self) -> list[Team]:
        here, counts = present(self.log), heads(self.log)
        teams: dict[str, Team] = {}
        for part in self.parts.values():
            name = part.team or str(part.get_role_display())
            team = teams.setdefault(name, Team(name))
            if part.is_group:
                count = counts.get(part.pk)
                team.heads_expected += part.expected
                team.heads += count.count if count else 0
                team.estimated |= count is not None and count.basis == Drill.Basis.ESTIMATED
                team.groups_missing += count is None
            else:
                team.people += 1
                team.here += part.pk in here
        return sorted(teams.values(), key=lambda team: (team.complete, team.name))

    @property
    def people(self) -> tuple[int, int]:
        return sum(team.here for team in self.teams), sum(team.people for team in self.teams)

    @cached_property
    def stop(self) -> Stop | None:
        return stop(self.log)

    @cached_property
    def phones(self) -> list[Phone]:
        acked = self.stop.devices if self.stop else {}
        rows = self.drill.devices.order_by("seen_at", "pk")
        return [
            Phone(row, self.parts[row.participation_id], self.now - row.seen_at > SILENT, acked.get(row.device))
            for row in rows
            if row.participation_id in self.parts
        ]

    @property
    def silent(self) -> list[Phone]:
        return [phone for phone in self.phones if phone.silent]

    @property
    def unsent(self) -> int:
        return sum(phone.device.waiting for phone in self.phones)

    # ── Emergency stop ───────────────────────────────────────────────────────
    @cached_property
    def known(self) -> list[Known]:
        """Everybody who is there, who has not acknowledged first."""
        if self.stop is None:
            return []
        must = {part.pk: part for part in who_must_know(self.parts.values(), self.log)}
        must |= {phone.part.pk: phone.part for phone in self.phones}
        must |= {pk: self.parts[pk] for pk in self.stop.parts if pk in self.parts}
        told = [Known(part, self.stop.parts.get(pk), self.phones_of(pk)) for pk, part in must.items()]
        return sorted(told, key=lambda each: (each.acked_at is not None, each.part.team, each.part.pk))

    def phones_of(self, part: int) -> list[Phone]:
        return [phone for phone in self.phones if phone.part.pk == part]

    @property
    def acknowledged(self) -> int:
        return sum(each.acked_at is not None for each in self.known)

    @property
    def caller(self) -> Participation | None:
        return self.parts.get(self.stop.by) if self.stop and self.stop.by else None

    # ── What was seen ────────────────────────────────────────────────────────
    @cached_property
    def observations(self) -> list[RunEvent]:
        """The latest first, without what was taken back."""
        kinds = (RunEvent.Kind.OBSERVATION, RunEvent.Kind.RESPONSE, RunEvent.Kind.REPORT)
        latest = [entry.uid for entry in reversed(counted(self.log)) if entry.kind in kinds][:LATEST]
        rows = self.drill.log.filter(uid__in=latest).select_related("participation__user", "item", "actor")
        return sorted(rows, key=lambda row: latest.index(str(row.uid)))


def next_in(line: Line | None, now: datetime) -> timedelta | None:
    """How long until it is due; negative when it is. None while the clock stands."""
    return line.stands.due_at - now if line and line.stands.due_at else None


def people_by_team(parts: Iterable[Participation]) -> list[tuple[str, list[Participation]]]:
    teams: dict[str, list[Participation]] = {}
    for part in parts:
        teams.setdefault(part.team or str(part.get_role_display()), []).append(part)
    return sorted(teams.items())


def sign_in_list(drill: Drill) -> list[tuple[str, list[dict[str, Any]]]]:
    """By team: everybody, who has come, when and how; groups with their last count."""
    log = entries_of(drill, kind__in=(RunEvent.Kind.CHECKIN, RunEvent.Kind.HEADCOUNT, RunEvent.Kind.CORRECTION))
    here, counts = present(log), heads(log)
    parts = drill.participations.select_related("user", "organisation").order_by("team", "role", "pk")
    return [
        (name, [{"part": part, "present": here.get(part.pk), "heads": counts.get(part.pk)} for part in members])
        for name, members in people_by_team(parts)
    ]
