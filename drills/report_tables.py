"""The tables of a report, from its frozen data alone."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from drills.models import CorrectiveAction, Drill, Finding, MselItem, Participation
from drills.report_blocks import Pairs, Table
from drills.report_texts import at, gaps, label, lasted, verdict_name
from duties.vocabulary import Hazard

Facts = Mapping[str, Any]


def table(head: Iterable[str], rows: Iterable[Iterable[Any]], widths: tuple[int, ...], *numbers: int) -> Table | None:
    body = tuple(tuple(str(cell) for cell in row) for row in rows)
    return Table(tuple(head), body, widths, frozenset(numbers)) if body else None


def basics(data: Facts) -> Pairs:
    drill, plan, run = data["drill"], data["plan"], data["run"]
    held = f"{at(run['began'], '%Y-%m-%d %H:%M:%S')} – {at(run['ended'], '%H:%M:%S')}" if run["began"] else ""
    kind = [
        label(Drill.Form, drill["form"]),
        label(Drill.Scope, drill["scope"]),
        label(Drill.Purpose, drill["purpose"]),
        label(Drill.Notice, drill["notice"]),
    ]
    rows = (
        (pgettext("report", "Drill"), f"【演练】{drill['title']}"),
        (pgettext("report", "Number"), drill["number"]),
        (_("Organised by"), drill["organisation"]),
        (_("Units taking part"), _(", ").join(drill["units"])),
        (_("Hazard"), label(Hazard, drill["hazard"])),
        (pgettext("report", "Kind"), _(", ").join(kind)),
        (_("Level"), label(Drill.Level, drill["level"])),
        (_("Emergency plan"), f"{plan['title']} V{plan['version']}" if plan else ""),
        (_("Place"), drill["place"]),
        (pgettext("report", "Planned"), f"{at(drill['planned_begin'])} – {at(drill['planned_end'])}"),
        (pgettext("report", "Held"), held),
        (pgettext("report", "Drill clock"), lasted(run["elapsed_ms"]) if run["began"] else ""),
        (_("Directed and evaluated by"), staff(data)),
    )
    return Pairs(tuple((name, value) for name, value in rows if value))


def staff(data: Facts) -> str:
    players = (Participation.Role.PLAYER, Participation.Role.SIMULATOR)
    told: dict[str, list[str]] = {}
    for one in data["people"]["staff"]:
        if one["role"] not in players:
            told.setdefault(one["role"], []).append(one["name"])
    roles = (f"{label(Participation.Role, role)}：{_(', ').join(names)}" for role, names in told.items())
    return _("; ").join(roles)


def forms(data: Facts) -> Table | None:
    rows = (
        (f"{form['title']} V{form['version']}", form["source"], form["weights"], form["percent"])
        for form in data["evaluation"]["forms"]
    )
    head = (_("Evaluation form"), _("Source"), _("Weights"), _("Share (%)"))
    return table(head, rows, (34, 26, 26, 14), 3)


def checks(data: Facts) -> Table | None:
    kinds = {True: pgettext("report", "Mandatory"), False: pgettext("report", "Optional")}
    said = {True: pgettext("report", "Passed"), False: pgettext("report", "Not passed")}
    rows = (
        (number, check["text"], kinds[check["mandatory"]], said[check["passed"]])
        for number, check in enumerate(data["readiness"], 1)
    )
    kind, result = pgettext("report", "Kind of check"), pgettext("report", "Result")
    return table((pgettext("report", "No."), _("Check before the drill"), kind, result), rows, (10, 56, 16, 18), 0)


def events(data: Facts) -> Table | None:
    """Instruction → done → how long it took, in the order of the table of events."""
    rows = (
        (
            event["number"],
            event["title"],
            clock(event["planned_ms"]),
            clock(event["released_ms"]) or state_name(event["state"]),
            event["acknowledged"] or "–",
            took(event),
            lasted(event["within_ms"]) or "–",
        )
        for event in data["events"]
        if event["kind"] != MselItem.Kind.EXPECTED_ACTION
    )
    head = (
        pgettext("report", "No."),
        pgettext("report", "Event"),
        pgettext("report", "Planned"),
        pgettext("report", "Released"),
        pgettext("report", "Acknowledged"),
        pgettext("report", "Took"),
        pgettext("report", "Limit"),
    )
    return table(head, rows, (8, 27, 15, 15, 9, 15, 11), 0, 4)


def clock(milliseconds: int | None) -> str:
    """On the drill's clock: T+04:06."""
    if milliseconds is None:
        return ""
    told = lasted(milliseconds)
    return f"T{told}" if told.startswith("-") else f"T+{told}"


def state_name(state: str) -> str:
    return {"skipped": pgettext("report", "Skipped")}.get(state, pgettext("report", "Not released"))


def took(event: Facts) -> str:
    milliseconds = event["done_ms"] if event["done_ms"] is not None else event["answer_ms"]
    told = lasted(milliseconds) or ("–" if event["state"] != "released" else _("no answer"))
    return _("%(took)s, over time") % {"took": told} if event["late"] else told


def expected(data: Facts) -> Table | None:
    rows = (
        (
            event["number"],
            event["expected"] or event["title"],
            lasted(event["within_ms"]) or "–",
            lasted(event["done_ms"]) or "–",
            _("; ").join(f"{one['who']}：{verdict_name(one['verdict'])}" for one in event["verdicts"]) or "–",
        )
        for event in data["events"]
        if event["kind"] == MselItem.Kind.EXPECTED_ACTION or event["verdicts"]
    )
    head = (
        pgettext("report", "No."),
        _("Expected action"),
        pgettext("report", "Limit"),
        pgettext("report", "Took"),
        pgettext("report", "Verdict"),
    )
    return table(head, rows, (8, 42, 12, 12, 26), 0)


def problems(data: Facts) -> Table | None:
    rows = (
        (
            number,
            one["text"],
            label(Finding.Severity, one["severity"]),
            label(Finding.Element, one["element"]),
            one["clause"] or "–",
        )
        for number, one in enumerate(gaps(data), 1)
    )
    head = (
        pgettext("report", "No."),
        _("Problem"),
        _("Severity"),
        pgettext("report", "Concerns"),
        _("Clause of the plan"),
    )
    return table(head, rows, (8, 44, 12, 16, 20), 0)


def actions(data: Facts) -> Table | None:
    rows = (
        (
            number,
            action["text"],
            f"{action['unit']} {action['owner']}",
            action["due_on"],
            action["criterion"],
            label(CorrectiveAction.State, action["state"]),
        )
        for number, one in enumerate(gaps(data), 1)
        for action in one["actions"]
    )
    head = (_("Problem"), _("Corrective action"), _("Responsible"), _("Due"), _("Done when"), _("State"))
    return table(head, rows, (9, 28, 19, 16, 17, 11), 0)


def sections(data: Facts) -> Table | None:
    score = data["score"]
    if score is None:
        return None
    rows = (
        (section["code"], section["title"], section["weight"], section["points"] or _("not observed"))
        for section in score["sections"]
    )
    return table(
        (pgettext("report", "No."), pgettext("report", "Section"), pgettext("report", "Weight"), _("Points of 100")),
        rows,
        (12, 50, 16, 22),
        2,
        3,
    )


def roles(data: Facts) -> Table | None:
    rows = (
        (label(Participation.Role, one["role"]), one["expected"] or "–", one["named"] or "–", heads(one))
        for one in data["people"]["by_role"]
    )
    head = (_("Role"), _("Expected (people)"), _("By name (people)"), _("By head-count (person-times)"))
    return table(head, rows, (31, 20, 20, 29), 1, 2, 3)


def units(data: Facts) -> Table | None:
    found = data["people"]["by_unit"]
    if len(found) < 2:
        return None
    rows = ((one["unit"] or _("Not told"), one["named"] or "–", heads(one)) for one in found)
    head = (_("Unit of those who played"), _("By name (people)"), _("By head-count (person-times)"))
    return table(head, rows, (46, 24, 30), 1, 2)


def heads(one: Facts) -> str:
    if not one["heads"]:
        return "–"
    return _("about %(n)d") % {"n": one["heads"]} if one["estimated"] else str(one["heads"])


def course(data: Facts) -> Table | None:
    """By points of time, as the log tells it."""
    by_number = {event["number"]: event for event in data["events"]}
    rows = (
        (
            at(turn["at"], "%H:%M:%S"),
            planned(by_number.get(turn["event"])) if turn["kind"] in DUE else "–",
            clock(turn["after_ms"]),
            told(turn, by_number),
            turn["who"],
        )
        for turn in data["turns"]
    )
    head = (
        pgettext("report", "Time"),
        pgettext("report", "Planned for"),
        pgettext("report", "Drill clock"),
        pgettext("report", "What happened"),
        pgettext("report", "By"),
    )
    return table(head, rows, (14, 13, 13, 46, 14))


DUE = ("inject_released", "inject_skipped")  # has a time in the table of events


def planned(event: Facts | None) -> str:
    return clock(event["planned_ms"]) or "–" if event else "–"


TURN_NAMES: dict[str, Callable[[], str]] = {
    "startex": lambda: pgettext("run log", "Drill began"),
    "pause": lambda: pgettext("run log", "Paused"),
    "resume": lambda: pgettext("run log", "Went on"),
    "stop": lambda: pgettext("run log", "Emergency stop"),
    "endex": lambda: pgettext("run log", "Drill ended"),
    "abort": lambda: pgettext("run log", "Aborted"),
    "inject_released": lambda: pgettext("run log", "Released"),
    "inject_delayed": lambda: pgettext("run log", "Delayed"),
    "inject_skipped": lambda: pgettext("run log", "Skipped"),
    "inject_amended": lambda: pgettext("run log", "Amended"),
    "response": lambda: pgettext("run log", "Response"),
    "report": lambda: pgettext("run log", "Report made"),
}


def told(turn: Facts, by_number: Mapping[str, Facts]) -> str:
    event = by_number.get(turn["event"])
    named = f"{event['number']} {event['title']}" if event else ""
    parts = [turn["chain"] or TURN_NAMES[turn["kind"]](), lasted(turn["delay_ms"]), named, turn["text"]]
    return "：".join(part for part in parts if part)


def observations(data: Facts) -> Table | None:
    rows = ((at(one["at"], "%H:%M:%S"), one["text"], one["who"]) for one in data["observations"])
    return table((pgettext("report", "Time"), _("Observation"), pgettext("report", "By")), rows, (14, 70, 16))


Maker = Callable[[Facts], Table | Pairs | None]
TABLES: dict[str, tuple[Maker, ...]] = {
    "basics": (basics,),
    "process": (forms,),
    "preparation": (checks,),
    "conduct": (events,),
    "performance": (expected,),
    "advice": (problems, actions),
    "conclusion": (sections,),
    "people": (roles, units),
    "course": (course,),
    "improvement": (actions,),
}
