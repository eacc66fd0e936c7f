"""What is true of a table of events, told from plain values: no queries, no clock, no Django."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

# The values of MselItem.Kind.
INJECT, CONTINGENCY, EXPECTED = "inject", "contingency", "expected_action"
INFORMATION, CONTROL = "information", "control"
MESSAGES = frozenset({INJECT, CONTINGENCY})  # what somebody has to receive
BEFORE_START = frozenset({INFORMATION, CONTROL})  # what may happen before STARTEX
MARK = "【演练】"


def marked(text: str) -> str:
    """The text as whoever takes part reads it: never without the mark, never with two."""
    return text if text.startswith(MARK) else f"{MARK}{text}"


def tidy(text: Any) -> str:
    """A text as it is kept: one kind of line break, nothing that cannot be printed, no blank edges."""
    lines = unicodedata.normalize("NFC", "" if text is None else str(text)).replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(char for char in lines if char in "\n\t" or is_printed(char))
    return shown.strip()


def is_printed(char: str) -> bool:
    """Neither a control character nor half of one, nor an invisible joint; characters of rare names stay."""
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs"} and char not in "\ufffe\uffff"


def one_line(text: Any) -> str:
    return " ".join(tidy(text).split())


def fingerprint(values: Mapping[str, Any]) -> str:
    """Of the contents of a row: whoever saves names the one he saw, so that nobody writes over what he has not read."""
    told = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return sha256(told.encode()).hexdigest()[:20]


# ── Numbers ──────────────────────────────────────────────────────────────────
LONGEST_NUMBER = 20


def next_number(taken: Iterable[str]) -> str:
    """One more than the largest that ends in a number, written as long: 07 after 06, B-13 after B-12."""
    best: tuple[int, str, int] = (0, "", 2)
    for number in taken:
        if found := re.fullmatch(r"(.*?)(\d{1,6})", number):
            best = max(best, (int(found[2]), found[1], len(found[2])), key=lambda each: each[0])
    count, before, width = best
    return f"{before}{count + 1:0{width}}"[:LONGEST_NUMBER]


# ── Who receives ─────────────────────────────────────────────────────────────
class Party(NamedTuple):
    """A participation as a receiver may name it: its person, team, unit and post, and its role in any wording."""

    pk: int
    names: frozenset[str]


@dataclass(frozen=True)
class Receivers:
    """`parts` empty: every player, as for a message to everybody. `unknown`: names that mean nobody of this drill."""

    parts: frozenset[int] = frozenset()
    unknown: tuple[str, ...] = ()
    everybody: bool = False


EVERYBODY = frozenset(
    {"全体", "全员", "所有人", "全体人员", "全体参演人员", "所有参演人员", "各组", "各队", "各单位", "全体参演单位"}
    | {"all", "everybody", "everyone", "allplayers", "allparticipants", "tous", "touslesparticipants"}
)
LISTED = re.compile(r"[、,，;；\n]+")


def key_of(name: str) -> str:
    """How names are compared: without spaces and case, full-width or not."""
    return "".join(unicodedata.normalize("NFKC", name).split()).lower()


def resolve(text: str, parties: Iterable[Party]) -> Receivers:
    """The parts that a list of names means: a person, a team, a unit, a post or a role each, by its whole name. A
    slash divides only where the whole is nobody's name."""
    known: dict[str, set[int]] = {}
    for party in parties:
        for name in party.names:
            known.setdefault(key_of(name), set()).add(party.pk)
    found, unknown, everybody = set[int](), list[str](), False
    for name in names_in(text, lambda name: key_of(name) in known):
        everybody |= key_of(name) in EVERYBODY
        found |= known.get(key_of(name), set())
        if key_of(name) not in known and key_of(name) not in EVERYBODY:
            unknown.append(name)
    return Receivers(frozenset() if everybody else frozenset(found), tuple(dict.fromkeys(unknown)), everybody)


def names_in(text: str, is_known: Callable[[str], bool]) -> Iterator[str]:
    whole = one_line(text)
    pieces = [whole] if is_known(whole) else [one_line(piece) for piece in LISTED.split(text)]
    for piece in filter(None, pieces):
        parts = [one_line(part) for part in re.split(r"[/／+＋&＆和]", piece)]
        divided = not is_known(piece) and len(parts) > 1 and any(is_known(part) for part in parts)
        yield from filter(None, parts) if divided else (piece,)


# ── In which order the table is read ─────────────────────────────────────────
@dataclass(frozen=True)
class Row:
    """An event as the rules look at it; `offset` in seconds from STARTEX, `key` whatever the caller knows it by."""

    key: Any
    number: str = ""
    kind: str = INJECT
    phase: str = ""
    offset: int | None = None
    within: int | None = None
    title: str = ""
    text: str = ""
    sender: str = ""
    receiver: str = ""
    expected: str = ""
    responsible: str = ""
    objective: Any = None
    condition: str = ""
    receivers: Receivers = field(default_factory=Receivers)


def in_phases(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """By phase, the phases as they begin; within one by time, what waits for a condition last."""
    phases: dict[str, list[Row]] = {}
    for row in rows:
        phases.setdefault(row.phase, []).append(row)
    late = float("inf")
    begins = {
        phase: min((row.offset for row in held if row.offset is not None), default=late)
        for phase, held in phases.items()
    }
    return [(phase, in_time(phases[phase])) for phase in sorted(phases, key=lambda phase: begins[phase])]


def in_time(rows: Iterable[Row]) -> list[Row]:
    """By time; what has none comes last. Equal times keep the order of the table."""
    return sorted(rows, key=lambda row: (row.offset is None, row.offset or 0))


# ── What is missing or odd ───────────────────────────────────────────────────
ERROR, WARNING = "error", "warning"
#: Public emergency numbers: whose desk is really called must know of the drill.
REAL_NUMBERS = re.compile(r"(?<!\d)(110|119|120|122|12345|12350)(?!\d)")


class Remark(NamedTuple):
    """`code` has its sentence in `drills.queries.msel`; `key` is the event's, or the objective's; `field` the cell."""

    code: str
    key: Any
    field: str = ""
    about: Mapping[str, Any] = {}
    level: str = WARNING


def lint(rows: Sequence[Row], objectives: Iterable[Any], planned: int) -> list[Remark]:
    """Everything that a careful planner would mention, in the order of the table. `planned`: seconds from the
    beginning to the end as planned."""
    found = [remark for row in rows for check in CHECKS for remark in check(row)]
    found += list(beyond_the_end(rows, planned)) + list(twice(rows)) + list(without_phase(rows))
    found += list(phases_mixed(rows)) + list(idle_objectives(rows, objectives))
    place = {row.key: number for number, row in enumerate(rows)}
    return sorted(found, key=lambda remark: place.get(remark.key, len(rows)))


def check_time(row: Row) -> Iterator[Remark]:
    if row.kind == CONTINGENCY:
        if row.offset is not None:
            yield Remark("contingency_timed", row.key, "offset_seconds", level=ERROR)
        if not row.condition:
            yield Remark("condition_missing", row.key, "condition")
    elif row.offset is None:
        yield Remark("time_missing", row.key, "offset_seconds", level=ERROR)
    elif row.offset < 0 and row.kind not in BEFORE_START:
        yield Remark("before_start", row.key, "offset_seconds", level=ERROR)


def check_action(row: Row) -> Iterator[Remark]:
    if row.kind == EXPECTED and not row.expected:
        yield Remark("action_missing", row.key, "expected", level=ERROR)
    if row.expected and not row.responsible:
        yield Remark("responsible_missing", row.key, "responsible", level=ERROR)
    if row.within is not None and not row.expected:
        yield Remark("within_nothing", row.key, "within_seconds")


def check_message(row: Row) -> Iterator[Remark]:
    if row.receivers.unknown:
        names = "、".join(row.receivers.unknown)
        nobody = not row.receivers.parts and not row.receivers.everybody
        yield Remark("nobody_meant" if nobody else "name_unknown", row.key, "receiver", {"names": names},
                     ERROR if nobody else WARNING)  # fmt: skip
    if row.kind not in MESSAGES:
        return
    if not row.receiver:
        yield Remark("receiver_missing", row.key, "receiver")
    if not row.sender:
        yield Remark("sender_missing", row.key, "sender")
    if not row.text:
        yield Remark("text_missing", row.key, "text")
    if called := REAL_NUMBERS.search(f"{row.receiver} {row.text}"):
        yield Remark("real_number", row.key, "text", {"number": called[1]})


CHECKS = (check_time, check_action, check_message)


def beyond_the_end(rows: Iterable[Row], planned: int) -> Iterator[Remark]:
    for row in rows:
        if row.offset is None:
            continue
        if row.offset > planned:
            yield Remark("after_end", row.key, "offset_seconds")
        elif row.within and row.offset + row.within > planned:
            yield Remark("due_after_end", row.key, "within_seconds")


def twice(rows: Sequence[Row]) -> Iterator[Remark]:
    counts = Counter(row.number for row in rows)
    for row in rows:
        if not row.number:
            yield Remark("number_missing", row.key, "number", level=ERROR)
        elif counts[row.number] > 1:
            yield Remark("number_twice", row.key, "number", {"number": row.number}, ERROR)


def without_phase(rows: Sequence[Row]) -> Iterator[Remark]:
    """Where phases are used at all, each event has one."""
    if any(row.phase for row in rows):
        yield from (Remark("phase_missing", row.key, "phase") for row in rows if not row.phase)


def phases_mixed(rows: Sequence[Row]) -> Iterator[Remark]:
    """An event before the end of the phase that comes first, as a mistyped time makes it."""
    latest, whose = float("-inf"), ""
    for phase, held in in_phases(rows):
        timed = [(row, row.offset) for row in held if row.offset is not None]
        if phase and whose:
            inside = (row for row, offset in timed if offset < latest)
            yield from (Remark("phases_mixed", row.key, "offset_seconds", {"phase": whose}) for row in inside)
        last = max((offset for _row, offset in timed), default=latest)
        if last > latest:
            latest, whose = last, phase


def idle_objectives(rows: Sequence[Row], objectives: Iterable[Any]) -> Iterator[Remark]:
    """Each objective is to be seen in at least one expected action."""
    seen = {row.objective for row in rows if row.expected}
    yield from (Remark("objective_idle", objective, "objective", level=ERROR) for objective in objectives
                if objective not in seen)  # fmt: skip
