from typing import Any

from django.utils.timezone import localdate

from tests.access.matrix import NOBODY, Rule, Rules, only

IMPORTS = only("manager_a", "manager_b", "training_officer", "system_admin")
UPLOADER = only("manager_a")
MANAGES_A = only("manager_a", "training_officer", "system_admin")
MANAGES_B = only("manager_b", "training_officer", "system_admin")


def roster(scene: Any) -> list[Any]:
    return [scene.roster.pk]


def columns(scene: Any) -> dict[str, Any]:
    return {"head-0": 1, "column-0-0": "name", "column-0-1": "identity"}


def newcomer(scene: Any) -> dict[str, Any]:
    return {"name": "王小明", "identity": "110101199003070134", "category": "worker"}


def today(scene: Any) -> dict[str, Any]:
    return {"last_day": localdate().isoformat()}


RULES: Rules = {
    "people:roster_list": (Rule(IMPORTS),),
    "people:roster_upload": (Rule(IMPORTS),),
    "people:roster_template": (Rule(IMPORTS),),
    # A roster is full of identity numbers: whoever brought it sees it, nobody else, the bureau included.
    "people:roster_detail": (Rule(UPLOADER, roster), Rule(NOBODY, lambda scene: [10**9])),
    "people:roster_columns": (Rule(UPLOADER, roster, data=columns),),
    "people:roster_import": (Rule(UPLOADER, roster, method="post"),),
    "people:roster_problems": (Rule(UPLOADER, roster),),
    "people:slips": (Rule(IMPORTS),),
    "people:member_add": (
        Rule(MANAGES_A, lambda scene: [scene.organisation_a.pk], data=newcomer),
        Rule(MANAGES_B, lambda scene: [scene.organisation_b.pk], data=newcomer),
    ),
    "people:membership_end": (
        Rule(MANAGES_A, lambda scene: [scene.learner_as_member.pk], data=today),
        Rule(MANAGES_B, lambda scene: [scene.learner_b_as_member.pk], data=today),
        Rule(only("training_officer", "system_admin"), lambda scene: [scene.manager_a_as_member.pk], data=today),
    ),
}
