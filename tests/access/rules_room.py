from collections.abc import Callable
from typing import Any

from tests.access.matrix import EVERYBODY, NOBODY, NOTHING, SIGNED_IN, Rule, Rules, only


def pk_of(name: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk]


CANDIDATE = only("learner")
# The token in the request's header opens these, not the session: without it a sitting does not exist, for nobody.
WITH_TOKEN = (Rule(NOBODY, pk_of("sitting_open"), method="post", refusal=NOTHING),)

RULES: Rules = {
    "exams:my_exams": (Rule(SIGNED_IN),),
    "exams:waiting": (Rule(CANDIDATE, pk_of("candidate_ready")), Rule(NOBODY, pk_of("candidate_b"))),
    "exams:start": (Rule(CANDIDATE, pk_of("candidate_ready"), method="post"),),
    "exams:clock": (Rule(EVERYBODY),),
    "exams:ticket": (
        Rule(EVERYBODY, lambda scene: [scene.exam_ticket]),
        Rule(NOBODY, lambda scene: ["no-such-ticket"], refusal=NOTHING),
    ),
    "exams:sitting": (Rule(CANDIDATE, pk_of("sitting_open")),),
    "exams:take_over": (Rule(CANDIDATE, pk_of("sitting_open"), method="post"),),
    "exams:result": (Rule(CANDIDATE, pk_of("sitting_over")),),
    "exams:sitting_save": WITH_TOKEN,
    "exams:sitting_hand_in": WITH_TOKEN,
    "exams:sitting_left": WITH_TOKEN,
    "exams:sitting_state": (Rule(NOBODY, pk_of("sitting_open"), refusal=NOTHING),),
    "exams:sitting_picture": (Rule(NOBODY, lambda scene: [scene.sitting_open.pk, 0], refusal=NOTHING),),
}
