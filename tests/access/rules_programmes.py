from collections.abc import Callable
from typing import Any

from people.models import Membership
from tests.access.matrix import NOBODY, SIGNED_IN, Rule, Rules, only

COUNTY = only("training_officer", "exam_officer", "leader", "auditor")  # whoever has to do with training
LOOKS_AT_A = COUNTY | {"manager_a", "officer_north", "supervisor", "inspector"}
LOOKS_AT_B = COUNTY | {"manager_b", "officer_south"}
PLANS = only("manager_a", "manager_b", "training_officer")
PLANS_A = only("manager_a", "training_officer")
PLANS_B = only("manager_b", "training_officer")


def pk_of(name: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk]


def reason(scene: Any) -> dict[str, Any]:
    return {"reason": "agreed with the team leader"}


def later(scene: Any) -> dict[str, Any]:
    return {"due_on": "2099-12-31"} | reason(scene)


def fields(scene: Any) -> dict[str, Any]:
    """What every planner may send: the bureau's officer makes it the bureau's, a manager his own organisation's."""
    return {
        "title": "第二期",
        "organisation": "",
        "required_hours": "0",
        "minutes_per_hour": "45",
        "opens_on": "2026-01-01",
        "closes_on": "2099-12-31",
        "course_1": str(scene.lesson.course_id),
    }


def everybody_else(scene: Any) -> dict[str, Any]:
    """The members of A who are not in the programme yet, as the preview counts them."""
    members = Membership.objects.active().filter(organisation=scene.organisation_a)
    return {"confirm": str(members.count() - 1)}


def one_more(scene: Any) -> dict[str, Any]:
    return {"members": [scene.manager_a_as_member.pk], "confirm": "1"}


SEEN = (
    Rule(LOOKS_AT_A, pk_of("programme")),
    Rule(LOOKS_AT_B, pk_of("programme_b")),
    Rule(NOBODY, lambda scene: [10**9]),
)

RULES: Rules = {
    "learning:tasks": (Rule(SIGNED_IN),),
    "learning:programme_list": (Rule(LOOKS_AT_A | LOOKS_AT_B),),
    "learning:programme_detail": SEEN,
    "learning:programme_late": SEEN,
    "learning:programme_poster": SEEN,
    "learning:programme_export": (
        Rule(LOOKS_AT_A, pk_of("programme"), method="post"),
        Rule(LOOKS_AT_B, pk_of("programme_b"), method="post"),
    ),
    "learning:programme_new": (Rule(PLANS),),
    "learning:programme_edit": (Rule(PLANS_A, pk_of("draft"), data=fields), Rule(NOBODY, pk_of("programme"))),
    "learning:programme_publish": (
        Rule(PLANS_A, pk_of("draft"), data=lambda scene: {}),
        Rule(PLANS_B, pk_of("programme_b")),  # published: led on to its page
    ),
    "learning:programme_close": (
        Rule(PLANS_A, pk_of("programme"), data=reason),
        Rule(PLANS_B, pk_of("programme_b"), data=reason),
        Rule(NOBODY, pk_of("draft")),
    ),
    "learning:programme_assign": (
        Rule(PLANS_A, pk_of("programme"), data=everybody_else),
        Rule(PLANS_B, pk_of("programme_b")),
        Rule(NOBODY, pk_of("draft")),
    ),
    "learning:programme_tick": (
        Rule(PLANS_A, pk_of("programme"), data=one_more),
        Rule(PLANS_B, pk_of("programme_b")),
        Rule(NOBODY, pk_of("draft")),
    ),
    "learning:rule_drop": (
        Rule(PLANS_A, lambda scene: [scene.programme.pk, scene.rule.pk], method="post"),
        Rule(NOBODY, lambda scene: [scene.programme_b.pk, scene.rule.pk], method="post"),
    ),
    "learning:enrolment_detail": (Rule(LOOKS_AT_A, pk_of("enrolment")), Rule(LOOKS_AT_B, pk_of("enrolment_b"))),
    "learning:enrolment_extend": (
        Rule(PLANS_A, pk_of("enrolment"), data=later),
        Rule(PLANS_B, pk_of("enrolment_b"), data=later),
    ),
    "learning:enrolment_withdraw": (
        Rule(PLANS_A, pk_of("enrolment"), data=reason),
        Rule(PLANS_B, pk_of("enrolment_b"), data=reason),
    ),
}
