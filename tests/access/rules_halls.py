from typing import Any

from django.utils import timezone

from tests.access.matrix import NOBODY, Rule, Rules
from tests.access.rules_exams import HOLDS_A, OFFICERS, pk_of


def hall(scene: Any) -> dict[str, Any]:
    opens = f"{timezone.localtime(scene.exam_a.opens_at):%Y-%m-%dT%H:%M}"
    return {"name": "hall 2", "place": "school", "seats": "20", "opens_at": opens}


def kept(scene: Any) -> dict[str, Any]:
    return {"anew": "0"}


def checked(scene: Any) -> dict[str, Any]:
    return {"identity": "checked"}


OF_BOTH = (Rule(HOLDS_A, pk_of("exam_a")), Rule(OFFICERS, pk_of("exam_county")))
RULES: Rules = {
    "exams:hall_list": OF_BOTH,
    "exams:hall_new": (Rule(HOLDS_A, pk_of("exam_a"), data=hall), Rule(OFFICERS, pk_of("exam_county"))),
    "exams:hall_plan": (Rule(HOLDS_A, pk_of("exam_a"), data=kept), Rule(OFFICERS, pk_of("exam_county"), data=kept)),
    "exams:hall_edit": (Rule(HOLDS_A, pk_of("hall_a"), data=hall),),
    "exams:hall_remove": (Rule(HOLDS_A, pk_of("hall_a"), method="post"),),
    "exams:hall_paper": (
        Rule(HOLDS_A, lambda scene: [scene.hall_a.pk, "seats"]),
        Rule(NOBODY, lambda scene: [scene.hall_a.pk, "other"]),
    ),
    "exams:exam_door": (
        Rule(HOLDS_A, pk_of("exam_a")),
        Rule(OFFICERS, pk_of("exam_county")),
        Rule(NOBODY, pk_of("draft_a")),
    ),
    "exams:door_walk_in": (Rule(HOLDS_A, pk_of("exam_a")), Rule(OFFICERS, pk_of("exam_county"))),
    "exams:door_candidate": (
        Rule(HOLDS_A, pk_of("candidate_ready"), data=checked),
        Rule(OFFICERS, pk_of("candidate_b"), data=checked),
    ),
}
