"""A drill that stands on its own feet, for the tests of its planning."""

from datetime import timedelta
from typing import Any

from drills.models import Drill, Objective, Participation
from people.models import Organisation
from tests.drills.factories import NOW, make_drill, make_item, make_part, make_plan, make_version
from tests.people.factories import MembershipFactory, UserFactory

Role = Participation.Role


def member(organisation: Organisation, name: str, **fields: Any) -> Any:
    return MembershipFactory(organisation=organisation, user=UserFactory(full_name=name), **fields)


def make_planned(organisation: Organisation, director: Any, **fields: Any) -> Drill:
    """Complete as a design: somebody could approve it, and its readiness list would compute to good."""
    plan = make_plan(organisation)
    defaults: dict[str, Any] = {
        "plan_version": make_version(plan),
        "safety_plan": "溪沟边设安全员，雨量达到阈值即停。",
        "starts_at": NOW + timedelta(days=10),
    }
    drill = make_drill(organisation, **{**defaults, **fields})
    objective = Objective.objects.create(drill=drill, position=1, who="转移一组", task="逐户通知并带离")
    make_item(drill, objective=objective, expected="十分钟内到位", responsible="转移一组")
    make_part(drill, Role.DIRECTOR, director, organisation=organisation)
    for role, name in ((Role.CONTROLLER, "导调甲"), (Role.SAFETY, "安全甲"), (Role.LEAD_EVALUATOR, "评估甲")):
        make_part(drill, role, member(organisation, name).user, organisation=organisation)
    return drill
