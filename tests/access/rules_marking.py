from collections.abc import Callable
from typing import Any

from tests.access.matrix import NOBODY, Rule, Rules, only

OFFICERS = only("training_officer", "exam_officer")
HOLDS_A = OFFICERS | {"manager_a"}
MARKS_A = HOLDS_A | {"drill_officer"}  # who was appointed


def pk_of(name: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk]


def reason(scene: Any) -> dict[str, Any]:
    return {"reason": "order 7 of the bureau"}


def somebody(scene: Any) -> dict[str, Any]:
    return {"person": scene.manager_a_as_member.user.username}


def points(scene: Any) -> dict[str, Any]:
    return {"line_0": "6", "line_1": "0", "comment": ""}


def question(scene: Any) -> list[Any]:
    return [scene.written_a.pk, scene.written_answer.version_id]


def answer(scene: Any) -> list[Any]:
    return [*question(scene), scene.written_answer.code]


def key(scene: Any) -> list[Any]:
    return [scene.written_a.pk, scene.ticked_version.pk]


RULES: Rules = {
    "exams:marking_list": (Rule(MARKS_A | {"manager_b"}),),
    "exams:exam_marking": (
        Rule(MARKS_A, pk_of("written_a")),
        Rule(OFFICERS, pk_of("exam_county")),
        Rule(NOBODY, pk_of("draft_county")),
    ),
    "exams:marking_question": (Rule(MARKS_A, question), Rule(NOBODY, key)),  # nobody marks what is ticked
    "exams:marking_answer": (
        Rule(MARKS_A, answer, data=points),
        Rule(NOBODY, lambda scene: [*question(scene), "no-such-code"]),
    ),
    "exams:exam_markers": (
        Rule(HOLDS_A, pk_of("written_a"), data=somebody),
        Rule(OFFICERS, pk_of("exam_county"), data=somebody),
    ),
    "exams:marker_end": (
        Rule(HOLDS_A, lambda scene: [scene.written_a.pk, scene.marker_of_a.pk], method="post"),
        Rule(NOBODY, lambda scene: [scene.exam_county.pk, scene.marker_of_a.pk], method="post"),
    ),
    "exams:exam_keys": (Rule(HOLDS_A, pk_of("written_a")), Rule(OFFICERS, pk_of("exam_county"))),
    # The bank is the bureau's: its keys are for whoever edits it.
    "exams:exam_key": (
        Rule(OFFICERS, key, data=reason),
        Rule(NOBODY, lambda scene: [scene.exam_county.pk, scene.ticked_version.pk]),
    ),
    "exams:sitting_answers": (
        Rule(only("learner"), pk_of("sitting_read")),
        Rule(NOBODY, pk_of("sitting_over")),  # an exam that shows nothing
    ),
}
