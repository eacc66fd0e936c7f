"""The sections of the two reports, and what can be proposed for each from the facts alone. A proposal counts and
quotes; it judges nothing, and where there is no fact there is no sentence."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from drills.models import Drill, DrillReport, Finding, MselItem, Participation
from duties.vocabulary import Hazard
from ui.clock import local

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    key: str
    title: Any
    group: Any = ""  # the heading above, for those that stand under a common one


ANALYSIS = gettext_lazy("Analysis")
SECTIONS: dict[str, tuple[Section, ...]] = {
    DrillReport.Kind.EVALUATION: (
        Section("basics", gettext_lazy("Basic facts")),
        Section("process", gettext_lazy("How the evaluation was done")),
        Section("preparation", gettext_lazy("Preparation"), ANALYSIS),
        Section("conduct", gettext_lazy("Organisation and conduct"), ANALYSIS),
        Section("performance", gettext_lazy("How those who took part performed"), ANALYSIS),
        Section("objectives", gettext_lazy("How far the objectives were reached"), ANALYSIS),
        Section("advice", gettext_lazy("What to improve")),
        Section("conclusion", gettext_lazy("Conclusion of the evaluation")),
    ),
    DrillReport.Kind.SUMMARY: (
        Section("purpose", gettext_lazy("Purpose of the drill")),
        Section("place", gettext_lazy("Time and place")),
        Section("people", gettext_lazy("Units and people that took part")),
        Section("scheme", gettext_lazy("Outline of the scheme")),
        Section("course", gettext_lazy("Course of the drill")),
        Section("problems", gettext_lazy("Problems found and their causes")),
        Section("lessons", gettext_lazy("Experience and lessons")),
        Section("improvement", gettext_lazy("Proposals for improvement")),
    ),
}


def proposals(kind: str, facts: Facts) -> dict[str, str]:
    """By section, in the language that is active; empty where nothing is on record."""
    return {section.key: PROPOSE[section.key](facts) for section in SECTIONS[kind]}


def completed(kind: str, facts: Facts, texts: Mapping[str, str]) -> dict[str, str]:
    """What a person wrote; where he wrote nothing, what is proposed. Who empties a section on purpose leaves it so."""
    return {key: texts.get(key, text) for key, text in proposals(kind, facts).items()}


# ── Words ────────────────────────────────────────────────────────────────────
def label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def at(value: str | None, form: str = "%Y-%m-%d %H:%M") -> str:
    return local(datetime.fromisoformat(value)).strftime(form) if value else ""


def day_words(value: str) -> str:
    """2026年11月17日, of a day or of a moment."""
    return date_format(local(datetime.fromisoformat(value)) if "T" in value else date.fromisoformat(value))


def lasted(milliseconds: int | None) -> str:
    """1:02:03 or 02:03, cut to whole seconds; with its sign before the start."""
    if milliseconds is None:
        return ""
    seconds = abs(milliseconds) // 1000
    minutes, hours = seconds // 60 % 60, seconds // 3600
    told = f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes:02d}:{seconds % 60:02d}"
    return f"-{told}" if milliseconds < 0 else told


def heads(people: Facts) -> str:
    """Those known by name and those counted, never added up."""
    told = []
    if people["named"]:
        told.append(ngettext("%(n)d person by name", "%(n)d people by name", people["named"]) % {"n": people["named"]})
    if people["heads"]:
        word = _("about %(n)d by head-count") if people["estimated"] else _("%(n)d by head-count")
        told.append(word % {"n": people["heads"]})
    return _(", and ").join(told)


def moment_words(value: str | None, form: str = "%H:%M", *, after: str = "") -> str:
    """Without its day where that is the day of `after`."""
    if not value:
        return ""
    same = bool(after) and at(value, "%Y%m%d") == at(after, "%Y%m%d")
    return at(value, form) if same else f"{day_words(value)} {at(value, form)}"


def sentences(*told: str) -> str:
    return "".join(one for one in told if one)


def numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{number}.{line}" for number, line in enumerate(lines, 1))


def tally(pairs: Iterable[tuple[str, int]]) -> str:
    return _(", ").join(f"{name} {count}" for name, count in pairs if count)


# ── Evaluation report ────────────────────────────────────────────────────────
def basics(facts: Facts) -> str:
    drill, run = facts["drill"], facts["run"]
    told = sentences(
        _("%(organisation)s held the drill “%(title)s” at %(place)s on %(day)s.") % {
            "organisation": drill["organisation"],
            "title": drill["title"],
            "place": drill["place"],
            "day": day_words(drill["held_on"] or drill["planned_begin"]),
        },
        _("It was a %(scope)s %(form)s drill %(purpose)s on %(hazard)s.") % {
            "scope": label(Drill.Scope, drill["scope"]),
            "form": label(Drill.Form, drill["form"]),
            "purpose": label(Drill.Purpose, drill["purpose"]),
            "hazard": label(Hazard, drill["hazard"]),
        },
        under_plan(facts["plan"]),
    )  # fmt: skip
    return "\n".join(filter(None, [told, drill["background"], lasted_text(run), took_part(facts)]))


def under_plan(plan: Facts | None) -> str:
    if plan is None:
        return ""
    return _("It was held under “%(title)s” (version %(version)d).") % {
        "title": plan["title"],
        "version": plan["version"],
    }


def lasted_text(run: Facts) -> str:
    if not run["began"]:
        return ""
    told = _("It began at %(began)s") % {"began": at(run["began"], "%H:%M:%S")}
    if run["ended"]:
        ended = (
            _(", was broken off at %(ended)s after %(elapsed)s on the drill's clock")
            if run["state"] == "aborted"
            else _(", ended at %(ended)s and lasted %(elapsed)s on the drill's clock")
        )
        told += ended % {
            "ended": at(run["ended"], "%H:%M:%S"),
            "elapsed": lasted(run["elapsed_ms"]),
        }
        if run["stood_ms"]:
            told += _(", not counting %(stood)s of pauses") % {"stood": lasted(run["stood_ms"])}
    return told + pgettext("sentence", ".")


def took_part(facts: Facts) -> str:
    people = heads(facts["people"]["playing"])
    return _("Took part: %(people)s.") % {"people": people} if people else ""


def process(facts: Facts) -> str:
    forms = facts["evaluation"]["forms"]
    evaluators = [one for one in facts["people"]["staff"] if one["role"] in Participation.EVALUATING]
    titles = _(", ").join(
        _("“%(title)s” (version %(version)d)") % {"title": form["title"], "version": form["version"]} for form in forms
    )
    locked, reconciled = facts["evaluation"]["locked"], facts["evaluation"]["reconciled"]
    return sentences(
        _("Evaluators: %(n)d.") % {"n": len(evaluators)} if evaluators else "",
        _("Evaluated by %(forms)s.") % {"forms": titles} if titles else "",
        _("Evaluation sheets locked: %(n)d.") % {"n": locked} if locked else "",
        _("Items on which evaluators differed and that were reconciled: %(n)d.") % {"n": reconciled}
        if reconciled
        else "",
        _("Observations on record: %(n)d.") % {"n": len(facts["observations"])} if facts["observations"] else "",
    )


def preparation(facts: Facts) -> str:
    checks = facts["readiness"]
    if not checks:
        return ""
    must = [check for check in checks if check["mandatory"]]
    passed = sum(check["passed"] for check in must)
    return _("Mandatory checks before the drill: %(all)d, passed: %(passed)d.") % {"all": len(must), "passed": passed}


def conduct(facts: Facts) -> str:
    events = facts["events"]
    sent = sum(event["state"] == "released" for event in events)
    watched = sum(event["kind"] == MselItem.Kind.EXPECTED_ACTION for event in events)
    skipped = sum(event["state"] == "skipped" for event in events)
    late = sum(event["late"] for event in events)
    kinds = [turn["kind"] for turn in facts["turns"]]
    pauses, stops = kinds.count("pause"), kinds.count("stop")
    return sentences(
        _("Messages planned: %(all)d, released: %(sent)d.") % {"all": len(events) - watched, "sent": sent}
        if len(events) > watched
        else "",
        _("Expected actions watched: %(n)d.") % {"n": watched} if watched else "",
        _("Skipped: %(n)d.") % {"n": skipped} if skipped else "",
        _("Worded anew while the drill ran: %(n)d.") % {"n": n} if (n := sum(e["amended"] for e in events)) else "",
        _("Over time: %(n)d.") % {"n": late} if late else "",
        _("Paused: %(n)d times.") % {"n": pauses} if pauses else "",
        _("Emergency stops: %(n)d.") % {"n": stops} if stops else "",
    )


def verdict_name(verdict: str) -> str:
    return {
        "done": pgettext("verdict", "Done"),
        "partly": pgettext("verdict", "Partly done"),
        "wrong": pgettext("verdict", "Done wrongly"),
        "not_done": pgettext("verdict", "Not done"),
        "not_observed": pgettext("verdict", "Not observed"),
    }.get(verdict, verdict)


def verdicts(events: Iterable[Facts]) -> str:
    given = [one["verdict"] for event in events for one in event["verdicts"]]
    return tally((verdict_name(name), given.count(name)) for name in ("done", "partly", "wrong", "not_done"))


def performance(facts: Facts) -> str:
    told = verdicts(facts["events"])
    good = [one["text"] for one in facts["findings"] if one["kind"] != Finding.Kind.GAP]
    head = _("Verdicts on what was expected: %(verdicts)s.") % {"verdicts": told} if told else ""
    return "\n".join(filter(None, [head, _("Went well:") if good else "", numbered(good)]))


def objective_text(one: Facts) -> str:
    named = [one["condition"], one["who"] and f"{one['who']}：{one['task']}", one["standard"], one["effect"]]
    return _("; ").join(part for part in named if part)


def objectives(facts: Facts) -> str:
    lines = []
    for one in facts["objectives"]:
        told = verdicts(event for event in facts["events"] if event["objective"] == one["position"])
        tail = _(" (%(verdicts)s)") % {"verdicts": told} if told else ""
        lines.append(objective_text(one) + tail)
    return numbered(lines)


def gaps(facts: Facts) -> list[Facts]:
    return [one for one in facts["findings"] if one["kind"] == Finding.Kind.GAP]


def advice(facts: Facts) -> str:
    found = gaps(facts)
    if not found:
        return ""
    weights = [one["severity"] for one in found]
    by_weight = tally((str(severity.label), weights.count(severity)) for severity in reversed(Finding.Severity))
    actions = sum(len(one["actions"]) for one in found)
    return sentences(
        _("Problems found: %(n)d (%(weights)s).") % {"n": len(found), "weights": by_weight},
        _("Corrective actions: %(n)d.") % {"n": actions} if actions else "",
        _("The revision of the plan has been proposed.") if any(one["revision"] for one in found) else "",
    )


def conclusion(facts: Facts) -> str:
    score = facts["score"]
    if score is None:
        return ""
    if score["total"] is None:
        return _("No item was observed: no score is given.")
    told = _("Score: %(total)s of 100, grade: %(grade)s.") % {"total": score["total"], "grade": score["grade"]}
    vetoes = _(", ").join(map(str, score["vetoes"]))
    return told + (_(" The grade was capped by veto items: %(items)s.") % {"items": vetoes} if vetoes else "")


# ── Summary report ───────────────────────────────────────────────────────────
def purpose(facts: Facts) -> str:
    lines = [objective_text(one) for one in facts["objectives"]]
    if not lines:
        return ""
    head = _("The drill was held %(purpose)s. Objectives:") % {
        "purpose": label(Drill.Purpose, facts["drill"]["purpose"])
    }
    return "\n".join([head, numbered(lines)])


def place(facts: Facts) -> str:
    drill, run = facts["drill"], facts["run"]
    planned = _("Planned: %(begin)s to %(end)s.") % {
        "begin": moment_words(drill["planned_begin"]),
        "end": moment_words(drill["planned_end"], after=drill["planned_begin"]),
    }
    real = ""
    if run["began"]:
        real = _("Held: %(begin)s to %(end)s.") % {
            "begin": moment_words(run["began"], "%H:%M:%S"),
            "end": moment_words(run["ended"], "%H:%M:%S", after=run["began"]) or "–",
        }
    return sentences(planned, real, _("Place: %(place)s.") % {"place": drill["place"]})


def people(facts: Facts) -> str:
    drill = facts["drill"]
    units = _(", ").join(drill["units"])
    looking_on = next((one for one in facts["people"]["by_role"] if one["role"] == Participation.Role.OBSERVER), None)
    watched = heads(looking_on) if looking_on else ""
    return sentences(
        _("Organised by %(organisation)s.") % {"organisation": drill["organisation"]},
        _("Units taking part: %(units)s.") % {"units": units} if units else "",
        took_part(facts),
        _("Looked on: %(people)s.") % {"people": watched} if watched else "",
    )


def scheme(facts: Facts) -> str:
    phases = list(dict.fromkeys(event["phase"] for event in facts["events"] if event["phase"]))
    return "\n".join(
        filter(
            None,
            [
                facts["drill"]["background"],
                sentences(
                    _("Phases: %(phases)s.") % {"phases": _(", ").join(phases)} if phases else "",
                    _("Events planned: %(n)d.") % {"n": len(facts["events"])} if facts["events"] else "",
                ),
                facts["drill"]["safety_plan"],
            ],
        )
    )


def course(facts: Facts) -> str:
    return sentences(lasted_text(facts["run"]), conduct(facts))


def problems(facts: Facts) -> str:
    lines = [
        one["text"] + (_(" Cause: %(cause)s") % {"cause": one["cause"]} if one["cause"] else "") for one in gaps(facts)
    ]
    return numbered(lines) or facts["drill"]["told"]["problems"]


def lessons(facts: Facts) -> str:
    good = [one["text"] for one in facts["findings"] if one["kind"] != Finding.Kind.GAP]
    return numbered(good) or facts["drill"]["told"]["went_well"]


def improvement(facts: Facts) -> str:
    lines = [
        _("%(text)s (%(unit)s, %(owner)s, by %(day)s)")
        % {"text": action["text"], "unit": action["unit"], "owner": action["owner"], "day": action["due_on"]}
        for one in gaps(facts)
        for action in one["actions"]
        if action["state"] != "cancelled"
    ]
    return numbered(lines) or facts["drill"]["told"]["follow_up"]


PROPOSE: dict[str, Callable[[Facts], str]] = {
    "basics": basics,
    "process": process,
    "preparation": preparation,
    "conduct": conduct,
    "performance": performance,
    "objectives": objectives,
    "advice": advice,
    "conclusion": conclusion,
    "purpose": purpose,
    "place": place,
    "people": people,
    "scheme": scheme,
    "course": course,
    "problems": problems,
    "lessons": lessons,
    "improvement": improvement,
}
