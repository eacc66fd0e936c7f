"""Drills for the access matrix: organisation A's in every state of its design, the bureau's, and one whose players do
not know of it. The learner plays; B's manager evaluates what the bureau holds and has nothing to do with A's."""

from datetime import datetime, timedelta
from typing import Any

from drills.models import Approval, Drill, Objective, Participation, TakingPart
from drills.queries.readiness import lines_of
from drills.services import readiness
from drills.services.feeds import new_feed
from people.models import Organisation
from tests.drills.factories import make_drill, make_item, make_part, make_plan, make_version
from tests.drills.planning import make_planned

Role = Participation.Role


def drills_scenery(cast: dict[str, Any], organisation_a: Organisation, now: datetime) -> dict[str, Any]:
    bureau = cast["leader"].memberships.get().organisation
    version = make_version(make_plan(organisation_a))
    drill_a = designed(cast, organisation_a, now, title="drill of A", state="approved", plan_version=version)
    county = designed(cast, bureau, now, title="drill of the bureau", state="approved", level=Drill.Level.COUNTY)
    blind = designed(
        cast, bureau, now, title="double-blind", state="approved", level="county", notice=Drill.Notice.DOUBLE_BLIND
    )
    for drill in (county, blind):
        make_part(drill, Role.LEAD_EVALUATOR, cast["manager_b"], team="评估组")
    draft = designed(cast, organisation_a, now, title="draft drill of A", state="draft")
    new_feed(cast["learner"], now=now)
    return {
        "plan_a": version.plan,
        "plan_version_a": version,
        "drill_a": drill_a,
        "drill_county": county,
        "drill_blind": blind,
        "drill_draft": draft,
        "drill_unit": TakingPart.objects.create(drill=draft, organisation=bureau),
        "drill_review": designed(cast, organisation_a, now, title="in review", state="in_review"),
        "drill_ready": designed(cast, organisation_a, now, title="ready drill of A", state="ready"),
        "player_part": drill_a.participations.get(user=cast["learner"]),
        "director_part": drill_a.participations.get(role=Role.DIRECTOR),
        "unused_part": make_part(drill_a, Role.OBSERVER),
        "drill_item": drill_a.events.get(number="01"),
        **gate_scenery(cast["manager_a"], drill_a, organisation_a, now),
    }


def designed(cast: dict[str, Any], organisation: Organisation, now: datetime, *, state: str, **fields: Any) -> Drill:
    """Tomorrow's drill with a director, a player, an objective, an event and its readiness list."""
    drill = make_drill(organisation, starts_at=now + timedelta(days=1), state=state, created_at=now, **fields)
    make_part(drill, Role.DIRECTOR, cast["manager_a" if organisation.kind == "enterprise" else "drill_officer"])
    make_part(drill, Role.PLAYER, cast["learner"], team="抢险一组")
    objective = Objective.objects.create(drill=drill, position=1, who="抢险一组", task="转移群众")
    make_item(drill, objective=objective, kind="expected_action", expected="十分钟内到位", responsible="抢险一组")
    if state != "draft":
        Approval.objects.create(drill=drill, decision="submitted", by=cast["manager_a"], at=now)
    if state not in Drill.DESIGN:
        number(drill)
    return drill


def number(drill: Drill) -> None:
    """As the approval leaves it."""
    drill.number = f"YL2026-9{drill.pk:05d}"
    drill.save(update_fields=["number"])
    readiness.add_lines(drill)


def gate_scenery(manager: Any, drill_a: Drill, organisation_a: Organisation, now: datetime) -> dict[str, Any]:
    """Lines to pass, to undo, to take off and to leave alone; a design to submit and a list that is through."""
    passed = drill_a.checks.get(code="comms")
    readiness.pass_line(passed, by=manager, now=now)
    tomorrow = now + timedelta(days=1)
    through = make_planned(organisation_a, manager, starts_at=tomorrow, state="approved", title="all passed")
    number(through)
    officer = through.participations.get(role=Role.SAFETY).user
    for line in lines_of(through):
        if line.how != "computed":
            readiness.pass_line(line.check, by=officer, now=now)
    return {
        "drill_check": drill_a.checks.get(code="weather"),
        "signature_check": drill_a.checks.get(code="safety"),
        "passed_check": passed,
        "own_check": readiness.add_own_line(drill_a, "音响试过", mandatory=True, by=manager, now=now),
        "drill_passed": through,
        "drill_complete": make_planned(organisation_a, manager, starts_at=tomorrow, title="complete draft"),
    }
