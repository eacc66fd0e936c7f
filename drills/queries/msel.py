"""The table of events as a page, a workbook or a print shows it, with what a careful planner would say about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from drills import msel_rules, parts_rules
from drills.models import Drill, MselItem, Objective, Participation
from drills.msel_rules import ERROR, Party, Receivers, Remark, Row
from drills.msel_times import duration_text, offset_text
from ui.clock import local

#: What is one row's own, in the order of the sheet; `receivers` and `position` follow from the rest of the table.
FIELDS = (
    "number",
    "kind",
    "phase",
    "offset_seconds",
    "scenario_time",
    "sender",
    "receiver",
    "mode",
    "title",
    "text",
    "expected",
    "within_seconds",
    "responsible",
    "objective",
    "condition",
    "notes",
    "extra",
)


#: What the columns of the table are called; the keys are those of a worksheet.
COLUMN_NAMES: Mapping[str, Any] = {
    "number": pgettext_lazy("event", "Number"),
    "time": gettext_lazy("Time"),
    "date": gettext_lazy("Day"),
    "kind": pgettext_lazy("event", "Kind"),
    "phase": pgettext_lazy("event", "Phase"),
    "sender": pgettext_lazy("message", "From"),
    "receiver": pgettext_lazy("message", "To"),
    "mode": pgettext_lazy("message", "Way"),
    "title": pgettext_lazy("event", "Title"),
    "text": pgettext_lazy("event", "Message"),
    "expected": gettext_lazy("Expected action"),
    "within": pgettext_lazy("event", "Within"),
    "responsible": pgettext_lazy("event", "Responsible"),
    "objective": pgettext_lazy("event", "Objective"),
    "condition": gettext_lazy("Released when"),
    "scenario_time": gettext_lazy("Time in the scenario"),
    "notes": pgettext_lazy("event", "Notes"),
}
#: The column of a field, where it is called otherwise.
COLUMN_OF = {"offset_seconds": "time", "within_seconds": "within"}


def contents(item: MselItem) -> dict[str, Any]:
    """The fields of a row as plain values; an objective by its key."""
    return {name: item.objective_id if name == "objective" else getattr(item, name) for name in FIELDS}


def seen(item: MselItem) -> str:
    """What a page holds of a row, to say later which one it has seen."""
    return msel_rules.fingerprint(contents(item))


def shown_fields(item: MselItem) -> dict[str, str]:
    """The fields of a row as they are typed."""
    told: dict[str, Any] = {name: value for name, value in contents(item).items() if name != "extra"}
    told |= {"offset_seconds": offset_text(item.offset_seconds), "within_seconds": duration_text(item.within_seconds)}
    return {name: "" if value is None else str(value) for name, value in told.items()}


@dataclass(frozen=True)
class Difference:
    """Where a row stands otherwise than somebody wants to save it."""

    field: str
    label: str
    now: str
    mine: str


def differences(item: MselItem, values: Mapping[str, Any]) -> list[Difference]:
    wanted = MselItem(drill=item.drill, **values)
    now, mine = readable_fields(item), readable_fields(wanted)
    return [
        Difference(name, label_of(name), now[name], mine[name])
        for name in now
        if name in values and now[name] != mine[name]
    ]


def label_of(name: str) -> str:
    return _("For the script") if name == "extra" else str(COLUMN_NAMES[COLUMN_OF.get(name, name)])


def readable_fields(item: MselItem) -> dict[str, str]:
    """Choices by their names."""
    return {
        **shown_fields(item),
        "kind": str(item.get_kind_display()),
        "mode": str(item.get_mode_display()),
        "objective": str(item.objective or ""),
        "extra": "；".join(f"{kept_label(name)} {text}" for name, text in item.extra.items()),
    }


def events_of(drill: Drill) -> list[MselItem]:
    return list(drill.events.select_related("objective").prefetch_related("receivers").order_by("position", "pk"))


# ── Whom a receiver's name means ─────────────────────────────────────────────
def parties_of(drill: Drill) -> list[Party]:
    parts = drill.participations.select_related("user", "organisation")
    return [Party(part.pk, frozenset(names_of(part))) for part in parts]


def names_of(part: Participation) -> set[str]:
    names = {part.label, part.team, part.site, str(part.organisation or "")}
    return (names | role_names(part.role)) - {""}


@cache
def role_names(role: str) -> frozenset[str]:
    """In every language of the house: a table does not change its meaning with the language of whoever saves it."""
    names = {role, *(word for word, meant in parts_rules.WORDS.items() if meant == role)}
    for code, _name in settings.LANGUAGES:
        with override(code):
            names.add(str(Participation.Role(role).label))
    return frozenset(names)


def known_names(drill: Drill) -> list[str]:
    """What a receiver may be called in this drill, for those who type."""
    parts = list(drill.participations.select_related("user", "organisation"))
    teams = {part.team for part in parts} | {str(part.get_role_display()) for part in parts}
    people = {part.label for part in parts} | {str(part.organisation) for part in parts if part.organisation}
    return [name for group in (teams, people) for name in sorted(group - {""})]


# ── The rows of a table ──────────────────────────────────────────────────────
@dataclass(frozen=True)
class Event:
    """A row with what is computed from it: when it is planned by the clock, whom it reaches, what is odd about it."""

    item: MselItem
    planned_at: datetime | None
    receivers: Receivers
    remarks: Sequence["Said"] = ()

    @property
    def marked_text(self) -> str:
        return msel_rules.marked(self.item.text)


@dataclass(frozen=True)
class Said:
    """A remark in words."""

    remark: Remark
    text: str
    label: str = ""  # what it is about: number of the event, or the objective

    @property
    def grave(self) -> bool:
        return self.remark.level == ERROR

    @property
    def event(self) -> int | None:
        """The key of the event; None for what is about an objective."""
        return self.remark.key if isinstance(self.remark.key, int) else None

    @property
    def text_with_label(self) -> str:
        return f"{self.label}{_(': ')}{self.text}" if self.label else self.text


@dataclass(frozen=True)
class Table:
    drill: Drill
    phases: Sequence[tuple[str, Sequence[Event]]]
    remarks: Sequence[Said] = field(default_factory=list)

    @property
    def events(self) -> list[Event]:
        return [event for _phase, held in self.phases for event in held]

    @property
    def grave(self) -> int:
        return sum(said.grave for said in self.remarks)

    @property
    def hints(self) -> int:
        return len(self.remarks) - self.grave


def table_of(drill: Drill) -> Table:
    """By phase and time, with all remarks."""
    items, parties = events_of(drill), parties_of(drill)
    objectives = list(drill.objectives.all())
    reached = {item.pk: receivers_of(item, parties) for item in items}
    rows = [row_of(item, reached[item.pk]) for item in items]
    remarks = said_of(drill, rows, items, objectives)
    by_key = {item.pk: item for item in items}
    mine: dict[Any, list[Said]] = {}
    for said in remarks:
        mine.setdefault(said.remark.key, []).append(said)
    phases = [
        (phase, [event_of(drill, by_key[row.key], reached[row.key], mine.get(row.key, [])) for row in held])
        for phase, held in msel_rules.in_phases(rows)
    ]
    return Table(drill, phases, remarks)


def event_of(drill: Drill, item: MselItem, receivers: Receivers, remarks: Sequence[Said]) -> Event:
    offset = item.offset_seconds
    planned_at = None if offset is None else local(drill.starts_at) + timedelta(seconds=offset)
    return Event(item, planned_at, receivers, remarks)


def receivers_of(item: MselItem, parties: Iterable[Party]) -> Receivers:
    """Whom the text names; where it names nobody, whom the row reached before."""
    told = msel_rules.resolve(item.receiver, parties)
    if told.parts or told.everybody:
        return told
    return Receivers(frozenset(part.pk for part in item.receivers.all()), told.unknown)


def row_of(item: MselItem, receivers: Receivers) -> Row:
    return Row(
        key=item.pk,
        number=item.number,
        kind=item.kind,
        phase=item.phase,
        offset=item.offset_seconds,
        within=item.within_seconds,
        title=item.title,
        text=item.text,
        sender=item.sender,
        receiver=item.receiver,
        expected=item.expected,
        responsible=item.responsible,
        objective=item.objective_id,
        condition=item.condition,
        receivers=receivers,
    )


# ── Remarks in words ─────────────────────────────────────────────────────────
SENTENCES: Mapping[str, Any] = {
    "contingency_timed": gettext_lazy("A contingency inject waits for its condition and has no time."),
    "condition_missing": gettext_lazy("A contingency inject says when it is released."),
    "time_missing": gettext_lazy("Without a time nobody knows when it is due."),
    "before_start": gettext_lazy("Before the start only background information and control instructions may stand."),
    "action_missing": gettext_lazy("An expected action without words: say what is to be seen."),
    "responsible_missing": gettext_lazy("An expected action without a responsible person."),
    "within_nothing": gettext_lazy("A time allowed, but nothing that is expected."),
    "nobody_meant": gettext_lazy("“%(names)s” is nobody of this drill: the message would go to every player."),
    "name_unknown": gettext_lazy("“%(names)s” is nobody of this drill; the others named receive it."),
    "receiver_missing": gettext_lazy("No receiver: the message goes to every player."),
    "sender_missing": gettext_lazy("Says nobody from whom the message comes."),
    "text_missing": gettext_lazy("A message without words: the title is sent."),
    "real_number": gettext_lazy("Names %(number)s: make sure that this desk knows of the drill."),
    "after_end": gettext_lazy("Lies behind the planned end of the drill."),
    "due_after_end": gettext_lazy("Its time allowed runs beyond the planned end of the drill."),
    "number_missing": gettext_lazy("The event has no number."),
    "number_twice": gettext_lazy("Number %(number)s stands twice."),
    "phase_missing": gettext_lazy("The other events have a phase, this one has none."),
    "phases_mixed": gettext_lazy("Its time lies within the phase “%(phase)s”."),
    "objective_idle": gettext_lazy("The objective is seen in no expected action."),
}


def said_of(
    drill: Drill, rows: Sequence[Row], items: Iterable[MselItem], objectives: Sequence[Objective]
) -> list[Said]:
    planned = round((drill.ends_at - drill.starts_at).total_seconds())
    labels: dict[Any, str] = {item.pk: item.number for item in items}
    keyed = {("objective", objective.pk): str(objective) for objective in objectives}
    found = []
    for remark in msel_rules.lint(rows, [objective.pk for objective in objectives], planned):
        if remark.code == "objective_idle":
            key = ("objective", remark.key)
            found.append(Said(remark._replace(key=key), sentence(remark), keyed[key]))
        else:
            found.append(Said(remark, sentence(remark), labels.get(remark.key, "")))
    return found


def sentence(remark: Remark) -> str:
    said = str(SENTENCES[remark.code])
    return said % dict(remark.about) if remark.about else said


# ── The columns that the usual script has besides ────────────────────────────
def kept_label(name: str) -> str:
    return {
        "所需资源": _("Resources needed"),
        "计划时长": _("Planned duration"),
        "报告对象": _("Report to"),
        "响应级别": _("Response level"),
    }.get(name, name)


# ── What is needed on paper ──────────────────────────────────────────────────
def pack_of(drill: Drill, now: datetime) -> dict[str, Any]:
    """Enough to go on with when no network is left. Phones are those of the people who run the drill, nobody else's."""
    table = table_of(drill)
    parts = drill.participations.select_related("user", "organisation").order_by("team", "site", "pk")
    order = {role: place for place, role in enumerate(Participation.Role.values)}
    held = sorted(parts, key=lambda part: order[part.role])
    waiting = [event for event in table.events if event.item.offset_seconds is None]
    phases = [
        (phase, [event for event in events if event.item.offset_seconds is not None]) for phase, events in table.phases
    ]
    return {
        "drill": drill,
        "phases": [(phase, events) for phase, events in phases if events],
        "waiting": waiting,
        "parts": held,
        "leading": (*Participation.CONTROL, Participation.Role.SAFETY),
        "objectives": drill.objectives.all(),
        "now": now,
        "blank": range(14),
    }
