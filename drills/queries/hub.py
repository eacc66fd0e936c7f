"""The page of one drill: where it stands, what comes next, and the ways to its parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from campaign.permissions import records_activities
from drills import rules
from drills.models import Drill, Participation
from drills.permissions import (
    can_approve_drill,
    can_control,
    can_direct,
    can_lead_evaluation,
    can_manage_drill,
    can_read_log,
    can_read_outcome,
    can_read_script,
    can_sign_safety,
    evaluations_seen_by,
    part_of,
)
from drills.queries.readiness import has_list

State = Drill.State
STEP_NAMES = {
    rules.DESIGN: _("Design"),
    rules.APPROVAL: _("Approval"),
    rules.READINESS: _("Readiness"),
    rules.RUN: _("Conduct"),
    rules.EVALUATION: _("Evaluation"),
    rules.REPORT: _("Report"),
    rules.IMPROVEMENT: _("Improvement"),
    rules.ARCHIVE: _("Archive"),
}
AFTER_APPROVAL = (State.APPROVED, State.READY, State.RUNNING, State.PAUSED)
BEGUN = (State.RUNNING, State.PAUSED, State.ENDED, State.EVALUATING, State.REPORTED, State.IMPROVING)
OVER = (State.ENDED, State.EVALUATING, State.REPORTED, State.IMPROVING, State.CLOSED, State.ARCHIVED, State.ABORTED)


@dataclass(frozen=True)
class Step:
    name: Any
    when: str  # done, now or ahead


@dataclass(frozen=True)
class Who:
    """What somebody is to this drill, asked once for the page."""

    manages: bool
    approves: bool
    directs: bool
    controls: bool
    reads_script: bool
    reads_log: bool
    reads_outcome: bool
    sees_evaluation: bool
    leads_evaluation: bool
    evaluates: bool
    signs_safety: bool
    records_activities: bool
    parts: Sequence[Participation]

    @property
    def plays(self) -> bool:
        """Knows time, place, team and his own part, and nothing else."""
        return not self.reads_script


def who_is(user: Any, drill: Drill) -> Who:
    return Who(
        manages=can_manage_drill(user, drill),
        approves=can_approve_drill(user, drill),
        directs=can_direct(user, drill),
        controls=can_control(user, drill),
        reads_script=can_read_script(user, drill),
        reads_log=can_read_log(user, drill),
        reads_outcome=can_read_outcome(user, drill),
        sees_evaluation=evaluations_seen_by(user).filter(pk=drill.pk).exists(),
        leads_evaluation=can_lead_evaluation(user, drill),
        evaluates=part_of(user, drill, *Participation.EVALUATING) is not None,
        signs_safety=can_sign_safety(user, drill),
        records_activities=records_activities(user),
        parts=list(drill.participations.filter(user=user)),
    )


def steps_of(drill: Drill) -> list[Step]:
    scored = drill.state == State.EVALUATING and drill.results.exists()
    return [Step(STEP_NAMES[step], when) for step, when in rules.steps(drill.state, scored=scored)]


# ── The ways to the parts ────────────────────────────────────────────────────
@dataclass(frozen=True)
class Way:
    """A part of the product that a drill leads to: shown while its address exists and to whom it would open."""

    name: str
    label: Any
    text: Any
    opens: Callable[[Who, Drill], bool]


DESIGN_WAYS = (
    Way("drills:objectives", _("Objectives"), _("Who does what, to which standard"), lambda who, _d: who.reads_script),
    Way("drills:units", _("Taking-part units"), _("Beside the organiser"), lambda who, _d: who.reads_script),
    Way("drills:parts", _("Roles and people"), _("Who has which part"), lambda who, _d: who.reads_script),
    Way("drills:msel", _("Table of events"), _("Messages and expected actions"), lambda who, _d: who.reads_script),
    Way("drills:approval", _("Approval"), _("What is submitted, and each decision"), lambda who, _d: who.reads_script),
    Way(
        "drills:readiness",
        _("Readiness list"),
        _("Passed line by line before the start"),
        lambda who, drill: who.reads_script and has_list(drill),
    ),
)
RUN_WAYS = (
    Way(
        "drills:cards",
        _("Role cards and phones"),
        _("Cards with QR codes, sign-in sheets, which phone is fit"),
        lambda who, drill: who.controls and drill.state in (*AFTER_APPROVAL, *OVER),
    ),
    Way(
        "drills:console",
        _("Console"),
        _("Clock, events, sign-in, emergency stop"),
        lambda who, drill: who.controls and drill.state in (State.READY, *BEGUN, *OVER),
    ),
    Way(
        "drills:run_log",
        _("Run log"),
        _("Every event in its order, with its device and its time"),
        lambda who, drill: who.reads_log and drill.state in (*BEGUN, *OVER),
    ),
    Way(
        "drills:evaluation",
        _("Evaluation"),
        _("Forms, evaluators, scores"),
        lambda who, drill: who.sees_evaluation and drill.state in (*AFTER_APPROVAL, *OVER),
    ),
    Way(
        "drills:documents",
        _("Reports and archive"),
        _("Evaluation report, summary, reporting the result"),
        lambda who, drill: who.reads_outcome and drill.state in OVER,
    ),
    Way(
        "drills:findings",
        _("Problems and corrective actions"),
        _("What was seen, who puts it right until when"),
        lambda who, drill: who.reads_outcome and drill.state in OVER,
    ),
    Way(
        "drills:also_campaign",
        _("Count for the seven entries, too"),
        _("One event is typed once"),
        lambda who, drill: who.manages and who.records_activities and drill.counts,
    ),
)


@dataclass(frozen=True)
class Link:
    url: str
    label: Any
    text: Any
    count: int | None = None


def address(name: str, *args: Any) -> str:
    """Empty while that part of the product is not there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def links_of(drill: Drill, who: Who, ways: Sequence[Way], counts: dict[str, int] | None = None) -> list[Link]:
    open_ = [(way, address(way.name, drill.pk)) for way in ways if way.opens(who, drill)]
    return [Link(url, way.label, way.text, (counts or {}).get(way.name)) for way, url in open_ if url]


def counts_of(drill: Drill) -> dict[str, int]:
    return {
        "drills:objectives": drill.objectives.count(),
        "drills:units": drill.taking_part.count(),
        "drills:parts": drill.participations.count(),
        "drills:msel": drill.events.count(),
    }
