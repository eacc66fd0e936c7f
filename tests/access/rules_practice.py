"""Practice is everybody's own: each page of an answer or a mock exam exists for one person alone."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.access.matrix import NOBODY, SIGNED_IN, Rule, Rules, only

LEARNER = only("learner")
EDITS_A = only("manager_a")
OFFICERS = only("training_officer", "exam_officer")


def pk_of(name: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk]


def an_answer(scene: Any) -> dict[str, Any]:
    return {"version": scene.practice_question.current_id, "key": uuid4().hex, "given": "0"}


def judgement(scene: Any) -> dict[str, Any]:
    return {"right": "yes"}


def opened(scene: Any) -> dict[str, Any]:
    return {"open_for_practice": "on"}


RULES: Rules = {
    "exams:practice": (Rule(SIGNED_IN),),
    "exams:practice_bank": (Rule(SIGNED_IN, pk_of("practice_bank")), Rule(NOBODY, pk_of("exam_bank"))),
    "exams:practice_ask": (
        Rule(SIGNED_IN, pk_of("practice_bank"), data=an_answer),
        Rule(NOBODY, pk_of("exam_bank")),
    ),
    "exams:practice_wrong": (Rule(SIGNED_IN),),
    "exams:practice_wrong_ask": (Rule(SIGNED_IN),),
    "exams:practice_answered": (Rule(LEARNER, pk_of("practice_answer")),),
    "exams:practice_judge": (Rule(LEARNER, pk_of("practice_essay"), data=judgement, method="post"),),
    "exams:practice_picture": (Rule(NOBODY, pk_of("version_a")),),  # its bank is not open for practice
    "exams:practice_settings": (
        Rule(EDITS_A, pk_of("bank_a"), data=opened),
        Rule(OFFICERS, pk_of("practice_bank"), data=opened),
    ),
    "exams:mock_new": (Rule(SIGNED_IN, pk_of("practice_bank")), Rule(NOBODY, pk_of("exam_bank"))),
    "exams:mock_like": (Rule(NOBODY, pk_of("exam_a"), method="post"),),  # its bank is not open for practice
    "exams:mock_exam": (Rule(LEARNER, pk_of("mock_open")),),
    "exams:mock_result": (Rule(LEARNER, pk_of("mock_open")),),
}
