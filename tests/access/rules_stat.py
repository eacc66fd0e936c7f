from collections.abc import Callable
from typing import Any

from tests.access.matrix import NOBODY, Rule, Rules, only
from tests.cast import COUNTY_PARTS

COUNTY = frozenset(COUNTY_PARTS)
SEES_A = COUNTY | {"manager_a", "officer_north", "supervisor", "inspector"}
SEES_B = COUNTY | {"manager_b", "officer_south"}
OFFICERS = only("training_officer", "exam_officer")
HOLDS_A = OFFICERS | {"manager_a"}


def pk_of(name: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk]


def reason(scene: Any) -> dict[str, Any]:
    return {"reason": "order 7 of the bureau"}


def incident(scene: Any) -> dict[str, Any]:
    return {"text": "停电五分钟"}


def held(method: str = "get", data: Any = None) -> tuple[Rule, ...]:
    """Questions, keys and what is decided are for those who hold the exam; the draft has nothing to show."""
    return (
        Rule(HOLDS_A, pk_of("exam_a"), method=method, data=data),
        Rule(OFFICERS, pk_of("exam_county"), method=method, data=data),
        Rule(NOBODY, pk_of("draft_a"), method=method),
    )


def exam_of(sitting: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, sitting).candidate.exam_id]


def sitting(name: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).candidate_id, getattr(scene, name).pk]


RULES: Rules = {
    "exams:exam_statistics": held(),
    "exams:exam_statistics_compute": (
        Rule(HOLDS_A, exam_of("sitting_late"), method="post"),  # marked, and not yet computed
        Rule(NOBODY, pk_of("draft_a"), method="post"),
    ),
    "exams:exam_statistics_export": (
        Rule(HOLDS_A, pk_of("exam_counted"), method="post"),
        Rule(NOBODY, pk_of("exam_county"), method="post"),  # nothing is computed yet
    ),
    "exams:exam_patterns": held(),
    "exams:exam_comparison": (Rule(SEES_A, pk_of("exam_a")), Rule(SEES_B, pk_of("exam_county"))),
    "exams:exam_comparison_export": (
        Rule(SEES_A, pk_of("exam_a"), method="post"),
        Rule(SEES_B, pk_of("exam_county"), method="post"),
    ),
    "exams:exam_board": held(),
    "exams:exam_board_state": held(),
    "exams:exam_pause": (Rule(HOLDS_A, pk_of("exam_a"), data=reason), Rule(OFFICERS, pk_of("exam_county"))),
    "exams:exam_resume": (
        Rule(HOLDS_A, exam_of("sitting_paused"), method="post"),
        Rule(NOBODY, pk_of("draft_a"), method="post"),
    ),
    "exams:exam_incident": held(data=incident),
    "exams:candidate_pause": (
        Rule(HOLDS_A, pk_of("candidate"), data=reason),
        Rule(OFFICERS, pk_of("candidate_b")),
    ),
    "exams:candidate_resume": (Rule(HOLDS_A, lambda scene: [scene.sitting_paused.candidate_id], method="post"),),
    "exams:candidate_annul": (
        Rule(HOLDS_A, sitting("sitting_over"), data=reason),
        Rule(NOBODY, lambda scene: [scene.candidate_b.pk, scene.sitting_over.pk]),  # another person's attempt
    ),
    "exams:question_quarantine": (
        Rule(only("manager_a"), pk_of("question_a"), data=reason),
        Rule(OFFICERS, pk_of("bureau_question"), data=reason),
    ),
}
